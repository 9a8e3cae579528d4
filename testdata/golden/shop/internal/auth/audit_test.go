package auth_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/netip"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
)

func TestAuditRecord(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ctx := httpx.WithExchange(t.Context(), &httpx.Exchange{RequestID: "r-1", ClientIP: netip.MustParseAddr("192.0.2.7")})
	auth.NewAudit(slog.New(slog.NewJSONHandler(&out, nil))).
		Record(ctx, auth.EventReuse, "u-1", slog.String("session_id", "s-1"))

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("not one line of JSON: %v in %q", err, out.String())
	}
	for key, want := range map[string]string{
		"msg": "authn_token_reuse", "event": "authn_token_reuse", "level": "WARN",
		"user_id": "u-1", "request_id": "r-1", "client_ip": "192.0.2.7", "session_id": "s-1",
	} {
		if line[key] != want {
			t.Errorf("%s = %v, want %q", key, line[key], want)
		}
	}

	var none *auth.Audit
	none.Record(ctx, auth.EventLoginFail, "")
}
