package feature_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/layup-dev/layup/internal/feature"
)

func stackWith(room, text string) fstest.MapFS {
	return fstest.MapFS{
		"poem/stack.yaml":                                {Data: []byte("title: Poem\nlanguage: poem\nversion: '1'\naxes: [{name: meter, title: Meter, default: iambic}]\n")},
		"poem/base/feature.yaml":                         {Data: []byte("title: Base\n")},
		"poem/meter/iambic/feature.yaml":                 {Data: []byte("title: Iambic\n")},
		"poem/meter/free/feature.yaml":                   {Data: []byte("title: Free\n")},
		"poem/examples/sonnet/with/meter-iambic/files/x": {Data: []byte("x")},
		"poem/examples/sonnet/feature.yaml":              {Data: []byte("migrations: 900\naxes: [meter]\n")},
		"poem/" + room + "/feature.yaml":                 {Data: []byte(text)},
	}
}

func TestExampleRooms(t *testing.T) {
	stack, err := feature.Load(stackWith("examples/sonnet", "title: Sonnet\nmigrations: 900\naxes: [meter]\nresources: [{name: line, fields: ['text:string'], needs: [text]}]\n"), "poem")
	if err != nil {
		t.Fatal(err)
	}
	sonnet := stack.Example("sonnet")
	if sonnet == nil || sonnet.ID != "example-sonnet" || len(stack.Examples()) != 1 || stack.Features[len(stack.Features)-1] != sonnet {
		t.Fatalf("got %+v, want it behind all others", sonnet)
	}
	for option, want := range map[string]bool{"iambic": true, "free": false} {
		if got := sonnet.Covers(stack.FS, stack.Option("meter", option)); got != want {
			t.Errorf("covers %s: %t", option, got)
		}
	}
	if !sonnet.Covers(stack.FS, &feature.Feature{ID: "ink-black", Axis: "ink"}) {
		t.Error("an axis for which there need not be code is not covered")
	}
	r, err := sonnet.Resources[0].Resource()
	if err != nil || r.String() != "line text:string" {
		t.Errorf("got %v, %v", r, err)
	}
}

func TestExampleRoomsThatCannotWork(t *testing.T) {
	for text, want := range map[string]string{
		"axes: [rhyme]\nmigrations: 900": `no axis "rhyme"`,
		"migrations: 99":                 "between 100 and 999",
		"migrations: 1000":               "between 100 and 999",
		"migrations: 900\nresources: [{name: line, fields: ['text:strong']}]":                 "strong",
		"migrations: 900\nresources: [{name: line, fields: ['text:string'], needs: [title]}]": `needs "title"`,
		"migrations: 900\nresources: [{name: line, colour: red}]":                             "colour",
	} {
		if _, err := feature.Load(stackWith("examples/sonnet", text), "poem"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	_, err := feature.Load(stackWith("meter/free", "migrations: 900"), "poem")
	if err == nil || !strings.Contains(err.Error(), "only examples") {
		t.Errorf("an option with the keys of an example: %v", err)
	}
}
