package check_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/layup-dev/layup/internal/check"
	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// files are a small project, by path.
type files map[string]string

// healthy returns a project that no check finds fault with.
func healthy() files {
	return files{
		"layup.yaml":                        "layup: 1\nstack: go\nname: shop\nmodule: example.com/shop\nresources:\n  - name: order\n    migration: \"00100\"\n    fields: [total:int]\n",
		"go.mod":                            "module example.com/shop\n\ngo 1.26\n",
		"main.go":                           "package main\n\nimport _ \"example.com/shop/internal/service\"\n\nfunc main() {}\n",
		"internal/service/order.go":         "package service\n\n// Sum adds.\nfunc Sum(a, b int) int { return a + b }\n",
		"internal/service/order_test.go":    "package service\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(1, 2) != 3 {\n\t\tt.Error(\"wrong sum\")\n\t}\n}\n",
		"migrations/00100_create_order.sql": "CREATE TABLE orders;\n",
		"migrations/migrations.go":          "package migrations\n",
	}
}

func (f files) Read(name string) ([]byte, fs.FileMode, error) {
	text, ok := f[name]
	if !ok {
		return nil, 0, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return []byte(text), 0o644, nil
}

func (f files) List(dir string) ([]string, error) {
	var out []string
	for name := range f {
		if path.Dir(name) == dir {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// rendered is what a comparison with the last render says.
type rendered struct {
	settled, err error
	drift        pipeline.Drift
}

func (r *rendered) Settled() error { return r.settled }

func (r *rendered) Drift() (*pipeline.Drift, error) { return &r.drift, r.err }

// project writes the files and returns them as a project that is as it was rendered.
func project(t *testing.T, f files) check.Project {
	t.Helper()
	root := t.TempDir()
	code := fstest.MapFS{}
	for name, text := range f {
		code[name] = &fstest.MapFile{Data: []byte(text)}
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return check.Project{
		Root: root, Files: f, Code: code, Rendered: &rendered{}, Alone: true,
		Plan:      &plan.Plan{Spec: &spec.Spec{Name: "shop", Module: "example.com/shop"}, Stack: &feature.Stack{Name: "go", Once: []string{"migrations/*.sql"}}},
		Wiring:    func() error { return nil },
		Forbidden: func(string, string) string { return "" },
	}
}

func run(t *testing.T, p check.Project, quick bool) map[string]check.Result {
	t.Helper()
	report, err := check.Run(t.Context(), p, quick, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	results := map[string]check.Result{}
	for _, c := range report.Checks {
		names = append(names, c.Name)
		results[c.Name] = c
		if c.Findings == nil || (c.Status == check.Found) != (len(c.Findings) > 0) {
			t.Errorf("%s: status %s with the findings %v", c.Name, c.Status, c.Findings)
		}
	}
	if want := []string{"spec", "drift", "format", "layers", "vet", "tidy", "build", "tests"}; !slices.Equal(names, want) {
		t.Errorf("checks %v, want %v", names, want)
	}
	return results
}

// offline keeps the go command from the network and from the caller's settings.
func offline(t *testing.T) {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOWORK", "")
}

func TestHealthy(t *testing.T) {
	offline(t)
	p := project(t, healthy())
	p.Rendered = &rendered{drift: pipeline.Drift{Edited: []string{"README.md"}, Deleted: []string{"AGENTS.md", "Makefile"}}}
	before := tree(t, p.Root)
	var seen []string
	report, err := check.Run(t.Context(), p, false, func(r check.Result) { seen = append(seen, r.Name+" "+string(r.Status)+" "+r.Note) })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"spec ok ", "drift ok of your files, 1 edited and 2 deleted, as you may", "format ok ", "layers ok ", "vet ok ", "tidy ok ", "build ok ", "tests ok 1 tests in 1 packages"}
	if !slices.Equal(seen, want) {
		t.Errorf("got  %q\nwant %q\n%v", seen, want, report.Checks)
	}
	if !slices.Equal(report.Edited, []string{"README.md"}) || !slices.Equal(report.Deleted, []string{"AGENTS.md", "Makefile"}) {
		t.Errorf("edited %v, deleted %v", report.Edited, report.Deleted)
	}
	if after := tree(t, p.Root); !slices.Equal(before, after) {
		t.Errorf("before %v\nafter  %v", before, after)
	}
}

func tree(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		out = append(out, name+" "+string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFindings has one fault each; every other check is content. The go command runs
// where it is to find the fault.
func TestFindings(t *testing.T) {
	offline(t)
	for name, tt := range map[string]struct {
		change func(f files, p *check.Project)
		check  string
		where  string
		says   string
	}{
		"edited layup.yaml": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{settled: spec.Errorf("layup.yaml:3", "was edited; run layup apply")}
			},
			check: "spec", where: "layup.yaml:3", says: "run layup apply",
		},
		"edited generated file": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{drift: pipeline.Drift{Generated: []string{"internal/service/order.go"}}}
			},
			check: "drift", where: "internal/service/order.go:1", says: "was edited, and layup writes all of it",
		},
		"generated file is gone": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{drift: pipeline.Drift{Generated: []string{"internal/app/resources_gen.go"}}}
			},
			check: "drift", where: "internal/app/resources_gen.go:0", says: "is gone",
		},
		"lost archive of a resource": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{drift: pipeline.Drift{Missing: []string{".layup/base/order.txtar"}}}
			},
			check: "drift", where: ".layup/base/order.txtar:0", says: "layup apply",
		},
		"lost archive": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{drift: pipeline.Drift{Missing: []string{".layup/base.txtar"}}}
			},
			check: "drift", where: ".layup/base.txtar:0", says: "run layup apply",
		},
		"archive that cannot be rendered again": {
			change: func(_ files, p *check.Project) {
				p.Rendered = &rendered{err: spec.Errorf(".layup/base.txtar", "is lost")}
			},
			check: "drift", where: ".layup/base.txtar:0", says: "is lost",
		},
		"no wiring": {
			change: func(_ files, p *check.Project) { p.Wiring = func() error { return errors.New("nothing calls them") } },
			check:  "drift", where: ":0", says: "nothing calls them",
		},
		"migration is gone": {
			change: func(f files, _ *check.Project) { delete(f, "migrations/00100_create_order.sql") },
			check:  "drift", where: "layup.yaml:0", says: "migration 00100 of resource order is gone",
		},
		"two migrations of one version": {
			change: func(f files, _ *check.Project) { f["migrations/100_mine.sql"] = "" },
			check:  "drift", where: "migrations/100_mine.sql:1", says: "has the version 100, as migrations/00100_create_order.sql does",
		},
		"format": {
			change: func(f files, _ *check.Project) {
				f["internal/service/more.go"] = "package service\n\nvar  x = 1\n\nvar _ = x\n"
			},
			check: "format", where: "internal/service/more.go:3", says: "gofmt -w internal/service/more.go",
		},
		"layers": {
			change: func(_ files, p *check.Project) {
				p.Forbidden = func(file, imported string) string {
					if file == "main.go" && imported == "example.com/shop/internal/service" {
						return "must not know it"
					}
					return ""
				}
			},
			check: "layers", where: "main.go:3", says: "must not know it",
		},
		"vet": {
			change: func(f files, _ *check.Project) {
				f["internal/service/more.go"] = "package service\n\nimport \"fmt\"\n\n// Say speaks.\nfunc Say() { fmt.Printf(\"%d\", \"x\") }\n"
			},
			check: "vet", where: "internal/service/more.go:6", says: "wrong type string",
		},
		"tidy": {
			change: func(f files, _ *check.Project) {
				f["go.mod"] += "\nrequire example.com/unused v0.0.0\n\nreplace example.com/unused => ./unused\n"
				f["unused/go.mod"] = "module example.com/unused\n"
				f["unused/broken.go"] = "not the module's own"
			},
			check: "tidy", where: "go.mod:0", says: "run go mod tidy, which changes:\n-require example.com/unused v0.0.0",
		},
		"tests": {
			change: func(f files, _ *check.Project) {
				f["internal/service/order_test.go"] = strings.Replace(f["internal/service/order_test.go"], "!= 3", "!= 4", 1)
			},
			check: "tests", where: "internal/service/order_test.go:7", says: "wrong sum",
		},
		"tests of what is elsewhere": {
			change: func(f files, _ *check.Project) {
				f["internal/service/order_test.go"] = strings.Replace(f["internal/service/order_test.go"], "if Sum(1, 2) != 3 {\n\t\tt.Error(\"wrong sum\")\n\t}", "t.Run(\"a\", func(t *testing.T) { t.Fatal(\"dial tcp: connection refused\") })", 1)
			},
			check: "tests", where: "internal/service/order_test.go:6", says: "TestSum/a failed:\n    order_test.go:6: dial tcp",
		},
		"panic": {
			change: func(f files, _ *check.Project) {
				f["internal/service/order_test.go"] = strings.Replace(f["internal/service/order_test.go"], "t.Error(", "panic(", 1)
				f["internal/service/order_test.go"] = strings.Replace(f["internal/service/order_test.go"], "!= 3", "!= 4", 1)
			},
			check: "tests", where: "internal/service:0", says: "panic: wrong sum",
		},
		"tests without a test": {
			change: func(f files, _ *check.Project) {
				f["internal/service/main_test.go"] = "package service\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(*testing.M) {\n\tos.Stderr.WriteString(\"no luck\\n\")\n\tos.Exit(3)\n}\n"
			},
			check: "tests", where: "internal/service:0", says: "no luck",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := healthy()
			tt.change(f, &check.Project{})
			p := project(t, f)
			tt.change(files{}, &p)
			content := check.OK
			if !compiles(tt.check) {
				t.Setenv("PATH", t.TempDir())
				content = check.Failed
			}
			for _, r := range run(t, p, false) {
				switch {
				case r.Name != tt.check:
					if r.Status != check.OK && (r.Status != content || !compiles(r.Name)) {
						t.Errorf("%s: %v", r.Name, r)
					}
				case len(r.Findings) != 1:
					t.Errorf("%d findings: %v", len(r.Findings), r)
				default:
					got := r.Findings[0]
					if where := fmt.Sprintf("%s:%d", got.File, got.Line); where != tt.where || !strings.Contains(got.Message, tt.says) {
						t.Errorf("%s: %s\nwant %s: %s", where, got.Message, tt.where, tt.says)
					}
				}
			}
		})
	}
}

