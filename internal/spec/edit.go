package spec

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// EditError says that layup.yaml is written in a way that cannot be edited
// without touching more of it than the change, and what to write there by hand.
type EditError struct {
	File string
	Line int
	// Snippet is what to add; empty when something has to go.
	Snippet string
	Msg     string
}

func (e *EditError) Error() string {
	s := fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	if e.Snippet != "" {
		s += ":\n" + e.Snippet
	}
	return s
}

// AddResource returns a layup.yaml with a resource more, before the first one
// whose name sorts after it. Everything else keeps its bytes: comments, order,
// line ends. file and axes are as in Parse, and before is what that returned.
func AddResource(file string, data []byte, axes []string, before *Spec, r Resource) ([]byte, error) {
	d := splitDocument(data)
	snippet := strings.Join(block(r, "  "), "\n")
	list, unclear := d.resourceList(file, len(before.Resources))
	if unclear != nil {
		unclear.Snippet = snippet
		return nil, unclear
	}
	at := len(before.Resources)
	for i, other := range before.Resources {
		if other.Name > r.Name {
			at = i
			break
		}
	}
	d.insert(list, at, r)
	want := slices.Insert(slices.Clone(before.Resources), at, r)
	return d.checked(file, axes, want, at, snippet)
}

// RemoveResource returns a layup.yaml without the resource of that name, and
// without the comment right above it.
func RemoveResource(file string, data []byte, axes []string, before *Spec, name string) ([]byte, error) {
	i := slices.IndexFunc(before.Resources, func(r Resource) bool { return r.Name == name })
	if i < 0 {
		return nil, Errorf(file, "there is no resource %s", name)
	}
	d := splitDocument(data)
	list, unclear := d.resourceList(file, len(before.Resources))
	if unclear != nil {
		return nil, unclear
	}
	if len(list.items) == 1 {
		d.lines = slices.Delete(d.lines, list.key, list.end)
	} else {
		d.lines = slices.Delete(d.lines, list.items[i], list.endOf(i))
	}
	if last := len(d.lines) - 1; d.open {
		d.lines[last] = strings.TrimSuffix(d.lines[last], "\r")
	}
	return d.checked(file, axes, slices.Delete(slices.Clone(before.Resources), i, i+1), i, "")
}

// document is a text in lines; a carriage return is part of its line.
type document struct {
	lines []string
	eol   string
	bom   bool
	// open is set when the last line has no end.
	open bool
}

func splitDocument(data []byte) *document {
	d := &document{eol: "\n"}
	data, d.bom = bytes.CutPrefix(data, []byte("\ufeff"))
	text := string(data)
	if strings.Contains(text, "\r\n") {
		d.eol = "\r\n"
	}
	d.open = !strings.HasSuffix(text, "\n")
	d.lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return d
}

func (d *document) bytes() []byte {
	text := strings.Join(d.lines, "\n")
	if !d.open {
		text += "\n"
	}
	if d.bom {
		text = "\ufeff" + text
	}
	return []byte(text)
}

// resourceList is where the block list under resources stands, in lines.
type resourceList struct {
	key    int // the line of "resources:", or where it belongs
	absent bool
	indent string // before the dashes
	items  []int  // first line of each, with the comment above it
	end    int    // behind the last line
}

func (l *resourceList) endOf(i int) int {
	if i+1 < len(l.items) {
		return l.items[i+1]
	}
	return l.end
}

// resourceList finds the list with that many items. Only block style is edited.
func (d *document) resourceList(file string, count int) (*resourceList, *EditError) {
	l := &resourceList{indent: "  "}
	l.key = slices.IndexFunc(d.lines, func(line string) bool { return strings.HasPrefix(line, "resources:") })
	if l.key < 0 {
		l.key, l.absent = d.contentEnd(), true
		l.end = l.key
		return l, nil
	}
	rest := strings.TrimSpace(strings.TrimPrefix(d.lines[l.key], "resources:"))
	rest, _, _ = strings.Cut(rest, "#")
	switch strings.TrimSpace(rest) {
	case "":
	case "[]", "null", "~":
		d.lines[l.key] = "resources:" + strings.TrimSuffix(d.eol, "\n")
	default:
		return nil, &EditError{File: file, Line: l.key + 1, Msg: "write the resources as a list of lines that begin with a dash, then try again"}
	}
	l.scan(d.lines)
	if len(l.items) != count {
		return nil, &EditError{File: file, Line: l.key + 1, Msg: "the list of resources is not laid out as layup writes it; bring it into that shape, then try again"}
	}
	return l, nil
}

