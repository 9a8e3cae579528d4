package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// Files is how a project on disk is read. Paths are relative to its root, with
// slashes.
type Files interface {
	// Read returns a file and its permissions; the error is fs.ErrNotExist when
	// there is none.
	Read(path string) ([]byte, fs.FileMode, error)
	// List returns the paths of the files in a directory, none when it is missing.
	List(dir string) ([]string, error)
}

// readOnce remembers what was read: a file that all resources contribute to is
// looked at twice, and is long.
type readOnce struct {
	Files
	read map[string]contents
}

type contents struct {
	data []byte
	mode fs.FileMode
	err  error
}

// Read implements Files.
func (r *readOnce) Read(name string) ([]byte, fs.FileMode, error) {
	c, ok := r.read[name]
	if !ok {
		c.data, c.mode, c.err = r.Files.Read(name)
		r.read[name] = c
	}
	return c.data, c.mode, c.err
}

// Existing is a project that layup rendered before and that people work in.
type Existing struct {
	engine *Engine
	files  Files
	// text is layup.yaml, written what stands there, and plan the same with every
	// default filled in and the module path that the project has now.
	text    []byte
	written *spec.Spec
	plan    *plan.Plan
	// last is what was rendered last: plan, unless layup.yaml was edited since.
	last *plan.Plan
	// shared is what was rendered last of the files that belong to no resource;
	// nil when that is lost: then everything is rendered from the spec.
	shared render.FileSet
	// lost says that there was no reading of what was rendered last.
	lost bool
	// moved says that the module path is not that of the last render.
	moved bool
	// restore: generated files that are gone or edited are put right.
	restore bool
	// Decide is asked about conflicts; see merge.Input. Nil leaves them.
	Decide func(c merge.Change, theirs []byte) merge.Decision
}

// Open reads a project: its layup.yaml and what was rendered last.
func (e *Engine) Open(files Files) (*Existing, error) {
	x := &Existing{engine: e, files: &readOnce{Files: files, read: map[string]contents{}}}
	s, err := x.readSpec()
	if err != nil {
		return nil, err
	}
	module, err := e.Language.Module(x.read)
	if err != nil {
		return nil, err
	}
	if x.moved = s.Module != module; x.moved {
		s.Module = module
		if x.text, err = spec.SetModule(spec.FileName, x.text, e.Stack.AxisNames(), module); err != nil {
			return nil, err
		}
	}
	if x.plan, err = e.resolve(s, firstMigration-1, inOrder); err != nil {
		return nil, err
	}
	return x, x.readBase()
}

// Plan returns what layup.yaml says, with every default filled in.
func (x *Existing) Plan() *plan.Plan { return x.plan }

func (x *Existing) read(name string) ([]byte, error) {
	data, _, err := x.files.Read(name)
	return data, err
}

func (x *Existing) readSpec() (*spec.Spec, error) {
	data, err := x.read(spec.FileName)
	if err != nil {
		return nil, spec.Errorf(spec.FileName, "cannot be read: %s", err)
	}
	s, err := spec.Parse(spec.FileName, data, x.engine.Stack.AxisNames())
	if err != nil {
		return nil, err
	}
	x.text, x.written = data, s
	if s.Stack != x.engine.Stack.Name {
		return nil, spec.Errorf(spec.FileName, "stack %q is not known; there is %s", s.Stack, x.engine.Stack.Name)
	}
	filled := *s
	return &filled, nil
}

// readBase reads what was rendered last. It may be lost, or hold the marks of a
// merge: then it is taken for what layup.yaml says now.
func (x *Existing) readBase() error {
	x.last = x.plan
	data, err := x.read(base.SharedFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	shared, err := base.Parse(base.SharedFile, withoutCR(data), "")
	x.lost = err != nil || shared[spec.FileName] == nil
	if x.lost || x.moved {
		return nil // it is rendered again instead
	}
	text := shared[spec.FileName].Data
	if bytes.Equal(text, x.plan.Spec.Encode(x.engine.Stack.AxisNames())) {
		x.shared = shared
		return nil
	}
	merged, err := x.mergedBranches(text)
	if err != nil || merged {
		return err
	}
	x.shared = shared
	return x.readLast(text)
}

func (x *Existing) readLast(text []byte) error {
	s, err := spec.Parse(base.SharedFile, text, x.engine.Stack.AxisNames())
	if err == nil {
		x.last, err = plan.Resolve(s, x.engine.Stack)
	}
	if err != nil {
		return fmt.Errorf("what was rendered last cannot be understood: %w", err)
	}
	return nil
}

// Settled refuses a project that is not as its last render left it in what
// layup.yaml says, or that other templates rendered: that comes first.
func (x *Existing) Settled() error {
	if err := x.checkTemplates(); err != nil {
		return err
	}
	if x.last == x.plan {
		return nil
	}
	now, last := x.plan.Spec.Encode(x.engine.Stack.AxisNames()), x.last.Spec.Encode(x.engine.Stack.AxisNames())
	if !bytes.Equal(now, last) {
		return spec.Errorf(spec.FileName, "was edited since the project was rendered; run layup apply first, or undo that:\n%s", lineDiff(last, now))
	}
	return nil
}

// checkTemplates wants the templates that rendered the project: others are a
// change of their own.
func (x *Existing) checkTemplates() error {
	if was := x.renderedBy(); was != x.engine.Stack.Version {
		return spec.Errorf(spec.FileName, "the project was rendered by templates %s, and this layup has %s; run layup update first", was, x.engine.Stack.Version)
	}
	return nil
}

// renderedBy returns the version of the templates that rendered the project.
func (x *Existing) renderedBy() string {
	if v := x.written.Templates; v != "" {
		return v
	}
	return x.engine.Stack.Version
}

// lineDiff lists the lines that only one of two texts has.
func lineDiff(before, after []byte) string {
	was, is := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	var out []string
	for _, l := range was {
		if !slices.Contains(is, l) {
			out = append(out, "  - "+strings.TrimSpace(l))
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			out = append(out, "  + "+strings.TrimSpace(l))
		}
	}
	return strings.Join(out, "\n")
}

// withoutCR undoes what git may do to the line ends of text on Windows.
func withoutCR(data []byte) []byte {
	if bytes.IndexByte(data, '\r') < 0 {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

func (x *Existing) copySpec() *spec.Spec {
	s := *x.plan.Spec
	s.Resources = slices.Clone(s.Resources)
	return &s
}

// highestVersion returns the highest number that begins the name of a file that is
// written once: those are the migrations, people's own among them.
func (x *Existing) highestVersion() (uint64, error) {
	highest := max(firstMigration-1, highestVersion(x.plan.Spec), highestVersion(x.last.Spec))
	for _, pattern := range x.engine.Stack.Once {
		paths, err := x.files.List(path.Dir(pattern))
		if err != nil {
			return 0, err
		}
		for _, p := range paths {
			digits, _, _ := strings.Cut(path.Base(p), "_")
			if n, err := strconv.ParseUint(digits, 10, 62); err == nil {
				highest = max(highest, n)
			}
		}
	}
	return highest, nil
}
