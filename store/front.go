package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// front is what the first page is made of, sealed in the member's view: it is shown
// without reading more than the cases that changed since. It carries what comes due in
// the days ahead, and is good until a restriction ends by its date.
type front struct {
	Leaves uint64
	Role   model.Role
	From   model.Day
	Until  model.Day // the first day on which it is gathered anew
	Cases  map[model.ID]frontCase
	Today  view.Today // of it only the rows of cases
}

// frontCase is what of a case is only counted.
type frontCase struct {
	Closed     bool
	Unfinished int
}

const (
	rowOfFront  = 'f'
	frontDays   = 30 // how far ahead it carries what comes due
	frontItems  = 4 * todayItems
	frontLately = 4 * todayLately
)

func (f *finder) frontKey() []byte {
	return append(bytes.Clone(f.prefix[:len(f.prefix)-1]), rowOfFront)
}

// readFront gives the kept one; nil where there is none that is good today.
func (s *Session) readFront(tx *bolt.Tx) *front {
	f := s.finder
	if f == nil {
		return nil
	}
	v := tx.Bucket(bucketViews).Get(f.frontKey())
	if v == nil {
		return nil
	}
	plain, err := f.personal.Open(seal.Place{Bucket: bucketViews[0], Key: f.frontKey()}, v)
	if err != nil {
		return nil
	}
	defer seal.Zero(plain)
	var p front
	if gob.NewDecoder(bytes.NewReader(plain)).Decode(&p) != nil || !s.stillGood(&p) {
		return nil
	}
	return &p
}

func (s *Session) stillGood(p *front) bool {
	today := s.Day()
	return p.Leaves <= s.tail.Head.Leaves && p.Role == s.self().Role && !today.Before(p.From) && today.Before(p.Until)
}

// saveFront seals what was gathered for the next time.
func (s *Session) saveFront() error {
	if s.front == nil || !s.frontNew || s.finder == nil || s.opt.ReadOnly {
		return nil
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(s.front); err != nil {
		return err
	}
	defer seal.Zero(buf.Bytes())
	f := s.finder
	v, err := f.personal.Seal(seal.Place{Bucket: bucketViews[0], Key: f.frontKey()}, buf.Bytes())
	if err != nil {
		return err
	}
	if err := s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketViews).Put(f.frontKey(), v) }); err != nil {
		return err
	}
	s.frontNew = false
	return nil
}

// freshFront gives the first page's rows as they are now.
func (s *Session) freshFront(ctx context.Context) (*front, error) {
	p, touched, leaves, err := s.staleFront(ctx)
	if err != nil || p != nil && len(touched) == 0 {
		return p, err
	}
	if p != nil {
		if p, err = s.patched(ctx, p, touched); err != nil {
			return nil, err
		}
	}
	if p == nil {
		if p, err = s.gatherFront(ctx); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Leaves, p.Role, p.Until = leaves, s.self().Role, s.nextTurn(p.From)
	if len(s.revealed) == 0 { // what was uncovered for this session is not kept for the next
		s.front, s.frontNew = p, true
	}
	return p, nil
}

// staleFront gives the rows as they were last gathered, and the cases that changed since.
func (s *Session) staleFront(ctx context.Context) (p *front, touched []model.ID, leaves uint64, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		leaves = s.tail.Head.Leaves
		if len(s.revealed) > 0 {
			return nil // some words are uncovered now
		}
		if p = s.front; p == nil || !s.stillGood(p) {
			p = s.readFront(tx)
		}
		if p == nil || leaves-p.Leaves > manyLeaves {
			p = nil
			return nil
		}
		since, err := s.touchedSince(tx, p.Leaves)
		for id := range since {
			touched = append(touched, id)
		}
		return err
	})
	return p, touched, leaves, err
}

// gatherFront reads every case from which something may be shown.
func (s *Session) gatherFront(ctx context.Context) (*front, error) {
	p := &front{From: s.Day(), Cases: map[model.ID]frontCase{}}
	rows, err := s.Cases(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p.Cases[row.ID] = frontCase{Closed: row.IsClosed()}
	}
	me := s.Me()
	err = s.casesThat(ctx, func(_ model.ID, h *caseHead) bool { return waits(h, p.From) }, func(r *reader) bool {
		p.gather(s, r, me)
		return true
	})
	p.order()
	return p, err
}

