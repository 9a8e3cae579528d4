package middleware

import (
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is the size at which compression begins to pay: a smaller body fits into one packet anyway.
const compressFrom = 1024

// Compress sends longer bodies with gzip or zstd to clients that accept it. It must not wrap an operation whose response
// holds both a secret and something that the client chose: their common length would give the secret away (BREACH).
func Compress() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	return func(next http.Handler) http.Handler {
		compressing := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, asked := r.Header["Accept-Encoding"]; asked {
				compressing(w, asGet(r))
				return
			}
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
		})
	}, nil
}

// asGet makes a GET of a HEAD, whose headers have to be the same: without a body to come, the wrapper would leave out the
// encoding and announce the length before it. net/http drops the body by itself.
func asGet(r *http.Request) *http.Request {
	if r.Method != http.MethodHead {
		return r
	}
	get := r.WithContext(r.Context()) // a copy
	get.Method = http.MethodGet
	return get
}