// compiles reports whether a check needs the go command.
func compiles(name string) bool {
	return slices.Contains([]string{"vet", "tidy", "build", "tests"}, name)
}

// What does not compile is said by every check that compiles, once each.
func TestDoesNotCompile(t *testing.T) {
	offline(t)
	f := healthy()
	f["internal/service/more.go"] = "package service\n\n// X is no number.\nvar X int = \"x\"\n"
	results := run(t, project(t, f), false)
	for _, name := range []string{"vet", "build", "tests"} {
		r := results[name]
		if len(r.Findings) != 1 || r.Findings[0].File != "internal/service/more.go" || r.Findings[0].Line != 4 {
			t.Errorf("%s: %v", name, r)
		}
	}
}

// One file that does not parse is one finding; what would only repeat it is skipped.
func TestDoesNotParse(t *testing.T) {
	offline(t)
	f := healthy()
	f["internal/service/more.go"] = "package service\n\nfunc broken( {\n"
	f["internal/service/other.go"] = "package service\n\nvar  x = 1\n"
	results := run(t, project(t, f), false)
	if found := results["format"].Findings; len(found) != 2 || found[0].Line != 3 || !strings.Contains(found[0].Message, "does not parse") {
		t.Errorf("format: %v", found)
	}
	for _, name := range []string{"vet", "build", "tests"} {
		if r := results[name]; r.Status != check.Skipped || !strings.Contains(r.Note, "does not parse") {
			t.Errorf("%s: %v", name, r)
		}
	}
	if results["tidy"].Status != check.OK || results["layers"].Status != check.OK {
		t.Errorf("tidy %v, layers %v", results["tidy"], results["layers"])
	}
}

