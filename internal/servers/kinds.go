package servers

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// postgres survives its own crash, and not the machine's: nothing is synced.
func postgres() *kind {
	return &kind{
		name: "postgres", title: "PostgreSQL", variable: "LAYUP_TEST_POSTGRES_URL",
		programs: []string{"initdb", "postgres", "psql"},
		prepare: func(ctx context.Context, s *Server) error {
			return s.run(ctx, "initdb", "-D", s.data(), "-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
		},
		arguments: func(s *Server) []string {
			return []string{
				"postgres", "-D", s.data(), "-p", strconv.Itoa(s.port),
				"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
				"-c", "fsync=off", "-c", "full_page_writes=off",
			}
		},
		address: url.URL{Scheme: "postgres", User: url.UserPassword("app", Password), Path: "/postgres", RawQuery: "sslmode=disable"},
		client: func(at *url.URL, statement string) (arguments, env []string) {
			return []string{"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, at.String()}, nil
		},
		create: "CREATE DATABASE %s", drop: "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		busy:        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query ILIKE '%sleep%'",
		connections: "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		end:         syscall.SIGQUIT, // SIGKILL would leave a segment of shared memory
	}
}

// mysql is MariaDB, which speaks the same protocol and is packaged without a service.
// Like PostgreSQL here, it survives its own crash and syncs nothing.
func mysql() *kind {
	return &kind{
		name: "mysql", title: "MariaDB", variable: "LAYUP_TEST_MYSQL_URL",
		programs: []string{"mariadb-install-db", "mariadbd", "mariadb"},
		prepare:  prepareMySQL,
		arguments: func(s *Server) []string {
			return []string{
				"mariadbd", "--no-defaults", "--datadir=" + s.data(), "--tmpdir=" + s.dir.path, "--init-file=" + s.users(),
				"--port=" + strconv.Itoa(s.port), "--bind-address=127.0.0.1", "--skip-name-resolve",
				"--socket=server.sock", // in the data directory, whose path may be too long for one
				"--max-connections=300", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync",
			}
		},
		address: url.URL{Scheme: "mysql", User: url.UserPassword("app", Password), Path: "/app"},
		client: func(at *url.URL, statement string) (arguments, env []string) {
			secret, _ := at.User.Password()
			return []string{
				"mariadb", "--no-defaults", "--protocol=tcp", "--host=" + at.Hostname(), "--port=" + at.Port(), "--user=" + at.User.Username(),
				"--database=" + strings.TrimPrefix(at.Path, "/"),
				"--batch", "--skip-column-names", "--execute=" + statement,
			}, []string{"MYSQL_PWD=" + secret}
		},
		create: "CREATE DATABASE %s", drop: "DROP DATABASE IF EXISTS %s",
		busy:        "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND info LIKE '%SLEEP%'",
		connections: "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = DATABASE()",
		end:         syscall.SIGKILL,
	}
}

// prepareMySQL leaves a file that the server runs at each start: nobody but root may
// sign in before.
func prepareMySQL(ctx context.Context, s *Server) error {
	users := "CREATE DATABASE IF NOT EXISTS app;\n" +
		"CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY '" + Password + "';\n" +
		"GRANT ALL PRIVILEGES ON *.* TO 'app'@'%' WITH GRANT OPTION;\n"
	if err := os.WriteFile(s.users(), []byte(users), 0o644); err != nil {
		return err //nolint:wrapcheck // the path says it all
	}
	return s.run(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+s.data(), "--auth-root-authentication-method=normal", "--skip-test-db")
}

// users is the file of statements that MariaDB runs at its start.
func (s *Server) users() string { return filepath.Join(s.dir.path, "users.sql") }

func redis() *kind {
	return &kind{
		name: "redis", title: "Redis", variable: "LAYUP_TEST_REDIS_URL",
		programs: []string{"redis-server", "redis-cli"},
		prepare:  func(context.Context, *Server) error { return nil },
		arguments: func(s *Server) []string {
			return []string{
				"redis-server", "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir.path,
				"--save", "", "--appendonly", "no", "--requirepass", Password,
			}
		},
		address: url.URL{Scheme: "redis", User: url.UserPassword("default", Password), Path: "/0"},
		client: func(at *url.URL, _ string) (arguments, env []string) {
			secret, _ := at.User.Password()
			return []string{"redis-cli", "-e", "-h", at.Hostname(), "-p", at.Port(), "PING"}, []string{"REDISCLI_AUTH=" + secret}
		},
		end: syscall.SIGKILL,
	}
}

// data is where the server keeps its data.
func (s *Server) data() string { return filepath.Join(s.dir.path, "data") }
