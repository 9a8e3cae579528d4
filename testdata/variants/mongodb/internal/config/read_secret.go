package config

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// secretRules says what a secret must be like.
type secretRules struct {
	minBytes      int
	noPlaceholder bool
	optional      bool // may be set and empty
	required      bool // must be set
	random        bool // is made up when it is not set
	// check returns what is wrong, in words that do not hold the value; nil for nothing to check.
	check func(value string, production bool) error
}

// secret reads NAME, or the file that NAME_FILE points to. No message ever holds
// what it read.
func (r *reader) secret(name, fallback string, rules secretRules) Secret {
	text, set, err := r.lookupSecret(name)
	switch {
	case err != nil:
		r.fail(name, err.Error())
		return ""
	case !set && fallback == "" && rules.random:
		r.warn(name + " is not set: a random one is used, and ends with this process")
		return Secret(rand.Text() + rand.Text())
	case !set && rules.required:
		r.fail(name, strings.TrimSpace("must be set "+rules.size()))
		return ""
	case !set:
		return Secret(fallback)
	}
	if rule := rules.broken(text); rule != "" {
		r.fail(name, rule)
		return ""
	}
	if rules.check != nil {
		if err := rules.check(text, r.production); err != nil {
			r.fail(name, err.Error())
			return ""
		}
	}
	return Secret(text)
}

// lookupSecret returns the secret and whether there is one.
func (r *reader) lookupSecret(name string) (text string, set bool, err error) {
	text, set = r.lookup(name)
	path, fromFile := r.lookup(name + "_FILE")
	switch {
	case set && fromFile:
		return "", false, fmt.Errorf("is set, and %s_FILE is too; set one of them", name)
	case !fromFile:
		return text, set, nil
	}
	text, err = readSecretFile(path)
	if err != nil {
		return "", false, fmt.Errorf("%s_FILE names a file that cannot be read: %w", name, err)
	}
	return text, true, nil
}

// readSecretFile returns the content of a file without the line break at its end.
// Its error leaves out the path, which may have been meant to be the secret.
func readSecretFile(path string) (string, error) {
	const most = 64 << 10
	file, err := os.Open(path) //nolint:gosec // G304: whoever sets the environment may name the file
	if err != nil {
		return "", withoutPath(err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return "", withoutPath(err)
	}
	if len(content) > most {
		return "", errors.New("it is too large")
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r"), nil
}

func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// broken returns the rule that a secret breaks, or "".
func (rules secretRules) broken(text string) string {
	switch {
	case text == "" && rules.optional:
		return ""
	case text == "":
		return strings.TrimSpace("must not be empty " + rules.size())
	case len(text) < rules.minBytes:
		return fmt.Sprintf("must have at least %d bytes", rules.minBytes)
	case rules.noPlaceholder && isPlaceholder(text):
		return "must be random, not a placeholder; make one with: openssl rand -base64 48"
	default:
		return ""
	}
}

func (rules secretRules) size() string {
	if rules.minBytes == 0 {
		return ""
	}
	return fmt.Sprintf("(at least %d bytes)", rules.minBytes)
}

// isPlaceholder finds what people leave in from an example or type to satisfy a
// length. That a random text looks like this is too unlikely to ever happen.
func isPlaceholder(text string) bool {
	lower := strings.ToLower(text)
	words := []string{
		"changeme", "change-me", "change_me", "change this", "change-this", "replaceme", "replace-me", "replace_me",
		"placeholder", "example", "your-secret", "your_secret", "yoursecret", "insecure",
	}
	for _, word := range words {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return isRepeated(text)
}

// isRepeated reports whether a text is a short one over and over.
func isRepeated(text string) bool {
	const longest = 8
	for length := 1; length <= longest && length < len(text); length++ {
		if text[length:] == text[:len(text)-length] {
			return true
		}
	}
	return false
}
