package pipeline_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

func project(t *testing.T, change func(*spec.Spec)) render.FileSet {
	t.Helper()
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	s := &spec.Spec{Stack: "go", Name: "shop", Module: "example.com/shop", Choices: map[string]string{}}
	s.Resources = []spec.Resource{{Name: "product", Fields: fields(t, "name:string:unique", "price:decimal(12,2)", "at:datetime?")}}
	change(s)
	_, files, err := engine.Project(s)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func fields(t *testing.T, inputs ...string) []spec.Field {
	t.Helper()
	var out []spec.Field
	for _, input := range inputs {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func none(*spec.Spec) {}

func TestDeterministic(t *testing.T) {
	first := texts(project(t, none))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		t.Setenv("TZ", fmt.Sprintf("Etc/GMT+%d", procs))
		if !reflect.DeepEqual(first, texts(project(t, none))) {
			t.Fatalf("another tree with %d processors", procs)
		}
	}
}

// TestEveryCombination renders each choice of options with each other.
func TestEveryCombination(t *testing.T) {
	stack, err := feature.Load(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	combinations := []map[string]string{{}}
	for _, axis := range stack.Axes {
		var next []map[string]string
		for _, c := range combinations {
			for _, o := range stack.Options(axis.Name) {
				merged := map[string]string{axis.Name: o.Option}
				for k, v := range c {
					merged[k] = v
				}
				next = append(next, merged)
			}
		}
		combinations = next
	}
	for _, c := range combinations {
		files := project(t, func(s *spec.Spec) { s.Choices = c })
		if len(files) < 50 {
			t.Errorf("%v renders %d files", c, len(files))
		}
	}
}

// TestNoTrace looks for words that only an option that was not chosen would
// bring. The common words of the service itself are not among them.
func TestNoTrace(t *testing.T) {
	tests := []struct {
		axis, option string
		marks        []string
	}{
		{"auth", "none", []string{"jwt", "argon2", "password", "principal", "signed-in", "signed in", "bearer", "/v1/me", "/v1/auth", "login", "logout", "users create", "refresh_token", "internal/auth", "admin@", "401", "403", "ownerid"}},
		{"cache", "none", []string{"maypok86", "internal/cache", "cache_ttl", "newcached", "single flight"}},
	}
	for _, tt := range tests {
		t.Run(tt.axis+" "+tt.option, func(t *testing.T) {
			files := project(t, func(s *spec.Spec) { s.Choices[tt.axis] = tt.option })
			for _, name := range files.Paths() {
				if strings.HasPrefix(name, ".layup/") {
					continue
				}
				for _, mark := range tt.marks {
					lower := strings.ToLower(string(files[name].Data))
					if i := strings.Index(lower, mark); i >= 0 {
						t.Errorf("%s:%d holds %q", name, 1+strings.Count(lower[:i], "\n"), mark)
					}
				}
			}
		})
	}
}

// TestHostileText puts text of every kind where users may write free text: it
// must stay text in every file.
func TestHostileText(t *testing.T) {
	for _, text := range []string{
		`"`, "'", "`", `\`, "*/", "-->", "#", ": ", "{{ .X }}", "[[ .Name ]]", "${X}", "%s", "<script>alert(1)</script>", "a\nb", "a\r\n//go:generate x", "a\u2028b", "a\u0085b",
		"\x00", "\x1b[31m", "日本 🙂", "$(id)", "[[ define \"x\" ]]", strings.Repeat("long ", 2000),
	} {
		description := text
		if spec.CheckDescription(text) != nil { // is refused
			description = ""
		}
		files := project(t, func(s *spec.Spec) {
			s.Description = description
			s.Resources[0].Fields = append(s.Resources[0].Fields, spec.Field{Name: "title", Type: "string", Default: &[]string{"');x" + strings.ReplaceAll(text[:min(len(text), 100)], "\x00", "")}[0]})
		})
		for _, name := range files.Paths() {
			if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
				var doc map[string]any
				if err := yaml.Unmarshal(files[name].Data, &doc); err != nil {
					t.Errorf("%q breaks %s: %v", text, name, err)
				}
			}
			if filepath.Ext(name) == ".go" && bytes.Contains(files[name].Data, []byte("\n//go:generate")) {
				t.Errorf("%q becomes a directive in %s", text, name)
			}
		}
		engine, err := pipeline.Open(templates.FS, "go")
		if err != nil {
			t.Fatal(err)
		}
		again, err := spec.Parse("layup.yaml", files[spec.FileName].Data, engine.Stack.AxisNames())
		if err != nil || again.Description != description {
			t.Errorf("%q comes back as %q, %v", text, again.Description, err)
		}
	}
}

// TestBase checks that the base of later merges holds what was rendered, each
// file in one of its archives.
func TestBase(t *testing.T) {
	files := project(t, none)
	found := map[string]bool{}
	for _, name := range files.Paths() {
		resource := ""
		if rest, ok := strings.CutPrefix(name, ".layup/base/"); ok {
			resource = strings.TrimSuffix(rest, ".txtar")
		} else if name != base.SharedFile {
			continue
		}
		kept, err := base.Parse(name, files[name].Data, resource)
		if err != nil {
			t.Fatal(err)
		}
		for p, f := range kept {
			if found[p] || f.Resource != files[p].Resource || f.Digest == "" && !bytes.Equal(f.Data, files[p].Data) || f.Digest != "" && f.Digest != base.Digest(files[p].Data) {
				t.Errorf("%s keeps %s otherwise than it was rendered, or twice", name, p)
			}
			found[p] = true
		}
	}
	for _, name := range files.Paths() {
		if !strings.HasPrefix(name, ".layup/") && !found[name] {
			t.Errorf("%s is not in the base", name)
		}
	}
}

func texts(files render.FileSet) map[string]string {
	out := map[string]string{}
	for name, f := range files {
		out[name] = string(f.Data)
	}
	return out
}

// home is where the go command keeps its caches.
var home = os.Getenv("HOME")

func TestMain(m *testing.M) {
	// Rendering must not depend on where or as whom it runs.
	for _, name := range []string{"HOME", "USER", "GOFLAGS"} {
		_ = os.Unsetenv(name)
	}
	os.Exit(m.Run())
}
