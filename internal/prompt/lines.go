package prompt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// lines puts questions as plain text and reads one line for each answer: no
// escape sequences, no cursor, nothing drawn twice.
type lines struct {
	in  *bufio.Reader
	out io.Writer
}

// print writes a line, or several.
func (l *lines) print(format string, args ...any) {
	fmt.Fprintf(l.out, format+"\n", args...)
}

// answer asks until check accepts the line. An empty line means fallback,
// which is shown. check may be nil. At the end of the input it returns ErrAborted.
func (l *lines) answer(prompt, fallback string, check func(string) error) (string, error) {
	if fallback != "" {
		prompt += " [" + fallback + "]"
	}
	for {
		fmt.Fprint(l.out, prompt+": ")
		line, err := l.read()
		if err != nil {
			fmt.Fprintln(l.out)
			return "", err
		}
		if line == "" {
			line = fallback
		}
		if check == nil {
			return line, nil
		}
		if err := check(line); err != nil {
			l.print("That does not work: %s", err)
			continue
		}
		return line, nil
	}
}

// read returns the next line without white space around it. A line that the
// input breaks off was not sent off by Enter: it is no answer.
func (l *lines) read() (string, error) {
	line, err := l.in.ReadString('\n')
	switch {
	case errors.Is(err, io.EOF):
		return "", ErrAborted
	case err != nil:
		return "", fmt.Errorf("reading an answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}
