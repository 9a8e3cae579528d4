package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// version prints what the Go tools recorded in the binary: module version, commit and toolchain.
func version(_ context.Context, c *console, args []string) error {
	if err := parse(c, "version", args, nil); err != nil {
		return err
	}
	release, commit, toolchain := "unknown", "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		release, toolchain = info.Main.Version, info.GoVersion
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				commit = setting.Value
			}
		}
	}
	fmt.Fprintf(c.out, "shop %s (commit %s, %s)\n", release, commit, toolchain)
	return nil
}
