package verify

import (
	"fmt"
	"os"
)

// findServers returns the variables that tell the service where its servers are: those
// that the environment names for the project's tests. The service makes its tables
// there and leaves them, as it would anywhere.
func findServers(p Project) ([]string, error) {
	var env []string
	for _, s := range p.Services {
		if s.TestEnv == "" {
			continue
		}
		at := os.Getenv(s.TestEnv)
		if at == "" {
			return nil, fmt.Errorf("the files are written, but cannot be verified: they need %[1]s, and %[2]s does not say where it is\n"+
				"Set %[2]s to a server that is for tests, such as %[3]s\n"+
				"or let Docker start one and test against that: cd %[4]s && make env services test",
				s.Name, s.TestEnv, s.With(s.URL, "PASSWORD", "127.0.0.1"), p.Dir)
		}
		env = append(env, s.Env+"="+at)
	}
	return env, nil
}
