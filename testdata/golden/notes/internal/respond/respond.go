// Package respond writes what handlers and middleware have to say: JSON bodies and RFC 9457 problems. It decides nothing:
// which status an error means is fixed in package httpx, the same for every router.
package respond

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// bufferedByServer is the size up to which net/http counts the body itself; a longer one would be sent in chunks.
const bufferedByServer = 2048

// JSON answers with the status and body as JSON. The body is encoded before the first byte leaves, so that one which
// cannot be encoded becomes a clean 500.
func JSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		Error(w, r, fmt.Errorf("encode the response: %w", err))
		return
	}
	write(w, status, jsonType, encoded)
}

// write sends the body. Values of headers are shared between requests, so nothing may write to them.
func write(w http.ResponseWriter, status int, contentType []string, body []byte) {
	header := w.Header()
	header["Content-Type"] = contentType
	if len(body) > bufferedByServer {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	// An error means that the client has gone. The access log sees that, and nobody is left to tell.
	_, _ = w.Write(body) //nolint:gosec // G705: it is JSON, labelled as such, and browsers are told not to guess
}
