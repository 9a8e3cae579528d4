package prompt_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/prompt"
	"github.com/layup-dev/layup/internal/spec"
)

// stack has one axis without a choice, one that brings users or not, and extras.
func stack(t *testing.T) *feature.Stack {
	t.Helper()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	s, err := feature.Load(fstest.MapFS{
		"go/stack.yaml": file("title: Go\nlanguage: go\nversion: '1'\naxes:\n" +
			"  - {name: door, title: Door, default: front, help: Where people come in.}\n" +
			"  - {name: guard, title: Guard, default: dog, help: Who lets them in.}\n"),
		"go/base/feature.yaml":         file("title: Base\nhelp: All.\n"),
		"go/shared/users/feature.yaml": file("title: Users\nhelp: Accounts.\n"),
		"go/door/front/feature.yaml":   file("title: Front\nhelp: The only one.\n"),
		"go/guard/dog/feature.yaml":    file("title: Dog\nhelp: Barks.\nneeds: [users]\n"),
		"go/guard/nobody/feature.yaml": file("title: Nobody\nhelp: Open house.\n"),
		"go/with/alarm/feature.yaml":   file("title: Alarm\nhelp: Rings.\nconflicts: [guard-dog]\n"),
		"go/with/lamp/feature.yaml":    file("title: Lamp\nhelp: Shines.\n"),
	}, "go")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainly asks without a cursor and answers with the input.
func plainly(t *testing.T, ctx context.Context, in io.Reader, s *spec.Spec) (asked string, err error) { //nolint:revive // t first, as everywhere in tests
	t.Helper()
	var out strings.Builder
	env := map[string]string{"TERM": "xterm", "ACCESSIBLE": "1"}
	err = prompt.New(ctx, prompt.Options{
		In: in, Out: &out, Getenv: func(name string) string { return env[name] },
		Target: func(name string) (string, error) { return "there/" + name, nil },
	}, stack(t), s)
	return out.String(), err
}

// script answers every question of stack.
func script() []string {
	return []string{
		"shop", "", "A shop", "nobody", "lamp,1", "y", "product", "name:string price:decimal(12,2)",
		"stock:int", "", "yes",
	}
}

func TestAnswersBecomeTheSpec(t *testing.T) {
	s := &spec.Spec{Stack: "go"}
	out, err := plainly(t, t.Context(), strings.NewReader(strings.Join(script(), "\n")+"\n"), s)
	if err != nil {
		t.Fatalf("%v after\n%s", err, out)
	}
	got := []any{s.Name, s.Module, s.Description, s.Choices["guard"], s.With, s.Resources[0].Name, s.Resources[0].Access, len(s.Resources[0].Fields)}
	want := []any{"shop", "example.com/shop", "A shop", "nobody", []string{"alarm", "lamp"}, "product", "", 3}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, shown := range []string{"there/shop", "example.com/shop", "Nobody", "Front", "alarm, lamp", "price:decimal(12,2)"} {
		if _, summary, _ := strings.Cut(out, "Field 3"); !strings.Contains(summary, shown) {
			t.Errorf("the summary does not show %q:\n%s", shown, summary)
		}
	}
	for _, silent := range []string{"The only one.", "Who may use"} {
		if strings.Contains(out, silent) {
			t.Errorf("%q has only one answer, it must not be asked", silent)
		}
	}
}

func TestUsersBringTheQuestionOfAccess(t *testing.T) {
	s := &spec.Spec{Name: "shop", Module: "example.com/x", Description: "d", With: []string{}}
	out, err := plainly(t, t.Context(), strings.NewReader("dog\ny\nproduct\nname:string\n\npublic-read\ny\n"), s)
	if err != nil {
		t.Fatalf("%v after\n%s", err, out)
	}
	if got := s.Resources[0].Access; got != spec.AccessPublicRead {
		t.Errorf("access %q, want public-read", got)
	}
}

func TestImpossibleCombinationIsAskedAgain(t *testing.T) {
	s := &spec.Spec{Name: "shop", Module: "example.com/x", Description: "d", Choices: map[string]string{"guard": "dog"}}
	out, err := plainly(t, t.Context(), strings.NewReader("alarm\nlamp\nno\nyes\n"), s)
	if err != nil {
		t.Fatalf("%v after\n%s", err, out)
	}
	if !strings.Contains(out, "do not go together") || !reflect.DeepEqual(s.With, []string{"lamp"}) {
		t.Errorf("extras %v after\n%s", s.With, out)
	}
}

// However early the input ends, nothing is decided and nothing is asked for ever.
func TestEndOfInputAborts(t *testing.T) {
	whole := strings.Join(script(), "\n")
	for n := range len(whole) + 1 {
		s := &spec.Spec{Stack: "go"}
		_, err := plainly(t, t.Context(), strings.NewReader(whole[:n]), s)
		if !errors.Is(err, prompt.ErrAborted) {
			t.Fatalf("after %q: %v, want ErrAborted", whole[:n], err)
		}
		if !reflect.DeepEqual(s, &spec.Spec{Stack: "go"}) {
			t.Fatalf("after %q the spec was changed: %+v", whole[:n], s)
		}
	}
}

func TestDecliningAborts(t *testing.T) {
	answers := script()
	answers[len(answers)-1] = "no"
	s := &spec.Spec{}
	if _, err := plainly(t, t.Context(), strings.NewReader(strings.Join(answers, "\n")+"\n"), s); !errors.Is(err, prompt.ErrAborted) {
		t.Errorf("got %v, want ErrAborted", err)
	}
	if s.Name != "" {
		t.Errorf("the spec was changed: %+v", s)
	}
}

func TestEndOfContextAbortsABlockedRead(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = io.WriteString(typing, "shop\n") // returns when it was read
		cancel()
	}()
	if _, err := plainly(t, ctx, in, &spec.Spec{}); !errors.Is(err, prompt.ErrAborted) {
		t.Errorf("got %v, want ErrAborted", err)
	}
}

func TestFailedReadIsNoAbort(t *testing.T) {
	in, typing := io.Pipe()
	broken := errors.New("broken")
	typing.CloseWithError(broken)
	if _, err := plainly(t, t.Context(), in, &spec.Spec{}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
}

func TestFormEndsWithItsInput(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	for name, in := range map[string]io.Reader{"file": null, "reader": strings.NewReader("")} {
		err := prompt.New(t.Context(), prompt.Options{
			In: in, Out: screen, Getenv: func(name string) string { return map[string]string{"TERM": "xterm"}[name] },
			Target: func(name string) (string, error) { return name, nil },
		}, stack(t), &spec.Spec{})
		if !errors.Is(err, prompt.ErrAborted) {
			t.Errorf("%s: got %v, want ErrAborted", name, err)
		}
	}
}
