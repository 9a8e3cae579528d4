package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/gotool"
)

const skipBroken = skip("the code does not parse; see format")

// tool is the go command in the project. The caller's flags hold, but nothing may
// change go.mod, and whether version control answers is not the question here.
func (r *run) tool() gotool.Tool {
	flags := strings.Fields(os.Getenv("GOFLAGS"))
	flags = slices.DeleteFunc(flags, func(f string) bool { return strings.HasPrefix(strings.TrimLeft(f, "-"), "mod=") })
	env := gotool.Environment("GOFLAGS=" + strings.Join(append(flags, "-buildvcs=false"), " "))
	if r.Alone {
		env = append(env, "GOWORK=off")
	}
	return gotool.Tool{Dir: r.Root, Env: env}
}

func (r *run) vet(ctx context.Context) ([]Finding, string, error) {
	return r.compile(ctx, "vet", "./...")
}

// build throws the result away: without -o, the only command of a project would be
// written into it.
func (r *run) build(ctx context.Context) ([]Finding, string, error) {
	return r.compile(ctx, "build", "-o", os.DevNull, "./...")
}

// compile runs a command that reports places in the code.
func (r *run) compile(ctx context.Context, args ...string) ([]Finding, string, error) {
	if r.broken {
		return nil, "", skipBroken
	}
	if err := gotool.Find(); err != nil {
		return nil, "", err
	}
	out, err := r.tool().Run(ctx, args...)
	if err == nil {
		return nil, "", nil
	}
	found, err := explain(out, err)
	return found, "", err
}

// explain returns what a go command that failed has found, or an error when it was
// kept from looking.
func explain(out string, err error) ([]Finding, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || unavailable.MatchString(out) {
		return nil, fmt.Errorf("could not run: %w\n%s", err, gotool.Tail(out))
	}
	if found := places(out); len(found) > 0 {
		return found, nil
	}
	return []Finding{{Message: fmt.Sprintf("%s\n%s", err, gotool.Tail(out))}}, nil
}

// unavailable matches what the go command says when it could not get a module or a
// toolchain: that is nothing about the project.
var unavailable = regexp.MustCompile(`module lookup disabled by GOPROXY=off|dial tcp|proxyconnect|no such host|i/o timeout|TLS handshake|connection refused|: (401|403|407|429|5\d\d) [A-Z]|toolchain not available|no space left on device`)

// position matches a place that the go command reports.
var position = regexp.MustCompile(`^(?:vet: )?(?:\./)?([^\s:][^:]*\.(?:go|mod|sum|s|c|h)):(\d+)(?::\d+)?: (.*)$`)

// places reads the messages of a compiler, each once: a package is compiled again
// with its tests. Indented lines go on with the message before them.
func places(out string) []Finding {
	var found []Finding
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		if m := position.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2])
			found = append(found, Finding{File: strings.ReplaceAll(m[1], `\`, "/"), Line: n, Message: m[3]})
		} else if strings.HasPrefix(line, "\t") && len(found) > 0 {
			found[len(found)-1].Message += "\n" + line
		}
	}
	var once []Finding
	for _, f := range found {
		if !slices.Contains(once, f) {
			once = append(once, f)
		}
	}
	return once
}

// tidy wants go.mod and go.sum as go mod tidy would leave them. A workspace has no
// say in that.
func (r *run) tidy(ctx context.Context) ([]Finding, string, error) {
	if err := gotool.Find(); err != nil {
		return nil, "", err
	}
	tool := r.tool()
	tool.Env = append(tool.Env, "GOWORK=off")
	out, err := tool.Run(ctx, "mod", "tidy", "-diff")
	if err == nil {
		return nil, "", nil
	}
	if found := untidy(out); len(found) > 0 {
		return found, "", nil
	}
	found, err := explain(out, err)
	return found, "", err
}

// untidy reads the diff of go mod tidy: a finding for each file.
func untidy(out string) []Finding {
	const most = 10
	var found []Finding
	changes := 0
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		if file, ok := strings.CutPrefix(line, "diff current/"); ok {
			file, _, _ = strings.Cut(file, " ")
			found, changes = append(found, Finding{File: file, Message: "is not tidy; run go mod tidy, which changes:"}), 0
			continue
		}
		if len(found) == 0 || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") || !strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "+") {
			continue
		}
		if changes++; changes <= most {
			found[len(found)-1].Message += "\n" + line
		} else if changes == most+1 {
			found[len(found)-1].Message += "\n…"
		}
	}
	return found
}

// tests runs the project's own tests. The check vet has vetted them.
func (r *run) tests(ctx context.Context) ([]Finding, string, error) {
	if r.broken {
		return nil, "", skipBroken
	}
	if err := gotool.Find(); err != nil {
		return nil, "", err
	}
	tests, err := r.tool().Test(ctx, "-vet=off")
	switch {
	case err == nil:
		return nil, fmt.Sprintf("%d tests in %d packages", tests.Passed, tests.Packages), nil
	case tests == nil:
		return nil, "", err
	}
	said := tests.Stderr
	for _, f := range tests.Failures {
		if f.Build { // what tests say of networks is about the project
			said += f.Output
		}
	}
	if found := failures(tests.Failures, r.Plan.Spec.Module); len(found) > 0 && !unavailable.MatchString(said) {
		return found, "", nil
	}
	found, err := explain(said, err)
	return found, "", err
}

// failures returns a finding for each place that failed: what contains it fails too,
// and says nothing more.
func failures(list []gotool.Failure, module string) []Finding {
	var found []Finding
	inside := map[string]bool{}
	for _, f := range list {
		pkg, _, _ := strings.Cut(f.Package, " ") // a build says for which test it is
		parent, _, _ := cutLast(f.Test, "/")
		key := pkg + " " + f.Test
		switch {
		case f.Build:
			found = append(found, places(f.Output)...)
		case !inside[key]:
			found = append(found, failure(f, strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")))
		}
		inside[pkg+" "+parent], inside[pkg+" "] = true, true
	}
	return slices.Compact(found)
}

func cutLast(s, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(separator):], true
}

// testPosition matches a place that a test reports by itself; files are relative
// to its package.
var testPosition = regexp.MustCompile(`(?m)^ +([^\s:/]+\.go):(\d+): `)

// failure describes one test, or a package that failed without one.
func failure(f gotool.Failure, dir string) Finding {
	name, output := f.Test, strings.TrimRight(chatter.ReplaceAllString(f.Output, ""), "\n")
	if name == "" {
		name = "the package's tests"
	}
	out := Finding{File: dir, Message: fmt.Sprintf("%s failed:\n%s", name, gotool.Tail(output))}
	if m := testPosition.FindStringSubmatch(output); m != nil {
		out.File = strings.TrimPrefix(dir+"/"+m[1], "/")
		out.Line, _ = strconv.Atoi(m[2])
	}
	return out
}

// chatter matches lines that say no more than which test runs.
var chatter = regexp.MustCompile(`(?m)^(=== (RUN|PAUSE|CONT|NAME) .*|\s*--- FAIL: .*|FAIL\t.*|FAIL)\n`)
