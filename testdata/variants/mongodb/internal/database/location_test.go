package database_test

import (
	"strings"
	"testing"

	"example.com/shop/internal/database"
)

func TestParseURL(t *testing.T) {
	tests := map[string]struct {
		url       string
		encrypted bool
	}{
		"this machine":    {"mongodb://127.0.0.1:27017/app", false},
		"another machine": {"mongodb://app:s3cret@db.example.com/app", true},
		"several":         {"mongodb://localhost,db.example.com/app?replicaSet=rs0", true},
		"as it says":      {"mongodb://app:s3cret@db.example.com/app?tls=false", false},
		"looked up":       {"mongodb+srv://app:s3cret@cluster.example.com/app", false}, // the driver does that by itself
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			at, err := database.ParseURL(test.url)
			if err != nil || at.Name() != "app" || at.Encrypted() != test.encrypted {
				t.Errorf("database %q, encrypted %t, %v", at.Name(), at.Encrypted(), err)
			}
		})
	}
}

func TestParseURLNeverRepeatsIt(t *testing.T) {
	for _, url := range []string{
		"", "mongodb://app:s3cret@host", "mongodb://app:s3cret%zz@host/app", "postgres://app:s3cret@host/app", "mongodb://h/a?w=s3cret&tls=maybe",
	} {
		if _, err := database.ParseURL(url); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("error %v", err)
		}
	}
}

func TestRedact(t *testing.T) {
	at, err := database.ParseURL("mongodb://someone:p%40ss%2Fword@db1.internal:27017,db2.internal/app")
	if err != nil {
		t.Fatal(err)
	}
	const text = "server selection error: { Addr: db1.internal:27017, Last error: dial tcp 10.1.2.3:27017: refused }, " +
		"db2.internal, db3.internal:27018, [fd00::1]:27017, someone, p@ss/word, p%40ss%2Fword"
	got := at.Redact(text)
	for _, part := range []string{"internal", "10.1.2.3", "fd00", "someone", "word", "27017", "27018"} {
		if strings.Contains(got, part) {
			t.Errorf("%q is left in %q", part, got)
		}
	}
	if !strings.Contains(got, "server selection error") || !strings.Contains(got, "refused") {
		t.Errorf("nothing useful is left: %q", got)
	}
}
