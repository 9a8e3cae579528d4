package repository_test

// valueOf returns what p points to, or nil.
func valueOf[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
