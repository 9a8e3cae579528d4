package merge

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// letters writes a text with one line for each letter.
func letters(s string) string {
	var out strings.Builder
	for _, r := range s {
		out.WriteRune(r)
		out.WriteByte('\n')
	}
	return out.String()
}

func TestText(t *testing.T) {
	toCRLF := strings.NewReplacer("\n", "\r\n").Replace
	const mark = byteOrderMark
	tests := []struct{ name, base, ours, theirs, want string }{
		{"all empty", "", "", "", ""},
		{"only ours", letters("abc"), letters("aBc"), letters("abc"), letters("aBc")},
		{"only theirs", letters("abc"), letters("abc"), letters("aBc"), letters("aBc")},
		{"the same", letters("abc"), letters("aBc"), letters("aBc"), letters("aBc")},
		{"far apart", letters("abcde"), letters("Abcde"), letters("abcdE"), letters("AbcdE")},
		{"some the same", letters("abcde"), letters("AbCde"), letters("AbcdE"), letters("AbCdE")},
		{"deleted and changed", letters("abcde"), letters("bcde"), letters("abcdE"), letters("bcdE")},
		{"ours emptied it", letters("ab"), "", letters("ab"), ""},
		{"theirs emptied it", letters("ab"), letters("ab"), "", ""},
		{"both emptied it", letters("ab"), "", "", ""},

		{"both insert", letters("ab"), letters("axyb"), letters("azb"), letters("axyzb")},
		{"both insert at the start", letters("ab"), letters("xab"), letters("yab"), letters("xyab")},
		{"both append", letters("ab"), letters("abx"), letters("aby"), letters("abxy")},
		{"both append, ours without an end", letters("ab"), letters("ab") + "x", letters("aby"), letters("abxy")},
		{"both append, theirs without an end", letters("ab"), letters("abx"), letters("ab") + "y", letters("abx") + "y"},
		{"both fill an empty file", "", letters("x"), letters("y"), letters("xy")},

		{"ours lacks the end", letters("abcd"), letters("abc") + "d", letters("Abcd"), letters("Abc") + "d"},
		{"theirs lacks the end", letters("abcd"), letters("Abcd"), letters("abc") + "d", letters("Abc") + "d"},
		{"base lacks the end", letters("abc") + "d", letters("abcd"), letters("Abc") + "d", letters("Abcd")},

		{"CRLF in ours", letters("abcde"), toCRLF(letters("aBcde")), letters("abcdeXY"), toCRLF(letters("aBcdeXY"))},
		{"nothing but CRLF in ours", letters("abc"), toCRLF(letters("abc")), letters("aXc"), toCRLF(letters("aXc"))},
		{"CRLF in ours, without an end", letters("abc"), "a\r\nb\r\nc", letters("Xbc"), "X\r\nb\r\nc"},
		{"CRLF in base and theirs", toCRLF(letters("abc")), letters("abC"), toCRLF(letters("Xbc")), letters("XbC")},
		{"CRLF in theirs", letters("abc"), letters("abC"), toCRLF(letters("Xbc")), letters("XbC")},
		{"both append, CRLF in ours", letters("ab"), toCRLF(letters("ab")) + "x", letters("aby"), toCRLF(letters("abxy"))},
		{"mixed ends in ours", letters("abcd"), "a\r\nb\nc\r\nd\n", letters("abXd"), "a\r\nb\nX\nd\n"},

		{"mark in ours", letters("abc"), mark + letters("abC"), letters("Xbc"), mark + letters("XbC")},
		{"mark in all", mark + letters("abc"), mark + letters("abC"), mark + letters("Xbc"), mark + letters("XbC")},
		{"mark in ours and base", mark + letters("abc"), mark + letters("abC"), letters("Xbc"), mark + letters("XbC")},
		{"mark removed in ours", mark + letters("abc"), letters("abC"), mark + letters("Xbc"), letters("XbC")},
		{"mark added in theirs", letters("abc"), letters("abC"), mark + letters("Xbc"), mark + letters("XbC")},

		{"binary, only theirs", "a\x00", "a\x00", "b\x00", "b\x00"},
		{"binary, only ours", "a\x00", "b\x00\r\n", "a\x00", "b\x00\r\n"},
		{"binary, the same", "a\x00", "b\x00", "b\x00", "b\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Text([]byte(tt.base), []byte(tt.ours), []byte(tt.theirs))
			if !got.Clean() {
				t.Fatalf("conflicts: %+v", got.Conflicts())
			}
			if string(got.Bytes()) != tt.want {
				t.Errorf("got %q, want %q", got.Bytes(), tt.want)
			}
			for name, text := range map[string][]byte{
				"ours": got.Resolve(Ours), "theirs": got.Resolve(Theirs), "markers": got.Markers(gitLabels),
			} {
				if string(text) != tt.want {
					t.Errorf("%s: got %q, want %q", name, text, tt.want)
				}
			}
		})
	}
}

