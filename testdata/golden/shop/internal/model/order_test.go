package model_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/shop/internal/model"
)

func validOrder() model.Order {
	return model.Order{
		BuyerID:  "018f0000-0000-7000-8000-000000000001",
		SellerID: "018f0000-0000-7000-8000-000000000001",
		Note:     new("note 1"),
	}
}

func TestOrderIsValid(t *testing.T) {
	item := validOrder()
	if err := item.Validate(); err != nil {
		t.Error(err)
	}
	item.Note = nil
	if err := item.Validate(); err != nil {
		t.Errorf("with nothing optional: %v", err)
	}
}

func TestOrderIsInvalid(t *testing.T) {
	tests := []struct {
		name, pointer string
		breaks        func(item *model.Order)
	}{
		{"buyer_id is something else", "/buyer_id", func(item *model.Order) { item.BuyerID = "no such value" }},
		{"seller_id is something else", "/seller_id", func(item *model.Order) { item.SellerID = "no such value" }},
		{"note is too long", "/note", func(item *model.Order) { item.Note = new(strings.Repeat("é", 16384)) }},
		{"note holds a NUL", "/note", func(item *model.Order) { item.Note = new("a\x00") }},
	}
	for _, test := range tests {
		item := validOrder()
		test.breaks(&item)
		var invalid *model.ValidationError
		if err := item.Validate(); !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != test.pointer {
			t.Errorf("%s: %v, want one error at %s", test.name, err, test.pointer)
		}
	}
}

func TestOrderPatch(t *testing.T) {
	item := validOrder()
	var patch model.OrderPatch
	if !patch.Empty() {
		t.Error("a patch without changes is not empty")
	}
	patch.Apply(&item)
	if want := validOrder(); !reflect.DeepEqual(item, want) {
		t.Errorf("an empty patch gives\n%+v\nwant\n%+v", item, want)
	}

	want := validOrder()
	want.BuyerID = "018f0000-0000-7000-8000-000000000002"
	want.SellerID = "018f0000-0000-7000-8000-000000000002"
	want.Note = new("note 2")
	full := model.OrderPatch{
		BuyerID:  model.Changed(want.BuyerID),
		SellerID: model.Changed(want.SellerID),
		Note:     model.Changed(want.Note),
	}
	if full.Empty() {
		t.Error("a patch with changes is empty")
	}
	full.Apply(&item)
	if !reflect.DeepEqual(item, want) {
		t.Errorf("the patch gives\n%+v\nwant\n%+v", item, want)
	}
}
