package model_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/shop/internal/model"
)

func validReview() model.Review {
	return model.Review{
		ProductID: "018f0000-0000-7000-8000-000000000001",
		Rating:    2,
		Body:      new("body 1"),
	}
}

func TestReviewIsValid(t *testing.T) {
	item := validReview()
	if err := item.Validate(); err != nil {
		t.Error(err)
	}
	item.Body = nil
	if err := item.Validate(); err != nil {
		t.Errorf("with nothing optional: %v", err)
	}
}

func TestReviewIsInvalid(t *testing.T) {
	tests := []struct {
		name, pointer string
		breaks        func(item *model.Review)
	}{
		{"product_id is something else", "/product_id", func(item *model.Review) { item.ProductID = "no such value" }},
		{"rating is too small", "/rating", func(item *model.Review) { item.Rating = int64(1) - 1 }},
		{"rating is too large", "/rating", func(item *model.Review) { item.Rating = int64(5) + 1 }},
		{"body is too long", "/body", func(item *model.Review) { item.Body = new(strings.Repeat("é", 16384)) }},
		{"body holds a NUL", "/body", func(item *model.Review) { item.Body = new("a\x00") }},
	}
	for _, test := range tests {
		item := validReview()
		test.breaks(&item)
		var invalid *model.ValidationError
		if err := item.Validate(); !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != test.pointer {
			t.Errorf("%s: %v, want one error at %s", test.name, err, test.pointer)
		}
	}
}

func TestReviewPatch(t *testing.T) {
	item := validReview()
	var patch model.ReviewPatch
	if !patch.Empty() {
		t.Error("a patch without changes is not empty")
	}
	patch.Apply(&item)
	if want := validReview(); !reflect.DeepEqual(item, want) {
		t.Errorf("an empty patch gives\n%+v\nwant\n%+v", item, want)
	}

	want := validReview()
	want.ProductID = "018f0000-0000-7000-8000-000000000002"
	want.Rating = 3
	want.Body = new("body 2")
	full := model.ReviewPatch{
		ProductID: model.Changed(want.ProductID),
		Rating:    model.Changed(want.Rating),
		Body:      model.Changed(want.Body),
	}
	if full.Empty() {
		t.Error("a patch with changes is empty")
	}
	full.Apply(&item)
	if !reflect.DeepEqual(item, want) {
		t.Errorf("the patch gives\n%+v\nwant\n%+v", item, want)
	}
}
