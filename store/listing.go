package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// How the directory is made, brought up to the end of the ledger, and asked.

// errPage says that a page of the directory is not to be had.
var errPage = errors.New("a page of the directory is damaged")

// listing is the directory at work in a transaction.
type listing struct {
	*directory
	s  *Session
	tx *bolt.Tx
	r  dirRows
}

// listing runs fn with the directory as it is at the end of the ledger. Where a page of it
// is damaged it is made anew.
func (s *Session) listing(tx *bolt.Tx, fn func(listing) error) error {
	l := listing{&s.dir, s, tx, s.dirRows(tx)}
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.bringUp()
	if err == nil {
		err = fn(l)
	}
	if !errors.Is(err, errPage) {
		return err
	}
	if err := l.build(); err != nil {
		return err
	}
	return fn(l)
}

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
	byCase := map[model.ID]*caseHead{}
	_, whole := s.heads.kept("")
	if whole {
		byCase = s.heads.held
	} else {
		rooms, err := s.allRooms(l.tx)
		if err != nil {
			return err
		}
		for _, tag := range s.ownRooms() {
			delete(rooms, tag)
		}
		tags := make([]seal.Tag, 0, len(rooms))
		for tag := range rooms {
			tags = append(tags, tag)
		}
		slices.SortFunc(tags, compareTags)
		for _, tag := range tags {
			c := rooms[tag]
			if byCase[c.caseID] == nil {
				byCase[c.caseID] = &caseHead{}
			}
			byCase[c.caseID].adopt(c)
		}
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

// caseOfRoom gives the case of a compartment that the member holds, or held; empty for
// another, and for the workspace's own.
func (l listing) caseOfRoom(tag seal.Tag) (model.ID, error) {
	if l.s.ownRoom(tag) != nil {
		return "", nil
	}
	p, ok := l.page(l.r, l.at(tag[:]))
	if !ok {
		return "", errPage
	}
	if id := p.rooms[tag]; id != "" && !blind(id) {
		return id, nil
	}
	c, err := l.s.openRoom(l.tx, tag)
	if err != nil || c == nil {
		return "", err
	}
	c.zero()
	if c.kind != "" {
		return "", nil
	}
	return c.caseID, nil
}

// find gives a case; nil for one of which the member never held a key.
func (l listing) find(id model.ID) (*listed, error) {
	for _, name := range []model.ID{id, l.blind(id)} {
		p, ok := l.page(l.r, l.at([]byte(name)))
		if !ok {
			return nil, errPage
		}
		if c := p.cases[name]; c != nil {
			return c, nil
		}
	}
	return nil, nil
}

// A case of which the gate shows nothing stands under a name that tells nothing: also who
// reads the directory with no gate before it is not told that it is there.

const blindMark = "?"

func blind(name model.ID) bool { return strings.HasPrefix(string(name), blindMark) }

func (l listing) blind(id model.ID) model.ID {
	b := l.r.personal.BlindName("case", string(id))
	return model.ID(blindMark + idEncoding.EncodeToString(b[:]))
}

// name is what a case stands under.
func (l listing) name(id model.ID, c *listed) model.ID {
	if c.shows() {
		return id
	}
	return l.blind(id)
}

// named gives the case of a name; empty for one of which the member holds nothing any more.
func (l listing) named(name model.ID, c *listed) (model.ID, error) {
	if !blind(name) {
		return name, nil
	}
	for _, tag := range c.tags {
		room, err := l.s.openRoom(l.tx, tag)
		if err != nil {
			return "", err
		}
		if room != nil {
			room.zero()
			return room.caseID, nil
		}
	}
	return "", nil
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
	p, ok := l.page(l.r, l.at([]byte(name)))
	if !ok {
		return errPage
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
		old, ok := l.page(l.r, l.at([]byte(before)))
		if !ok {
			return errPage
		}
		delete(old.cases, before)
		old.dirty = true
	}
	p.cases[name], p.dirty = next, true
	l.head.Cases += oneIf(len(next.tags) > 0) - oneIf(len(was.tags) > 0)
	l.head.Mixed += oneIf(next.mixed) - oneIf(was.mixed)
	for _, tag := range next.tags { // they stay when the key goes: so it is seen whose it was
		p, ok := l.page(l.r, l.at(tag[:]))
		if !ok {
			return errPage
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
		key := refKeyOf(ref)
		p, ok := l.page(l.r, l.at([]byte(key)))
		switch {
		case !ok:
			return errPage
		case ref == "":
		case ref == was && p.refs[key] == id:
			delete(p.refs, key)
			p.dirty = true
		case ref == now:
			p.refs[key], p.dirty = id, true
		}
	}
	return nil
}

// spread doubles the number of pages.
func (l listing) spread() error {
	old := make([]*dirPage, len(l.pages))
	for n := range l.pages {
		p, ok := l.page(l.r, n)
		if !ok {
			return errPage
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

// each goes through the cases that the member holds something of, in no order.
func (l listing) each(fn func(model.ID, *listed) error) error {
	for n := range l.pages {
		p, ok := l.page(l.r, n)
		if !ok {
			return errPage
		}
		for name, c := range p.cases {
			if len(c.tags) == 0 {
				continue
			}
			id, err := l.named(name, c)
			if err != nil {
				return err
			}
			if id == "" {
				continue
			}
			if err := fn(id, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// tagsOf gives the compartments of a case that the member holds.
func (l listing) tagsOf(id model.ID) ([]seal.Tag, error) {
	c, err := l.find(id)
	if err != nil || c == nil {
		return nil, err
	}
	return c.tags, nil
}

// tagsOf is the same outside of a listing.
func (s *Session) tagsOf(tx *bolt.Tx, id model.ID) (tags []seal.Tag, err error) {
	err = s.listing(tx, func(l listing) error {
		tags, err = l.tagsOf(id)
		return err
	})
	return tags, err
}

// caseOrder lists the cases whose record is the member's to read, by reference.
func (s *Session) caseOrder(tx *bolt.Tx) ([]model.ID, error) {
	return s.casesListed(tx, func(_ model.ID, c *listed) bool { return c.held })
}

// casesListed lists those that are wanted, by reference.
func (s *Session) casesListed(tx *bolt.Tx, want func(model.ID, *listed) bool) ([]model.ID, error) {
	type place struct {
		id  model.ID
		ref string
	}
	var all []place
	err := s.listing(tx, func(l listing) error {
		all = nil
		return l.each(func(id model.ID, c *listed) error {
			if want(id, c) {
				all = append(all, place{id, c.ref})
			}
			return nil
		})
	})
	slices.SortFunc(all, func(a, b place) int { return cmp.Or(cmp.Compare(a.ref, b.ref), cmp.Compare(a.id, b.id)) })
	out := make([]model.ID, len(all))
	for n := range all {
		out[n] = all[n].id
	}
	return out, err
}

// caseNamed finds a case that is listed under a reference; empty for none.
func (s *Session) caseNamed(tx *bolt.Tx, ref string) (id model.ID, err error) {
	err = s.listing(tx, func(l listing) error {
		key := refKeyOf(ref)
		p, ok := l.page(l.r, l.at([]byte(key)))
		if !ok {
			return errPage
		}
		id = p.refs[key]
		return nil
	})
	return id, err
}

// touchedSince gives the cases in which something was written since a leaf, of those that
// the member holds or held.
func (s *Session) touchedSince(tx *bolt.Tx, mark uint64) (map[model.ID]bool, error) {
	tags, err := tagsSince(tx, mark)
	if err != nil {
		return nil, err
	}
	out := map[model.ID]bool{}
	err = s.listing(tx, func(l listing) error {
		for tag := range tags {
			id, err := l.caseOfRoom(tag)
			if err != nil {
				return err
			}
			if id != "" {
				out[id] = true
			}
		}
		return nil
	})
	return out, err
}

// heldCases lists every case of which the member holds something, also those whose record
// is kept from them.
func (s *Session) heldCases(ctx context.Context) (ids []model.ID, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		ids, err = s.casesListed(tx, func(model.ID, *listed) bool { return true })
		return err
	})
	slices.Sort(ids)
	return ids, err
}

// heldTags gives the compartments that the member holds, the workspace's own with them.
func (s *Session) heldTags(tx *bolt.Tx) (map[seal.Tag]bool, error) {
	out := map[seal.Tag]bool{}
	for _, tag := range s.ownRooms() {
		out[tag] = true
	}
	err := s.listing(tx, func(l listing) error {
		return l.each(func(_ model.ID, c *listed) error {
			for _, t := range c.tags {
				out[t] = true
			}
			return nil
		})
	})
	return out, err
}

// gatherDirectory holds all of it in memory, and writes it whole when it is next written:
// what lies in the file is about to be taken away.
func (s *Session) gatherDirectory(tx *bolt.Tx) error {
	return s.listing(tx, func(l listing) error {
		for n := range l.pages {
			p, ok := l.page(l.r, n)
			if !ok {
				return errPage
			}
			p.dirty = true
		}
		l.head.Front, l.anew = 0, true
		return nil
	})
}

func compareTags(a, b seal.Tag) int { return slices.Compare(a[:], b[:]) }
