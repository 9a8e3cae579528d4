package naming

import (
	"go/build"
	"go/token"
	"strings"
	"testing"
)

func TestSpellings(t *testing.T) {
	tests := []struct{ input, snake, exported, variable, plural string }{
		{"product", "product", "Product", "product", "products"},
		{"order_item", "order_item", "OrderItem", "orderItem", "order_items"},
		{"OrderItem", "order_item", "OrderItem", "orderItem", "order_items"},
		{"order-item", "order_item", "OrderItem", "orderItem", "order_items"},
		{"user_id", "user_id", "UserID", "userID", "user_ids"},
		{"userID", "user_id", "UserID", "userID", "user_ids"},
		{"api_key", "api_key", "APIKey", "apiKey", "api_keys"},
		{"HTMLBody", "html_body", "HTMLBody", "htmlBody", "html_bodies"},
		{"oauth2_token", "oauth2_token", "Oauth2Token", "oauth2Token", "oauth2_tokens"},
		{"sku", "sku", "SKU", "sku", "skus"},
		{"ids", "ids", "IDs", "ids", "ids"},
		{"type", "type", "Type", "typeValue", "types"},
		{"error", "error", "Error", "errorValue", "errors"},
		{"person", "person", "Person", "person", "people"},
		{"status", "status", "Status", "status", "statuses"},
		{"leaf", "leaf", "Leaf", "leaf", "leaves"},
		{"gas", "gas", "Gas", "gas", "gases"},
		{"quiz", "quiz", "Quiz", "quiz", "quizzes"},
	}
	for _, tt := range tests {
		n, err := Parse(tt.input)
		if err != nil {
			t.Errorf("%s: %v", tt.input, err)
			continue
		}
		if n.Snake() != tt.snake || n.Go() != tt.exported || n.Var() != tt.variable || n.Plural().Snake() != tt.plural {
			t.Errorf("%s: %s %s %s %s", tt.input, n.Snake(), n.Go(), n.Var(), n.Plural().Snake())
		}
		again, err := Parse(n.Snake())
		if err != nil || again.Go() != n.Go() {
			t.Errorf("%s: snake form gives %v, %v", tt.input, again, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, input := range []string{
		"", " ", "1a", "_a", "-a", ".a", "a.b", "a/b", `a\b`, "..", "a b", "a__b", "a_", "日本", "naïve", "а", "a\u200d", "$(id)", ";rm", "`x`", "a\nb", "a\x00",
		strings.Repeat("a", MaxLength+1), "../../etc/x", "C:x", "~",
	} {
		if n, err := Parse(input); err == nil {
			t.Errorf("%q became %v", input, n)
		}
	}
}

func TestPlurals(t *testing.T) {
	for singular, want := range map[string]string{
		"category": "categories", "day": "days", "key": "keys", "box": "boxes", "address": "addresses", "status": "statuses", "bus": "buses",
		"analysis": "analyses", "octopus": "octopuses", "sms": "sms", "dns": "dns", "wish": "wishes", "match": "matches", "codebase": "codebases",
		"database": "databases", "abuse": "abuses", "postgres": "postgres", "salesperson": "salespeople", "grandchild": "grandchildren", "human": "humans",
		"index": "indexes", "quiz": "quizzes", "buzz": "buzzes", "photo": "photos", "hero": "heroes", "chef": "chefs", "roof": "roofs", "canvas": "canvases",
		"fish": "fish", "metadata": "metadata", "gas": "gases", "house": "houses", "y": "ys", "stay": "stays", "cookie": "cookies", "movie": "movies", "alias": "aliases",
	} {
		if got := plural(singular); got != want {
			t.Errorf("%s: %s, want %s", singular, got, want)
		}
	}
}

func TestSingulars(t *testing.T) {
	for many, want := range map[string]string{
		"posts": "post", "order_items": "order_item", "categories": "category", "boxes": "box", "addresses": "address", "databases": "database",
		"people": "person", "women": "woman", "quizzes": "quiz", "keys": "key", "ids": "id",
		"post": "", "status": "", "bus": "", "address": "", "analysis": "", "news": "", "series": "", "fish": "", "data": "", "alias": "", "s": "", "sms": "", "dns": "", "postgres": "",
	} {
		n, err := Parse(many)
		if err != nil {
			t.Fatal(err)
		}
		one, ok := n.Singular()
		if got := one.Snake(); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %v, want %q", many, got, ok, want)
		}
	}
}

// TestFileStems checks that no name leads to a file that the go tool would
// leave out of the build on some platform.
func TestFileStems(t *testing.T) {
	for _, word := range append(buildWords(), "test") {
		if strings.Contains("0123456789", word[:1]) {
			continue
		}
		for _, input := range []string{word, "foo_" + word} {
			n, err := Parse(input)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{n.FileStem() + ".go", n.FileStem() + "_cache.go"} {
				ctx := build.Default
				ctx.GOOS, ctx.GOARCH = "none", "none"
				ctx.OpenFile = nil
				if match, err := matchName(&ctx, name); err != nil || !match || strings.HasSuffix(name, "_test.go") {
					t.Errorf("%s gives %s, which is left out (%v)", input, name, err)
				}
			}
		}
	}
}

func TestResourceNames(t *testing.T) {
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		if _, _, err := Resource(tok.String(), ""); err == nil {
			t.Errorf("keyword %s works", tok)
		}
	}
	refused := []string{
		"string", "error", "int", "any", "nil", "true", "len", "new", "append", "min", "context", "time", "http", "json", "errors", "fmt", "log", "slog", "sql",
		"config", "server", "handler", "service", "repository", "model", "router", "middleware", "main", "app", "cache", "auth", "user", "users", "session", "token",
		"healthz", "metrics", "docs", "openapi", "admin", "login", "con", "nul", "com1", "Query", "filter",
		"create", "get", "list", "count", "update", "delete",
	}
	for _, input := range refused {
		if _, _, err := Resource(input, ""); err == nil || !strings.Contains(err.Error(), "try") {
			t.Errorf("%s: %v, want a refusal with a suggestion", input, err)
		}
	}
	for input, plural := range map[string]string{
		"fish": "fish_list", "series": "series_list", "sheep": "sheep_list", "news": "news_list", "child": "children", "order": "orders",
		"group": "groups", "table": "tables", "index": "indices", "windows": "windows_list", "linux": "linuxes",
	} {
		one, many, err := Resource(input, "")
		if err != nil || one.Snake() == many.Snake() {
			t.Errorf("%s: %v %v %v", input, one, many, err)
		}
		_ = plural
	}
	if _, many, err := Resource("person", "persons"); err != nil || many.Snake() != "persons" {
		t.Errorf("plural override: %v, %v", many, err)
	}
	if _, _, err := Resource("fish", "fish"); err == nil {
		t.Error("plural equal to the singular works")
	}
}

func TestFieldNames(t *testing.T) {
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		if _, err := Fields("thing", []string{tok.String()}); err != nil {
			t.Errorf("keyword %s as a field: %v", tok, err)
		}
	}
	if _, err := Fields("thing", []string{"string", "error", "value", "format", "as", "is", "scan", "table_name"}); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]string{
		{"id"},
		{"ID"},
		{"Id"},
		{"created_at"},
		{"updatedAt"},
		{"i_d"},
		{"iD"},
		{"created_a_t"},
		{"create_dat"},
		{"own_er_id"},
		{"e_tag"},
		{"ver-sion"},
		{"val_idate"},
		{"em_pty"},
		{"version"},
		{"owner_id"},
		{"etag"},
		{"validate"},
		{"normalize"},
		{"Apply"},
		{"empty"},
		{"user_id", "userId"},
		{"name", "Name"},
		{"url", "URL"},
		{"ab_c", "a_bc"},
		{"con"},
		{"limit"},
		{"sort"},
		{"ctid"},
	} {
		if _, err := Fields("thing", bad); err == nil {
			t.Errorf("%v works", bad)
		}
	}
}

func TestModules(t *testing.T) {
	for _, good := range []string{"shop", "example.com/shop", "github.com/a/b", "example.com/x/v2", "gopkg.in/x.v2", "localhost/x", "example.com/Upper", "my_app"} {
		if err := Module(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "go", "std", "cmd", "fmt", "net/http", "vendor/x", "example.com/-x", "x@v1", "./x", "../x", "/x", "a b", "x/", "x//y", "example.com/x/v1", "example.com/x/v0", "gopkg.in/x", "日本", "example.com/internal/x", "example.com/con/x."} {
		if err := Module(bad); err == nil {
			t.Errorf("%s works", bad)
		}
	}
}
