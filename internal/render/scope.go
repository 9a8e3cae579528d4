package render

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/plan"
)

// Scope limits a render to what a change of some resources can touch, so that
// its cost grows with what changes and not with what is there.
type Scope struct {
	// Resources are those whose files and sections are rendered.
	Resources map[string]bool
	// Section returns the section of another resource as the last render left
	// it; it is rendered anew when that is not known.
	Section func(name, resource string) ([]byte, bool)
}

// Part is what a Scope renders of a project.
type Part struct {
	Files FileSet
	// Shared lists the paths of all shared files that depend on the resources,
	// also of those that are not there now.
	Shared []string
	// Paths maps every path that the files of a resource may have to its name.
	Paths map[string]string
}

// RenderPart returns the files of the resources in scope, and the shared files
// that depend on resources. What a Language completes is not among them.
func RenderPart(p *plan.Plan, lang Language, scope Scope) (*Part, error) {
	r, err := newRenderer(p, lang, &scope)
	if err != nil {
		return nil, err
	}
	if err := r.finished(r.all()); err != nil {
		return nil, err
	}
	slices.Sort(r.shared)
	paths, err := r.resourcePaths()
	return &Part{Files: r.files, Shared: r.shared, Paths: paths}, err
}

// RenderRemoved returns the files that a project needs because it no longer has
// a resource, such as a migration that drops its table. The plan still has the
// resource.
func RenderRemoved(p *plan.Plan, lang Language, resource string) (FileSet, error) {
	r, err := newRenderer(p, lang, nil)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(r.data.Resources, func(res ResourceData) bool { return res.Name == resource })
	if i < 0 {
		return nil, fmt.Errorf("render: the plan has no resource %s", resource)
	}
	for _, dir := range r.rooms {
		err = errors.Join(err, r.walk(path.Join(dir, "removed"), nil, func(t *source) error { return r.execute(t, r.data.Resources[i]) }))
	}
	if err := r.finished(err); err != nil {
		return nil, err
	}
	return r.files, nil
}

// ResourcePaths returns the paths that the files of each resource of a plan may
// have, without rendering them.
func ResourcePaths(p *plan.Plan, lang Language) (map[string]string, error) {
	r, err := newRenderer(p, lang, nil)
	if err != nil {
		return nil, err
	}
	return r.resourcePaths()
}

func (r *renderer) resourcePaths() (map[string]string, error) {
	out := map[string]string{}
	for _, dir := range r.rooms {
		root := path.Join(dir, "resource")
		err := fs.WalkDir(r.plan.Stack.FS, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			output := strings.TrimSuffix(strings.TrimPrefix(name, root+"/"), suffix)
			for _, res := range r.data.Resources {
				out[expand(output, res.Names)] = res.Name
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	return out, nil
}

// renders reports whether a resource is rendered.
func (s *Scope) renders(resource string) bool { return s == nil || s.Resources[resource] }

// rendersShared returns a filter for shared templates: nil without a scope.
func (s *Scope) rendersShared(r *renderer) func(*source) bool {
	if s == nil {
		return nil
	}
	return func(t *source) bool {
		if !r.dependent(t.text) {
			return false
		}
		r.shared = append(r.shared, expand(t.output, r.data.Names))
		return true
	}
}

var slotCall = regexp.MustCompile(`slot "(\w+)"`)

// dependent reports whether what a template renders to may depend on the
// resources: by a word that says so, in itself or in a slot that it has.
func (r *renderer) dependent(text string) bool {
	if strings.Contains(text, `each "`) || slices.ContainsFunc(r.data.Dependent, func(word string) bool { return strings.Contains(text, word) }) {
		return true
	}
	slots := map[string]bool{}
	for _, m := range slotCall.FindAllStringSubmatch(text, -1) {
		slots[m[1]] = true
	}
	for _, dir := range r.rooms {
		for _, name := range slices.Sorted(maps.Keys(slots)) {
			slot, err := fs.ReadFile(r.plan.Stack.FS, path.Join(dir, "slots", name+suffix))
			if err == nil && r.dependent(string(slot)) {
				return true
			}
		}
	}
	return false
}
