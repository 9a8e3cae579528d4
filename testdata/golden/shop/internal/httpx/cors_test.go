package httpx

import (
	"net/http"
	"testing"
)

func answer(t *testing.T, method, origin, requestMethod, requestHeaders string) (http.Header, bool) {
	t.Helper()
	policy, err := NewCORS([]string{"https://a.com", "http://localhost:3000", "https://xn--bcher-kva.example", "http://[::1]:8080"})
	if err != nil {
		t.Fatal(err)
	}
	decision := policy.Evaluate(method, origin, requestMethod, requestHeaders)
	headers := http.Header{}
	decision.Headers.Apply(headers)
	return headers, decision.Preflight
}

func TestCORSAllowsListedOrigins(t *testing.T) {
	for _, origin := range []string{"https://a.com", "http://localhost:3000", "http://[::1]:8080"} {
		got, preflight := answer(t, http.MethodGet, origin, "", "")
		if preflight || got.Get("Access-Control-Allow-Origin") != origin || got.Get("Vary") != "Origin" {
			t.Errorf("%s: got %v, preflight %t", origin, got, preflight)
		}
		if got.Get("Access-Control-Expose-Headers") == "" || got.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %v", origin, got)
		}
	}
}

func TestCORSIgnoresOtherOrigins(t *testing.T) {
	origins := []string{
		"", "null", "file://", "http://a.com", "https://a.com:8443", "https://A.com", "https://a.com.", "https://a.com/", "https://sub.a.com",
		"https://a.com.evil.com", "https://evila.com", "https://a.com%60.evil.com", "https://a.com, https://evil.com", "https://evil.com",
	}
	for _, origin := range origins {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			got, _ := answer(t, method, origin, "POST", "")
			for name := range got {
				if name != "Vary" {
					t.Errorf("%s from %q: got %s: %s", method, origin, name, got.Get(name))
				}
			}
			if got.Get("Vary") == "" {
				t.Errorf("%s from %q: Vary is missing", method, origin)
			}
		}
	}
}

func TestCORSPreflight(t *testing.T) {
	tests := []struct {
		name, method, headers      string
		allowMethods, allowHeaders bool
	}{
		{"method", "PATCH", "", true, false},
		{"headers", "POST", "content-type,authorization", true, true},
		{"headers with blanks", "PUT", "If-Match, X-Request-ID", true, true},
		{"method not listed", "TRACE", "", false, false},
		{"header not listed", "POST", "content-type,x-evil", false, false},
		{"header with a part of a name", "POST", "content", false, false},
		{"empty header name", "POST", "content-type,", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, preflight := answer(t, http.MethodOptions, "https://a.com", tt.method, tt.headers)
			if !preflight || got.Get("Access-Control-Allow-Origin") != "https://a.com" {
				t.Errorf("got %v, preflight %t", got, preflight)
			}
			if has := got.Get("Access-Control-Allow-Methods") != ""; has != tt.allowMethods {
				t.Errorf("Allow-Methods is %q", got.Get("Access-Control-Allow-Methods"))
			}
			if has := got.Get("Access-Control-Allow-Headers") != ""; has != tt.allowHeaders {
				t.Errorf("Allow-Headers is %q", got.Get("Access-Control-Allow-Headers"))
			}
		})
	}
}

func TestOptionsWithoutPreflightHeadersIsNoPreflight(t *testing.T) {
	if _, preflight := answer(t, http.MethodOptions, "https://a.com", "", ""); preflight {
		t.Error("no method was asked for")
	}
	if _, preflight := answer(t, http.MethodOptions, "", "POST", ""); preflight {
		t.Error("there was no origin")
	}
	if _, preflight := answer(t, http.MethodPost, "https://a.com", "POST", ""); preflight {
		t.Error("it was a POST")
	}
}

func TestWithoutOriginsNothingIsSaid(t *testing.T) {
	policy, err := NewCORS(nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := policy.Evaluate(http.MethodOptions, "https://a.com", "POST", ""); d.Preflight || len(d.Headers) > 0 {
		t.Errorf("got %+v", d)
	}
}

func TestNewCORSRefuses(t *testing.T) {
	origins := []string{
		"", "*", "null", "https://*", "https://*.com", "https://*.a.com", "https://a.com:*", "http://a.com:80", "https://a.com:443", "https://a.com:",
		"https://a.com:0", "https://a.com:08443", "https://a.com:99999", "https://a.com/", "https://a.com/path", "https://a.com?x", "https://a.com#x",
		"https://user@a.com", "https://A.com", "HTTPS://a.com", "https://bücher.example", "https://a.com.", "https://a..com", "https://-a.com",
		"https://a_b.com", "ftp://a.com", "file://", "a.com", "//a.com", "https://", "https://a.com, https://b.com", " https://a.com", "https://[::1", "https://[::0:1]",
	}
	for _, origin := range origins {
		if _, err := NewCORS([]string{"https://ok.example", origin}); err == nil {
			t.Errorf("%q was accepted", origin)
		}
	}
}
