package pipeline

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// renders returns the files that may differ between the project's last render
// and that of the plan p, as they were and as they are to be, and the new archives.
// When only resources changed, only what depends on those is rendered; the
// result is the same.
func (x *Existing) renders(p *plan.Plan) (before, theirs, archives render.FileSet, err error) {
	if x.shared != nil && x.sameChoices(p) {
		before, theirs, archives, err = x.renderPart(p)
		if err != nil || before != nil {
			return before, theirs, archives, err
		}
	}
	return x.renderAll(p)
}

func (x *Existing) sameChoices(p *plan.Plan) bool {
	a, b := *x.last.Spec, *p.Spec
	a.Resources, b.Resources = nil, nil
	return reflect.DeepEqual(a, b)
}

func (x *Existing) renderAll(p *plan.Plan) (before, theirs, archives render.FileSet, err error) {
	if theirs, err = x.engine.render(p); err != nil {
		return nil, nil, nil, err
	}
	if before, err = x.lastRender(); err != nil {
		return nil, nil, nil, err
	}
	archives = base.Archives(theirs)
	paths, err := render.ResourcePaths(p, x.engine.Language)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := x.checkUserCode(paths, theirs); err != nil {
		return nil, nil, nil, err
	}
	delete(theirs, spec.FileName)
	delete(before, spec.FileName)
	return before, theirs, archives, nil
}

// lastRender returns everything that was rendered last, from the archives or,
// where one is lost, from the spec.
func (x *Existing) lastRender() (render.FileSet, error) {
	if x.shared == nil {
		return x.renderLast(base.SharedFile)
	}
	all := maps.Clone(x.shared)
	for _, r := range x.last.Spec.Resources {
		files, err := x.resourceBase(r.Name)
		if err != nil {
			return nil, err
		}
		if files == nil && !x.sharesBase() {
			return x.renderLast(base.ResourceFile(r.Name))
		}
		maps.Copy(all, files)
	}
	return all, nil
}

// sharesBase reports whether the shared archive has the files of resources too, as
// templates before 0.2.0 wrote it.
func (x *Existing) sharesBase() bool { return x.renderedBy() == "0.1.0" }

// renderLast renders what an archive that is lost had. Only the same templates
// can do that.
func (x *Existing) renderLast(lost string) (render.FileSet, error) {
	if err := x.checkTemplates(); err != nil {
		return nil, spec.Errorf(lost, "is lost, and only templates %s could render it again; bring it back from your version control", x.renderedBy())
	}
	return x.engine.render(x.last)
}

// resourceBase returns what was rendered last for a resource, nil when that is
// lost.
func (x *Existing) resourceBase(name string) (render.FileSet, error) {
	file := base.ResourceFile(name)
	data, err := x.read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	files, err := base.Parse(file, withoutCR(data), name)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // it is rendered again instead
	}
	return files, nil
}

// renderPart renders what depends on the resources that differ. It returns nil
// when that is not enough to know everything.
func (x *Existing) renderPart(p *plan.Plan) (before, theirs, archives render.FileSet, err error) {
	changed := x.changedResources(p)
	scope := render.Scope{Resources: maps.Clone(changed), Section: x.sections()}
	for _, name := range lookalikes(p.Spec.Resources, changed) {
		scope.Resources[name] = true
	}
	part, err := render.RenderPart(p, x.engine.Language, scope)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, f := range part.Files {
		if f.Kind != render.Starter {
			f.Digest = base.Digest(f.Data) // once: it is asked for twice, and the file may be long
		}
	}
	kept := maps.Clone(x.shared)
	before = render.FileSet{}
	for _, name := range part.Shared {
		if f := kept[name]; f != nil {
			before[name] = f
			delete(kept, name)
		}
	}
	if err := x.check(part.Files, kept); err != nil {
		return nil, nil, nil, err
	}
	theirs = part.Files
	maps.DeleteFunc(theirs, func(_ string, f *render.File) bool { return f.Resource != "" && !changed[f.Resource] })
	if err := x.checkUserCode(part.Paths, theirs); err != nil {
		return nil, nil, nil, err
	}
	for name := range changed {
		files, err := x.resourceBase(name)
		if err != nil || files == nil && x.has(name) {
			return nil, nil, nil, err
		}
		maps.Copy(before, files)
	}
	same, err := x.engine.Language.Completes(p.Spec.Module, touched(before, theirs), kept)
	if err != nil || !same {
		return nil, nil, nil, err
	}
	return before, theirs, x.partArchives(p, theirs, kept), nil
}

