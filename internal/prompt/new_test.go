//go:build unix

package prompt_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/layup-dev/layup/internal/prompt"
	"github.com/layup-dev/layup/internal/spec"
)

const (
	enter  = "\r"
	ctrlC  = "\x03"
	ctrlD  = "\x04"
	ctrlU  = "\x15" // empties the line
	escape = "\x1b"
	down   = "\x1b[B"
)

// wide has room for the longest command on one line.
func wide() size { return size{cols: 500, rows: 60} }

func usual() size { return size{cols: 80, rows: 24} }

func TestFormAsksAndItsCommandMakesTheSameTree(t *testing.T) {
	dir := t.TempDir()
	s := layup(t, dir, wide(), nil, "new")
	s.follow(
		step{"Project name", "Web Shop" + enter},
		step{`such as "web-shop"`, ctrlU + "web-shop" + enter},
		step{"example.com/web-shop", "example.com/a b" + enter},
		step{"invalid char", ctrlU + "example.com/me/shop" + enter},
		step{"Description", `It's a "shop" with $HOME & more` + enter},
		step{"Database", enter},
		step{"Authentication", enter},
		step{"Cache", down + enter},
		step{"A first resource?", "y"},
		step{"Name of the resource", "type" + enter},
		step{"is a Go keyword", ctrlU + "order_item" + enter},
		step{"Field 1", enter},
		step{"at least one field", "note:txt" + enter},
		step{"expected a type", ctrlU + `note:string?:default("it's, so") price:decimal(12,2):min(0)` + enter},
		step{"Field 2", "price:int" + enter},
		step{`fields "price" and "price"`, ctrlU + "status:enum(open,done):default(open)" + enter},
		step{"Field 3", enter},
		step{"Access", down + down + enter},
	)
	s.expect("Write it?", "order_item (access: public-read)", "status:enum(open,done)", "example.com/me/shop", "web-shop", "& more")
	if _, err := os.Stat(filepath.Join(dir, "web-shop")); err == nil {
		t.Error("something was written before the summary was agreed to")
	}
	s.send(enter)
	s.expect("The same without questions:")
	if code := s.exit(); code != 0 {
		t.Fatalf("exit code %d, screen:\n%s", code, s.shown())
	}
	s.wantRestored()
	again := t.TempDir()
	runPrinted(t, again, s.shown())
	sameTree(t, filepath.Join(dir, "web-shop"), filepath.Join(again, "web-shop"))
}

func TestDefaultsMakeTheTreeOfYes(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	s := layup(t, dir, wide(), nil, "new", "shop")
	s.follow(
		step{"Go module path", enter}, step{"Description", enter}, step{"Database", enter}, step{"Authentication", enter},
		step{"Cache", enter}, step{"A first resource?", enter}, step{"Write it?", enter},
	)
	s.expect("Wrote")
	if code := s.exit(); code != 0 {
		t.Fatalf("exit code %d, screen:\n%s", code, s.shown())
	}
	s.refute("Project name")
	run(t, other, "new", "shop", "--yes")
	sameTree(t, filepath.Join(dir, "shop"), filepath.Join(other, "shop"))
}

func TestGivenIsNotAskedAgain(t *testing.T) {
	s := layup(t, t.TempDir(), wide(), nil, "new", "shop", "--module", "example.com/x", "--description", "d",
		"--router", "chi", "--database", "sqlite", "--auth", "none", "--cache", "none", "--resource", "product name:string")
	s.expect("Write it?", "example.com/x", "name:string")
	s.refute("Project name")
	s.refute("Go module path")
	s.refute("Who is calling.")
	s.refute("A first resource?")
	s.send("n")
	if code := s.exit(); code != 130 {
		t.Errorf("declining: exit code %d, want 130", code)
	}
	s.expect("aborted, nothing was written")
}

