package gomod

import (
	"bytes"
	"fmt"
	"go/version"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// MergeMod brings into ours, a go.mod that its user edited, what theirs changed
// in base: the module path, the go and toolchain lines, and requirements. What
// theirs adds or raises is added or raised; nothing is ever lowered. What theirs
// drops goes where ours still says the same as base, unless ours requires
// modules of its own, which may need it. Everything else in ours stays as it is.
// The error says which of the three does not parse.
func MergeMod(base, ours, theirs []byte) ([]byte, error) {
	var m modMerge
	for _, side := range []struct {
		name string
		data []byte
		into **modfile.File
	}{{"base", base, &m.base}, {"yours", ours, &m.ours}, {"new", theirs, &m.theirs}} {
		f, err := modfile.Parse("go.mod", side.data, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", side.name, err)
		}
		*side.into = f
	}
	for _, step := range []func() error{m.mergeModule, m.mergeGo, m.mergeToolchain} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	m.mergeRequire()
	if !m.changed {
		return ours, nil
	}
	m.ours.Cleanup()
	return modfile.Format(m.ours.Syntax), nil
}

// modMerge is one run of MergeMod: ours becomes the result.
type modMerge struct {
	base, ours, theirs *modfile.File
	changed            bool
}

func (m *modMerge) mergeModule() error {
	was, is, want := modulePath(m.base), modulePath(m.ours), modulePath(m.theirs)
	if want == was || want == "" || is != was {
		return nil
	}
	m.changed = true
	if err := m.ours.AddModuleStmt(want); err != nil {
		return fmt.Errorf("module line: %w", err)
	}
	return nil
}

func modulePath(f *modfile.File) string {
	if f.Module == nil {
		return ""
	}
	return f.Module.Mod.Path
}

func (m *modMerge) mergeGo() error {
	want := goLine(m.theirs)
	if !newerGo(want, goLine(m.base)) || !newerGo(want, goLine(m.ours)) {
		return nil
	}
	m.changed = true
	if err := m.ours.AddGoStmt(strings.TrimPrefix(want, "go")); err != nil {
		return fmt.Errorf("go line: %w", err)
	}
	return nil
}

// mergeToolchain runs after mergeGo: a toolchain that is not newer than the go
// line says nothing, and goes, as go mod tidy has it.
func (m *modMerge) mergeToolchain() error {
	was, is, want := toolchain(m.base), toolchain(m.ours), toolchain(m.theirs)
	switch {
	case is != "" && !version.IsValid(is): // "default": the user's choice
	case newerGo(want, was) && newerGo(want, is) && newerGo(want, goLine(m.ours)):
		m.changed = true
		if err := m.ours.AddToolchainStmt(want); err != nil {
			return fmt.Errorf("toolchain line: %w", err)
		}
	case is == "":
	case want == "" && is == was, m.changed && !newerGo(is, goLine(m.ours)):
		m.changed = true
		m.ours.DropToolchainStmt()
	}
	return nil
}

// goLine is the version of the go line, in the form "go1.26.0".
func goLine(f *modfile.File) string {
	if f.Go == nil {
		return ""
	}
	return "go" + f.Go.Version
}

func toolchain(f *modfile.File) string {
	if f.Toolchain == nil {
		return ""
	}
	return f.Toolchain.Name
}

// newerGo reports whether version a is newer than b; none is the oldest.
func newerGo(a, b string) bool { return version.Compare(a, b) > 0 }

func (m *modMerge) mergeRequire() {
	was, is, want := requirements(m.base), requirements(m.ours), requirements(m.theirs)
	var merged []*modfile.Require
	different := false
	for _, r := range m.ours.Require {
		path := r.Mod.Path
		result, keep := mergeRequirement(was[path], is[path], want[path])
		if !keep && ownRequirements(was, is, want) {
			result, keep = r, true
		}
		different = different || !keep || !sameRequirement(result, r)
		if keep {
			merged = append(merged, requirement(result))
		}
	}
	for _, r := range m.theirs.Require {
		path := r.Mod.Path
		if is[path] == nil && newer(r, was[path]) {
			merged, different = append(merged, requirement(r)), true
		}
	}
	if different {
		m.changed = true
		m.ours.SetRequireSeparateIndirect(merged)
	}
}

// mergeRequirement returns what becomes of a requirement of ours, and false when
// it goes.
func mergeRequirement(was, is, want *modfile.Require) (*modfile.Require, bool) {
	if want == nil {
		return is, was == nil || !sameRequirement(was, is)
	}
	result := requirement(is)
	if newer(want, was) && newer(want, is) {
		result.Mod.Version = want.Mod.Version
	}
	if was == nil { // whoever needs it directly is right
		result.Indirect = is.Indirect && want.Indirect
	} else if was.Indirect == is.Indirect {
		result.Indirect = want.Indirect
	}
	return result, true
}

// ownRequirements reports whether the user requires a module that was never
// rendered.
func ownRequirements(was, is, want map[string]*modfile.Require) bool {
	for path := range is {
		if was[path] == nil && want[path] == nil {
			return true
		}
	}
	return false
}

// requirements returns those of a file by path, the highest where there are
// several.
func requirements(f *modfile.File) map[string]*modfile.Require {
	out := make(map[string]*modfile.Require, len(f.Require))
	for _, r := range f.Require {
		if newer(r, out[r.Mod.Path]) {
			out[r.Mod.Path] = r
		}
	}
	return out
}

// requirement copies r without its place in a file.
func requirement(r *modfile.Require) *modfile.Require {
	return &modfile.Require{Mod: r.Mod, Indirect: r.Indirect}
}

func sameRequirement(a, b *modfile.Require) bool {
	return a.Mod == b.Mod && a.Indirect == b.Indirect
}

// newer reports whether a requires a higher version than b, or b is nil.
func newer(a, b *modfile.Require) bool {
	return b == nil || semver.Compare(a.Mod.Version, b.Mod.Version) > 0
}

// MergeSum returns the go.sum ours with the lines of theirs that it lacks, in
// the go command's order. No line of ours goes, because a requirement of the
// user may need it, and none is contradicted: a hash that ours has for a module
// is the one that the user trusts. Without anything new the result is ours.
func MergeSum(_, ours, theirs []byte) []byte {
	hashes, order := sumLines(ours)
	added := false
	news, theirOrder := sumLines(theirs)
	for _, mod := range theirOrder {
		if _, ok := hashes[mod]; !ok {
			hashes[mod], order, added = news[mod], append(order, mod), true
		}
	}
	if !added {
		return ours
	}
	module.Sort(order)
	var out bytes.Buffer
	for _, mod := range order {
		for _, line := range hashes[mod] {
			out.WriteString(line)
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

// sumLines returns the lines of a go.sum by what they are about, and that in
// the order of the file. Blank lines are left out, as the go command does.
func sumLines(data []byte) (lines map[module.Version][]string, order []module.Version) {
	lines = make(map[module.Version][]string)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		mod := module.Version{Path: fields[0]}
		if len(fields) > 1 {
			mod.Version = fields[1]
		}
		if _, ok := lines[mod]; !ok {
			order = append(order, mod)
		}
		lines[mod] = append(lines[mod], line)
	}
	return lines, order
}
