//go:build faults

package app

import (
	"net/http"
	"testing"
)

// TestFaults runs with -tags faults: a panic and a lack of time are answered, and the service goes on.
func TestFaults(t *testing.T) {
	s := start(t, map[string]string{"REQUEST_TIMEOUT": "500ms"})
	for _, tt := range []struct {
		path string
		want int
	}{
		{"/__fault/panic", http.StatusInternalServerError},
		{"/__fault/sleep?ms=1", http.StatusNoContent},
		{"/__fault/sleep?ms=60000", http.StatusGatewayTimeout},
		{"/__fault/dbsleep?ms=1", http.StatusNoContent},
		{"/__fault/dbsleep?ms=60000", http.StatusGatewayTimeout},
		{"/__fault/sleep?ms=x", http.StatusBadRequest},
		{"/readyz", http.StatusOK},
	} {
		res, err := s.client.Get(s.url + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.path, res.StatusCode, tt.want)
		}
	}
}
