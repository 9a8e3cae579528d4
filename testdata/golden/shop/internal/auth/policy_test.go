package auth_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	policy := auth.PasswordPolicy{Service: "Night-Shop"}
	for password, want := range map[string]string{
		"":                             "too_short",
		"null\x00 inside it":           "text",
		"broken \xff utf-8":            "text",
		"seven77":                      "too_short",
		"éééé":                         "too_short", // eight bytes, four characters
		"kT9 vexq":                     "",
		strings.Repeat("ab", 32):       "",
		strings.Repeat("a", 72):        "",
		strings.Repeat("a", 73):        "",
		strings.Repeat("a", 1024):      "",
		strings.Repeat("a", 1025):      "too_long",
		strings.Repeat("é", 513):       "too_long",
		"correct horse battery staple": "",
		"correcthorsebatterystaple":    "", // letters only are fine
		"пароль-для-всех":              "",
		"password":                     "too_common",
		"password1":                    "too_common",
		"PASSWORD":                     "too_common",
		"P@ssw0rd!2024":                "too_common",
		"sun5h1n3":                     "too_common",
		"b4seb4ll2031":                 "too_common",
		"123password!":                 "too_common",
		"qwertyuiop":                   "too_common",
		"1q2w3e4r5t":                   "too_common",
		"12345678":                     "too_common",
		"iloveyou99":                   "too_common",
		"nightshop":                    "too_common", // the service
		"Night-Shop-2025":              "too_common",
		"nightshopnightshop":           "too_common",
		"ann.leary@example.com":        "too_common", // the e-mail address
		"Ann.Leary1":                   "too_common", // its local part
		"annlearyannleary":             "too_common",
		"ann.leary likes tea":          "",
	} {
		var v model.Violations
		policy.Check(&v, "/password", password, "ann.leary@example.com")
		if got := code(t, v.Err(), "/password"); got != want {
			t.Errorf("Check(%.40q) = %q, want %q", password, got, want)
		}
		if err := v.Err(); err != nil && password != "" && password != "password" && strings.Contains(err.Error(), password) {
			t.Errorf("the error for %.40q shows the password", password)
		}
	}
}

// code returns the code of the one violation in err and checks where it points.
func code(t *testing.T, err error, pointer string) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var invalid *model.ValidationError
	if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != pointer {
		t.Fatalf("got %v, want one violation at %s", err, pointer)
	}
	return invalid.Fields[0].Code
}
