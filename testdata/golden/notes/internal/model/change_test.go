package model

import "testing"

func TestChange(t *testing.T) {
	name, note := "old", new("old")
	Change[string]{}.Apply(&name)
	Change[*string]{}.Apply(&note)
	if name != "old" || note == nil {
		t.Errorf("an absent member changed something: %q, %v", name, note)
	}
	Changed("new").Apply(&name)
	Changed[*string](nil).Apply(&note)
	if name != "new" || note != nil {
		t.Errorf("a set member changed nothing: %q, %v", name, note)
	}
}

func TestChangeReceives(t *testing.T) {
	var c Change[string]
	value, ok := c.Receive().(*string)
	if !ok || !c.Set {
		t.Fatalf("got %+v", c)
	}
	*value = "x"
	if c.Value != "x" {
		t.Errorf("got %+v", c)
	}
}

func TestOffset(t *testing.T) {
	for page, want := range map[int]int{0: 0, 1: 0, 2: 20, 5: 80} {
		if got := (Query{Page: page, Limit: 20}).Offset(); got != want {
			t.Errorf("page %d: got %d, want %d", page, got, want)
		}
	}
}
