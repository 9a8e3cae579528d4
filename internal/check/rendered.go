package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

// spec wants a project that was rendered from what its layup.yaml says.
func (r *run) spec(context.Context) ([]Finding, string, error) {
	err := r.Settled()
	if !spec.IsInvalid(err) {
		return nil, "", err
	}
	return []Finding{specFinding(err)}, "", nil
}

// specFinding takes the place out of an error, where it has one.
func specFinding(err error) Finding {
	var e *spec.Error
	if !errors.As(err, &e) || e.Where == "" {
		return Finding{Message: err.Error()}
	}
	file, digits, _ := strings.Cut(e.Where, ":")
	line, _ := strconv.Atoi(digits) // there may be none
	return Finding{File: file, Line: line, Message: e.Msg}
}

// drift wants what layup writes as it wrote it, the resources called, and the
// migrations in order.
func (r *run) drift(context.Context) ([]Finding, string, error) {
	found, note, err := r.rendered()
	wiring, wiringErr := r.wiring()
	migrations, migrationsErr := r.migrations()
	return slices.Concat(found, wiring, migrations), note, errors.Join(err, wiringErr, migrationsErr)
}

// rendered compares the project with its last render.
func (r *run) rendered() ([]Finding, string, error) {
	if spec.IsInvalid(r.Settled()) {
		return nil, "not compared with the last render, because of what spec says", nil
	}
	d, err := r.Drift()
	switch {
	case spec.IsInvalid(err):
		return []Finding{specFinding(err)}, "", nil
	case err != nil:
		return nil, "", err
	}
	r.report.Edited, r.report.Deleted = append(r.report.Edited, d.Edited...), append(r.report.Deleted, d.Deleted...)
	found, err := r.generated(d)
	for _, file := range d.Missing {
		found = append(found, Finding{File: file, Message: "does not hold what was rendered last, which later merges need; run layup apply, which writes it anew"})
	}
	note := ""
	if len(d.Edited)+len(d.Deleted) > 0 {
		note = fmt.Sprintf("of your files, %d edited and %d deleted, as you may", len(d.Edited), len(d.Deleted))
	}
	return found, note, err
}

// generated explains what is wrong with the files that are layup's own.
func (r *run) generated(d *pipeline.Drift) ([]Finding, error) {
	var found []Finding
	for _, file := range d.Generated {
		_, _, err := r.Files.Read(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, Finding{File: file, Message: "is gone, and layup writes all of it; run layup apply, which writes it anew"})
		case err != nil:
			return found, err
		default:
			found = append(found, Finding{File: file, Line: 1, Message: "was edited, and layup writes all of it; make the change in a file of your own, then run layup apply --conflict theirs"})
		}
	}
	return found, nil
}

// wiring wants the resources to be called.
func (r *run) wiring() ([]Finding, error) {
	err := r.Wiring()
	var unread *fs.PathError
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &unread):
		return nil, err
	}
	return []Finding{{Message: err.Error()}}, nil
}

// migrations wants one file for each version, and the one that creates the table of
// each resource.
func (r *run) migrations() ([]Finding, error) {
	files, err := r.numbered()
	if err != nil {
		return nil, err
	}
	found := duplicates(files)
	resources, err := r.written()
	if err != nil {
		return nil, err
	}
	versions := map[uint64]bool{}
	for _, f := range files {
		versions[f.version] = true
	}
	for _, resource := range resources {
		version, err := strconv.ParseUint(resource.Migration, 10, 64)
		if err != nil || versions[version] { // without a number it is not rendered yet
			continue
		}
		found = append(found, Finding{File: spec.FileName, Message: fmt.Sprintf("the migration %s of resource %s is gone, so a new database lacks its table; bring it back from version control", resource.Migration, resource.Name)})
	}
	return found, nil
}

// written returns the resources as they stand in layup.yaml: those that were never
// rendered have no migration there.
func (r *run) written() ([]spec.Resource, error) {
	data, _, err := r.Files.Read(spec.FileName)
	if err != nil {
		return nil, err
	}
	s, err := spec.Parse(spec.FileName, data, r.Plan.Stack.AxisNames())
	if err != nil {
		return nil, err
	}
	return s.Resources, nil
}

// migration is a file whose name begins with its version.
type migration struct {
	file    string
	version uint64
}

// numbered lists the migrations by version: those are the files that are written once.
func (r *run) numbered() ([]migration, error) {
	var out []migration
	for _, pattern := range r.Plan.Stack.Once {
		files, err := r.Files.List(path.Dir(pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			digits, _, _ := strings.Cut(path.Base(file), "_")
			version, err := strconv.ParseUint(digits, 10, 64)
			if ok, _ := path.Match(pattern, file); ok && err == nil {
				out = append(out, migration{file, version})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b migration) int { return strings.Compare(a.file, b.file) })
	return out, nil
}

func duplicates(files []migration) []Finding {
	first := map[uint64]string{}
	var found []Finding
	for _, f := range files {
		other, taken := first[f.version]
		if !taken {
			first[f.version] = f.file
			continue
		}
		found = append(found, Finding{File: f.file, Line: 1, Message: fmt.Sprintf("has the version %d, as %s does; rename the one that was not shipped yet to a version above all others, in layup.yaml too where a resource has it", f.version, other)})
	}
	return found
}
