package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/cmd"
)

func TestEveryCommandHasAPage(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"-date", "1700000000", "-version", "1.2.3", dir}, io.Discard); err != nil {
		t.Fatal(err)
	}
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
			page, err := os.ReadFile(filepath.Join(dir, "man", name))
			if err != nil {
				t.Error(err)
			}
			if want := []byte(`"Nov 2023" "layup 1.2.3"`); !bytes.Contains(page, want) {
				t.Errorf("%s does not say %s", name, want)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	for _, c := range cmd.Commands().Commands() {
		visit(c)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := run([]string{"-date", "1700000000", dir}, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"man/layup.1", "man/layup-new.1",
		"completions/layup.bash", "completions/_layup", "completions/layup.fish", "completions/layup.ps1",
	} {
		a, err := os.ReadFile(filepath.Join(first, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, name))
		if err != nil {
			t.Fatal(err)
		}
		if len(a) == 0 || !bytes.Equal(a, b) {
			t.Errorf("%s is empty or differs between two runs", name)
		}
	}
}

func TestRefuses(t *testing.T) {
	for name, args := range map[string][]string{
		"no directory":    {},
		"two directories": {"a", "b"},
		"an empty one":    {""},
		"a bad date":      {"-date", "yesterday", t.TempDir()},
	} {
		if err := run(args, io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
