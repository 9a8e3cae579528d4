package model_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/notes/internal/model"
)

func validNote() model.Note {
	return model.Note{
		Title: "title 1",
		Body:  new("body 1"),
	}
}

func TestNoteIsValid(t *testing.T) {
	item := validNote()
	if err := item.Validate(); err != nil {
		t.Error(err)
	}
	item.Body = nil
	if err := item.Validate(); err != nil {
		t.Errorf("with nothing optional: %v", err)
	}
}

func TestNoteIsInvalid(t *testing.T) {
	tests := []struct {
		name, pointer string
		breaks        func(item *model.Note)
	}{
		{"title is too long", "/title", func(item *model.Note) { item.Title = strings.Repeat("é", 121) }},
		{"title holds a NUL", "/title", func(item *model.Note) { item.Title = "a\x00" }},
		{"title is too short", "/title", func(item *model.Note) { item.Title = strings.Repeat("é", 0) }},
		{"body is too long", "/body", func(item *model.Note) { item.Body = new(strings.Repeat("é", 16384)) }},
		{"body holds a NUL", "/body", func(item *model.Note) { item.Body = new("a\x00") }},
	}
	for _, test := range tests {
		item := validNote()
		test.breaks(&item)
		var invalid *model.ValidationError
		if err := item.Validate(); !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != test.pointer {
			t.Errorf("%s: %v, want one error at %s", test.name, err, test.pointer)
		}
	}
}

func TestNotePatch(t *testing.T) {
	item := validNote()
	var patch model.NotePatch
	if !patch.Empty() {
		t.Error("a patch without changes is not empty")
	}
	patch.Apply(&item)
	if want := validNote(); !reflect.DeepEqual(item, want) {
		t.Errorf("an empty patch gives\n%+v\nwant\n%+v", item, want)
	}

	want := validNote()
	want.Title = "title 2"
	want.Body = new("body 2")
	full := model.NotePatch{
		Title: model.Changed(want.Title),
		Body:  model.Changed(want.Body),
	}
	if full.Empty() {
		t.Error("a patch with changes is empty")
	}
	full.Apply(&item)
	if !reflect.DeepEqual(item, want) {
		t.Errorf("the patch gives\n%+v\nwant\n%+v", item, want)
	}
}
