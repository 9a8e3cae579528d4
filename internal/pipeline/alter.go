package pipeline

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// fills holds the values that rows get which have none: by resource, by field.
type fills map[string]map[string]string

// alter renders the migration that brings a table from one shape to another. Its
// version is above last, which it raises. The notes say what it does to rows that
// are there.
func (x *Existing) alter(p *plan.Plan, before, after spec.Resource, fill fills, last *uint64) (render.FileSet, []string, error) {
	c, err := plan.ChangeTable(before, after, fill[after.Name])
	if err != nil {
		return nil, nil, err
	}
	*last = spread(*last, "change "+after.Name+" "+c.What)
	files, err := render.RenderChanged(x.last, p, x.engine.Language, render.Change{
		Resource: after.Name, Version: formatVersion(*last), Fill: c.Fill,
	})
	if err != nil {
		return nil, nil, err
	}
	foreign, err := x.foreignMigrations(before.Plural)
	for _, name := range foreign {
		c.Notes = append(c.Notes, fmt.Sprintf("%s changes %s, too; the new migration fails until you write into it what that brought and is to stay", name, before.Plural))
	}
	return files, c.Notes, err
}

// foreignMigrations lists the migrations that people wrote and that give a table more
// than layup knows of: making it anew would lose that.
func (x *Existing) foreignMigrations(table string) ([]string, error) {
	gives := regexp.MustCompile(`(?i)\b(alter\s+table|on)\s+["'\[` + "`" + `]?` + table + `\b`)
	var out []string
	for _, pattern := range x.engine.Stack.Once {
		names, err := x.files.List(path.Dir(pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if matches, _ := path.Match(pattern, name); !matches || ownMigration(name, table) {
				continue
			}
			data, err := x.read(name)
			if err != nil {
				return nil, err
			}
			if gives.Match(data) {
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// ownMigration reports whether a file has the name that layup gives to a migration of
// the table.
func ownMigration(name, table string) bool {
	_, purpose, _ := strings.Cut(strings.TrimSuffix(path.Base(name), path.Ext(name)), "_")
	purpose = strings.TrimSuffix(purpose, "_resource") // what naming adds to some files
	return purpose == "create_"+table || purpose == "change_"+table || purpose == "drop_"+table
}

// sameTable reports whether two versions of a resource have the same table.
func sameTable(a, b spec.Resource) bool { return plan.SameTable(a, b) }
