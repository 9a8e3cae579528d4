package cmd

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"layup": func() { os.Exit(Execute()) }})
}

// TestScript runs testdata/script: every command and every error, as a user
// without a terminal sees it. script_commands_test.go has the commands of our own.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "../testdata/script",
		RequireUniqueNames: true,
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"status": checkStatus, "sametree": sameTree, "replace": replaceText},
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}
