package verify_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/verify"
)

// service is a program that behaves as a generated service without accounts
// and resources does. It fails when one of its markers is replaced.
const service = `package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	/*start*/
	if v, ok := os.LookupEnv("DATABASE_URL"); ok {
		fmt.Println("the caller's DATABASE_URL came through:", v)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	mux := http.NewServeMux()
	ok := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	mux.HandleFunc("/healthz", ok)
	mux.HandleFunc("/readyz", ok)
	mux.HandleFunc("/openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "openapi: 3.1.0\npaths: {/healthz: {get: {x-access: public}}}\n")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(404)
		fmt.Fprint(w, "{\"title\":\"Not Found\",\"status\":404}")
	})
	ln, err := net.Listen("tcp", os.Getenv("HTTP_ADDR"))
	if err != nil {
		panic(err)
	}
	fmt.Printf("{\"msg\":\"listening\",\"addr\":%q}\n", ln.Addr())
	go http.Serve(ln, mux)
	<-ctx.Done()
	/*stop*/
}
`

const passing = `package main

import "testing"

func TestOne(t *testing.T) {}

func TestTwo(t *testing.T) { t.Run("part", func(t *testing.T) {}) }

/*test*/
`

// project writes the service, with markers replaced, as a Go module.
func project(t *testing.T, markers map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	main, tests := service, passing
	for marker, code := range markers {
		main, tests = strings.ReplaceAll(main, marker, code), strings.ReplaceAll(tests, marker, code)
	}
	for name, text := range map[string]string{
		"go.mod": "module example.com/shop\n\ngo 1.26\n", "cmd/shop/main.go": main, "cmd/shop/main_test.go": tests,
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func shop(dir string) verify.Project { return verify.Project{Dir: dir, Name: "shop"} }

func TestHealthyProject(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://precious")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOWORK", filepath.Join(t.TempDir(), "go.work"))
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out strings.Builder
	if err := verify.Run(t.Context(), shop(project(t, nil)), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	want := regexp.MustCompile(`(?s)^  build +[0-9.]+s ok\n  vet +[0-9.]+s ok\n  test +[0-9.]+s ok  2 tests in 1 packages\n  serve +[0-9.]+s ok  4 requests\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("report:\n%s", out.String())
	}
	if left, err := filepath.Glob(filepath.Join(temp, "layup-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestFaultsNameTheStep(t *testing.T) {
	for name, c := range map[string]struct {
		marker, code    string
		says, explained string
	}{
		"build":    {"/*start*/", "undefined()", "verify: build: go build ./...", "undefined: undefined"},
		"vet":      {"/*start*/", `fmt.Printf("%d\n", "x")`, "verify: vet: go vet ./...", "wrong type string"},
		"test":     {"/*test*/", `func TestBad(t *testing.T) { t.Error("no luck") }`, "verify: test: go test ./...", "no luck"},
		"no start": {"/*start*/", `println("no disk"); os.Exit(3)`, "verify: serve: the service ended at once: exit status 3", "no disk"},
		"stop":     {"/*stop*/", `println("lost it"); os.Exit(4)`, "verify: serve: the service was asked to end: exit status 4", "lost it"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := verify.Run(t.Context(), shop(project(t, map[string]string{c.marker: c.code})), &out)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if !strings.Contains(out.String(), "FAILED") || !strings.Contains(out.String(), c.explained) {
				t.Errorf("%q is not in the report:\n%s", c.explained, out.String())
			}
		})
	}
}

// TestServers hands the server of the tests to the service, and names the variable when
// there is none.
func TestServers(t *testing.T) {
	p := shop(project(t, map[string]string{"/*start*/": `
	if os.Getenv("STORE_URL") != "store://for-tests" {
		println("STORE_URL is", os.Getenv("STORE_URL"))
		os.Exit(5)
	}`}))
	p.Services = []feature.Service{{Name: "mailer"}, {Name: "store", Env: "STORE_URL", TestEnv: "TEST_STORE_URL", URL: "store://app:{password}@{host}/app"}}
	t.Setenv("STORE_URL", "store://precious")
	t.Setenv("TEST_STORE_URL", "")
	var out strings.Builder
	err := verify.Run(t.Context(), p, &out)
	if err == nil || out.Len() != 0 {
		t.Fatalf("without a server: %v\n%s", err, out.String())
	}
	for _, part := range []string{"TEST_STORE_URL", "store://app:PASSWORD@127.0.0.1/app", "make env services"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	t.Setenv("TEST_STORE_URL", "store://for-tests")
	if err := verify.Run(t.Context(), p, &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var out strings.Builder
	err := verify.Run(t.Context(), shop(project(t, nil)), &out)
	if err == nil || !strings.Contains(err.Error(), "install Go") || !strings.Contains(err.Error(), "files are written") {
		t.Errorf("got %v", err)
	}
}

// The processes of a test that hangs do not outlive the context.
func TestEndOfContextStopsEverything(t *testing.T) {
	marks := t.TempDir()
	started, finished := filepath.Join(marks, "started"), filepath.Join(marks, "finished")
	dir := project(t, map[string]string{
		"import \"testing\"": "import (\n\"os\"\n\"testing\"\n\"time\"\n)",
		"/*test*/": `func TestHangs(t *testing.T) {
	os.WriteFile("` + filepath.ToSlash(started) + `", nil, 0o600)
	for time.Sleep(300 * time.Millisecond); ; time.Sleep(50 * time.Millisecond) {
		os.WriteFile("` + filepath.ToSlash(finished) + `", []byte(time.Now().String()), 0o600)
	}
}`,
	})
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				cancel(cause)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	var out strings.Builder
	if err := verify.Run(ctx, shop(dir), &out); !errors.Is(err, cause) {
		t.Errorf("got %v, want the cause", err)
	}
	before, _ := os.ReadFile(finished)
	time.Sleep(500 * time.Millisecond)
	if after, _ := os.ReadFile(finished); string(after) != string(before) {
		t.Error("the test goes on after Run has returned")
	}
}

// The service of a run that ends while it is talked to does not stay.
func TestEndOfContextStopsTheService(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	alive := filepath.Join(t.TempDir(), "alive")
	dir := project(t, map[string]string{
		`fmt.Fprint(w, "openapi`: `os.WriteFile("` + filepath.ToSlash(alive) + `", nil, 0o600); <-ctx.Done(); fmt.Fprint(w, "openapi`,
		"/*stop*/":               `os.Remove("` + filepath.ToSlash(alive) + `")`,
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(alive); err == nil {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	var out strings.Builder
	if err := verify.Run(ctx, shop(dir), &out); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := os.Stat(alive); err == nil {
		t.Error("the service did not end by itself")
	}
}
