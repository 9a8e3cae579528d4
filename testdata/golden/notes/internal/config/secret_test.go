package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretNeverShowsItself(t *testing.T) {
	const value = "canary"
	type holder struct {
		Value  Secret
		Nested *Secret
	}
	secret := Secret(value)
	inside := holder{Value: secret, Nested: &secret}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%T %v"} {
		args := []any{secret, inside, &inside, []Secret{secret}, map[string]Secret{"a": secret}}
		for _, arg := range args {
			if out := fmt.Sprintf(verb, arg); strings.Contains(out, value) || strings.Contains(out, fmt.Sprintf("%x", value)) {
				t.Errorf("%s of %T shows the secret: %s", verb, arg, out)
			}
		}
	}
	encoded, err := json.Marshal(map[string]any{"a": secret, "b": inside})
	if err != nil || bytes.Contains(encoded, []byte(value)) {
		t.Errorf("JSON is %s, %v", encoded, err)
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("m", "secret", secret, "config", inside, slog.Group("g", "p", &secret))
	}
	if strings.Contains(log.String(), value) || !strings.Contains(log.String(), redacted) {
		t.Errorf("the log holds the secret or no trace of it: %s", log.String())
	}
	if secret.Reveal() != value {
		t.Errorf("Reveal returns %q", secret.Reveal())
	}
}

func TestAnEmptySecretShowsThatItIsEmpty(t *testing.T) {
	if out := fmt.Sprintf("%v|%#v", Secret(""), Secret("")); out != "|" {
		t.Errorf("got %q", out)
	}
}

func TestIsPlaceholder(t *testing.T) {
	placeholders := []string{
		"changeme", "please-Change-Me-now", "CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME", "this-is-an-example-secret", "your-secret-key",
		strings.Repeat("a", 64), strings.Repeat("\x00", 32), strings.Repeat("ab", 20), strings.Repeat("secret", 8), "1234567812345678123456781234567812",
	}
	for _, text := range placeholders {
		if !isPlaceholder(text) {
			t.Errorf("%q is not recognised", text)
		}
	}
	for _, text := range []string{goodSecret, "0123456789abcdef0123456789abcdef", "Zm9vYmFyYmF6cXV4Y29ycmVjdGhvcnNl", "x"} {
		if isPlaceholder(text) {
			t.Errorf("%q is taken for a placeholder", text)
		}
	}
}

func TestSecretRules(t *testing.T) {
	tests := []struct {
		name  string
		rules secretRules
		env   map[string]string
		want  string
		wrong bool
	}{
		{name: "set", env: map[string]string{"S": "abc"}, want: "abc"},
		{name: "fallback", want: "fallback"},
		{name: "empty", env: map[string]string{"S": ""}, wrong: true},
		{name: "empty is allowed", rules: secretRules{optional: true}, env: map[string]string{"S": ""}},
		{name: "short", rules: secretRules{minBytes: 4}, env: map[string]string{"S": "abc"}, wrong: true},
		{name: "just long enough", rules: secretRules{minBytes: 3}, env: map[string]string{"S": "abc"}, want: "abc"},
		{name: "required", rules: secretRules{required: true}, wrong: true},
		{name: "required and there", rules: secretRules{required: true}, env: map[string]string{"S": "abc"}, want: "abc"},
		{name: "a directory", env: map[string]string{"S_FILE": "."}, wrong: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(from(tt.env))
			fallback := ""
			if tt.name == "fallback" {
				fallback = "fallback"
			}
			if got := r.secret("S", fallback, tt.rules); got.Reveal() != tt.want {
				t.Errorf("got %q, want %q", got.Reveal(), tt.want)
			}
			if wrong := r.err() != nil; wrong != tt.wrong {
				t.Errorf("error is %v, want one: %t", r.err(), tt.wrong)
			}
		})
	}
}

func TestARandomSecretDiffersAndIsAnnounced(t *testing.T) {
	rules := secretRules{minBytes: 32, noPlaceholder: true, random: true}
	r := newReader(from(nil))
	one, two := r.secret("S", "", rules), r.secret("S", "", rules)
	if one == two || rules.broken(one.Reveal()) != "" {
		t.Error("the secrets are equal, or break their own rules")
	}
	if len(r.warnings) != 2 || !strings.Contains(r.warnings[0], "S ") {
		t.Errorf("warnings are %q", r.warnings)
	}
}

func TestASecretFileHasALimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(path, bytes.Repeat([]byte("a"), 65<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	r := newReader(from(map[string]string{"S_FILE": path}))
	if r.secret("S", "", secretRules{}) != "" || r.err() == nil {
		t.Error("a file of 65 KiB was accepted")
	}
}
