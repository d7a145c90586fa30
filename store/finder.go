package store

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/index"
	"caseroom/store/seal"
)

// finder is the member's index: it holds only what the gate shows them, sealed under
// their own key in bucket v. Each change of theirs carries its part of it in its own
// transaction; what others changed is caught up with when something is looked for.
type finder struct {
	ix       *index.Index
	personal *seal.Sealer
	prefix   []byte // of its rows

	current bool      // it has seen every change up to the end of the ledger
	day     model.Day // for which it was made: restrictions begin and end on days
	todo    []model.ID
	later   map[model.ID]bool // cases that changed while it was being made
	build   *index.Builder    // while it is made anew
	goal    uint64            // the leaves that it will have seen
	total   int
	folding bool // a fold was begun and has not come to its end
}

// finderState is what an index was made for: when it is another, it is made anew.
type finderState struct {
	Role model.Role `json:"role"`
	Day  model.Day  `json:"day"` // restrictions begin and end on days
}

const (
	rowsOfIndex = 'i'
	rowOfState  = 's'
)

// The kinds of documents.
const (
	docCase = iota + 1
	docPerson
	docInformation
	docOther // found by its reference alone
)

func newFinder(tx *bolt.Tx, ws seal.WorkspaceID, label string, id *seal.Identity) (*finder, error) {
	p, err := id.Personal(ws)
	if err != nil {
		return nil, err
	}
	f := &finder{personal: p, prefix: append(slotKey(ws, label), rowsOfIndex)}
	if f.ix, err = index.Open(blocks{f, tx}); err != nil {
		return f, nil // it is made anew
	}
	return f, nil
}

// renewFinder begins anew under another identity: what the old one sealed is not read.
func (s *Session) renewFinder() error {
	s.finder.zero()
	s.dir.forget()
	return s.db.View(func(tx *bolt.Tx) (err error) {
		s.finder, err = newFinder(tx, s.header.WS, s.label, s.identity)
		return err
	})
}

// fresh says at unlock whether the index has seen everything, so that changes carry
// their part of it from the first on.
func (s *Session) fresh(tx *bolt.Tx) (bool, error) {
	f := s.finder
	if f.ix == nil || f.ix.Figures().Mark == 0 || f.state(tx) != (finderState{Role: s.self().Role, Day: s.Day()}) {
		return false, nil
	}
	mark := f.ix.Figures().Mark
	if mark > s.tail.Head.Leaves || s.tail.Head.Leaves-mark > fewLeaves {
		return false, nil
	}
	f.day = s.Day()
	tags, err := tagsSince(tx, mark)
	for tag := range tags {
		if err != nil || s.ownRoom(tag) != nil {
			continue
		}
		var c *compartment
		if c, err = s.openRoom(tx, tag); c != nil {
			c.zero()
			return false, err
		}
	}
	return err == nil, err
}

const fewLeaves = 1000

func (f *finder) zero() { f.personal.Zero() }

// blocks reads and writes the sealed blocks of an index in a transaction.
type blocks struct {
	f  *finder
	tx *bolt.Tx
}

func (b blocks) key(name []byte) []byte { return append(bytes.Clone(b.f.prefix), name...) }

// Block opens one; nil where there is none.
func (b blocks) Block(name []byte) ([]byte, error) {
	key := b.key(name)
	v := b.tx.Bucket(bucketViews).Get(key)
	if v == nil {
		return nil, nil
	}
	plain, err := b.f.personal.Open(seal.Place{Bucket: bucketViews[0], Key: key}, v)
	if err != nil {
		return nil, unreadable(err)
	}
	return plain, nil
}

// Put seals one.
func (b blocks) Put(name, block []byte) error {
	key := b.key(name)
	v, err := b.f.personal.Seal(seal.Place{Bucket: bucketViews[0], Key: key}, block)
	if err != nil {
		return err
	}
	return b.tx.Bucket(bucketViews).Put(key, v)
}

// Delete takes one away.
func (b blocks) Delete(name []byte) error { return b.tx.Bucket(bucketViews).Delete(b.key(name)) }

func (f *finder) stateKey() []byte {
	return append(bytes.Clone(f.prefix[:len(f.prefix)-1]), rowOfState)
}

func (f *finder) state(tx *bolt.Tx) (st finderState) {
	v := tx.Bucket(bucketViews).Get(f.stateKey())
	if v == nil {
		return st
	}
	plain, err := f.personal.Open(seal.Place{Bucket: bucketViews[0], Key: f.stateKey()}, v)
	if err != nil || json.Unmarshal(plain, &st) != nil {
		return finderState{}
	}
	return st
}

