package auth

import (
	_ "embed" // for the list of common passwords
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/shop/internal/model"
)

// The length of a password. The lower bound counts characters, as people do; the upper one bytes, because hashing does.
const (
	MinPassword = 8
	MaxPassword = 1024
)

// commonPasswords holds one word per line, in lower case, below a first line that is none.
//
//go:embed common_passwords.txt
var commonPasswords string

// PasswordPolicy says which new passwords are refused: those that are too short or too long, and those that are guessed first.
// There are no rules of composition: they make passwords worse.
type PasswordPolicy struct {
	// Service is the name of the service, which is a bad password for it.
	Service string
}

// Check adds to v what is wrong with a new password of the account with that e-mail address.
func (p PasswordPolicy) Check(v *model.Violations, pointer, password, email string) {
	switch {
	case !utf8.ValidString(password) || strings.IndexByte(password, 0) >= 0:
		v.Add(pointer, model.CodeText, "must be text without NUL characters")
	case utf8.RuneCountInString(password) < MinPassword:
		v.Add(pointer, model.CodeTooShort, fmt.Sprintf("must have at least %d characters", MinPassword))
	case len(password) > MaxPassword:
		v.Add(pointer, model.CodeTooLong, fmt.Sprintf("must have at most %d bytes", MaxPassword))
	case p.guessable(password, email):
		v.Add(pointer, "too_common", "is among the first that anybody would guess")
	}
}

// guessable tries the password as it is, without the digits and symbols around it, and with letters where people write digits
// and symbols instead: P@ssw0rd!2024 is password.
func (p PasswordPolicy) guessable(password, email string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, spelling := range []string{lower, core, unleet(lower), unleet(core)} {
		if strings.Contains(commonPasswords, "\n"+spelling+"\n") || p.personal(spelling, email) {
			return true
		}
	}
	return false
}

// personal reports whether a spelling is nothing but the service's name, the e-mail address or a part of it, once or repeated.
func (p PasswordPolicy) personal(spelling, email string) bool {
	local, domain, _ := strings.Cut(email, "@")
	spelling = lettersAndDigits(spelling)
	for _, word := range []string{p.Service, email, local, domain} {
		if word = lettersAndDigits(word); word != "" && spelling != "" && strings.ReplaceAll(spelling, word, "") == "" {
			return true
		}
	}
	return false
}

func unleet(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '0':
			return 'o'
		case '1', '!', '|':
			return 'i'
		case '3':
			return 'e'
		case '4', '@':
			return 'a'
		case '5', '$':
			return 's'
		case '7', '+':
			return 't'
		default:
			return r
		}
	}, s)
}

func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
