package blackbox_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

//go:embed testdata/openapi.yaml
var document string

// fake behaves as a generated service does, in memory. fault names the one
// thing that it does wrongly.
type fake struct {
	fault string
	*http.ServeMux

	mu       sync.Mutex
	accounts map[string]string // e-mail → password
	tokens   map[string]string // token → e-mail
	admins   map[string]bool
	items    map[string]map[string]any // path → item
	versions map[string]int
	serial   int
}

func newFake(t *testing.T, fault string) (*fake, string) {
	t.Helper()
	f := &fake{
		fault: fault, ServeMux: http.NewServeMux(), accounts: map[string]string{}, tokens: map[string]string{},
		admins: map[string]bool{}, items: map[string]map[string]any{}, versions: map[string]int{},
	}
	ok := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	f.HandleFunc("GET /healthz", ok)
	f.HandleFunc("GET /readyz", ok)
	f.HandleFunc("GET /openapi.yaml", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, document) })
	f.HandleFunc("POST /v1/auth/register", f.register)
	f.HandleFunc("POST /v1/auth/login", f.login)
	f.HandleFunc("POST /v1/auth/refresh", f.refresh)
	f.HandleFunc("POST /v1/auth/logout", f.logout)
	f.HandleFunc("GET /v1/me", f.me)
	for path, guard := range map[string]string{"/v1/products": "user", "/v1/posts": "admin", "/v1/remarks": "user"} {
		f.HandleFunc("GET "+path, f.list)
		f.HandleFunc("GET "+path+"/{id}", f.get)
		f.HandleFunc("POST "+path, f.guarded(guard, f.create))
		f.HandleFunc("PATCH "+path+"/{id}", f.guarded(guard, f.patch))
		f.HandleFunc("DELETE "+path+"/{id}", f.guarded(guard, f.delete))
	}
	f.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { f.problem(w, http.StatusNotFound) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return f, s.URL
}

func (f *fake) createAdmin(_ context.Context, email, password string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.accounts[email], f.admins[email] = password, true
	return nil
}