// scan finds the items: lines with a dash at the depth of the first one.
func (l *resourceList) scan(lines []string) {
	l.end = l.key + 1
	lead := -1 // first line of the comment that is being read
	for i := l.key + 1; i < len(lines); i++ {
		text := strings.TrimLeft(lines[i], " ")
		indent := lines[i][:len(lines[i])-len(text)]
		switch {
		case strings.TrimSpace(text) == "":
			lead = -1
			continue
		case strings.HasPrefix(text, "#"):
			if lead < 0 {
				lead = i
			}
			continue
		case indent == "" && !strings.HasPrefix(text, "-"):
			return // the next key
		case len(l.items) == 0 && strings.HasPrefix(text, "-"):
			l.indent = indent
		}
		if indent == l.indent && strings.HasPrefix(text, "-") {
			start := i
			if lead >= 0 {
				start = lead
			}
			l.items = append(l.items, start)
		}
		lead, l.end = -1, i+1
	}
}

// contentEnd returns the line behind the last one that says something.
func (d *document) contentEnd() int {
	for i := len(d.lines) - 1; i >= 0; i-- {
		if text := strings.TrimSpace(d.lines[i]); text != "" && text != "..." {
			return i + 1
		}
	}
	return 0
}

func (d *document) insert(l *resourceList, at int, r Resource) {
	lines := block(r, l.indent)
	where := l.end
	if at < len(l.items) {
		where = l.items[at]
	}
	if l.absent {
		lines = append([]string{"resources:"}, lines...)
	}
	d.insertLines(where, lines)
}

// block returns a resource as lines, its dash behind indent.
func block(r Resource, indent string) []string {
	var b strings.Builder
	r.encode(&b)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i, line := range lines {
		lines[i] = indent + strings.TrimPrefix(line, "  ")
	}
	return lines
}

// checked returns the text if it means what was wanted: the list around item at
// is parsed again, which is as good as all of it and costs the same however long
// the list is.
func (d *document) checked(file string, axes []string, want []Resource, at int, snippet string) ([]byte, error) {
	l, unclear := d.resourceList(file, len(want))
	if unclear != nil {
		unclear.Snippet = snippet
		return nil, unclear
	}
	from, to := max(at-1, 0), min(at+2, len(want))
	near := *d
	if len(want) > 0 {
		near.lines = slices.Concat(d.lines[:l.items[0]], d.lines[l.items[from]:l.endOf(to-1)], d.lines[l.end:])
	}
	got, err := Parse(file, near.bytes(), axes)
	if err != nil || !sameResources(got.Resources, want[from:to]) {
		return nil, &EditError{File: file, Line: l.key + 1, Snippet: snippet, Msg: "cannot be edited safely; make the change by hand"}
	}
	return d.bytes(), nil
}

func sameResources(a, b []Resource) bool {
	return slices.EqualFunc(a, b, func(x, y Resource) bool { return reflect.DeepEqual(x, y) })
}

// SetModule returns a layup.yaml with another module path.
func SetModule(file string, data []byte, axes []string, module string) ([]byte, error) {
	return SetValue(file, data, axes, "module", module)
}

// SetValue returns a layup.yaml in which a key of the project has another value, or
// has one at all. Everything else keeps its bytes, the comment behind the value too.
func SetValue(file string, data []byte, axes []string, key, value string) ([]byte, error) {
	d := splitDocument(data)
	line := key + ": " + YAMLString(value)
	i := slices.IndexFunc(d.lines, func(l string) bool { return strings.HasPrefix(l, key+":") })
	if i >= 0 {
		d.lines[i] = d.replaced(d.lines[i], line)
	} else {
		i = d.keyPlace(axes, key)
		d.insertLines(i, []string{line})
	}
	return d.verified(file, axes, i, line, func(s *Spec) bool { return s.value(key) == value })
}

// SetList returns a layup.yaml in which a key of the project is a list of words; an
// empty list takes the key away.
func SetList(file string, data []byte, axes []string, key string, values []string) ([]byte, error) {
	d := splitDocument(data)
	line := key + ": [" + strings.Join(values, ", ") + "]"
	i := slices.IndexFunc(d.lines, func(l string) bool { return strings.HasPrefix(l, key+":") })
	switch {
	case i >= 0 && len(values) == 0:
		d.lines = slices.Delete(d.lines, i, i+1)
	case i >= 0:
		d.lines[i] = d.replaced(d.lines[i], line)
	case len(values) > 0:
		i = d.keyPlace(axes, key)
		d.insertLines(i, []string{line})
	}
	return d.verified(file, axes, max(i, 0), line, func(s *Spec) bool { return slices.Equal(s.With, values) })
}