// Code that is not the project's own, and what git makes of line ends, is nobody's fault.
func TestFormatLeavesOut(t *testing.T) {
	ugly := "package  x\n"
	f := healthy()
	for _, name := range []string{"vendor/a/a.go", "internal/testdata/a.go", ".cache/a.go", "_old/a.go", "other/a.go"} {
		f[name] = ugly
	}
	f["other/go.mod"] = "module example.com/other\n"
	f["migrations/migrations.go"] = "\ufeffpackage migrations\r\n\r\n// X is there.\r\nvar X = 1"
	t.Setenv("PATH", t.TempDir())
	if r := run(t, project(t, f), true)["format"]; r.Status != check.OK {
		t.Errorf("%v", r)
	}
}

func TestQuick(t *testing.T) {
	offline(t)
	f := healthy()
	f["internal/service/order_test.go"] = strings.Replace(f["internal/service/order_test.go"], "!= 3", "!= 4", 1)
	results := run(t, project(t, f), true)
	for name, r := range results {
		want := check.OK
		if name == "build" || name == "tests" {
			want = check.Skipped
		}
		if r.Status != want {
			t.Errorf("%s: %v", name, r)
		}
	}
}

// A layup.yaml that was edited is one finding, and the rest is looked at all the same.
func TestEditedSpecHidesNothing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	f := healthy()
	f["layup.yaml"] += "  - name: product\n    fields: [name:string]\n" // never rendered, so without a migration
	f["migrations/00100_b.sql"] = ""
	p := project(t, f)
	p.Rendered = &rendered{settled: spec.Errorf("layup.yaml", "was edited"), err: errors.New("not to be asked")}
	results := run(t, p, true)
	if r := results["drift"]; len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "has the version 100") || !strings.Contains(r.Note, "spec") {
		t.Errorf("drift: %v", r)
	}
	if r := results["spec"]; len(r.Findings) != 1 {
		t.Errorf("spec: %v", r)
	}
}

