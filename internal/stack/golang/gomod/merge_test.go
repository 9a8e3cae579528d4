package gomod

import (
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const mergeBase = `module example.com/shop

go 1.25.0

toolchain go1.25.3

require (
	example.com/direct v1.2.0
	example.com/leaving v1.0.0
)

require (
	example.com/far v0.3.0 // indirect
	example.com/gone v0.1.0 // indirect
)
`

// edit replaces pairs of texts, each of which has to be there.
func edit(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("no %q in\n%s", pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

func TestMergeMod(t *testing.T) {
	const own = "\nrequire example.com/own v0.9.0\n"
	tests := []struct {
		name               string
		ours, theirs, want []string // edits of mergeBase; want is of ours
		append             string   // to ours
	}{
		{name: "nothing changed"},
		{
			name:   "the user's form stays when nothing is to be done",
			ours:   []string{"\texample.com/direct v1.2.0\n", "\texample.com/direct   v1.2.0 // why\n"},
			theirs: []string{"v0.3.0 // indirect", "v0.2.0 // indirect"},
		},
		{
			name:   "added direct",
			theirs: []string{"\texample.com/leaving", "\texample.com/fresh v1.1.0\n\texample.com/leaving"},
			want:   []string{"\texample.com/leaving", "\texample.com/fresh v1.1.0\n\texample.com/leaving"},
		},
		{
			name:   "added indirect",
			theirs: []string{"\texample.com/gone", "\texample.com/fresh v1.1.0 // indirect\n\texample.com/gone"},
			want:   []string{"\texample.com/gone", "\texample.com/fresh v1.1.0 // indirect\n\texample.com/gone"},
		},
		{
			name:   "added where the user has it, higher",
			ours:   []string{"\texample.com/leaving", "\texample.com/fresh v1.5.0\n\texample.com/leaving"},
			theirs: []string{"\texample.com/leaving", "\texample.com/fresh v1.1.0\n\texample.com/leaving"},
		},
		{
			name:   "added where the user has it, lower and indirect",
			ours:   []string{"\texample.com/gone", "\texample.com/fresh v1.0.0 // indirect\n\texample.com/gone"},
			theirs: []string{"\texample.com/leaving", "\texample.com/fresh v1.1.0\n\texample.com/leaving"},
			want: []string{
				"\texample.com/fresh v1.0.0 // indirect\n", "",
				"\texample.com/leaving", "\texample.com/fresh v1.1.0\n\texample.com/leaving",
			},
		},
		{
			name:   "raised",
			theirs: []string{"direct v1.2.0", "direct v1.10.0"},
			want:   []string{"direct v1.2.0", "direct v1.10.0"},
		},
		{
			name:   "raised, less than by the user",
			ours:   []string{"direct v1.2.0", "direct v1.11.0"},
			theirs: []string{"direct v1.2.0", "direct v1.10.0"},
		},
		{
			name:   "lowered by the user, raised another",
			ours:   []string{"direct v1.2.0", "direct v1.1.0"},
			theirs: []string{"far v0.3.0", "far v0.4.0"},
			want:   []string{"far v0.3.0", "far v0.4.0"},
		},
		{
			name:   "raised, with a comment of the user",
			ours:   []string{"direct v1.2.0\n", "direct v1.2.0 // keep an eye on it\n"},
			theirs: []string{"direct v1.2.0", "direct v1.10.0"},
			want:   []string{"direct v1.2.0", "direct v1.10.0"},
		},
		{
			name:   "raised after the user removed it",
			ours:   []string{"\texample.com/leaving v1.0.0\n", ""},
			theirs: []string{"leaving v1.0.0", "leaving v1.0.1"},
			want:   []string{"direct v1.2.0\n", "direct v1.2.0\n\texample.com/leaving v1.0.1\n"},
		},
		{
			name:   "lowered",
			theirs: []string{"direct v1.2.0", "direct v1.1.0"},
		},
		{
			name:   "dropped",
			theirs: []string{"\texample.com/gone v0.1.0 // indirect\n", "", "\texample.com/leaving v1.0.0\n", ""},
			want: []string{
				"require (\n\texample.com/direct v1.2.0\n\texample.com/leaving v1.0.0\n)\n", "require example.com/direct v1.2.0\n",
				"require (\n\texample.com/far v0.3.0 // indirect\n\texample.com/gone v0.1.0 // indirect\n)\n", "require example.com/far v0.3.0 // indirect\n",
			},
		},
		{
			name:   "dropped, raised by the user",
			ours:   []string{"leaving v1.0.0", "leaving v1.0.1"},
			theirs: []string{"\texample.com/leaving v1.0.0\n", ""},
		},
		{
			name:   "dropped, used by the user",
			ours:   []string{"\texample.com/gone v0.1.0 // indirect\n", "\texample.com/gone v0.1.0\n"},
			theirs: []string{"\texample.com/gone v0.1.0 // indirect\n", ""},
		},
		{
			name:   "dropped, but a module of the user may need it",
			theirs: []string{"\texample.com/gone v0.1.0 // indirect\n", ""},
			append: own,
		},
		{
			name:   "direct now",
			theirs: []string{"\texample.com/far v0.3.0 // indirect\n", "", "direct v1.2.0\n", "direct v1.2.0\n\texample.com/far v0.3.0\n"},
			want: []string{
				"require (\n\texample.com/far v0.3.0 // indirect\n\texample.com/gone v0.1.0 // indirect\n)\n", "require example.com/gone v0.1.0 // indirect\n",
				"direct v1.2.0\n", "direct v1.2.0\n\texample.com/far v0.3.0\n",
			},
		},
		{
			name:   "go and toolchain raised",
			theirs: []string{"go 1.25.0", "go 1.26.0", "toolchain go1.25.3", "toolchain go1.26.2"},
			want:   []string{"go 1.25.0", "go 1.26.0", "toolchain go1.25.3", "toolchain go1.26.2"},
		},
		{
			name:   "go raised beyond the user's toolchain",
			ours:   []string{"toolchain go1.25.3", "toolchain go1.25.4"},
			theirs: []string{"go 1.25.0", "go 1.26.0", "toolchain go1.25.3\n\n", ""},
			want:   []string{"go 1.25.0", "go 1.26.0", "toolchain go1.25.4\n\n", ""},
		},
		{
			name:   "toolchain dropped",
			theirs: []string{"toolchain go1.25.3\n\n", ""},
			want:   []string{"toolchain go1.25.3\n\n", ""},
		},
		{
			name:   "go raised higher by the user",
			ours:   []string{"go 1.25.0", "go 1.27.0", "toolchain go1.25.3\n\n", ""},
			theirs: []string{"go 1.25.0", "go 1.26.0", "toolchain go1.25.3", "toolchain go1.26.2"},
		},
		{
			name:   "the user's toolchain is default",
			ours:   []string{"toolchain go1.25.3", "toolchain default"},
			theirs: []string{"toolchain go1.25.3", "toolchain go1.26.2"},
		},
		{
			name:   "module renamed",
			theirs: []string{"example.com/shop", "example.org/store"},
			want:   []string{"example.com/shop", "example.org/store"},
		},
		{
			name:   "module renamed by the user",
			ours:   []string{"example.com/shop", "example.net/mine"},
			theirs: []string{"example.com/shop", "example.org/store"},
		},
		{
			name:   "what only the user has stays",
			ours:   []string{"module", "// My service.\nmodule"},
			theirs: []string{"direct v1.2.0", "direct v1.3.0"},
			want:   []string{"direct v1.2.0", "direct v1.3.0"},
			append: own + `
replace example.com/direct => ../direct // local

exclude example.com/far v0.3.1

retract v0.0.1 // broken

tool example.com/own/cmd/gen
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours := edit(t, mergeBase, tt.ours...) + tt.append
			theirs, want := edit(t, mergeBase, tt.theirs...), edit(t, ours, tt.want...)
			got, err := MergeMod([]byte(mergeBase), []byte(ours), []byte(theirs))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			again, err := MergeMod([]byte(theirs), got, []byte(theirs))
			if err != nil || string(again) != string(got) {
				t.Errorf("a second run changes it: %v\n%s", err, again)
			}
			if _, err := modfile.Parse("go.mod", got, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMergeModBroken(t *testing.T) {
	good, bad := []byte(mergeBase), []byte("module example.com/shop\n<<<<<<< HEAD\n")
	for name, sides := range map[string][3][]byte{
		"base": {bad, good, good}, "yours": {good, bad, good}, "new": {good, good, bad},
	} {
		_, err := MergeMod(sides[0], sides[1], sides[2])
		if err == nil || !strings.HasPrefix(err.Error(), name+": go.mod:2:") {
			t.Errorf("%s broken: error %v", name, err)
		}
	}
}

func TestMergeSum(t *testing.T) {
	const (
		a     = "example.com/a v1.0.0 h1:aaa=\n"
		aMod  = "example.com/a v1.0.0/go.mod h1:amod=\n"
		a2    = "example.com/a v1.10.0 h1:a2=\n"
		a9    = "example.com/a v1.9.0 h1:a9=\n"
		b     = "example.com/b v0.1.0 h1:bbb=\n"
		other = "example.com/b v0.1.0 h1:other=\n"
	)
	tests := []struct{ name, base, ours, theirs, want string }{
		{"nothing new", a, b + a, a, b + a},
		{"into nothing", "", "", a + b, a + b},
		{"in the go command's order", a, b + a, a + a2 + a9 + aMod, a + aMod + a9 + a2 + b},
		{"what theirs drops stays", a + b, a + b, a2, a + a2 + b},
		{"what ours trusts stays", a, a + other, a9 + b, a + a9 + other},
		{"two hashes of one", a, other + b, a, a + other + b},
		{"without an end, with blank lines and CRLF", a, "\r\n" + strings.TrimSuffix(b, "\n"), a, a + b},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := MergeSum([]byte(tt.base), []byte(tt.ours), []byte(tt.theirs)); string(got) != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
