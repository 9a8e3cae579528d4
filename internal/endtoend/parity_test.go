package endtoend

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/servers"
)

// TestDatabaseParity sends the corpus under testdata/parity to the same service on
// every database. Status, headers and body of each answer must be the same; only ids,
// moments, cursors and tokens may differ.
func TestDatabaseParity(t *testing.T) {
	corpus := readCorpus(t)
	all := databases(t)
	want := record(t, all[0], corpus)
	for i, e := range corpus {
		if want[i].status != e.status {
			t.Errorf("%s: status %d, not as expected in\n%s\n%s", e.at, want[i].status, e.line, want[i].raw)
		}
	}
	for _, d := range all[1:] {
		t.Run(d.name, func(t *testing.T) {
			differ := 0
			for i, got := range record(t, d, corpus) {
				if got.normal == want[i].normal {
					continue
				}
				if differ++; differ <= 20 {
					t.Errorf("%s: %s\n%s", corpus[i].at, corpus[i].line, difference(want[i].normal, got.normal, all[0].name, d.name))
				}
			}
			t.Logf("%d of %d answers differ from those on %s", differ, len(corpus), all[0].name)
		})
	}
}

// record plays the corpus to a new service with an empty database.
func record(t *testing.T, d database, corpus []entry) []answer {
	t.Helper()
	s := start(t, d.store(t).binary, d.empty(t), "REFRESH_GRACE=0s")
	s.createAdmin(t, "admin@example.com")
	p := newPlayer(t, s.base)
	answers := make([]answer, len(corpus))
	for i, e := range corpus {
		answers[i] = p.play(e)
	}
	said := s.stop(t)
	for _, secret := range []string{servers.Password, password} {
		if strings.Contains(said, secret) {
			t.Errorf("the log on %s holds the secret %q", d.name, secret)
		}
	}
	for line := range strings.Lines(said) {
		if strings.Contains(line, `"level":"ERROR"`) && !strings.Contains(line, `"route":"/readyz"`) {
			t.Errorf("the log on %s holds an error: %s", d.name, line)
		}
	}
	return answers
}

// difference shows the lines in which two answers differ.
func difference(want, got, wantName, gotName string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for _, line := range a {
		if !slices.Contains(b, line) {
			fmt.Fprintf(&out, "  %-8s %s\n", wantName, line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			fmt.Fprintf(&out, "  %-8s %s\n", gotName, line)
		}
	}
	return out.String()
}

// TestRaces sends the same at once: one wins, and the others learn why they did not.
func TestRaces(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		s := start(t, d.store(t).binary, d.empty(t))
		defer s.stop(t)
		account := func(int) map[string]any { return map[string]any{"email": "twin@example.com", "password": password} }
		together(t, s.client, http.MethodPost, "/v1/auth/register", account, map[int]int{http.StatusCreated: 1, http.StatusConflict: 11})

		admin := s.admin(t)
		category := func(int) map[string]any { return map[string]any{"name": "twin"} }
		together(t, admin, http.MethodPost, "/v1/categories", category, map[int]int{http.StatusCreated: 1, http.StatusConflict: 19})

		one := admin.do(http.MethodPost, "/v1/categories", map[string]any{"name": "one"}, http.StatusCreated)
		position := func(n int) map[string]any { return map[string]any{"position": n} }
		together(t, admin, http.MethodPatch, one.header.Get("Location"), position,
			map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 19}, "If-Match", one.header.Get("ETag"))
		// Who insists on no version has not lost anything when somebody else was first.
		together(t, admin, http.MethodPatch, one.header.Get("Location"), position, map[int]int{http.StatusOK: 20})
	})
}

// together sends as many requests at once as there are answers wanted, by status.
func together(t *testing.T, c client, method, path string, body func(n int) map[string]any, want map[int]int, header ...string) {
	t.Helper()
	total := 0
	for _, n := range want {
		total += n
	}
	statuses := make(chan int, total)
	for n := range total {
		go func() { statuses <- c.status(method, path, body(n), header...) }()
	}
	got := map[int]int{}
	for range total {
		got[<-statuses]++
	}
	for status, n := range want {
		if got[status] != n {
			t.Errorf("%d times %s %s at once gave %v, want %v", total, method, path, got, want)
			return
		}
	}
}
