package httpx

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/notes/internal/model"
)

// celsius reads itself from a text.
type celsius struct{ degrees string }

func (c *celsius) UnmarshalText(text []byte) error {
	degrees, ok := strings.CutSuffix(string(text), "C")
	if !ok {
		return &model.FormatError{Want: "a temperature such as 20C"}
	}
	c.degrees = degrees
	return nil
}

// opaque reads itself from a text, and fails with an error that nobody should see.
type opaque struct{}

func (*opaque) UnmarshalText([]byte) error { return errors.New("internal detail") }

type item struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

type createRequest struct {
	Name   string               `json:"name"`
	Count  int64                `json:"count"`
	Small  *int8                `json:"small"`
	Weight *float64             `json:"weight"`
	Active *bool                `json:"active"`
	At     *time.Time           `json:"at"`
	Meta   *json.RawMessage     `json:"meta"`
	Temp   *celsius             `json:"temp"`
	Opaque *opaque              `json:"opaque"`
	Item   *item                `json:"item"`
	Items  *[]item              `json:"items"`
	Tags   *[]string            `json:"tags"`
	Status model.Change[string] `json:"status"`
	Odd    *string              `json:"a/b~c"`
	Hidden string               `json:"-"`
}

// decode decodes into a createRequest, with the members that are required.
func decode(t *testing.T, members string) (createRequest, error) {
	t.Helper()
	var got createRequest
	err := Decode([]byte(`{"name":"a","count":1`+members+`}`), &got)
	return got, err
}

