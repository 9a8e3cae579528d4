package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"example.com/shop/internal/model"
)

// Cost says how expensive one hash is to make, and so to guess.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes over the memory
	Threads uint8
}

// DefaultCost is what OWASP asks for at least. Raise it when the machines allow: every hash is made anew at its owner's next
// login.
func DefaultCost() Cost {
	return Cost{Memory: 19 * 1024, Time: 2, Threads: 1}
}

const (
	saltLength = 16
	keyLength  = 32

	// A stored hash beyond these bounds was not made here; deriving it could take all memory or all day.
	maxMemory    = 1 << 20 // KiB
	maxTime      = 64
	maxThreads   = 16
	maxKeyLength = 64
)

var errPHC = errors.New("stored password hash is not argon2id in PHC format")

// phc is a parsed hash: $argon2id$v=19$m=…,t=…,p=…$salt$key.
type phc struct {
	cost Cost
	salt []byte
	key  []byte
}

func (h phc) encode() model.PasswordHash {
	b64 := base64.RawStdEncoding
	return model.PasswordHash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.cost.Memory, h.cost.Time, h.cost.Threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.key)))
}

// parsePHC reads what encode wrote. Its errors never hold the hash.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errPHC
	}
	var h phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.cost.Memory, &h.cost.Time, &h.cost.Threads); err != nil {
		return phc{}, errPHC
	}
	b64 := base64.RawStdEncoding.Strict()
	var saltErr, keyErr error
	h.salt, saltErr = b64.DecodeString(parts[4])
	h.key, keyErr = b64.DecodeString(parts[5])
	// Encoding it again catches what Sscanf and the decoder overlook: trailing text, signs, leading zeros, line breaks.
	if saltErr != nil || keyErr != nil || !h.sane() || string(h.encode()) != s {
		return phc{}, errPHC
	}
	return h, nil
}

func (h phc) sane() bool {
	c := h.cost
	return c.Time >= 1 && c.Time <= maxTime && c.Threads >= 1 && c.Threads <= maxThreads &&
		c.Memory >= 8*uint32(c.Threads) && c.Memory <= maxMemory &&
		len(h.salt) >= 8 && len(h.salt) <= maxKeyLength && len(h.key) >= 16 && len(h.key) <= maxKeyLength
}
