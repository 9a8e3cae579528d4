package servers

import (
	"context"
	"errors"
	"os"
	"sync"
)

// Set is one server of each kind.
type Set struct {
	servers []*Server
}

// StartAll starts one server of each kind that the environment does not already name,
// all at once. Those that are not installed are missing; err is about the others. The
// set holds those that run, also when there is an error.
func StartAll(ctx context.Context) (set *Set, missing []*MissingError, err error) {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
	)
	set = &Set{}
	for _, k := range kinds() {
		if os.Getenv(k.variable) != "" {
			continue
		}
		group.Go(func() {
			s, failure := Start(ctx, k.name)
			mu.Lock()
			defer mu.Unlock()
			m := (*MissingError)(nil)
			switch {
			case errors.As(failure, &m):
				missing = append(missing, m)
			case failure != nil:
				err = errors.Join(err, failure)
			default:
				set.servers = append(set.servers, s)
			}
		})
	}
	group.Wait()
	return set, missing, err
}

// Env says where the servers are, and in which file skipped tests are to be counted.
func (s *Set) Env(skips string) []string {
	env := []string{skipsVariable + "=" + skips}
	for _, server := range s.servers {
		env = append(env, server.kind.variable+"="+server.URL())
	}
	return env
}

// Stop stops them all.
func (s *Set) Stop() {
	for _, server := range s.servers {
		server.Stop()
	}
}
