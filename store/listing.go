package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// How the directory is asked.

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

// pageOf gives the page that something is looked up in.
func (l listing) pageOf(key []byte) (*dirPage, error) { return l.page(l.r, l.at(key)) }

// find gives a case; nil for one of which the member never held a key.
func (l listing) find(id model.ID) (*listed, error) {
	for _, name := range []model.ID{id, l.blind(id)} {
		p, err := l.pageOf([]byte(name))
		if err != nil {
			return nil, err
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

// caseOfRoom gives the case of a compartment that the member holds, or held; empty for
// another, and for the workspace's own.
func (l listing) caseOfRoom(tag seal.Tag) (model.ID, error) {
	if l.s.ownRoom(tag) != nil {
		return "", nil
	}
	p, err := l.pageOf(tag[:])
	if err != nil {
		return "", err
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

// each goes through the cases that the member holds something of, in no order.
func (l listing) each(fn func(model.ID, *listed) error) error {
	for n := range l.pages {
		p, err := l.page(l.r, n)
		if err != nil {
			return err
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
		p, err := l.pageOf([]byte(key))
		if err != nil {
			return err
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

func compareTags(a, b seal.Tag) int { return slices.Compare(a[:], b[:]) }
