package model_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/shop/internal/model"
)

func validProduct() model.Product {
	return model.Product{
		Name:        "name 1",
		SKU:         "sku 1",
		Price:       model.MustDecimal("1.01", 2),
		Stock:       2,
		Description: new("description 1"),
		Status:      "live",
		CategoryID:  "018f0000-0000-7000-8000-000000000001",
	}
}

func TestProductIsValid(t *testing.T) {
	item := validProduct()
	if err := item.Validate(); err != nil {
		t.Error(err)
	}
	item.Description = nil
	if err := item.Validate(); err != nil {
		t.Errorf("with nothing optional: %v", err)
	}
}

func TestProductIsInvalid(t *testing.T) {
	tests := []struct {
		name, pointer string
		breaks        func(item *model.Product)
	}{
		{"name is too long", "/name", func(item *model.Product) { item.Name = strings.Repeat("é", 201) }},
		{"name holds a NUL", "/name", func(item *model.Product) { item.Name = "a\x00" }},
		{"name is too short", "/name", func(item *model.Product) { item.Name = strings.Repeat("é", 0) }},
		{"sku is too long", "/sku", func(item *model.Product) { item.SKU = strings.Repeat("é", 256) }},
		{"sku holds a NUL", "/sku", func(item *model.Product) { item.SKU = "a\x00" }},
		{"price is too small", "/price", func(item *model.Product) { item.Price = model.NewDecimal(model.MustDecimal("0", 2).Unscaled()-1, 2) }},
		{"price has too many digits after the point", "/price", func(item *model.Product) {
			item.Price = model.NewDecimal(model.MustDecimal("1.01", 2).Unscaled()*10+1, 3)
		}},
		{"stock is too small", "/stock", func(item *model.Product) { item.Stock = int64(0) - 1 }},
		{"description is too long", "/description", func(item *model.Product) { item.Description = new(strings.Repeat("é", 16384)) }},
		{"description holds a NUL", "/description", func(item *model.Product) { item.Description = new("a\x00") }},
		{"status is something else", "/status", func(item *model.Product) { item.Status = "no such value" }},
		{"category_id is something else", "/category_id", func(item *model.Product) { item.CategoryID = "no such value" }},
	}
	for _, test := range tests {
		item := validProduct()
		test.breaks(&item)
		var invalid *model.ValidationError
		if err := item.Validate(); !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != test.pointer {
			t.Errorf("%s: %v, want one error at %s", test.name, err, test.pointer)
		}
	}
}

func TestProductPatch(t *testing.T) {
	item := validProduct()
	var patch model.ProductPatch
	if !patch.Empty() {
		t.Error("a patch without changes is not empty")
	}
	patch.Apply(&item)
	if want := validProduct(); !reflect.DeepEqual(item, want) {
		t.Errorf("an empty patch gives\n%+v\nwant\n%+v", item, want)
	}

	want := validProduct()
	want.Name = "name 2"
	want.SKU = "sku 2"
	want.Price = model.MustDecimal("1.02", 2)
	want.Stock = 3
	want.Description = new("description 2")
	want.Status = "draft"
	want.CategoryID = "018f0000-0000-7000-8000-000000000002"
	full := model.ProductPatch{
		Name:        model.Changed(want.Name),
		SKU:         model.Changed(want.SKU),
		Price:       model.Changed(want.Price),
		Stock:       model.Changed(want.Stock),
		Description: model.Changed(want.Description),
		Status:      model.Changed(want.Status),
		CategoryID:  model.Changed(want.CategoryID),
	}
	if full.Empty() {
		t.Error("a patch with changes is empty")
	}
	full.Apply(&item)
	if !reflect.DeepEqual(item, want) {
		t.Errorf("the patch gives\n%+v\nwant\n%+v", item, want)
	}
}

func TestProductNormalizesPrice(t *testing.T) {
	item := validProduct()
	item.Price = model.NewDecimal(1, 0)
	item.Normalize()
	if got := item.Price.Scale(); got != 2 {
		t.Errorf("1 has %d digits after the point, want 2", got)
	}
}
