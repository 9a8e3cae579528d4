package golang

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/render"
)

var update = flag.Bool("update", false, "format the templates")

const templatesDir = "../../../templates/go"

// TestTemplatesFormatted keeps templates that only insert the module path in
// gofmt's form, which lets a render use them as they are. `make fmt` formats them.
func TestTemplatesFormatted(t *testing.T) {
	action := regexp.MustCompile(`\[\[.*?\]\]`)
	checked := 0
	err := filepath.WalkDir(templatesDir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go.tmpl") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, a := range action.FindAll(text, -1) {
			if string(a) != "[[ .Module ]]" {
				return nil
			}
		}
		checked++
		const stand = "module.example"
		formatted, err := formatSource(name, bytes.ReplaceAll(text, []byte("[[ .Module ]]"), []byte(stand)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		formatted = bytes.ReplaceAll(formatted, []byte(stand), []byte("[[ .Module ]]"))
		if bytes.Equal(text, formatted) {
			return nil
		}
		if *update {
			return os.WriteFile(name, formatted, 0o644)
		}
		t.Errorf("%s is not formatted; run make fmt", name)
		return nil
	})
	if err != nil || checked == 0 {
		t.Fatalf("%d templates checked, %v", checked, err)
	}
}

func TestFormatted(t *testing.T) {
	tests := []struct {
		name     string
		src      string
		settled  []string
		unneeded bool
	}{
		{"logic", "package a\n", nil, false},
		{"no insertion", "package a\n", []string{}, true},
		{"another field", "package a\n", []string{".Name"}, false},
		{"groups", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"z.example/a\"\n\t\"z.example/b\"\n)\n", []string{".Module"}, true},
		{"one group", "package a\n\nimport (\n\t\"fmt\"\n\n\t\"github.com/x\"\n\t\"z.example/b\"\n)\n", []string{".Module"}, false},
		{"with std", "package a\n\nimport (\n\t\"fmt\"\n\t\"z.example/b\"\n)\n", []string{".Module"}, false},
	}
	for _, tt := range tests {
		if got := formatted(&render.File{Data: []byte(tt.src), Settled: tt.settled}); got != tt.unneeded {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestFormatSource(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"all used", "package a\n\nimport \"fmt\"\n\nvar _ = fmt.Sprint\n", "package a\n\nimport \"fmt\"\n\nvar _ = fmt.Sprint\n"},
		{"single", "package a\n\nimport \"fmt\"\n\nvar x = 1\n", "package a\n\nvar x = 1\n"},
		{"one of two", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nvar _ = os.Args\n", "package a\n\nimport (\n\t\"os\"\n)\n\nvar _ = os.Args\n"},
		{"a whole group", "package a\n\nimport (\n\t\"fmt\"\n\n\t\"x.example/y\"\n)\n\nvar _ = y.Z\n", "package a\n\nimport (\n\t\"x.example/y\"\n)\n\nvar _ = y.Z\n"},
		{"last group", "package a\n\nimport (\n\t\"fmt\"\n\n\t\"x.example/y\"\n)\n\nvar _ = fmt.Sprint\n", "package a\n\nimport (\n\t\"fmt\"\n)\n\nvar _ = fmt.Sprint\n"},
		{"version and name", "package a\n\nimport (\n\t\"x.example/y/v2\"\n\tz \"x.example/q\"\n\t_ \"x.example/side\"\n)\n\nvar _ = y.Z\n", "package a\n\nimport (\n\t_ \"x.example/side\"\n\t\"x.example/y/v2\"\n)\n\nvar _ = y.Z\n"},
	}
	for _, tt := range tests {
		got, err := formatSource("a.go", []byte(tt.src))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n%s", tt.name, err, got)
		}
	}
	if _, err := formatSource("a.go", []byte("package a\n\nfunc {\n")); err == nil || !strings.Contains(err.Error(), ">    3 | func {") {
		t.Errorf("a syntax error shows no source: %v", err)
	}
}
