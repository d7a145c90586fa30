package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestF12Scale is F12: a workspace of ten years, with items in many cases by many members, is
// checked in full, with and without a key, and opened. With -long there are a million items
// in 500 cases by 25 members; how long it took is printed.
func TestF12Scale(t *testing.T) {
	items, cases, members := 6000, 30, 6
	if *long {
		items, cases, members = 1_000_000, 500, 25
	}
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "a.caseroom")
	clock := storetest.NewClock()
	clock.Set(storetest.Start().AddDate(-10, 0, 0))
	opt := store.OpenOptions{Keys: storetest.Keys(), Now: clock.Now, State: filepath.Join(t.TempDir(), "state")}
	s, _, err := store.Create(path, store.CreateOptions{Partnership: storetest.Partnership, Label: "M0", Name: "Member nought",
		Passphrase: []byte("the words of M0"), Costs: storetest.Costs(), OpenOptions: opt})
	must(t, err)
	words := func(m int) []byte { return fmt.Appendf(nil, "the words of M%d", m) }
	for m := range members {
		if m > 0 {
			_, err := s.Enrol(ctx, fmt.Sprint("M", m), fmt.Sprint("Member ", m), model.BusinessTeam, words(m), storetest.Costs())
			must(t, err)
		}
	}
	open := func(m int) *store.Session {
		s, err := entered(path, opt, fmt.Sprint("M", m), words(m))
		must(t, err)
		return s
	}
	began, each, prose := time.Now(), items/cases, storetest.NewProse(12)
	for c := range cases {
		if c%(cases/members) == 0 { // the next member, years later
			must(t, s.Close())
			s = open(c / (cases / members) % members)
		}
		out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: fmt.Sprint("Case ", c), Subject: "Ruby Hartley"})
		must(t, err)
		for n := 0; n < each; n += 500 {
			clock.Add(10 * 365 * 24 * time.Hour / time.Duration(items/500))
			ch := &model.Change{Act: model.ActImport}
			for i := n; i < min(n+500, each); i++ {
				item := prose.Item(out.IDs[0], out.IDs[len(out.IDs)-1])
				item.Persons = nil
				ch.Put(item)
			}
			_, err := s.Apply(ctx, ch)
			must(t, err)
		}
		_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: out.IDs[0]}, Channel: model.Email, Words: "and one by itself"})
		must(t, err)
	}
	must(t, s.Close())
	made := time.Since(began)
	fi, err := os.Stat(path)
	must(t, err)

	began = time.Now()
	rep, err := store.Verify(path, opt)
	must(t, err)
	keyless := time.Since(began)
	began = time.Now()
	s = open(0)
	opened := time.Since(began)
	began = time.Now()
	inside, err := s.Verify()
	must(t, err)
	unsealed := time.Since(began)
	must(t, s.Close())
	if !rep.OK() || !inside.OK() {
		t.Errorf("the check finds %v %v", rep.Problems, inside.Problems)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("items: %d, cases: %d, members: %d; leaves: %d, values: %d, file: %.1f MiB (%.0f bytes an item)", items+cases, cases, members,
		rep.Leaves, rep.Values, float64(fi.Size())/(1<<20), float64(fi.Size())/float64(items+cases))
	t.Logf("made in %s, full check without a key %s, with one %s (%d values unsealed), unlock %s, memory taken from the system %d MiB",
		made.Round(time.Millisecond), keyless.Round(time.Millisecond), unsealed.Round(time.Millisecond), inside.Opened, opened.Round(time.Millisecond), m.Sys>>20)
}
