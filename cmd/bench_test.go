package cmd

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

// The benchmarks measure and never judge: nothing fails because a machine was
// slow. `make bench` runs them; CONTRIBUTING.md says how to compare two of them.

const benchResource = "product name:string:min(1):max(200) sku:string:unique price:decimal(12,2):min(0) stock:int:min(0) description:text?"

// BenchmarkOpen loads the metadata of every room.
func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pipeline.Open(templates.FS, "go"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRender renders a project in memory: spec → plan → files.
func BenchmarkRender(b *testing.B) {
	for _, n := range []int{0, 1, 50} {
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			engine := engineOf(b)
			wanted := benchSpec(b, n)
			b.ReportAllocs()
			for b.Loop() {
				_, files, err := engine.Project(wanted)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(files)), "files")
			}
		})
	}
}

// BenchmarkNew runs the whole of `layup new` in this process, to a disk.
func BenchmarkNew(b *testing.B) {
	parent := b.TempDir()
	s := streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dir := filepath.Join(parent, fmt.Sprintf("shop%d", i))
		if code := run(b.Context(), []string{"new", "shop", "--yes", "--dir", dir, "--resource", benchResource}, s); code != exitOK {
			b.Fatalf("exit code %d", code)
		}
	}
}

func engineOf(b *testing.B) *pipeline.Engine {
	b.Helper()
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		b.Fatal(err)
	}
	return engine
}

// benchSpec is the default project with n resources.
func benchSpec(b *testing.B, n int) *spec.Spec {
	b.Helper()
	s := &spec.Spec{Stack: "go", Name: "shop", Module: "example.com/shop", Choices: map[string]string{}}
	for i := range n {
		r, err := parseResource(benchResource)
		if err != nil {
			b.Fatal(err)
		}
		r.Name = fmt.Sprintf("product_%d", i)
		r.Plural = fmt.Sprintf("products_%d", i)
		s.Resources = append(s.Resources, r)
	}
	return s
}