// SetResourceValue returns a layup.yaml in which a resource has another value of a
// key, or has one at all: access, plural or migration. name is as it stands there.
func SetResourceValue(file string, data []byte, axes []string, name, key, value string) ([]byte, error) {
	before, err := Parse(file, data, axes)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(before.Resources, func(r Resource) bool { return r.Name == name })
	if at < 0 {
		return nil, Errorf(file, "there is no resource %s", name)
	}
	d := splitDocument(data)
	l, unclear := d.resourceList(file, len(before.Resources))
	if unclear != nil {
		unclear.Snippet = key + ": " + YAMLString(value)
		return nil, unclear
	}
	indent := l.indent + "  "
	line := indent + key + ": " + YAMLString(value)
	i, nameLine := -1, -1
	for n := l.items[at]; n < l.endOf(at); n++ {
		switch has := keyOf(d.lines[n]); {
		case has == key:
			i = n
		case has == "name", has == "plural" && key == "migration", has == "access" && key == "migration":
			nameLine = n
		}
	}
	if i >= 0 {
		d.lines[i] = d.replaced(d.lines[i], line)
	} else {
		i = nameLine + 1
		d.insertLines(i, []string{line})
	}
	return d.verified(file, axes, i, line, func(s *Spec) bool { return s.Resources[at].value(key) == value && s.Resources[at].Name == name })
}

// keyOf returns the key that a line of a resource sets, or "". A field, such as
// name:string, has no blank behind its colon.
func keyOf(line string) string {
	text := strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(line, " "), "-"), " ")
	key, rest, found := strings.Cut(text, ":")
	if !found || rest != "" && !strings.HasPrefix(rest, " ") {
		return ""
	}
	return key
}

// value returns what a key of the project is set to.
func (s *Spec) value(key string) string {
	switch key {
	case "module":
		return s.Module
	case "description":
		return s.Description
	case "templates":
		return s.Templates
	}
	return s.Choices[key]
}

func (r Resource) value(key string) string {
	return map[string]string{"access": r.Access, "plural": r.Plural, "migration": r.Migration}[key]
}

// replaced returns a line in place of another one, which keeps the comment and the
// carriage return that end it.
func (d *document) replaced(old, line string) string {
	text := strings.TrimRight(old, "\r")
	cr, comment := old[len(text):], ""
	behind := behindQuotes(text)
	if at := strings.Index(text[behind:], " #"); at >= 0 {
		comment = text[behind+at:]
	}
	return line + comment + cr
}

// behindQuotes returns where the quoted value of a line ends, 0 when it has none: a
// number sign in it begins no comment.
func behindQuotes(line string) int {
	_, rest, _ := strings.Cut(line, ":")
	value := strings.TrimLeft(rest, " \t")
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return 0
	}
	quote := value[0]
	for i := 1; i < len(value); i++ {
		switch {
		case quote == '"' && value[i] == '\\', quote == '\'' && strings.HasPrefix(value[i:], "''"):
			i++ // what is escaped
		case value[i] == quote:
			return len(line) - len(value) + i + 1
		}
	}
	return 0 // no end on this line; the check of the result decides
}

// keyPlace returns where a new key of the project belongs: behind those that layup
// writes before it, or at the top.
func (d *document) keyPlace(axes []string, key string) int {
	order := append([]string{"layup", "templates", "stack", "name", "module", "description"}, axes...)
	order = append(order, "with")
	place := slices.IndexFunc(d.lines, func(l string) bool { return strings.HasPrefix(l, "layup:") }) + 1
	for _, before := range order[:slices.Index(order, key)] {
		if i := slices.IndexFunc(d.lines, func(l string) bool { return strings.HasPrefix(l, before+":") }); i >= 0 {
			place = max(place, i+1)
		}
	}
	return place
}

// insertLines inserts lines, which have no ends yet.
func (d *document) insertLines(at int, lines []string) {
	if d.eol == "\r\n" {
		for i := range lines {
			lines[i] += "\r"
		}
		if at == len(d.lines) && d.open { // the old last line gets an end, the new one has none
			d.lines[at-1] += "\r"
			lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], "\r")
		}
	}
	d.lines = slices.Insert(d.lines, at, lines...)
}

// verified returns the text if it parses and means what was wanted.
func (d *document) verified(file string, axes []string, at int, snippet string, wanted func(*Spec) bool) ([]byte, error) {
	got, err := Parse(file, d.bytes(), axes)
	if err != nil || !wanted(got) {
		return nil, &EditError{File: file, Line: at + 1, Snippet: snippet, Msg: "cannot be edited safely; write this by hand"}
	}
	return d.bytes(), nil
}
