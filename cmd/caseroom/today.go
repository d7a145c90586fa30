package main

import (
	"context"

	"caseroom/model/view"
	"caseroom/store"
)

// printToday prints Today as plain text.
func (a *app) printToday(ctx context.Context, s *store.Session) error {
	t, err := s.Today(ctx)
	if err != nil {
		return err
	}
	a.say("Today  %s  %s", t.Day.Long(), t.Partnership)
	a.say("")
	a.say("%s, %d closed, %s", count(t.OpenCases, "open case", "open cases"), t.ClosedCases, count(t.Members, "member", "members"))
	for _, d := range t.Due {
		if d.Kind == view.DuePassphrase {
			a.say("your passphrase was given to you by somebody else: set your own before you sign anything off")
		}
	}
	a.today(t)
	return nil
}

// today prints what waits, a heading and its rows each.
func (a *app) today(t view.Today) {
	a.section("Waiting for your sign-off", len(t.ToSign))
	for _, p := range t.ToSign {
		a.say("  %s  %s", p.Ref, p.Audience.Name)
	}
	a.section("Signed off, to be written", len(t.ToWrite))
	for _, p := range t.ToWrite {
		a.say("  %s  %s", p.Ref, p.Audience.Name)
	}
	a.section("Restrictions to look at again", len(t.ToReview))
	for _, r := range t.ToReview {
		date, what := r.ReviewOn, "review"
		if date.IsZero() {
			date, what = r.Until, "ends"
		}
		a.say("  %s  %s %s  %s on %s", r.Ref, what, padded(date.Short(), 11), r.Title, r.TargetRef)
	}
	a.section("To complete", t.UnfinishedN)
	for _, i := range t.Unfinished[:min(len(t.Unfinished), 10)] {
		a.say("  %s  %s  %s", i.Ref, i.CaseRef, shown(list(i.Owing())))
	}
	if more := t.UnfinishedN - min(len(t.Unfinished), 10); more > 0 {
		a.say("  and %d more", more)
	}
	a.section("Drafts", len(t.Drafts))
	for _, d := range t.Drafts {
		a.say("  %s  %s  %s", a.at(d.At).String(), d.Screen, d.About)
	}
	a.section("Lately changed", len(t.Lately))
	for _, c := range t.Lately[:min(len(t.Lately), 10)] {
		a.say("  %s  %s  %s  %s", padded(c.Ref, 14), padded(c.Kind.Title(), 14), padded(string(c.State), 10), c.Title)
	}
}

// section prints a heading where there is something under it.
func (a *app) section(title string, n int) {
	if n > 0 {
		a.say("")
		a.say("%s (%d)", title, n)
	}
}
