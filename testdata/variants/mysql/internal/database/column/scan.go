package column

import "fmt"

// scan reads a column into dst: S is what the driver delivers, parse makes a T of it.
type scan[S, T any] struct {
	dst   *T
	parse func(S) (T, error)
}

// Scan implements sql.Scanner.
func (s scan[S, T]) Scan(src any) error {
	raw, ok := src.(S)
	if !ok {
		return fmt.Errorf("the column holds %T, want %T", src, raw)
	}
	v, err := s.parse(raw)
	if err != nil {
		return fmt.Errorf("the column holds no %T: %w", v, err)
	}
	*s.dst = v
	return nil
}

// scanOptional is scan for a column that may be NULL.
type scanOptional[S, T any] struct {
	dst   **T
	parse func(S) (T, error)
}

// Scan implements sql.Scanner.
func (s scanOptional[S, T]) Scan(src any) error {
	*s.dst = nil
	if src == nil {
		return nil
	}
	v := new(T)
	if err := (scan[S, T]{dst: v, parse: s.parse}).Scan(src); err != nil {
		return err
	}
	*s.dst = v
	return nil
}
