package golang

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

// Complete implements render.Language: it adds go.mod and go.sum, which follow
// from what the rendered files import.
func (l *Language) Complete(p *plan.Plan, files render.FileSet) error {
	imports, err := imports(files)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(p.Stack.FS, "modules.lock")
	if err != nil {
		return fmt.Errorf("module graph: %w", err)
	}
	lock, err := gomod.ParseLock(data)
	if err != nil {
		return fmt.Errorf("module graph: %w", err)
	}
	resolved, err := lock.Resolve(p.Spec.Module, l.pins.Go, l.pins.ToolchainVersion(), imports)
	if errors.Is(err, gomod.ErrModuleTaken) {
		return spec.Errorf("module", "%s; choose another --module", err)
	}
	if err != nil {
		return fmt.Errorf("go.mod: %w", err)
	}
	files.Add("go.mod", resolved.Mod, p.Stack.Once)
	if len(resolved.Sum) > 0 {
		files.Add("go.sum", resolved.Sum, p.Stack.Once)
	}
	return nil
}

// imports lists the packages that the Go files of the set import.
func imports(files render.FileSet) ([]string, error) {
	seen := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("rendered %s: %w", f.Path, err)
		}
		for _, imp := range parsed.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return nil, fmt.Errorf("rendered %s: import %s: %w", f.Path, imp.Path.Value, err)
			}
			seen[name] = true
		}
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	slices.Sort(out)
	return out, nil
}
