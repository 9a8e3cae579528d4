package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// forbiddenLayers lists, for each layer, the layers that it must not know. A
// generated project tests the same rule itself, in internal/app/layers_test.go.
func forbiddenLayers() map[string][]string {
	outer := []string{"app", "server", "middleware", "handler"}
	data := []string{"repository", "database"}
	return map[string][]string{
		"config":     slices.Concat(outer, data, []string{"service"}),
		"logging":    slices.Concat(outer, data, []string{"service"}),
		"httpx":      slices.Concat(outer, data, []string{"service"}),
		"service":    slices.Concat(outer, data),
		"repository": slices.Concat(outer, []string{"service", "httpx"}),
		"database":   slices.Concat(outer, []string{"service", "repository", "httpx"}),
		"handler":    slices.Concat([]string{"app", "server"}, data),
		"middleware": slices.Concat([]string{"app", "server", "service"}, data),
		"server":     slices.Concat([]string{"app", "service"}, data),
	}
}

// ForbiddenImport says why a file of a project must not import a package, and what
// to do instead; it returns "" when it may. file is a path in the project, and
// module the project's module path. Tests may import what they like.
func ForbiddenImport(module, file, imported string) string {
	inside, ok := strings.CutPrefix(file, "internal/")
	if !ok || strings.HasSuffix(file, "_test.go") || path.Ext(file) != ".go" {
		return ""
	}
	layer, _, _ := strings.Cut(inside, "/")
	inner, ours := strings.CutPrefix(imported, module+"/internal/")
	target, _, _ := strings.Cut(inner, "/")
	switch {
	case layer == "model" && (ours || strings.Contains(imported, ".")):
		return fmt.Sprintf("imports %s: the model may import the standard library alone; move what needs it to another layer", imported)
	case ours && target == "app":
		return fmt.Sprintf("imports %s: only the command may; give what is needed from there as an argument", imported)
	case ours && slices.Contains(forbiddenLayers()[layer], target):
		return fmt.Sprintf("imports %s: %s must not know %s; declare an interface of what it needs in %s, or move what both need to internal/model", imported, layer, target, path.Dir(file))
	}
	return ""
}