// changedResources names the resources that one plan has and the other has not,
// or not so, and those that refer to one of them, be it through others: what an item
// needs before it can be made goes that far.
func (x *Existing) changedResources(p *plan.Plan) map[string]bool {
	was, is := byName(x.last.Spec.Resources), byName(p.Spec.Resources)
	changed := map[string]bool{}
	for name := range was {
		changed[name] = true
	}
	for name := range is {
		changed[name] = true
	}
	maps.DeleteFunc(changed, func(name string, _ bool) bool { return reflect.DeepEqual(was[name], is[name]) })
	moved := func(target string) bool {
		_, there := was[target]
		return there && changed[target]
	}
	for grown := true; grown; {
		grown = false
		for _, r := range p.Spec.Resources {
			if !changed[r.Name] && slices.ContainsFunc(r.References(), moved) {
				changed[r.Name], grown = true, true
			}
		}
	}
	return changed
}

func byName(list []spec.Resource) map[string]spec.Resource {
	out := map[string]spec.Resource{}
	for _, r := range list {
		out[r.Name] = r
	}
	return out
}

// sections returns where a render finds what resources contributed to shared
// files: in the files themselves, as long as nobody edited them.
func (x *Existing) sections() func(name, resource string) ([]byte, bool) {
	type key struct{ name, resource string }
	found := map[key][]byte{}
	for name, f := range x.shared {
		if len(f.Sections) == 0 {
			continue
		}
		data, err := x.read(name)
		if data = withoutCR(data); err != nil || base.Digest(data) != f.Digest { // edited: they are rendered anew
			continue
		}
		for _, s := range f.Sections {
			if s.Offset+s.Length <= len(data) {
				found[key{s.Name, s.Resource}] = data[s.Offset : s.Offset+s.Length]
			}
		}
	}
	return func(name, resource string) ([]byte, bool) {
		data, ok := found[key{name, resource}]
		return data, ok
	}
}

// lookalikes names the resources that could declare what a changed one declares:
// those whose words contain the words of its name, or are contained in them.
func lookalikes(resources []spec.Resource, changed map[string]bool) []string {
	var out []string
	for _, r := range resources {
		if changed[r.Name] {
			continue
		}
		for _, c := range resources {
			if changed[c.Name] && alike(r, c) {
				out = append(out, r.Name)
				break
			}
		}
	}
	return out
}

func alike(a, b spec.Resource) bool {
	for _, x := range []string{a.Name, a.Plural} {
		for _, y := range []string{b.Name, b.Plural} {
			x, y := "_"+x+"_", "_"+y+"_"
			if strings.Contains(x, y) || strings.Contains(y, x) {
				return true
			}
		}
	}
	return false
}

// check refuses files that cannot stand beside those that stay.
func (x *Existing) check(files, kept render.FileSet) error {
	all := maps.Clone(files)
	for _, name := range kept.Paths() {
		f := kept[name]
		if own := files[name]; own != nil && own.Resource != "" {
			return render.TakenError(own.Resource, name)
		}
		if x.engine.Language.IsCode(name) {
			all[name] = f
		}
	}
	return x.engine.Language.Check(all)
}

// checkUserCode refuses files of a new resource that declare what people declare
// themselves in files of their own beside them. rendered holds the paths of all resources' files.
func (x *Existing) checkUserCode(rendered map[string]string, files render.FileSet) error {
	dirs := map[string]bool{}
	all := render.FileSet{}
	for name, f := range files {
		if f.Resource != "" && !x.has(f.Resource) && x.engine.Language.IsCode(name) {
			dirs[path.Dir(name)], all[name] = true, f
		}
	}
	for dir := range dirs {
		names, err := x.files.List(dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !x.engine.Language.IsCode(name) || rendered[name] != "" || files[name] != nil || x.shared[name] != nil {
				continue
			}
			data, err := x.read(name)
			if err != nil {
				return err
			}
			all[name] = &render.File{Path: name, Data: withoutCR(data)}
		}
	}
	return x.engine.Language.Check(all)
}

// touched returns the files that are on one side only, or differ.
func touched(before, theirs render.FileSet) render.FileSet {
	out := render.FileSet{}
	for name, f := range theirs {
		if old := before[name]; old == nil || old.Digest != "" || !bytes.Equal(old.Data, f.Data) {
			out[name] = f
		}
	}
	for name, f := range before {
		if theirs[name] == nil && f.Digest == "" {
			out[name] = f
		}
	}
	return out
}

// partArchives returns the archives that differ from those of the last render.
func (x *Existing) partArchives(p *plan.Plan, theirs, kept render.FileSet) render.FileSet {
	all := maps.Clone(kept)
	maps.Copy(all, theirs)
	x.engine.addSpec(p, all)
	return base.Archives(all)
}