func (f *fake) problem(w http.ResponseWriter, status int) {
	if f.fault == "plain errors" {
		http.Error(w, "no", status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"title":"no","status":%d,"errors":[{"pointer":"/name"}]}`, status)
}

func (f *fake) json(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(data)
}

func (f *fake) caller(r *http.Request) string {
	return f.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
}

func (f *fake) guarded(role string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who := f.caller(r)
		switch {
		case who == "" && f.fault != "open to strangers":
			f.problem(w, http.StatusUnauthorized)
		case role == "admin" && !f.admins[who] && who != "":
			f.problem(w, http.StatusForbidden)
		default:
			next(w, r)
		}
	}
}

func (f *fake) register(w http.ResponseWriter, r *http.Request) {
	var c struct{ Email, Password string }
	_ = json.NewDecoder(r.Body).Decode(&c)
	if _, taken := f.accounts[c.Email]; taken && f.fault != "registers twice" {
		f.problem(w, http.StatusConflict)
		return
	}
	f.accounts[c.Email] = c.Password
	f.json(w, http.StatusCreated, map[string]any{"email": c.Email})
}

func (f *fake) login(w http.ResponseWriter, r *http.Request) {
	var c struct{ Email, Password string }
	_ = json.NewDecoder(r.Body).Decode(&c)
	if f.accounts[c.Email] != c.Password && f.fault != "any password" {
		f.problem(w, http.StatusUnauthorized)
		return
	}
	f.answerTokens(w, c.Email)
}

func (f *fake) answerTokens(w http.ResponseWriter, email string) {
	f.serial++
	access, refresh := fmt.Sprintf("a%d", f.serial), fmt.Sprintf("r%d", f.serial)
	f.tokens[access], f.tokens[refresh] = email, email
	tokens := map[string]any{"access_token": access, "token_type": "Bearer", "refresh_token": refresh}
	if f.fault == "no token" {
		delete(tokens, "access_token")
	}
	f.json(w, http.StatusOK, tokens)
}

func (f *fake) refresh(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Token string `json:"refresh_token"`
	}
	_ = json.NewDecoder(r.Body).Decode(&c)
	email := f.tokens[c.Token]
	if email == "" {
		f.problem(w, http.StatusUnauthorized)
		return
	}
	f.answerTokens(w, email)
}

func (f *fake) logout(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Token string `json:"refresh_token"`
	}
	_ = json.NewDecoder(r.Body).Decode(&c)
	if f.fault != "logout forgets" {
		delete(f.tokens, c.Token)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) me(w http.ResponseWriter, r *http.Request) {
	who := f.caller(r)
	if who == "" {
		f.problem(w, http.StatusUnauthorized)
		return
	}
	if f.fault == "somebody else" {
		who = "x@example.com"
	}
	f.json(w, http.StatusOK, map[string]any{"id": "id of " + who, "email": who})
}

func (f *fake) create(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	if len(body) == 0 && f.fault != "accepts nothing" {
		f.problem(w, http.StatusUnprocessableEntity)
		return
	}
	if !f.refersToWhatIsThere(r, body) {
		f.problem(w, http.StatusUnprocessableEntity)
		return
	}
	f.serial++
	id := fmt.Sprint(f.serial)
	at := r.URL.Path + "/" + id
	item := map[string]any{"id": id}
	for name, value := range body {
		item[name] = value
	}
	f.items[at], f.versions[at] = item, 1
	switch f.fault {
	case "no location":
	case "member missing":
		item = map[string]any{"id": id}
		fallthrough
	default:
		w.Header().Set("Location", at)
	}
	status := http.StatusCreated
	if f.fault == "wrong status" {
		status = http.StatusOK
	}
	f.json(w, status, item)
}

func (f *fake) get(w http.ResponseWriter, r *http.Request) {
	item, ok := f.items[r.URL.Path]
	if !ok {
		f.problem(w, http.StatusNotFound)
		return
	}
	f.answerItem(w, r.URL.Path, item)
}

func (f *fake) answerItem(w http.ResponseWriter, at string, item map[string]any) {
	if f.fault != "no etag" {
		w.Header().Set("ETag", fmt.Sprintf(`"v%d"`, f.versions[at]))
	}
	f.json(w, http.StatusOK, item)
}

func (f *fake) list(w http.ResponseWriter, r *http.Request) {
	data := []map[string]any{}
	for at, item := range f.items {
		if strings.HasPrefix(at, r.URL.Path+"/") && f.fault != "empty list" {
			data = append(data, item)
		}
	}
	f.json(w, http.StatusOK, map[string]any{"data": data})
}

func (f *fake) patch(w http.ResponseWriter, r *http.Request) {
	at := r.URL.Path
	if r.Header.Get("If-Match") != fmt.Sprintf(`"v%d"`, f.versions[at]) && f.fault != "ignores if-match" {
		f.problem(w, http.StatusPreconditionFailed)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	if _, ok := body["parent_id"]; ok || !f.refersToWhatIsThere(r, body) {
		f.problem(w, http.StatusUnprocessableEntity)
		return
	}
	if f.fault != "keeps the old" {
		maps.Copy(f.items[at], body)
	}
	f.versions[at]++
	f.answerItem(w, at, f.items[at])
}

// refersToWhatIsThere looks up the ids in a body: each must be one that the
// service gave out, that of an account the caller's own.
func (f *fake) refersToWhatIsThere(r *http.Request, body map[string]any) bool {
	for name, id := range body {
		ok := true
		switch name {
		case "author_id":
			ok = id == "id of "+f.caller(r)
		case "post_id", "product_id":
			_, ok = f.items[fmt.Sprintf("/v1/%ss/%v", strings.TrimSuffix(name, "_id"), id)]
		}
		if !ok {
			return false
		}
	}
	return true
}

func (f *fake) delete(w http.ResponseWriter, r *http.Request) {
	for _, item := range f.items {
		for name, id := range item {
			if r.URL.Path == fmt.Sprintf("/v1/%ss/%v", strings.TrimSuffix(name, "_id"), id) {
				f.problem(w, http.StatusConflict)
				return
			}
		}
	}
	if f.fault != "never deletes" {
		delete(f.items, r.URL.Path)
	}
	w.WriteHeader(http.StatusNoContent)
}
