//go:build linux

package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/project"
)

// bareProgram does what every Go program does before its own first line.
const bareProgram = "package main\n\nimport \"os\"\n\nfunc main() { _, _ = os.Stdout.WriteString(\"bare\\n\") }\n"

// BenchmarkProcess starts the real binary and a bare Go program in turns, A B
// A B …, and reports the median of the ratios of each pair with its quartiles:
// what other work on the machine does to one, it does to the other.
func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	bare, layup := buildBare(b, dir), filepath.Join(dir, "layup")
	goBuild(b, "..", layup)
	b.Run("version", func(b *testing.B) {
		compare(b, bare, func(int) []string { return []string{layup, "version"} })
	})
	b.Run("new", func(b *testing.B) {
		parent := b.TempDir()
		compare(b, bare, func(i int) []string {
			return []string{layup, "new", "shop", "--yes", "--dir", filepath.Join(parent, fmt.Sprint(i)), "--resource", benchResource}
		})
	})
}

// BenchmarkAddResource adds a resource to a project without any and to ones with
// many, in turns, and reports how many times longer the larger one takes.
func BenchmarkAddResource(b *testing.B) {
	dir := b.TempDir()
	layup := filepath.Join(dir, "layup")
	goBuild(b, "..", layup)
	empty := writeProject(b, filepath.Join(dir, "empty"), 0)
	for _, n := range []int{200, 1000} {
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			full := writeProject(b, filepath.Join(dir, fmt.Sprint(n)), n)
			var small, large, ratios, peaks []float64
			for i := 0; b.Loop(); i++ {
				command := func(root string) []string {
					return []string{layup, "add", "resource", fmt.Sprintf("widget_%d", i), "--dir", root, "name:string:min(1)", "price:decimal(12,2)", "note:text?"}
				}
				a, _ := start(b, command(empty)...)
				z, peak := start(b, command(full)...)
				for _, root := range []string{empty, full} {
					start(b, layup, "remove", "resource", fmt.Sprintf("widget_%d", i), "--dir", root)
				}
				small, large = append(small, a.Seconds()*1e3), append(large, z.Seconds()*1e3)
				ratios, peaks = append(ratios, z.Seconds()/a.Seconds()), append(peaks, peak)
			}
			b.ReportMetric(0, "ns/op") // would count all processes
			b.ReportMetric(quantile(small, 0.5), "ms-empty")
			b.ReportMetric(quantile(large, 0.5), "ms")
			b.ReportMetric(quantile(ratios, 0.5), "x-empty")
			b.ReportMetric(quantile(peaks, 0.5), "MiB-peak")
		})
	}
}

func writeProject(b *testing.B, root string, resources int) string {
	b.Helper()
	_, files, err := engineOf(b).Project(benchSpec(b, resources))
	if err != nil {
		b.Fatal(err)
	}
	if err := project.Create(b.Context(), root, files, func(string) {}); err != nil {
		b.Fatal(err)
	}
	return root
}

// compare reports wall time and peak memory of the command, and how many times
// longer than bare it took.
func compare(b *testing.B, bare string, command func(i int) []string) {
	b.Helper()
	var ratios, millis, mib []float64
	for i := 0; b.Loop(); i++ {
		base, _ := start(b, bare)
		took, peak := start(b, command(i)...)
		ratios = append(ratios, took.Seconds()/base.Seconds())
		millis = append(millis, took.Seconds()*1e3)
		mib = append(mib, peak)
	}
	b.ReportMetric(0, "ns/op") // would count both processes
	b.ReportMetric(quantile(ratios, 0.5), "x-bare")
	b.ReportMetric(quantile(ratios, 0.25), "x-bare-p25")
	b.ReportMetric(quantile(ratios, 0.75), "x-bare-p75")
	b.ReportMetric(quantile(millis, 0.5), "ms")
	b.ReportMetric(quantile(mib, 0.5), "MiB-peak")
}

// start runs a command to its end.
func start(b *testing.B, command ...string) (took time.Duration, peakMiB float64) {
	b.Helper()
	c := exec.CommandContext(b.Context(), command[0], command[1:]...)
	begin := time.Now()
	if err := c.Run(); err != nil {
		b.Fatalf("%s: %v", command[0], err)
	}
	took = time.Since(begin)
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peakMiB = float64(usage.Maxrss) / 1024
	}
	return took, peakMiB
}

func quantile(values []float64, q float64) float64 {
	slices.Sort(values)
	return values[int(q*float64(len(values)-1))]
}

func buildBare(b *testing.B, dir string) string {
	b.Helper()
	src := filepath.Join(dir, "bare")
	if err := os.MkdirAll(src, 0o750); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"main.go": bareProgram, "go.mod": "module bare\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(src, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "bare.bin")
	goBuild(b, src, binary)
	return binary
}

// goBuild builds both programs alike, the way a release is built.
func goBuild(b *testing.B, dir, output string) {
	b.Helper()
	c := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", output, ".")
	c.Dir = dir
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
}
