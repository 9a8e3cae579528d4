package repository_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

func login() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 654_321_000, time.UTC) }

func session(id string, user model.User) model.Session {
	return model.Session{ID: id, UserID: user.ID, CreatedAt: login(), ExpiresAt: login().Add(time.Hour)}
}

// openSessions returns a store with account 1, who has sessions a and b, and account 2, who has session c.
func openSessions(t *testing.T) (*repository.Session, *repository.User) {
	t.Helper()
	users, db := openUsers(t, account(1), account(2))
	repo := repository.NewSession(db)
	for _, s := range []model.Session{session("a", account(1)), session("b", account(1)), session("c", account(2))} {
		if err := repo.Create(t.Context(), s); err != nil {
			t.Fatalf("Create = %v", err)
		}
		if err := repo.AddToken(t.Context(), model.RefreshToken{Hash: []byte("hash " + s.ID), SessionID: s.ID, CreatedAt: login()}); err != nil {
			t.Fatalf("AddToken = %v", err)
		}
	}
	return repo, users
}

// live returns the ids of the sessions that give access.
func live(t *testing.T, repo *repository.Session) string {
	t.Helper()
	var ids strings.Builder
	for _, id := range []string{"a", "b", "c"} {
		state, err := repo.State(t.Context(), id)
		if err != nil && !errors.Is(err, model.ErrNotFound) {
			t.Fatalf("State(%s) = %v", id, err)
		}
		if state.Live(login().Add(time.Minute)) {
			ids.WriteString(id)
		}
	}
	return ids.String()
}

func TestSessionState(t *testing.T) {
	t.Parallel()
	repo, users := openSessions(t)
	want := model.SessionState{ID: "a", UserID: account(1).ID, Role: model.RoleUser, Active: true, ExpiresAt: login().Add(time.Hour)}
	if got, err := repo.State(t.Context(), "a"); err != nil || got != want {
		t.Errorf("State = %+v, %v, want %+v", got, err, want)
	}
	changed := admin(1, false)
	changed.Version = 2
	if err := users.Update(t.Context(), changed, 1); err != nil {
		t.Fatal(err)
	}
	want.Role, want.Active = model.RoleAdmin, false
	if got, err := repo.State(t.Context(), "a"); err != nil || got != want {
		t.Errorf("State after the account changed = %+v, %v, want %+v", got, err, want)
	}
	if _, err := repo.State(t.Context(), "x"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("State(x) = %v, want ErrNotFound", err)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	repo, _ := openSessions(t)
	at := login().Add(time.Second)
	for _, id := range []string{"a", "a", "x"} {
		if err := repo.Revoke(t.Context(), id, at); err != nil {
			t.Fatalf("Revoke(%s) = %v", id, err)
		}
		at = at.Add(time.Second)
	}
	if got := live(t, repo); got != "bc" {
		t.Errorf("live are %q, want bc", got)
	}
	if state, err := repo.State(t.Context(), "a"); err != nil || !state.RevokedAt.Equal(login().Add(time.Second)) {
		t.Errorf("revoked at %v, %v, want the first time", state.RevokedAt, err)
	}
}

func TestRevokeUser(t *testing.T) {
	t.Parallel()
	for keep, want := range map[string]string{"": "c", "b": "bc", "c": "c"} {
		repo, _ := openSessions(t)
		if err := repo.RevokeUser(t.Context(), account(1).ID, keep, login()); err != nil {
			t.Fatalf("RevokeUser = %v", err)
		}
		if got := live(t, repo); got != want {
			t.Errorf("but %q: live are %q, want %q", keep, got, want)
		}
	}
}

func TestDeletingAnAccountDeletesItsSessions(t *testing.T) {
	t.Parallel()
	repo, users := openSessions(t)
	if err := users.Delete(t.Context(), account(1).ID, 0); err != nil {
		t.Fatalf("Delete = %v", err)
	}
	if got := live(t, repo); got != "c" {
		t.Errorf("live are %q, want c", got)
	}
	if _, _, err := repo.Token(t.Context(), []byte("hash a")); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Token = %v, want ErrNotFound", err)
	}
	if err := repo.Create(t.Context(), session("d", account(1))); !errors.Is(err, model.ErrConflict) {
		t.Errorf("a session for nobody: %v, want ErrConflict", err)
	}
}

func TestDeleteExpired(t *testing.T) {
	t.Parallel()
	repo, _ := openSessions(t)
	for _, test := range []struct {
		before time.Time
		limit  int
		want   int64
	}{
		{login().Add(time.Hour), 10, 0},
		{login().Add(time.Hour + time.Second), 2, 2},
		{login().Add(time.Hour + time.Second), 2, 1},
		{login().Add(time.Hour + time.Second), 2, 0},
	} {
		if got, err := repo.DeleteExpired(t.Context(), test.before, test.limit); got != test.want || err != nil {
			t.Errorf("DeleteExpired = %d, %v, want %d", got, err, test.want)
		}
	}
	if _, _, err := repo.Token(t.Context(), []byte("hash a")); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a token outlived its session: %v", err)
	}
}

func TestUseToken(t *testing.T) {
	t.Parallel()
	repo, _ := openSessions(t)
	hash, nonce, at := []byte("hash a"), []byte("nonce"), login().Add(time.Minute)
	fresh, state, err := repo.Token(t.Context(), hash)
	if err != nil || !bytes.Equal(fresh.Hash, hash) || fresh.SessionID != "a" || !fresh.UsedAt.IsZero() || fresh.Nonce != nil ||
		!fresh.CreatedAt.Equal(login()) || state.ID != "a" || state.UserID != account(1).ID || !state.Live(at) {
		t.Fatalf("Token = %+v, %+v, %v", fresh, state, err)
	}

	var wins atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			won, err := repo.UseToken(t.Context(), hash, nonce, at)
			if err != nil {
				t.Errorf("UseToken = %v", err)
			}
			if won {
				wins.Add(1)
			}
		})
	}
	group.Wait()
	if wins.Load() != 1 {
		t.Errorf("%d of 20 used one token", wins.Load())
	}
	used, _, err := repo.Token(t.Context(), hash)
	if err != nil || !used.UsedAt.Equal(at) || !bytes.Equal(used.Nonce, nonce) {
		t.Errorf("Token after its use = %+v, %v", used, err)
	}
	if won, err := repo.UseToken(t.Context(), []byte("unknown"), nonce, at); won || err != nil {
		t.Errorf("UseToken of an unknown one = %v, %v", won, err)
	}
	if err := repo.AddToken(t.Context(), model.RefreshToken{Hash: hash, SessionID: "b", CreatedAt: at}); !errors.Is(err, model.ErrConflict) {
		t.Errorf("a hash that is there already: %v, want ErrConflict", err)
	}
}
