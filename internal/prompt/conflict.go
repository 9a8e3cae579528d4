package prompt

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/layup-dev/layup/internal/merge"
)

// Conflict shows where a file is in conflict and asks what to do about it.
// merge.Undecided leaves the conflict as it is, so that nothing is written. It
// returns ErrAborted when the user leaves or ctx ends.
func Conflict(ctx context.Context, o Options, c merge.Change, theirs []byte) (merge.Decision, error) {
	if _, err := io.WriteString(o.Out, showConflict(o, c)); err != nil {
		return merge.Undecided, fmt.Errorf("showing the conflict: %w", err)
	}
	options := []option{
		{name: "stop", title: "Stop", help: "write nothing at all; mend it by hand first"},
		{name: string(merge.KeepOurs), title: "Yours", help: "where both changed something"},
		{name: string(merge.TakeTheirs), title: "Layup's", help: "where both changed something"},
	}
	if len(c.Conflicts) > 0 {
		options = append(options, option{name: string(merge.WriteMarker), title: "Markers", help: "both, to be mended in the file"})
	} else if theirs == nil {
		options[2].help = "remove the file"
	}
	answer := "stop"
	if err := newTerminal(ctx, o).ask(ctx, &choice{title: c.Path, help: "What should stay?", options: options, value: &answer}); err != nil {
		return merge.Undecided, err
	}
	if answer == "stop" {
		return merge.Undecided, nil
	}
	return merge.Decision(answer), nil
}

// showConflict prints the places of a conflict as a diff, in colour where the
// terminal has any.
func showConflict(o Options, c merge.Change) string {
	removed, added := lipgloss.NewStyle().Foreground(lipgloss.Color("1")), lipgloss.NewStyle().Foreground(lipgloss.Color("2"))
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: %s\n", c.Path, c.Note)
	lines := func(prefix, text string, style lipgloss.Style) {
		for line := range strings.Lines(text) {
			line = prefix + strings.TrimRight(line, "\r\n")
			if o.Getenv("NO_COLOR") == "" {
				line = style.Render(line)
			}
			b.WriteString(line + "\n")
		}
	}
	for _, at := range c.Conflicts {
		fmt.Fprintf(&b, "@@ %s:%d, yours - and layup's + @@\n", c.Path, at.Line)
		lines("- ", at.Ours, removed)
		lines("+ ", at.Theirs, added)
	}
	return b.String()
}
