package store_test

import (
	"flag"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
)

// long asks for the walks that take minutes: go test ./store -long
var long = flag.Bool("long", false, "walk longer: more flips, more kills, more steps")

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails unless err is of a kind.
func refused(t testing.TB, err error, kind model.Kind, what string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s was let through", what)
	} else if model.KindOf(err) != kind {
		t.Errorf("%s gave %q (%s), not one of kind %s", what, err, model.KindOf(err), kind)
	}
}

func viewDraft(p *planter) view.Draft {
	return view.Draft{Screen: "capture", About: p.word("draftabout"), Data: []byte(p.word("draftdata"))}
}
