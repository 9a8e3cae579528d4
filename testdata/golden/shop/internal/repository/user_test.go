package repository_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

func account(n int) model.User {
	at := time.Date(2030, 1, 1, 0, 0, n, 123_456_000, time.UTC)
	return model.User{
		ID: fmt.Sprintf("01900000-0000-7000-8000-%012d", n), Email: fmt.Sprintf("user%d@example.com", n), PasswordHash: "$argon2id$hash",
		Role: model.RoleUser, Active: true, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
}

func admin(n int, active bool) model.User {
	user := account(n)
	user.Role, user.Active = model.RoleAdmin, active
	return user
}

func openUsers(t *testing.T, users ...model.User) (*repository.User, *database.DB) {
	t.Helper()
	db := databasetest.Open(t)
	repo := repository.NewUser(db)
	for _, user := range users {
		if err := repo.Create(t.Context(), user); err != nil {
			t.Fatalf("Create = %v", err)
		}
	}
	return repo, db
}

func TestUserRoundTrip(t *testing.T) {
	t.Parallel()
	want := admin(1, false)
	repo, _ := openUsers(t, account(2), want)
	got, err := repo.Get(t.Context(), want.ID)
	if err != nil || got != want {
		t.Errorf("Get = %+v, %v, want %+v", got, err, want)
	}
	got, err = repo.GetByEmail(t.Context(), want.Email)
	if err != nil || got != want {
		t.Errorf("GetByEmail = %+v, %v, want %+v", got, err, want)
	}
	if _, err := repo.Get(t.Context(), "nobody"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Get(nobody) = %v, want ErrNotFound", err)
	}
	if _, err := repo.GetByEmail(t.Context(), "USER1@example.com"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("GetByEmail of another spelling = %v, want ErrNotFound", err)
	}
}

func TestUserEmailIsUnique(t *testing.T) {
	t.Parallel()
	repo, _ := openUsers(t, account(1), account(2))
	var conflict *model.ConflictError
	taken := account(3)
	taken.Email = account(1).Email
	if err := repo.Create(t.Context(), taken); !errors.As(err, &conflict) || conflict.Field != "email" {
		t.Errorf("Create = %v, want a ConflictError on email", err)
	}
	taken = account(2)
	taken.Email, taken.Version = account(1).Email, 2
	if err := repo.Update(t.Context(), taken, 1); !errors.As(err, &conflict) || conflict.Field != "email" {
		t.Errorf("Update = %v, want a ConflictError on email", err)
	}

	const callers = 50
	results := make(chan error, callers)
	var group sync.WaitGroup
	for n := range callers {
		group.Go(func() {
			user := account(100 + n)
			user.Email = "same@example.com"
			results <- repo.Create(t.Context(), user)
		})
	}
	group.Wait()
	close(results)
	made := 0
	for err := range results {
		if err == nil {
			made++
		} else if !errors.Is(err, model.ErrConflict) {
			t.Errorf("Create = %v, want ErrConflict", err)
		}
	}
	if made != 1 {
		t.Errorf("%d of %d accounts with one address were made", made, callers)
	}
}

func TestUserUpdateAndDeleteAreGuarded(t *testing.T) {
	t.Parallel()
	repo, _ := openUsers(t, account(1))
	next := account(1)
	next.Email, next.Role, next.Active, next.PasswordHash, next.Version = "new@example.com", model.RoleAdmin, false, "other", 2
	next.UpdatedAt = next.UpdatedAt.Add(time.Hour)
	for name, test := range map[string]struct{ got, want error }{
		"update stale":   {repo.Update(t.Context(), next, 7), model.ErrPrecondition},
		"update nobody":  {repo.Update(t.Context(), account(2), 1), model.ErrNotFound},
		"delete stale":   {repo.Delete(t.Context(), next.ID, 7), model.ErrPrecondition},
		"delete nobody":  {repo.Delete(t.Context(), "nobody", 0), model.ErrNotFound},
		"replace stale":  {repo.ReplaceHash(t.Context(), next.ID, "stale", "other"), model.ErrPrecondition},
		"replace nobody": {repo.ReplaceHash(t.Context(), "nobody", "x", "y"), model.ErrNotFound},
	} {
		if !errors.Is(test.got, test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	if err := repo.Update(t.Context(), next, 1); err != nil {
		t.Fatalf("Update = %v", err)
	}
	if got, err := repo.Get(t.Context(), next.ID); err != nil || got != next {
		t.Errorf("after Update: %+v, %v, want %+v", got, err, next)
	}
	if err := repo.ReplaceHash(t.Context(), next.ID, "other", "third"); err != nil {
		t.Fatalf("ReplaceHash = %v", err)
	}
	next.PasswordHash = "third"
	if got, err := repo.Get(t.Context(), next.ID); err != nil || got != next {
		t.Errorf("after ReplaceHash: %+v, %v, want %+v", got, err, next)
	}
	if err := repo.Delete(t.Context(), next.ID, 2); err != nil {
		t.Fatalf("Delete = %v", err)
	}
	if _, err := repo.Get(t.Context(), next.ID); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("after Delete: %v", err)
	}
}

func TestUserList(t *testing.T) {
	t.Parallel()
	repo, _ := openUsers(t, account(1), admin(2, true), admin(3, false), account(4))
	q := model.Query{Limit: 10, Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id", Desc: true}}}
	for name, test := range map[string]struct {
		filters []model.Filter
		want    int
	}{
		"all":       {nil, 4},
		"admins":    {[]model.Filter{{Field: "role", Op: "eq", Values: []any{model.RoleAdmin}}}, 2},
		"active":    {[]model.Filter{{Field: "active", Op: "eq", Values: []any{true}}}, 3},
		"by e-mail": {[]model.Filter{{Field: "email", Op: "eq", Values: []any{"user4@example.com"}}}, 1},
	} {
		q.Filters = test.filters
		users, err := repo.List(t.Context(), q)
		total, countErr := repo.Count(t.Context(), q)
		if err != nil || countErr != nil || len(users) != test.want || total != int64(test.want) {
			t.Errorf("%s: %d users, %d counted, %v, %v; want %d", name, len(users), total, err, countErr, test.want)
		}
	}
	q.Filters = []model.Filter{{Field: "password_hash", Op: "like", Values: []any{"a"}}}
	if _, err := repo.List(t.Context(), q); err == nil {
		t.Error("accounts can be searched by password hash")
	}
}

func TestHasOtherAdmin(t *testing.T) {
	t.Parallel()
	repo, db := openUsers(t, account(1), admin(2, true), admin(3, false))
	for id, want := range map[string]bool{account(1).ID: true, account(2).ID: false, account(3).ID: true} {
		if got, err := repo.HasOtherAdmin(t.Context(), id); got != want || err != nil {
			t.Errorf("HasOtherAdmin(%s) = %v, %v, want %v", id, got, err, want)
		}
	}
	if err := repo.Create(t.Context(), admin(4, true)); err != nil {
		t.Fatal(err)
	}
	demoteBoth(t, repo, db, admin(2, true), admin(4, true))
	if other, err := repo.HasOtherAdmin(t.Context(), "nobody"); !other || err != nil {
		t.Errorf("two admins who demoted each other at once left nobody: %v, %v", other, err)
	}
}

// demoteBoth demotes two admins at the same time, each only if there is another.
func demoteBoth(t *testing.T, repo *repository.User, db *database.DB, admins ...model.User) {
	t.Helper()
	var group sync.WaitGroup
	for _, user := range admins {
		group.Go(func() {
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				if other, err := repo.HasOtherAdmin(ctx, user.ID); err != nil || !other {
					return err
				}
				user.Role, user.Version = model.RoleUser, 2
				return repo.Update(ctx, user, 1)
			})
			if err != nil {
				t.Errorf("WithTx = %v", err)
			}
		})
	}
	group.Wait()
}
