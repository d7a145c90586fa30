package store_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// long asks for the walks that take minutes or hours: every bit of a workspace (T1), 10,000
// kills (F1), 100,000 crash states (F2), a million items (F12) and so on. One of them:
//
//	go test ./store -run TestT1 -v -timeout 0 -long
var long = flag.Bool("long", false, "walk longer: more flips, more kills, more steps")

// limit cuts the longest of them short: go test ./store -long -limit 15m
var limit = flag.Duration("limit", 0, "end the longest walks after this time; 0 lets them come to their end")

// deadline gives what says that a walk has gone on for as long as it may.
func deadline() (over func() bool) {
	end := time.Now().Add(*limit)
	return func() bool { return *limit > 0 && time.Now().After(end) }
}

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

// entered opens a file and unlocks it. Where that fails nothing is left open.
func entered(path string, o store.OpenOptions, label string, words []byte) (*store.Session, error) {
	v, err := store.Open(path, o)
	if err != nil {
		return nil, err
	}
	s, err := v.Unlock(label, words)
	if err != nil {
		v.Close()
	}
	return s, err
}

// enteredAs does it as a member of the cast.
func enteredAs(path string, o store.OpenOptions, label string) (*store.Session, error) {
	return entered(path, o, label, storetest.Passphrase(label))
}

// inMemory has the files of a test lie in memory where there is a place for that: it makes
// very many, and nothing of it is about a disk.
func inMemory(t *testing.T) {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "caseroom-test-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		t.Setenv("TMPDIR", dir)
	}
}

func viewDraft(p *planter) view.Draft {
	return view.Draft{Screen: "capture", About: p.word("draftabout"), Data: []byte(p.word("draftdata"))}
}

func parsed(t testing.TB, s *store.Session, text string) query.Query {
	t.Helper()
	q, err := query.Parse(text, s.Day())
	must(t, err)
	return q
}

// TestMain keeps the random walks short unless they are asked to be long, and lends
// this program to the tests that need a process of their own.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(playRole(role))
	}
	flag.Parse()
	if !*long {
		set("rapid.checks", "12")
		set("rapid.steps", "12")
	}
	code := m.Run()
	dropBenchFiles()
	os.Exit(code)
}

// set gives a flag another default.
func set(name, value string) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if !given {
		_ = flag.Set(name, value)
	}
}

// ofOne leaves a test out of the short forms (-short, as under the race detector): what it
// tries is a disk or a file, with one goroutine, and it takes long.
func ofOne(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("about a disk or a file, with one goroutine")
	}
}
