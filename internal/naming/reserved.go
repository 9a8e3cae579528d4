package naming

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

func isKeyword(s string) bool { return token.IsKeyword(s) }

func isPredeclared(s string) bool { return types.Universe.Lookup(s) != nil }

// shadowed lists the identifiers that generated code uses and that a variable
// of the same name would hide.
func shadowed() []string {
	return []string{
		"auth", "cache", "config", "context", "ctx", "database", "db", "embed", "err", "errors", "fmt", "handler", "http",
		"httpx", "id", "io", "json", "log", "math", "model", "net", "os", "patch", "q", "query", "r", "regexp", "repo", "repository",
		"rows", "server", "service", "slices", "slog", "sql", "strconv", "strings", "svc", "sync", "t", "testing", "time", "tx",
		"url", "uuid", "v", "version", "w", "p",
	}
}

// buildWords are the last words of a file name that limit it to a platform.
func buildWords() []string {
	return []string{
		"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd", "openbsd",
		"plan9", "solaris", "wasip1", "windows", "zos", "unix",
		"386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32",
		"mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
	}
}

var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

func deviceName(s string) bool { return devices.MatchString(s) }

// packages are the packages and built-in types of a generated service.
func packages() []string {
	return []string{
		"app", "api", "auth", "cache", "config", "context", "database", "errors", "fmt", "handler", "http", "httpx", "json", "log", "logging",
		"main", "middleware", "migration", "model", "ratelimit", "repository", "route", "router", "server", "service", "slog", "sql", "store",
		"strings", "system", "test", "time", "init", "vendor", "internal", "testdata", "resource", "job",
		"query", "filter", "sort", "page", "change", "violations", "date", "decimal", "principal", "access", "problem", "option", "options",
	}
}

// routes are the built-in routes and tables.
func routes() []string {
	return []string{
		"user", "session", "token", "refresh_token", "api_key", "health", "healthz", "readyz", "metric", "doc", "openapi", "ws", "admin", "login",
		"logout", "register", "refresh", "me", "account", "schema_migration", "goose_db_version", "debug", "pprof",
	}
}

// managed are the members that every resource has already.
func managed() []string {
	return []string{"id", "version", "created_at", "updated_at", "deleted_at", "owner_id", "etag"}
}

// systemColumns are there in every table of some database.
func systemColumns() []string {
	return []string{"ctid", "cmin", "cmax", "xmin", "xmax", "tableoid"}
}

// operations are the methods of every store of rows, in which a type of the same
// name could not be embedded.
func operations() []string {
	return []string{"create", "get", "list", "count", "update", "delete"}
}

// methods are Go names that the methods of a model and of its patch take. A field
// may have any other: nothing that is generated looks for String or Error on a row.
func methods() []string {
	return []string{"Validate", "Normalize", "Apply", "Empty"}
}

// Resource parses and checks the name of a resource and gives its plural.
// plural may be empty: then it is derived.
func Resource(input, plural string) (one, many Name, err error) {
	one, err = Parse(input)
	if err != nil {
		return nil, nil, fmt.Errorf("resource: %w", err)
	}
	if plural != "" {
		if many, err = Parse(plural); err != nil {
			return nil, nil, fmt.Errorf("plural of %s: %w", one.Snake(), err)
		}
	} else {
		many = one.Plural()
	}
	if one.Snake() == many.Snake() {
		if plural != "" {
			return nil, nil, fmt.Errorf("resource %q: the plural must differ from the singular; say --plural %s_list", one.Snake(), one.Snake())
		}
		many = append(slices.Clone(one), "list")
	}
	for _, n := range []Name{one, many} {
		if reason := resourceReason(n.Snake()); reason != "" {
			return nil, nil, fmt.Errorf("resource %q cannot work: %q %s; try %q", one.Snake(), n.Snake(), reason, "my_"+one.Snake())
		}
	}
	return one, many, nil
}

func resourceReason(s string) string {
	singular := strings.TrimSuffix(s, "s")
	switch {
	case isKeyword(s):
		return "is a Go keyword"
	case isPredeclared(s):
		return "is a predeclared Go name"
	case slices.Contains(packages(), s) || slices.Contains(packages(), singular):
		return "is a package or type of the generated service"
	case slices.Contains(operations(), s):
		return "is what every resource can do"
	case slices.Contains(routes(), s) || slices.Contains(routes(), singular):
		return "is a route or table that is built in"
	case deviceName(s):
		return "is a device name on Windows"
	}
	return ""
}