func TestBackChangesAnAnswer(t *testing.T) {
	const shiftTab = "\x1b[Z"
	s := layup(t, t.TempDir(), wide(), nil, "new")
	s.follow(
		step{"Project name", "shop" + enter}, step{"Go module path", shiftTab},
		step{"Project name", ctrlU + "store" + enter}, step{"example.com/store", enter}, step{"Description", enter},
		step{"Database", enter}, step{"Authentication", down + enter}, step{"Cache", enter}, step{"A first resource?", "y"},
		step{"Name of the resource", "product" + enter}, step{"Field 1", "name:string" + enter}, step{"Field 2", enter},
	)
	s.expect("Write it?", "example.com/store")
	s.refute("Who may use the resource.")
	s.send(ctrlC)
	if code := s.exit(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
}

func TestFormRefusesImpossibleCombinations(t *testing.T) {
	s := newSession(t, usual())
	result := &spec.Spec{Name: "shop", Module: "example.com/x", Description: "d"}
	done := make(chan error, 1)
	go func() {
		done <- prompt.New(t.Context(), prompt.Options{
			In: s.inner, Out: s.inner, Getenv: func(name string) string { return map[string]string{"TERM": "xterm"}[name] },
			Target: func(name string) (string, error) { return name, nil },
		}, stack(t), result)
	}()
	s.follow(
		step{"Guard", enter},
		step{"Extras", " " + enter}, // the first one, alarm
		step{"do not go together", " " + down + " " + enter},
		step{"A first resource?", enter}, step{"Write it?", enter},
	)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if want := []string{"lamp"}; !slices.Equal(result.With, want) {
		t.Errorf("extras %v, want %v", result.With, want)
	}
}

func TestLeaving(t *testing.T) {
	atModule := []step{{"Project name", "shop" + enter}}
	atSummary := []step{
		{"Project name", "shop" + enter},
		{"Go module path", enter},
		{"Description", enter},
		{"Database", enter},
		{"Authentication", enter},
		{"Cache", enter},
		{"A first resource?", enter},
	}
	plain := []string{"ACCESSIBLE=1"}
	for name, c := range map[string]struct {
		env    []string
		steps  []step
		at     string
		keys   string
		signal syscall.Signal
		code   int
	}{
		"Ctrl-C at the first question": {at: "Project name", keys: ctrlC, code: 130},
		"Ctrl-C later":                 {steps: atModule, at: "Go module path", keys: ctrlC, code: 130},
		"Ctrl-C at the summary":        {steps: atSummary, at: "Write it?", keys: ctrlC, code: 130},
		"Ctrl-C twice":                 {steps: atModule, at: "Go module path", keys: ctrlC + ctrlC, code: 130},
		"Esc":                          {steps: atModule, at: "Go module path", keys: escape, code: 130},
		"Esc at the summary":           {steps: atSummary, at: "Write it?", keys: escape, code: 130},
		"Ctrl-D":                       {at: "Project name", keys: ctrlD, code: 130},
		"Ctrl-D in a list":             {steps: atSummary[:3], at: "Database", keys: ctrlD, code: 130},
		"declined":                     {steps: atSummary, at: "Write it?", keys: "n", code: 130},
		"SIGINT":                       {at: "Project name", signal: syscall.SIGINT, code: 130},
		"SIGTERM":                      {steps: atSummary, at: "Write it?", signal: syscall.SIGTERM, code: 143},
		"plain: Ctrl-C at the first":   {env: plain, at: "Project name", keys: ctrlC, code: 130},
		"plain: Ctrl-C at the summary": {env: plain, steps: atSummary, at: "Write it?", keys: ctrlC, code: 130},
		"plain: Ctrl-D at the first":   {env: plain, at: "Project name", keys: ctrlD, code: 130},
		"plain: Ctrl-D at the summary": {env: plain, steps: atSummary, at: "Write it?", keys: ctrlD, code: 130},
		"plain: declined":              {env: plain, steps: atSummary, at: "Write it?", keys: "n" + enter, code: 130},
		"plain: SIGTERM":               {env: plain, at: "Project name", signal: syscall.SIGTERM, code: 143},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := layup(t, dir, usual(), c.env, "new")
			s.follow(c.steps...)
			s.expect(c.at)
			if c.signal != 0 {
				_ = s.cmd.Process.Signal(c.signal)
			} else {
				s.send(c.keys)
			}
			if code := s.exit(); code != c.code {
				t.Errorf("exit code %d, want %d; screen:\n%s", code, c.code, s.shown())
			}
			s.wantRestored()
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("left in the directory: %v %v", entries, err)
			}
		})
	}
}

