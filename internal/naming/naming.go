// Package naming derives every spelling of a name from one validated ASCII
// identifier, and refuses names that cannot work in one of the places where
// they would be used: Go, SQL, JSON, URLs, file systems.
package naming

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Name is an identifier as its lower-case words: user_id → ["user", "id"].
type Name []string

// MaxLength is the longest identifier in bytes: any of them is a column or a table in
// every database. Names that layup makes of two of them are shortened where they would
// be too long.
const MaxLength = 40

var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$`)

// Parse splits an identifier in snake, kebab or camel case into words.
func Parse(s string) (Name, error) {
	switch {
	case s == "":
		return nil, fmt.Errorf("a name must not be empty")
	case strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }):
		return nil, fmt.Errorf("%q holds characters outside ASCII; names become Go, SQL and URL words, so use a-z, 0-9 and _", s)
	case len(s) > MaxLength:
		return nil, fmt.Errorf("%.20q… is longer than %d characters", s, MaxLength)
	case !identifier.MatchString(s):
		return nil, fmt.Errorf("%q is no name: start with a letter, go on with letters, digits and single underscores%s", s, suggest(s))
	}
	return split(s), nil
}

func suggest(s string) string {
	clean := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(s), "_"), "_0123456789")
	if clean == "" || clean == s || len(clean) > MaxLength {
		return ""
	}
	return fmt.Sprintf(", such as %q", clean)
}

// split cuts at _, - and where the case changes: HTMLBody → html body.
func split(s string) Name {
	var words Name
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(s)
	for i, r := range runes {
		if r == '_' || r == '-' {
			flush()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 {
			afterLower := !unicode.IsUpper(runes[i-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || beforeLower {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return words
}

// Snake returns user_id: JSON members, columns, tables, file stems.
func (n Name) Snake() string { return strings.Join(n, "_") }

// Label returns "user id" for prose.
func (n Name) Label() string { return strings.Join(n, " ") }

// Go returns the exported Go spelling: UserID.
func (n Name) Go() string {
	var b strings.Builder
	for _, w := range n {
		b.WriteString(goWord(w))
	}
	return b.String()
}

// Var returns the unexported Go spelling, with an underscore-free suffix where the word
// is taken by the language: userID, type → typeValue.
func (n Name) Var() string {
	v := n[0] + n[1:].Go()
	if isKeyword(v) || isPredeclared(v) || slices.Contains(shadowed(), v) {
		return v + "Value"
	}
	return v
}

func goWord(w string) string {
	upper := strings.ToUpper(w)
	if slices.Contains(initialisms(), upper) {
		return upper
	}
	if trimmed := strings.TrimSuffix(upper, "S"); trimmed != upper && slices.Contains(initialisms(), trimmed) {
		return trimmed + "s" // ids → IDs
	}
	return upper[:1] + w[1:]
}

// initialisms is the list of staticcheck's ST1003 with a few business words.
func initialisms() []string {
	return []string{
		"ACL", "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "QPS", "RAM",
		"RPC", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "GID", "UID", "UUID", "URI", "URL", "UTF8", "VM",
		"XML", "XMPP", "XSRF", "XSS", "SIP", "RTP", "AMQP", "DB", "TS", "SKU", "ISBN", "IBAN", "CSV", "PDF",
	}
}

// FileStem returns a file name's stem that every operating system and the Go
// tool accept: foo_linux.go and unit_test.go would be left out of the build.
func (n Name) FileStem() string {
	stem := n.Snake()
	last := n[len(n)-1]
	if len(n) > 1 && (last == "test" || slices.Contains(buildWords(), last)) {
		return stem + "_resource"
	}
	return stem
}

// Article returns the indefinite article for the label: "an order".
func (n Name) Article() string {
	if strings.ContainsRune("aeio", rune(n[0][0])) {
		return "an"
	}
	return "a"
}
