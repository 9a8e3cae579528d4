package config

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
)

// checkDatabaseURL returns what is wrong with a DATABASE_URL, and never repeats a part of it.
func checkDatabaseURL(value string, production bool) error {
	u, err := url.Parse(firstHost(value))
	if err != nil || u.Host == "" || (u.Scheme != "mongodb" && u.Scheme != "mongodb+srv") {
		return errors.New("must be a MongoDB URL such as mongodb://127.0.0.1:27017/app, with user and password percent-encoded")
	}
	if name := strings.TrimPrefix(u.Path, "/"); name == "" || strings.ContainsAny(name, `/\. "$`) {
		return errors.New("must name a database, such as app in mongodb://127.0.0.1:27017/app")
	}
	params, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("has parameters that cannot be read")
	}
	if !production {
		return nil
	}
	return checkForProduction(u, params)
}

func checkForProduction(u *url.URL, params url.Values) error {
	switch {
	case isSet(params, "transactions", "off"):
		return errors.New("must not say transactions=off in production: what belongs together would be stored in part")
	case !Loopback(u.Host) && (isSet(params, "tls", "false") || isSet(params, "ssl", "false")):
		return errors.New("must not switch TLS off to another host in production")
	case isSet(params, "tlsInsecure", "true") || isSet(params, "sslInsecure", "true") ||
		isSet(params, "tlsAllowInvalidCertificates", "true") || isSet(params, "tlsAllowInvalidHostnames", "true"):
		return errors.New("must not switch the check of certificates off in production")
	default:
		return nil
	}
}

// firstHost leaves one of the hosts that a MongoDB URL may list, which package url does not read. It prefers one that is not
// on this machine.
func firstHost(value string) string {
	start := strings.Index(value, "://") + len("://")
	if start < len("://") {
		return value
	}
	end := len(value)
	if i := strings.IndexAny(value[start:], "/?"); i >= 0 {
		end = start + i
	}
	start += strings.LastIndexByte(value[start:end], '@') + 1
	hosts := strings.Split(value[start:end], ",")
	i := slices.IndexFunc(hosts, func(host string) bool { return !Loopback(host) })
	return value[:start] + hosts[max(i, 0)] + value[end:]
}

// Loopback reports whether a host, with or without a port, is this machine.
func Loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// isSet compares names and values without case, as the driver does.
func isSet(params url.Values, name, value string) bool {
	for key, values := range params {
		if strings.EqualFold(key, name) && slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) }) {
			return true
		}
	}
	return false
}
