package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"runtime"

	"golang.org/x/crypto/argon2"

	"example.com/shop/internal/model"
)

// Passwords hashes and verifies passwords with argon2id. Hashing is made to be expensive, so no more of it runs at a time than
// there are processors; the rest wait for their turn, or until their context ends.
type Passwords struct {
	cost  Cost
	slots chan struct{}
}

// NewPasswords returns a hasher. The service needs exactly one, with DefaultCost at least: the bound is per hasher.
func NewPasswords(cost Cost) *Passwords {
	return &Passwords{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Hash returns the hash of a password with a new salt, in the PHC format. The caller has checked the password's length.
func (p *Passwords) Hash(ctx context.Context, password string) (model.PasswordHash, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the process instead
	key, err := p.derive(ctx, password, salt, p.cost, keyLength)
	if err != nil {
		return "", err
	}
	return phc{cost: p.cost, salt: salt, key: key}.encode(), nil
}

// Verify reports whether password belongs to hash, and whether the hash is of another cost than new ones are, so that it
// should be made anew while the password is at hand. An empty hash, of an account that has no password or does not exist,
// costs what any other costs and never matches.
func (p *Passwords) Verify(ctx context.Context, hash model.PasswordHash, password string) (match, outdated bool, err error) {
	stored := p.noPassword()
	if hash != "" {
		if stored, err = parsePHC(string(hash)); err != nil {
			return false, false, err
		}
	}
	key, err := p.derive(ctx, password, stored.salt, stored.cost, len(stored.key))
	if err != nil {
		return false, false, err
	}
	match = subtle.ConstantTimeCompare(key, stored.key) == 1
	return match, stored.cost != p.cost, nil
}

func (p *Passwords) derive(ctx context.Context, password string, salt []byte, c Cost, length int) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil { // nobody waits for the answer any more
		return nil, fmt.Errorf("wait to hash a password: %w", err)
	}
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(length)), nil //nolint:gosec // length is at most maxKeyLength
}

// noPassword stands in for the hash that is not there. No password has a key of zeros.
func (p *Passwords) noPassword() phc {
	return phc{cost: p.cost, salt: make([]byte, saltLength), key: make([]byte, keyLength)}
}
