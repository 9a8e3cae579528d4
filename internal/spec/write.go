package spec

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Encode writes the spec as a layup.yaml. axes gives the order of the choices.
func (s *Spec) Encode(axes []string) []byte {
	var b strings.Builder
	b.WriteString("# The choices this project was made from. Edit it by hand if you like;\n")
	b.WriteString("# keys that begin with x- are yours. It holds no secret.\n")
	fmt.Fprintf(&b, "layup: %d\n", Schema)
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, YAMLString(value))
		}
	}
	line("templates", s.Templates)
	line("stack", s.Stack)
	line("name", s.Name)
	line("module", s.Module)
	line("description", s.Description)
	for _, axis := range axes {
		line(axis, s.Choices[axis])
	}
	if len(s.With) > 0 {
		b.WriteString("with: [" + strings.Join(s.With, ", ") + "]\n")
	}
	line("example", s.Example)
	if len(s.Resources) > 0 {
		b.WriteString("resources:\n")
	}
	for _, r := range s.Resources {
		r.encode(&b)
	}
	return []byte(b.String())
}

func (r Resource) encode(b *strings.Builder) {
	fmt.Fprintf(b, "  - name: %s\n", YAMLString(r.Name))
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "    %s: %s\n", key, YAMLString(value))
		}
	}
	line("plural", r.Plural)
	line("access", r.Access)
	line("migration", r.Migration)
	if len(r.Fields) > 0 {
		b.WriteString("    fields:\n")
	}
	for _, f := range r.Fields {
		fmt.Fprintf(b, "      - %s\n", YAMLString(f.String()))
	}
}

var reservedYAML = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n|nan|inf)$`)

// plainYAML reports whether s begins with a letter and goes on with what has no
// meaning to YAML. It is asked for every field of every resource.
func plainYAML(s string) bool {
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
	if s == "" || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_./()?,:~+-", rune(c)) {
			return false
		}
	}
	return true
}

// YAMLString returns s as a YAML scalar on one line: plain where that is safe,
// double-quoted with escapes otherwise, so that any text comes back unchanged.
func YAMLString(s string) string {
	if plainYAML(s) && (len(s) > 5 || !reservedYAML.MatchString(s)) && !strings.HasSuffix(s, ":") {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !utf8.ValidString(s[i:i+1]):
			b.WriteString(`\uFFFD`)
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
