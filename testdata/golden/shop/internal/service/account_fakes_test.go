package service_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

const (
	annEmail    = "ann@example.com"
	annPassword = "a quiet walk at dawn"
)

// fakeAccounts keeps accounts in memory. It refuses what the database refuses.
type fakeAccounts struct {
	mu      sync.Mutex
	users   map[string]model.User
	failure error  // returned by everything
	onFind  func() // runs when an account is looked up by e-mail
}

func newFakeAccounts() *fakeAccounts {
	return &fakeAccounts{users: make(map[string]model.User)}
}

func (f *fakeAccounts) taken(user model.User) bool {
	for _, other := range f.users {
		if other.Email == user.Email && other.ID != user.ID {
			return true
		}
	}
	return false
}

func (f *fakeAccounts) Create(_ context.Context, user model.User) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failure != nil {
		return f.failure
	}
	if f.taken(user) {
		return &model.ConflictError{Field: "email"}
	}
	f.users[user.ID] = user
	return nil
}

func (f *fakeAccounts) Get(_ context.Context, id string) (model.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	user, ok := f.users[id]
	if f.failure != nil {
		return model.User{}, f.failure
	}
	if !ok {
		return model.User{}, model.ErrNotFound
	}
	return user, nil
}

func (f *fakeAccounts) GetByEmail(_ context.Context, email string) (model.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.onFind != nil {
		f.onFind()
	}
	if f.failure != nil {
		return model.User{}, f.failure
	}
	for _, user := range f.users {
		if user.Email == email {
			return user, nil
		}
	}
	return model.User{}, model.ErrNotFound
}

func (f *fakeAccounts) List(_ context.Context, q model.Query) ([]model.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []model.User
	for _, user := range f.users {
		all = append(all, user)
	}
	slices.SortFunc(all, func(a, b model.User) int { return strings.Compare(a.Email, b.Email) })
	return all[:min(len(all), q.Limit+1)], f.failure
}

func (f *fakeAccounts) Count(context.Context, model.Query) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.users)), f.failure
}

func (f *fakeAccounts) guard(id string, version int64) error {
	stored, ok := f.users[id]
	switch {
	case f.failure != nil:
		return f.failure
	case !ok:
		return model.ErrNotFound
	case version != 0 && stored.Version != version:
		return model.ErrPrecondition
	default:
		return nil
	}
}

func (f *fakeAccounts) Update(_ context.Context, user model.User, version int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.guard(user.ID, version); err != nil {
		return err
	}
	if f.taken(user) {
		return &model.ConflictError{Field: "email"}
	}
	f.users[user.ID] = user
	return nil
}

func (f *fakeAccounts) ReplaceHash(_ context.Context, id string, old, replacement model.PasswordHash) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	user := f.users[id]
	if user.PasswordHash != old {
		return model.ErrPrecondition
	}
	user.PasswordHash = replacement
	f.users[id] = user
	return f.failure
}

func (f *fakeAccounts) Delete(_ context.Context, id string, version int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.guard(id, version); err != nil {
		return err
	}
	delete(f.users, id)
	return nil
}

func (f *fakeAccounts) HasOtherAdmin(_ context.Context, id string) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, user := range f.users {
		if user.ID != id && user.IsAdmin() {
			return true, f.failure
		}
	}
	return false, f.failure
}

// fakeEnder notes which sessions end, in order.
type fakeEnder struct{ calls []string }

func (f *fakeEnder) RevokeUser(_ context.Context, userID, keep string) error {
	f.calls = append(f.calls, "revoke "+userID+" but "+keep)
	return nil
}

func (f *fakeEnder) Forget(userID string) { f.calls = append(f.calls, "forget "+userID) }

// inTurn is a transactor without transactions: one piece of work after the other.
type inTurn struct{ mu sync.Mutex }

func (t *inTurn) WithTx(ctx context.Context, fn func(context.Context) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fn(ctx)
}

// accounts is a service for accounts on top of fakes.
type accounts struct {
	*service.User

	identity *service.Identity
	store    *fakeAccounts
	ended    *fakeEnder
	log      *bytes.Buffer
}

// cheapHashing makes tests fast. What it makes is worth nothing.
func cheapHashing() *auth.Passwords {
	return auth.NewPasswords(auth.Cost{Memory: 64, Time: 1, Threads: 1})
}

func newAccounts(attempts int) accounts {
	a := accounts{store: newFakeAccounts(), ended: &fakeEnder{}, log: &bytes.Buffer{}}
	audit := auth.NewAudit(slog.New(slog.NewJSONHandler(a.log, nil)))
	passwords := cheapHashing()
	a.identity = service.NewIdentity(a.store, passwords, auth.NewAttempts(attempts, time.Hour, time.Now), audit)
	a.User = service.NewUser(service.UserOptions{
		Users: a.store, Tx: &inTurn{}, Identity: a.identity, Passwords: passwords,
		Policy: auth.PasswordPolicy{Service: "shop"}, Sessions: a.ended, Audit: audit,
	})
	return a
}

// with adds an account with annPassword.
func (a accounts) with(t *testing.T, email, role string) model.User {
	t.Helper()
	user, err := a.Create(t.Context(), service.NewAccount{Email: email, Password: annPassword, Role: role})
	if err != nil {
		t.Fatalf("Create(%s) = %v", email, err)
	}
	return user
}

// wantEvent checks that the security log has an event, and none of the secrets.
func (a accounts) wantEvent(t *testing.T, event auth.Event) {
	t.Helper()
	if !strings.Contains(a.log.String(), `"`+string(event)+`"`) {
		t.Errorf("no %s in the log: %s", event, a.log)
	}
	for _, secret := range []string{annPassword, "$argon2id", "@example.com"} {
		if strings.Contains(a.log.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, a.log)
		}
	}
}

// violations returns pointer and code of everything that a *model.ValidationError complains about.
func violations(err error) string {
	var invalid *model.ValidationError
	if !errors.As(err, &invalid) {
		return ""
	}
	var found []string
	for _, field := range invalid.Fields {
		found = append(found, field.Pointer+" "+field.Code)
	}
	return strings.Join(found, ", ")
}
