package blackbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

const (
	registerPath = "/v1/auth/register"
	loginPath    = "/v1/auth/login"
	logoutPath   = "/v1/auth/logout"
	refreshPath  = "/v1/auth/refresh"
	mePath       = "/v1/me"
)

// credentials are what an account signs in with.
type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

func newCredentials() credentials {
	return credentials{Email: "verify-" + word(16) + "@example.com", Password: "Verify-" + word(26)}
}

// account registers, signs in and asks who it is.
func (c *conversation) account(ctx context.Context) error {
	who := newCredentials()
	created, r, err := c.anyone.object(ctx, http.StatusCreated, request{method: http.MethodPost, path: registerPath, body: who})
	if err != nil {
		return err
	}
	if created["email"] != who.Email {
		return request{method: http.MethodPost, path: registerPath}.fault(r, "the new account has the address %v, want %s", created["email"], who.Email)
	}
	if _, err := c.anyone.problem(ctx, http.StatusConflict, request{method: http.MethodPost, path: registerPath, body: who}); err != nil {
		return err
	}
	wrong := credentials{Email: who.Email, Password: who.Password + "!"}
	if _, err := c.anyone.problem(ctx, http.StatusUnauthorized, request{method: http.MethodPost, path: loginPath, body: wrong}); err != nil {
		return err
	}
	if c.user, err = c.login(ctx, who); err != nil {
		return err
	}
	return c.whoAmI(ctx, who.Email)
}

// whoAmI wants /v1/me to know the user, and to refuse a stranger.
func (c *conversation) whoAmI(ctx context.Context, email string) error {
	q := request{method: http.MethodGet, path: mePath}
	me, r, err := c.user.object(ctx, http.StatusOK, q)
	if err != nil {
		return err
	}
	if me["email"] != email {
		return q.fault(r, "the address is %v, want %s", me["email"], email)
	}
	_, err = c.anyone.problem(ctx, http.StatusUnauthorized, q)
	return err
}

// login returns a client that is signed in: by a token, or by a cookie.
func (c *conversation) login(ctx context.Context, who credentials) (*client, error) {
	q := request{method: http.MethodPost, path: loginPath, body: who}
	signedIn := c.anyone.anonymous()
	if op, _ := c.doc.operation(q.method, q.path); c.doc.answer(op, "200") == nil {
		_, err := signedIn.want(ctx, http.StatusNoContent, q)
		return signedIn, err
	}
	tokens, r, err := signedIn.object(ctx, http.StatusOK, q)
	if err != nil {
		return nil, err
	}
	return signedIn, signedIn.use(q, r, tokens)
}

// use takes the access token of an answer.
func (c *client) use(q request, r *response, tokens map[string]any) error {
	token, ok := tokens["access_token"].(string)
	if !ok || token == "" || tokens["token_type"] != "Bearer" {
		return q.fault(r, "no access token of type Bearer")
	}
	c.token = token
	return nil
}

func (c *conversation) asAdmin(ctx context.Context) (*client, error) {
	if c.admin != nil {
		return c.admin, nil
	}
	if c.service.CreateAdmin == nil {
		return nil, errors.New("an operation needs an administrator, and none can be made")
	}
	who := newCredentials()
	if err := c.service.CreateAdmin(ctx, who.Email, who.Password); err != nil {
		return nil, fmt.Errorf("making an administrator: %w", err)
	}
	var err error
	c.admin, err = c.login(ctx, who)
	return c.admin, err
}

// logout signs in once more, exchanges the tokens where that is offered, and
// leaves; the refresh token is of no use then.
func (c *conversation) logout(ctx context.Context) error {
	if _, ok := c.doc.operation(http.MethodPost, refreshPath); !ok {
		_, err := c.user.want(ctx, http.StatusNoContent, request{method: http.MethodPost, path: logoutPath})
		return err
	}
	who := newCredentials()
	if _, err := c.anyone.want(ctx, http.StatusCreated, request{method: http.MethodPost, path: registerPath, body: who}); err != nil {
		return err
	}
	tokens, _, err := c.anyone.object(ctx, http.StatusOK, request{method: http.MethodPost, path: loginPath, body: who})
	if err != nil {
		return err
	}
	refresh := request{method: http.MethodPost, path: refreshPath, body: refreshToken(tokens)}
	if tokens, _, err = c.anyone.object(ctx, http.StatusOK, refresh); err != nil {
		return err
	}
	leave := request{method: http.MethodPost, path: logoutPath, body: refreshToken(tokens)}
	if _, err := c.anyone.want(ctx, http.StatusNoContent, leave); err != nil {
		return err
	}
	refresh.body = leave.body
	_, err = c.anyone.problem(ctx, http.StatusUnauthorized, refresh)
	return err
}

func refreshToken(tokens map[string]any) map[string]any {
	return map[string]any{"refresh_token": tokens["refresh_token"]}
}
