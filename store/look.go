package store

import (
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store/index"
)

// lookFor answers a query from the index; ok is false if the index cannot.
func (s *Session) lookFor(ctx context.Context, q query.Query, limit int) (hits []view.Hit, ok bool, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		f := s.finder
		if f == nil || !f.current || f.day != s.Day() {
			return nil
		}
		a, err := f.ix.Search(blocks{f, tx}, q.Plan(), index.Scope{Prose: prose(), Field: asked()})
		if err != nil {
			return nil // damaged: the records themselves are read
		}
		chunk := 256
		if limit > 0 {
			chunk = min(chunk, limit)
		}
		l := looker{s: s, tx: tx, q: q, readers: map[model.ID]*reader{}, open: heldPages{}}
		enough := limit // the index gives the best first; reading more to rank them anew doubles what an answer costs
		var docs []index.Hit
		for h := range a.Hits() {
			if docs = append(docs, h); len(docs) == chunk {
				if err := l.take(docs); err != nil {
					return err
				}
				docs = docs[:0]
				if enough > 0 && len(l.hits) >= enough {
					break
				}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
		}
		if err := l.take(docs); err != nil {
			return err
		}
		if err := l.takeRevealed(); err != nil {
			return err
		}
		hits, ok = l.hits, true
		return nil
	})
	return hits, ok, err
}

// looker verifies what the index found on the records themselves, through the gate.
type looker struct {
	s       *Session
	tx      *bolt.Tx
	q       query.Query
	readers map[model.ID]*reader
	open    heldPages
	hits    []view.Hit
}

func (l *looker) take(found []index.Hit) error {
	docs, sure := make([]index.Doc, len(found)), map[index.Doc]bool{}
	for n, h := range found {
		docs[n], sure[h.Doc] = h.Doc, h.Sure
	}
	places, err := l.s.finder.ix.Places(blocks{l.s.finder, l.tx}, docs)
	if err != nil {
		return err
	}
	for _, p := range places {
		n, id, caseID, ok := located(p)
		if !ok || p.Kind == docOther { // leaving those out here costs less than asking the index to
			continue
		}
		if err := l.one(n, id, caseID, sure[p.Doc]); err != nil {
			return err
		}
	}
	return nil
}

// takeRevealed looks at what this session has uncovered, which is in no index.
func (l *looker) takeRevealed() error {
	for id, caseID := range l.s.bared {
		h, err := l.s.head(l.tx, caseID)
		if err != nil {
			return err
		}
		for _, n := range []model.Noun{model.NounInformation, model.NounPerson} {
			lies, err := h.has(l.tx, n, id)
			if err != nil {
				return err
			}
			if lies && !slices.ContainsFunc(l.hits, func(x view.Hit) bool { return x.ID == id }) {
				if err := l.one(n, id, caseID, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l *looker) reader(caseID model.ID) (*reader, error) {
	r, ok := l.readers[caseID]
	if !ok {
		h, err := l.s.head(l.tx, caseID)
		if err != nil || h == nil {
			return nil, err
		}
		if r, err = l.s.headReader(l.tx, h); err != nil {
			return nil, err
		}
		if r != nil {
			if row, ok := r.row(); !ok || !row.Decision.Readable() {
				r = nil
			}
		}
		l.readers[caseID] = r
	}
	return r, nil
}

// one takes a record, if the gate shows it. Of what the index is sure it need not be asked
// again whether it fits: the index holds what the gate shows today.
func (l *looker) one(n model.Noun, id, caseID model.ID, sure bool) error {
	r, err := l.reader(caseID)
	if err != nil || r == nil {
		return err
	}
	l.s.whose.note(id, caseID)
	switch n {
	case model.NounCase:
		if h, ok := r.hitCase(l.q, sure); ok {
			l.hits = append(l.hits, h)
		}
	case model.NounPerson:
		if err := l.meet(caseID, r, []model.ID{id}); err != nil {
			return err
		}
		if p, is := findIn(r.k.people, id).(*model.Person); is {
			if h, ok := r.hitPerson(l.q, p, sure); ok {
				l.hits = append(l.hits, h)
			}
		}
	case model.NounInformation:
		rec, err := l.item(caseID, id)
		if err != nil || rec == nil {
			return err
		}
		if err := l.meet(caseID, r, rec.Persons); err != nil {
			return err
		}
		if h, ok := r.hitInformation(l.q, rec, sure); ok {
			l.hits = append(l.hits, h)
		}
	}
	return nil
}

// item reads one item of a case; nil if it is not there.
func (l *looker) item(caseID, id model.ID) (*model.Information, error) {
	h, err := l.s.head(l.tx, caseID)
	if err != nil || h == nil {
		return nil, err
	}
	for _, c := range h.rooms {
		rec, err := c.getAmong(l.tx, model.NounInformation, id, l.open)
		if i, ok := rec.(*model.Information); ok || err != nil {
			return i, err
		}
	}
	return nil, nil
}

func (l *looker) meet(caseID model.ID, r *reader, ids []model.ID) error {
	h, err := l.s.head(l.tx, caseID)
	if err != nil || h == nil {
		return err
	}
	return l.s.meet(l.tx, h, r, ids)
}

// meet reads people of a case that a reader has not got yet: of the many in a case only
// those whom something is about.
func (s *Session) meet(tx *bolt.Tx, h *caseHead, r *reader, ids []model.ID) error {
	for _, id := range ids {
		if findIn(r.k.people, id) != nil {
			continue
		}
		_, rec, err := s.roomOf(tx, h, model.NounPerson, id)
		if err != nil {
			if model.KindOf(err) == model.NotFound {
				continue // in a room that this member holds no key of
			}
			return err
		}
		r.k.take(rec)
		r.names = nil
	}
	return nil
}

// found says what a reference leads to, from the index. It says nothing of what is not
// there; knows is false if it cannot tell.
func (s *Session) found(tx *bolt.Tx, ref string) (n model.Noun, id, caseID model.ID, knows bool) {
	f := s.finder
	if f == nil || !f.current {
		return "", "", "", false
	}
	p, ok, err := f.ix.Lookup(blocks{f, tx}, ref)
	if err != nil || !ok {
		return "", "", "", err == nil
	}
	return located(p)
}
