package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/render"
)

// noteRenamed says of files that are gone where people probably moved them: what
// layup would change there is theirs to carry over.
func (x *Existing) noteRenamed(changes []merge.Change, before, theirs render.FileSet) error {
	var own map[string][]string
	for i, c := range changes {
		f := before[c.Path]
		if c.Status != merge.Skip || c.Old != nil || f == nil || f.Digest != "" {
			continue
		}
		if own == nil {
			var err error
			if own, err = x.ownLines(before, theirs); err != nil {
				return err
			}
		}
		if to := mostAlike(strings.Split(string(f.Data), "\n"), own); to != "" {
			changes[i].Note = "moved by you to " + to + ", it seems; what changed is not carried over there"
		}
	}
	return nil
}

// ownLines reads the files that people added beside the rendered ones.
func (x *Existing) ownLines(before, theirs render.FileSet) (map[string][]string, error) {
	dirs := map[string]bool{}
	for name := range before {
		dirs[path.Dir(name)] = true
	}
	out := map[string][]string{}
	for dir := range dirs {
		names, err := x.files.List(dir)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if before[name] != nil || theirs[name] != nil {
				continue
			}
			data, err := x.read(name)
			if err != nil {
				return nil, err
			}
			out[name] = strings.Split(string(withoutCR(data)), "\n")
		}
	}
	return out, nil
}

// mostAlike returns the file that shares the most lines with lines, if it shares
// more than half of them.
func mostAlike(lines []string, files map[string][]string) string {
	best, most := "", len(lines)/2
	for name, other := range files {
		shared := 0
		for _, line := range lines {
			if slices.Contains(other, line) {
				shared++
			}
		}
		if shared > most || shared == most && best != "" && name < best {
			best, most = name, shared
		}
	}
	return best
}
