// Package config reads the settings of the service from the environment, once, at
// the start. Everything is checked there, and all mistakes are reported together,
// by variable and rule and never with the value of a secret.
package config

import (
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"
)

// Config holds the settings. The comment on a field names its variable. A secret
// can also be read from the file that is named in the variable with _FILE behind
// its name.
type Config struct {
	// APP_ENV: Production refuses what is only good for development, such as
	// secrets made at the start.
	AppEnv string
	// HTTP_ADDR: Where clients are served, as host:port.
	HTTPAddr string
	// PORT: Replaces the port of HTTP_ADDR, as hosting platforms want it.
	Port int
	// ADMIN_ADDR: Where operators are served (/debug/pprof/); empty switches it
	// off. Never make it public.
	AdminAddr string
	// PUBLIC_URL: How clients reach the service, such as https://api.example.com.
	// With https they are told to stay on it.
	PublicURL string
	// ALLOWED_ORIGINS: Web pages that may call the service from a browser, such as
	// https://app.example.com, separated by commas.
	AllowedOrigins []string
	// TRUSTED_PROXIES: Proxies whose X-Forwarded-For is believed, as addresses or
	// CIDR prefixes, separated by commas.
	TrustedProxies []string

	// MAX_BODY_BYTES: The largest request body; more is answered with 413.
	MaxBodyBytes int64
	// REQUEST_TIMEOUT: How long a request may take; then it is cancelled and
	// answered with 504.
	RequestTimeout time.Duration
	// RATE_LIMIT: Requests per client in a span of time; off switches the limit
	// off.
	RateLimit Rate
	// MAX_CONCURRENCY: Requests that are worked on at the same time; more are
	// answered with 503.
	MaxConcurrency int
	// MAX_CLIENT_CONCURRENCY: The same for each client.
	MaxClientConcurrency int
	// DRAIN_DELAY: How long the service keeps serving after SIGTERM, while /readyz
	// already says no.
	DrainDelay time.Duration
	// SHUTDOWN_TIMEOUT: How long requests that are still running after that may
	// take.
	ShutdownTimeout time.Duration

	// LOG_LEVEL: The least level that is logged, one of debug, info, warn, error.
	LogLevel slog.Level
	// LOG_FORMAT: How log lines look, json or text.
	LogFormat string
	// DOCS_ENABLED: Serve the API browser at /docs. The default in production is
	// false.
	DocsEnabled bool
	// REQUIRE_IF_MATCH: Refuse changes that do not name the version they change
	// (If-Match) with 428.
	RequireIfMatch bool
	// CURSOR_SECRET: Signs the cursors of lists. Replicas must share it.
	CursorSecret Secret

	// AUTH_RATE_LIMIT: Failed attempts to sign in per account and address, and
	// calls per address of each operation that takes a secret; off switches the
	// limits off.
	AuthRateLimit Rate

	// DATABASE_URL: Where the data lives, as a mongodb or mongodb+srv URL that
	// names a database. Other hosts are spoken to by TLS unless it says tls=false.
	DatabaseURL Secret
	// DATABASE_MAX_CONNS: The most connections for requests, to each server; one
	// more is for the readiness probe.
	DatabaseMaxConns int
	// DATABASE_MIN_CONNS: Connections that are kept open for the next request.
	DatabaseMinConns int
	// DATABASE_CONN_IDLE: How long a connection may be idle before it is closed.
	DatabaseConnIdle time.Duration
	// DATABASE_TIMEOUT: The longest time for one command, with the wait for a
	// server and a connection; then the answer is 503, and the server stops
	// working on it.
	DatabaseTimeout time.Duration
	// MIGRATE_ON_START: Bring the schema up to date at the start. Replicas that
	// start together take turns.
	MigrateOnStart bool

	// JWT_SECRET: Signs access tokens. At least 32 random bytes; whoever has it
	// can sign in as anybody.
	JWTSecret Secret
	// JWT_PREVIOUS_SECRET: The JWT_SECRET before the present one. Its tokens are
	// accepted but no longer made, so that the secret can be changed without
	// signing anybody out.
	JWTPreviousSecret Secret
	// ACCESS_TOKEN_TTL: How long an access token is valid.
	AccessTokenTTL time.Duration
	// REFRESH_TOKEN_TTL: How long a session lasts from its login on, however often
	// it is refreshed.
	RefreshTokenTTL time.Duration
	// REFRESH_GRACE: How long a refresh token that was used may be sent again, for
	// the same answer; afterwards that ends the session.
	RefreshGrace time.Duration

	// CACHE_TTL: How long something stays in the cache, give or take a tenth. With
	// several replicas, also how long one may show what another has changed.
	CacheTTL time.Duration
	// CACHE_MAX_ENTRIES: How many entries the cache holds at most. What is used
	// least goes first.
	CacheMaxEntries int

	warnings []string
}

// Lookup returns the value of a variable and whether it is set, as os.LookupEnv does.
type Lookup = func(name string) (value string, ok bool)

