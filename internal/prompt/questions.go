package prompt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/huh"
	"github.com/charmbracelet/lipgloss"
)

// text asks for a line.
type text struct {
	when
	title, help string
	// fallback is the answer that an empty line gives; nil when there is none.
	// It is worked out again when the answer changes that it follows.
	fallback func() string
	follows  *string
	// check gets the line without white space around it; nil accepts all.
	check func(string) error
	value *string
}

func (q *text) field() huh.Field {
	f := huh.NewInput().Title(q.title).Description(q.help).Value(q.value).Validate(func(s string) error {
		return q.accepts(strings.TrimSpace(s))
	})
	if q.fallback != nil {
		f.PlaceholderFunc(q.fallback, q.follows)
	}
	return f
}

func (q *text) accepts(s string) error {
	if s == "" && q.fallback != nil {
		s = q.fallback()
	}
	if q.check == nil {
		return nil
	}
	return q.check(s)
}

func (q *text) plain(l *lines) error {
	l.print("\n%s\n%s", q.title, q.help)
	fallback := ""
	if q.fallback != nil {
		fallback = q.fallback()
	}
	answer, err := l.answer("Answer", fallback, q.check)
	if err == nil {
		*q.value = answer
	}
	return err
}

// option is one of several answers.
type option struct{ name, title, help string }

// label is how the option stands in a list: "SQLite: one file, no server".
func (o option) label() string {
	if o.help == "" {
		return o.title
	}
	return o.title + ": " + o.help
}

func labels(options []option) []huh.Option[string] {
	out := make([]huh.Option[string], len(options))
	for i, o := range options {
		out[i] = huh.NewOption(o.label(), o.name)
	}
	return out
}

// named returns the option that a person means by its name or its number.
func named(options []option, s string) (option, error) {
	for i, o := range options {
		if strings.EqualFold(s, o.name) || strings.EqualFold(s, o.title) || s == strconv.Itoa(i+1) {
			return o, nil
		}
	}
	return option{}, fmt.Errorf("%q is none of the numbers 1 to %d", s, len(options))
}

func (l *lines) list(options []option) {
	for i, o := range options {
		l.print("%d. %s", i+1, o.label())
	}
}

// choice asks for exactly one option; value holds the default.
type choice struct {
	when
	title, help string
	options     []option
	// check refuses a combination; nil accepts all.
	check func(string) error
	value *string
}

func (q *choice) field() huh.Field {
	f := huh.NewSelect[string]().Title(q.title).Description(q.help).Options(labels(q.options)...).Value(q.value)
	if q.check != nil {
		f.Validate(q.check)
	}
	return f
}

func (q *choice) plain(l *lines) error {
	l.print("\n%s\n%s", q.title, q.help)
	l.list(q.options)
	fallback := slices.IndexFunc(q.options, func(o option) bool { return o.name == *q.value }) + 1
	answer, err := l.answer("Number", strconv.Itoa(fallback), func(s string) error {
		o, err := named(q.options, s)
		if err == nil && q.check != nil {
			err = q.check(o.name)
		}
		return err
	})
	if err != nil {
		return err
	}
	chosen, err := named(q.options, answer)
	*q.value = chosen.name
	return err
}

// several asks for any number of options.
type several struct {
	when
	title, help string
	options     []option
	check       func([]string) error
	value       *[]string
}

func (q *several) field() huh.Field {
	return huh.NewMultiSelect[string]().Title(q.title).Description(q.help).Options(labels(q.options)...).Value(q.value).Validate(q.check)
}

func (q *several) plain(l *lines) error {
	l.print("\n%s\n%s", q.title, q.help)
	l.list(q.options)
	answer, err := l.answer("Numbers, separated by commas; empty for none", "", func(s string) error {
		chosen, err := q.chosen(s)
		if err == nil {
			err = q.check(chosen)
		}
		return err
	})
	if err != nil {
		return err
	}
	*q.value, err = q.chosen(answer)
	return err
}

func (q *several) chosen(s string) ([]string, error) {
	var out []string
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		o, err := named(q.options, word)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, o.name) {
			out = append(out, o.name)
		}
	}
	return out, nil
}

// yesNo asks for a yes or no; value holds the default.
type yesNo struct {
	when
	title, help string
	value       *bool
}

func (q *yesNo) field() huh.Field {
	return huh.NewConfirm().Title(q.title).Description(q.help).Affirmative("Yes").Negative("No").
		WithButtonAlignment(lipgloss.Left).Value(q.value)
}

func (q *yesNo) plain(l *lines) error {
	l.print("\n%s", strings.TrimSpace(q.title+"\n"+q.help))
	fallback := "no"
	if *q.value {
		fallback = "yes"
	}
	answer, err := l.answer("yes or no", fallback, func(s string) error {
		_, err := parseYesNo(s)
		return err
	})
	if err != nil {
		return err
	}
	*q.value, err = parseYesNo(answer)
	return err
}

func parseYesNo(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "y", "yes":
		return true, nil
	case "n", "no":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither yes nor no", s)
}
