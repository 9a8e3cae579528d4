package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/notes/internal/httpx"
)

// check returns the rule that a value breaks, or "".
type check[T any] func(value T) (rule string)

func atLeast[T cmp.Ordered](least T) check[T] {
	return func(value T) string {
		if value < least {
			return fmt.Sprintf("must be at least %v", least)
		}
		return ""
	}
}

func atMost[T cmp.Ordered](most T) check[T] {
	return func(value T) string {
		if value > most {
			return fmt.Sprintf("must be at most %v", most)
		}
		return ""
	}
}

func oneOf(allowed ...string) check[string] {
	return func(value string) string {
		if !slices.Contains(allowed, value) {
			return "must be one of " + strings.Join(allowed, ", ")
		}
		return ""
	}
}

// inProduction applies a check to production alone.
func inProduction[T any](production bool, inner check[T]) check[T] {
	return func(value T) string {
		if rule := inner(value); production && rule != "" {
			return rule + " in production"
		}
		return ""
	}
}

// names is the value of a list.
type names = []string

// proxies and origins ask the code that will use the list, so that nothing is
// accepted here and refused there.
func proxies(list names) string {
	if _, err := httpx.NewClientIP(list); err != nil {
		return err.Error()
	}
	return ""
}

func origins(list names) string {
	if _, err := httpx.NewCORS(list); err != nil {
		return err.Error()
	}
	return ""
}
