// Package httpx holds what every HTTP answer of the service agrees on, whatever
// the router: how a body is decoded, which status an error has, who the client is,
// which headers are sent. It decides; the handlers and middleware of the router
// read requests and write responses.
//
// It may import internal/model and the standard library, and no router.
package httpx

import "net/http"

// Header is one header of a response. Values is shared between responses, so
// nobody may write to it.
type Header struct {
	Name   string // in canonical form
	Values []string
}

// Headers is a list of headers to send.
type Headers []Header

// Apply puts the headers into dst without copying their values. Vary is added to
// what is there, everything else is replaced.
func (h Headers) Apply(dst http.Header) {
	for _, header := range h {
		if have := dst[header.Name]; header.Name == "Vary" && len(have) > 0 {
			dst[header.Name] = append(have, header.Values...)
			continue
		}
		dst[header.Name] = header.Values
	}
}

// header makes a Header. Its capacity is exact: an Add on the response copies
// instead of writing behind the shared value.
func header(name, value string) Header {
	return Header{Name: http.CanonicalHeaderKey(name), Values: []string{value}}
}

// SecurityHeaders are sent with every response. An API is never rendered, framed
// or sniffed. https says that clients reach the service by https alone: they are
// then told to stay there. Build the list once and share it.
func SecurityHeaders(https bool) Headers {
	headers := Headers{
		header("X-Content-Type-Options", "nosniff"),
		header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
		header("Referrer-Policy", "no-referrer"),
		header("X-Frame-Options", "DENY"),
		header("Cross-Origin-Resource-Policy", "same-origin"),
	}
	if https {
		headers = append(headers, header("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
	}
	return headers
}
