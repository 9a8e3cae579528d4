package model

import (
	"slices"
	"time"
)

// Product is a product.
type Product struct {
	ID          string
	OwnerID     string // who made it, and the only one to see it
	Name        string
	SKU         string
	Price       Decimal
	Stock       int64
	Description *string
	Status      string
	CategoryID  string
	Version     int64 // counts the changes, from 1
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Validate returns a *ValidationError that lists every value that is out of bounds, or nil.
func (p Product) Validate() error {
	var v Violations
	v.Length("/name", p.Name, 1, 200)
	v.Length("/sku", p.SKU, 0, 255)
	v.Decimal("/price", p.Price, 12, 2)
	v.DecimalAtLeast("/price", p.Price, MustDecimal("0", 2))
	AtLeast(&v, "/stock", p.Stock, 0)
	if p.Description != nil {
		v.Length("/description", *p.Description, 0, 16383)
	}
	v.OneOf("/status", p.Status, "draft", "live")
	v.UUID("/category_id", p.CategoryID)
	return v.Err()
}

// Normalize brings values that can be written in several ways to the one that is stored.
func (p *Product) Normalize() {
	if d, ok := p.Price.Rescale(2); ok {
		p.Price = d
	}
}

// ProductPatch is a change to a product: what is not set stays as it is.
type ProductPatch struct {
	Name        Change[string]
	SKU         Change[string]
	Price       Change[Decimal]
	Stock       Change[int64]
	Description Change[*string]
	Status      Change[string]
	CategoryID  Change[string]
}

// Apply makes the changes to p. It does not validate the result.
func (c ProductPatch) Apply(p *Product) {
	c.Name.Apply(&p.Name)
	c.SKU.Apply(&p.SKU)
	c.Price.Apply(&p.Price)
	c.Stock.Apply(&p.Stock)
	c.Description.Apply(&p.Description)
	c.Status.Apply(&p.Status)
	c.CategoryID.Apply(&p.CategoryID)
}

// Empty reports whether nothing is set.
func (c ProductPatch) Empty() bool {
	return !slices.Contains([]bool{c.Name.Set, c.SKU.Set, c.Price.Set, c.Stock.Set, c.Description.Set, c.Status.Set, c.CategoryID.Set}, true)
}