func TestPlainAsksWithoutEscapes(t *testing.T) {
	dir := t.TempDir()
	s := layup(t, dir, wide(), []string{"ACCESSIBLE=1"}, "new")
	s.follow(
		step{"Project name", "Shop!" + enter},
		step{`such as "shop"`, "shop" + enter},
		step{"[example.com/shop]", enter},
		step{"Description", "A shop" + enter},
		step{"Number [4]", enter},
		step{"Number [1]", "7" + enter},
		step{"none of the numbers 1 to 2", "jwt" + enter},
		step{"Cache", "2" + enter},
		step{"yes or no [no]", "maybe" + enter},
		step{"neither yes nor no", "y" + enter},
		step{"Name of the resource", "product" + enter},
		step{"Field 1", "name" + enter},
		step{"expected ':' and a type", "name:string" + enter},
		step{"Field 2", enter},
		step{"Who may use", "shared" + enter},
		step{"yes or no [yes]", enter},
	)
	s.expect("The same without questions:")
	if code := s.exit(); code != 0 {
		t.Fatalf("exit code %d, screen:\n%s", code, s.shown())
	}
	s.refute(escape)
	again := t.TempDir()
	runPrinted(t, again, s.shown())
	sameTree(t, filepath.Join(dir, "shop"), filepath.Join(again, "shop"))
}

func TestDumbTerminalsAreAskedPlainly(t *testing.T) {
	for _, env := range []string{"TERM=dumb", "TERM="} {
		s := layup(t, t.TempDir(), usual(), []string{env}, "new")
		s.follow(step{"Answer:", "shop" + enter}, step{"Answer [example.com/shop]:", ctrlC})
		if code := s.exit(); code != 130 {
			t.Errorf("%s: exit code %d, want 130", env, code)
		}
		s.refute(escape)
	}
}

// The library of the forms asks the terminal for its colours when the program
// starts; package quiet is there to prevent it. Every command would wait for a
// terminal that does not answer, as this one does not.
func TestOtherCommandsLeaveTheTerminalAlone(t *testing.T) {
	for name, env := range map[string][]string{
		"colours": nil, "NO_COLOR": {"NO_COLOR=1"}, "forced": {"CLICOLOR_FORCE=1"}, "no TERM": {"TERM="},
	} {
		t.Run(name, func(t *testing.T) {
			s := layup(t, t.TempDir(), usual(), env, "version")
			s.exit()
			if sent := s.transcript(); !strings.HasPrefix(sent, "layup ") || strings.Contains(sent, escape) {
				t.Errorf("the terminal got %q", sent)
			}
			s.wantRestored()
		})
	}
}

// What the start hides from the library is there again for the forms.
func TestColor(t *testing.T) {
	s := layup(t, t.TempDir(), usual(), nil, "new")
	s.expect("Project name")
	s.expectSent("\x1b[36mProject name") // cyan of the sixteen colours
	s.send(ctrlC)
	s.exit()
}

func TestNoColor(t *testing.T) {
	s := layup(t, t.TempDir(), usual(), []string{"NO_COLOR=1", "COLORTERM=truecolor"}, "new")
	s.follow(step{"Project name", "shop" + enter}, step{"Go module path", enter}, step{"Description", enter})
	s.expect("Database", "> ")
	s.send(ctrlC)
	s.exit()
	for _, colour := range []string{"\x1b[3", "\x1b[4", "\x1b[9", ";3", ";4"} {
		for _, part := range strings.Split(s.transcript(), colour)[1:] {
			if end := strings.IndexFunc(part, func(r rune) bool { return r >= '@' }); end >= 0 && part[end] == 'm' {
				t.Errorf("a colour was set: %q", colour+part[:end+1])
			}
		}
	}
}

