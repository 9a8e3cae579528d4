package database

import (
	"crypto/tls"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"example.com/shop/internal/config"
)

// location is where the data lives and how to get there.
type location struct {
	url  string
	name string // of the database
	// lookedUp: the addresses are in DNS.
	lookedUp bool
	// encrypted: TLS although the URL does not ask for it.
	encrypted bool
	// noTransactions: the URL says transactions=off.
	noTransactions bool
	// parts of the URL that must not be shown.
	parts []string
}

const (
	scheme    = "mongodb://"
	srvScheme = "mongodb+srv://"
)

// parseURL reads a DATABASE_URL, without a look into DNS. Its errors never repeat a part of it.
func parseURL(raw string) (location, error) {
	at := location{url: raw}
	plain := raw
	if rest, ok := strings.CutPrefix(raw, srvScheme); ok {
		at.lookedUp, plain = true, scheme+rest
	}
	parsed, err := connstring.ParseAndValidate(plain)
	if err != nil || parsed.Database == "" {
		return location{}, errors.New("DATABASE_URL must be a MongoDB URL that names a database, such as mongodb://127.0.0.1:27017/app")
	}
	at.name = parsed.Database
	elsewhere := slices.ContainsFunc(parsed.Hosts, func(host string) bool { return !config.Loopback(host) })
	at.encrypted = elsewhere && !parsed.SSLSet && !at.lookedUp
	at.noTransactions = slices.Contains(parsed.UnknownOptions["transactions"], "off")
	at.parts = slices.Concat(hostNames(parsed.Hosts), secrets(parsed.Username), secrets(parsed.Password))
	return at, nil
}

func hostNames(hosts []string) []string {
	var names []string
	for _, host := range hosts {
		name, _, _ := strings.Cut(host, ":")
		names = append(names, host, name)
	}
	return names
}

// secrets returns the ways in which a part of a URL can be spelled.
func secrets(text string) []string {
	return []string{text, url.QueryEscape(text), url.PathEscape(text)}
}

// options returns what a client is to be like. What makes data safe is not for the URL to say, so it comes last.
func (at location) options(cfg config.Config) *options.ClientOptions {
	o := options.Client().ApplyURI(at.url)
	if at.encrypted {
		o.SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12})
	}
	o.SetMaxPoolSize(uint64(max(cfg.DatabaseMaxConns, 1)))
	o.SetMinPoolSize(uint64(max(cfg.DatabaseMinConns, 0)))
	o.SetMaxConnIdleTime(cfg.DatabaseConnIdle)
	o.SetConnectTimeout(cfg.DatabaseTimeout)
	o.SetServerSelectionTimeout(cfg.DatabaseTimeout)
	o.SetReadPreference(readpref.Primary())
	o.SetWriteConcern(writeconcern.Majority())
	o.SetRetryReads(true)
	o.SetRetryWrites(true)
	return o
}

const redacted = "[redacted]"

// address finds what looks like a host and its port, such as those that servers tell of each other.
var address = regexp.MustCompile(`[\w.-]+:\d{2,5}\b|\x5b[0-9a-fA-F:.]+\x5d:\d+`)

func (at location) redact(text string) string {
	parts := slices.DeleteFunc(slices.Clone(at.parts), func(part string) bool { return part == "" })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	for _, part := range parts {
		text = strings.ReplaceAll(text, part, redacted)
	}
	return address.ReplaceAllString(text, redacted)
}

// redactedError is an error without what DATABASE_URL says.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

// Redact returns err with a text that repeats no address and no credentials.
func (db *DB) Redact(err error) error {
	if err == nil {
		return nil
	}
	return &redactedError{text: db.location.redact(err.Error()), err: err}
}
