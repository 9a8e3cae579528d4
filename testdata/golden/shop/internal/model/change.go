package model

// Change is one member of a patch: absent, or set to a value. A field that may be
// emptied has a pointer as its value: Change[*string] tells null from absent.
type Change[T any] struct {
	Set   bool
	Value T
}

// Changed returns a change that sets value.
func Changed[T any](value T) Change[T] { return Change[T]{Set: true, Value: value} }

// Apply stores the value in dst when the change is set.
func (c Change[T]) Apply(dst *T) {
	if c.Set {
		*dst = c.Value
	}
}

// Receive marks the change as set and returns where its value goes, a *T. It is
// how a decoder recognises a change and fills it.
func (c *Change[T]) Receive() any {
	c.Set = true
	return &c.Value
}
