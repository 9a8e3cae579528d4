package golang

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/layup-dev/layup/internal/spec"
)

// goType is one row of the table that maps a field type to Go. How a database
// stores the type stands in the database's feature.yaml, under columns.
type goType struct {
	// name is the type as package model sees it; exported model types are
	// qualified elsewhere.
	name string
	// model is set when the type is declared in package model.
	model bool
	// spellings: one value can be written in several ways.
	spellings bool
	// filters are the operators of list parameters.
	filters []string
	// literal turns a checked value of the grammar into a Go expression.
	literal func(f spec.Field, value string) string
	// sample returns a valid value of the grammar, different for each n.
	sample func(f spec.Field, n int) string
	// json turns a value of the grammar into a JSON literal.
	json func(value string) string
	// bad is a JSON literal that the type refuses.
	bad string
}

func quoteLiteral(_ spec.Field, v string) string { return strconv.Quote(v) }

func plain(_ spec.Field, v string) string { return v }

func raw(v string) string { return v }

// types is the table, by the type's name in the grammar. It is made once.
var types = sync.OnceValue(func() map[string]goType { //nolint:gochecknoglobals // it never changes
	equality := []string{"eq", "in"}
	ordered := []string{"eq", "gte", "lte", "gt", "lt", "in"}
	text := []string{"eq", "in", "like"}
	return map[string]goType{
		"string":   {name: "string", filters: text, literal: quoteLiteral, sample: sampleText, json: strconv.Quote, bad: `1`},
		"text":     {name: "string", filters: []string{"like"}, literal: quoteLiteral, sample: sampleText, json: strconv.Quote, bad: `1`},
		"int":      {name: "int64", filters: ordered, literal: plain, sample: sampleInt, json: raw, bad: `"one"`},
		"float":    {name: "float64", filters: ordered, literal: plain, sample: sampleFloat, json: raw, bad: `"one"`},
		"decimal":  {spellings: true, name: "Decimal", model: true, filters: ordered, literal: decimalLiteral, sample: sampleDecimal, json: strconv.Quote, bad: `1.5`},
		"bool":     {name: "bool", filters: []string{"eq"}, literal: plain, sample: sampleBool, json: raw, bad: `"true"`},
		"date":     {name: "Date", model: true, filters: ordered, literal: dateLiteral, sample: sampleDate, json: strconv.Quote, bad: `"2024-02-30"`},
		"datetime": {spellings: true, name: "time.Time", filters: ordered, literal: timeLiteral, sample: sampleDatetime, json: strconv.Quote, bad: `"yesterday"`},
		"uuid":     {name: "string", filters: equality, literal: quoteLiteral, sample: sampleUUID, json: strconv.Quote, bad: `"not-a-uuid"`},
		"email":    {spellings: true, name: "string", filters: equality, literal: quoteLiteral, sample: sampleEmail, json: strconv.Quote, bad: `"not an address"`},
		"url":      {name: "string", filters: equality, literal: quoteLiteral, sample: sampleURL, json: strconv.Quote, bad: `"ftp://example.com"`},
		"json":     {name: "json.RawMessage", literal: jsonLiteral, sample: sampleJSON, json: raw},
		"enum":     {name: "string", filters: equality, literal: quoteLiteral, sample: sampleEnum, json: strconv.Quote, bad: `"no such value"`},
		"ref":      {name: "string", filters: equality, literal: quoteLiteral, sample: sampleUUID, json: strconv.Quote, bad: `"not-a-uuid"`},
	}
})

func decimalLiteral(f spec.Field, v string) string {
	return fmt.Sprintf("model.MustDecimal(%q, %s)", v, f.Args[1])
}

func dateLiteral(_ spec.Field, v string) string {
	return fmt.Sprintf("model.MustDate(%q)", v)
}

func timeLiteral(_ spec.Field, v string) string {
	t := mustTime(v)
	return fmt.Sprintf("time.Date(%d, %d, %d, %d, %d, %d, %d, time.UTC)", t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000)
}

func jsonLiteral(_ spec.Field, v string) string {
	return fmt.Sprintf("json.RawMessage(%s)", backquote(v))
}

func backquote(v string) string {
	if strings.ContainsAny(v, "`\r") {
		return strconv.Quote(v)
	}
	return "`" + v + "`"
}
