//go:build !unix

package servers

import "os"

// lock holds the file open, exclusively where the system does that.
func lock(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:wrapcheck // names the path
}
