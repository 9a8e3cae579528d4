package service

import (
	"context"
	"errors"
	"slices"
	"testing"

	"example.com/notes/internal/model"
)

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestNewID(t *testing.T) {
	var ids []string
	for range 1000 {
		id, err := newID()
		if err != nil || !model.IsUUID(id) {
			t.Fatalf("%q, %v", id, err)
		}
		ids = append(ids, id)
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != 1000 {
		t.Error("ids repeat or do not sort by the time at which they were made")
	}
}

func TestNowIsStorable(t *testing.T) {
	if at := now(); at != model.CanonicalTime(at) {
		t.Errorf("%s is not as databases keep it", at)
	}
}

func TestCheckVersion(t *testing.T) {
	tests := []struct {
		name     string
		versions []int64
		want     error
	}{
		{"no condition", nil, nil},
		{"the current one", []int64{3}, nil},
		{"among others", []int64{1, 3}, nil},
		{"another", []int64{2}, model.ErrPrecondition},
		{"none matches", []int64{}, model.ErrPrecondition},
	}
	for _, test := range tests {
		if err := checkVersion(test.versions, 3); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// numbers lists 1 to n as a store would.
func numbers(n int) lister[int] {
	return lister[int]{
		list: func(_ context.Context, q model.Query) ([]int, error) {
			from, most := q.Offset(), q.Limit
			if q.Page == 0 {
				most++
			}
			if q.After != nil {
				from, _ = q.After[0].(int)
			}
			all := make([]int, n)
			for i := range all {
				all[i] = i + 1
			}
			return all[from:min(from+most, n)], nil
		},
		count: func(context.Context, model.Query) (int64, error) { return int64(n), nil },
		value: func(item int, field string) any {
			if field == "id" {
				return item
			}
			return nil
		},
	}
}

func TestPages(t *testing.T) {
	sort := []model.Sort{{Field: "id"}}
	tests := []struct {
		name  string
		q     model.Query
		items []int
		next  []any
		total int64
	}{
		{"first", model.Query{Limit: 2}, []int{1, 2}, []any{2}, 0},
		{"next", model.Query{Limit: 2, After: []any{2}}, []int{3, 4}, []any{4}, 0},
		{"last", model.Query{Limit: 2, After: []any{4}}, []int{5}, nil, 0},
		{"exactly all", model.Query{Limit: 5}, []int{1, 2, 3, 4, 5}, nil, 0},
		{"numbered", model.Query{Limit: 2, Page: 2}, []int{3, 4}, nil, 5},
		{"numbered, last", model.Query{Limit: 2, Page: 3}, []int{5}, nil, 5},
		{"numbered, behind the last", model.Query{Limit: 2, Page: 4}, []int{}, nil, 5},
	}
	for _, test := range tests {
		test.q.Sort = sort
		items, next, total, err := numbers(5).page(t.Context(), test.q)
		if err != nil || !slices.Equal(items, test.items) || items == nil || !slices.Equal(next, test.next) || total != test.total {
			t.Errorf("%s: %v, next %v, total %d, %v", test.name, items, next, total, err)
		}
	}
}

func TestPagesPassErrorsOn(t *testing.T) {
	broken := numbers(5)
	broken.count = func(context.Context, model.Query) (int64, error) { return 0, model.ErrUnavailable }
	_, _, _, err := broken.page(t.Context(), model.Query{Limit: 1, Page: 1})
	wantError(t, err, model.ErrUnavailable)
	broken.list = func(context.Context, model.Query) ([]int, error) { return nil, model.ErrUnavailable }
	_, _, _, err = broken.page(t.Context(), model.Query{Limit: 1})
	wantError(t, err, model.ErrUnavailable)
}
