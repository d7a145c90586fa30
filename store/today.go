package store

import (
	"cmp"
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
// every case once; screens ask for it off the loop.
func (s *Session) Today(ctx context.Context) (view.Today, error) {
	me := s.Me()
	t := view.Today{Day: s.Day(), Partnership: s.Profile().Partnership}
	if me.OneTime {
		t.RecoveryNote = "your passphrase was given to you by somebody else: set your own before you sign anything off"
	}
	err := s.casesThat(ctx, func(h *caseHead) bool { return waits(h, t.Day) }, func(r *reader) bool {
		gatherToday(&t, r, me)
		s.gatherPacks(&t, r, me)
		return true
	})
	if err != nil {
		return t, err
	}
	slices.SortFunc(t.ToReview, func(a, b view.RestrictionView) int {
		return cmp.Or(nextDay(&a.Restriction).Compare(nextDay(&b.Restriction)), cmp.Compare(a.Ref, b.Ref))
	})
	slices.SortFunc(t.Unfinished, func(a, b view.InfoView) int { return b.Received.Compare(a.Received) })
	rows, err := s.Cases(ctx)
	if err != nil {
		return t, err
	}
	for _, row := range rows {
		if row.IsClosed() {
			t.ClosedCases++
		} else {
			t.OpenCases++
		}
	}
	t.Unfinished = t.Unfinished[:min(len(t.Unfinished), todayItems)]
	slices.SortFunc(t.Lately, func(a, b view.CaseRow) int { return b.Changed.Compare(a.Changed) })
	t.Lately = t.Lately[:min(len(t.Lately), todayLately)]
	if t.Drafts, err = s.Drafts(ctx); err != nil {
		return t, err
	}
	s.mu.RLock()
	t.Members = len(s.members)
	s.mu.RUnlock()
	return t, nil
}

// waits says whether anything in a case can be a row of Today: of a closed one only a
// restriction that is to be looked at.
func waits(h *caseHead, today model.Day) bool {
	return !h.rec.IsClosed() || slices.ContainsFunc(h.restrictions, func(x *model.Restriction) bool {
		next := nextDay(x)
		return x.InForce(today) && !next.IsZero() && next.Sub(today) <= reviewWithin
	})
}

// gatherToday adds one case.
func gatherToday(t *view.Today, r *reader, me model.Member) {
	row, _ := r.row()
	if !row.IsClosed() {
		t.Lately = append(t.Lately, row)
	}
	for _, x := range r.k.restrictions {
		if v, ok := r.restriction(x); ok && v.InForce && !nextDay(x).IsZero() && nextDay(x).Sub(t.Day) <= reviewWithin {
			t.ToReview = append(t.ToReview, v)
		}
	}
	for _, i := range r.k.info {
		if row.IsClosed() || len(i.Owing()) == 0 {
			continue
		}
		if v, ok := r.info(i); ok && v.Decision.Readable() {
			t.UnfinishedN++
			t.Unfinished = append(t.Unfinished, v)
		}
	}
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
