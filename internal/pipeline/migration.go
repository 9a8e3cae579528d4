package pipeline

import (
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// firstMigration leaves room below for the migrations that features bring.
const firstMigration = 100

// numbering returns the version of the next migration, above the last one. Versions
// stay in the spec, because a migration that was shipped keeps its number.
type numbering func(last uint64, purpose string) uint64

// inOrder numbers the migrations of a new project one by one.
func inOrder(last uint64, _ string) uint64 { return last + 1 }

// spread leaves a gap whose width follows from what the migration is for: two
// branches that each add a resource hardly ever take the same version, and no
// clock is needed for that, so the same command still gives the same tree.
func spread(last uint64, purpose string) uint64 {
	const widest = 997
	h := fnv.New64a()
	_, _ = h.Write([]byte(purpose)) // a hash takes everything
	return last + 1 + h.Sum64()%widest
}

func formatVersion(n uint64) string { return fmt.Sprintf("%05d", n) }

// numberMigrations gives each resource without one the next version above floor
// and above all others, after those of the resources that it refers to: their
// tables must be there first. Where resources refer to each other, what one
// requires comes before what it may do without.
func numberMigrations(s *spec.Spec, floor uint64, next numbering) {
	last := max(floor, highestVersion(s))
	graph := references(s)
	done := map[string]bool{}
	var number func(name string)
	number = func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		for _, target := range graph[name] {
			if !graph.leads(target, name, map[string]bool{}) || requires(s, name, target) {
				number(target)
			}
		}
		if r := named(s, name); r.Migration == "" {
			last = next(last, "create "+r.Name)
			r.Migration = formatVersion(last)
		}
	}
	for i := range s.Resources {
		number(s.Resources[i].Name)
	}
}

// targets holds, by the name of a resource, what it refers to: first what it
// requires.
type targets map[string][]string

func references(s *spec.Spec) targets {
	out := targets{}
	for _, r := range s.Resources {
		for _, name := range r.References() {
			if named(s, name) != nil && name != r.Name {
				out[r.Name] = append(out[r.Name], name)
			}
		}
	}
	return out
}

func named(s *spec.Spec, name string) *spec.Resource {
	for i := range s.Resources {
		if s.Resources[i].Name == name {
			return &s.Resources[i]
		}
	}
	return nil
}

// leads reports whether references lead from one resource to another.
func (t targets) leads(from, to string, seen map[string]bool) bool {
	if seen[from] {
		return false
	}
	seen[from] = true
	return from == to || slices.ContainsFunc(t[from], func(next string) bool { return t.leads(next, to, seen) })
}

// requires reports whether a resource refers to another by a field that must not
// be empty.
func requires(s *spec.Spec, name, target string) bool {
	return slices.ContainsFunc(named(s, name).Fields, func(f spec.Field) bool {
		return f.Type == "ref" && !f.Optional && f.Args[0] == target
	})
}

func highestVersion(s *spec.Spec) uint64 {
	var last uint64
	for _, r := range s.Resources {
		if n, err := strconv.ParseUint(r.Migration, 10, 64); err == nil {
			last = max(last, n)
		}
	}
	return last
}

// keepNumbers gives resources that stay, and whose version was taken out of the text
// of layup.yaml, the one that they had: their migration is there.
func (x *Existing) keepNumbers(s *spec.Spec, text []byte) ([]byte, error) {
	for i, r := range s.Resources {
		was := named(x.last.Spec, canonical(r))
		if r.Migration != "" || was == nil {
			continue
		}
		s.Resources[i].Migration = was.Migration
		var err error
		if text, err = spec.SetResourceValue(spec.FileName, text, x.engine.Stack.AxisNames(), r.Name, "migration", was.Migration); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// checkNumbers refuses versions that would make a table twice, or that another
// migration has: no service starts with those.
func (x *Existing) checkNumbers(p *plan.Plan) error {
	names, err := x.onceFiles()
	if err != nil {
		return err
	}
	for _, r := range p.Spec.Resources {
		was := named(x.last.Spec, r.Name)
		if was != nil && was.Migration == r.Migration {
			continue
		}
		for _, name := range names {
			version, _, _ := strings.Cut(path.Base(name), "_")
			switch own := creates(name, r.Plural); {
			case was != nil && own && sameVersion(version, was.Migration):
				return spec.Errorf(spec.FileName, "resource %s: migration cannot change from %s to %s: %s is there, may have been shipped, and makes the table; write %s again (or, before anything was shipped, rename the file too)", r.Name, was.Migration, r.Migration, name, was.Migration)
			case !own && sameVersion(version, r.Migration):
				return spec.Errorf(spec.FileName, "resource %s: migration %s is that of %s; take the line out, and the resource gets a number of its own", r.Name, r.Migration, name)
			}
		}
	}
	return nil
}

// onceFiles lists the files that are written once: the migrations.
func (x *Existing) onceFiles() ([]string, error) {
	var out []string
	for _, pattern := range x.engine.Stack.Once {
		names, err := x.files.List(path.Dir(pattern))
		if err != nil {
			return nil, err
		}
		out = append(out, slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			matches, _ := path.Match(pattern, name)
			return !matches
		})...)
	}
	return out, nil
}

// creates reports whether a file has the name of the migration that makes the table.
func creates(name, table string) bool {
	_, purpose, _ := strings.Cut(strings.TrimSuffix(path.Base(name), path.Ext(name)), "_")
	return strings.TrimSuffix(purpose, "_resource") == "create_"+table
}

// sameVersion compares versions by what they count, not by their zeros.
func sameVersion(a, b string) bool { return strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0") }

// droppedNote says what dropping the table of a resource means.
func droppedNote(r spec.Resource) string {
	return fmt.Sprintf("%s: the table goes with the next migration, and all rows in it are lost", r.Plural)
}
