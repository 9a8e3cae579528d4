package model

import (
	"slices"
	"time"
)

// Review is a review.
type Review struct {
	ID        string
	ProductID string
	Rating    int64
	Body      *string
	Version   int64 // counts the changes, from 1
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate returns a *ValidationError that lists every value that is out of bounds, or nil.
func (p Review) Validate() error {
	var v Violations
	v.UUID("/product_id", p.ProductID)
	AtLeast(&v, "/rating", p.Rating, 1)
	AtMost(&v, "/rating", p.Rating, 5)
	if p.Body != nil {
		v.Length("/body", *p.Body, 0, 16383)
	}
	return v.Err()
}

// ReviewPatch is a change to a review: what is not set stays as it is.
type ReviewPatch struct {
	ProductID Change[string]
	Rating    Change[int64]
	Body      Change[*string]
}

// Apply makes the changes to p. It does not validate the result.
func (c ReviewPatch) Apply(p *Review) {
	c.ProductID.Apply(&p.ProductID)
	c.Rating.Apply(&p.Rating)
	c.Body.Apply(&p.Body)
}

// Empty reports whether nothing is set.
func (c ReviewPatch) Empty() bool {
	return !slices.Contains([]bool{c.ProductID.Set, c.Rating.Set, c.Body.Set}, true)
}
