package cmd

import (
	"testing"

	"github.com/layup-dev/layup/internal/check"
)

func TestAnnotation(t *testing.T) {
	for _, tt := range []struct {
		finding   check.Finding
		dir, want string
	}{
		{check.Finding{File: "a.go", Line: 3, Message: "no"}, "", "::error file=a.go,line=3,title=layup check::vet: no\n"},
		{check.Finding{File: "a.go", Message: "no"}, "services/shop", "::error file=services/shop/a.go,title=layup check::vet: no\n"},
		{check.Finding{Message: "100%\r\nof: a, b"}, ".", "::error title=layup check::vet: 100%25%0D%0Aof: a, b\n"},
		{check.Finding{File: "a,b:c%\n.go", Line: 1, Message: "::warning::x"}, ".", "::error file=a%2Cb%3Ac%25%0A.go,line=1,title=layup check::vet: ::warning::x\n"},
	} {
		if got := annotation("vet", tt.finding, tt.dir); got != tt.want {
			t.Errorf("%v\ngot  %s\nwant %s", tt.finding, got, tt.want)
		}
	}
}
