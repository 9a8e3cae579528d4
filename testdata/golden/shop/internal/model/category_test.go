package model_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/shop/internal/model"
)

func validCategory() model.Category {
	return model.Category{
		Name:     "name 1",
		Position: 2,
		ParentID: new("018f0000-0000-7000-8000-000000000001"),
	}
}

func TestCategoryIsValid(t *testing.T) {
	item := validCategory()
	if err := item.Validate(); err != nil {
		t.Error(err)
	}
	item.ParentID = nil
	if err := item.Validate(); err != nil {
		t.Errorf("with nothing optional: %v", err)
	}
}

func TestCategoryIsInvalid(t *testing.T) {
	tests := []struct {
		name, pointer string
		breaks        func(item *model.Category)
	}{
		{"name is too long", "/name", func(item *model.Category) { item.Name = strings.Repeat("é", 81) }},
		{"name holds a NUL", "/name", func(item *model.Category) { item.Name = "a\x00" }},
		{"name is too short", "/name", func(item *model.Category) { item.Name = strings.Repeat("é", 0) }},
		{"parent_id is something else", "/parent_id", func(item *model.Category) { item.ParentID = new("no such value") }},
	}
	for _, test := range tests {
		item := validCategory()
		test.breaks(&item)
		var invalid *model.ValidationError
		if err := item.Validate(); !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != test.pointer {
			t.Errorf("%s: %v, want one error at %s", test.name, err, test.pointer)
		}
	}
}

func TestCategoryPatch(t *testing.T) {
	item := validCategory()
	var patch model.CategoryPatch
	if !patch.Empty() {
		t.Error("a patch without changes is not empty")
	}
	patch.Apply(&item)
	if want := validCategory(); !reflect.DeepEqual(item, want) {
		t.Errorf("an empty patch gives\n%+v\nwant\n%+v", item, want)
	}

	want := validCategory()
	want.Name = "name 2"
	want.Position = 3
	want.ParentID = new("018f0000-0000-7000-8000-000000000002")
	full := model.CategoryPatch{
		Name:     model.Changed(want.Name),
		Position: model.Changed(want.Position),
		ParentID: model.Changed(want.ParentID),
	}
	if full.Empty() {
		t.Error("a patch with changes is empty")
	}
	full.Apply(&item)
	if !reflect.DeepEqual(item, want) {
		t.Errorf("the patch gives\n%+v\nwant\n%+v", item, want)
	}
}
