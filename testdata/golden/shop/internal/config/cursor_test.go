package config

import (
	"bytes"
	"testing"
)

func TestCursorKey(t *testing.T) {
	one, two := Config{CursorSecret: "one"}, Config{CursorSecret: "two"}
	if !bytes.Equal(one.CursorKey(), one.CursorKey()) {
		t.Error("one secret gives two keys")
	}
	if bytes.Equal(one.CursorKey(), two.CursorKey()) {
		t.Error("two secrets give one key")
	}
	if bytes.Contains(one.CursorKey(), []byte("one")) || len(one.CursorKey()) != keySize {
		t.Error("the key is not derived")
	}
	if bytes.Equal(Config{}.CursorKey(), Config{}.CursorKey()) {
		t.Error("without a secret the key is not random")
	}
}

func TestCursorKeyComesFromTheSigningSecret(t *testing.T) {
	c := Config{JWTSecret: "signs"}
	if !bytes.Equal(c.CursorKey(), c.CursorKey()) {
		t.Error("the key changes")
	}
	if own := (Config{JWTSecret: "signs", CursorSecret: "own"}); bytes.Equal(c.CursorKey(), own.CursorKey()) {
		t.Error("CURSOR_SECRET does not come first")
	}
}
