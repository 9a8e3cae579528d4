package config

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// databaseParameters are what a DATABASE_URL may set. The rest has settings of its own, or would lead somewhere else than
// the URL says.
func databaseParameters() []string {
	return []string{
		"application_name", "channel_binding", "default_query_exec_mode", "description_cache_capacity", "host", "options",
		"require_auth", "search_path", "sslcert", "sslkey", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni",
		"statement_cache_capacity", "target_session_attrs",
	}
}

// checkDatabaseURL returns what is wrong with a DATABASE_URL.
func checkDatabaseURL(value string, production bool) error {
	parsed, err := ParseDatabaseURL(value)
	if err != nil {
		return err
	}
	if production && !encrypted(parsed.ConnConfig.Config) {
		return errors.New("must use TLS to a server on another machine in production: leave out sslmode, or say sslmode=verify-full")
	}
	return nil
}

// ParseDatabaseURL reads a DATABASE_URL as the driver does, but for one thing: the driver's own default is to do without TLS
// when the server has none. Here, without sslmode, a server on another machine must prove who it is, and one on this machine
// is asked for no TLS. No error holds any part of the URL, so the driver's are not passed on.
func ParseDatabaseURL(value string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(value, "postgres://") && !strings.HasPrefix(value, "postgresql://") {
		return nil, errors.New("must be the URL of a PostgreSQL database, such as postgres://app:PASSWORD@db.example.com:5432/app")
	}
	params, err := parameters(value)
	if err != nil {
		return nil, err
	}
	parsed, err := pgxpool.ParseConfig(value)
	if err == nil && !params.Has("sslmode") {
		parsed, err = pgxpool.ParseConfig(withMode(value, parsed.ConnConfig.Config))
	}
	if err != nil {
		return nil, errors.New("is no URL that works: percent-encode what is special in the password, and check the parameters and the files that they name")
	}
	return parsed, nil
}

// parameters returns what stands behind the question mark.
func parameters(value string) (url.Values, error) {
	_, query, _ := strings.Cut(value, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("has parameters that cannot be read; percent-encode what is special in them and in the password")
	}
	for name := range params {
		if !slices.Contains(databaseParameters(), name) {
			return nil, errors.New("may only have the parameters " + strings.Join(databaseParameters(), ", ") + "; percent-encode a question mark in the password")
		}
	}
	if host := params.Get("host"); host != "" && !strings.HasPrefix(host, "/") {
		return nil, errors.New("may have the parameter host for the folder of a socket only; a server's name stands before the path")
	}
	return params, nil
}

// withMode spells out the sslmode that a URL leaves open.
func withMode(value string, parsed pgconn.Config) string {
	mode := "sslmode=verify-full"
	if !slices.ContainsFunc(servers(parsed), remote) {
		mode = "sslmode=disable"
	}
	if strings.Contains(value, "?") {
		return value + "&" + mode
	}
	return value + "?" + mode
}

// servers lists every way in which the driver would connect.
func servers(parsed pgconn.Config) []pgconn.FallbackConfig {
	all := []pgconn.FallbackConfig{{Host: parsed.Host, TLSConfig: parsed.TLSConfig}}
	for _, other := range parsed.Fallbacks {
		all = append(all, *other)
	}
	return all
}

// encrypted reports whether nothing goes to another machine without TLS, not even when TLS fails.
func encrypted(parsed pgconn.Config) bool {
	return !slices.ContainsFunc(servers(parsed), func(s pgconn.FallbackConfig) bool { return remote(s) && s.TLSConfig == nil })
}

func remote(server pgconn.FallbackConfig) bool {
	host := server.Host
	if host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return err != nil || !addr.IsLoopback()
}
