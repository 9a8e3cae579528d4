package app

import "net/http"

// with returns a copy of header that says one thing more.
func with(header http.Header, name, value string) http.Header {
	out := header.Clone()
	if out == nil {
		out = http.Header{}
	}
	out.Set(name, value)
	return out
}
