package respond

import (
	"errors"
	"net/http"

	"example.com/notes/internal/httpx"
)

// Values of Content-Type, ready to be put into a header.
//
//nolint:gochecknoglobals // shared by all responses, and nothing writes to them
var (
	jsonType    = []string{httpx.JSONType}
	problemType = []string{httpx.ProblemType}
)

// Error answers with the problem that err means, and leaves err for the access log. Nothing of its text reaches the
// client unless package httpx knows it to be safe.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	problem := httpx.ProblemFor(err)
	// A driver that was interrupted rarely says why. When the request has ended (time is up, client gone), that is why.
	if ended := r.Context().Err(); ended != nil && problem.Status >= http.StatusInternalServerError {
		problem, err = httpx.ProblemFor(ended), errors.Join(ended, err)
	}
	httpx.ExchangeFrom(r.Context()).Err = err
	Problem(w, r, problem)
}

// Status answers with the problem of a status that is nobody's error: 404 for an unknown path, 405, 431.
func Status(w http.ResponseWriter, r *http.Request, status int) {
	Problem(w, r, httpx.StatusProblem(status))
}

// Problem completes the problem with what the request adds and sends it.
func Problem(w http.ResponseWriter, r *http.Request, problem httpx.Problem) {
	problem.Instance = r.URL.EscapedPath()
	problem.RequestID = httpx.ExchangeFrom(r.Context()).RequestID
	problem.Headers.Apply(w.Header())
	if problem.Status == http.StatusRequestEntityTooLarge {
		// The rest of the body is not read, so the connection cannot carry another request.
		w.Header().Set("Connection", "close")
	}
	write(w, problem.Status, problemType, problem.JSON())
}
