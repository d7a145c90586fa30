package store

import (
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// What the directory has of one case, drawn from its head.

// listed is a case as the directory has it.
type listed struct {
	tags     []seal.Tag // of its compartments that the member holds, as in caseHead.rooms; none: not theirs any more
	held     bool       // its record is theirs to read
	closed   bool
	mixed    bool
	readable bool        // and so are its words
	day      model.Day   // on which the row was drawn
	ends     []model.Day // from which a restriction of it is not in force any more
	next     model.Day   // on which one of its restrictions is to be looked at; none: never
	ref      string      // of a row that is shown
	cleared  []model.ID
	front    frontCase

	row  *view.CaseRow // nil where the gate hides it, and until it is decoded
	text []byte        // the row as it lies in the page
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

// shown decodes the row; nil where the gate hides the case.
func (l *listed) shown() (*view.CaseRow, error) {
	if l.row != nil || len(l.text) == 0 {
		return l.row, nil
	}
	row, err := decodeRow(l.text)
	l.row = row
	return row, err
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
