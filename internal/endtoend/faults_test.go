package endtoend

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/servers"
)

const (
	// statementLimit is DATABASE_TIMEOUT and requestLimit REQUEST_TIMEOUT.
	statementLimit = time.Second
	requestLimit   = 2 * time.Second
	// pool is the most connections: fewer than the workers of a load.
	pool = 6
	// slack is for a machine that is busy with other tests.
	slack = time.Second
	// recovery is how soon after the server is back everything must work again.
	recovery = 5 * time.Second
)

// TestDatabaseFaults breaks the server of a database under load, in every way that
// servers break. The service never ends, says 503 and when to try again while it
// cannot work, and has nothing left of it afterwards.
func TestDatabaseFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("takes its time; skipped with -short")
	}
	for _, d := range databases(t) {
		if len(d.services) == 0 {
			continue // a file does not break like that
		}
		t.Run(d.name, func(t *testing.T) {
			binary := d.store(t).faulty
			t.Parallel()
			newOutage(t, d, binary).run()
		})
	}
}

// outage is a service whose database is broken.
type outage struct {
	*service
	t      *testing.T
	server servers.Fragile
	at     string // URL of the database
	admin  string // base URL of the admin listener
	token  string
	// category is what products need.
	category string
}

func newOutage(t *testing.T, d database, binary string) *outage {
	t.Helper()
	o := &outage{t: t, admin: freeAddr(t)}
	o.server, o.at = servers.NewFragile(t, d.services[0].Name)
	// The database is down when the service starts.
	o.server.Kill()
	o.service = launch(t, binary, d.services[0].Env+"="+o.at, "ADMIN_ADDR="+o.admin,
		"DATABASE_MAX_CONNS="+strconv.Itoa(pool), "DATABASE_TIMEOUT="+statementLimit.String(), "REQUEST_TIMEOUT="+requestLimit.String())
	return o
}

func (o *outage) run() {
	o.startsWithoutDatabase()
	o.signIn()
	o.load(time.Second, func() {}) // opens as many connections as it ever needs
	idle := o.settled(1 << 20)
	connections := o.connections()

	o.crowded()
	o.cancelled()
	o.crash()
	o.stalled()

	if now := o.settled(idle + 5); now > idle+5 {
		o.t.Errorf("%d goroutines are left of %d before the faults:\n%s", now, idle, o.get("http://"+o.admin+"/debug/pprof/goroutine?debug=1"))
	}
	if now := o.connections(); now > connections+1 {
		o.t.Errorf("the server has %d connections, and had %d before the faults", now, connections)
	}
	said := o.stop(o.t)
	if strings.Contains(said, servers.Password) {
		o.t.Errorf("the log holds the password of the database")
	}
}

// startsWithoutDatabase wants a service that lives, says that it is not ready, and is
// soon after the server is.
func (o *outage) startsWithoutDatabase() {
	o.t.Helper()
	if !o.becomes(http.StatusServiceUnavailable, recovery) {
		o.t.Fatalf("it does not listen while the database is down: %s", o.log.String())
	}
	o.do(http.MethodGet, "/healthz", nil, http.StatusOK)
	refused := o.do(http.MethodGet, "/v1/categories", nil, http.StatusServiceUnavailable)
	if refused.header.Get("Retry-After") == "" {
		o.t.Errorf("503 without Retry-After: %v", refused.header)
	}
	o.back("at the start")
}

// back lets the server work again and wants the service to be ready in time.
func (o *outage) back(when string) {
	o.t.Helper()
	if err := o.server.Continue(context.Background()); err != nil {
		o.t.Fatal(err)
	}
	o.wantReady(when)
}

func (o *outage) wantReady(when string) {
	o.t.Helper()
	began := time.Now()
	if !o.becomes(http.StatusOK, 4*recovery) {
		o.t.Fatalf("%s: it does not become ready again: %s", when, o.log.String())
	}
	if took := time.Since(began); took > recovery {
		o.t.Errorf("%s: it took %s to become ready again", when, took)
	}
}

func (o *outage) signIn() {
	o.t.Helper()
	admin := o.service.admin(o.t)
	o.category = admin.do(http.MethodPost, "/v1/categories", map[string]any{"name": "faults"}, http.StatusCreated).text(o.t, "id")
	o.token = admin.token
}

// crowded sends more slow requests than there are connections. Who waits is told so
// in time, and probes do not wait.
func (o *outage) crowded() {
	o.t.Helper()
	const clients = 8 * pool
	path := "/__fault/dbsleep?ms=" + strconv.FormatInt((statementLimit*3/4).Milliseconds(), 10)
	began, statuses := time.Now(), make(chan int, clients)
	for range clients {
		go func() { statuses <- o.status(http.MethodGet, path, nil) }()
	}
	time.Sleep(statementLimit / 4)
	o.do(http.MethodGet, "/healthz", nil, http.StatusOK)
	o.do(http.MethodGet, "/readyz", nil, http.StatusOK)
	got := map[int]int{}
	for range clients {
		got[<-statuses]++
	}
	if took := time.Since(began); took > statementLimit+slack {
		o.t.Errorf("%d clients for %d connections were answered after %s", clients, pool, took)
	}
	if got[http.StatusNoContent] < pool || got[http.StatusServiceUnavailable] == 0 || got[http.StatusNoContent]+got[http.StatusServiceUnavailable] != clients {
		o.t.Errorf("%d clients for %d connections got %v", clients, pool, got)
	}
}

