package service

// optional returns the value that p points to, or nil.
func optional[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
