package render

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// TemplateError shows where a template failed, with the source around it.
type TemplateError struct {
	File    string
	Line    int
	Err     error
	Excerpt string
}

func (e *TemplateError) Error() string {
	return fmt.Sprintf("template %s:%d: %v\n%s", e.File, e.Line, e.Err, e.Excerpt)
}

func (e *TemplateError) Unwrap() error { return e.Err }

// templateError finds the line in a text/template error: "template: name:12:3: …".
func templateError(t *source, err error) error {
	var inner *TemplateError
	if errors.As(err, &inner) {
		return inner
	}
	line := 0
	if m := regexp.MustCompile(regexp.QuoteMeta(t.file) + `:(\d+)`).FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	return &TemplateError{File: t.file, Line: line, Err: err, Excerpt: Excerpt(t.text, line)}
}

// Excerpt returns the lines around a line of text, numbered, the line marked.
func Excerpt(text string, line int) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	for i := max(1, line-3); i <= min(len(lines), line+3); i++ {
		mark := "  "
		if i == line {
			mark = "> "
		}
		fmt.Fprintf(&b, "%s%4d | %s\n", mark, i, lines[i-1])
	}
	return b.String()
}
