package merge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"

	"github.com/layup-dev/layup/internal/render"
)

// is reports whether data is the contents of f, apart from how lines end, from a
// byte order mark, and from a missing end of the last line.
func is(f *render.File, data []byte) bool {
	if digestOnly(f) {
		return f.Digest == digest(data) || !isBinary(data) && f.Digest == digest(ended(normal(data)))
	}
	if bytes.Equal(f.Data, data) {
		return true
	}
	return !isBinary(data) && !isBinary(f.Data) && bytes.Equal(ended(normal(f.Data)), ended(normal(data)))
}

// ended returns data with an end of its last line.
func ended(data []byte) []byte {
	if len(data) == 0 || data[len(data)-1] == '\n' {
		return data
	}
	return append(data[:len(data):len(data)], '\n')
}

// State says how a file of the user stands to what was rendered.
type State int

// The states of a file.
const (
	Same   State = iota // as it was rendered, line ends aside
	Edited              // otherwise
	Gone                // not there
)

// Compare returns how the file that ours reads stands to f.
func Compare(f *render.File, ours func(path string) ([]byte, fs.FileMode, error)) (State, error) {
	data, _, err := ours(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Gone, nil
	case err != nil:
		return Edited, err
	case is(f, data):
		return Same, nil
	}
	return Edited, nil
}

// marked reports whether a text holds the marks of a conflict.
func marked(data []byte) bool {
	return bytes.Contains(data, []byte("\n<<<<<<< ")) && bytes.Contains(data, []byte("\n>>>>>>> "))
}

// digestOnly reports whether the contents of f are not at hand.
func digestOnly(f *render.File) bool { return f.Data == nil && f.Digest != "" }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
