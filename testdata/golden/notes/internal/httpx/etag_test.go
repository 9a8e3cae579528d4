package httpx

import (
	"errors"
	"slices"
	"testing"

	"example.com/notes/internal/model"
)

func TestIfMatch(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   []int64 // nil is any version
	}{
		{"none", nil, nil},
		{"star", []string{"*"}, nil},
		{"star with blanks", []string{" * "}, nil},
		{"one", []string{`"v3"`}, []int64{3}},
		{"own tag", []string{ETag(9_000_000_000)}, []int64{9_000_000_000}},
		{"list", []string{`"v3", "v4" ,"v5"`}, []int64{3, 4, 5}},
		{"lines", []string{`"v3"`, `"v4"`}, []int64{3, 4}},
		{"empty elements", []string{`,"v3",,"v4",`}, []int64{3, 4}},
		{"weak", []string{`W/"v3"`}, []int64{}},
		{"weak and strong", []string{`W/"v3", "v4"`}, []int64{4}},
		{"foreign", []string{`"abc"`, `"3"`, `"v"`, `"vx"`, `"v03"`, `"v+3"`, `""`}, []int64{}},
		{"comma inside", []string{`"a,b", "v1"`}, []int64{1}},
		{"overflow", []string{`"v99999999999999999999"`}, []int64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := IfMatch(tt.values, false)
			if err != nil || !slices.Equal(got, tt.want) || (got == nil) != (tt.want == nil) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestIfMatchRefusesWhatIsNotAList(t *testing.T) {
	for _, value := range []string{"", ",", `v3`, `"v3`, `v3"`, `"v3" "v4"`, `"v3", *`, `*, "v3"`, `w/"v3"`, `W/`, `'v3'`} {
		_, err := IfMatch([]string{value}, false)
		if _, ok := errors.AsType[*BadRequestError](err); !ok {
			t.Errorf("%q: got %v, want a *BadRequestError", value, err)
		}
	}
}

func TestIfMatchCanBeRequired(t *testing.T) {
	if _, err := IfMatch(nil, true); !errors.Is(err, model.ErrPreconditionRequired) {
		t.Errorf("got %v", err)
	}
	if _, err := IfMatch([]string{"*"}, true); err != nil {
		t.Errorf("a star: got %v", err)
	}
}

func TestNoneMatch(t *testing.T) {
	tests := []struct {
		values []string
		want   bool
	}{
		{nil, false},
		{[]string{"*"}, true},
		{[]string{`"v3"`}, true},
		{[]string{`W/"v3"`}, true},
		{[]string{`"v1", W/"v2"`, `"v3"`}, true},
		{[]string{`"v4"`}, false},
		{[]string{`v3`}, false},
		{[]string{`"v3`}, false},
		{[]string{""}, false},
	}
	for _, tt := range tests {
		if got := NoneMatch(tt.values, 3); got != tt.want {
			t.Errorf("%q: got %t", tt.values, got)
		}
	}
}
