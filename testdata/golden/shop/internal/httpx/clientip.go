package httpx

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// ClientIPResolver finds out who sent a request.
//
// Anybody can send X-Forwarded-For, so it counts only when the peer is a trusted
// proxy. It is then read from the right, where the nearest proxy wrote, up to the
// first address that is not a proxy. Other forwarding headers are never read.
type ClientIPResolver struct {
	trusted []netip.Prefix
}

// NewClientIP takes the trusted proxies as addresses and CIDR prefixes. It refuses
// what is neither, and a prefix that covers every address.
func NewClientIP(trusted []string) (*ClientIPResolver, error) {
	r := &ClientIPResolver{}
	for _, s := range trusted {
		prefix, err := parsePrefix(s)
		if err != nil {
			return nil, err
		}
		r.trusted = append(r.trusted, prefix)
	}
	return r, nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(s)
	switch {
	case err != nil || prefix.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%q is not an address or a CIDR prefix", s)
	case prefix.Bits() == 0:
		return netip.Prefix{}, fmt.Errorf("%q trusts every peer", s)
	}
	return prefix.Masked(), nil
}

// Resolve returns the client's address: that of the peer, or what trusted proxies
// say. remoteAddr is host:port; header returns all values of a request header.
// Garbage in the header ends the search at the last address that made sense. The
// result is not valid when the peer has no address, as on a unix socket.
func (r *ClientIPResolver) Resolve(remoteAddr string, header func(name string) []string) netip.Addr {
	client, ok := parseHop(remoteAddr)
	if !ok || !r.trusts(client) {
		return client
	}
	for _, line := range slices.Backward(header("X-Forwarded-For")) {
		for rest, more := line, true; more; {
			var hop string
			rest, hop, more = cutLast(rest)
			addr, ok := parseHop(hop)
			if !ok {
				return client
			}
			client = addr
			if !r.trusts(client) {
				return client
			}
		}
	}
	return client
}

func (r *ClientIPResolver) trusts(addr netip.Addr) bool {
	for _, prefix := range r.trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// cutLast splits off the last element of a comma-separated list.
func cutLast(s string) (rest, last string, more bool) {
	i := strings.LastIndexByte(s, ',')
	if i < 0 {
		return "", strings.Trim(s, " \t"), false
	}
	return s[:i], strings.Trim(s[i+1:], " \t"), true
}

// parseHop reads an address with or without a port. IPv4 in IPv6 becomes IPv4, so
// that a client has one spelling.
func parseHop(s string) (netip.Addr, bool) {
	if addrPort, err := netip.ParseAddrPort(s); err == nil {
		return addrPort.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}
