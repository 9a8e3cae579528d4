package httpx

import (
	"net/http"
	"testing"
)

func TestSecurityHeaders(t *testing.T) {
	want := map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
		"Referrer-Policy":              "no-referrer",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "",
	}
	for _, https := range []bool{false, true} {
		if https {
			want["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
		}
		got := http.Header{}
		SecurityHeaders(https).Apply(got)
		for name, value := range want {
			if got.Get(name) != value {
				t.Errorf("https %t: %s is %q, want %q", https, name, got.Get(name), value)
			}
		}
	}
}

func TestSharedHeadersStayAsTheyAre(t *testing.T) {
	shared := Headers{header("vary", "Origin"), header("X-Frame-Options", "DENY")}
	for range 2 {
		dst := http.Header{"Vary": {"Accept-Encoding"}, "X-Frame-Options": {"SAMEORIGIN"}}
		shared.Apply(dst)
		dst.Add("Vary", "Cookie")
		dst.Add("X-Frame-Options", "ALLOW")
		if got := dst.Values("Vary"); len(got) != 3 || dst.Get("X-Frame-Options") != "DENY" {
			t.Errorf("got %v", dst)
		}
		empty := http.Header{}
		shared.Apply(empty)
		empty.Add("Vary", "Cookie")
		if got := empty.Values("Vary"); len(got) != 2 {
			t.Errorf("Vary is %q", got)
		}
	}
	if len(shared[0].Values) != 1 || len(shared[1].Values) != 1 {
		t.Errorf("the shared values have changed: %v", shared)
	}
}
