package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/layup-dev/layup/internal/render"
)

// writers is how many files are written at once: writing waits for the disk, not
// for the processor.
const writers = 16

// writeTree writes the files below dir, which must be new, and syncs all of it.
func writeTree(dir string, files render.FileSet, progress func(string)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	defer root.Close()
	dirs := directories(files)
	for _, d := range dirs {
		if err := root.Mkdir(d, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("writing the project: %w", err)
		}
	}
	if err := writeFiles(root, files, progress); err != nil {
		return err
	}
	return syncTree(dir, append(dirs, "."))
}

// writeFiles writes all of the files, or stops and returns the first error: a
// full disk would otherwise be reported once for each of them.
func writeFiles(root *os.Root, files render.FileSet, progress func(string)) error {
	paths := files.Paths()
	errs := make([]error, len(paths))
	next := make(chan int)
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range next {
				if failed.Load() {
					continue
				}
				if errs[i] = writeFile(root, files[paths[i]]); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wg.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	for _, p := range paths {
		progress(p)
	}
	return nil
}

func writeFile(root *os.Root, f *render.File) error {
	out, err := root.OpenFile(filepath.FromSlash(f.Path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.Mode)
	if err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	_, err = out.Write(f.Data)
	if err = errors.Join(err, syncFile(out), out.Close()); err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	return nil
}
