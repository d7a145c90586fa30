package store

import (
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
)

// What the directory has of one case, and how its row is drawn.

// row gives a case as a list shows it today; nil where the gate hides it.
func (l listing) row(id model.ID, c *listed) (*view.CaseRow, error) {
	s := l.s
	if s.baredCase(id) {
		h, err := l.headOf(id, c)
		if err != nil || h == nil {
			return nil, err
		}
		r, err := s.headReader(l.tx, h)
		if err != nil || r == nil {
			return nil, err
		}
		if row, ok := r.row(); ok {
			return &row, nil
		}
		return nil, nil
	}
	c, err := l.today(id, c)
	if err != nil || c == nil {
		return nil, err
	}
	return c.shown()
}

// baredCase says whether something of a case is uncovered in this session.
func (s *Session) baredCase(id model.ID) bool {
	for _, c := range s.bared {
		if c == id {
			return true
		}
	}
	return false
}

// headOf gives the head of a listed case.
func (l listing) headOf(id model.ID, c *listed) (*caseHead, error) {
	h, whole := l.s.heads.kept(id)
	if h != nil || whole {
		return h, nil
	}
	h, err := l.s.headOf(l.tx, id, c.tags)
	if err != nil || h == nil {
		return nil, err
	}
	return l.s.heads.keep(id, h), nil
}

// today gives a case with its row drawn anew where a day has turned since.
func (l listing) today(id model.ID, c *listed) (*listed, error) {
	today := l.s.Day()
	if !c.turns(c.day, today) {
		return c, nil
	}
	if err := l.again(id, nil); err != nil {
		return nil, err
	}
	return l.find(id)
}

// listed draws a case from its head, as who has uncovered nothing sees it.
func (s *Session) listed(tx *bolt.Tx, h *caseHead) (*listed, error) {
	today := s.Day()
	l := &listed{tags: h.tags(), held: h.rec != nil, day: today}
	for _, c := range h.rooms {
		l.mixed = l.mixed || c.mixed
	}
	if h.rec == nil || len(h.rooms) == 0 {
		return l, nil
	}
	l.closed = h.rec.IsClosed()
	for _, x := range h.restrictions {
		if ends := x.Until.Add(1); x.Lifted == nil && !ends.IsZero() {
			l.ends = append(l.ends, ends)
		}
		if x.InForce(today) {
			l.next = sooner(l.next, nextDay(x))
		}
	}
	r, err := s.headReader(tx, h)
	if err != nil {
		return nil, err
	}
	r.revealed = nil
	row, ok := r.row()
	if !ok {
		return l, nil
	}
	err = h.rooms[0].scan(tx, model.NounClearance, func(r model.Record) bool {
		l.cleared = append(l.cleared, r.(*model.Clearance).MemberID)
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(l.cleared)
	l.row, l.ref, l.readable = &row, row.Ref, row.Decision.Readable()
	l.text, err = encodeRow(row)
	return l, err
}

// sooner gives the earlier of two days; a day that is none is later than any.
func sooner(a, b model.Day) model.Day {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// turns says whether a restriction of it is in force on one of two days and not on the other.
func (l *listed) turns(a, b model.Day) bool {
	return slices.ContainsFunc(l.ends, func(e model.Day) bool { return a.Before(e) != b.Before(e) })
}

// endsAfter gives the first day after one on which a restriction is not in force any more.
func (l *listed) endsAfter(day model.Day) (next model.Day) {
	for _, e := range l.ends {
		if day.Before(e) {
			next = sooner(next, e)
		}
	}
	return next
}

// same says whether two listings of a case say the same, whenever they were drawn.
func (l *listed) same(o *listed) bool {
	a, b := *l, *o
	a.day, b.day = model.Day{}, model.Day{}
	return slices.Equal(a.append(nil), b.append(nil))
}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// rows gives the rows of a list of all cases.
func (l listing) rows() ([]view.CaseRow, error) {
	type place struct {
		id model.ID
		c  *listed
	}
	var all []place
	err := l.each(func(id model.ID, c *listed) error {
		all = append(all, place{id, c})
		return nil
	})
	var out []view.CaseRow
	for _, p := range all {
		if err != nil {
			break
		}
		var row *view.CaseRow
		if row, err = l.row(p.id, p.c); row != nil {
			out = append(out, *row)
		}
	}
	return out, err
}
