package spec

import (
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Type is one row of the table of field types: what the grammar allows. How a
// type is stored and written in code stands with the stack and its databases.
type Type struct {
	Name string
	// Args describes the arguments in parentheses, empty when there are none.
	Args string
	Help string
	// Example is a complete field of this type.
	Example string
	// Modifiers lists what may follow the type.
	Modifiers []string
	// checkArgs refuses arguments that make no sense.
	checkArgs func(args []string) error
	// checkValue refuses a default, min or max that is not of the type.
	checkValue func(f Field, v string) error
}

// Types returns every field type in the order in which it is documented.
func Types() []Type { return table() }

// table makes the types once: every field of every resource asks for them.
var table = sync.OnceValue(func() []Type { //nolint:gochecknoglobals // it never changes
	return []Type{
		{Name: "string", Help: "one line of text, up to 255 characters", Example: "name:string:min(1):max(200)", Modifiers: textModifiers(), checkValue: checkText},
		{Name: "text", Help: "text of any length up to 64 KiB", Example: "body:text?", Modifiers: without(textModifiers(), "unique", "index"), checkValue: checkText},
		{Name: "int", Help: "a whole number of 64 bits", Example: "stock:int:min(0):default(0)", Modifiers: numberModifiers(), checkValue: checkInt},
		{Name: "float", Help: "a floating-point number of 64 bits", Example: "weight:float", Modifiers: numberModifiers(), checkValue: checkFloat},
		{Name: "decimal", Args: "(precision,scale)", Help: "an exact number, never a float; a string in JSON", Example: "price:decimal(12,2):min(0)", Modifiers: numberModifiers(), checkArgs: checkDecimalArgs, checkValue: checkDecimal},
		{Name: "bool", Help: "true or false", Example: "active:bool:default(true)", Modifiers: []string{"index", "default", "immutable", "private"}, checkValue: checkBool},
		{Name: "date", Help: "a day without a time, 2006-01-02", Example: "born:date?", Modifiers: numberModifiers(), checkValue: checkDate},
		{Name: "datetime", Help: "a moment, RFC 3339 in UTC", Example: "starts_at:datetime", Modifiers: numberModifiers(), checkValue: checkDatetime},
		{Name: "uuid", Help: "a UUID in its canonical form", Example: "tracking:uuid:unique", Modifiers: without(textModifiers(), "min", "max"), checkValue: checkUUID},
		{Name: "email", Help: "an e-mail address", Example: "contact:email:unique", Modifiers: without(textModifiers(), "min", "max"), checkValue: checkEmail},
		{Name: "url", Help: "an absolute http or https address", Example: "homepage:url?", Modifiers: without(textModifiers(), "min", "max", "unique", "index"), checkValue: checkURL},
		{Name: "json", Help: "any JSON value, stored as it came", Example: "settings:json?", Modifiers: []string{"immutable", "private"}},
		{Name: "enum", Args: "(a,b,…)", Help: "one of the listed words", Example: "status:enum(draft,live):default(draft)", Modifiers: []string{"index", "unique", "default", "immutable", "private"}, checkArgs: checkEnumArgs, checkValue: checkEnum},
		{Name: "ref", Args: "(resource)", Help: "the id of an item of another resource, or of a user", Example: "category_id:ref(category)", Modifiers: []string{"unique", "index", "immutable", "private", "on_delete"}, checkArgs: checkRefArgs},
	}
})

// TypeNamed returns the type of that name.
func TypeNamed(name string) (Type, bool) {
	for _, t := range Types() {
		if t.Name == name {
			return t, true
		}
	}
	return Type{}, false
}

func typeNames() []string {
	names := make([]string, 0, len(Types()))
	for _, t := range Types() {
		names = append(names, t.Name)
	}
	return names
}

func textModifiers() []string {
	return []string{"unique", "index", "default", "min", "max", "immutable", "private"}
}

func numberModifiers() []string { return textModifiers() }

func without(list []string, drop ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(drop, s) })
}

// Limits of lengths: a string fits an indexed column on every database, and a
// text fits MySQL's TEXT even where each character takes four bytes.
const (
	MaxStringLength = 255
	MaxTextLength   = 16383
	maxPrecision    = 18 // the digits that fit 64 bits
	maxEnumValues   = 200
	maxEnumLength   = 63
)

func checkDecimalArgs(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("decimal takes two numbers: decimal(12,2)")
	}
	p, err1 := strconv.Atoi(args[0])
	s, err2 := strconv.Atoi(args[1])
	if err1 != nil || err2 != nil || p < 1 || p > maxPrecision || s < 0 || s > p {
		return fmt.Errorf("decimal(precision,scale) needs 1 ≤ precision ≤ %d and 0 ≤ scale ≤ precision", maxPrecision)
	}
	return nil
}

