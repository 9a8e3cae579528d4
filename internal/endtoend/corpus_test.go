package endtoend

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// entry is one request of a corpus. Its line says
//
//	STATUS [NAME =] WHO METHOD PATH [HEADER:VALUE…] [BODY]
//
// STATUS is what is expected. NAME remembers the answer: later lines write
// {NAME.member} for a member of its body, {NAME.etag} and {NAME.next_cursor}. WHO is
// the NAME of an answer that has an access token, or anyone. {x*300} is x, 300 times.
// Lines that begin with # say why.
type entry struct {
	at                      string // file and line
	status                  int
	name, who, method, path string
	header                  []string
	body                    string
	line                    string
}

var entryLine = regexp.MustCompile(`^(\d{3}) (?:(\w+) = )?(\w+) ([A-Z]+) (\S+)((?: [A-Z][A-Za-z-]+:\S*)*)(?: (.*))?$`)

// readCorpus reads the requests of all files, in the order of their names.
func readCorpus(t *testing.T) []entry {
	t.Helper()
	files, err := filepath.Glob("testdata/parity/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var all []entry
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			line := lines.Text()
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			part := entryLine.FindStringSubmatch(line)
			if part == nil {
				t.Fatalf("%s:%d is no request: %s", file, n, line)
			}
			status, _ := strconv.Atoi(part[1])
			all = append(all, entry{
				at: fmt.Sprintf("%s:%d", filepath.Base(file), n), status: status, name: part[2], who: part[3], method: part[4],
				path: part[5], header: strings.Fields(part[6]), body: part[7], line: line,
			})
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return all
}

// player sends a corpus to one service and writes down what it answers.
type player struct {
	t      *testing.T
	base   string
	client http.Client
	// said are the answers that have a name.
	said map[string]map[string]string
	// seen numbers ids and moments in the order in which they appear.
	seen map[string]string
}

func newPlayer(t *testing.T, base string) *player {
	t.Helper()
	return &player{
		t: t, base: base, said: map[string]map[string]string{}, seen: map[string]string{},
		client: http.Client{Transport: &http.Transport{DisableCompression: true}},
	}
}

// answer is what one request got.
type answer struct {
	status int
	// normal is status, headers and body, without what differs from run to run.
	normal string
	raw    string
}

var (
	reference = regexp.MustCompile(`\{([a-z]\w*)\.(\w+)\}`)
	repeated  = regexp.MustCompile(`\{([^{}]+)\*(\d+)\}`)
)

// expand replaces what a line takes from earlier answers. What a service did not say
// is left as it stands: the answers differ then anyway.
func (p *player) expand(text string) string {
	text = reference.ReplaceAllStringFunc(text, func(place string) string {
		part := reference.FindStringSubmatch(place)
		if value, ok := p.said[part[1]][part[2]]; ok {
			return value
		}
		return place
	})
	return repeated.ReplaceAllStringFunc(text, func(place string) string {
		part := repeated.FindStringSubmatch(place)
		n, _ := strconv.Atoi(part[2])
		return strings.Repeat(part[1], n)
	})
}

// play sends one request.
func (p *player) play(e entry) answer {
	p.t.Helper()
	var body io.Reader
	if e.body != "" {
		body = strings.NewReader(p.expand(e.body))
	}
	req, err := http.NewRequestWithContext(p.t.Context(), e.method, p.base+p.expand(e.path), body)
	if err != nil {
		p.t.Fatalf("%s: %v", e.at, err)
	}
	if e.method == http.MethodPost || e.method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/json")
	}
	if e.who != "anyone" {
		req.Header.Set("Authorization", "Bearer "+p.expand("{"+e.who+".access_token}"))
	}
	for _, h := range e.header {
		name, value, _ := strings.Cut(h, ":")
		req.Header.Set(name, p.expand(value))
	}
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatalf("%s: %v", e.at, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatalf("%s: %v", e.at, err)
	}
	p.remember(e.name, res.Header, data)
	return answer{status: res.StatusCode, raw: string(data), normal: p.normal(res, string(data))}
}

// remember keeps an answer for later lines.
func (p *player) remember(name string, header http.Header, data []byte) {
	if name == "" {
		return
	}
	said := map[string]string{"etag": header.Get("ETag")}
	var body map[string]any
	if json.Unmarshal(data, &body) == nil {
		if pagination, ok := body["pagination"].(map[string]any); ok {
			body["next_cursor"] = pagination["next_cursor"]
		}
		for member, value := range body {
			said[member] = fmt.Sprint(value)
		}
	}
	p.said[name] = said
}

var (
	anID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	aMoment  = regexp.MustCompile(`"(created_at|updated_at)":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)"`)
	aSecret  = regexp.MustCompile(`"(access_token|refresh_token|next_cursor|request_id)":"[^"]+"`)
	aVariant = []string{"Date", "X-Request-Id", "Content-Length"}
)

// normal writes an answer down. Ids and moments become their number in the order in
// which they appeared, so that the same one stays recognisable; what is random is
// named.
func (p *player) normal(res *http.Response, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", res.StatusCode)
	names := make([]string, 0, len(res.Header))
	for name := range res.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := strings.Join(res.Header[name], ", ")
		if slices.Contains(aVariant, name) {
			value = "(there)"
		}
		if name == "Content-Length" && res.Request.Method != http.MethodHead && res.ContentLength != int64(len(body)) {
			value = "(wrong)"
		}
		fmt.Fprintf(&b, "%s: %s\n", name, value)
	}
	body = aSecret.ReplaceAllString(body, `"$1":"($1)"`)
	body = aMoment.ReplaceAllStringFunc(body, func(m string) string {
		part := aMoment.FindStringSubmatch(m)
		return `"` + part[1] + `":"` + p.number("moment", part[2]) + `"`
	})
	return anID.ReplaceAllStringFunc(b.String()+body, func(id string) string { return p.number("id", id) })
}

func (p *player) number(what, value string) string {
	if p.seen[value] == "" {
		p.seen[value] = fmt.Sprintf("(%s %d)", what, len(p.seen))
	}
	return p.seen[value]
}
