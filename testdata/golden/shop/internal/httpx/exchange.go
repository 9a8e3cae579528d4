package httpx

import (
	"context"
	"crypto/rand"
	"net/netip"
)

// Exchange is what is known about one request while it is served. The outermost
// middleware makes one; the others and the handlers fill it in; the access log
// writes it down. It belongs to the goroutine that serves the request.
type Exchange struct {
	RequestID string
	ClientIP  netip.Addr
	Route     string // the pattern, such as /v1/products/{id}
	UserID    string // "" as long as nobody is signed in
	Err       error  // why the request failed; for the log, never for the client
}

type exchangeKey struct{}

// WithExchange returns a context that carries e.
func WithExchange(ctx context.Context, e *Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, e)
}

// ExchangeFrom returns the exchange of the request. Outside of one it returns an
// empty exchange, never nil.
func ExchangeFrom(ctx context.Context) *Exchange {
	if e, ok := ctx.Value(exchangeKey{}).(*Exchange); ok {
		return e
	}
	return &Exchange{}
}

const maxRequestID = 64

// RequestID returns the id that the client sent when it is harmless in a log, a
// header and a JSON body, and a new random one otherwise.
func RequestID(header string) string {
	if header == "" || len(header) > maxRequestID {
		return rand.Text()
	}
	for i := range len(header) {
		if !isRequestIDByte(header[i]) {
			return rand.Text()
		}
	}
	return header
}

func isRequestIDByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	default:
		return c == '.' || c == '_' || c == '-'
	}
}
