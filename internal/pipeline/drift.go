package pipeline

import (
	"fmt"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// Drift is what a project has otherwise than it was rendered.
type Drift struct {
	// Generated lists generated files that were edited or are gone.
	Generated []string
	// Edited and Deleted list the files that are people's to change.
	Edited, Deleted []string
	// Missing lists archives of the base that are lost or cannot be read.
	Missing []string
}

// Drift compares the project with its last render.
func (x *Existing) Drift() (*Drift, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	d := &Drift{Missing: x.missing()}
	files, err := x.lastRender()
	if err != nil {
		return nil, err
	}
	delete(files, spec.FileName)
	for _, name := range files.Paths() {
		status, err := merge.Compare(files[name], x.files.Read)
		if err != nil {
			return nil, fmt.Errorf("reading the project: %w", err)
		}
		f := files[name]
		switch {
		case status == merge.Same:
		case f.Kind == render.Generated:
			d.Generated = append(d.Generated, name)
		case status == merge.Gone:
			d.Deleted = append(d.Deleted, name)
		case f.Kind == render.Starter:
			d.Edited = append(d.Edited, name)
		}
	}
	return d, nil
}

// missing lists the archives that cannot be read.
func (x *Existing) missing() []string {
	var out []string
	if x.shared == nil {
		out = append(out, base.SharedFile)
	}
	for _, r := range x.last.Spec.Resources {
		if files, err := x.resourceBase(r.Name); err != nil || files == nil {
			out = append(out, base.ResourceFile(r.Name))
		}
	}
	return out
}
