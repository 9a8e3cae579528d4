package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"golang.org/x/mod/modfile"
)

// pins is modules.yaml.
type pins struct {
	Go        string            `yaml:"go"`
	Toolchain string            `yaml:"toolchain"`
	Modules   map[string]string `yaml:"modules"`
	Indirect  map[string]string `yaml:"indirect"`
	Packages  []string          `yaml:"packages"`
	Tools     map[string]string `yaml:"tools"`
}

// readPins reads modules.yaml strictly.
func readPins(name string) (pins, error) {
	var p pins
	data, err := os.ReadFile(name)
	if err != nil {
		return p, fmt.Errorf("reading the versions: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(data, &p, yaml.Strict()); err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// covers refuses a result whose versions are not the ones in modules.yaml:
// one that dependencies raised, or one that nobody chose and that would be
// another at the next run. providers are the modules of packages that
// generated projects build.
func (p pins) covers(mod *modfile.File, providers map[string]bool, imports map[string]string, stderr io.Writer) error {
	used := map[string]bool{}
	for _, r := range mod.Require {
		used[r.Mod.Path] = true
		pin := p.Modules[r.Mod.Path]
		if pin == "" {
			pin = p.Indirect[r.Mod.Path]
		}
		switch {
		case pin != "" && pin != r.Mod.Version:
			return fmt.Errorf("modules.yaml pins %s %s, but dependencies need %s", r.Mod.Path, pin, r.Mod.Version)
		case pin == "" && !r.Indirect:
			return fmt.Errorf("modules.yaml does not pin %s (%s would do), imported by %s",
				r.Mod.Path, r.Mod.Version, importer(r.Mod.Path, imports))
		case pin == "" && !providers[r.Mod.Path]:
			return fmt.Errorf("only tests of dependencies need %s: pin it under indirect in modules.yaml (%s would do)",
				r.Mod.Path, r.Mod.Version)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(p.Modules)) {
		if !used[path] {
			fmt.Fprintf(stderr, "lock: nothing imports %s of modules.yaml\n", path)
		}
	}
	return nil
}

// importer names a file that imports a package of the module.
func importer(mod string, imports map[string]string) string {
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		if within(path, mod) {
			return imports[path]
		}
	}
	return "nothing"
}
