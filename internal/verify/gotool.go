package verify

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/layup-dev/layup/internal/gotool"
)

func (v *verifier) build(ctx context.Context) (string, error) {
	return "", v.goTool(ctx, "build", "./...")
}

func (v *verifier) vet(ctx context.Context) (string, error) {
	return "", v.goTool(ctx, "vet", "./...")
}

// binary is where compile puts the service.
func (v *verifier) binary() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(v.temp, v.Name+".exe")
	}
	return filepath.Join(v.temp, v.Name)
}

func (v *verifier) compile(ctx context.Context) error {
	return v.goTool(ctx, "build", "-o", v.binary(), "./cmd/"+v.Name)
}

// tool is the go command in the project. The environment is the caller's, but the
// project stands alone and nothing changes go.mod. Whether version control answers
// is not the question here.
func (v *verifier) tool() gotool.Tool {
	return gotool.Tool{Dir: v.Dir, Env: gotool.Environment("GOWORK=off", "GOFLAGS=-mod=readonly -buildvcs=false")}
}

// goTool runs the go command in the project.
func (v *verifier) goTool(ctx context.Context, args ...string) error {
	if out, err := v.tool().Run(ctx, args...); err != nil {
		return &failure{err, gotool.Tail(out)}
	}
	return nil
}

func (v *verifier) test(ctx context.Context) (string, error) {
	tests, err := v.tool().Test(ctx)
	if tests == nil {
		return "", err
	}
	if err != nil {
		return "", &failure{err, gotool.Tail(tests.Explanation())}
	}
	return fmt.Sprintf("%d tests in %d packages", tests.Passed, tests.Packages), nil
}
