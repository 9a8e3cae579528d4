package server

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/respond"
)

// The handlers below speak what `go tool pprof` and `go tool trace` expect. net/http/pprof does too, but merely importing
// it adds its handlers to http.DefaultServeMux.

// maxProfile bounds how long one profile may take.
const maxProfile = 5 * time.Minute

// listProfiles names what there is.
func listProfiles(w http.ResponseWriter, _ *http.Request) {
	profiles := pprof.Profiles()
	slices.SortFunc(profiles, func(a, b *pprof.Profile) int { return cmp.Compare(a.Name(), b.Name()) })
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, p := range profiles {
		fmt.Fprintf(w, "%s %d\n", p.Name(), p.Count())
	}
	fmt.Fprint(w, "profile?seconds=30\ntrace?seconds=1\n")
}

// writeProfile sends a snapshot: heap, goroutine, allocs, block, mutex, threadcreate.
func writeProfile(w http.ResponseWriter, r *http.Request) {
	profile := pprof.Lookup(chi.URLParam(r, "profile"))
	if profile == nil {
		notFound(w, r)
		return
	}
	query := r.URL.Query()
	if profile.Name() == "heap" && query.Get("gc") == "1" {
		runtime.GC()
	}
	debug, _ := strconv.Atoi(query.Get("debug")) // anything else than a number means the binary format
	setDownload(w, profile.Name(), debug > 0)
	_ = profile.WriteTo(w, debug) // fails only when the client has gone
}

// profileCPU samples the processor for ?seconds= (30).
func profileCPU(w http.ResponseWriter, r *http.Request) {
	record(w, r, "profile", 30*time.Second, pprof.StartCPUProfile, pprof.StopCPUProfile)
}

// traceExecution records an execution trace for ?seconds= (1).
func traceExecution(w http.ResponseWriter, r *http.Request) {
	record(w, r, "trace", time.Second, trace.Start, trace.Stop)
}

// record runs something that can run only once at a time for as long as the request asks.
func record(w http.ResponseWriter, r *http.Request, name string, usual time.Duration,
	start func(io.Writer) error, stop func(),
) {
	length, err := recordingTime(r, usual)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	// The listener's timeouts are meant for answers that take no time. Writers that cannot change them have none.
	deadline, control := time.Now().Add(length+writeGrace), http.NewResponseController(w)
	_, _ = control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline)
	setDownload(w, name, false)
	if err := start(w); err != nil {
		respond.Status(w, r, http.StatusConflict) // somebody else is recording
		return
	}
	defer stop()
	wait(r.Context(), length)
}

// recordingTime reads ?seconds=.
func recordingTime(r *http.Request, usual time.Duration) (time.Duration, error) {
	given := r.URL.Query().Get("seconds")
	if given == "" {
		return usual, nil
	}
	seconds, err := strconv.Atoi(given)
	if length := time.Duration(seconds) * time.Second; err == nil && seconds > 0 && length <= maxProfile {
		return length, nil
	}
	return 0, httpx.BadRequest(fmt.Sprintf("seconds must be a whole number from 1 to %d.", int(maxProfile.Seconds())))
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func setDownload(w http.ResponseWriter, name string, text bool) {
	if text {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
