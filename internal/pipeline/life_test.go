package pipeline_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

// life is a project that layup and people change in turns.
type life struct {
	t      *testing.T
	random *rand.Rand
	files  memory
	// kept maps a mark that people left to the file that holds it; gone lists the
	// files that they deleted.
	kept map[string]string
	gone map[string]bool
	n    int
	// done and refused count commands.
	done, refused int
	// gentle: only edits that leave a project that builds.
	gentle bool
}

// TestLife walks random sequences of commands and of edits. No edit vanishes,
// nothing that was deleted comes back, every Go file parses, and apply has nothing to
// do afterwards.
func TestLife(t *testing.T) {
	seeds, steps := uint64(4), 20
	if testing.Short() {
		seeds, steps = 2, 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			l := &life{t: t, random: rand.New(rand.NewPCG(seed, 1)), files: laid(t, shop(t, "jwt")), kept: map[string]string{}, gone: map[string]bool{}}
			for range steps {
				if l.random.IntN(2) == 0 {
					l.edit()
				} else {
					l.command()
				}
				l.check()
			}
			t.Logf("%d commands, %d refused", l.done, l.refused)
		})
	}
}

// TestLifeBuilds walks like TestLife with edits that break nothing: what comes out
// compiles, tests and all.
func TestLifeBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a project; skipped with -short")
	}
	l := &life{t: t, random: rand.New(rand.NewPCG(42, 1)), files: laid(t, shop(t, "jwt")), kept: map[string]string{}, gone: map[string]bool{}, gentle: true}
	for range 30 {
		if l.random.IntN(2) == 0 {
			l.edit()
		} else {
			l.command()
		}
		l.check()
	}
	dir := t.TempDir()
	for name, data := range l.files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o750), os.WriteFile(file, []byte(data), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	vet := exec.CommandContext(t.Context(), "go", "vet", "./...")
	vet.Dir, vet.Env = dir, append(os.Environ(), "GOWORK=off", "HOME="+home)
	if out, err := vet.CombinedOutput(); err != nil {
		t.Fatalf("after %d commands and %d edits: %v\n%s", l.done, len(l.kept), err, out)
	}
}

// edit changes a file in one of eight ways.
func (l *life) edit() {
	l.n++
	mark := fmt.Sprintf("mark%dx", l.n)
	kind := l.random.IntN(8)
	if l.gentle && (kind == 2 || kind == 3) {
		kind = 0
	}
	switch kind {
	case 0: // a function of one's own at the end
		name := l.pick(isStarterGo)
		l.files[name] += "\nfunc " + mark + "() {}\n"
		l.kept[mark] = name
	case 1: // a comment in the middle
		name := l.pick(isStarterGo)
		lines := strings.Split(l.files[name], "\n")
		at := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "func ") })
		if at < 0 {
			return
		}
		l.files[name] = strings.Join(slices.Insert(lines, at, "// "+mark+" is why.", ""), "\n")
		l.kept[mark] = name
	case 2: // a file less
		name := l.pick(isStarterGo)
		l.lose(name)
		delete(l.files, name)
		l.gone[name] = true
	case 3: // a file moved
		name := l.pick(isStarterGo)
		to := path.Join(path.Dir(name), mark+".go")
		l.files[to] = l.files[name]
		l.gone[name] = true
		for m, in := range l.kept {
			if in == name {
				l.kept[m] = to
			}
		}
		delete(l.files, name)
	case 4: // a file more
		l.files["internal/extra/"+mark+".go"] = "package extra\n\nconst " + mark + " = 1\n"
		l.kept[mark] = "internal/extra/" + mark + ".go"
	case 5: // other line ends
		name := l.pick(isStarterGo)
		l.files[name] = strings.ReplaceAll(strings.ReplaceAll(l.files[name], "\r\n", "\n"), "\n", "\r\n")
	case 6: // text
		if readme, ok := l.files["README.md"]; ok {
			l.files["README.md"] = readme + "\n" + mark + "\n"
			l.kept[mark] = "README.md"
		}
	case 7: // a comment in layup.yaml
		l.files[spec.FileName] = "# " + mark + "\n" + l.files[spec.FileName]
		l.kept[mark] = spec.FileName
	}
}

// lose forgets the marks of a file that its owner deletes.
func (l *life) lose(name string) {
	maps.DeleteFunc(l.kept, func(_, in string) bool { return in == name })
}

func isStarterGo(name, data string) bool {
	return path.Ext(name) == ".go" && !strings.Contains(data[:min(len(data), 300)], "DO NOT EDIT") && !strings.HasPrefix(name, "internal/app/app") && !strings.HasPrefix(name, "internal/extra/")
}

func (l *life) pick(ok func(name, data string) bool) string {
	var names []string
	for name, data := range l.files {
		if ok(name, data) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names[l.random.IntN(len(names))]
}

// command changes the project by layup. A conflict is an answer too: then nothing
// is written.
func (l *life) command() {
	x := opened(l.t, l.files)
	names := []string{}
	for _, r := range x.Plan().Spec.Resources {
		names = append(names, r.Name)
	}
	var o *pipeline.Outcome
	var err error
	switch l.random.IntN(4) {
	case 0, 1:
		l.n++
		fields := []string{"name:string", "at:datetime?", "total:decimal(9,3)", "kind:enum(a,b)"}
		l.random.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		r := resource(l.t, fmt.Sprintf("thing%c%d", 'a'+l.random.IntN(26), l.n), fields[:1+l.random.IntN(3)]...)
		if len(names) > 0 && l.random.IntN(2) == 0 {
			ref, parseErr := spec.ParseField("other_id:ref(" + names[l.random.IntN(len(names))] + ")?")
			if parseErr != nil {
				l.t.Fatal(parseErr)
			}
			r.Fields = append(r.Fields, ref)
		}
		o, err = x.AddResource(r)
	case 2:
		if len(names) == 0 {
			return
		}
		o, err = x.RemoveResource(names[l.random.IntN(len(names))], nil)
	case 3:
		o, err = x.Set(map[string]string{"cache": []string{"none", "memory"}[l.random.IntN(2)]})
	}
	if err != nil || len(o.Conflicts()) > 0 {
		l.refused++ // with a reason; other tests say which
		return
	}
	l.done++
	l.files.apply(l.t, o)
}

func (l *life) check() {
	l.t.Helper()
	for mark, name := range l.kept {
		if !strings.Contains(l.files[name], mark) {
			l.t.Fatalf("%s of %s is lost", mark, name)
		}
	}
	for name := range l.gone {
		if _, back := l.files[name]; back {
			l.t.Fatalf("%s was deleted and is back", name)
		}
	}
	for name, data := range l.files {
		if path.Ext(name) == ".go" {
			if _, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution); err != nil {
				l.t.Fatal(err)
			}
		}
	}
	o, err := opened(l.t, l.files).Apply()
	if err != nil {
		l.t.Fatalf("apply: %v", err)
	}
	if len(o.Changes) != 0 {
		l.t.Fatalf("apply would change %s (%s) although nothing was asked for", o.Changes[0].Path, o.Changes[0].Status)
	}
}
