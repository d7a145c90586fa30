package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"maps"
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
	Leaves                  uint64
	Role                    model.Role
	From                    model.Day
	Until                   model.Day // the first day on which it is gathered anew
	Name                    uint64    // the directory says for which page it counts
	Cases, Open, Unfinished int
	Today                   view.Today // of it only the rows of cases

	counts map[model.ID]frontCase // of the cases that were looked at, until the directory has them
}

// frontCase is what of a case is only counted. The directory keeps it.
type frontCase struct {
	Closed     bool
	Unfinished int
	counted    bool // the case is among those of the page
}

// count puts what a case counts now in the place of what it counted.
func (p *front) count(was, now frontCase) {
	for _, c := range []struct {
		frontCase
		by int
	}{{was, -1}, {now, 1}} {
		if c.counted {
			p.Cases += c.by
			p.Open += c.by * oneIf(!c.Closed)
			p.Unfinished += c.by * c.Unfinished
		}
	}
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

func (p *dirPage) counts(c *listed, now frontCase) {
	if c.front != now {
		c.front, p.dirty = now, true
	}
}

func (s *Session) stillGood(p *front) bool {
	today := s.Day()
	return p.Leaves <= s.tail.Head.Leaves && p.Role == s.self().Role && !today.Before(p.From) && today.Before(p.Until)
}

// fewCases are sooner looked at again than a list of them is written.
const fewCases = 16

// saveViews seals the directory and the first page for the next time, if that pays: what
// was only added to cases the next session sees for itself.
func (s *Session) saveViews() error {
	d := &s.dir
	d.mu.Lock()
	defer d.mu.Unlock()
	front := s.front != nil && s.frontNew && s.finder != nil
	pays := front || d.head.Cases >= fewCases && (d.anew || d.dirty()) || d.mark-d.head.Mark >= fewLeaves
	if s.opt.ReadOnly || s.heads.whole || !d.ready || !pays {
		return nil
	}
	if err := s.update(s.putViews); err != nil {
		return err
	}
	d.saved()
	s.frontNew = false
	return nil
}

// putViews writes both in one transaction, because the one counts what the other shows.
// The caller holds the directory.
func (s *Session) putViews(tx *bolt.Tx) error {
	if err := s.dir.save(s.dirRows(tx)); err != nil {
		return err
	}
	if s.front == nil || !s.frontNew || s.finder == nil {
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
	return tx.Bucket(bucketViews).Put(f.frontKey(), v)
}

// freshFront gives the first page's rows as they are now.
func (s *Session) freshFront(ctx context.Context) (*front, error) {
	was, touched, leaves, err := s.staleFront(ctx)
	if err != nil || was != nil && len(touched) == 0 {
		return was, err
	}
	p := was
	if p != nil {
		if p, err = s.patched(ctx, p, touched); err != nil {
			return nil, err
		}
	}
	if p == nil {
		was = nil
		if p, err = s.gatherFront(ctx); err != nil {
			return nil, err
		}
	}
	p.Leaves, p.Role = leaves, s.Me().Role
	return p, s.keepFront(ctx, was, p)
}

// keepFront keeps a page for the next time it is asked for, with what it counts of each
// case, unless another was kept meanwhile. What was uncovered for this session is not kept.
func (s *Session) keepFront(ctx context.Context, was, p *front) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return lockedError()
	}
	if len(s.revealed) > 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	return guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			return s.listing(tx, func(l listing) error {
				if was != nil && l.head.Front != was.Name {
					return nil
				}
				p.Name = newName()
				if err := l.countAnew(p, was == nil); err != nil {
					return err
				}
				l.head.Front, p.counts = p.Name, nil
				s.front, s.frontNew = p, true
				return nil
			})
		})
	})
}

// countAnew notes what the cases count on a page: on one that was gathered anew all others
// count nothing.
func (l listing) countAnew(p *front, all bool) error {
	if all {
		for n := range l.pages {
			pg, err := l.page(l.r, n)
			if err != nil {
				return err
			}
			for name, c := range pg.cases {
				pg.counts(c, p.counts[name])
			}
		}
		return nil
	}
	for id, now := range p.counts {
		for _, name := range []model.ID{id, l.blind(id)} {
			pg, err := l.pageOf([]byte(name))
			if err != nil {
				return err
			}
			if c := pg.cases[name]; c != nil {
				pg.counts(c, now)
			}
		}
	}
	return nil
}

