package httpx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
)

const (
	macSize = 16
	// maxCursor bounds what is decoded; a cursor holds a few short values.
	maxCursor = 4096
)

var errCursor = errors.New("not a cursor of this list")

// Cursors makes and checks the marks from which a list goes on. A cursor is signed
// together with the list that it belongs to, so a client can neither invent one nor
// use it for other filters, another order or somebody else's rows.
type Cursors struct {
	key []byte
}

// NewCursors takes the secret that cursors are signed with. Replicas must share it.
func NewCursors(key []byte) *Cursors { return &Cursors{key: key} }

// encode returns the cursor for the values of the last row, nil being NULL. The
// list names what the cursor is good for.
func (c *Cursors) encode(list string, values []*string) (string, error) {
	payload, err := json.Marshal(values)
	if err != nil {
		return "", errCursor
	}
	return base64.RawURLEncoding.EncodeToString(append(c.sign(list, payload), payload...)), nil
}

// decode returns the values behind a cursor, or errCursor.
func (c *Cursors) decode(list, cursor string) ([]*string, error) {
	if len(cursor) > maxCursor {
		return nil, errCursor
	}
	signed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(signed) < macSize {
		return nil, errCursor
	}
	mac, payload := signed[:macSize], signed[macSize:]
	if !hmac.Equal(mac, c.sign(list, payload)) {
		return nil, errCursor
	}
	var values []*string
	if err := json.Unmarshal(payload, &values); err != nil {
		return nil, errCursor
	}
	return values, nil
}

// sign returns the first half of the HMAC over the list and the payload. The length
// of neither can move a byte from one to the other: the list ends with a NUL.
func (c *Cursors) sign(list string, payload []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte(list))
	mac.Write([]byte{0})
	mac.Write(payload)
	return mac.Sum(nil)[:macSize:macSize]
}
