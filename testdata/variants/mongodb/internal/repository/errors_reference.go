package repository

import "example.com/shop/internal/model"

// unknownReference is the error of storing what refers to something that does not exist. Services look before they write, so
// it went in between.
func unknownReference() error {
	return &model.ValidationError{Fields: []model.FieldError{
		{Code: model.CodeUnknownReference, Detail: "refers to something that does not exist"},
	}}
}
