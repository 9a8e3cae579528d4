package httpx

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

const (
	macSize = 16
	// maxCursor bounds what is decoded. A cursor holds one value for each sort key: for
	// four URLs of the greatest length, spelled as badly as can be, that is 22 KiB.
	maxCursor = 32 << 10
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
	var payload bytes.Buffer
	encoder := json.NewEncoder(&payload)
	encoder.SetEscapeHTML(false) // it would make six bytes of each & in a URL
	if err := encoder.Encode(values); err != nil {
		return "", errCursor
	}
	return base64.RawURLEncoding.EncodeToString(append(c.sign(list, payload.Bytes()), payload.Bytes()...)), nil
}

// decode returns the values behind a cursor, or errCursor.
func (c *Cursors) decode(list, cursor string) ([]*string, error) {
	if len(cursor) > maxCursor || strings.ContainsAny(cursor, "\r\n") { // package base64 reads past line ends
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
