package cmd

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/prompt"
)

// addConflictFlag adds --conflict, which decides about all conflicts at once.
func (o *changeOptions) addConflictFlag(c *cobra.Command) {
	f := onceFlags{c.Flags()}
	f.StringVar(&o.conflict, "conflict", "", "where you and layup changed the same lines: take ours (yours), theirs (layup's), or write markers")
	o.asks = true
}

// decider decides about conflicts: by the flag, by questions on a terminal, or not
// at all.
type decider struct {
	decide func(merge.Change, []byte) merge.Decision
	// err says that the user left a question.
	err error
}

func (o *changeOptions) decider(ctx context.Context, s streams) (*decider, error) {
	d := &decider{}
	switch decision := merge.Decision(o.conflict); decision {
	case merge.KeepOurs, merge.TakeTheirs, merge.WriteMarker:
		d.decide = func(c merge.Change, _ []byte) merge.Decision { return forFile(decision, c) }
	case merge.Undecided:
		if o.asks && s.interactive && !o.preview() && !o.json {
			d.decide = func(c merge.Change, theirs []byte) merge.Decision { return d.ask(ctx, s, c, theirs) }
		}
	default:
		return nil, usagef("--conflict %q is not known; choose ours, theirs or markers", o.conflict)
	}
	return d, nil
}

// ask asks about one file. Once the user has left, it asks no more.
func (d *decider) ask(ctx context.Context, s streams, c merge.Change, theirs []byte) merge.Decision {
	if d.err != nil {
		return merge.Undecided
	}
	var decision merge.Decision
	decision, d.err = prompt.Conflict(ctx, prompt.Options{In: s.in, Out: s.err, Getenv: os.Getenv}, c, theirs)
	return decision
}

// forFile is what a decision about all conflicts means for one file. A whole file
// of people's own is given up only by name, or when they are asked about it.
func forFile(decision merge.Decision, c merge.Change) merge.Decision {
	if decision == merge.TakeTheirs && len(c.Conflicts) == 0 && !c.Generated {
		return merge.Undecided
	}
	return decision
}
