package endtoend

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestReplicasMigrate starts three processes at once on an empty database, again and
// again. Each migration is applied once, and nobody fails.
func TestReplicasMigrate(t *testing.T) {
	const rounds, replicas = 5, 3
	each(t, func(t *testing.T, d database) {
		binary := d.store(t).binary
		for range rounds {
			at := d.empty(t)
			ended := make(chan error, replicas)
			for range replicas {
				go func() { ended <- tool(binary, at, "migrate", "up") }()
			}
			for range replicas {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
			if pending := migrations(t, binary, at, "pending"); pending != 0 {
				t.Fatalf("%d migrations are left", pending)
			}
		}
	})
}

// TestReplicasStart starts three services at once on an empty database.
func TestReplicasStart(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		binary, at := d.store(t).binary, d.empty(t)
		var all [3]*service
		for i := range all {
			all[i] = launch(t, binary, at, "JWT_SECRET=the-same-secret-of-32-bytes-and-more")
		}
		for _, s := range all {
			s.waitReady(t)
		}
		alice, _ := login(t, all[0].client, "alice@example.com")
		for _, s := range all {
			s.as(alice.token).do(http.MethodGet, "/v1/me", nil, http.StatusOK)
			s.stop(t)
		}
	})
}

// TestDownAndUp takes all migrations back, one by one, and applies them again.
func TestDownAndUp(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		binary, at := d.store(t).binary, d.empty(t)
		must := func(arguments ...string) {
			t.Helper()
			if err := tool(binary, at, arguments...); err != nil {
				t.Fatal(err)
			}
		}
		must("migrate", "up")
		all := migrations(t, binary, at, "applied")
		for range all {
			must("migrate", "down")
		}
		if left := migrations(t, binary, at, "applied"); left != 0 || all == 0 {
			t.Fatalf("of %d migrations %d are left", all, left)
		}
		must("migrate", "up")
		relations(t, d, binary)
	})
}

// TestKilledMigration kills a process that migrates, at any moment. The next one gets
// the lock at once and goes on from there.
func TestKilledMigration(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		binary := d.store(t).binary
		for _, ms := range []int{5, 7, 9, 12, 16, 25, 40} {
			delay, at := time.Duration(ms)*time.Millisecond, d.empty(t)
			c := exec.Command(binary, "migrate", "up")
			c.Env = []string{at}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(delay)
			_ = c.Process.Kill()
			_ = c.Wait()
			if err := tool(binary, at, "migrate", "up"); err != nil {
				t.Errorf("after a run that was killed when it was %s old: %v", delay, err)
			}
		}
	})
}

// migrations counts those that are in a state.
func migrations(t *testing.T, binary, at, state string) int {
	t.Helper()
	c := exec.Command(binary, "migrate", "status")
	c.Env = []string{at}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("migrate status: %v\n%s", err, out)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, state+" ") {
			n++
		}
	}
	return n
}

// tool runs a command of a service in an environment that has one variable.
func tool(binary, env string, arguments ...string) error {
	c := exec.Command(binary, arguments...)
	c.Env = []string{env}
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(arguments, " "), err, out)
	}
	return nil
}