// What could not be looked at is no finding.
func TestCouldNotRun(t *testing.T) {
	t.Run("no go", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		for name, r := range run(t, project(t, healthy()), false) {
			needs := compiles(name)
			if !needs && r.Status != check.OK || needs && (r.Status != check.Failed || !strings.Contains(r.Note, "install Go")) {
				t.Errorf("%s: %v", name, r)
			}
		}
	})
	t.Run("no module cache", func(t *testing.T) {
		offline(t)
		t.Setenv("GOMODCACHE", t.TempDir())
		f := healthy()
		f["go.mod"] += "\nrequire example.com/far v1.0.0\n"
		f["go.sum"] = "example.com/far v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nexample.com/far v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		f["internal/service/far.go"] = "package service\n\nimport _ \"example.com/far\"\n"
		results := run(t, project(t, f), false)
		for _, name := range []string{"vet", "tidy", "build", "tests"} {
			if r := results[name]; r.Status != check.Failed || !strings.Contains(r.Note, "could not run") || !strings.Contains(r.Note, "GOPROXY=off") {
				t.Errorf("%s: %v", name, r)
			}
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		p := project(t, healthy())
		p.Rendered = &rendered{err: errors.New("the disk is on fire")}
		if r := run(t, p, true)["drift"]; r.Status != check.Failed || !strings.Contains(r.Note, "on fire") {
			t.Errorf("%v", r)
		}
	})
}

func TestEndOfContext(t *testing.T) {
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	p := project(t, healthy())
	p.Wiring = func() error { cancel(cause); return nil }
	if _, err := check.Run(ctx, p, false, nil); !errors.Is(err, cause) {
		t.Errorf("got %v, want the cause", err)
	}
}

// In a workspace that lists the project, its other modules count, but not for tidy.
func TestWorkspace(t *testing.T) {
	offline(t)
	f := healthy()
	p := project(t, f)
	outside := filepath.Join(filepath.Dir(p.Root), "go.work")
	if err := os.WriteFile(outside, []byte("go 1.26\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOWORK", outside)
	for _, r := range run(t, p, false) {
		if r.Status != check.OK {
			t.Errorf("%v", r)
		}
	}
	p.Alone = false
	results := run(t, p, true)
	if results["vet"].Status != check.Found || results["tidy"].Status != check.OK {
		t.Errorf("vet %v, tidy %v", results["vet"], results["tidy"])
	}
}