func TestDecodeReadsEveryType(t *testing.T) {
	var got createRequest
	err := Decode([]byte(` { "name" : "a\u00e9\n\ud83d\ude00" , "count" : -9223372036854775808, "small": -128, "weight": 1.5e3,
		"active": true, "at": "2026-01-31T12:00:00.1234567+02:00", "meta": {"b": [1, "x"], "a": null}, "temp": "20C",
		"item": {"count": 2, "name": "i"}, "items": [{"name":"j","count":3}, {"name":"k","count":4}], "tags": [],
		"status": "new", "a/b~c": "odd" } `), &got)
	if err != nil {
		t.Fatal(err)
	}
	meta := json.RawMessage(`{"b":[1,"x"],"a":null}`)
	want := createRequest{
		Name: "aé\n😀", Count: -1 << 63, Small: new(int8(-128)), Weight: new(1500.0), Active: new(true),
		At: new(time.Date(2026, 1, 31, 10, 0, 0, 123456000, time.UTC)), Meta: &meta, Temp: &celsius{"20"},
		Item: &item{"i", 2}, Items: &[]item{{"j", 3}, {"k", 4}}, Tags: &[]string{}, Status: model.Changed("new"), Odd: new("odd"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDecodeKeepsTextAsItIs(t *testing.T) {
	for _, text := range []string{"", "😀", "مرحبا", "e\u0301", "𠜎𠜱", "👩\u200d👩\u200d👧", "a\tb", "\u2028<>&", strings.Repeat("x", 100_000)} {
		body, err := json.Marshal(map[string]any{"name": text, "count": 1})
		if err != nil {
			t.Fatal(err)
		}
		var got createRequest
		if err := Decode(body, &got); err != nil || got.Name != text {
			t.Errorf("%q came back as %q, %v", text, got.Name, err)
		}
	}
}

func TestDecodeReadsNoNegativeZero(t *testing.T) {
	for _, zero := range []string{"-0", "-0.0", "-0e5", "-1e-400"} {
		got, err := decode(t, `,"weight":`+zero)
		if err != nil || got.Weight == nil || *got.Weight != 0 || math.Signbit(*got.Weight) {
			t.Errorf("%s: got %+v, %v", zero, got.Weight, err)
		}
	}
}

func TestDecodeDoesNotKeepTheBody(t *testing.T) {
	body := []byte(`{"name":"abc","count":1,"meta":[1]}`)
	var got createRequest
	if err := Decode(body, &got); err != nil {
		t.Fatal(err)
	}
	clear(body)
	if got.Name != "abc" || string(*got.Meta) != "[1]" {
		t.Errorf("the result changes with the body: %q %q", got.Name, *got.Meta)
	}
}

func TestDecodeRefusesSyntax(t *testing.T) {
	nested := func(n int) string {
		return `{"name":"a","count":1,"meta":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	many := `{"k":0`
	for i := range 40 {
		many += `,"k` + strconv.Itoa(i) + `":0`
	}
	tests := map[string]string{
		"duplicate among many":    many + `,"k39":1}`,
		"empty":                   ``,
		"white space":             " \n\t",
		"cut off":                 `{"a":`,
		"cut off in a name":       `{"na`,
		"cut off in a text":       `{"name":"a`,
		"cut off in an escape":    `{"name":"a\`,
		"cut off in hex":          `{"name":"\u00`,
		"unquoted name":           `{a:1}`,
		"single quotes":           `{'a':1}`,
		"not JSON":                `'x'`,
		"null":                    `null`,
		"number":                  `1`,
		"text":                    `"a"`,
		"array":                   `[]`,
		"array of objects":        `[{"name":"a","count":1}]`,
		"byte order mark":         "\ufeff{}",
		"two documents":           `{"name":"a","count":1}{"role":"admin"}`,
		"garbage behind":          `{"name":"a","count":1} garbage`,
		"NUL behind":              "{\"name\":\"a\",\"count\":1}\x00",
		"comma at the end":        `{"name":"a","count":1,}`,
		"comma at the start":      `{,"name":"a"}`,
		"no comma":                `{"name":"a" "count":1}`,
		"no colon":                `{"name" "a"}`,
		"comment":                 `{"name":"a"/**/,"count":1}`,
		"duplicate":               `{"name":"a","count":1,"name":"b"}`,
		"duplicate, escaped":      `{"name":"a","count":1,"n\u0061me":"b"}`,
		"duplicate, unknown":      `{"x":1,"x":2}`,
		"duplicate in raw":        `{"name":"a","count":1,"meta":{"x":[{"y":1,"y":2}]}}`,
		"duplicate in unknown":    `{"x":{"y":1,"y":2}}`,
		"duplicate in item":       `{"name":"a","count":1,"item":{"name":"a","name":"b"}}`,
		"duplicate where wrong":   `{"name":{"y":1,"y":2}}`,
		"leading zero":            `{"count":01}`,
		"plus":                    `{"count":+1}`,
		"no digits":               `{"count":-}`,
		"no fraction":             `{"weight":1.}`,
		"no exponent":             `{"weight":1e}`,
		"hexadecimal":             `{"count":0x10}`,
		"NaN":                     `{"weight":NaN}`,
		"Infinity":                `{"weight":-Infinity}`,
		"misspelt literal":        `{"active":tru}`,
		"upper-case literal":      `{"active":True}`,
		"word":                    `{"active":truely}`,
		"control character":       "{\"name\":\"a\nb\"}",
		"control in escaped text": "{\"name\":\"\\t\nb\"}",
		"unknown escape":          `{"name":"\x41"}`,
		"half a surrogate":        `{"name":"\ud83d"}`,
		"two halves in disorder":  `{"name":"\ude00\ud83d"}`,
		"half, then text":         `{"name":"\ud83dabc"}`,
		"half, then escape":       `{"name":"\ud83d\u0041"}`,
		"invalid UTF-8":           "{\"name\":\"\xff\"}",
		"overlong UTF-8":          "{\"name\":\"\xc0\x80\"}",
		"UTF-8 surrogate":         "{\"name\":\"\xed\xa0\x80\"}",
		"UTF-16":                  "\xfe\xff\x00{\x00}",
		"depth 65":                nested(64),
		"depth 10,000":            nested(10_000),
		"depth 1,000,000":         nested(1_000_000),
		"depth, never closed":     `{"meta":` + strings.Repeat(`{"a":`, 100_000),
		"depth of an unknown":     `{"x":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`,
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			var got createRequest
			err := Decode([]byte(body), &got)
			syntax, ok := errors.AsType[*SyntaxError](err)
			if !ok {
				t.Fatalf("got %v, want a *SyntaxError", err)
			}
			for _, leak := range []string{"createRequest", "httpx", "string", "struct", "garbage"} {
				if strings.Contains(syntax.Error(), leak) {
					t.Errorf("%q mentions %q", syntax, leak)
				}
			}
		})
	}
	wide := `{"name":"a","count":1,"meta":[` + strings.Repeat(`{"a":[]},`, 100) + `0]}`
	for _, body := range []string{nested(63), wide} {
		if err := Decode([]byte(body), &createRequest{}); err != nil {
			t.Errorf("%.60s: %v", body, err)
		}
	}
}

func TestDecodeRefusesMeaning(t *testing.T) {
	tests := []struct{ members, pointer, code string }{
		{`,"role":"admin"`, "/role", model.CodeUnknown},
		{`,"Name":"b"`, "/Name", model.CodeUnknown},
		{`,"NAME":"b"`, "/NAME", model.CodeUnknown},
		{`,"Hidden":"b"`, "/Hidden", model.CodeUnknown},
		{`,"":1`, "/", model.CodeUnknown},
		{`,"-":1`, "/-", model.CodeUnknown},
		{`,"x/y~z":1`, "/x~1y~0z", model.CodeUnknown},
		{`,"a/b~c":1`, "/a~1b~0c", model.CodeType},
		{`,"small":128`, "/small", model.CodeTooLarge},
		{`,"small":-129`, "/small", model.CodeTooSmall},
		{`,"small":1.0`, "/small", model.CodeType},
		{`,"small":1e1`, "/small", model.CodeType},
		{`,"small":"1"`, "/small", model.CodeType},
		{`,"small":99999999999999999999`, "/small", model.CodeTooLarge},
		{`,"weight":1e999`, "/weight", model.CodeTooLarge},
		{`,"weight":-1e999`, "/weight", model.CodeTooSmall},
		{`,"weight":"1"`, "/weight", model.CodeType},
		{`,"active":1`, "/active", model.CodeType},
		{`,"active":"true"`, "/active", model.CodeType},
		{`,"at":"yesterday"`, "/at", model.CodeFormat},
		{`,"at":"2026-01-31"`, "/at", model.CodeFormat},
		{`,"at":"2026-01-31T12:00:00"`, "/at", model.CodeFormat},
		{`,"at":"2026-02-30T12:00:00Z"`, "/at", model.CodeFormat},
		{`,"at":1`, "/at", model.CodeType},
		{`,"temp":"20F"`, "/temp", model.CodeFormat},
		{`,"temp":20`, "/temp", model.CodeType},
		{`,"item":[]`, "/item", model.CodeType},
		{`,"item":"x"`, "/item", model.CodeType},
		{`,"item":{"count":1}`, "/item/name", model.CodeRequired},
		{`,"item":{"name":null,"count":1}`, "/item/name", model.CodeNull},
		{`,"item":{"name":"a","count":1,"owner":2}`, "/item/owner", model.CodeUnknown},
		{`,"items":{}`, "/items", model.CodeType},
		{`,"items":[{"name":"a","count":1},{"name":"b","count":"2"}]`, "/items/1/count", model.CodeType},
		{`,"items":[null]`, "/items/0", model.CodeNull},
		{`,"tags":["a",1]`, "/tags/1", model.CodeType},
		{`,"tags":[` + strings.TrimSuffix(strings.Repeat(`"a",`, maxElements+5), ",") + `]`, "/tags", model.CodeTooLong},
		{`,"status":null`, "/status", model.CodeNull},
		{`,"status":1`, "/status", model.CodeType},
		{`,"meta":{"a":"\u0000"}`, "/meta", model.CodeText},
		{`,"meta":{"\u0000":1}`, "/meta", model.CodeText},
		{`,"meta":[1e999]`, "/meta", model.CodeTooLarge},
		{`,"a/b~c":"x\u0000y"`, "/a~1b~0c", model.CodeText},
	}
	for _, tt := range tests {
		t.Run(tt.members[:min(len(tt.members), 40)], func(t *testing.T) {
			_, err := decode(t, tt.members)
			invalid, ok := errors.AsType[*model.ValidationError](err)
			if !ok || len(invalid.Fields) != 1 {
				t.Fatalf("got %v, want one broken rule", err)
			}
			if got := invalid.Fields[0]; got.Pointer != tt.pointer || got.Code != tt.code || got.Detail == "" {
				t.Errorf("got %+v, want %s %s", got, tt.pointer, tt.code)
			}
		})
	}
}

func TestDecodeReportsEverythingAtOnce(t *testing.T) {
	var got createRequest
	err := Decode([]byte(`{"count":"x","role":"admin","active":7,"status":null}`), &got)
	invalid, ok := errors.AsType[*model.ValidationError](err)
	if !ok {
		t.Fatal(err)
	}
	var pointers []string
	for _, f := range invalid.Fields {
		pointers = append(pointers, f.Pointer)
	}
	if want := []string{"/count", "/role", "/active", "/status", "/name"}; !slices.Equal(pointers, want) {
		t.Errorf("got %v, want %v", pointers, want)
	}
}

// limited is an input with a rule of its own.
type limited struct {
	Size int                  `json:"size"`
	Note model.Change[string] `json:"note"`
	Name string               `json:"name"`
}

func (l *limited) Validate() error {
	var v model.Violations
	model.AtLeast(&v, "/size", l.Size, 1)
	v.Length("/note", l.Note.Value, 1, 10)
	v.Length("/name", l.Name, 1, 10)
	return v.Err()
}

func TestDecodeAddsTheRulesOfTheInput(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"sound", `{"size":1,"name":"a"}`, nil},
		{"only rules are broken: the service will say so", `{"size":0,"name":""}`, nil},
		{"both", `{"size":0,"name":"","colour":1}`, []string{"/colour unknown", "/size too_small", "/name too_short"}},
		{"nothing about what is missing or unreadable", `{"size":"x"}`, []string{"/size type", "/name required"}},
		{"nothing about what is not set", `{"size":1,"name":"a","x":1}`, []string{"/x unknown"}},
		{"something about what is set", `{"size":1,"name":"a","x":1,"note":""}`, []string{"/x unknown", "/note too_short"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			if invalid, ok := errors.AsType[*model.ValidationError](Decode([]byte(tt.body), &limited{})); ok {
				for _, f := range invalid.Fields {
					got = append(got, f.Pointer+" "+f.Code)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDecodeBoundsItsReport(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"name":"a","count":1`)
	for i := range 5000 {
		body.WriteString(`,"` + strings.Repeat("k", 200) + strconv.Itoa(i) + `":1`)
	}
	body.WriteString("}")
	invalid, ok := errors.AsType[*model.ValidationError](Decode([]byte(body.String()), &createRequest{}))
	if !ok || len(invalid.Fields) != maxViolations || len(invalid.Fields[0].Pointer) > maxNameShown+1 {
		t.Errorf("the report is not bounded: %d entries", len(invalid.Fields))
	}
}

func TestDecodeNeverRepeatsAValue(t *testing.T) {
	_, err := decode(t, `,"small":"canary","at":"canary","temp":"canary","opaque":"canary","active":"canary"`)
	invalid, ok := errors.AsType[*model.ValidationError](err)
	if !ok || len(invalid.Fields) != 5 {
		t.Fatal(err)
	}
	for _, f := range invalid.Fields {
		if strings.Contains(f.Detail, "canary") || strings.Contains(f.Detail, "internal") {
			t.Errorf("%s: %s", f.Pointer, f.Detail)
		}
	}
}

type patchRequest struct {
	Name model.Change[string]           `json:"name"`
	Note model.Change[*string]          `json:"note"`
	At   model.Change[*time.Time]       `json:"at"`
	Meta model.Change[*json.RawMessage] `json:"meta"`
}

func TestDecodeTellsAbsentFromNull(t *testing.T) {
	tests := map[string]patchRequest{
		`{}`:                      {},
		`{"name":"a"}`:            {Name: model.Changed("a")},
		`{"name":""}`:             {Name: model.Changed("")},
		`{"note":null}`:           {Note: model.Changed[*string](nil)},
		`{"note":"x"}`:            {Note: model.Changed(new("x"))},
		`{"at":null,"meta":null}`: {At: model.Changed[*time.Time](nil), Meta: model.Changed[*json.RawMessage](nil)},
		`{"meta":{"a":1}}`:        {Meta: model.Changed(new(json.RawMessage(`{"a":1}`)))},
	}
	for body, want := range tests {
		var got patchRequest
		if err := Decode([]byte(body), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}

func TestDecodeIntoSomethingUnfit(t *testing.T) {
	type recursive struct {
		Next *recursive `json:"next"`
	}
	tests := map[string]any{
		"nil":           nil,
		"no pointer":    createRequest{},
		"nil pointer":   (*createRequest)(nil),
		"no struct":     new(map[string]string),
		"no tag":        &struct{ Name string }{},
		"embedded":      &struct{ Embedded }{},
		"one tag twice": twice(),
		"channel": &struct {
			C chan int `json:"c"`
		}{},
		"interface": &struct {
			C any `json:"c"`
		}{},
		"map": &struct {
			C map[string]int `json:"c"`
		}{},
		"a type in itself": &recursive{},
	}
	for name, dst := range tests {
		err := Decode([]byte(`{}`), dst)
		_, syntax := errors.AsType[*SyntaxError](err)
		_, invalid := errors.AsType[*model.ValidationError](err)
		if err == nil || syntax || invalid {
			t.Errorf("%s: got %v, want an error of the program", name, err)
		}
	}
}

// Embedded has no name in JSON.
type Embedded struct {
	Name string `json:"name"`
}

// twice returns a struct that vet would warn about, and the compiler would not.
func twice() any {
	text := reflect.TypeFor[string]()
	return reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: text, Tag: `json:"user_id"`},
		{Name: "B", Type: text, Tag: `json:"user_id"`},
	})).Interface()
}

func TestDecodeAcceptsWhatEncodingJSONWrites(t *testing.T) {
	want := createRequest{
		Name: "\u2028<&>\"\\", Count: 1 << 62, Weight: new(5e-324), Tags: &[]string{"\u0001", "\u007f"}, Items: &[]item{{"x", 0}},
		Status: model.Changed("s"),
	}
	body, err := json.Marshal(map[string]any{
		"name": want.Name, "count": want.Count, "weight": want.Weight, "tags": want.Tags, "items": want.Items, "status": "s", "at": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got createRequest
	if err := Decode(body, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestDecodeIsSafeForConcurrentUse(t *testing.T) {
	type fresh struct {
		Name string `json:"name"`
	}
	done := make(chan error)
	for range 8 {
		go func() { done <- Decode([]byte(`{"name":"a"}`), &fresh{}) }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// FuzzDecode checks against encoding/json: what Decode accepts as JSON, it accepts
// too; and what it refuses, Decode never accepts.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"meta":{"a":[1,-0.5e+3,"\ud83d\ude00",true,false,null]}}`, `{"meta":"\u0000"}`, `{"name":"a"}`, `{"meta":[1e999]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got patchRequest
		err := Decode(body, &got)
		_, syntax := errors.AsType[*SyntaxError](err)
		if !syntax && !json.Valid(body) {
			t.Errorf("accepted as JSON: %q", body)
		}
		var reference patchRequestReference
		if err == nil && json.Unmarshal(body, &reference) != nil {
			t.Errorf("encoding/json refuses what Decode accepts: %q", body)
		}
		if err == nil && reference.Name != nil && *reference.Name != got.Name.Value {
			t.Errorf("name is %q, encoding/json reads %q", got.Name.Value, *reference.Name)
		}
	})
}

type patchRequestReference struct {
	Name *string          `json:"name"`
	Note *string          `json:"note"`
	At   *time.Time       `json:"at"`
	Meta *json.RawMessage `json:"meta"`
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"name":"A product of some length","count":12,"weight":3.25,"active":true,"at":"2026-01-31T12:00:00Z","status":"new"}`)
	b.ReportAllocs()
	for b.Loop() {
		var dst createRequest
		if err := Decode(body, &dst); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	body := []byte(`{"name":"A product of some length","note":"x","at":"2026-01-31T12:00:00Z","meta":{"a":1}}`)
	b.ReportAllocs()
	for b.Loop() {
		var dst patchRequestReference
		if err := json.Unmarshal(body, &dst); err != nil {
			b.Fatal(err)
		}
	}
}