func (f *finder) setState(tx *bolt.Tx, st finderState) error {
	plain, err := json.Marshal(st)
	if err != nil {
		return err
	}
	v, err := f.personal.Seal(seal.Place{Bucket: bucketViews[0], Key: f.stateKey()}, plain)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketViews).Put(f.stateKey(), v)
}

// dropView takes away what stands under a prefix of the views: a member's slot, or a part.
func dropView(tx *bolt.Tx, prefix []byte) error {
	b := tx.Bucket(bucketViews)
	cur := b.Cursor()
	for k, _ := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Seek(prefix) {
		if err := b.Delete(bytes.Clone(k)); err != nil {
			return err
		}
	}
	return nil
}

// dropViews takes away the views that may hold words which have gone to another home: the
// others' in any case, because nobody can look into them, and the author's own when the
// author is not on the list. They are made anew when something is next looked for.
func (j *job) dropViews() error {
	if !j.w.rehomed {
		return nil
	}
	own := slices.ContainsFunc(j.rooms, func(c *compartment) bool { return !c.kept })
	if own {
		if err := j.s.gatherDirectory(j.w.tx); err != nil {
			return err
		}
	}
	for id, m := range j.s.members {
		if id == j.s.me && !own {
			continue
		}
		if err := dropView(j.w.tx, slotKey(j.s.header.WS, m.Label)); err != nil {
			return err
		}
	}
	if f := j.s.finder; own && f != nil {
		f.current, f.goal, f.todo, f.build, f.ix = false, 0, nil, nil, nil
		j.s.front, j.s.frontNew = nil, false
	}
	return nil
}

// Reindex brings the member's index up to the end of the ledger, slice by slice: other
// work goes on between them. Where it has not to be done it costs nothing.
func (s *Session) Reindex(ctx context.Context, progress func(done, of int)) error {
	for {
		more, err := s.indexSlice(ctx)
		if err != nil || !more {
			return err
		}
		if progress != nil {
			s.mu.RLock()
			f := s.finder
			if f != nil && f.total > 0 {
				progress(max(0, f.total-len(f.todo)), f.total)
			}
			s.mu.RUnlock()
		}
	}
}

const casesASlice = 32

func (s *Session) indexSlice(ctx context.Context) (more bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return false, lockedError()
	case ctx.Err() != nil:
		return false, ctx.Err()
	case s.opt.ReadOnly || s.finder.current && s.finder.day == s.Day():
		return false, nil
	case s.sound.found() != nil:
		return false, nil // into a damaged file nothing is written
	}
	f := s.finder
	f.current = false // for a session that is open over midnight
	var done []*index.Change
	err = s.update(func(tx *bolt.Tx) error {
		if f.goal == 0 {
			if err := s.planIndex(tx); err != nil {
				return err
			}
		}
		c, err := s.someCases(tx)
		done = c
		return err
	})
	for _, c := range done {
		if err == nil {
			err = c.Commit()
		}
	}
	if err != nil {
		f.goal, f.todo, f.build, f.ix = 0, nil, nil, nil // from the beginning, another time
		return false, diskOr(err, "the search index could not be saved")
	}
	if len(f.todo) == 0 && len(f.later) > 0 {
		f.todo, f.later = slices.Collect(maps.Keys(f.later)), nil
		f.total = len(f.todo)
		return true, nil
	}
	if len(f.todo) == 0 {
		f.current, f.goal = true, 0
	}
	return !f.current, nil
}

// planIndex says which cases have to be looked at, or that the index is made anew.
func (s *Session) planIndex(tx *bolt.Tx) error {
	f := s.finder
	st, now := f.state(tx), finderState{Role: s.self().Role, Day: s.Day()}
	f.goal, f.later = s.tail.Head.Leaves, nil
	mark := uint64(0)
	if f.ix != nil {
		mark = f.ix.Figures().Mark
	}
	if mark == 0 || mark > f.goal || st.Role != now.Role {
		if err := dropView(tx, f.prefix); err != nil {
			return err
		}
		var err error
		if f.ix, err = index.Open(blocks{f, tx}); err != nil {
			return err
		}
		f.build = f.ix.Builder()
		if f.todo, err = s.caseOrder(tx); err != nil {
			return err
		}
	} else {
		touched, err := s.touchedSince(tx, mark)
		if err != nil {
			return err
		}
		if err := s.turnedSince(tx, st.Day, touched); err != nil {
			return err
		}
		f.todo = slices.Collect(maps.Keys(touched))
	}
	f.total, f.day = len(f.todo), now.Day
	return f.setState(tx, now)
}

