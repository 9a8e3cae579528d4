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

// content is a file to be written.
type content struct {
	path string
	data []byte
	mode fs.FileMode
	// exact says that the umask does not apply.
	exact bool
}

// writeTree writes the files below dir, which must be new, and syncs all of it.
func writeTree(dir string, files render.FileSet, progress func(string)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	defer root.Close()
	paths := files.Paths()
	dirs := parents(paths)
	for _, d := range dirs {
		if err := root.Mkdir(filepath.FromSlash(d), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("writing the project: %w", err)
		}
	}
	contents := make([]content, len(paths))
	for i, p := range paths {
		contents[i] = content{path: p, data: files[p].Data, mode: files[p].Mode}
	}
	if err := writeFiles(root, contents); err != nil {
		return err
	}
	for _, p := range paths {
		progress(p)
	}
	return syncTree(dir, append(dirs, "."))
}

// writeFiles writes all of the files, or stops and returns the first error: a
// full disk would otherwise be reported once for each of them.
func writeFiles(root *os.Root, files []content) error {
	if len(files) <= 2*writers { // done before the writers have started
		for _, f := range files {
			if err := writeFile(root, f); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, len(files))
	next := make(chan int)
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range next {
				if failed.Load() {
					continue
				}
				if errs[i] = writeFile(root, files[i]); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

// writeFile creates a file that must not be there yet.
func writeFile(root *os.Root, f content) error {
	out, err := root.OpenFile(filepath.FromSlash(f.path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
	if err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	_, err = out.Write(f.data)
	if err == nil && f.exact {
		err = out.Chmod(f.mode)
	}
	if err = errors.Join(err, syncFile(out), out.Close()); err != nil {
		return fmt.Errorf("writing the project: %w", err)
	}
	return nil
}
