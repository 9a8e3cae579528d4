package pipeline

// Settled returns an error when the project is not as its last render left it in
// what layup.yaml says, or when other templates rendered it.
func (x *Existing) Settled() error { return x.checkSettled() }
