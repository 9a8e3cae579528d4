package cmd

import (
	"errors"

	"github.com/spf13/pflag"
)

// onceFlags makes text flags that may be given once: of two values, one would be
// ignored.
type onceFlags struct{ *pflag.FlagSet }

// StringVar defines a flag that is stored in dst.
func (f onceFlags) StringVar(dst *string, name, value, usage string) {
	*dst = value
	f.Var(&once{value: dst}, name, usage)
}

// String defines a flag and returns where it is stored.
func (f onceFlags) String(name, value, usage string) *string {
	dst := new(string)
	f.StringVar(dst, name, value, usage)
	return dst
}

// once implements pflag.Value.
type once struct {
	value *string
	given bool
}

// Set stores the value; a second time it fails.
func (o *once) Set(s string) error {
	if o.given {
		return errors.New("it is given twice")
	}
	o.given = true
	*o.value = s
	return nil
}

// String returns the value.
func (o *once) String() string {
	if o.value == nil {
		return ""
	}
	return *o.value
}

// Type names what help shows behind the flag.
func (o *once) Type() string { return "string" }