func TestSmallWindows(t *testing.T) {
	for name, window := range map[string]size{
		"20x5": {20, 5}, "one column": {1, 24}, "one row": {80, 1}, "one cell": {1, 1}, "two": {2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := layup(t, t.TempDir(), wide(), nil, "new", "shop", "--module", "example.com/shop", "--description", "d", "--database", "sqlite")
			s.expect("Authentication")
			s.resize(window)
			s.send(down + down + enter)
			s.resize(wide())
			s.expect("Cache")
			s.resize(window)
			s.send(enter)
			s.resize(wide())
			s.expect("A first resource?")
			s.send(ctrlC)
			if code := s.exit(); code != 130 {
				t.Errorf("exit code %d, want 130; the terminal got %q", code, s.transcript())
			}
			s.refute("panic")
			s.wantRestored()
		})
		t.Run(name+" from the start", func(t *testing.T) {
			s := layup(t, t.TempDir(), window, nil, "new")
			s.expectSent("\x1b[?2004h") // keys are read from here on
			s.send("shop" + enter)
			s.resize(wide())
			s.expect("Go module path")
			s.resize(window)
			s.send(ctrlC)
			if code := s.exit(); code != 130 {
				t.Errorf("exit code %d, want 130; the terminal got %q", code, s.transcript())
			}
			s.refute("panic")
		})
	}
}

func TestFaultsOfFlagsComeBeforeTheFirstQuestion(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "taken", "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"name":     {[]string{"new", "Shop"}, 2, "lower-case"},
		"target":   {[]string{"new", "taken"}, 3, "is there already"},
		"module":   {[]string{"new", "--module", "fmt"}, 2, "standard library"},
		"option":   {[]string{"new", "--auth", "jwtt"}, 2, "did you mean"},
		"resource": {[]string{"new", "--resource", "type name:string"}, 2, "is a Go keyword"},
	} {
		t.Run(name, func(t *testing.T) {
			s := layup(t, dir, wide(), nil, c.args...)
			if code := s.exit(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			s.expect(c.says)
			s.refute("Go module path")
			s.refute("Project name")
		})
	}
}

func TestATakenNameIsRefusedAtTheQuestion(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "taken", "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	s := layup(t, dir, usual(), nil, "new")
	s.follow(step{"Project name", "taken" + enter}, step{"is there already", ctrlU + "free" + enter})
	s.expect("example.com/free")
}

// run runs layup without a terminal.
func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	finish(t, dir, exec.CommandContext(t.Context(), os.Args[0], args...))
}

// runPrinted runs the command that the screen shows, in a shell.
func runPrinted(t *testing.T, dir, shown string) {
	t.Helper()
	_, after, _ := strings.Cut(shown, "The same without questions:\n")
	line, _, _ := strings.Cut(strings.TrimSpace(after), "\n")
	script, isLayup := strings.CutPrefix(line, "layup ")
	if !isLayup {
		t.Fatalf("no command in the output:\n%s", shown)
	}
	finish(t, dir, exec.CommandContext(t.Context(), "sh", "-c", `"$0" `+script, os.Args[0]))
}

func finish(t *testing.T, dir string, c *exec.Cmd) {
	t.Helper()
	c.Dir, c.Env = dir, append(environment(), asLayup+"=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
}

// sameTree fails unless both directories hold the same files.
func sameTree(t *testing.T, a, b string) {
	t.Helper()
	left, right := tree(t, a), tree(t, b)
	if len(left) == 0 {
		t.Fatalf("%s holds no file", a)
	}
	for name, data := range left {
		if other, ok := right[name]; !ok || other != data {
			t.Errorf("%s differs or is missing", name)
		}
		delete(right, name)
	}
	for name := range right {
		t.Errorf("%s is only in the second tree", name)
	}
}

func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, root)] = info.Mode().String() + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
