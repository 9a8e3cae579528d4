//go:build linux

package project

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// childTarget makes the test binary create the sample project there and exit.
const childTarget = "LAYUP_TEST_CREATE"

func TestMain(m *testing.M) {
	if target := os.Getenv(childTarget); target != "" {
		if err := Recover(target); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := Create(context.Background(), target, sampleFiles(), quiet); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestCrash kills the writer at every Nth change of the file system, and makes
// every Nth change fail, for a missing and for an empty target. Afterwards
// the target holds nothing or everything; for an empty target that holds after
// the next command has recovered it.
func TestCrash(t *testing.T) {
	if err := exec.Command("strace", "-f", "-e", "trace=none", "true").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("strace does not work here, and CI must not skip this: %v", err)
		}
		t.Skipf("skipped: strace does not work here: %v", err)
	}
	for _, existing := range []bool{false, true} {
		for _, syscalls := range []string{"mkdirat", "openat", "write", "syncfs", "fsync", "renameat", "unlinkat"} {
			for _, fault := range []string{"signal=SIGKILL", "error=ENOSPC", "error=EIO"} {
				if fault != "signal=SIGKILL" && syscalls == "openat" {
					continue // the runtime opens files of its own and gives up
				}
				t.Run(fmt.Sprintf("existing %v %s %s", existing, syscalls, fault), func(t *testing.T) {
					sweep(t, existing, syscalls, fault)
				})
			}
		}
	}
}

// sweep raises N until the run completes without the fault.
func sweep(t *testing.T, existing bool, syscalls, fault string) {
	t.Helper()
	for n := 1; n < 200; n++ {
		target := filepath.Join(t.TempDir(), "x")
		if existing {
			if err := os.Mkdir(target, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		hit := inject(t, target, syscalls, fault, n)
		if err := Recover(target); err != nil {
			t.Fatalf("at %d: recovering: %v", n, err)
		}
		got := state(t, target, sampleFiles())
		if got != "nothing" && got != "everything" {
			t.Fatalf("at %d: target holds %s", n, got)
		}
		if got == "nothing" {
			if err := Create(t.Context(), target, sampleFiles(), quiet); err != nil {
				t.Fatalf("at %d: the next run: %v", n, err)
			}
		}
		if !hit {
			t.Logf("%d faults", n-1)
			return
		}
	}
	t.Fatal("the fault was hit 200 times; the run never completed")
}

// inject runs the child under strace and reports whether the fault was hit.
func inject(t *testing.T, target, syscalls, fault string, n int) bool {
	t.Helper()
	log := filepath.Join(t.TempDir(), "trace")
	c := exec.CommandContext(t.Context(), "strace", "-f", "-o", log, "-e", "trace="+syscalls,
		"-e", "inject="+syscalls+":"+fault+":when="+strconv.Itoa(n), os.Args[0])
	c.Env = append(os.Environ(), childTarget+"="+target, "GOMAXPROCS=1")
	out, err := c.CombinedOutput()
	trace, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatalf("%v: %s", readErr, out)
	}
	hit := strings.Contains(string(trace), "(INJECTED)") || strings.Contains(string(trace), "killed by SIGKILL")
	if err != nil && !hit {
		t.Fatalf("at %d: %v\n%s", n, err, out)
	}
	return hit
}
