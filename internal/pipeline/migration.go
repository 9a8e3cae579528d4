package pipeline

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

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
