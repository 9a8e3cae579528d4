package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
)

// cache reads modules through the go command's module cache.
type cache struct {
	scratch *scratch
	root    string // GOMODCACHE
}

// goMod is what the module graph takes from a go.mod file.
type goMod struct {
	version  string // go line; the oldest meaning when there is none
	requires []module.Version
	hash     string
}

// goMod reads the go.mod file of one module version.
func (c *cache) goMod(ctx context.Context, m module.Version) (*goMod, error) {
	name, err := c.modFile(ctx, m)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err = c.scratch.goTool(ctx, "list", "-m", m.String()); err == nil {
			data, err = os.ReadFile(name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("go.mod of %s: %w", m, err)
	}
	return parseMod(m, data)
}

// parseMod reads the text of a dependency's go.mod, as leniently as the go command.
func parseMod(m module.Version, data []byte) (*goMod, error) {
	f, err := modfile.ParseLax(m.String()+"/go.mod", data, nil)
	if err != nil {
		return nil, fmt.Errorf("go.mod of %s: %w", m, err)
	}
	hash, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	})
	if err != nil {
		return nil, fmt.Errorf("hashing go.mod of %s: %w", m, err)
	}
	out := &goMod{version: "1.16", hash: hash}
	if f.Go != nil {
		out.version = f.Go.Version
	}
	for _, r := range f.Require {
		out.requires = append(out.requires, r.Mod)
	}
	return out, nil
}

// modFile is the place of a go.mod file in the module cache.
func (c *cache) modFile(ctx context.Context, m module.Version) (string, error) {
	if c.root == "" {
		out, err := c.scratch.goTool(ctx, "env", "GOMODCACHE")
		if err != nil {
			return "", err
		}
		c.root = strings.TrimSpace(string(out))
	}
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return "", fmt.Errorf("module cache: %w", err)
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return "", fmt.Errorf("module cache: %w", err)
	}
	return filepath.Join(c.root, "cache", "download", filepath.FromSlash(path), "@v", version+".mod"), nil
}

// tree is the unpacked source of a module version.
type tree struct {
	Path, Version string
	Dir           string
	Sum           string
}

// download fetches sources, all in one go.
func (c *cache) download(ctx context.Context, mods []module.Version) ([]tree, error) {
	if len(mods) == 0 {
		return nil, nil
	}
	args := []string{"mod", "download", "-json"}
	for _, m := range mods {
		args = append(args, m.String())
	}
	out, err := c.scratch.goTool(ctx, args...)
	if err != nil {
		return nil, err
	}
	var trees []tree
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var t tree
		if err := dec.Decode(&t); err != nil {
			return nil, fmt.Errorf("go mod download: %w", err)
		}
		trees = append(trees, t)
	}
	return trees, nil
}
