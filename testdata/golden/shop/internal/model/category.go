package model

import (
	"slices"
	"time"
)

// Category is a category.
type Category struct {
	ID        string
	Name      string
	Position  int64
	ParentID  *string
	Version   int64 // counts the changes, from 1
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate returns a *ValidationError that lists every value that is out of bounds, or nil.
func (p Category) Validate() error {
	var v Violations
	v.Length("/name", p.Name, 1, 80)
	if p.ParentID != nil {
		v.UUID("/parent_id", *p.ParentID)
	}
	return v.Err()
}

// CategoryPatch is a change to a category: what is not set stays as it is.
type CategoryPatch struct {
	Name     Change[string]
	Position Change[int64]
	ParentID Change[*string]
}

// Apply makes the changes to p. It does not validate the result.
func (c CategoryPatch) Apply(p *Category) {
	c.Name.Apply(&p.Name)
	c.Position.Apply(&p.Position)
	c.ParentID.Apply(&p.ParentID)
}

// Empty reports whether nothing is set.
func (c CategoryPatch) Empty() bool {
	return !slices.Contains([]bool{c.Name.Set, c.Position.Set, c.ParentID.Set}, true)
}