// staleFront gives the rows as they were last gathered, and the cases that changed since,
// or of which something is uncovered now.
func (s *Session) staleFront(ctx context.Context) (p *front, touched []model.ID, leaves uint64, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		leaves = s.tail.Head.Leaves
		if p = s.front; p == nil || !s.stillGood(p) {
			p = s.readFront(tx)
		}
		if p == nil || leaves-p.Leaves > manyLeaves {
			p = nil
			return nil
		}
		since := map[model.ID]bool{}
		if p.Leaves < leaves {
			if since, err = s.touchedSince(tx, p.Leaves); err != nil {
				return err
			}
		}
		for _, id := range s.bared {
			since[id] = true
		}
		touched = slices.Collect(maps.Keys(since))
		if !s.countsFor(tx, p) {
			p, touched = nil, nil
		}
		return nil
	})
	return p, touched, leaves, err
}

// countsFor says whether what the directory has counted is a page's.
func (s *Session) countsFor(tx *bolt.Tx, p *front) bool {
	d := &s.dir
	d.mu.Lock()
	defer d.mu.Unlock()
	return (d.ready || !d.anew && d.load(s.dirRows(tx), s.self().Role, s.tail.Head.Leaves)) && d.head.Front == p.Name
}

// gatherFront reads every case from which something may be shown.
func (s *Session) gatherFront(ctx context.Context) (*front, error) {
	p := &front{From: s.Day(), counts: map[model.ID]frontCase{}}
	p.Until = p.From.Add(frontDays)
	me := s.Me()
	err := s.casesThat(ctx, func(tx *bolt.Tx) ([]model.ID, error) {
		return s.casesListed(tx, func(id model.ID, c *listed) bool {
			if c.shows() {
				p.counts[id] = frontCase{Closed: c.closed, counted: true}
			}
			p.Until = sooner(p.Until, c.endsAfter(p.From))
			return c.held && c.waits(p.From)
		})
	}, func(r *reader) bool {
		p.gather(s, r, me)
		return true
	})
	for _, c := range p.counts {
		p.count(frontCase{}, c)
	}
	p.order()
	return p, err
}

// patched gathers some cases anew. It gives nil when too little is left to show.
func (s *Session) patched(ctx context.Context, was *front, touched []model.ID) (*front, error) {
	p, me := was.without(touched), s.Me()
	counted := map[model.ID]frontCase{}
	err := s.casesThat(ctx, func(tx *bolt.Tx) (ids []model.ID, err error) {
		err = s.listing(tx, func(l listing) error {
			ids = nil
			for _, id := range touched {
				c, err := l.find(id)
				if err != nil || c == nil {
					return err
				}
				counted[id], p.counts[id] = c.front, frontCase{}
				if c.shows() {
					p.counts[id] = frontCase{Closed: c.closed, counted: true}
				}
				p.Until = sooner(p.Until, c.endsAfter(p.From))
				if c.held {
					ids = append(ids, id)
				}
			}
			return nil
		})
		return ids, err
	}, func(r *reader) bool {
		p.gather(s, r, me)
		return true
	})
	for id, c := range p.counts {
		p.count(counted[id], c)
	}
	p.order()
	if len(p.Today.Unfinished) < min(p.Unfinished, todayItems) || len(p.Today.Lately) < min(p.Open, todayLately) {
		return nil, err
	}
	return p, err
}

const manyLeaves = 20_000

// without is a copy that has nothing of some cases.
func (p *front) without(cases []model.ID) *front {
	next := &front{From: p.From, Until: p.Until, Cases: p.Cases, Open: p.Open, Unfinished: p.Unfinished, counts: map[model.ID]frontCase{}}
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
	c := frontCase{Closed: row.IsClosed(), counted: true}
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
	p.counts[row.ID] = c
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

// shows says whether the gate lets the member know of the case.
func (l *listed) shows() bool { return l.row != nil || len(l.text) > 0 }

// waits says whether anything in a case can be a row of Today: of a closed one only a
// restriction that is to be looked at.
func (l *listed) waits(today model.Day) bool {
	return !l.closed || l.turns(l.day, today) || !l.next.IsZero() && l.next.Sub(today) <= reviewWithin+frontDays
}
