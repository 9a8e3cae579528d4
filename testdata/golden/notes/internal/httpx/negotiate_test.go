package httpx

import (
	"errors"
	"testing"
)

func TestCheckContentType(t *testing.T) {
	tests := []struct {
		contentType, encoding string
		also                  []string
		ok                    bool
	}{
		{contentType: "application/json", ok: true},
		{contentType: "Application/JSON", ok: true},
		{contentType: "application/json; charset=utf-8", ok: true},
		{contentType: `application/json;charset="UTF-8"`, ok: true},
		{contentType: "application/json", encoding: "identity", ok: true},
		{contentType: "application/merge-patch+json", also: []string{MergePatchType}, ok: true},
		{contentType: "application/json", also: []string{MergePatchType}, ok: true},
		{contentType: "application/merge-patch+json"},
		{contentType: "application/json-patch+json", also: []string{MergePatchType}},
		{contentType: "application/json; charset=latin1"},
		{contentType: "application/json; charset=utf-16"},
		{contentType: "application/json", encoding: "gzip"},
		{contentType: "application/json", encoding: "identity, gzip"},
		{contentType: ""},
		{contentType: "text/plain"},
		{contentType: "text/json"},
		{contentType: "application/x-www-form-urlencoded"},
		{contentType: "multipart/form-data; boundary=x"},
		{contentType: "application/jsonx"},
		{contentType: "application/json, text/plain"},
		{contentType: "application/json;" + "charset"},
		{contentType: "json"},
	}
	for _, tt := range tests {
		err := CheckContentType(tt.contentType, tt.encoding, tt.also...)
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, ErrMediaType) {
			t.Errorf("%q %q %q: got %v", tt.contentType, tt.encoding, tt.also, err)
		}
	}
}

func TestCheckAccept(t *testing.T) {
	accepted := [][]string{
		nil,
		{"*/*"},
		{"application/json"},
		{"APPLICATION/JSON"},
		{"application/*"},
		{"text/html, application/json"},
		{"text/html", "application/json"},
		{"text/html, */*;q=0.1"},
		{"application/json;q=0.001"},
		{"*/*;q=0, application/json"},
		{"application/*;q=0, application/json;q=0.5"},
		{"application/json; charset=utf-8"},
		{"application/json;v=1;q=1.0"},
	}
	for _, accept := range accepted {
		if err := CheckAccept(accept); err != nil {
			t.Errorf("%q: got %v", accept, err)
		}
	}
	refused := [][]string{
		{"text/html"},
		{"application/xml"},
		{"text/html, application/xml"},
		{"*/*;q=0"},
		{"*/*; Q=0.0"},
		{"application/json;q=0, */*"},
		{"application/*;q=0, */*"},
		{"application/json;q=x"},
		{"application/json;q="},
		{"application/json;q=NaN"},
		{"application/jsonx"},
		{""},
	}
	for _, accept := range refused {
		if err := CheckAccept(accept); !errors.Is(err, ErrNotAcceptable) {
			t.Errorf("%q: got %v", accept, err)
		}
	}
}
