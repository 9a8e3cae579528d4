package golang

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"

	"github.com/goccy/go-yaml"
)

// Pins are the versions that stand in one place: the stack's modules.yaml.
type Pins struct {
	Go        string            `yaml:"go"`
	Toolchain string            `yaml:"toolchain"`
	Modules   map[string]string `yaml:"modules"`
	Tools     map[string]string `yaml:"tools"`
	Indirect  map[string]string `yaml:"indirect"`
	Packages  []string          `yaml:"packages"`
}

func readPins(fsys fs.FS) (*Pins, error) {
	data, err := fs.ReadFile(fsys, "modules.yaml")
	if err != nil {
		return nil, fmt.Errorf("pinned versions: %w", err)
	}
	var p Pins
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&p); err != nil {
		return nil, fmt.Errorf("modules.yaml: %w", err)
	}
	return &p, nil
}

// GoVersion returns the go line without its patch: 1.26.
func (p *Pins) GoVersion() string {
	parts := strings.SplitN(p.Go, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// ToolchainVersion returns the toolchain without the word go: 1.26.8.
func (p *Pins) ToolchainVersion() string { return strings.TrimPrefix(p.Toolchain, "go") }
