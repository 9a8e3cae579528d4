package httpx

import "example.com/shop/internal/model"

// ParseDecimal returns a function that returns a model.Decimal of that scale.
func ParseDecimal(scale int) func(string) (any, error) {
	return func(s string) (any, error) {
		d, err := model.ParseDecimal(s, scale)
		return d, err //nolint:wrapcheck // a *model.FormatError, as ListField wants it
	}
}