// patched gathers some cases anew. It gives nil when too little is left to show.
func (s *Session) patched(ctx context.Context, was *front, touched []model.ID) (*front, error) {
	p, me := was.without(touched), s.Me()
	err := s.casesThat(ctx, func(id model.ID, _ *caseHead) bool { return slices.Contains(touched, id) }, func(r *reader) bool {
		p.gather(s, r, me)
		return true
	})
	p.order()
	open, unfinished := p.count()
	if len(p.Today.Unfinished) < min(unfinished, todayItems) || len(p.Today.Lately) < min(open, todayLately) {
		return nil, err
	}
	return p, err
}

// count gives how many cases are open, and how many items are unfinished.
func (p *front) count() (open, unfinished int) {
	for _, c := range p.Cases {
		if !c.Closed {
			open++
		}
		unfinished += c.Unfinished
	}
	return open, unfinished
}

const manyLeaves = 20_000

// without is a copy that has nothing of some cases.
func (p *front) without(cases []model.ID) *front {
	next := &front{From: p.From, Cases: map[model.ID]frontCase{}}
	for id, c := range p.Cases {
		if !slices.Contains(cases, id) {
			next.Cases[id] = c
		}
	}
	of := func(id model.ID) bool { return slices.Contains(cases, id) }
	t, was := &next.Today, &p.Today
	t.ToReview = slices.DeleteFunc(slices.Clone(was.ToReview), func(v view.RestrictionView) bool { return of(v.CaseID) })
	t.Unfinished = slices.DeleteFunc(slices.Clone(was.Unfinished), func(v view.InfoView) bool { return of(v.CaseID) })
	t.ToSign = slices.DeleteFunc(slices.Clone(was.ToSign), func(v model.Pack) bool { return of(v.CaseID) })
	t.ToWrite = slices.DeleteFunc(slices.Clone(was.ToWrite), func(v model.Pack) bool { return of(v.CaseID) })
	t.Lately = slices.DeleteFunc(slices.Clone(was.Lately), func(v view.CaseRow) bool { return of(v.ID) })
	return next
}

// gather adds the rows of one case.
func (p *front) gather(s *Session, r *reader, me model.Member) {
	row, _ := r.row()
	c := frontCase{Closed: row.IsClosed()}
	if !c.Closed {
		p.Today.Lately = append(p.Today.Lately, row)
	}
	for _, x := range r.k.restrictions {
		if v, ok := r.restriction(x); ok && v.InForce && !nextDay(x).IsZero() {
			p.Today.ToReview = append(p.Today.ToReview, v)
		}
	}
	for _, i := range r.k.info {
		if c.Closed || len(i.Owing()) == 0 {
			continue
		}
		if v, ok := r.info(i); ok && v.Decision.Readable() {
			c.Unfinished++
			p.Today.Unfinished = append(p.Today.Unfinished, v)
		}
	}
	s.gatherPacks(&p.Today, r, me)
	p.Cases[row.ID] = c
	if len(p.Today.Unfinished) > 4*frontItems || len(p.Today.Lately) > 4*frontLately {
		p.order()
	}
}

// order sorts the rows and drops those that are far from being shown.
func (p *front) order() {
	t := &p.Today
	slices.SortFunc(t.ToReview, func(a, b view.RestrictionView) int {
		return cmp.Or(nextDay(&a.Restriction).Compare(nextDay(&b.Restriction)), cmp.Compare(a.Ref, b.Ref))
	})
	t.ToReview = slices.DeleteFunc(t.ToReview, func(v view.RestrictionView) bool {
		return nextDay(&v.Restriction).Sub(p.From) > reviewWithin+frontDays
	})
	slices.SortFunc(t.Unfinished, func(a, b view.InfoView) int { return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(a.Ref, b.Ref)) })
	t.Unfinished = t.Unfinished[:min(len(t.Unfinished), frontItems)]
	slices.SortFunc(t.Lately, func(a, b view.CaseRow) int { return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.Ref, b.Ref)) })
	t.Lately = t.Lately[:min(len(t.Lately), frontLately)]
}

// nextTurn is the next day on which a restriction ends, or on which the page would show
// what it does not carry.
func (s *Session) nextTurn(day model.Day) model.Day {
	next := day.Add(frontDays)
	for _, h := range s.cases {
		for _, x := range h.restrictions {
			if ends := x.Until.Add(1); x.Lifted == nil && !ends.IsZero() && day.Before(ends) && ends.Before(next) {
				next = ends
			}
		}
	}
	return next
}
