package store_test

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// seen is all that a session reads of a workspace, a line for each thing: what was there
// before a move must be there after it. Of the ledger it holds the first leaves.
func seen(t testing.TB, s *store.Session, leaves uint64) string {
	t.Helper()
	ctx := context.Background()
	var b strings.Builder
	say := func(f string, args ...any) { fmt.Fprintf(&b, f+"\n", args...) }
	cases, err := s.Cases(ctx)
	must(t, err)
	sort.Slice(cases, func(i, j int) bool { return cases[i].Ref < cases[j].Ref })
	for _, k := range cases {
		say("case %s %q %s %d", k.Ref, k.Title, k.State, k.Restricted)
		f, err := s.CaseFile(ctx, k.ID)
		must(t, err)
		seenFile(t, s, f, say)
	}
	drafts, err := s.Drafts(ctx)
	must(t, err)
	for _, d := range drafts {
		say("draft %q %q", d.About, d.Data)
	}
	members, err := s.Members(ctx)
	must(t, err)
	for _, m := range members {
		say("member %s %q %s gone=%v once=%v cases=%d", m.Label, m.Name, m.Role, m.Gone, m.OneTime, m.Cases)
	}
	rows, err := s.Audit(ctx, time.Time{}, "")
	must(t, err)
	for _, r := range rows {
		if r.Leaf < leaves {
			say("leaf %d %s %s %s %s %s %q %v", r.Leaf, r.By, r.Act, r.Noun, r.Ref, r.CaseRef, r.Why, r.Closed)
		}
	}
	return b.String()
}

func seenFile(t testing.TB, s *store.Session, f *view.CaseFile, say func(string, ...any)) {
	ctx := context.Background()
	say("cleared %v", f.Cleared)
	for _, p := range f.People {
		say("person %s %q %s %v %v", p.Ref, p.Name, p.Pseudonym, p.Kinds, p.Addresses)
	}
	for _, x := range f.Restrictions {
		say("restriction %s %s on %s in force %v for %v: %s", x.Ref, x.Kind, x.TargetRef, x.InForce, x.Named, x.Reason)
	}
	for _, p := range f.Packs {
		say("pack %s %s %d", p.Ref, p.State, p.Rev)
	}
	for _, i := range f.Information {
		say("item %s rev %d %q about %v %v", i.Ref, i.Rev, i.Words, i.About, i.Kinds)
		n, id, _, err := s.Find(ctx, i.Ref)
		say("  found %v %v %v", n, id == i.ID, err)
		seenHistory(t, s, model.NounInformation, i.ID, say)
		for _, a := range i.Attachments {
			_, body, err := storetest.Body(ctx, s, i.ID, a.ID)
			say("  file %s %q %v", a.Name, bytes.TrimSpace(body[:min(len(body), 80)]), err)
		}
	}
	for _, p := range f.People {
		seenHistory(t, s, model.NounPerson, p.ID, say)
	}
	h, err := s.CaseHistory(ctx, f.ID)
	must(t, err)
	var past []string // what was done within a second has no order
	for _, e := range h {
		if e.Noun == model.NounClearance {
			continue // those that a case began with go without saying, since format 1
		}
		past = append(past, fmt.Sprintf("past %s %s %s %s %q", e.By, e.Act, e.Noun, e.Ref, e.Why))
	}
	sort.Strings(past)
	for _, l := range past {
		say("%s", l)
	}
}

func seenHistory(t testing.TB, s *store.Session, n model.Noun, id model.ID, say func(string, ...any)) {
	h, err := s.History(context.Background(), n, id)
	must(t, err)
	for _, e := range h {
		words := ""
		switch x := e.Before.(type) {
		case *model.Information:
			words = x.Words
		case *model.Person:
			words = x.Name
		}
		say("  rev %d %s %s %q %v was %q", e.Rev, e.By, e.Act, e.Why, e.Fields, words)
	}
}
