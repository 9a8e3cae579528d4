package model

import "strings"

const (
	maxEmail      = 254 // RFC 5321: what fits into a path
	maxEmailLocal = 64
	maxLabel      = 63
)

// CanonicalEmail returns the one spelling under which an address is stored and
// compared: without surrounding blanks and in lower case.
//
// The local part is lower-cased too. RFC 5321 allows a host to tell Ada@ from ada@,
// but no host of note does, and two accounts that people cannot tell apart are worse.
// Only ASCII is accepted: an internationalised domain is written in its xn-- form.
// It returns a *FormatError for anything that is not an address.
func CanonicalEmail(s string) (string, error) {
	s = strings.Map(lowerASCII, strings.Trim(s, " \t\r\n"))
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmail || !isEmailLocal(local) || !isDomain(domain) {
		return "", &FormatError{Want: "an e-mail address"}
	}
	return s, nil
}

// Email wants an e-mail address. It accepts every spelling that CanonicalEmail does.
func (v *Violations) Email(pointer, s string) {
	if _, err := CanonicalEmail(s); err != nil {
		v.Add(pointer, CodeFormat, err.Error())
	}
}

// lowerASCII leaves everything else to be refused: strings.ToLower makes a k of the
// Kelvin sign, and so somebody else's address of one that only looks like it.
func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// isEmailLocal accepts the dot-atom of RFC 5322, which leaves out quoted strings:
// hardly anybody has such an address, and they have a long history of attacks.
func isEmailLocal(s string) bool {
	if s == "" || len(s) > maxEmailLocal {
		return false
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, notAtomText) {
			return false
		}
	}
	return true
}

func notAtomText(r rune) bool {
	return !isLetterOrDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

// isDomain accepts host names of two labels or more.
func isDomain(s string) bool {
	labels := 0
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
		labels++
	}
	return labels > 1
}

func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '-' && !isLetterOrDigit(r) })
}

func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
}