// turnedSince adds the cases in which a restriction ended by its date, or began again where
// the clock was put back.
func (s *Session) turnedSince(tx *bolt.Tx, day model.Day, out map[model.ID]bool) error {
	today := s.Day()
	if day == today {
		return nil
	}
	ids, err := s.casesListed(tx, func(_ model.ID, c *listed) bool {
		return c.turns(day, today)
	})
	for _, id := range ids {
		out[id] = true
	}
	return err
}

// someCases puts the next cases into the index.
func (s *Session) someCases(tx *bolt.Tx) (done []*index.Change, err error) {
	f := s.finder
	n := min(casesASlice, len(f.todo))
	var b index.Batch
	var add []index.Document
	for _, id := range f.todo[:n] {
		var docs []index.Document
		err := s.withHead(tx, id, func(h *caseHead) (err error) {
			docs, err = s.docsOfCase(tx, h)
			return err
		})
		if err != nil {
			return nil, err
		}
		if f.build == nil {
			b.Cases = append(b.Cases, indexCase(id))
			add = append(add, docs...)
			continue
		}
		for i := range docs {
			if err := f.build.Add(&docs[i]); err != nil {
				return nil, err
			}
		}
	}
	f.todo = f.todo[n:]
	last := len(f.todo) == 0
	if last && len(f.later) == 0 {
		b.Mark = f.goal
	}
	if f.build != nil {
		if !last && !f.build.Full() {
			return nil, nil
		}
		c, err := f.build.Flush(blocks{f, tx}, b.Mark)
		if err != nil {
			return nil, err
		}
		if last {
			f.build = nil
		}
		return []*index.Change{c}, nil
	}
	if b.Add, err = f.ix.Prepare(slices.Values(add)); err != nil {
		return nil, err
	}
	c, err := f.ix.Apply(blocks{f, tx}, blocks{f, tx}, b)
	if err != nil {
		return nil, err
	}
	return []*index.Change{c}, nil
}

// docsOfCase gives what is to be found of a case.
func (s *Session) docsOfCase(tx *bolt.Tx, h *caseHead) ([]index.Document, error) {
	if h == nil || h.rec == nil {
		return nil, nil
	}
	k, err := readContent(tx, h)
	if err != nil {
		return nil, err
	}
	return docsOf(s.unrevealed(k)), nil
}

// unrevealed is a reader that has uncovered nothing: what was revealed once, with a
// reason, is not to be found for ever.
func (s *Session) unrevealed(k *content) *reader {
	r := s.reader(k)
	r.revealed = nil
	return r
}

// foldIndex folds the index's loose blocks together when there are many, or much is in
// them. It is done when nobody waits for it.
func (s *Session) foldIndex() error {
	for {
		if more, err := s.foldSome(context.Background()); err != nil || !more {
			return err
		}
	}
}

// foldSome folds some of them. The caller holds the lock.
func (s *Session) foldSome(ctx context.Context) (more bool, err error) {
	f := s.finder
	if s.opt.ReadOnly || f == nil || !f.current || !f.folding && !f.loose() {
		return false, nil
	}
	more, err = s.foldOnce(ctx)
	f.folding = more && err == nil
	return more, err
}

// foldOnce does one piece of the tidying, in a transaction of its own.
func (s *Session) foldOnce(ctx context.Context) (more bool, err error) {
	f := s.finder
	var c *index.Change
	err = s.update(func(tx *bolt.Tx) (err error) {
		c, more, err = f.ix.Fold(ctx, blocks{f, tx}, blocks{f, tx})
		return err
	})
	if err == nil && c != nil {
		err = c.Commit()
	}
	return more, err
}

// foldFull folds what a long import has put into memory. If it cannot be done now it is
// done another time: what is not folded is found all the same.
func (s *Session) foldFull() {
	if f := s.finder; f != nil && f.current && f.ix.Full() {
		if _, err := s.foldOnce(context.Background()); err != nil && f.ix.Full() {
			f.current, f.ix = false, nil // nor can it be kept in memory: it is made anew
		}
	}
}

// foldImported folds what an import left loose, while memory is looked after. Where it cannot
// be done it is done another time.
func (s *Session) foldImported() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		_ = s.foldIndex()
	}
}

// loose says whether so much has not been folded that whoever opens the index next would
// wait for it: all of it is read then.
func (f *finder) loose() bool {
	const deltas, documents = 64, 2000
	now := f.ix.Figures()
	return now.Deltas >= deltas || now.Loose >= documents
}
