package golang

import (
	"fmt"
	"slices"
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

// linked returns resources as templates see them, from "name/access field…" lines.
// Their migrations are in the order of the lines.
func linked(t *testing.T, users bool, lines ...string) map[string]*Resource {
	t.Helper()
	var list []*Resource
	out := map[string]*Resource{}
	for _, line := range lines {
		name, fields := spec.SplitResource(line)
		in := spec.Resource{Name: name[:len(name)-2], Access: map[byte]string{'o': "owner", 's': "shared", 'r': "public-read", 'p': "public"}[name[len(name)-1]]}
		for _, input := range fields {
			f, err := spec.ParseField(input)
			if err != nil {
				t.Fatal(err)
			}
			in.Fields = append(in.Fields, f)
		}
		in.Migration = fmt.Sprintf("%05d", 100+len(list))
		r, err := newResource(in, nil, users)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
		out[r.Name] = r
	}
	if err := link(list); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatFollowsFromReferences(t *testing.T) {
	lines := []string{
		"task/o list_id:ref(list_of_mine) done:bool",
		"list_of_mine/o name:string",
		"comment/s task_id:ref(task):on_delete(cascade) author_id:ref(user) note:text",
		"badge/s task_id:ref(task):immutable",
		"label/r parent_id:ref(label)? task_id:ref(task)?:on_delete(null)",
		"team/s captain_id:ref(member)?",
		"member/s squad_id:ref(squad)",
		"squad/s team_id:ref(team)",
	}
	tests := map[string]struct {
		targets                                          []string
		byCaller, patchByCaller, dependent, refersToSelf bool
		circular                                         []string
	}{
		"task":         {targets: []string{"list_of_mine"}},
		"list_of_mine": {},
		"comment":      {targets: []string{"task", "user"}, byCaller: true, patchByCaller: true, dependent: true},
		"badge":        {targets: []string{"task"}, byCaller: true},
		"label":        {targets: []string{"task"}, byCaller: true, patchByCaller: true, dependent: true, refersToSelf: true},
		"team":         {targets: []string{"member"}, circular: []string{"captain_id"}},
		"member":       {targets: []string{"squad"}},
		"squad":        {targets: []string{"team"}},
	}
	resources := linked(t, true, lines...)
	for name, want := range tests {
		r := resources[name]
		var targets, circular []string
		for _, ref := range r.Targets {
			targets = append(targets, ref.Name)
		}
		for _, f := range r.Refs {
			if f.Ref.Circular {
				circular = append(circular, f.Name)
			}
		}
		if !slices.Equal(targets, want.targets) || !slices.Equal(circular, want.circular) {
			t.Errorf("%s refers to %v, in a circle by %v; want %v, %v", name, targets, circular, want.targets, want.circular)
		}
		if r.ByCaller != want.byCaller || r.PatchByCaller != want.patchByCaller || r.Dependent != want.dependent || r.RefersToSelf != want.refersToSelf {
			t.Errorf("%s: by caller %t, patch by caller %t, dependent %t, to itself %t; want %+v", name, r.ByCaller, r.PatchByCaller, r.Dependent, r.RefersToSelf, want)
		}
	}
	// Without users nothing belongs to anybody.
	if r := linked(t, false, lines[0], lines[1], lines[3])["badge"]; r.ByCaller {
		t.Error("a caller is asked for where there are no users")
	}
}

// TestLater holds that a reference to a table of a later migration is known at both
// ends.
func TestLater(t *testing.T) {
	resources := linked(t, true, "team/s captain_id:ref(member)? parent_id:ref(team)?", "member/s team_id:ref(team) sponsor_id:ref(user)?")
	team, member := resources["team"], resources["member"]
	for _, f := range slices.Concat(team.Refs, member.Refs) {
		if want := f.Name == "captain_id"; f.Ref.Later != want {
			t.Errorf("%s: later %t, want %t", f.Name, f.Ref.Later, want)
		}
	}
	if len(team.Earlier) != 0 || len(member.Earlier) != 1 || member.Earlier[0].Table != "teams" || member.Earlier[0].Field.Name != "captain_id" {
		t.Errorf("team has %v, member %v", team.Earlier, member.Earlier)
	}
}

func TestNesting(t *testing.T) {
	resources := linked(t, true, "folder/o name:string cover_id:ref(folder)?:on_delete(null) parent_id:ref(folder)?:on_delete(cascade)",
		"file/o folder_id:ref(folder):on_delete(cascade) before_id:ref(file)?")
	if f := resources["folder"].Nesting; f == nil || f.Name != "parent_id" {
		t.Errorf("folders are nested by %+v", f)
	}
	if f := resources["file"].Nesting; f != nil {
		t.Errorf("files are nested by %s", f.Name)
	}
	for name, want := range map[string]bool{"folder": true, "file": false} {
		p := &Project{Resources: []*Resource{resources[name]}}
		if p.HasNesting() != want {
			t.Errorf("with %s alone: nesting %t", name, !want)
		}
	}
}

func TestFloatsAreSpelledForEveryReader(t *testing.T) {
	for given, want := range map[string]string{
		"1": "1", "+1": "1", "-0.5": "-0.5", "1e308": "1.0e+308", "-2E3": "-2.0e+3", "1.5e-05": "1.5e-05", "2e+3": "2.0e+3", "+1.25E0": "1.25e+0",
	} {
		f, err := spec.ParseField("n:float:default(" + given + "):min(" + given + "):max(" + given + ")")
		if err != nil {
			t.Fatal(err)
		}
		field, err := newField(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{field.Default, field.DefaultGo, field.DefaultJSON, field.Min, field.MinGo, field.Max, field.MaxGo} {
			if got != want {
				t.Errorf("%s is spelled %s, want %s", given, got, want)
			}
		}
	}
}

func TestFind(t *testing.T) {
	resources := linked(t, true, "task/o list_id:ref(list_of_mine) parent_id:ref(task)? by:ref(user) label_id:ref(label)", "list_of_mine/o name:string", "label/s name:string")
	want := []string{"findOwned(s.listOfMines, ownerID)", "findOwned(s.store, ownerID)", "find(s.users)", "find(s.labels)"}
	for i, f := range resources["task"].Refs {
		if got := f.Ref.Find("ownerID"); got != want[i] {
			t.Errorf("%s is found by %s, want %s", f.Name, got, want[i])
		}
	}
}

func TestFreshValues(t *testing.T) {
	for input, want := range map[string]string{
		"a:string:unique:min(2):max(40)":                "TextOfLength(n, 2, 40)",
		"a:int:unique":                                  "int64(n)",
		"a:int:unique:min(5):max(9)":                    "5 + int64(n%5)",
		"a:int:unique:max(-5)":                          "-1048581 + int64(n)",
		"a:int:unique:min(9223372036854775800)":         "9223372036854775800 + int64(n%8)",
		"a:decimal(4,2):unique:min(1.10)":               "model.NewDecimal(110 + int64(n%9890), 2)",
		"a:decimal(12,2):unique":                        "model.NewDecimal(int64(n), 2)",
		"a:float:unique":                                "float64(n)",
		"a:float:unique:max(-0.5)":                      "-0.5 - float64(n)",
		"a:float:unique:min(0.5):max(0.7)":              "0.5 + (0.7 - 0.5)*float64(n%1000)/1000",
		"a:date:unique:min(2024-01-01):max(2024-01-03)": "model.DateOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n%3))",
		"a:datetime:unique":                             "time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)",
		"a:uuid:unique":                                 "NewID(tb)",
		"a:email:unique":                                `fmt.Sprintf("fixture%d@example.com", n)`,
		"a:enum(x,y):unique":                            `"x"`,
	} {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		field, err := newField(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := field.FreshGo(); got != want {
			t.Errorf("%s: %s, want %s", input, got, want)
		}
	}
}