// cancelled asks for statements that take too long, and for ones whose client hangs
// up: the server must not go on with either.
func (o *outage) cancelled() {
	o.t.Helper()
	began := time.Now()
	status := o.status(http.MethodGet, "/__fault/dbsleep?ms=30000", nil)
	if took := time.Since(began); status != http.StatusServiceUnavailable && status != http.StatusGatewayTimeout || took > requestLimit+slack {
		o.t.Errorf("a statement without end: %d after %s", status, took)
	}
	ctx, cancel := context.WithTimeout(o.t.Context(), statementLimit/4)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base+"/__fault/dbsleep?ms=30000", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(req); err == nil {
		o.t.Errorf("an answer, %d, to one who had hung up", res.StatusCode)
		res.Body.Close()
	}
	time.Sleep(2 * time.Second)
	if n := o.server.Busy(o.t, o.at); n != 0 {
		o.t.Errorf("%d statements run on without anybody who waits for them", n)
	}
}

// crash kills the server under load and starts it again. While it is down, nobody
// listens on its port.
func (o *outage) crash() {
	o.t.Helper()
	var up time.Time
	samples := o.load(8*time.Second, func() {
		time.Sleep(500 * time.Millisecond)
		o.server.Kill()
		o.wantUnready("killed")
		time.Sleep(500 * time.Millisecond)
		if err := o.server.Continue(context.Background()); err != nil {
			o.t.Error(err)
			return
		}
		up = time.Now()
		o.wantReady("after the crash")
	})
	o.judge("crash", samples, up)
}

// stalled stops the server for ten seconds: it keeps its connections, accepts new
// ones and answers nothing.
func (o *outage) stalled() {
	o.t.Helper()
	var up time.Time
	samples := o.load(14*time.Second, func() {
		time.Sleep(500 * time.Millisecond)
		o.server.Pause()
		o.wantUnready("stopped")
		for range 8 {
			began := time.Now()
			o.do(http.MethodGet, "/healthz", nil, http.StatusOK)
			if took := time.Since(began); took > slack {
				o.t.Errorf("/healthz took %s while the database did not answer", took)
			}
			time.Sleep(time.Second)
		}
		o.server.Resume()
		up = time.Now()
		o.wantReady("after it was stopped")
	})
	o.judge("stall", samples, up)
}

func (o *outage) wantUnready(when string) {
	o.t.Helper()
	if !o.becomes(http.StatusServiceUnavailable, 3*time.Second) {
		o.t.Errorf("%s: /readyz does not say so", when)
	}
}

// judge looks at what clients got: nothing but answers in time, 503 with Retry-After
// among them, and soon after the server was back only good ones.
func (o *outage) judge(what string, samples []sample, up time.Time) {
	o.t.Helper()
	statuses, after, longest := map[int]int{}, 0, time.Duration(0)
	for _, s := range samples {
		statuses[s.status]++
		longest = max(longest, s.took)
		switch {
		case s.err != nil:
			o.t.Errorf("%s: %v", what, s.err)
		case s.status < 300:
		case s.status != http.StatusServiceUnavailable && s.status != http.StatusGatewayTimeout:
			o.t.Errorf("%s: status %d: %s", what, s.status, s.body)
		case s.status == http.StatusServiceUnavailable && s.retryAfter == "":
			o.t.Errorf("%s: 503 without Retry-After", what)
		case unavailable.ReplaceAllString(s.body, "") != "":
			o.t.Errorf("%s: this says too much: %s", what, s.body)
		case s.began.After(up.Add(recovery)):
			o.t.Errorf("%s: status %d %s after the server was back", what, s.status, s.began.Sub(up))
		case s.began.After(up):
			after++
		}
		if s.took > requestLimit+slack {
			o.t.Errorf("%s: an answer took %s", what, s.took)
		}
	}
	o.t.Logf("%s: answers by status %v, the longest after %s; %d failed after the server was back", what, statuses, longest.Round(time.Millisecond), after)
	if statuses[http.StatusServiceUnavailable] == 0 {
		o.t.Errorf("%s: nobody noticed: %v", what, statuses)
	}
}

// unavailable is all that a client may learn.
var unavailable = regexp.MustCompile(`^\{"type":"/problems/(unavailable|timeout)","title":"[A-Za-z ]+","status":50[34],"instance":"[^"]*","request_id":"\w+"\}$`)

// settled waits until there are no more goroutines than that, or as few as there will
// be, and returns how many.
func (o *outage) settled(most int) int {
	o.t.Helper()
	least := 1 << 20
	for same := 0; same < 10 && (least > most || most == 1<<20); {
		time.Sleep(300 * time.Millisecond)
		now := o.goroutines()
		if same++; now < least {
			least, same = now, 0
		}
	}
	return least
}

var total = regexp.MustCompile(`goroutine profile: total (\d+)`)

func (o *outage) goroutines() int {
	o.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	text := o.get("http://" + o.admin + "/debug/pprof/goroutine?debug=1")
	match := total.FindStringSubmatch(text)
	if match == nil {
		o.t.Fatalf("no number of goroutines in %.200s", text)
	}
	n, _ := strconv.Atoi(match[1])
	return n
}

// connections counts those of the service on the server.
func (o *outage) connections() int {
	o.t.Helper()
	return o.server.Connections(o.t, o.at)
}