func checkEnumArgs(args []string) error {
	if len(args) == 0 || len(args) > maxEnumValues {
		return fmt.Errorf("enum takes 1 to %d words: enum(draft,live)", maxEnumValues)
	}
	word := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	seen := map[string]string{}
	for _, a := range args {
		if !word.MatchString(a) || len(a) > maxEnumLength {
			return fmt.Errorf("enum value %q must start with a letter and hold only letters, digits, _ and - (at most %d)", a, maxEnumLength)
		}
		key := strings.ReplaceAll(strings.ToLower(a), "-", "_")
		if other, ok := seen[key]; ok {
			return fmt.Errorf("enum values %q and %q are too much alike", other, a)
		}
		seen[key] = a
	}
	return nil
}

// checkRefArgs wants one name. Whether there is such a resource is for package
// plan to say, which knows them all.
func checkRefArgs(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("ref takes the name of one resource: ref(category)")
	}
	if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$`).MatchString(args[0]) {
		return fmt.Errorf("ref takes the name of a resource, and %q is no name: ref(category)", args[0])
	}
	return nil
}

// What may happen to an item when what it refers to is deleted.
const (
	OnDeleteRestrict = "restrict" // nothing is deleted as long as something refers to it
	OnDeleteCascade  = "cascade"  // the item goes as well
	OnDeleteNull     = "null"     // the item stays and refers to nothing
)

func checkOnDelete(f Field, v string) error {
	switch {
	case !slices.Contains([]string{OnDeleteRestrict, OnDeleteCascade, OnDeleteNull}, v):
		return fmt.Errorf("must be one of restrict, cascade, null")
	case v == OnDeleteNull && !f.Optional:
		return fmt.Errorf("null needs a reference that may be empty: write '?' after %s(%s)", f.Type, strings.Join(f.Args, ","))
	}
	return nil
}

func checkText(_ Field, v string) error {
	if strings.ContainsFunc(v, func(r rune) bool { return r == 0 || r == '�' }) {
		return fmt.Errorf("must be valid text without NUL")
	}
	return nil
}

// checkInt refuses leading zeros: to Go and to YAML 1.1, 010 is eight.
func checkInt(_ Field, v string) error {
	_, err := strconv.ParseInt(v, 10, 64)
	if err != nil || !regexp.MustCompile(`^[+-]?(0|[1-9][0-9]*)$`).MatchString(v) {
		return fmt.Errorf("must be a whole number of 64 bits without leading zeros")
	}
	return nil
}

// checkFloat takes what every language that the number is written in reads as the
// same one: no hex, no underscores, no octal. Three digits of an exponent are all
// that 64 bits need.
func checkFloat(_ Field, v string) error {
	decimal := regexp.MustCompile(`^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$`).MatchString(v)
	if _, err := strconv.ParseFloat(v, 64); err != nil || !decimal {
		return fmt.Errorf("must be a finite number in decimal notation, such as 1.5, -0.5 or 2e3")
	}
	return nil
}

func checkDecimal(f Field, v string) error {
	p, _ := strconv.Atoi(f.Args[0])
	s, _ := strconv.Atoi(f.Args[1])
	digits := regexp.MustCompile(`^-?(\d+)(?:\.(\d+))?$`).FindStringSubmatch(v)
	if digits == nil || len(strings.TrimLeft(digits[1], "0")) > p-s || len(digits[2]) > s {
		return fmt.Errorf("must be a number with at most %d digits before the point and %d after it", p-s, s)
	}
	return nil
}

func checkBool(_ Field, v string) error {
	if v != "true" && v != "false" {
		return fmt.Errorf("must be true or false")
	}
	return nil
}

func checkDate(_ Field, v string) error {
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		return fmt.Errorf("must be a day such as 2006-01-02")
	}
	return nil
}

func checkDatetime(_ Field, v string) error {
	if _, err := time.Parse(time.RFC3339, v); err != nil {
		return fmt.Errorf("must be a moment such as 2006-01-02T15:04:05Z")
	}
	return nil
}

func checkUUID(_ Field, v string) error {
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`).MatchString(v) {
		return fmt.Errorf("must be a lower-case UUID")
	}
	return nil
}

func checkEmail(_ Field, v string) error {
	if !regexp.MustCompile(`^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$`).MatchString(v) || len(v) > 254 {
		return fmt.Errorf("must be an e-mail address in lower case")
	}
	return nil
}

func checkURL(_ Field, v string) error {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("must be an absolute http or https address")
	}
	return nil
}

func checkEnum(f Field, v string) error {
	if !slices.Contains(f.Args, v) {
		return fmt.Errorf("must be one of %s", strings.Join(f.Args, ", "))
	}
	return nil
}

// compareValues orders two values of a field's type that were checked before.
func compareValues(f Field, a, b string) int {
	switch f.Type {
	case "date", "datetime":
		return strings.Compare(a, b)
	default:
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		return x.Cmp(y)
	}
}
