package golden

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// variants are projects that are committed as far as they differ from the golden
// shop, which has the same resources: what another option writes is what is worth
// a review.
const variants = root + "/variants"

// TestVariants compares each variant with a fresh render of its layup.yaml.
func TestVariants(t *testing.T) {
	shop := renderCase(t, filepath.Join(root, "golden", "shop", spec.FileName))
	for _, file := range variantSpecs(t) {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			files := differing(renderCase(t, file), shop)
			if *update {
				write(t, dir, files)
			}
			compare(t, dir, files)
		})
	}
}

func variantSpecs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(variants, "*", spec.FileName))
	if err != nil || len(files) == 0 {
		t.Fatalf("no variants: %v", err)
	}
	return files
}

// differing returns the files that are not the same in both, without what layup keeps
// for itself.
func differing(files, from render.FileSet) render.FileSet {
	out := render.FileSet{}
	for _, name := range files.Paths() {
		same := from[name] != nil && bytes.Equal(files[name].Data, from[name].Data)
		if !same && !strings.HasPrefix(name, ".layup/") {
			out[name] = files[name]
		}
	}
	return out
}
