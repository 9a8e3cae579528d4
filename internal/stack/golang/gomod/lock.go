package gomod

import (
	"errors"
	"fmt"
	"go/version"
	"strings"

	"golang.org/x/mod/semver"
)

// firstPruned is the Go version since which a go.mod lists every module that
// its module needs, not only the nearest.
const firstPruned = "1.17"

// Lock is the parsed modules.lock. It is not changed after ParseLock, so it
// may be shared.
type Lock struct {
	// Go and Toolchain are the versions of the go and toolchain lines.
	Go, Toolchain string
	// Tools are the pinned versions of command-line tools, by short name.
	Tools map[string]string

	imports map[string]bool // packages that generated files may import
	paths   map[string]bool // every module path that is named anywhere
	roots   map[string]*dep // path → the one version that a project may require
	deps    map[string]*dep // "path version" → what is known of it
}

// dep is one version of one module.
type dep struct {
	path, version string
	goVersion     string // of its go.mod; "" when its requirements are not recorded
	pruned        bool   // its go.mod names everything it needs: what is behind is not read
	modHash       string // of its go.mod
	zipHash       string // of its source; "" when that was never needed
	requires      []*dep
	packages      map[string]*source // by import path; complete for what any project loads
}

// source is what tidy sees of one package: imports under every build tag,
// packages of the standard library left out.
type source struct {
	imports, tests []string
}

// newer reports whether d has a higher version than other; nil is lower than any.
func (d *dep) newer(other *dep) bool {
	return other == nil || semver.Compare(d.version, other.version) > 0
}

// ParseLock reads modules.lock. It refuses a line that it does not know.
//
// The file is lines of words. At the left margin: "go", "toolchain" and "tool
// NAME" with a version, "import PACKAGE" for each package that templates name,
// and "module PATH VERSION", with a third word "root" for a version that
// projects require. Below a module, indented once: "go VERSION" and
// "require PATH VERSION" of its go.mod, "gomod HASH", "zip HASH", and "package
// PATH"; below a package, indented twice: "import PATH" and "test PATH".
func ParseLock(data []byte) (*Lock, error) {
	p := &parser{lock: &Lock{
		Tools:   map[string]string{},
		imports: map[string]bool{},
		paths:   map[string]bool{},
		roots:   map[string]*dep{},
		deps:    map[string]*dep{},
	}}
	text := string(data)
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("modules.lock:%d: %w", n, err)
		}
	}
	if p.lock.Go == "" {
		return nil, errors.New("modules.lock: no go line")
	}
	return p.lock, nil
}

// parser keeps the module and the package that indented lines belong to.
type parser struct {
	lock *Lock
	mod  *dep
	pkg  *source
}

var errLine = errors.New("line not understood")

// line reads one line that is neither empty nor a comment.
func (p *parser) line(line string) error {
	body := strings.TrimLeft(line, "\t")
	depth := len(line) - len(body)
	key, rest, ok := strings.Cut(body, " ")
	if !ok || rest == "" {
		return errLine
	}
	switch {
	case depth == 0:
		return p.top(key, rest)
	case depth == 1 && p.mod != nil:
		return p.module(key, rest)
	case depth == 2 && p.pkg != nil:
		return p.packageLine(key, rest)
	}
	return errLine
}

func (p *parser) top(key, rest string) error {
	switch key {
	case "go":
		p.lock.Go = rest
	case "toolchain":
		p.lock.Toolchain = rest
	case "tool":
		name, pinned, _ := strings.Cut(rest, " ")
		p.lock.Tools[name] = pinned
	case "import":
		p.lock.imports[rest] = true
	case "module":
		key, root := strings.CutSuffix(rest, " root")
		p.mod, p.pkg = p.lock.dep(key), nil
		if root {
			p.lock.roots[p.mod.path] = p.mod
		}
	default:
		return errLine
	}
	return nil
}

func (p *parser) module(key, rest string) error {
	switch key {
	case "go":
		p.mod.goVersion = rest
		p.mod.pruned = version.Compare("go"+rest, "go"+firstPruned) >= 0
	case "gomod":
		p.mod.modHash = rest
	case "zip":
		p.mod.zipHash = rest
	case "require":
		p.mod.requires = append(p.mod.requires, p.lock.dep(rest))
	case "package":
		if p.mod.packages == nil {
			p.mod.packages = map[string]*source{}
		}
		p.pkg = &source{}
		p.mod.packages[rest] = p.pkg
	default:
		return errLine
	}
	return nil
}

func (p *parser) packageLine(key, rest string) error {
	switch key {
	case "import":
		p.pkg.imports = append(p.pkg.imports, rest)
	case "test":
		p.pkg.tests = append(p.pkg.tests, rest)
	default:
		return errLine
	}
	return nil
}

// dep returns the one record of "path version".
func (l *Lock) dep(key string) *dep {
	if d := l.deps[key]; d != nil {
		return d
	}
	path, v, _ := strings.Cut(key, " ")
	d := &dep{path: path, version: v}
	l.deps[key] = d
	l.paths[path] = true
	return d
}
