// Package render turns a plan into files in memory. It is a pure function:
// no clock, network, environment or map order reaches the output, so the same
// spec always gives the same bytes. It does not know the language it renders;
// that is behind the Language interface.
package render

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"

	"github.com/Masterminds/sprig/v3"

	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// Language is what a stack needs to know about its programming language.
type Language interface {
	// Data returns the dot of the templates.
	Data(p *plan.Plan) (Data, error)
	// Changed returns what the templates of a changed table see, of what those of the
	// resource see before and after.
	Changed(before, after ResourceData, c Change) (ResourceData, error)
	// Finish checks and formats one rendered file; it may run for many files
	// at once.
	Finish(f *File) error
	// Check refuses files that cannot stand beside each other, such as two that
	// declare one name.
	Check(files FileSet) error
	// Complete adds the files that follow from all others, such as go.mod.
	Complete(p *plan.Plan, files FileSet) error
}

// Data is what templates see.
type Data struct {
	Project any
	// Dependent are words that only templates hold whose text depends on the
	// resources: the names of the project's fields and methods that do.
	Dependent []string
	// Names replace placeholders such as __name__ in paths.
	Names     map[string]string
	Resources []ResourceData
}

// ResourceData is what the templates of one resource see.
type ResourceData struct {
	Name  string
	Dot   any
	Names map[string]string
}

// suffix marks a file that is a template; it is dropped from the output path.
const suffix = ".tmpl"

// Render returns every file of the project.
func Render(p *plan.Plan, lang Language) (FileSet, error) {
	r, err := newRenderer(p, lang, nil)
	if err != nil {
		return nil, err
	}
	if err := r.finished(r.all()); err != nil {
		return nil, err
	}
	if err := lang.Check(r.files); err != nil {
		return nil, err
	}
	if err := lang.Complete(p, r.files); err != nil {
		return nil, err
	}
	return r.files, nil
}

func newRenderer(p *plan.Plan, lang Language, scope *Scope) (*renderer, error) {
	data, err := lang.Data(p)
	if err != nil {
		return nil, err
	}
	r := &renderer{plan: p, data: data, scope: scope, rooms: roomsOf(p), files: FileSet{}, from: map[string]writer{}, finisher: newFinisher(lang), each: map[string][]*template.Template{}}
	r.root = template.New("").Funcs(r.funcs())
	return r, nil
}

// finished waits for the files that are being finished, and joins the errors.
func (r *renderer) finished(err error) error {
	return errors.Join(err, r.finisher.wait())
}

// finisher runs the language over files while others are still being rendered.
type finisher struct {
	lang  Language
	wg    sync.WaitGroup
	slots chan struct{}
	mu    sync.Mutex
	errs  map[string]error
}

func newFinisher(lang Language) *finisher {
	return &finisher{lang: lang, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), errs: map[string]error{}}
}

// add finishes one file in the background, which nobody else may touch then.
func (f *finisher) add(file *File) {
	f.slots <- struct{}{}
	f.wg.Go(func() {
		defer func() { <-f.slots }()
		if err := f.lang.Finish(file); err != nil {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.errs[file.Path] = err
		}
	})
}

// wait returns what went wrong, in the order of the paths.
func (f *finisher) wait() error {
	f.wg.Wait()
	var errs []error
	for _, p := range slices.Sorted(maps.Keys(f.errs)) {
		errs = append(errs, f.errs[p])
	}
	return errors.Join(errs...)
}

type renderer struct {
	plan  *plan.Plan
	data  Data
	scope *Scope // nil for everything
	rooms []string
	files FileSet
	// shared are the paths of shared files that depend on the resources.
	shared []string
	// each holds the templates of sections, by the name of the section.
	each map[string][]*template.Template
	// from remembers who wrote a path, to refuse a second one.
	from map[string]writer
	// root holds the functions of all templates: preparing them takes longer
	// than parsing a template.
	root     *template.Template
	finisher *finisher
}

func (r *renderer) all() error {
	for _, room := range r.rooms {
		if err := r.room(room); err != nil {
			return err
		}
	}
	return nil
}

// roomsOf lists the folders of all active features, each followed by its pair
// code for other active features.
func roomsOf(p *plan.Plan) []string {
	var dirs []string
	for _, f := range p.Features {
		dirs = append(dirs, f.Dir)
		for _, other := range p.Features {
			pair := path.Join(f.Dir, "with", other.ID)
			if _, err := fs.Stat(p.Stack.FS, pair); err == nil {
				dirs = append(dirs, pair)
			}
		}
	}
	return dirs
}

func (r *renderer) room(dir string) error {
	err := r.walk(path.Join(dir, "files"), r.scope.rendersShared(r), func(t *source) error {
		return r.execute(t, ResourceData{Dot: r.data.Project, Names: r.data.Names})
	})
	if err != nil {
		return err
	}
	return r.walk(path.Join(dir, "resource"), nil, func(t *source) error {
		for _, res := range r.data.Resources {
			if !r.scope.renders(res.Name) {
				continue
			}
			if err := r.execute(t, res); err != nil {
				return err
			}
		}
		return nil
	})
}

// source is one template file, parsed.
type source struct {
	file   string // in the stack's folder
	output string // output path with placeholders
	text   string
	parsed *template.Template // nil: copied as it is
	// inserts names the fields that a template without any logic inserts;
	// nil when there is logic.
	inserts []string
}

