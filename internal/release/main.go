// Command release writes what a release archive holds beside the binary:
// manual pages, one per command, and shell completions. It is not part of the
// layup binary.
//
//	go run ./internal/release [-date SECONDS] [-version VERSION] DIR
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/layup-dev/layup/cmd"
)

func main() {
	err := run(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run writes DIR/man and DIR/completions. The date stands in every page, so it
// comes from the commit and never from the clock: the same commit gives the same
// archive.
func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	seconds := flags.Int64("date", 0, "time of the release, in seconds since 1970")
	version := flags.String("version", "", "version of the release")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("flags: %w", err)
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		return errors.New("want one directory to write to")
	}
	root := cmd.Commands()
	root.DisableAutoGenTag = true
	date := time.Unix(*seconds, 0).UTC()
	if err := manual(root, filepath.Join(flags.Arg(0), "man"), *version, date); err != nil {
		return fmt.Errorf("manual pages: %w", err)
	}
	if err := completions(root, filepath.Join(flags.Arg(0), "completions")); err != nil {
		return fmt.Errorf("completions: %w", err)
	}
	return nil
}

func manual(root *cobra.Command, dir, version string, date time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	source := "layup"
	if version != "" {
		source += " " + version
	}
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: source, Manual: "layup manual"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// completions writes each shell's script under the name that the shell expects.
func completions(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	err := errors.Join(
		root.GenBashCompletionFileV2(filepath.Join(dir, "layup.bash"), true),
		root.GenZshCompletionFile(filepath.Join(dir, "_layup")),
		root.GenFishCompletionFile(filepath.Join(dir, "layup.fish"), true),
		root.GenPowerShellCompletionFileWithDesc(filepath.Join(dir, "layup.ps1")),
	)
	if err != nil {
		return fmt.Errorf("script: %w", err)
	}
	return nil
}
