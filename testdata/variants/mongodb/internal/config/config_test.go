package config

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// from returns the lookup of an environment that holds nothing else.
func from(env map[string]string) Lookup {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// goodSecret is long enough for every secret, and obviously not a real one.
const goodSecret = "canary-k3p9-zq7w-m4x8-v2b6-n5c1-l0s9-d8f7-g6h5-j4r3"

// productionEnv holds what production cannot do without.
func productionEnv() map[string]string {
	return map[string]string{
		"APP_ENV":      "production",
		"DATABASE_URL": "mongodb://app:secret@db.example.com:27017/app?tls=true",
		"JWT_SECRET":   goodSecret,
	}
}

// refused lists at least one value for every variable that has a wrong one.
func refused() []struct{ env, value, why string } {
	return []struct{ env, value, why string }{
		{"APP_ENV", "", "empty"},
		{"APP_ENV", "something-else", "not listed"},
		{"HTTP_ADDR", "", "empty"},
		{"HTTP_ADDR", "nonsense", "wrong type"},
		{"HTTP_ADDR", "localhost", "no port"},
		{"HTTP_ADDR", "127.0.0.1:99999", "port out of range"},
		{"PORT", "", "empty"},
		{"PORT", "nonsense", "wrong type"},
		{"PORT", "1.5", "not whole"},
		{"PORT", "99999999999999999999", "overflow"},
		{"PORT", "0", "below the minimum"},
		{"PORT", "65536", "above the maximum"},
		{"ADMIN_ADDR", "nonsense", "wrong type"},
		{"ADMIN_ADDR", "localhost", "no port"},
		{"ADMIN_ADDR", "127.0.0.1:99999", "port out of range"},
		{"PUBLIC_URL", "nonsense", "wrong type"},
		{"PUBLIC_URL", "ftp://example.com", "scheme"},
		{"PUBLIC_URL", "https://user@example.com", "user"},
		{"PUBLIC_URL", "https://", "no host"},
		{"ALLOWED_ORIGINS", "https://a.example, *", "wildcard"},
		{"ALLOWED_ORIGINS", "null", "null"},
		{"TRUSTED_PROXIES", "10.0.0.0/8, 300.0.0.1", "no address"},
		{"TRUSTED_PROXIES", "0.0.0.0/0", "everybody"},
		{"MAX_BODY_BYTES", "", "empty"},
		{"MAX_BODY_BYTES", "nonsense", "wrong type"},
		{"MAX_BODY_BYTES", "1.5", "not whole"},
		{"MAX_BODY_BYTES", "99999999999999999999", "overflow"},
		{"MAX_BODY_BYTES", "255", "below the minimum"},
		{"MAX_BODY_BYTES", "104857601", "above the maximum"},
		{"REQUEST_TIMEOUT", "", "empty"},
		{"REQUEST_TIMEOUT", "nonsense", "wrong type"},
		{"REQUEST_TIMEOUT", "15", "without unit"},
		{"REQUEST_TIMEOUT", "-1s", "negative"},
		{"REQUEST_TIMEOUT", "1ns", "below the minimum"},
		{"REQUEST_TIMEOUT", "10m1ns", "above the maximum"},
		{"RATE_LIMIT", "", "empty"},
		{"RATE_LIMIT", "nonsense", "wrong type"},
		{"RATE_LIMIT", "0/1m", "no requests"},
		{"RATE_LIMIT", "5/0s", "no time"},
		{"RATE_LIMIT", "5/48h", "too long"},
		{"RATE_LIMIT", "5", "no window"},
		{"MAX_CONCURRENCY", "", "empty"},
		{"MAX_CONCURRENCY", "nonsense", "wrong type"},
		{"MAX_CONCURRENCY", "1.5", "not whole"},
		{"MAX_CONCURRENCY", "99999999999999999999", "overflow"},
		{"MAX_CONCURRENCY", "0", "below the minimum"},
		{"MAX_CLIENT_CONCURRENCY", "", "empty"},
		{"MAX_CLIENT_CONCURRENCY", "nonsense", "wrong type"},
		{"MAX_CLIENT_CONCURRENCY", "1.5", "not whole"},
		{"MAX_CLIENT_CONCURRENCY", "99999999999999999999", "overflow"},
		{"MAX_CLIENT_CONCURRENCY", "0", "below the minimum"},
		{"DRAIN_DELAY", "", "empty"},
		{"DRAIN_DELAY", "nonsense", "wrong type"},
		{"DRAIN_DELAY", "15", "without unit"},
		{"DRAIN_DELAY", "-1s", "negative"},
		{"DRAIN_DELAY", "5m1ns", "above the maximum"},
		{"SHUTDOWN_TIMEOUT", "", "empty"},
		{"SHUTDOWN_TIMEOUT", "nonsense", "wrong type"},
		{"SHUTDOWN_TIMEOUT", "15", "without unit"},
		{"SHUTDOWN_TIMEOUT", "-1s", "negative"},
		{"SHUTDOWN_TIMEOUT", "1ns", "below the minimum"},
		{"SHUTDOWN_TIMEOUT", "10m1ns", "above the maximum"},
		{"LOG_LEVEL", "", "empty"},
		{"LOG_LEVEL", "nonsense", "wrong type"},
		{"LOG_FORMAT", "", "empty"},
		{"LOG_FORMAT", "something-else", "not listed"},
		{"DOCS_ENABLED", "", "empty"},
		{"DOCS_ENABLED", "nonsense", "wrong type"},
		{"REQUIRE_IF_MATCH", "", "empty"},
		{"REQUIRE_IF_MATCH", "nonsense", "wrong type"},
		{"CURSOR_SECRET", "", "empty"},
		{"CURSOR_SECRET_FILE", "/nonexistent/canary-path", "no such file"},
		{"CURSOR_SECRET", "canary-xxxxxxxxxxxxxxxxxxxxxxxx", "one byte short"},
		{"CURSOR_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "one byte over and over"},
		{"CURSOR_SECRET", "canary-changeme-0123456789abcdefghijklmnopqrstuvwxyz0123456789", "placeholder"},
		{"AUTH_RATE_LIMIT", "", "empty"},
		{"AUTH_RATE_LIMIT", "nonsense", "wrong type"},
		{"AUTH_RATE_LIMIT", "0/1m", "no requests"},
		{"AUTH_RATE_LIMIT", "5/0s", "no time"},
		{"AUTH_RATE_LIMIT", "5/48h", "too long"},
		{"AUTH_RATE_LIMIT", "5", "no window"},
		{"DATABASE_URL", "", "empty"},
		{"DATABASE_URL_FILE", "/nonexistent/canary-path", "no such file"},
		{"DATABASE_URL", "canary of no form", "malformed"},
		{"DATABASE_MAX_CONNS", "", "empty"},
		{"DATABASE_MAX_CONNS", "nonsense", "wrong type"},
		{"DATABASE_MAX_CONNS", "1.5", "not whole"},
		{"DATABASE_MAX_CONNS", "99999999999999999999", "overflow"},
		{"DATABASE_MAX_CONNS", "0", "below the minimum"},
		{"DATABASE_MAX_CONNS", "1001", "above the maximum"},
		{"DATABASE_MIN_CONNS", "", "empty"},
		{"DATABASE_MIN_CONNS", "nonsense", "wrong type"},
		{"DATABASE_MIN_CONNS", "1.5", "not whole"},
		{"DATABASE_MIN_CONNS", "99999999999999999999", "overflow"},
		{"DATABASE_MIN_CONNS", "-1", "below the minimum"},
		{"DATABASE_MIN_CONNS", "1001", "above the maximum"},
		{"DATABASE_CONN_IDLE", "", "empty"},
		{"DATABASE_CONN_IDLE", "nonsense", "wrong type"},
		{"DATABASE_CONN_IDLE", "15", "without unit"},
		{"DATABASE_CONN_IDLE", "-1s", "negative"},
		{"DATABASE_CONN_IDLE", "1ns", "below the minimum"},
		{"DATABASE_CONN_IDLE", "24h1ns", "above the maximum"},
		{"DATABASE_TIMEOUT", "", "empty"},
		{"DATABASE_TIMEOUT", "nonsense", "wrong type"},
		{"DATABASE_TIMEOUT", "15", "without unit"},
		{"DATABASE_TIMEOUT", "-1s", "negative"},
		{"DATABASE_TIMEOUT", "1ns", "below the minimum"},
		{"DATABASE_TIMEOUT", "1m1ns", "above the maximum"},
		{"MIGRATE_ON_START", "", "empty"},
		{"MIGRATE_ON_START", "nonsense", "wrong type"},
		{"JWT_SECRET", "", "empty"},
		{"JWT_SECRET_FILE", "/nonexistent/canary-path", "no such file"},
		{"JWT_SECRET", "canary-xxxxxxxxxxxxxxxxxxxxxxxx", "one byte short"},
		{"JWT_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "one byte over and over"},
		{"JWT_SECRET", "canary-changeme-0123456789abcdefghijklmnopqrstuvwxyz0123456789", "placeholder"},
		{"JWT_PREVIOUS_SECRET_FILE", "/nonexistent/canary-path", "no such file"},
		{"JWT_PREVIOUS_SECRET", "canary-xxxxxxxxxxxxxxxxxxxxxxxx", "one byte short"},
		{"JWT_PREVIOUS_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "one byte over and over"},
		{"JWT_PREVIOUS_SECRET", "canary-changeme-0123456789abcdefghijklmnopqrstuvwxyz0123456789", "placeholder"},
		{"ACCESS_TOKEN_TTL", "", "empty"},
		{"ACCESS_TOKEN_TTL", "nonsense", "wrong type"},
		{"ACCESS_TOKEN_TTL", "15", "without unit"},
		{"ACCESS_TOKEN_TTL", "-1s", "negative"},
		{"ACCESS_TOKEN_TTL", "1ns", "below the minimum"},
		{"ACCESS_TOKEN_TTL", "1h1ns", "above the maximum"},
		{"REFRESH_TOKEN_TTL", "", "empty"},
		{"REFRESH_TOKEN_TTL", "nonsense", "wrong type"},
		{"REFRESH_TOKEN_TTL", "15", "without unit"},
		{"REFRESH_TOKEN_TTL", "-1s", "negative"},
		{"REFRESH_TOKEN_TTL", "1ns", "below the minimum"},
		{"REFRESH_TOKEN_TTL", "2160h1ns", "above the maximum"},
		{"REFRESH_GRACE", "", "empty"},
		{"REFRESH_GRACE", "nonsense", "wrong type"},
		{"REFRESH_GRACE", "15", "without unit"},
		{"REFRESH_GRACE", "-1s", "negative"},
		{"REFRESH_GRACE", "30s1ns", "above the maximum"},
		{"CACHE_TTL", "", "empty"},
		{"CACHE_TTL", "nonsense", "wrong type"},
		{"CACHE_TTL", "15", "without unit"},
		{"CACHE_TTL", "-1s", "negative"},
		{"CACHE_TTL", "1ns", "below the minimum"},
		{"CACHE_TTL", "24h1ns", "above the maximum"},
		{"CACHE_MAX_ENTRIES", "", "empty"},
		{"CACHE_MAX_ENTRIES", "nonsense", "wrong type"},
		{"CACHE_MAX_ENTRIES", "1.5", "not whole"},
		{"CACHE_MAX_ENTRIES", "99999999999999999999", "overflow"},
		{"CACHE_MAX_ENTRIES", "0", "below the minimum"},
		{"CACHE_MAX_ENTRIES", "10000001", "above the maximum"},
	}
}

func problemsOf(t *testing.T, env map[string]string) []string {
	t.Helper()
	_, err := Load(from(env))
	invalid, ok := errors.AsType[*InvalidError](err)
	if !ok {
		t.Fatalf("Load: got error %v, want an *InvalidError", err)
	}
	return invalid.Problems
}

func about(problems []string, env string) bool {
	env = strings.TrimSuffix(env, "_FILE")
	return slices.ContainsFunc(problems, func(p string) bool {
		rule, ok := strings.CutPrefix(p, env+": ")
		return ok && rule != ""
	})
}

func TestLoadRefusesEachWrongValue(t *testing.T) {
	for _, tt := range refused() {
		t.Run(tt.env+" "+tt.why, func(t *testing.T) {
			env := productionEnv() // so that nothing else is missing, whatever APP_ENV is
			delete(env, "APP_ENV")
			delete(env, strings.TrimSuffix(tt.env, "_FILE"))
			env[tt.env] = tt.value
			if problems := problemsOf(t, env); len(problems) != 1 || !about(problems, tt.env) {
				t.Errorf("problems are %q, want exactly one, about %s", problems, tt.env)
			}
		})
	}
}

func TestLoadReportsEverythingAtOnce(t *testing.T) {
	env := map[string]string{}
	for _, tt := range refused() {
		if _, alsoDirect := env[strings.TrimSuffix(tt.env, "_FILE")]; !alsoDirect {
			env[tt.env] = tt.value
		}
	}
	problems := problemsOf(t, env)
	for name := range env {
		if !about(problems, name) {
			t.Errorf("no problem names %s", name)
		}
	}
}

func TestLoadNeverShowsASecret(t *testing.T) {
	for _, tt := range refused() {
		_, err := Load(from(map[string]string{tt.env: tt.value}))
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s (%s): the value is in the error: %v", tt.env, tt.why, err)
		}
	}
}

func TestLoadNeedsNothingInDevelopment(t *testing.T) {
	c, err := Load(from(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Production() || c.HTTPAddr != "127.0.0.1:8080" || c.AdminAddr != "127.0.0.1:9090" || !c.DocsEnabled {
		t.Errorf("unexpected defaults: %+v", c)
	}
}

func TestLoadInProduction(t *testing.T) {
	c, err := Load(from(productionEnv()))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Production() || c.DocsEnabled {
		t.Errorf("production is %t and docs are %t, want true and false", c.Production(), c.DocsEnabled)
	}
}

func TestProductionRefusesWhatDevelopmentAllows(t *testing.T) {
	env := productionEnv()
	env["LOG_LEVEL"] = "debug"
	if problems := problemsOf(t, env); !about(problems, "LOG_LEVEL") {
		t.Errorf("debug logs are not refused: %q", problems)
	}
	delete(env, "LOG_LEVEL")
	for name := range env {
		if name == "APP_ENV" {
			continue
		}
		without := productionEnv()
		delete(without, name)
		if problems := problemsOf(t, without); !about(problems, name) {
			t.Errorf("without %s: %q", name, problems)
		}
	}
}

func TestAnUnknownEnvironmentIsHeldToTheRulesOfProduction(t *testing.T) {
	problems := problemsOf(t, map[string]string{"APP_ENV": "prod", "LOG_LEVEL": "debug"})
	if !about(problems, "APP_ENV") || !about(problems, "LOG_LEVEL") {
		t.Errorf("problems are %q, want APP_ENV and LOG_LEVEL", problems)
	}
}

func TestOverride(t *testing.T) {
	lookup := Override(from(map[string]string{"APP_ENV": "development", "LOG_LEVEL": "debug"}), "APP_ENV", "production")
	if value, _ := lookup("APP_ENV"); value != "production" {
		t.Errorf("APP_ENV is %q, want production", value)
	}
	if value, _ := lookup("LOG_LEVEL"); value != "debug" {
		t.Errorf("LOG_LEVEL is %q, want debug", value)
	}
}

func TestPortReplacesThePortOfTheAddress(t *testing.T) {
	for addr, want := range map[string]string{"0.0.0.0:8080": "0.0.0.0:3000", "[::1]:80": "[::1]:3000", ":8080": ":3000"} {
		c, err := Load(from(map[string]string{"HTTP_ADDR": addr, "PORT": "3000"}))
		if err != nil || c.HTTPAddr != want {
			t.Errorf("%s: got %s, %v, want %s", addr, c.HTTPAddr, err, want)
		}
	}
	c, err := Load(from(map[string]string{"PORT": "3000"}))
	if _, port, _ := net.SplitHostPort(c.HTTPAddr); err != nil || port != "3000" {
		t.Errorf("default address: got %s, %v", c.HTTPAddr, err)
	}
}

func TestEmptyIsAChoiceWhereTheRuleSaysSo(t *testing.T) {
	c, err := Load(from(map[string]string{"ADMIN_ADDR": "", "PUBLIC_URL": "", "ALLOWED_ORIGINS": "", "TRUSTED_PROXIES": " , "}))
	if err != nil {
		t.Fatal(err)
	}
	if c.AdminAddr != "" || c.PublicURL != "" || len(c.AllowedOrigins) > 0 || len(c.TrustedProxies) > 0 {
		t.Errorf("not empty: %+v", c)
	}
}

func TestListsAreTrimmed(t *testing.T) {
	c, err := Load(from(map[string]string{"ALLOWED_ORIGINS": " https://a.example ,https://b.example:8443,"}))
	if want := []string{"https://a.example", "https://b.example:8443"}; err != nil || !slices.Equal(c.AllowedOrigins, want) {
		t.Errorf("got %q, %v, want %q", c.AllowedOrigins, err, want)
	}
}

func TestHTTPS(t *testing.T) {
	for url, want := range map[string]bool{"https://a.example": true, "http://a.example": false} {
		if c, err := Load(from(map[string]string{"PUBLIC_URL": url})); err != nil || c.HTTPS() != want {
			t.Errorf("%s: got %t, %v, want %t", url, c.HTTPS(), err, want)
		}
	}
}

func TestLevels(t *testing.T) {
	for text, want := range map[string]slog.Level{"debug": slog.LevelDebug, "INFO": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError} {
		if c, err := Load(from(map[string]string{"LOG_LEVEL": text})); err != nil || c.LogLevel != want {
			t.Errorf("%s: got %v, %v, want %v", text, c.LogLevel, err, want)
		}
	}
}

// secrets holds a good value for every variable that is a secret.
func secrets() map[string]string {
	return map[string]string{
		"CURSOR_SECRET":       goodSecret,
		"DATABASE_URL":        "mongodb://app:secret@db.example.com:27017/app?tls=true",
		"JWT_SECRET":          goodSecret,
		"JWT_PREVIOUS_SECRET": goodSecret,
	}
}

func TestEverySecretComesFromAFileToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for name, good := range secrets() {
		if err := os.WriteFile(path, []byte(good+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		direct, err := Load(from(map[string]string{name: good}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		file, err := Load(from(map[string]string{name + "_FILE": path}))
		if err != nil {
			t.Errorf("%s_FILE: %v", name, err)
		}
		if fields(direct)[name] != good || fields(file)[name] != good {
			t.Errorf("%s and %s_FILE do not give the same secret", name, name)
		}
		both := map[string]string{name: good, name + "_FILE": path}
		if problems := problemsOf(t, both); !about(problems, name) {
			t.Errorf("%s and %s_FILE together: %q", name, name, problems)
		}
	}
}

// fields returns the secrets by variable.
func fields(c Config) map[string]string {
	return map[string]string{
		"CURSOR_SECRET":       c.CursorSecret.Reveal(),
		"DATABASE_URL":        c.DatabaseURL.Reveal(),
		"JWT_SECRET":          c.JWTSecret.Reveal(),
		"JWT_PREVIOUS_SECRET": c.JWTPreviousSecret.Reveal(),
	}
}