// Fields parses and checks the names of a resource's fields: each alone, and
// all against each other.
func Fields(resource string, inputs []string) ([]Name, error) {
	out := make([]Name, 0, len(inputs))
	seen := map[string]string{}
	for _, input := range inputs {
		n, err := Parse(input)
		if err != nil {
			return nil, fmt.Errorf("field of %s: %w", resource, err)
		}
		if reason := fieldReason(n); reason != "" {
			return nil, fmt.Errorf("field %q of %s cannot work: it %s; try %q", input, resource, reason, resource+"_"+n.Snake())
		}
		key := strings.ToLower(n.Go())
		if other, ok := seen[key]; ok {
			return nil, fmt.Errorf("fields %q and %q of %s have the same name in Go or JSON; rename one", other, input, resource)
		}
		seen[key] = input
		out = append(out, n)
	}
	return out, nil
}

func fieldReason(n Name) string {
	// Words may be cut anywhere: i_d is ID in Go as well.
	same := func(other string) bool { return strings.EqualFold(strings.ReplaceAll(other, "_", ""), n.Go()) }
	method := slices.IndexFunc(methods(), same)
	switch {
	case slices.ContainsFunc(managed(), same):
		return "is managed by the service (" + strings.Join(managed(), ", ") + ")"
	case method >= 0:
		return "collides with the Go method " + methods()[method]
	case slices.Contains([]string{"limit", "cursor", "page", "sort"}, n.Snake()):
		return "is a parameter of every list"
	case slices.Contains(systemColumns(), n.Snake()):
		return "is a column that every table of PostgreSQL has already"
	case deviceName(n.Snake()):
		return "is a device name on Windows"
	}
	return ""
}

var projectName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Project checks the name of a project: it names a directory, a binary, a
// command folder and a container.
func Project(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("the project needs a name: layup new NAME")
	case !projectName.MatchString(s) || len(s) > MaxLength:
		return fmt.Errorf("project name %q: use lower-case letters, digits and single hyphens, starting with a letter, at most %d characters%s", s, MaxLength, suggestProject(s))
	case isKeyword(s) || slices.Contains([]string{"test", "main", "internal", "vendor", "testdata", "cmd", "std", "all", "tool", "work"}, s):
		return fmt.Errorf("project name %q means something to the go command; try %q", s, s+"-service")
	case deviceName(s):
		return fmt.Errorf("project name %q is a device name on Windows; try %q", s, s+"-service")
	}
	return nil
}

func suggestProject(s string) string {
	clean := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(s), "-"), "-0123456789")
	if clean == "" || len(clean) > MaxLength {
		return ""
	}
	return fmt.Sprintf(" (such as %q)", clean)
}

// Module checks a Go module path: what is accepted here builds.
func Module(path string) error {
	if err := module.CheckImportPath(path); err != nil {
		return fmt.Errorf("module path %q: %s", path, strings.TrimPrefix(err.Error(), fmt.Sprintf("malformed import path %q: ", path)))
	}
	first, _, _ := strings.Cut(path, "/")
	switch {
	case slices.Contains(standardRoots(), first):
		return fmt.Errorf("module path %q: %q belongs to Go's standard library or the go command; try %q", path, first, "example.com/"+path)
	case regexp.MustCompile(`/v[01]$`).MatchString(path), regexp.MustCompile(`/v0[0-9]*$`).MatchString(path):
		return fmt.Errorf("module path %q: a major version suffix starts at /v2", path)
	case slices.ContainsFunc(strings.Split(path, "/"), func(e string) bool {
		return e == "vendor" || e == "internal" || e == "testdata" || strings.HasPrefix(e, "_")
	}):
		return fmt.Errorf("module path %q: vendor, internal, testdata and elements that begin with _ mean something to the go command", path)
	case strings.HasPrefix(path, "-") || strings.Contains(path, "/-"):
		return fmt.Errorf("module path %q: no element may begin with a hyphen", path)
	case strings.HasPrefix(path, "gopkg.in/") && !regexp.MustCompile(`\.v[0-9]+$`).MatchString(path):
		return fmt.Errorf("module path %q: gopkg.in paths end in .vN", path)
	}
	return nil
}

// standardRoots are the first elements of standard library import paths, and
// the words that the go command reserves.
func standardRoots() []string {
	return []string{
		"archive", "arena", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container", "context", "crypto", "database", "debug", "embed",
		"encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "internal", "io", "iter", "log", "maps", "math",
		"mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime", "simd", "slices", "sort", "std", "strconv", "strings", "structs", "sync",
		"syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "vendor", "weak", "all", "main", "tool", "work", "test", "C",
	}
}
