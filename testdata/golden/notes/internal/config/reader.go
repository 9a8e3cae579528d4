package config

import (
	"log/slog"
	"slices"
	"strings"
	"time"
)

const (
	environment = "APP_ENV"
	development = "development"
	production  = "production"
)

// InvalidError lists everything that is wrong with the settings.
type InvalidError struct {
	Problems []string // each starts with the name of a variable
}

// Error returns one line for each problem.
func (e *InvalidError) Error() string {
	return "invalid configuration:\n  " + strings.Join(e.Problems, "\n  ")
}

// reader reads variables and collects what is wrong with them.
type reader struct {
	lookup Lookup
	// production is what rules go by. An environment that nobody knows counts.
	production bool
	problems   []string
	warnings   []string
}

func newReader(lookup Lookup) *reader {
	env, set := lookup(environment)
	return &reader{lookup: lookup, production: set && env != development}
}

func (r *reader) fail(name, rule string) { r.problems = append(r.problems, name+": "+rule) }

func (r *reader) warn(warning string) { r.warnings = append(r.warnings, warning) }

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &InvalidError{Problems: r.problems}
}

// byEnvironment returns the default for the environment.
func (r *reader) byEnvironment(inDevelopment, inProduction string) string {
	if r.production {
		return inProduction
	}
	return inDevelopment
}

// read parses and checks one variable. When it is not set the fallback takes its
// place; without one the result is the zero value.
func read[T any](r *reader, name, fallback string, parse func(string) (T, error), checks []check[T]) T {
	var none T
	text, set := r.lookup(name)
	if !set {
		text = fallback
	}
	if text == "" && !set {
		return none
	}
	value, err := parse(text)
	if err != nil {
		r.fail(name, err.Error())
		return none
	}
	for _, broken := range checks {
		if rule := broken(value); rule != "" {
			r.fail(name, rule)
			return none
		}
	}
	return value
}

func (r *reader) text(name, fallback string, checks ...check[string]) string {
	return read(r, name, fallback, parseText, checks)
}

func (r *reader) integer(name, fallback string, checks ...check[int]) int {
	return read(r, name, fallback, parseInt, checks)
}

func (r *reader) size(name, fallback string, checks ...check[int64]) int64 {
	return read(r, name, fallback, parseSize, checks)
}

func (r *reader) boolean(name, fallback string) bool {
	return read(r, name, fallback, parseBool, nil)
}

func (r *reader) duration(name, fallback string, checks ...check[time.Duration]) time.Duration {
	return read(r, name, fallback, parseDuration, checks)
}

func (r *reader) level(name, fallback string, checks ...check[slog.Level]) slog.Level {
	return read(r, name, fallback, parseLevel, checks)
}

func (r *reader) rate(name, fallback string) Rate {
	return read(r, name, fallback, parseRate, nil)
}

func (r *reader) list(name, fallback string, checks ...check[names]) []string {
	return read(r, name, fallback, parseList, checks)
}

func (r *reader) addr(name, fallback string, may ...emptiness) string {
	return read(r, name, fallback, orEmpty(parseAddr, may), nil)
}

func (r *reader) url(name, fallback string, may ...emptiness) string {
	return read(r, name, fallback, orEmpty(parseURL, may), nil)
}

// emptiness says whether a variable may be set and empty.
type emptiness bool

const optional emptiness = true

func orEmpty(parse func(string) (string, error), may []emptiness) func(string) (string, error) {
	return func(s string) (string, error) {
		if s == "" && slices.Contains(may, optional) {
			return "", nil
		}
		return parse(s)
	}
}
