package store

import (
	"context"
	"slices"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
)

const (
	reviewWithin = 14 // days ahead that the review or the end of a restriction is told
	todayItems   = 50
	todayLately  = 12
)

// Today gathers what exists and what waits for the member, through the gate. It reads
// the cases that changed since it was last gathered; screens ask for it off the loop.
func (s *Session) Today(ctx context.Context) (view.Today, error) {
	p, err := s.freshFront(ctx)
	if err != nil {
		return view.Today{Day: s.Day()}, err
	}
	return s.todayOf(ctx, p)
}

// todayOf makes the page of the rows that were gathered.
func (s *Session) todayOf(ctx context.Context, p *front) (view.Today, error) {
	var err error
	t := p.Today
	t.Day, t.Partnership = s.Day(), s.Profile().Partnership
	t.ToReview = slices.DeleteFunc(slices.Clone(t.ToReview), func(v view.RestrictionView) bool {
		return nextDay(&v.Restriction).Sub(t.Day) > reviewWithin
	})
	t.OpenCases, t.ClosedCases, t.UnfinishedN = p.Open, p.Cases-p.Open, p.Unfinished
	t.Unfinished = t.Unfinished[:min(len(t.Unfinished), todayItems)]
	for n := range t.Unfinished {
		s.whose.note(t.Unfinished[n].ID, t.Unfinished[n].CaseID)
	}
	for n := range t.ToReview {
		s.whose.note(t.ToReview[n].ID, t.ToReview[n].CaseID)
	}
	for _, p := range slices.Concat(t.ToSign, t.ToWrite) {
		s.whose.note(p.ID, p.CaseID)
	}
	t.Lately = t.Lately[:min(len(t.Lately), todayLately)]
	if t.Drafts, err = s.Drafts(ctx); err != nil {
		return t, err
	}
	unfinished := s.Unfinished()
	s.mu.RLock()
	t.Members = len(s.members)
	t.Due = s.dues(unfinished)
	s.mu.RUnlock()
	return t, nil
}

// gatherPacks adds the packs of a case that wait for the member.
func (s *Session) gatherPacks(t *view.Today, r *reader, me model.Member) {
	for _, p := range r.k.packs {
		sign := p.State == model.PackBuilt && access.MaySign(r.viewer, &me, p) == nil
		write := p.State == model.PackSigned && p.MadeBy == me.ID
		if !sign && !write {
			continue
		}
		v, ok := s.pack(r, p)
		switch {
		case ok && sign:
			t.ToSign = append(t.ToSign, v)
		case ok:
			t.ToWrite = append(t.ToWrite, v)
		}
	}
}

// nextDay is the earlier of a restriction's review and its end.
func nextDay(v *model.Restriction) model.Day {
	switch {
	case v.ReviewOn.IsZero():
		return v.Until
	case v.Until.IsZero() || v.ReviewOn.Before(v.Until):
		return v.ReviewOn
	}
	return v.Until
}
