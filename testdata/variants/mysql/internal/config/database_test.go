package config

import (
	"strings"
	"testing"
)

func TestParseDatabaseURL(t *testing.T) {
	tests := map[string]struct {
		url  string
		want DatabaseAddress
	}{
		"on this machine": {"mysql://app@127.0.0.1/app", DatabaseAddress{User: "app", Host: "127.0.0.1", Port: "3306", Name: "app", TLS: "false"}},
		"by name":         {"mysql://app@localhost:3307/app", DatabaseAddress{User: "app", Host: "localhost", Port: "3307", Name: "app", TLS: "false"}},
		"IPv6":            {"mysql://app@[::1]:3306/app", DatabaseAddress{User: "app", Host: "::1", Port: "3306", Name: "app", TLS: "false"}},
		"elsewhere":       {"mysql://app:pw@db/app", DatabaseAddress{User: "app", Password: "pw", Host: "db", Port: "3306", Name: "app", TLS: "true"}},
		"encrypted only":  {"mariadb://app:pw@db/app?tls=skip-verify", DatabaseAddress{User: "app", Password: "pw", Host: "db", Port: "3306", Name: "app", TLS: "skip-verify"}},
		"in the clear":    {"mysql://app:pw@db/app?tls=false", DatabaseAddress{User: "app", Password: "pw", Host: "db", Port: "3306", Name: "app", TLS: "false"}},
		"escaped":         {"mysql://a%40b:p%2F%3A%20w@db/my%20app", DatabaseAddress{User: "a@b", Password: "p/: w", Host: "db", Port: "3306", Name: "my app", TLS: "true"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := ParseDatabaseURL(test.url); err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestParseDatabaseURLRefuses(t *testing.T) {
	tests := map[string]string{
		"nothing":           "",
		"another database":  "postgres://u:s3cret@db/app",
		"a driver's form":   "u:s3cret@tcp(db:3306)/app",
		"no user":           "mysql://s3cret/app",
		"no host":           "mysql://u:s3cret@/app",
		"no database":       "mysql://u:s3cret@db",
		"two databases":     "mysql://u:s3cret@db/a/b",
		"a bad port":        "mysql://u:s3cret@db:x/app",
		"a bad escape":      "mysql://u:s3cret%zz@db/app",
		"a fragment":        "mysql://u@db/app#s3cret",
		"unknown parameter": "mysql://u:s3cret@db/app?allowAllFiles=true",
		"unknown tls":       "mysql://u:s3cret@db/app?tls=preferred",
		"two answers":       "mysql://u:s3cret@db/app?tls=true&tls=false",
	}
	for name, url := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseDatabaseURL(url)
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q: error %v; want one that does not repeat it", url, err)
			}
		})
	}
}

func TestProductionWantsTLS(t *testing.T) {
	tests := map[string]bool{
		"mysql://u:p@db/app":                    true,
		"mysql://u:p@db/app?tls=skip-verify":    true,
		"mysql://u:p@db/app?tls=false":          false,
		"mysql://u:p@127.0.0.1/app":             true,
		"mysql://u:p@localhost/app?tls=false":   true,
		"mysql://u:p@192.168.0.1/app?tls=false": false,
	}
	for url, fine := range tests {
		if err := checkDatabaseURL(url, true); (err == nil) != fine {
			t.Errorf("%s in production: %v", url, err)
		}
		if err := checkDatabaseURL(url, false); err != nil {
			t.Errorf("%s in development: %v", url, err)
		}
	}
}
