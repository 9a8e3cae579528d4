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

func TestProductionWarnsAboutRandomCursorKeys(t *testing.T) {
	c, err := Load(from(productionEnv()))
	if err != nil || len(c.Warnings()) == 0 {
		t.Errorf("warnings are %q, error %v", c.Warnings(), err)
	}
	env := productionEnv()
	env["CURSOR_SECRET"] = goodSecret
	if c, err := Load(from(env)); err != nil || len(c.Warnings()) > 0 {
		t.Errorf("warnings are %q, error %v", c.Warnings(), err)
	}
}
