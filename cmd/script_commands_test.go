package cmd

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkStatus runs a command and compares its exit code: status 2 layup new.
func checkStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// replaceText replaces a text that stands in a file: replace OLD NEW FILE. \n, \r
// and \t stand for themselves.
func replaceText(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace OLD NEW FILE")
	}
	unescape := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t")
	before, after, file := unescape.Replace(args[0]), unescape.Replace(args[1]), ts.MkAbs(args[2])
	data, err := os.ReadFile(file)
	ts.Check(err)
	if !bytes.Contains(data, []byte(before)) {
		ts.Fatalf("%s does not hold %q", args[2], before)
	}
	info, err := os.Stat(file)
	ts.Check(err)
	ts.Check(os.WriteFile(file, bytes.ReplaceAll(data, []byte(before), []byte(after)), info.Mode()))
}

// sameTree compares two directories byte for byte, modes included.
func sameTree(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] sametree DIR DIR")
	}
	a, b := readTree(ts, ts.MkAbs(args[0])), readTree(ts, ts.MkAbs(args[1]))
	same := len(a) == len(b)
	for name, data := range a {
		if other, ok := b[name]; !ok || !bytes.Equal(data, other) {
			same = false
			if !neg {
				ts.Logf("differs: %s", name)
			}
		}
	}
	if same == neg {
		ts.Fatalf("same tree: %v", same)
	}
}

func readTree(ts *testscript.TestScript, dir string) map[string][]byte {
	out := map[string][]byte{}
	ts.Check(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		info, _ := d.Info()
		rel, _ := filepath.Rel(dir, name)
		out[rel] = append([]byte(info.Mode().String()+"\n"), data...)
		return err
	}))
	if len(out) == 0 {
		ts.Fatalf("%s holds no files", dir)
	}
	return out
}
