package document

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/model"
)

// Decimal returns what reads a number with scale digits after the point.
func Decimal(scale int) func(raw bson.RawValue) (model.Decimal, error) {
	return func(raw bson.RawValue) (model.Decimal, error) {
		unscaled, err := Int(raw)
		return model.NewDecimal(unscaled, scale), err
	}
}
