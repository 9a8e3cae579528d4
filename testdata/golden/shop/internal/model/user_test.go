package model_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.com/shop/internal/model"
)

func TestPasswordHashNeverShowsItself(t *testing.T) {
	t.Parallel()
	const secret = "$argon2id$v=19$canary"
	hash := model.PasswordHash(secret)
	user := model.User{ID: "1", PasswordHash: hash}

	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&shown, verb, hash)
		fmt.Fprintf(&shown, verb, user)
		fmt.Fprintf(&shown, verb, &user)
	}
	for _, value := range []any{hash, user, map[string]any{"hash": hash}} {
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatalf("Marshal(%T) = %v", value, err)
		}
		shown.Write(encoded)
	}
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("m", "hash", hash, "user", user)
	slog.New(slog.NewTextHandler(&shown, nil)).Info("m", "hash", hash, "user", user)

	for _, leak := range []string{secret, "canary", fmt.Sprintf("%x", secret)} {
		if strings.Contains(shown.String(), leak) {
			t.Errorf("the hash shows itself in %s", shown.String())
		}
	}
	if string(hash) != secret {
		t.Errorf("string(hash) = %q, want the hash", string(hash))
	}
}

func TestUserPatch(t *testing.T) {
	t.Parallel()
	user := model.User{Email: "ann@example.com", Role: model.RoleUser, Active: true}
	if !apply(user, model.UserPatch{Role: set(model.RoleAdmin)}).IsAdmin() {
		t.Error("a patched role did not make an admin")
	}
	if apply(user, model.UserPatch{Role: set(model.RoleAdmin), Active: set(false)}).IsAdmin() {
		t.Error("an account that is switched off counts as admin")
	}
	if got := apply(user, model.UserPatch{}); got != user {
		t.Errorf("an empty patch changed the account: %+v", got)
	}
}

func TestUserRefusesUnknownRole(t *testing.T) {
	t.Parallel()
	for role, ok := range map[string]bool{model.RoleUser: true, model.RoleAdmin: true, "": false, "root": false, "Admin": false} {
		err := model.User{Role: role}.Validate()
		var invalid *model.ValidationError
		if ok != (err == nil) || !ok && !errors.As(err, &invalid) {
			t.Errorf("Validate() with role %q = %v", role, err)
		}
	}
}

func apply(u model.User, patch model.UserPatch) model.User {
	patch.Apply(&u)
	return u
}

func set[T any](value T) model.Change[T] {
	return model.Change[T]{Set: true, Value: value}
}
