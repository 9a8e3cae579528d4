package gotool

import (
	"slices"
	"strings"
	"testing"
)

func TestReadTests(t *testing.T) {
	tests, err := readTests(strings.NewReader(`
{"Action":"build-output","ImportPath":"x/b [x/b.test]","Output":"b/b.go:1:2: no\n"}
{"Action":"build-fail","ImportPath":"x/b [x/b.test]"}
{"Action":"output","Package":"x/a","Test":"TestOne/part","Output":"    a_test.go:3: no luck\n"}
{"Action":"fail","Package":"x/a","Test":"TestOne/part"}
{"Action":"fail","Package":"x/a","Test":"TestOne"}
{"Action":"pass","Package":"x/a","Test":"TestTwo/part"}
{"Action":"pass","Package":"x/a","Test":"TestTwo"}
{"Action":"pass","Package":"x/c","Test":"TestThree"}
{"Action":"pass","Package":"x/c"}
{"Action":"fail","Package":"x/a"}
{"Action":"fail","Package":"x/b","FailedBuild":"x/b [x/b.test]"}
`))
	if err != nil || tests.Passed != 2 || tests.Packages != 2 {
		t.Errorf("%d tests in %d packages: %v", tests.Passed, tests.Packages, err)
	}
	want := []Failure{
		{Package: "x/b [x/b.test]", Build: true, Output: "b/b.go:1:2: no\n"},
		{Package: "x/a", Test: "TestOne/part", Output: "    a_test.go:3: no luck\n"},
		{Package: "x/a", Test: "TestOne"},
		{Package: "x/a"},
		{Package: "x/b", Build: true},
	}
	if !slices.Equal(tests.Failures, want) {
		t.Errorf("got  %v\nwant %v", tests.Failures, want)
	}
	tests.Stderr = "go: warning\n"
	if got := tests.Explanation(); got != "b/b.go:1:2: no\n    a_test.go:3: no luck\ngo: warning\n" {
		t.Errorf("%q", got)
	}
	if _, err := readTests(strings.NewReader("{\"Action\":\nno JSON")); err == nil {
		t.Error("what is no JSON was read")
	}
}

func TestTail(t *testing.T) {
	short := strings.Repeat("line\n", 40)
	if got := Tail(short); got != strings.TrimSuffix(short, "\n") {
		t.Errorf("%q", got)
	}
	if got := Tail("first\n" + short + short); !strings.HasPrefix(got, "… 41 lines before …\nline") {
		t.Errorf("%q", got)
	}
}
