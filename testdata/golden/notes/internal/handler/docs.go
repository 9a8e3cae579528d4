package handler

import (
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui/v5/static"

	"example.com/notes/internal/respond"
)

// docsPolicy is the Content-Security-Policy of the documentation page: everything comes from this service, no script is
// written into the page, and the API may be called from it.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

//go:embed docs/index.html
var docsPage []byte

//go:embed docs/docs.js
var docsScript []byte

// assetType returns the media type of a file that the page loads, and "" for all others: they are not served.
func assetType(name string) string {
	switch name {
	case "docs.js", "swagger-ui-bundle.js":
		return "text/javascript; charset=utf-8"
	case "swagger-ui.css":
		return "text/css; charset=utf-8"
	case "favicon-32x32.png":
		return "image/png"
	default:
		return ""
	}
}

// Docs serves the page on which people browse the API.
func (h *System) Docs(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", htmlType)
	w.Header().Set("Content-Security-Policy", docsPolicy)
	_, _ = w.Write(docsPage)
}

// Asset serves what the page loads.
func (h *System) Asset(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "file")
	media := assetType(name)
	if media == "" {
		respond.Status(w, r, http.StatusNotFound)
		return
	}
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("Cache-Control", "public, max-age=3600")
	if name == "docs.js" {
		_, _ = w.Write(docsScript)
		return
	}
	if err := writeAsset(w, r, name); err != nil {
		respond.Error(w, r, err)
	}
}

// writeAsset sends a file of Swagger UI. Most are stored compressed, and unpacked only for clients that want them so.
func writeAsset(w http.ResponseWriter, r *http.Request, name string) error {
	if plain, err := static.FS.ReadFile(name); err == nil {
		_, _ = w.Write(plain) //nolint:gosec // G705: a picture of our own
		return nil
	}
	packed, err := static.FS.Open(name + ".gz")
	if err != nil {
		return fmt.Errorf("documentation asset: %w", err)
	}
	defer packed.Close()
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.Copy(w, packed)
		return nil
	}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return fmt.Errorf("documentation asset: %w", err)
	}
	_, _ = io.Copy(w, unpacked) //nolint:gosec // G110: our own file
	return nil
}
