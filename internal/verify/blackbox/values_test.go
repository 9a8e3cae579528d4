package blackbox

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"
)

func TestValuesAreValid(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{`{type: string, minLength: 3, maxLength: 5}`, `^"[a-z0-9]{5}"$`},
		{`{type: string, maxLength: 1}`, `^"[a-z0-9]"$`},
		{`{type: string, minLength: 40, maxLength: 40}`, `^".{40}"$`},
		{`{type: [string, "null"], maxLength: 16383}`, `^"verify [a-z0-9]{12}"$`},
		{`{type: string, format: uuid}`, `^"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`},
		{`{type: string, format: email}`, `^"verify-[a-z0-9]+@example.com"$`},
		{`{type: string, format: uri}`, `^"https://example.com/[a-z0-9]+"$`},
		{`{type: string, format: date}`, `^"2024-03-01"$`},
		{`{type: string, format: date, description: at least 2030-01-01 and at most 2030-01-01}`, `^"2030-01-01"$`},
		{`{type: string, format: date-time, description: at most 2001-01-01T00:00:00Z}`, `^"2000-12-31T23:43:21Z"$`},
		{`{type: string, pattern: '^-?[0-9]{1,10}(\.[0-9]{1,2})?$', description: at least 0}`, `^"0.0[0-9]"$`},
		{`{type: string, pattern: '^-?[0-9]{1,10}(\.[0-9]{1,2})?$', description: at most -3.50}`, `^"-1003.4[0-9]"$`},
		{`{type: string, pattern: '^-?0(\.[0-9]{1,2})?$'}`, `^"0.[0-9]{2}"$`},
		{`{type: integer}`, `^1$`},
		{`{type: integer, minimum: 7, maximum: 8}`, `^8$`},
		{`{type: integer, minimum: 9223372036854775807}`, `^9223372036854775807$`},
		{`{type: integer, maximum: -5}`, `^-1004$`},
		{`{type: number, minimum: 0.5, maximum: 0.7}`, `^0.5002$`},
		{`{type: number, minimum: 0.5}`, `^1.5$`},
		{`{type: number, minimum: 0.5, maximum: 0.5}`, `^0.5$`},
		{`{type: boolean}`, `^true$`},
		{`{type: string, enum: [x, "y"]}`, `^"x"$`},
		{`{type: string, const: Bearer}`, `^"Bearer"$`},
		{`{description: any JSON value}`, `^\{`},
		{`{type: array}`, `^\[\]$`},
		{`{type: object, required: [a], properties: {a: {type: boolean}, b: {type: boolean}}}`, `^\{"a":true\}$`},
		{`{$ref: "#/components/schemas/Other"}`, `^true$`},
	} {
		t.Run(c.schema, func(t *testing.T) {
			d, err := parseDocument(fmt.Appendf(nil, "paths: {/x: {}}\ncomponents: {schemas: {It: %s, Other: {type: boolean}}}", c.schema))
			if err != nil {
				t.Fatal(err)
			}
			value, err := (values{document: d}).value(d.resolve(d.Components.Schemas["It"]))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(c.want).Match(got) {
				t.Errorf("got %s, want it to match %s", got, c.want)
			}
		})
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	for name, text := range map[string]string{"no paths": "openapi: 3.1.0\n", "no YAML": "a: [", "empty": ""} {
		if _, err := parseDocument([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	circle := &document{}
	circle.Components.Schemas = map[string]*schema{"A": {Ref: "#/components/schemas/A"}}
	if s := circle.resolve(circle.Components.Schemas["A"]); s != nil {
		t.Errorf("a reference to itself resolves to %+v", s)
	}
	if _, err := (values{document: circle}).object(&schema{}, []string{"missing"}); err == nil {
		t.Error("a member without a schema: no error")
	}
}