// Load reads and checks all settings. Its error is an *InvalidError.
func Load(lookup Lookup) (Config, error) {
	r := newReader(lookup)
	c := Config{
		AppEnv:               r.text("APP_ENV", "development", oneOf("development", "production")),
		HTTPAddr:             r.addr("HTTP_ADDR", "127.0.0.1:8080"),
		Port:                 r.integer("PORT", "", atLeast(1), atMost(65535)),
		AdminAddr:            r.addr("ADMIN_ADDR", "127.0.0.1:9090", optional),
		PublicURL:            r.url("PUBLIC_URL", "", optional),
		AllowedOrigins:       r.list("ALLOWED_ORIGINS", "", origins),
		TrustedProxies:       r.list("TRUSTED_PROXIES", "", proxies),
		MaxBodyBytes:         r.size("MAX_BODY_BYTES", "1048576", atLeast(int64(256)), atMost(int64(104857600))),
		RequestTimeout:       r.duration("REQUEST_TIMEOUT", "15s", atLeast(50*time.Millisecond), atMost(10*time.Minute)),
		RateLimit:            r.rate("RATE_LIMIT", "100/1m"),
		MaxConcurrency:       r.integer("MAX_CONCURRENCY", "1000", atLeast(1)),
		MaxClientConcurrency: r.integer("MAX_CLIENT_CONCURRENCY", "250", atLeast(1)),
		DrainDelay:           r.duration("DRAIN_DELAY", "5s", atMost(5*time.Minute)),
		ShutdownTimeout:      r.duration("SHUTDOWN_TIMEOUT", "20s", atLeast(100*time.Millisecond), atMost(10*time.Minute)),
		LogLevel:             r.level("LOG_LEVEL", "info", inProduction(r.production, atLeast(slog.LevelInfo))),
		LogFormat:            r.text("LOG_FORMAT", "json", oneOf("json", "text")),
		DocsEnabled:          r.boolean("DOCS_ENABLED", r.byEnvironment("true", "false")),
		RequireIfMatch:       r.boolean("REQUIRE_IF_MATCH", "false"),
		CursorSecret:         r.secret("CURSOR_SECRET", "", secretRules{minBytes: 32, noPlaceholder: true}),
		AuthRateLimit:        r.rate("AUTH_RATE_LIMIT", "5/15m"),
		DatabaseURL:          r.secret("DATABASE_URL", "mongodb://127.0.0.1:27017/app?directConnection=true", secretRules{required: r.production, check: checkDatabaseURL}),
		DatabaseMaxConns:     r.integer("DATABASE_MAX_CONNS", "20", atLeast(1), atMost(1000)),
		DatabaseMinConns:     r.integer("DATABASE_MIN_CONNS", "0", atLeast(0), atMost(1000)),
		DatabaseConnIdle:     r.duration("DATABASE_CONN_IDLE", "5m", atLeast(time.Second), atMost(24*time.Hour)),
		DatabaseTimeout:      r.duration("DATABASE_TIMEOUT", "5s", atLeast(100*time.Millisecond), atMost(time.Minute)),
		MigrateOnStart:       r.boolean("MIGRATE_ON_START", "true"),
		JWTSecret:            r.secret("JWT_SECRET", "", secretRules{minBytes: 32, noPlaceholder: true, random: !r.production, required: r.production}),
		JWTPreviousSecret:    r.secret("JWT_PREVIOUS_SECRET", "", secretRules{minBytes: 32, noPlaceholder: true, optional: true}),
		AccessTokenTTL:       r.duration("ACCESS_TOKEN_TTL", "15m", atLeast(time.Second), atMost(time.Hour)),
		RefreshTokenTTL:      r.duration("REFRESH_TOKEN_TTL", "168h", atLeast(time.Second), atMost(2160*time.Hour)),
		RefreshGrace:         r.duration("REFRESH_GRACE", "10s", atMost(30*time.Second)),
		CacheTTL:             r.duration("CACHE_TTL", "5m", atLeast(time.Second), atMost(24*time.Hour)),
		CacheMaxEntries:      r.integer("CACHE_MAX_ENTRIES", "10000", atLeast(1), atMost(10000000)),
	}
	if c.Port != 0 {
		c.HTTPAddr = withPort(c.HTTPAddr, c.Port)
	}
	if c.Production() && c.cursorSource() == "" {
		r.warn("CURSOR_SECRET is not set: cursors of lists are good for one process only")
	}
	c.warnings = r.warnings
	return c, r.err()
}

// Production reports whether the service runs for real.
func (c Config) Production() bool { return c.AppEnv == production }

// HTTPS reports whether clients reach the service by https.
func (c Config) HTTPS() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Warnings lists what works, and had better be changed. Log each at the start.
func (c Config) Warnings() []string { return c.warnings }

func withPort(addr string, port int) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil { // refused already
		return addr
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// Override returns a lookup with one variable replaced: for a check of the settings
// as if they were for another environment.
func Override(lookup Lookup, name, value string) Lookup {
	return func(wanted string) (string, bool) {
		if wanted == name {
			return value, true
		}
		return lookup(wanted)
	}
}
