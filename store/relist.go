package store

import (
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// How the directory is made, and brought up to the end of the ledger.

// bringUp makes it good for the session as it is now.
func (l listing) bringUp() error {
	leaves, role := l.s.tail.Head.Leaves, l.s.self().Role
	if _, whole := l.s.heads.kept(""); whole {
		if l.ready {
			return nil
		}
		return l.build()
	}
	if l.ready && l.head.Role != role {
		l.ready = false
	}
	if !l.ready && (l.anew || !l.load(l.r, role, leaves)) {
		return l.build()
	}
	switch {
	case l.mark == leaves:
		return nil
	case l.mark > leaves || leaves-l.mark > manyLeaves+uint64(l.head.Cases)*16:
		return l.build()
	}
	return l.catchUp(leaves)
}

// build makes it anew from every key row and every head.
func (l listing) build() error {
	s := l.s
	byCase, whole, err := l.roomsByCase()
	if err != nil {
		return err
	}
	l.begin(s.self().Role, len(byCase))
	for id, h := range byCase {
		if !whole {
			if err := s.readInto(l.tx, h, id); err != nil {
				return err
			}
		}
		if err := l.take(id, h); err != nil {
			return err
		}
		if !whole {
			h.zero()
			*h = caseHead{}
		}
	}
	l.mark = s.tail.Head.Leaves
	return nil
}

// roomsByCase gives the compartments of each case, in heads that are still to be read where
// the session does not hold all of them: whole.
func (l listing) roomsByCase() (byCase map[model.ID]*caseHead, whole bool, err error) {
	s := l.s
	if _, whole := s.heads.kept(""); whole {
		return s.heads.held, true, nil
	}
	rooms, err := s.allRooms(l.tx)
	if err != nil {
		return nil, false, err
	}
	for _, tag := range s.ownRooms() {
		delete(rooms, tag)
	}
	byCase = map[model.ID]*caseHead{}
	for _, tag := range slices.SortedFunc(maps.Keys(rooms), compareTags) {
		c := rooms[tag]
		if byCase[c.caseID] == nil {
			byCase[c.caseID] = &caseHead{}
		}
		byCase[c.caseID].adopt(c)
	}
	return byCase, false, nil
}

// catchUp looks again at the cases in which something was written since.
func (l listing) catchUp(leaves uint64) error {
	tags, err := tagsSince(l.tx, l.mark)
	if err != nil {
		return err
	}
	for tag := range l.s.loose {
		tags[tag] = true
	}
	again := map[model.ID][]seal.Tag{}
	for tag := range tags {
		id, err := l.caseOfRoom(tag)
		if err != nil {
			return err
		}
		if id != "" {
			again[id] = append(again[id], tag)
		}
	}
	for id, more := range again {
		if err := l.again(id, more); err != nil {
			return err
		}
	}
	l.mark = leaves
	return nil
}

// tagsSince gives the compartments in which something was written since a leaf.
func tagsSince(tx *bolt.Tx, mark uint64) (map[seal.Tag]bool, error) {
	tags := map[seal.Tag]bool{}
	cur := tx.Bucket(bucketLeaves).Cursor()
	for k, v := cur.Seek(be8(mark)); k != nil; k, v = cur.Next() {
		lf, _, err := ledger.ParseRow(beUint(k), v)
		if err != nil {
			return nil, unreadable(err)
		}
		if lf.Effect != ledger.Note && lf.Op != ledger.OpFold { // which changes nothing that is read
			tags[seal.Tag(lf.Key.Tag)] = true
		}
	}
	return tags, nil
}

// again looks at a case truly and lists it as it is now.
func (l listing) again(id model.ID, more []seal.Tag) error {
	if h, whole := l.s.heads.kept(id); whole {
		return l.take(id, h)
	}
	was, err := l.find(id)
	if err != nil {
		return err
	}
	tags := slices.Clone(more)
	if was != nil {
		tags = append(tags, was.tags...)
	}
	slices.SortFunc(tags, compareTags)
	h, err := l.s.headOf(l.tx, id, slices.Compact(tags))
	if err != nil {
		return err
	}
	if h == nil {
		h = &caseHead{}
	}
	defer h.zero()
	return l.take(id, h)
}

// take lists a case by its head.
func (l listing) take(id model.ID, h *caseHead) error {
	was, err := l.find(id)
	if err != nil {
		return err
	}
	next, err := l.s.listed(l.tx, h)
	if err != nil {
		return err
	}
	if was != nil {
		next.front = was.front
	}
	return l.set(id, was, next)
}

// set puts a case into its pages.
func (l listing) set(id model.ID, was, next *listed) error {
	name := l.name(id, next)
	p, err := l.pageOf([]byte(name))
	if err != nil {
		return err
	}
	if was != nil && was.same(next) {
		if was.turns(was.day, next.day) {
			was.day, p.dirty = next.day, true
		}
		return nil
	}
	if was == nil {
		was = &listed{}
	} else if before := l.name(id, was); before != name {
		old, err := l.pageOf([]byte(before))
		if err != nil {
			return err
		}
		delete(old.cases, before)
		old.dirty = true
	}
	p.cases[name], p.dirty = next, true
	l.head.Cases += oneIf(len(next.tags) > 0) - oneIf(len(was.tags) > 0)
	l.head.Mixed += oneIf(next.mixed) - oneIf(was.mixed)
	for _, tag := range next.tags { // they stay when the key goes: so it is seen whose it was
		p, err := l.pageOf(tag[:])
		if err != nil {
			return err
		}
		if p.rooms[tag] != name {
			p.rooms[tag], p.dirty = name, true
		}
	}
	if err := l.refer(id, was.ref, next.ref); err != nil {
		return err
	}
	if l.head.Cases > 2*casesPerPage*len(l.pages) && len(l.pages) < mostDirPages {
		return l.spread()
	}
	return nil
}

func (l listing) refer(id model.ID, was, now string) error {
	if was == now {
		return nil
	}
	for _, ref := range []string{was, now} {
		if ref == "" {
			continue
		}
		key := refKeyOf(ref)
		p, err := l.pageOf([]byte(key))
		switch {
		case err != nil:
			return err
		case ref == now:
			p.refs[key], p.dirty = id, true
		case p.refs[key] == id:
			delete(p.refs, key)
			p.dirty = true
		}
	}
	return nil
}

// spread doubles the number of pages.
func (l listing) spread() error {
	old := make([]*dirPage, len(l.pages))
	for n := range l.pages {
		p, err := l.page(l.r, n)
		if err != nil {
			return err
		}
		old[n] = p
	}
	l.pages, l.head.Writes = make([]*dirPage, 2*len(old)), make([]uint64, 2*len(old))
	for n := range l.pages {
		l.pages[n] = newDirPage()
		l.pages[n].dirty = true
	}
	for _, p := range old {
		for id, c := range p.cases {
			l.pages[l.at([]byte(id))].cases[id] = c
		}
		for tag, id := range p.rooms {
			l.pages[l.at(tag[:])].rooms[tag] = id
		}
		for ref, id := range p.refs {
			l.pages[l.at([]byte(ref))].refs[ref] = id
		}
	}
	return nil
}

// gatherDirectory holds all of it in memory, and writes it whole when it is next written:
// what lies in the file is about to be taken away.
func (s *Session) gatherDirectory(tx *bolt.Tx) error {
	return s.listing(tx, func(l listing) error {
		for n := range l.pages {
			p, err := l.page(l.r, n)
			if err != nil {
				return err
			}
			p.dirty = true
		}
		l.head.Front, l.anew = 0, true
		return nil
	})
}
