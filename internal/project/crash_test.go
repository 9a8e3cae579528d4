//go:build linux

package project

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// childTask and childTarget make the test binary do one thing and exit.
const (
	childTask   = "LAYUP_TEST_TASK"
	childTarget = "LAYUP_TEST_TARGET"
)

func TestMain(m *testing.M) {
	if task := os.Getenv(childTask); task != "" {
		// strace counts the calls of each thread for itself.
		runtime.LockOSThread()
		if err := child(task, os.Getenv(childTarget)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(task, target string) error {
	if _, err := Recover(target); err != nil || task == "recover" {
		return err
	}
	if task == "create" {
		return Create(context.Background(), target, sampleFiles(), quiet)
	}
	tree, err := Open(target)
	if err != nil {
		return err
	}
	defer tree.Close()
	return tree.Apply(context.Background(), sampleChanges())
}

// crashCase is a task, the tree that it starts from, and those that it may end with.
type crashCase struct {
	name, task string
	// syscalls are those by which the task changes the file system.
	syscalls string
	prepare  func(t *testing.T, target string)
	allowed  []map[string]string
}

func crashCases() []crashCase {
	nothing, everything := map[string]string{}, map[string]string{}
	for p, f := range sampleFiles() {
		everything[p] = fmt.Sprintf("%04o %s", f.Mode, f.Data)
	}
	created := []map[string]string{nothing, withDirs(everything)}
	changed := []map[string]string{withDirs(before()), withDirs(after())}
	return []crashCase{
		{"new", "create", "mkdirat openat write syncfs fsync renameat", func(*testing.T, string) {}, created},
		{"fill", "create", "mkdirat openat write linkat syncfs fsync unlinkat", func(t *testing.T, target string) { plant(t, target, map[string]string{"./": "0755"}) }, created},
		{"apply", "apply", "mkdirat openat write fchmod linkat syncfs fsync renameat unlinkat", func(t *testing.T, target string) { plant(t, target, before()) }, changed},
		{"recover", "recover", "mkdirat openat fchmod syncfs fsync renameat unlinkat", func(t *testing.T, target string) {
			plant(t, target, before())
			tree, err := Open(target)
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			halfway(t, tree, sampleChanges(), 5)
		}, changed[:1]},
	}
}

// TestCrash kills a run at every Nth change of the file system, makes every Nth
// fail, and lets every one from the Nth on fail. After the next command has
// recovered it, the tree is what it was or what it was to be: every byte,
// every mode, and nothing besides.
func TestCrash(t *testing.T) {
	if err := exec.Command("strace", "-f", "-e", "trace=none", "true").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("strace does not work here, and CI must not skip this: %v", err)
		}
		t.Skipf("skipped: strace does not work here: %v", err)
	}
	for _, tc := range crashCases() {
		for _, syscall := range strings.Fields(tc.syscalls) {
			for _, fault := range []string{"signal=SIGKILL:when=%d", "error=ENOSPC:when=%d", "error=EIO:when=%d+"} {
				if syscall == "openat" && tc.task != "apply" && !strings.HasPrefix(fault, "signal") {
					continue // most of them only look; one task is enough
				}
				t.Run(fmt.Sprintf("%s %s %s", tc.name, syscall, fault), func(t *testing.T) {
					t.Parallel()
					sweep(t, tc, syscall, fault)
				})
			}
		}
	}
}

// sweep raises N until the run completes without the fault.
func sweep(t *testing.T, tc crashCase, syscall, fault string) {
	t.Helper()
	for n := 1; n < 500; n++ {
		target := filepath.Join(t.TempDir(), "x")
		tc.prepare(t, target)
		hit := inject(t, tc.task, target, syscall, fmt.Sprintf(fault, n))
		if _, err := Recover(target); err != nil {
			t.Fatalf("at %d: recovering: %v", n, err)
		}
		checkAllowed(t, tc, target, n)
		if !hit {
			t.Logf("%d faults", n-1)
			if n == 1 {
				t.Error("the task made no such call: nothing was tested")
			}
			return
		}
	}
	t.Fatal("the fault was hit 500 times; the run never completed")
}

// checkAllowed compares a tree with those that are allowed, and lets the next run
// complete what has not been done.
func checkAllowed(t *testing.T, tc crashCase, target string, n int) {
	t.Helper()
	var got map[string]string
	if _, err := os.Stat(target); err == nil {
		got = harvest(t, target)
	}
	var wrong []string
	for i, want := range tc.allowed {
		d := different(got, want)
		if d == "" && i == len(tc.allowed)-1 {
			return
		}
		if d == "" {
			if err := child(tc.task, target); err != nil {
				t.Fatalf("at %d: the next run: %v", n, err)
			}
			if d := different(harvest(t, target), tc.allowed[len(tc.allowed)-1]); d != "" {
				t.Fatalf("at %d: after the next run: %s", n, d)
			}
			return
		}
		wrong = append(wrong, d)
	}
	t.Fatalf("at %d: %s", n, strings.Join(wrong, "\nor "))
}

// inject runs the child under strace and reports whether the fault was hit.
func inject(t *testing.T, task, target, syscall, fault string) bool {
	t.Helper()
	log := target + ".trace"
	args := []string{"-f", "-o", log, "-e", "trace=" + syscall, "-e", "inject=" + syscall + ":" + fault}
	if strings.HasPrefix(fault, "error") {
		args = append(args, "--seccomp-bpf") // faster, but never delivers signals
	}
	c := exec.CommandContext(t.Context(), "strace", append(args, os.Args[0])...)
	c.Env = append(os.Environ(), childTask+"="+task, childTarget+"="+target, "GOMAXPROCS=1")
	out, err := c.CombinedOutput()
	trace, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatalf("%v: %s", readErr, out)
	}
	hit := strings.Contains(string(trace), "(INJECTED)") || strings.Contains(string(trace), "killed by SIGKILL")
	if err != nil && !hit {
		t.Fatalf("at %s: %v\n%s", fault, err, out)
	}
	return hit
}
