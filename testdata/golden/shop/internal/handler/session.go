package handler

import (
	"context"
	"net/http"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/respond"
	"example.com/shop/internal/service"
)

// sessionService is what the handler needs of the service.
type sessionService interface {
	Login(ctx context.Context, in service.Credentials) (service.TokenPair, error)
	Refresh(ctx context.Context, refreshToken string) (service.TokenPair, error)
	Logout(ctx context.Context, authorization []string, refreshToken string) error
}

// Session signs people in and out.
type Session struct {
	service sessionService
}

// NewSession returns the handler.
func NewSession(sessions sessionService) *Session {
	return &Session{service: sessions}
}

// Routes lists the operations. Logging out is public: it must work with a token that has just expired.
func (h *Session) Routes() []Route {
	return []Route{
		{Method: http.MethodPost, Path: "/v1/auth/login", Access: auth.Public, Attempts: Attempts{Policy: "login", FailuresOnly: true}, Handler: h.Login},
		{Method: http.MethodPost, Path: "/v1/auth/refresh", Access: auth.Public, Attempts: Attempts{Policy: "refresh", FailuresOnly: true}, Handler: h.Refresh},
		{Method: http.MethodPost, Path: "/v1/auth/logout", Access: auth.Public, Handler: h.Logout},
	}
}

// Login exchanges e-mail and password for tokens.
func (h *Session) Login(w http.ResponseWriter, r *http.Request) {
	var in login
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	tokens, err := h.service.Login(r.Context(), service.Credentials{
		Email: in.Email, Password: in.Password, IP: httpx.ExchangeFrom(r.Context()).ClientIP,
	})
	writeTokens(w, r, tokens, err)
}

// Refresh exchanges a refresh token for new tokens.
func (h *Session) Refresh(w http.ResponseWriter, r *http.Request) {
	var in refresh
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	tokens, err := h.service.Refresh(r.Context(), in.RefreshToken)
	writeTokens(w, r, tokens, err)
}

// Logout ends the session of the tokens that the client shows. There may be none left: then there is nothing to do.
func (h *Session) Logout(w http.ResponseWriter, r *http.Request) {
	var in logout
	if r.ContentLength > 0 || r.Header.Get("Content-Type") != "" {
		if err := decode(r, &in); err != nil {
			respond.Error(w, r, err)
			return
		}
	}
	var refreshToken string
	if in.RefreshToken != nil {
		refreshToken = *in.RefreshToken
	}
	if err := h.service.Logout(r.Context(), r.Header["Authorization"], refreshToken); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

type login struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

type refresh struct {
	RefreshToken string `json:"refresh_token"`
}

type logout struct {
	RefreshToken *string `json:"refresh_token"`
}

// tokenResponse is the answer of RFC 6749, section 5.1.
type tokenResponse struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

func writeTokens(w http.ResponseWriter, r *http.Request, tokens service.TokenPair, err error) {
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	respond.JSON(w, r, http.StatusOK, tokenResponse{
		AccessToken: tokens.AccessToken.Reveal(), TokenType: "Bearer",
		ExpiresIn: int64(tokens.ExpiresIn / time.Second), RefreshToken: tokens.RefreshToken.Reveal(),
	})
}
