package model

import (
	"slices"
	"time"
)

// Order is an order.
type Order struct {
	ID        string
	OwnerID   string // who made it, and the only one to see it
	BuyerID   string
	SellerID  string
	Note      *string
	Version   int64 // counts the changes, from 1
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate returns a *ValidationError that lists every value that is out of bounds, or nil.
func (p Order) Validate() error {
	var v Violations
	v.UUID("/buyer_id", p.BuyerID)
	v.UUID("/seller_id", p.SellerID)
	if p.Note != nil {
		v.Length("/note", *p.Note, 0, 16383)
	}
	return v.Err()
}

// OrderPatch is a change to an order: what is not set stays as it is.
type OrderPatch struct {
	BuyerID  Change[string]
	SellerID Change[string]
	Note     Change[*string]
}

// Apply makes the changes to p. It does not validate the result.
func (c OrderPatch) Apply(p *Order) {
	c.BuyerID.Apply(&p.BuyerID)
	c.SellerID.Apply(&p.SellerID)
	c.Note.Apply(&p.Note)
}

// Empty reports whether nothing is set.
func (c OrderPatch) Empty() bool {
	return !slices.Contains([]bool{c.BuyerID.Set, c.SellerID.Set, c.Note.Set}, true)
}
