// Package base keeps what layup rendered last: the base of three-way merges. It
// stands in the project as plain text, one archive for what all resources share
// and one for the files of each resource, so that a change of one resource reads
// and writes little, and two branches that add resources do not meet.
package base

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/layup-dev/layup/internal/render"
)

// SharedFile is the archive of the files that belong to no resource.
const SharedFile = ".layup/base.txtar"

// ResourceFile returns the path of the archive of a resource's files.
func ResourceFile(resource string) string { return ".layup/base/" + resource + ".txtar" }

const comment = "What layup rendered last: the base of its next merge. Do not edit.\n"

// Archives returns the archives that hold files, by path.
func Archives(files render.FileSet) render.FileSet {
	groups := map[string]render.FileSet{SharedFile: {}}
	for name, f := range files {
		group := SharedFile
		if f.Resource != "" {
			group = ResourceFile(f.Resource)
		}
		if groups[group] == nil {
			groups[group] = render.FileSet{}
		}
		groups[group][name] = f
	}
	out := render.FileSet{}
	for name, group := range groups {
		out.Add(name, encode(group), nil)
		out[name].Kind = render.Generated
	}
	return out
}

func encode(files render.FileSet) []byte {
	a := &txtar.Archive{Comment: []byte(comment)}
	for _, p := range files.Paths() {
		a.Files = append(a.Files, txtar.File{Name: p, Data: entry(files[p])})
	}
	return txtar.Format(a)
}

// digestMark begins the entry of a file that is never merged: of one that is
// rewritten whole, or written once, it is enough to know whether it was edited.
const digestMark = "layup digest "

// entry is what an archive keeps of a file: its text, or its kind and digest,
// with a line for each section that a resource contributed.
func entry(f *render.File) []byte {
	if f.Kind == render.Starter {
		return quote(f.Data)
	}
	var b bytes.Buffer
	digest := f.Digest
	if digest == "" {
		digest = Digest(f.Data)
	}
	fmt.Fprintf(&b, "%s%s %s\n", digestMark, f.Kind, digest)
	for _, s := range f.Sections {
		fmt.Fprintf(&b, "%s %s %d %d\n", s.Name, s.Resource, s.Offset, s.Length)
	}
	return b.Bytes()
}

// Digest returns the SHA-256 of the contents of a file, in hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Parse returns the files of an archive. resource is the one that they belong
// to, or empty. It reports what cannot be read, such as the marks of a
// conflict that git left in it.
func Parse(name string, data []byte, resource string) (render.FileSet, error) {
	if !bytes.HasPrefix(data, []byte(comment)) {
		return nil, fmt.Errorf("%s is not what layup wrote", name)
	}
	for _, mark := range []string{"\n<<<<<<< ", "\n>>>>>>> "} {
		if bytes.Contains(data, []byte(mark)) {
			return nil, fmt.Errorf("%s holds the marks of a conflict", name)
		}
	}
	out := render.FileSet{}
	for _, f := range txtar.Parse(data).Files {
		file, err := parseEntry(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		file.Resource = resource
		out[f.Name] = file
	}
	return out, nil
}

func parseEntry(f txtar.File) (*render.File, error) {
	head, marked := strings.CutPrefix(string(f.Data[:min(len(f.Data), 200)]), digestMark)
	if !marked {
		set := render.FileSet{}
		set.Add(f.Name, unquote(f.Data), nil)
		set[f.Name].Kind = render.Starter
		return set[f.Name], nil
	}
	head, _, _ = strings.Cut(head, "\n")
	kind, digest, ok := strings.Cut(head, " ")
	if !ok || len(digest) != sha256.Size*2 {
		return nil, fmt.Errorf("%s has no digest", f.Name)
	}
	out := &render.File{Path: f.Name, Digest: digest, Kind: render.Kind(kind), Mode: 0o644}
	for line := range strings.Lines(string(f.Data[bytes.IndexByte(f.Data, '\n')+1:])) {
		s, err := parseSection(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}

func parseSection(line string) (render.Section, error) {
	words := strings.Fields(line)
	if len(words) != 4 {
		return render.Section{}, fmt.Errorf("%q is no section", line)
	}
	offset, err := strconv.Atoi(words[2])
	if err != nil || offset < 0 {
		return render.Section{}, fmt.Errorf("%q is no section", line)
	}
	length, err := strconv.Atoi(words[3])
	if err != nil || length < 0 {
		return render.Section{}, fmt.Errorf("%q is no section", line)
	}
	return render.Section{Name: words[0], Resource: words[1], Offset: offset, Length: length}, nil
}

// quote keeps lines that look like an archive's own from being taken for one,
// by a backslash more at their beginning.
func quote(data []byte) []byte {
	if !bytes.Contains(data, []byte("-- ")) {
		return data
	}
	return eachMarker(data, func(line []byte) []byte { return append([]byte(`\`), line...) })
}

func unquote(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\-- `)) {
		return data
	}
	return eachMarker(data, func(line []byte) []byte { return bytes.TrimPrefix(line, []byte(`\`)) })
}

// eachMarker changes the lines that are a marker after any number of backslashes.
func eachMarker(data []byte, change func([]byte) []byte) []byte {
	out := make([]byte, 0, len(data)+8)
	for line := range bytes.Lines(data) {
		text := bytes.TrimRight(bytes.TrimLeft(line, `\`), "\r\n")
		if bytes.HasPrefix(text, []byte("-- ")) && bytes.HasSuffix(text, []byte(" --")) {
			line = change(line)
		}
		out = append(out, line...)
	}
	return out
}
