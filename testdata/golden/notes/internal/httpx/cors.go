package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// What a page of an allowed origin may do. Credentials are never among it: clients
// send a token themselves, and browsers add nothing.
const (
	corsMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
	corsExposed = "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
	corsMaxAge  = "600"
)

// CORS decides which web pages may read the answers of the service. A nil *CORS
// allows none.
type CORS struct {
	simple    map[string]Headers // by origin
	preflight map[string]Headers
	// What is sent to everybody else: that the answer depends on the origin.
	vary, varyPreflight Headers
}

// CORSDecision is the answer to one request.
type CORSDecision struct {
	// Preflight means that the request asks for nothing else: it is answered with
	// 204 and the headers, before authentication and rate limits.
	Preflight bool
	Headers   Headers
}

// NewCORS takes the allowed origins, as browsers send them: https://app.example.com.
// It refuses everything else, wildcards and null above all. Without an origin it
// returns nil.
func NewCORS(origins []string) (*CORS, error) {
	if len(origins) == 0 {
		return nil, nil //nolint:nilnil // a nil *CORS is a valid one, and documented
	}
	c := &CORS{
		simple: map[string]Headers{}, preflight: map[string]Headers{},
		vary:          Headers{header("Vary", "Origin")},
		varyPreflight: Headers{header("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")},
	}
	for _, origin := range origins {
		if err := checkOrigin(origin); err != nil {
			return nil, fmt.Errorf("origin %q: %w", origin, err)
		}
		allow := header("Access-Control-Allow-Origin", origin)
		c.simple[origin] = append(slices.Clone(c.vary), allow, header("Access-Control-Expose-Headers", corsExposed))
		c.preflight[origin] = append(slices.Clone(c.varyPreflight), allow, header("Access-Control-Max-Age", corsMaxAge))
	}
	return c, nil
}

// Evaluate decides about a request by its method and the headers Origin,
// Access-Control-Request-Method and Access-Control-Request-Headers.
func (c *CORS) Evaluate(method, origin, requestMethod, requestHeaders string) CORSDecision {
	if c == nil {
		return CORSDecision{}
	}
	if method == http.MethodOptions && origin != "" && requestMethod != "" {
		return CORSDecision{Preflight: true, Headers: c.answerPreflight(origin, requestMethod, requestHeaders)}
	}
	if headers, allowed := c.simple[origin]; allowed {
		return CORSDecision{Headers: headers}
	}
	return CORSDecision{Headers: c.vary}
}

func (c *CORS) answerPreflight(origin, method, names string) Headers {
	headers, allowed := c.preflight[origin]
	if !allowed {
		return c.varyPreflight
	}
	if !listed(corsMethods, method) || !allListed(corsHeaders, names) {
		return headers
	}
	headers = append(slices.Clone(headers), header("Access-Control-Allow-Methods", corsMethods))
	if names != "" {
		headers = append(headers, header("Access-Control-Allow-Headers", corsHeaders))
	}
	return headers
}

// allListed reports whether a list of names holds no other than those of list.
func allListed(list, names string) bool {
	if names == "" {
		return true
	}
	for name := range strings.SplitSeq(names, ",") {
		if !listed(list, strings.Trim(name, " \t")) {
			return false
		}
	}
	return true
}

func listed(list, wanted string) bool {
	for element := range strings.SplitSeq(list, ", ") {
		if strings.EqualFold(element, wanted) {
			return true
		}
	}
	return false
}

// checkOrigin wants scheme://host or scheme://host:port exactly as a browser sends
// it. Another spelling would never match, and hide the mistake.
func checkOrigin(origin string) error {
	if strings.Contains(origin, "*") {
		return errors.New("wildcards are not allowed; list each origin")
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("must be http://host or https://host, with a port if it is not the usual one")
	case origin != u.Scheme+"://"+u.Host:
		return errors.New("must have nothing but scheme, host and port")
	case !isHost(u.Hostname()):
		return errors.New("the host must be a lower-case name (the xn-- form if it is not ASCII) or an address")
	case strings.HasSuffix(u.Host, ":") || u.Port() != "" && !isUnusualPort(u.Scheme, u.Port()):
		return errors.New("the port must be a number, and left out when it is the usual one")
	default:
		return nil
	}
}

func isUnusualPort(scheme, port string) bool {
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && port[0] != '0'
}

// isHost accepts lower-case host names and addresses.
func isHost(host string) bool {
	if strings.Contains(host, ":") {
		addr, err := netip.ParseAddr(host)
		return err == nil && addr.String() == host
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "-") != label || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}