func TestTextConflict(t *testing.T) {
	tests := []struct {
		name, base, ours, theirs string
		want                     []Conflict
	}{
		{
			name: "two places", base: letters("abcdef"), ours: letters("XaBcdEf"), theirs: letters("abbcdef!"),
			want: []Conflict{{Line: 3, Base: "b\n", Ours: "B\n", Theirs: letters("bb")}},
		},
		{
			name: "one line, twice", base: letters("abcdef"), ours: letters("XaBcdEf"), theirs: letters("apcdqf"),
			want: []Conflict{
				{Line: 3, Base: "b\n", Ours: "B\n", Theirs: "p\n"},
				{Line: 6, Base: "e\n", Ours: "E\n", Theirs: "q\n"},
			},
		},
		{
			name: "touching", base: letters("abcd"), ours: letters("aXcd"), theirs: letters("abYd"),
			want: []Conflict{{Line: 2, Base: letters("bc"), Ours: letters("Xc"), Theirs: letters("bY")}},
		},
		{
			name: "deleted in ours", base: letters("abcde"), ours: letters("abde"), theirs: letters("abCde"),
			want: []Conflict{{Line: 3, Base: "c\n", Ours: "", Theirs: "C\n"}},
		},
		{
			name: "everything deleted in ours", base: letters("ab"), ours: "", theirs: letters("aB"),
			want: []Conflict{{Line: 1, Base: letters("ab"), Ours: "", Theirs: letters("aB")}},
		},
		{
			name: "two versions of one insertion", base: letters("ab"), ours: letters("axyb"), theirs: letters("axzb"),
			want: []Conflict{{Line: 2, Ours: letters("xy"), Theirs: letters("xz")}},
		},
		{
			name: "one insertion in the other", base: letters("ab"), ours: letters("axyzb"), theirs: letters("a yb"),
			want: []Conflict{{Line: 2, Ours: letters("xyz"), Theirs: letters(" y")}},
		},
		{
			name: "CRLF in ours", base: letters("abc"), ours: "a\r\nX\r\nc\r\n", theirs: letters("aYc"),
			want: []Conflict{{Line: 2, Base: "b\n", Ours: "X\r\n", Theirs: "Y\r\n"}},
		},
		{
			name: "binary", base: "a\x00\n", ours: "b\n", theirs: "c\n",
			want: []Conflict{{Line: 1, Base: "a\x00\n", Ours: "b\n", Theirs: "c\n"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Text([]byte(tt.base), []byte(tt.ours), []byte(tt.theirs))
			if !reflect.DeepEqual(got.Conflicts(), tt.want) {
				t.Errorf("got  %+v\nwant %+v", got.Conflicts(), tt.want)
			}
			if got.Clean() || got.Bytes() != nil {
				t.Errorf("Clean is %v, Bytes %q", got.Clean(), got.Bytes())
			}
		})
	}
}

func TestResolve(t *testing.T) {
	const base, ours, theirs = "a\nb\nc\nd", "a\r\nX\r\nc\r\nD", "a\nY\nc\ndd"
	got := Text([]byte(base), []byte(ours), []byte(theirs))
	tests := []struct{ name, got, want string }{
		{"ours", string(got.Resolve(Ours)), ours},
		{"theirs", string(got.Resolve(Theirs)), "a\r\nY\r\nc\r\ndd"},
		{
			"markers", string(got.Markers(Labels{Ours: "yours", Base: "before", Theirs: "new"})),
			strings.ReplaceAll("a\n<<<<<<< yours\nX\n||||||| before\nb\n=======\nY\n>>>>>>> new\nc\n"+
				"<<<<<<< yours\nD\n||||||| before\nd\n=======\ndd\n>>>>>>> new\n", "\n", "\r\n"),
		},
	}
	for _, tt := range tests {
		// Base is shown as it was.
		if text := strings.ReplaceAll(tt.got, "before\r\nb\n", "before\r\nb\r\n"); text != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, text, tt.want)
		}
	}

	binary := Text([]byte("a\x00"), []byte("b\x00"), []byte("c\x00"))
	if text := string(binary.Markers(Labels{})); text != "b\x00" {
		t.Errorf("markers in what is not text: %q", text)
	}
	if text := string(binary.Resolve(Theirs)); text != "c\x00" {
		t.Errorf("theirs of what is not text: %q", text)
	}
}

// TestDiffManyDifferences holds that texts beyond the search's bound are still
// compared rightly, and in pieces.
func TestDiffManyDifferences(t *testing.T) {
	for _, size := range [][2]int{{6 * maxCost, 6 * maxCost}, {maxCost / 2, 6 * maxCost}, {6 * maxCost, maxCost / 2}} {
		r := rand.New(rand.NewPCG(1, 2))
		a, b := make([]string, size[0]), make([]string, size[1])
		for _, lines := range [][]string{a, b} {
			for i := range lines {
				lines[i] = fmt.Sprint(r.IntN(9))
			}
		}
		hunks := diff(a, b)
		if len(hunks) < maxCost/4 {
			t.Errorf("%d: only %d hunks", size, len(hunks))
		}
		var made []string
		done := 0
		for _, h := range hunks {
			made = append(append(made, a[done:h.a.start]...), b[h.b.start:h.b.end]...)
			done = h.a.end
		}
		if made = append(made, a[done:]...); !reflect.DeepEqual(made, b) {
			t.Errorf("%d: the hunks do not make b of a", size)
		}
	}
}

func BenchmarkText(b *testing.B) {
	var base strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&base, "line %d of a file that is nearly the same in all three\n", i)
	}
	text := base.String()
	ours := []byte(strings.Replace(text, "line 500 ", "mine ", 1))
	theirs := []byte(strings.Replace(strings.Replace(text, "line 20 ", "new ", 1), "line 9000 ", "", 1))
	for b.Loop() {
		if !Text([]byte(text), ours, theirs).Clean() {
			b.Fatal("conflict")
		}
	}
}
