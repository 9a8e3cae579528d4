package auth

import (
	"context"
	"log/slog"

	"example.com/shop/internal/httpx"
)

// Event is the name of a security event, from one vocabulary (OWASP Logging Vocabulary), so that an alert can name it.
type Event string

// The events that this service records.
const (
	EventLoginSuccess    Event = "authn_login_success"
	EventLoginFail       Event = "authn_login_fail"
	EventPasswordChange  Event = "authn_password_change"
	EventPasswordFail    Event = "authn_password_change_fail"
	EventReuse           Event = "authn_token_reuse"
	EventRevoked         Event = "authn_token_revoked"
	EventAuthzFail       Event = "authz_fail"
	EventRateLimit       Event = "excess_rate_limit_exceeded"
	EventPermissions     Event = "privilege_permissions_changed"
	EventSessionAfterEnd Event = "session_use_after_expire"
	EventUserCreated     Event = "user_created"
	EventUserUpdated     Event = "user_updated"
	EventUserDeleted     Event = "user_deleted"
)

// Audit records security events in the log.
type Audit struct {
	log *slog.Logger
}

// NewAudit returns an Audit that writes to log.
func NewAudit(log *slog.Logger) *Audit {
	return &Audit{log: log}
}

// Record writes one event with the account it is about ("" when it is not known), the request and the client's address. The
// caller adds no secrets and no personal data: ids, not e-mail addresses.
func (a *Audit) Record(ctx context.Context, event Event, userID string, attrs ...slog.Attr) {
	if a == nil {
		return
	}
	exchange := httpx.ExchangeFrom(ctx)
	all := []slog.Attr{
		slog.String("event", string(event)),
		slog.String("user_id", userID),
		slog.String("request_id", exchange.RequestID),
	}
	if exchange.ClientIP.IsValid() {
		all = append(all, slog.String("client_ip", exchange.ClientIP.String()))
	}
	a.log.LogAttrs(ctx, event.level(), string(event), append(all, attrs...)...)
}

func (e Event) level() slog.Level {
	switch e {
	case EventLoginSuccess, EventPasswordChange, EventRevoked, EventUserCreated, EventUserUpdated, EventUserDeleted:
		return slog.LevelInfo
	default:
		return slog.LevelWarn
	}
}
