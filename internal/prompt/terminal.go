package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/huh"
	"github.com/charmbracelet/lipgloss"
)

// question is one thing to ask. It can be put as a field of a form, or as
// plain lines to somebody who hears the screen or has no cursor to move.
type question interface {
	// skip reports that the answers so far make the question pointless.
	skip() bool
	// field returns the question as a field that keeps its answer.
	field() huh.Field
	// plain asks line by line until the answer is valid.
	plain(l *lines) error
}

// when says whether a question is asked; nil means always.
type when func() bool

func (w when) skip() bool { return w != nil && !w() }

// terminal puts questions.
type terminal struct {
	in  *input
	out io.Writer
	// lines is nil unless questions are put as plain lines.
	lines *lines
}

func newTerminal(ctx context.Context, o Options) *terminal {
	t := &terminal{in: &input{from: o.In}, out: o.Out}
	plain := o.Getenv("ACCESSIBLE") != ""
	switch o.Getenv("TERM") {
	case "", "dumb":
		plain = true
	}
	if plain {
		t.lines = &lines{in: bufio.NewReader(t.in.until(ctx, func() {})), out: o.Out}
	}
	return t
}

// ask puts the questions one after the other.
func (t *terminal) ask(ctx context.Context, questions ...question) error {
	if len(questions) == 0 {
		return nil
	}
	if t.lines == nil {
		return t.form(ctx, questions)
	}
	for _, q := range questions {
		if q.skip() {
			continue
		}
		if err := q.plain(t.lines); err != nil {
			return err
		}
	}
	return nil
}

// form shows one question at a time; Shift-Tab goes back.
func (t *terminal) form(ctx context.Context, questions []question) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	groups := make([]*huh.Group, len(questions))
	for i, q := range questions {
		groups[i] = huh.NewGroup(q.field()).WithHideFunc(q.skip)
	}
	// Signals belong to the command: it ends ctx. The library would handle them
	// too, and hang when ctx ends first. It would also wait for ever for a key
	// from a terminal that went away: that ends ctx too.
	form := huh.NewForm(groups...).WithProgramOptions(tea.WithoutSignalHandler(), tea.WithFilter(atLeast)).
		WithInput(t.in.until(ctx, hangUp)).WithOutput(t.out).
		WithTheme(theme()).WithKeyMap(keys())
	err := form.RunWithContext(ctx)
	switch {
	case ctx.Err() != nil, errors.Is(err, huh.ErrUserAborted), errors.Is(err, huh.ErrTimeout):
		return ErrAborted
	case err != nil:
		return fmt.Errorf("asking: %w", err)
	case form.State != huh.StateCompleted:
		return ErrAborted
	}
	return nil
}

// atLeast keeps the form's idea of the window high enough for a question: the
// library shrinks a question to a few rows and does not let it grow again.
func atLeast(_ tea.Model, msg tea.Msg) tea.Msg {
	if window, ok := msg.(tea.WindowSizeMsg); ok {
		return tea.WindowSizeMsg{Width: window.Width, Height: max(window.Height, 5)}
	}
	return msg
}

// keys lets Esc and Ctrl-D leave as Ctrl-C does. The lists are too short to be
// worth filtering, which would take Esc for itself.
func keys() *huh.KeyMap {
	k := huh.NewDefaultKeyMap()
	k.Quit = key.NewBinding(key.WithKeys("ctrl+c", "ctrl+d", "esc"))
	k.Select.Filter.SetEnabled(false)
	k.MultiSelect.Filter.SetEnabled(false)
	return k
}

// theme uses the terminal's own sixteen colours, and nothing that only a
// colour tells: the button that Enter would press is shown in reverse.
func theme() *huh.Theme {
	t := huh.ThemeBase16()
	button := lipgloss.NewStyle().Padding(0, 2).MarginRight(1)
	for _, f := range []*huh.FieldStyles{&t.Focused, &t.Blurred} {
		f.FocusedButton, f.BlurredButton = button.Reverse(true).Bold(true), button
	}
	return t
}
