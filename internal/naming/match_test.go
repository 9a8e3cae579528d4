package naming

import (
	"go/build"
	"io"
	"strings"
)

// matchName asks go/build whether a file of that name belongs to a platform.
func matchName(ctx *build.Context, name string) (bool, error) {
	ctx.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}
	return ctx.MatchFile(".", name)
}
