package config

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

const keySize = 32

// CursorKey returns the key that signs the cursors of lists. It is derived from
// CURSOR_SECRET. Without one it is
// random, and another with each call: cursors then die with the process.
func (c Config) CursorKey() []byte {
	source := c.cursorSource()
	if source == "" {
		key := make([]byte, keySize)
		_, _ = rand.Read(key) // never fails: it ends the program instead
		return key
	}
	// A key of its own: whoever learns it learns nothing about the secret.
	mac := hmac.New(sha256.New, []byte(source.Reveal()))
	mac.Write([]byte("notes list cursors"))
	return mac.Sum(nil)
}

func (c Config) cursorSource() Secret {
	return c.CursorSecret
}
