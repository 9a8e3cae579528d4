package httpx

import "example.com/shop/internal/model"

// ParseEmail returns an address as it is stored, so that each of its spellings finds it.
func ParseEmail(s string) (any, error) {
	email, err := model.CanonicalEmail(s)
	return email, err //nolint:wrapcheck // a *model.FormatError, as ListField wants it
}
