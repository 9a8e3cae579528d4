package golang

import (
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
)

// OutsideWorkspace returns the go.work file that applies in dir and does not list
// it, or "". The go command refuses to work in such a directory.
func OutsideWorkspace(dir string, getenv func(string) string) string {
	dir = resolved(dir)
	work := getenv("GOWORK")
	if work == "" {
		work = above(dir, "go.work")
	}
	if work == "" || work == "off" {
		return ""
	}
	data, err := os.ReadFile(work)
	if err != nil {
		return ""
	}
	parsed, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return work // the go command fails there, too
	}
	lists := func(u *modfile.Use) bool {
		used := filepath.FromSlash(u.Path)
		if !filepath.IsAbs(used) {
			used = filepath.Join(filepath.Dir(work), used)
		}
		return resolved(used) == dir
	}
	if slices.ContainsFunc(parsed.Use, lists) {
		return ""
	}
	return work
}

// resolved returns dir as an absolute path without symbolic links, as far as that
// can be found out.
func resolved(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		dir = target
	}
	return dir
}

// above returns the path of the nearest file of that name in dir or a parent of
// it, or "".
func above(dir, name string) string {
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
