package pipeline_test

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

// earlier renders a project as the templates of an earlier version did.
func earlier(t testing.TB, version string, s *spec.Spec) memory {
	t.Helper()
	e, err := pipeline.Open(os.DirFS("../../testdata/templates/"+version), "go")
	if err != nil {
		t.Fatal(err)
	}
	_, files, err := e.Project(s)
	if err != nil {
		t.Fatal(err)
	}
	out := memory{}
	for name, f := range files {
		out[name] = string(f.Data)
	}
	return out
}

func update(t testing.TB, m memory, decide func(merge.Change, []byte) merge.Decision) *pipeline.Outcome {
	t.Helper()
	x := opened(t, m)
	x.Decide = decide
	o, err := x.Update()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func shop(t testing.TB, auth string) *spec.Spec {
	s := bare(auth)
	s.Resources = []spec.Resource{resource(t, "product", "name:string", "price:decimal(12,2)"), resource(t, "order", "note:text?")}
	return s
}

// TestUpdateUnedited brings a project of every earlier version to the present
// templates: the result is what these render by themselves.
func TestUpdateUnedited(t *testing.T) {
	for _, auth := range []string{"jwt", "none"} {
		t.Run(auth, func(t *testing.T) {
			m := earlier(t, "0.1.0", shop(t, auth))
			if _, err := opened(t, m).AddResource(resource(t, "tag", "name:string")); err == nil || !strings.Contains(err.Error(), "layup update") {
				t.Errorf("adding before updating: %v", err)
			}
			migrations := maps.Clone(m)
			maps.DeleteFunc(migrations, func(name, _ string) bool { return !strings.HasSuffix(name, ".sql") })
			o := update(t, m, nil)
			if len(o.Notes) > 0 {
				t.Errorf("notes %q", o.Notes)
			}
			m.apply(t, o)
			same(t, "updated", m, laid(t, written(t, m)))
			for name, data := range migrations {
				if m[name] != data {
					t.Errorf("%s was touched, and may have been shipped", name)
				}
			}
			if again := update(t, m, nil); len(again.Changes) != 0 {
				t.Errorf("a second update changes %d files, %s among them", len(again.Changes), again.Changes[0].Path)
			}
			m.apply(t, add(t, m, resource(t, "tag", "name:string")))
		})
	}
}

// TestUpdateEdited edits a project as people do, and brings it to the present
// templates: no edit is lost, and what was deleted stays so.
func TestUpdateEdited(t *testing.T) {
	m := earlier(t, "0.1.0", shop(t, "jwt"))
	edit := func(name, old, replacement string) {
		t.Helper()
		if !strings.Contains(m[name], old) {
			t.Fatalf("%s does not hold %q", name, old)
		}
		m[name] = strings.Replace(m[name], old, replacement, 1)
	}
	edit("internal/app/app.go", "\t\ta.resources(),\n", "\t\ta.resources(),\n\t\ta.reports(),\n")
	m["internal/app/reports.go"] = "package app\n\nimport \"example.com/shop/internal/handler\"\n\nfunc (a *App) reports() []handler.Route { return nil }\n"
	edit("internal/service/product.go", "\tif err := item.Validate(); err != nil {\n", "\titem.Name = strings.TrimSpace(item.Name)\n\tif err := item.Validate(); err != nil {\n")
	edit("internal/service/product.go", "import (\n\t\"context\"\n", "import (\n\t\"context\"\n\t\"strings\"\n")
	edit("README.md", "# Shop\n", "# Our shop\n")
	delete(m, "AGENTS.md")
	m["internal/model/thing.go"] = m["internal/model/product.go"] // renamed
	delete(m, "internal/model/product.go")
	m[".env.example"] = strings.ReplaceAll(m[".env.example"], "\n", "\r\n")

	o := update(t, m, nil)
	if conflicts := o.Conflicts(); len(conflicts) > 0 {
		t.Fatalf("%s: %s %+v", conflicts[0].Path, conflicts[0].Note, conflicts[0].Conflicts)
	}
	for _, c := range o.Changes {
		if c.Path == "internal/model/product.go" && !strings.Contains(c.Note, "internal/model/thing.go") {
			t.Errorf("the renamed file is noted as %q", c.Note)
		}
	}
	m.apply(t, o)
	for name, text := range map[string]string{
		"internal/app/app.go":         "a.reports(),",
		"internal/app/reports.go":     "reports()",
		"internal/service/product.go": "strings.TrimSpace(item.Name)",
		"README.md":                   "# Our shop\n",
		"internal/model/thing.go":     "type Product struct",
	} {
		if !strings.Contains(m[name], text) {
			t.Errorf("%s lost %q", name, text)
		}
	}
	for _, gone := range []string{"AGENTS.md", "internal/model/product.go"} {
		if _, ok := m[gone]; ok {
			t.Errorf("%s is back", gone)
		}
	}
	if again := update(t, m, nil); len(again.Changes) != 0 {
		t.Errorf("a second update changes %d files", len(again.Changes))
	}
}

// TestApplyPutsRight brings back what layup writes whole: generated files, also
// those that git could not merge, and archives of the base.
func TestApplyPutsRight(t *testing.T) {
	fresh := laid(t, shop(t, "jwt"))
	for name, harm := range map[string]func(m memory){
		"gone":    func(m memory) { delete(m, "api/openapi.yaml"); delete(m, "internal/app/resources_gen.go") },
		"marks":   func(m memory) { m["api/openapi.yaml"] += "\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branch\n" },
		"archive": func(m memory) { delete(m, base.ResourceFile("product")) },
		"base":    func(m memory) { delete(m, base.SharedFile) },
	} {
		m := maps.Clone(fresh)
		harm(m)
		o, err := opened(t, m).Apply()
		if err != nil {
			t.Fatal(err)
		}
		m.apply(t, o)
		same(t, name, m, fresh)
	}
	m := maps.Clone(fresh)
	m["api/openapi.yaml"] += "# mine\n"
	o, err := opened(t, m).Apply()
	if err != nil || len(o.Conflicts()) != 1 {
		t.Errorf("an edited generated file: %v, %+v", err, o)
	}
}

// TestApplyEditedSpec makes projects match a layup.yaml that people edited: the result
// is what a render of it gives.
func TestApplyEditedSpec(t *testing.T) {
	for name, edit := range map[string]func(text string) string{
		"a choice":      func(s string) string { return strings.Replace(s, "cache: memory", "cache: none", 1) },
		"a description": func(s string) string { return strings.Replace(s, "router:", "description: For us.\nrouter:", 1) },
		"one more": func(s string) string {
			return s + "  # by hand\n  - name: Tag\n    fields: [name:string:unique, 'order_id:ref(orders)?']\n"
		},
		"one less": func(s string) string { kept, _, _ := strings.Cut(s, "  - name: product"); return kept },
	} {
		t.Run(name, func(t *testing.T) {
			m := laid(t, shop(t, "jwt"))
			m[spec.FileName] = edit(m[spec.FileName])
			o, err := opened(t, m).Apply()
			if err != nil {
				t.Fatal(err)
			}
			m.apply(t, o)
			if o, err = opened(t, m).Apply(); err != nil || len(o.Changes) != 0 {
				t.Errorf("a second time: %v, %+v", err, o.Changes)
			}
			text := m[spec.FileName]
			want := laid(t, written(t, m))
			m[spec.FileName], want[spec.FileName] = "", ""
			same(t, name, m, want)
			if name == "one more" && (!strings.Contains(text, "# by hand") || !strings.Contains(text, "migration: \"")) {
				t.Errorf("layup.yaml is\n%s", text)
			}
		})
	}
}

// TestUpdateWithEditedSpec applies what people changed in layup.yaml along with the
// templates, and says so.
func TestUpdateWithEditedSpec(t *testing.T) {
	m := earlier(t, "0.1.0", shop(t, "jwt"))
	m[spec.FileName] = strings.Replace(m[spec.FileName], "cache: memory", "cache: none", 1)
	o := update(t, m, nil)
	if !strings.Contains(strings.Join(o.Notes, "\n"), "layup.yaml was edited") {
		t.Errorf("notes %q", o.Notes)
	}
	m.apply(t, o)
	same(t, "updated", m, laid(t, written(t, m)))
}

// TestUpdateConflict edits what the templates changed too: nothing is written until
// that is decided, and a decision holds.
func TestUpdateConflict(t *testing.T) {
	m := earlier(t, "0.1.0", shop(t, "jwt"))
	const name, old, ours = "AGENTS.md", "## Rules\n", "## Our rules\n"
	lines := strings.SplitAfter(m[name], "\n")
	for i, line := range lines {
		if strings.Contains(line, "layup new --from") {
			lines[i] = ours
		}
	}
	m[name] = strings.Join(lines, "")
	if !strings.Contains(m[name], ours) || !strings.Contains(m[name], old) {
		t.Fatalf("the edit does not fit:\n%s", m[name])
	}
	conflicts := update(t, m, nil).Conflicts()
	if len(conflicts) != 1 || conflicts[0].Path != name || len(conflicts[0].Conflicts) == 0 || !strings.Contains(conflicts[0].Conflicts[0].Ours, ours) {
		t.Fatalf("conflicts: %+v", conflicts)
	}
	for decision, want := range map[merge.Decision][2]bool{ // ours is there, markers are
		merge.KeepOurs: {true, false}, merge.TakeTheirs: {false, false}, merge.WriteMarker: {true, true},
	} {
		decided := maps.Clone(m)
		decided.apply(t, update(t, decided, func(merge.Change, []byte) merge.Decision { return decision }))
		if got := [2]bool{strings.Contains(decided[name], ours), strings.Contains(decided[name], "<<<<<<< ")}; got != want {
			t.Errorf("%s: %v, want %v", decision, got, want)
		}
		if again := update(t, decided, nil); len(again.Changes) != 0 {
			t.Errorf("%s: a second update changes %d files", decision, len(again.Changes))
		}
	}
}
