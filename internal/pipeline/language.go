package pipeline

import (
	"fmt"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/stack/golang"
)

// Language is what a stack must know about its programming language to render
// new projects and to change existing ones.
type Language interface {
	render.Language
	// Module returns the path under which the code of a project is imported, as
	// the project itself says, which may have been moved since. read returns a
	// file of the project.
	Module(read func(path string) ([]byte, error)) (string, error)
	// Completed lists the files that Complete adds.
	Completed() []string
	// Completes reports whether Complete would give the same again when the
	// files of changed come to those of kept, or go from them.
	Completes(module string, changed, kept render.FileSet) (bool, error)
	// IsCode reports whether a file can declare names that rendered files may
	// collide with.
	IsCode(path string) bool
	// CheckWiring returns an error when what is rendered for a new resource would
	// be called by nothing, because the file that calls it was changed.
	CheckWiring(list func(dir string) ([]string, error), read func(path string) ([]byte, error)) error
	// Merge merges a file whose meaning is known; it returns false for others.
	Merge(path string, base, ours, theirs []byte) (merged []byte, handled bool, err error)
	// CheckFile returns an error when the contents of a file cannot work.
	CheckFile(path string, data []byte) error
}

func newLanguage(s *feature.Stack) (Language, error) {
	switch s.Language {
	case "go":
		return golang.New(s.FS)
	default:
		return nil, fmt.Errorf("stack %s: no code for the language %q", s.Name, s.Language)
	}
}
