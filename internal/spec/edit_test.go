package spec_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

const head = "# mine\nlayup: 1\nname: shop\nmodule: example.com/shop\nx-owner: me\n"

func added(t *testing.T) spec.Resource {
	t.Helper()
	f, err := spec.ParseField("name:string:min(1)")
	if err != nil {
		t.Fatal(err)
	}
	return spec.Resource{Name: "order", Plural: "orders", Migration: "00200", Fields: []spec.Field{f}}
}

func parsed(t *testing.T, text string) *spec.Spec {
	t.Helper()
	s, err := spec.Parse("layup.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const block = "  - name: order\n    plural: orders\n    migration: \"00200\"\n    fields:\n      - name:string:min(1)\n"

func TestAddAndRemoveResource(t *testing.T) {
	indented := strings.ReplaceAll("\n"+block, "\n  ", "\n    ")[1:]
	flush := strings.ReplaceAll("\n"+block, "\n  ", "\n")[1:]
	tests := []struct{ name, before, after string }{
		{"none yet", head, head + "resources:\n" + block},
		{"trailing blank lines and comment", head + "\n# the end\n", head + "\n# the end\nresources:\n" + block},
		{
			"in between", head + "resources:\n  - name: a # first\n    x-note: 1\n  # about z\n  - name: z\nwith: []\n",
			head + "resources:\n  - name: a # first\n    x-note: 1\n" + block + "  # about z\n  - name: z\nwith: []\n",
		},
		{"at the end", head + "resources:\n  - name: a\n\n# next\nwith: []\n", head + "resources:\n  - name: a\n" + block + "\n# next\nwith: []\n"},
		{"deeper", head + "resources:\n    - name: a\n", head + "resources:\n    - name: a\n" + indented},
		{"flush", head + "resources:\n- name: a\n- name: z\n", head + "resources:\n- name: a\n" + flush + "- name: z\n"},
		{"no final newline", head + "resources:\n  - name: a", head + "resources:\n  - name: a\n" + strings.TrimSuffix(block, "\n")},
		{"unsorted stays unsorted", head + "resources:\n  - name: z\n  - name: a\n", head + "resources:\n" + block + "  - name: z\n  - name: a\n"},
	}
	for _, tt := range tests {
		for name, style := range map[string]func(string) string{
			"LF":   func(s string) string { return s },
			"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"BOM":  func(s string) string { return "\ufeff" + s },
		} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				got, err := spec.AddResource("layup.yaml", []byte(style(tt.before)), nil, parsed(t, style(tt.before)), added(t))
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != style(tt.after) {
					t.Fatalf("got\n%q\nwant\n%q", got, style(tt.after))
				}
				back, err := spec.RemoveResource("layup.yaml", got, nil, parsed(t, string(got)), "order")
				if err != nil {
					t.Fatal(err)
				}
				if string(back) != style(tt.before) {
					t.Errorf("removed again, it is\n%q\nwant\n%q", back, style(tt.before))
				}
			})
		}
	}
}

func TestAddResourceToEmptyList(t *testing.T) {
	for _, empty := range []string{"resources: []", "resources:", "resources: null # none"} {
		got, err := spec.AddResource("layup.yaml", []byte(head+empty+"\nwith: []\n"), nil, parsed(t, head), added(t))
		if err != nil || string(got) != head+"resources:\n"+block+"with: []\n" {
			t.Errorf("%s: %v\n%s", empty, err, got)
		}
	}
}

func TestEditsThatAreNotSafe(t *testing.T) {
	for _, list := range []string{"resources: [{name: a}]", "resources:\n  [\n    {name: a}\n  ]"} {
		data := []byte(head + list + "\n")
		_, err := spec.AddResource("layup.yaml", data, nil, parsed(t, string(data)), added(t))
		var unsafe *spec.EditError
		if !errors.As(err, &unsafe) || !strings.Contains(err.Error(), "layup.yaml:6:") || !strings.Contains(err.Error(), block[:20]) {
			t.Errorf("%q: %v", list, err)
		}
		if _, err := spec.RemoveResource("layup.yaml", data, nil, parsed(t, string(data)), "a"); !errors.As(err, &unsafe) {
			t.Errorf("%q: %v", list, err)
		}
	}
	if _, err := spec.RemoveResource("layup.yaml", []byte(head), nil, parsed(t, head), "a"); err == nil {
		t.Error("removed what is not there")
	}
}

// TestSetValueKeepsComments takes no number sign in quotes for a comment.
func TestSetValueKeepsComments(t *testing.T) {
	for before, after := range map[string]string{
		`description: old # why`:                 `description: new # why`,
		`description: "a # b"`:                   `description: new`,
		`description: "a \" # b \\" # why`:       `description: new # why`,
		`description: 'it''s # one' # why`:       `description: new # why`,
		`description: 'a # b'`:                   `description: new`,
		`description: a "b" # why`:               `description: new # why`,
		`description: "" # "why" # or not`:       `description: new # "why" # or not`,
		`description:   "a: # b"   # why` + "\r": `description: new # why` + "\r",
	} {
		got, err := spec.SetValue("layup.yaml", []byte("layup: 1\n"+before+"\nname: shop\n"), nil, "description", "new")
		if want := "layup: 1\n" + after + "\nname: shop\n"; err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", before, err, got)
		}
	}
}

// TestMigrationVersions has the versions below 100 for the migrations of features.
func TestMigrationVersions(t *testing.T) {
	for version, ok := range map[string]bool{"00100": true, "00573": true, "100000": true, "00099": false, "00020": false, "00001": false, "00000": false, "573": false} {
		_, err := spec.Parse("layup.yaml", []byte("layup: 1\nresources:\n  - name: a\n    migration: \""+version+"\"\n    fields: [b:int]\n"), nil)
		if (err == nil) != ok {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestMergeConflict(t *testing.T) {
	text := "layup: 1\n<<<<<<< HEAD\nname: shop\n=======\nname: store\n>>>>>>> other\n"
	if _, err := spec.Parse("layup.yaml", []byte(text), nil); err == nil || !strings.Contains(err.Error(), "layup.yaml:2: holds the marks of a merge conflict") {
		t.Error(err)
	}
}

func TestSetModule(t *testing.T) {
	for before, after := range map[string]string{
		"layup: 1\nmodule: example.com/shop\nname: shop\n":               "layup: 1\nmodule: example.org/store\nname: shop\n",
		"layup: 1\r\nmodule: \"example.com/shop\" # moved\r\nname: shop": "layup: 1\r\nmodule: example.org/store # moved\r\nname: shop",
	} {
		got, err := spec.SetModule("layup.yaml", []byte(before), nil, "example.org/store")
		if err != nil || string(got) != after {
			t.Errorf("%q: %v\n%q", before, err, got)
		}
	}
	if _, err := spec.SetModule("layup.yaml", []byte("{layup: 1, module: a.b/c}"), nil, "example.org/store"); err == nil {
		t.Error("a flow mapping is edited")
	}
}
