package document

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// stored returns a reader of what a server would give back.
func stored(t *testing.T, doc bson.D) *Reader {
	t.Helper()
	raw, err := bson.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return NewReader(raw)
}

func TestTimesSortAsText(t *testing.T) {
	zone := time.FixedZone("east", 5*3600)
	times := []time.Time{
		time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 4, 59, 59, 0, zone),
		time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 0, 10_000, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	texts := make([]string, len(times))
	for i, at := range times {
		texts[i] = FormatTime(at)
		r := stored(t, New(bson.D{{Key: "at", Value: at}}))
		if back := Get(r, "at", Time); r.Err() != nil || !back.Equal(at) || back.Location() != time.UTC {
			t.Errorf("%s came back as %s, %v", at, back, r.Err())
		}
	}
	if !slices.IsSorted(texts) {
		t.Errorf("not in order: %q", texts)
	}
}

func TestValue(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	raw := json.RawMessage(`[1]`)
	tests := []struct {
		in, want any
	}{
		{"text", "text"},
		{int64(7), int64(7)},
		{nil, nil},
		{new("text"), "text"},
		{(*string)(nil), nil},
		{at, "2026-01-02T03:04:05.000006Z"},
		{&at, "2026-01-02T03:04:05.000006Z"},
		{(*time.Time)(nil), nil},
		{raw, "[1]"},
		{&raw, "[1]"},
		{(*json.RawMessage)(nil), nil},
	}
	for _, test := range tests {
		if got := Value(test.in); got != test.want {
			t.Errorf("Value(%v) = %v, want %v", test.in, got, test.want)
		}
	}
}

func TestNilIsNotThere(t *testing.T) {
	elements := bson.D{{Key: "a", Value: "x"}, {Key: "b", Value: (*string)(nil)}, {Key: "c", Value: nil}, {Key: "d", Value: false}}
	if got, want := New(elements), (bson.D{{Key: "a", Value: "x"}, {Key: "d", Value: false}}); !reflect.DeepEqual(got, want) {
		t.Errorf("New gives %v, want %v", got, want)
	}
	want := bson.D{
		{Key: "$set", Value: bson.D{{Key: "a", Value: "x"}, {Key: "d", Value: false}}},
		{Key: "$unset", Value: bson.D{{Key: "b", Value: ""}, {Key: "c", Value: ""}}},
	}
	if got := Changes(elements); !reflect.DeepEqual(got, want) {
		t.Errorf("Changes gives %v, want %v", got, want)
	}
	if got := Changes(elements[:1]); len(got) != 1 {
		t.Errorf("Changes of what has a value gives %v", got)
	}
}

func TestReader(t *testing.T) {
	r := stored(t, bson.D{
		{Key: "text", Value: "a\x00b"},
		{Key: "int", Value: int64(-1 << 63)},
		{Key: "float", Value: 0.1},
		{Key: "bool", Value: true},
		{Key: "bytes", Value: bson.Binary{Data: []byte{0, 255}}},
		{Key: "json", Value: `{"a": 1}`},
		{Key: "null", Value: nil},
	})
	if v := Get(r, "text", Text); v != "a\x00b" {
		t.Errorf("text %q", v)
	}
	if v := Get(r, "int", Int); v != -1<<63 {
		t.Errorf("int %d", v)
	}
	if v := Get(r, "float", Float); v != 0.1 {
		t.Errorf("float %v", v)
	}
	if v := Get(r, "bool", Bool); !v {
		t.Errorf("bool %t", v)
	}
	if v := Get(r, "bytes", Bytes); !slices.Equal(v, []byte{0, 255}) {
		t.Errorf("bytes %v", v)
	}
	if v := Find(r, "json", JSON); v == nil || string(*v) != `{"a": 1}` {
		t.Errorf("json %v", v)
	}
	for _, name := range []string{"null", "nothing"} {
		if v := Find(r, name, Text); v != nil {
			t.Errorf("%s is %q", name, *v)
		}
	}
	if r.Err() != nil {
		t.Error(r.Err())
	}
}

func TestReaderRefuses(t *testing.T) {
	doc := bson.D{{Key: "n", Value: int64(1)}, {Key: "text", Value: "yesterday"}, {Key: "float", Value: 1.0}}
	tests := map[string]func(r *Reader){
		"nothing":         func(r *Reader) { Get(r, "nothing", Text) },
		"a number":        func(r *Reader) { Get(r, "n", Text) },
		"another number":  func(r *Reader) { Get(r, "float", Int) },
		"no time":         func(r *Reader) { Get(r, "text", Time) },
		"no time, either": func(r *Reader) { Find(r, "text", Time) },
		"no bytes":        func(r *Reader) { Find(r, "n", Bytes) },
	}
	for name, read := range tests {
		r := stored(t, doc)
		if read(r); !errors.Is(r.Err(), ErrMalformed) {
			t.Errorf("%s: %v", name, r.Err())
		}
	}
}
