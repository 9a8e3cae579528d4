package model

import (
	"slices"
	"time"
)

// Note is a note.
type Note struct {
	ID        string
	Title     string
	Body      *string
	Version   int64 // counts the changes, from 1
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate returns a *ValidationError that lists every value that is out of bounds, or nil.
func (p Note) Validate() error {
	var v Violations
	v.Length("/title", p.Title, 1, 120)
	if p.Body != nil {
		v.Length("/body", *p.Body, 0, 16383)
	}
	return v.Err()
}

// NotePatch is a change to a note: what is not set stays as it is.
type NotePatch struct {
	Title Change[string]
	Body  Change[*string]
}

// Apply makes the changes to p. It does not validate the result.
func (c NotePatch) Apply(p *Note) {
	c.Title.Apply(&p.Title)
	c.Body.Apply(&p.Body)
}

// Empty reports whether nothing is set.
func (c NotePatch) Empty() bool {
	return !slices.Contains([]bool{c.Title.Set, c.Body.Set}, true)
}
