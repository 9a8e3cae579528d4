package main

import (
	"strings"
	"testing"
)

func TestUsersCreate(t *testing.T) {
	t.Parallel()
	lookup := environment(t, nil)
	const password = "correct horse battery staple"
	stdout, stderr, err := execute(t, lookup, password+"\n", "users", "create", "--email", "ada@example.com", "--role", "admin")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stdout, "created admin ada@example.com ") {
		t.Errorf("got %q", stdout)
	}
	if strings.Contains(stdout+stderr, password) {
		t.Error("the password was printed")
	}
	if _, _, err := execute(t, lookup, password, "users", "create", "--email", "ada@example.com"); exitCode(err) != 1 {
		t.Errorf("the same e-mail address twice: got %v, want a failure", err)
	}
	if _, _, err := execute(t, lookup, "short", "users", "create", "--email", "bob@example.com"); exitCode(err) != 1 {
		t.Errorf("a weak password: got %v, want a failure", err)
	}
}

func TestReadPassword(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ input, want string }{
		"as it is":     {"secret words", "secret words"},
		"from echo":    {"secret words\n", "secret words"},
		"from Windows": {"secret words\r\n", "secret words"},
		"spaces count": {" secret words \n", " secret words "},
		"lines stay":   {"secret\nwords\n", "secret\nwords"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := readPassword(strings.NewReader(tt.input)); err != nil || got != tt.want {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
	for _, input := range []string{"", "\n", strings.Repeat("x", maxPasswordInput+1)} {
		if _, err := readPassword(strings.NewReader(input)); exitCode(err) != 2 {
			t.Errorf("%d bytes: got %v, want a usage error", len(input), err)
		}
	}
}
