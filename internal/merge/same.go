package merge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

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

// digestOnly reports whether the contents of f are not at hand.
func digestOnly(f *render.File) bool { return f.Data == nil && f.Digest != "" }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
