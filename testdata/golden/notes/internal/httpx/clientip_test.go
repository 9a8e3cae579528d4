package httpx

import (
	"net/http"
	"testing"
)

func TestResolve(t *testing.T) {
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{name: "direct", peer: "203.0.113.7:4711", want: "203.0.113.7"},
		{name: "direct, spoofed", peer: "203.0.113.7:4711", forwarded: []string{"6.6.6.6"}, want: "203.0.113.7"},
		{name: "through a proxy", peer: "10.0.0.1:80", forwarded: []string{"198.51.100.1"}, want: "198.51.100.1"},
		{name: "spoofed through a proxy", peer: "10.0.0.1:80", forwarded: []string{"6.6.6.6, 198.51.100.1"}, want: "198.51.100.1"},
		{name: "two proxies", peer: "10.0.0.1:80", forwarded: []string{"6.6.6.6, 198.51.100.1, 10.9.9.9"}, want: "198.51.100.1"},
		{name: "several lines", peer: "10.0.0.1:80", forwarded: []string{"6.6.6.6", "198.51.100.1", "10.9.9.9"}, want: "198.51.100.1"},
		{name: "nothing but proxies", peer: "10.0.0.1:80", forwarded: []string{"10.0.0.3,10.0.0.2"}, want: "10.0.0.3"},
		{name: "no header", peer: "10.0.0.1:80", want: "10.0.0.1"},
		{name: "empty header", peer: "10.0.0.1:80", forwarded: []string{""}, want: "10.0.0.1"},
		{name: "garbage", peer: "10.0.0.1:80", forwarded: []string{"198.51.100.1, unknown"}, want: "10.0.0.1"},
		{name: "garbage behind a proxy", peer: "10.0.0.1:80", forwarded: []string{"198.51.100.1, _hidden, 10.0.0.2"}, want: "10.0.0.2"},
		{name: "octal is garbage", peer: "10.0.0.1:80", forwarded: []string{"0306.0.2.1"}, want: "10.0.0.1"},
		{name: "empty element", peer: "10.0.0.1:80", forwarded: []string{"198.51.100.1,"}, want: "10.0.0.1"},
		{name: "with port", peer: "10.0.0.1:80", forwarded: []string{"198.51.100.1:1234"}, want: "198.51.100.1"},
		{name: "IPv6", peer: "[fd00::1]:80", forwarded: []string{"2001:db8::1"}, want: "2001:db8::1"},
		{name: "IPv6 with port", peer: "[fd00::1]:80", forwarded: []string{"[2001:db8::1]:443"}, want: "2001:db8::1"},
		{name: "peer IPv4 in IPv6", peer: "[::ffff:10.0.0.1]:80", forwarded: []string{"::ffff:198.51.100.1"}, want: "198.51.100.1"},
		{name: "single trusted address", peer: "192.0.2.1:80", forwarded: []string{"198.51.100.1"}, want: "198.51.100.1"},
		{name: "its neighbour", peer: "192.0.2.2:80", forwarded: []string{"198.51.100.1"}, want: "192.0.2.2"},
		{name: "zone", peer: "[fe80::1%eth0]:80", want: "fe80::1"},
		{name: "unix socket", peer: "@", want: "invalid IP"},
		{name: "nothing", peer: "", want: "invalid IP"},
	}
	resolver, err := NewClientIP([]string{"10.0.0.0/8", "fd00::/8", "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			headers := http.Header{"X-Forwarded-For": tt.forwarded, "X-Real-Ip": {"6.6.6.6"}, "Forwarded": {"for=6.6.6.6"}, "True-Client-Ip": {"6.6.6.6"}}
			if got := resolver.Resolve(tt.peer, headers.Values); got.String() != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNobodyIsTrustedByDefault(t *testing.T) {
	resolver, err := NewClientIP(nil)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"X-Forwarded-For": {"6.6.6.6"}}
	if got := resolver.Resolve("127.0.0.1:1", header.Values); got.String() != "127.0.0.1" {
		t.Errorf("got %s", got)
	}
}

func TestNewClientIPRefuses(t *testing.T) {
	for _, s := range []string{"", "x", "10.0.0.0/33", "10.0.0/8", "300.0.0.1", "0.0.0.0/0", "::/0", "10.0.0.1-10.0.0.9", "::ffff:10.0.0.0/104", "localhost"} {
		if _, err := NewClientIP([]string{"10.0.0.1", s}); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}
