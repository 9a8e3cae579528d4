package config

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// What a DATABASE_URL may say about TLS.
const (
	DatabaseTLSVerify = "true"        // the server must prove who it is
	DatabaseTLSOnly   = "skip-verify" // whoever it is, nobody else reads along
	DatabaseTLSOff    = "false"
)

// DatabaseAddress is what a DATABASE_URL says.
type DatabaseAddress struct {
	User, Password string
	Host, Port     string
	Name           string // of the database on the server
	TLS            string
}

// ParseDatabaseURL reads a DATABASE_URL. Its errors say what it must be and never repeat it.
func ParseDatabaseURL(raw string) (DatabaseAddress, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "mysql" && u.Scheme != "mariadb" || u.Opaque != "" || u.Fragment != "" {
		return DatabaseAddress{}, errors.New("must be a URL such as mysql://user:password@host:3306/database, percent-encoded")
	}
	at := DatabaseAddress{User: u.User.Username(), Host: u.Hostname(), Port: u.Port(), Name: strings.TrimPrefix(u.Path, "/")}
	at.Password, _ = u.User.Password()
	if at.User == "" || at.Host == "" || at.Name == "" || strings.ContainsAny(at.Name, "/\x00") {
		return DatabaseAddress{}, errors.New("must name a user, a host and a database, such as mysql://user:password@host:3306/database")
	}
	if at.Port == "" {
		at.Port = "3306"
	}
	at.TLS, err = databaseTLS(u, at.Loopback())
	return at, err
}

func databaseTLS(u *url.URL, loopback bool) (string, error) {
	params, err := url.ParseQuery(u.RawQuery)
	given := params["tls"]
	delete(params, "tls")
	if err != nil || len(params) > 0 || len(given) > 1 {
		return "", errors.New("takes no parameter but one tls")
	}
	switch {
	case len(given) == 0 && loopback:
		return DatabaseTLSOff, nil
	case len(given) == 0:
		return DatabaseTLSVerify, nil
	case given[0] == DatabaseTLSVerify || given[0] == DatabaseTLSOnly || given[0] == DatabaseTLSOff:
		return given[0], nil
	default:
		return "", errors.New("tls must be true, skip-verify or false")
	}
}

// Loopback reports whether the server is on this machine, so that nobody is on the way to it.
func (a DatabaseAddress) Loopback() bool {
	ip := net.ParseIP(a.Host)
	return a.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkDatabaseURL says what is wrong with a DATABASE_URL.
func checkDatabaseURL(value string, production bool) error {
	at, err := ParseDatabaseURL(value)
	if err == nil && production && at.TLS == DatabaseTLSOff && !at.Loopback() {
		return errors.New("must not switch TLS off (tls=false) in production when the server is on another machine")
	}
	return err
}
