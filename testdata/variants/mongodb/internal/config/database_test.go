package config

import (
	"strings"
	"testing"
)

func TestDatabaseURLs(t *testing.T) {
	tests := map[string]struct {
		url        string
		production bool
	}{
		"this machine":        {"mongodb://127.0.0.1:27017/app", true},
		"this machine, IPv6":  {"mongodb://[::1]:27017/app", true},
		"no port":             {"mongodb://localhost/app?directConnection=true", true},
		"this machine, plain": {"mongodb://127.0.0.1/app?tls=false", true},
		"another machine":     {"mongodb://app:s3cret@db.example.com:27017/app", true},
		"several":             {"mongodb://app:s3cret@a.example.com,b.example.com:27018/app?replicaSet=rs0", true},
		"looked up":           {"mongodb+srv://app:s3cret@cluster.example.com/app", true},
		"escaped":             {"mongodb://app:p%3Fa%40s%2Fs@db.example.com/app?authSource=admin", true},
		"plain":               {"mongodb://app:s3cret@db.example.com/app?tls=false", false},
		"one plain host":      {"mongodb://127.0.0.1,db.example.com/app?SSL=false", false},
		"plain on the right":  {"mongodb://db.example.com,127.0.0.1/app?ssl=False", false},
		"no transactions":     {"mongodb://127.0.0.1/app?transactions=off", false},
		"any certificate":     {"mongodb://db.example.com/app?tlsInsecure=true", false},
		"any name":            {"mongodb://db.example.com/app?tlsAllowInvalidHostnames=true", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := checkDatabaseURL(test.url, false); err != nil {
				t.Errorf("in development: %v", err)
			}
			if err := checkDatabaseURL(test.url, true); (err == nil) != test.production {
				t.Errorf("in production: %v", err)
			}
		})
	}
}

func TestWrongDatabaseURLs(t *testing.T) {
	tests := map[string]string{
		"another database":   "postgres://app:s3cret@db.example.com/app",
		"nothing":            "",
		"no scheme":          "s3cret.example.com/app",
		"no host":            "mongodb:///s3cret",
		"no database":        "mongodb://app:s3cret@db.example.com",
		"no database either": "mongodb://app:s3cret@db.example.com/?tls=true",
		"a broken escape":    "mongodb://app:s3cret%zz@db.example.com/app",
		"a broken parameter": "mongodb://db.example.com/app?tls=%zzs3cret",
		"a strange database": "mongodb://db.example.com/s3cret.app",
		"a port of letters":  "mongodb://db.example.com:s3cret/app",
	}
	for name, url := range tests {
		t.Run(name, func(t *testing.T) {
			err := checkDatabaseURL(url, false)
			if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "example.com/") {
				t.Errorf("error %v; want one that does not repeat the value", err)
			}
		})
	}
}
