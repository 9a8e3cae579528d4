package repository

import (
	"fmt"

	"example.com/shop/internal/model"
)

// unknownReference gives the error of a statement that writes a row its meaning: there a broken reference is one to what does
// not exist. Services look before they write and say which one, so it went in between. The cause is no more than text in it: it
// is a conflict, and whoever sees both could not tell which is meant.
func unknownReference(err error) error {
	if !breaksReference(err) {
		return err
	}
	return fmt.Errorf("%w (%s)", &model.ValidationError{Fields: []model.FieldError{
		{Code: model.CodeUnknownReference, Detail: "refers to something that does not exist"},
	}}, err.Error())
}
