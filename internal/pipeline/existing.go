package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/naming"
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

// checkSettled refuses a project that is not as its last render left it in what
// layup.yaml says, or that other templates rendered: that comes first.
func (x *Existing) checkSettled() error {
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

// Outcome is what a change does to a project.
type Outcome struct {
	// Plan is what the project will be.
	Plan *plan.Plan
	// Changes lists the files, by path; nothing when there is nothing to do.
	Changes []merge.Change
	// Notes say what migrations do to rows that are there.
	Notes []string
}

// Conflicts returns the changes that need a decision.
func (o *Outcome) Conflicts() []merge.Change {
	var out []merge.Change
	for _, c := range o.Changes {
		if c.Status == merge.Conflicted {
			out = append(out, c)
		}
	}
	return out
}

// PresentError says that a resource of that name is there already, with other fields
// or another policy.
type PresentError struct{ Name, Has, Wants string }

func (e *PresentError) Error() string {
	return fmt.Sprintf("resource %s is there already, and differs\n  it is:   %s\n  wanted:  %s\nnothing was changed; change its files by hand, or remove it first: layup remove resource %s", e.Name, e.Has, e.Wants, e.Name)
}

// AddResource returns what adding a resource does; no changes when it is there
// already, just so. A *PresentError says that it is there and differs.
func (x *Existing) AddResource(r spec.Resource) (*Outcome, error) {
	if err := x.checkSettled(); err != nil {
		return nil, err
	}
	after := x.copySpec()
	if has, ok := x.find(r); ok {
		return x.present(has, r)
	}
	if err := x.engine.Language.CheckWiring(x.files.List, x.read); err != nil {
		return nil, err
	}
	r.Migration = ""
	after.Resources = append(after.Resources, r)
	floor, err := x.highestVersion()
	if err != nil {
		return nil, err
	}
	p, err := x.engine.resolve(after, floor, spread)
	if err != nil {
		return nil, err
	}
	added := p.Spec.Resources[slices.IndexFunc(p.Spec.Resources, func(o spec.Resource) bool { return !x.has(o.Name) })]
	text, err := spec.AddResource(spec.FileName, x.text, x.engine.Stack.AxisNames(), x.written, added)
	if err != nil {
		return nil, err
	}
	return x.change(p, text, nil, nil)
}

// has reports whether a resource was there at the last render.
func (x *Existing) has(name string) bool {
	return slices.ContainsFunc(x.last.Spec.Resources, func(r spec.Resource) bool { return r.Name == name })
}

// find returns the resource that has the name of r, in any spelling.
func (x *Existing) find(r spec.Resource) (spec.Resource, bool) {
	one, _, err := naming.Resource(r.Name, r.Plural)
	if err != nil {
		return spec.Resource{}, false // Resolve says why
	}
	for _, has := range x.plan.Spec.Resources {
		if has.Name == one.Snake() {
			return has, true
		}
	}
	return spec.Resource{}, false
}

// present compares what is there with what is wanted. What was not said is not
// compared.
func (x *Existing) present(has, wanted spec.Resource) (*Outcome, error) {
	alone := x.copySpec()
	i := slices.IndexFunc(alone.Resources, func(r spec.Resource) bool { return r.Name == has.Name })
	wanted.Migration = has.Migration
	if wanted.Plural == "" {
		wanted.Plural = has.Plural
	}
	if wanted.Access == "" {
		wanted.Access = has.Access
	}
	alone.Resources[i] = wanted
	p, err := x.engine.resolve(alone, 0, inOrder)
	if err != nil {
		return nil, err
	}
	i = slices.IndexFunc(p.Spec.Resources, func(r spec.Resource) bool { return r.Name == has.Name })
	if wanted = p.Spec.Resources[i]; !reflect.DeepEqual(wanted, has) {
		return nil, &PresentError{Name: has.Name, Has: has.String(), Wants: wanted.String()}
	}
	return &Outcome{Plan: x.plan}, nil
}

// ReferredError says that a resource cannot go because others refer to it.
type ReferredError struct {
	Name string
	// By lists the fields that do, as order.product_id.
	By []string
}

func (e *ReferredError) Error() string {
	return fmt.Sprintf("resource %s cannot be removed: it is referred to by %s; remove what refers to it first", e.Name, strings.Join(e.By, ", "))
}

// RemoveResource returns what removing a resource does: its files go, except
// its migrations, and a new migration drops its table. Edited files are conflicts
// unless force has their paths; it may hold no other paths than those of files that go.
// A *ReferredError says that others refer to it.
func (x *Existing) RemoveResource(name string, force []string) (*Outcome, error) {
	if err := x.checkSettled(); err != nil {
		return nil, err
	}
	has, err := x.named(name)
	if err != nil {
		return nil, err
	}
	if by := x.referring(has.Name); len(by) > 0 {
		return nil, &ReferredError{Name: has.Name, By: by}
	}
	last, err := x.highestVersion()
	if err != nil {
		return nil, err
	}
	dropped, err := x.drop(has.Name, spread(last, "drop "+has.Name))
	if err != nil {
		return nil, err
	}
	after := x.copySpec()
	after.Resources = slices.DeleteFunc(after.Resources, func(r spec.Resource) bool { return r.Name == has.Name })
	p, err := x.engine.resolve(after, 0, inOrder)
	if err != nil {
		return nil, err
	}
	text, err := spec.RemoveResource(spec.FileName, x.text, x.engine.Stack.AxisNames(), x.written, x.spelling(has.Name))
	if err != nil {
		return nil, err
	}
	outcome, err := x.change(p, text, dropped, func(path string) bool { return slices.Contains(force, path) })
	if err != nil {
		return nil, err
	}
	outcome.Notes = []string{droppedNote(has)}
	return outcome, outcome.checkForce(has.Name, force)
}

// checkForce refuses to force what has no effect.
func (o *Outcome) checkForce(resource string, force []string) error {
	var goes, stays []string
	for _, c := range o.Changes {
		switch {
		case c.Path == base.ResourceFile(resource):
		case c.Status == merge.Remove:
			goes = append(goes, c.Path)
		case c.Status == merge.Conflicted && !slices.Contains(force, c.Path):
			stays = append(stays, c.Path)
		}
	}
	for _, path := range force {
		if slices.Contains(goes, path) {
			continue
		}
		msg := fmt.Sprintf("--force %s: that is no file that goes with resource %s", path, resource)
		if best := spec.Closest(path, slices.Concat(stays, goes)); best != "" {
			msg += fmt.Sprintf("; did you mean %s?", best)
		}
		return spec.Errorf("", "%s (paths begin at the project's root; --dry-run lists the files)", msg)
	}
	return nil
}

// named returns the resource of that name, in singular or plural.
func (x *Existing) named(name string) (spec.Resource, error) {
	n, err := naming.Parse(name)
	if err == nil {
		if r, ok := x.plan.Spec.Resource(n.Snake()); ok {
			return r, nil
		}
	}
	names := make([]string, len(x.plan.Spec.Resources))
	for i, r := range x.plan.Spec.Resources {
		names[i] = r.Name
	}
	msg := fmt.Sprintf("there is no resource %q", name)
	if best := spec.Closest(name, names); best != "" {
		msg += fmt.Sprintf("; did you mean %q?", best)
	}
	if len(names) > 0 {
		msg += " (there are: " + strings.Join(names, ", ") + ")"
	} else {
		msg += "; this project has none"
	}
	return spec.Resource{}, spec.Errorf("", "%s", msg)
}

// spelling returns the name of a resource as it stands in layup.yaml, where
// people may spell it as they like.
func (x *Existing) spelling(name string) string {
	for _, r := range x.written.Resources {
		if canonical(r) == name {
			return r.Name
		}
	}
	return name
}

func (x *Existing) referring(name string) []string {
	var by []string
	for _, r := range x.plan.Spec.Resources {
		for _, f := range r.Fields {
			if f.Type == "ref" && r.Name != name && slices.Equal(f.Args, []string{name}) {
				by = append(by, r.Name+"."+f.Name)
			}
		}
	}
	return by
}

// drop renders what undoes a resource that may have been shipped.
func (x *Existing) drop(name string, version uint64) (render.FileSet, error) {
	s := *x.last.Spec
	s.Resources = slices.Clone(s.Resources)
	for i := range s.Resources {
		if s.Resources[i].Name == name {
			s.Resources[i].Migration = formatVersion(version)
		}
	}
	p, err := x.engine.resolve(&s, 0, inOrder)
	if err != nil {
		return nil, err
	}
	return render.RenderRemoved(p, x.engine.Language, name)
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

// change compares the project with what the plan p renders. text is the new
// layup.yaml, extra are files that p does not render.
func (x *Existing) change(p *plan.Plan, text []byte, extra render.FileSet, force func(string) bool) (*Outcome, error) {
	before, theirs, archives, err := x.renders(p)
	if err != nil {
		return nil, err
	}
	maps.Copy(theirs, extra)
	language := x.engine.Language
	changes, err := merge.Plan(merge.Input{
		Base: before, Theirs: theirs, Ours: x.files.Read,
		Semantic: language.Merge, Check: language.CheckFile, Force: force, Decide: x.Decide, Restore: x.restore,
	})
	if err != nil {
		return nil, err
	}
	changes = slices.DeleteFunc(changes, func(c merge.Change) bool { return c.Status == merge.Identical })
	if err := x.noteRenamed(changes, before, theirs); err != nil {
		return nil, err
	}
	own, err := x.ownFiles(p, text, archives)
	if err != nil {
		return nil, err
	}
	changes = append(changes, own...)
	slices.SortFunc(changes, func(a, b merge.Change) int { return strings.Compare(a.Path, b.Path) })
	return &Outcome{Plan: p, Changes: changes}, nil
}

// ownFiles returns the changes to what the engine itself keeps in a project:
// layup.yaml and the base.
func (x *Existing) ownFiles(p *plan.Plan, text []byte, archives render.FileSet) ([]merge.Change, error) {
	var out []merge.Change
	wanted := map[string][]byte{spec.FileName: text}
	for name, f := range archives {
		wanted[name] = f.Data
	}
	for _, r := range x.last.Spec.Resources {
		if !slices.ContainsFunc(p.Spec.Resources, func(o spec.Resource) bool { return o.Name == r.Name }) {
			wanted[base.ResourceFile(r.Name)] = nil
		}
	}
	for name, data := range wanted {
		old, mode, err := x.files.Read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		c := merge.Change{Path: name, Status: merge.Update, Old: old, New: data, Mode: mode}
		switch {
		case err != nil && data == nil, err == nil && data != nil && bytes.Equal(old, data):
			continue
		case err != nil:
			c.Status, c.Mode, c.Old = merge.Create, 0o644, nil
		case data == nil:
			c.Status = merge.Remove
		}
		out = append(out, c)
	}
	return out, nil
}
