package httpx

import "example.com/shop/internal/model"

// ParseID returns the id from a path when it is a UUID in canonical spelling, and a
// *BadRequestError otherwise.
func ParseID(s string) (string, error) {
	if !model.IsUUID(s) {
		return "", BadRequest("The id must be a UUID in lower case.")
	}
	return s, nil
}
