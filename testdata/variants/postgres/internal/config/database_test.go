package config

import (
	"strings"
	"testing"
)

func TestDatabaseURL(t *testing.T) {
	tests := map[string]struct {
		url, host string
		tls       bool
	}{
		"another machine":     {"postgres://app:secret@db.example.com/app", "db.example.com", true},
		"the longer scheme":   {"postgresql://app@db.example.com/app", "db.example.com", true},
		"this machine":        {"postgres://app@127.0.0.1:5432/app", "127.0.0.1", false},
		"this machine, IPv6":  {"postgres://app@[::1]:5432/app", "::1", false},
		"by name":             {"postgres://app@localhost/app", "localhost", false},
		"a socket":            {"postgres://app@/app?host=/run/postgresql", "/run/postgresql", false},
		"as it says":          {"postgres://app@db.example.com/app?sslmode=disable", "db.example.com", false},
		"TLS on this machine": {"postgres://app@localhost/app?sslmode=require", "localhost", true},
		"several":             {"postgres://app@127.0.0.1,db.example.com/app?target_session_attrs=read-write", "127.0.0.1", true},
		"escaped":             {"postgres://app:p%3Fa%40s%2Fs@db.example.com/app?application_name=a%20b", "db.example.com", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			parsed, err := ParseDatabaseURL(test.url)
			if err != nil {
				t.Fatal(err)
			}
			c := parsed.ConnConfig
			if c.Host != test.host || (c.TLSConfig != nil) != test.tls {
				t.Errorf("goes to %q with TLS %t, want %q, %t", c.Host, c.TLSConfig != nil, test.host, test.tls)
			}
			if test.tls && !strings.Contains(test.url, "sslmode") && (c.TLSConfig.InsecureSkipVerify || len(c.Fallbacks) > 1) {
				t.Error("the server need not prove who it is")
			}
		})
	}
}

func TestDatabaseURLRefuses(t *testing.T) {
	tests := map[string]string{
		"nothing":                  "",
		"another database":         "mysql://app:s3cret@db.example.com/app",
		"keywords":                 "host=db.example.com password=s3cret",
		"a port of letters":        "postgres://app:s3cret@db.example.com:s3cret/app",
		"a broken escape":          "postgres://app:s3cret%zz@db.example.com/app",
		"a broken parameter":       "postgres://app@db.example.com/app?sslmode=%zzs3cret",
		"an unknown mode":          "postgres://app@db.example.com/app?sslmode=s3cret",
		"a question mark":          "postgres://app:s3?cret@db.example.com/app",
		"a file that is not there": "postgres://app@db.example.com/app?sslrootcert=/nonexistent/s3cret",
		"another host":             "postgres://app@127.0.0.1/app?host=s3cret.example.com",
		"settings of our own":      "postgres://app:s3cret@db.example.com/app?pool_max_conns=7",
		"a service file":           "postgres://app@db.example.com/app?service=s3cret",
	}
	for name, url := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseDatabaseURL(url)
			if err == nil {
				t.Fatal("it is accepted")
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "s3?cret") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

func TestProductionWantsTLS(t *testing.T) {
	tests := map[string]bool{
		"postgres://app@db.example.com/app":                           true,
		"postgres://app@db.example.com/app?sslmode=require":           true,
		"postgres://app@db.example.com/app?sslmode=verify-ca":         true,
		"postgres://app@127.0.0.1/app?sslmode=disable":                true,
		"postgres://app@/app?host=/run/postgresql":                    true,
		"postgres://app@db.example.com/app?sslmode=disable":           false,
		"postgres://app@db.example.com/app?sslmode=prefer":            false,
		"postgres://app@db.example.com/app?sslmode=allow":             false,
		"postgres://app@127.0.0.1,db.example.com/app?sslmode=disable": false,
		"postgres://app@db/app?sslmode=disable":                       false,
	}
	for url, want := range tests {
		if err := checkDatabaseURL(url, true); (err == nil) != want {
			t.Errorf("in production %s: %v", url, err)
		}
		if err := checkDatabaseURL(url, false); err != nil {
			t.Errorf("in development %s: %v", url, err)
		}
	}
}
