package handler

import (
	"context"
	"net/http"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/model"
	"example.com/notes/internal/respond"
)

// System answers about the service itself: whether it lives, whether it is ready, and what it offers.
type System struct {
	ready func(ctx context.Context) error
	spec  []byte
	docs  bool
}

// NewSystem returns the handler. ready returns an error while the service should get no requests; spec is the OpenAPI
// document, which is served, with a page to browse it, when docs is true.
func NewSystem(ready func(ctx context.Context) error, spec []byte, docs bool) *System {
	return &System{ready: ready, spec: spec, docs: docs}
}

// Routes lists the operations.
func (h *System) Routes() []Route {
	routes := []Route{
		{Method: http.MethodGet, Path: "/healthz", Media: textType, Handler: h.Live},
		{Method: http.MethodGet, Path: "/readyz", Media: textType, Handler: h.Ready},
	}
	if h.docs {
		routes = append(routes,
			Route{Method: http.MethodGet, Path: "/openapi.yaml", Media: yamlType, Handler: h.Spec},
			Route{Method: http.MethodGet, Path: "/docs", Media: htmlType, Handler: h.Docs},
			Route{Method: http.MethodGet, Path: "/docs/{file}", Media: "*/*", Handler: h.Asset},
		)
	}
	return routes
}

const (
	textType = "text/plain; charset=utf-8"
	yamlType = "application/yaml"
	htmlType = "text/html; charset=utf-8"
)

// Live says that the process runs. It asks nobody else: a restart would not bring a database back.
func (h *System) Live(w http.ResponseWriter, _ *http.Request) {
	writeOK(w)
}

// Ready says whether the service should be sent requests. Why it should not is for the log alone.
func (h *System) Ready(w http.ResponseWriter, r *http.Request) {
	if err := h.ready(r.Context()); err != nil {
		respond.Error(w, r, model.ErrUnavailable)
		httpx.ExchangeFrom(r.Context()).Err = err
		return
	}
	writeOK(w)
}

// Spec serves the OpenAPI document.
func (h *System) Spec(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", yamlType)
	_, _ = w.Write(h.spec)
}

func writeOK(w http.ResponseWriter) {
	w.Header().Set("Content-Type", textType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}