// inserts returns the fields that a template inserts when it does nothing else.
func inserts(t *template.Template) []string {
	fields := []string{}
	for _, node := range t.Root.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
		case *parse.ActionNode:
			if len(n.Pipe.Cmds) != 1 || len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds[0].Args) != 1 {
				return nil
			}
			field, ok := n.Pipe.Cmds[0].Args[0].(*parse.FieldNode)
			if !ok {
				return nil
			}
			fields = append(fields, field.String())
		default:
			return nil
		}
	}
	return fields
}

// walk calls do for every template below dir that filter lets through; nil lets
// everything through.
func (r *renderer) walk(dir string, filter func(*source) bool, do func(*source) error) error {
	err := fs.WalkDir(r.plan.Stack.FS, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		t, err := r.read(name)
		if err != nil {
			return err
		}
		t.output = strings.TrimSuffix(strings.TrimPrefix(name, dir+"/"), suffix)
		if filter != nil && !filter(t) {
			return nil
		}
		if err := r.parse(t); err != nil {
			return err
		}
		return do(t)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err //nolint:wrapcheck // it names the template
}

func (r *renderer) read(name string) (*source, error) {
	text, err := fs.ReadFile(r.plan.Stack.FS, name)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return &source{file: name, text: string(text)}, nil
}

// parse parses the text of a template; a file that is none is left alone.
func (r *renderer) parse(t *source) error {
	if !strings.HasSuffix(t.file, suffix) {
		return nil
	}
	var err error
	t.parsed, err = r.named(t).Delims("[[", "]]").Option("missingkey=error").Parse(t.text)
	if err != nil {
		return templateError(t, err)
	}
	t.inserts = inserts(t.parsed)
	return nil
}

// load reads and parses a template.
func (r *renderer) load(name string) (*source, error) {
	t, err := r.read(name)
	if err != nil {
		return nil, err
	}
	return t, r.parse(t)
}

// named returns an empty template that knows the functions. One that defines
// templates of its own gets a space of its own: two may use the same name.
func (r *renderer) named(t *source) *template.Template {
	if strings.Contains(t.text, "define ") {
		return template.New(t.file).Funcs(r.funcs())
	}
	return r.root.New(t.file)
}

// execute renders one file, of a resource when it has a name.
func (r *renderer) execute(t *source, data ResourceData) error {
	text := []byte(t.text)
	if t.parsed != nil {
		var out bytes.Buffer
		if err := t.parsed.Execute(&out, data.Dot); err != nil {
			return templateError(t, err)
		}
		text = tidy(out.Bytes())
	}
	output := expand(t.output, data.Names)
	if len(text) == 0 {
		return nil
	}
	text, sections, err := r.compose(text)
	if err != nil {
		return err
	}
	key := strings.ToLower(output)
	if other, taken := r.from[key]; taken {
		return bothWrite(output, other, writer{t.file, data.Name})
	}
	r.from[key] = writer{t.file, data.Name}
	r.files.Add(output, text, r.plan.Stack.Once)
	r.files[output].Settled, r.files[output].Resource, r.files[output].Sections = t.inserts, data.Name, sections
	r.finisher.add(r.files[output])
	return nil
}

// writer is a template, and the resource that it was rendered for.
type writer struct{ template, resource string }

// bothWrite blames the resource when one is involved: its name can be changed.
func bothWrite(output string, a, b writer) error {
	if name := cmp.Or(b.resource, a.resource); name != "" {
		return TakenError(name, output)
	}
	return fmt.Errorf("%s and %s both write %s", a.template, b.template, output)
}

// TakenError says that a resource would write a file that the project has anyway.
func TakenError(resource, file string) error {
	return spec.Errorf("", "resource %q cannot work: its file %s is taken; choose another name, such as %q", resource, file, "my_"+resource)
}

// expand replaces the placeholders of a path.
func expand(p string, names map[string]string) string {
	if !strings.Contains(p, "__") {
		return p
	}
	for _, k := range slices.Sorted(maps.Keys(names)) {
		p = strings.ReplaceAll(p, k, names[k])
	}
	return p
}

// funcs are the functions of templates: sprig's hermetic set and layup's own.
func (r *renderer) funcs() template.FuncMap {
	funcs := sprig.HermeticTxtFuncMap()
	funcs["yamlString"] = spec.YAMLString
	funcs["goString"] = func(s string) string { return fmt.Sprintf("%q", s) }
	funcs["comment"] = singleLine
	funcs["markdown"] = markdown
	funcs["slot"] = r.slot
	funcs["each"] = r.section
	funcs["partial"] = r.partial
	return funcs
}

// singleLine makes user text safe inside a one-line comment of any language.
func singleLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool {
		return c < 0x20 || c == 0x7f || c >= 0x80 && c < 0xa0 || c == 0x2028 || c == 0x2029
	}), " ")
}

// markdown makes user text stand for itself in Markdown, HTML included.
func markdown(s string) string {
	var b strings.Builder
	for _, c := range singleLine(s) {
		if strings.ContainsRune("\\`*_[]<>&#|~", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// slot returns the text that active features contribute under a name.
func (r *renderer) slot(name string) (string, error) {
	if !slices.Contains(r.plan.Stack.Slots, name) {
		return "", fmt.Errorf("slot %q is not declared in stack.yaml", name)
	}
	var out strings.Builder
	for _, dir := range r.rooms {
		file := path.Join(dir, "slots", name+suffix)
		if _, err := fs.Stat(r.plan.Stack.FS, file); err != nil {
			continue
		}
		t, err := r.load(file)
		if err != nil {
			return "", err
		}
		if err := t.parsed.Execute(&out, r.data.Project); err != nil {
			return "", templateError(t, err)
		}
	}
	return out.String(), nil
}
