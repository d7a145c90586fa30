package store

import (
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// What a change knows of the cases that it is about: their heads as they were, read when
// they are first needed, and as the change leaves them.

// know gives a case's head as it was before the change; nil for a case of which the author
// holds no key.
func (j *job) know(id model.ID) (*caseHead, error) {
	if id == "" {
		return nil, nil
	}
	h, ok := j.heads[id]
	if ok || j.w.isNew(id) {
		return h, nil
	}
	h, err := j.s.head(j.w.tx, id)
	if err == nil {
		j.heads[id] = h
	}
	return h, err
}

// directory brings the directory up before anything is written, and writes it with the
// change, as it was before, when the file's own is far behind.
func (j *job) directory(tx *bolt.Tx) error {
	s := j.s
	if len(j.c.Ops)+len(j.c.Reads)+len(j.rotate) == 0 {
		return nil
	}
	return s.listing(tx, func(l listing) error {
		if s.heads.whole || l.mark-l.head.Mark < 4*fewLeaves+16*uint64(l.head.Cases) {
			return nil
		}
		j.viewed = true
		return s.putViews(tx)
	})
}

// headsNow reads the heads of the cases that the change touched, as it leaves them.
func (j *job) headsNow() error {
	if j.fault != nil || j.after != nil {
		return j.fault
	}
	j.after = map[model.ID]*caseHead{}
	for id := range j.touched {
		h, err := j.headNow(id)
		if err != nil {
			return err
		}
		j.after[id] = h
	}
	return nil
}

// headNow is a case's head as the change leaves it, of the rooms that the author holds.
func (j *job) headNow(id model.ID) (*caseHead, error) {
	h := &caseHead{}
	was, err := j.know(id)
	if err != nil {
		return nil, err
	}
	if was != nil {
		h.rooms = slices.Clone(was.rooms)
	}
	for _, c := range j.rooms {
		if c.caseID == id && c.kept {
			h.adopt(c)
		}
	}
	if was != nil && j.onlyAdds() {
		h.rec, h.restrictions, h.version = was.rec, was.restrictions, j.s.heads.count.Add(1)
		return h, nil
	}
	return h, j.s.readInto(j.w.tx, h, id)
}

// onlyAdds says whether the change only adds items: then a case's record and its
// restrictions are as they were.
func (j *job) onlyAdds() bool {
	return len(j.sealing) == 0 && len(j.c.Ops) > 0 && !slices.ContainsFunc(j.c.Ops, func(o model.Op) bool {
		_, is := o.Put.(*model.Information)
		return !is || o.Base != 0
	})
}

// list puts the cases as the change left them into the session and the directory, which
// had seen everything up to the change.
func (j *job) list(tx *bolt.Tx, was uint64) error {
	s := j.s
	for id, h := range j.after {
		s.heads.replace(id, h)
	}
	d := &s.dir
	d.mu.Lock()
	defer d.mu.Unlock()
	if j.viewed {
		d.saved()
		s.frontNew = false
	}
	if s.heads.whole || !d.ready || d.mark != was {
		return nil
	}
	l := listing{d, s, tx, s.dirRows(tx)}
	for id, h := range j.after {
		if j.onlyAdds() && len(j.renewals) == 0 && j.heads[id] != nil && len(h.rooms) == len(j.heads[id].rooms) {
			continue
		}
		if err := l.take(id, h); err != nil {
			d.ready = false // it is read again
			return nil
		}
	}
	d.mark = s.tail.Head.Leaves
	return nil
}

// undone lets go of what was read while a change was under way that came to nothing.
func (j *job) undone() {
	for id := range j.heads {
		j.s.heads.drop(id)
		j.s.cacheMu.Lock()
		j.s.cache.drop(id)
		j.s.cacheMu.Unlock()
	}
}

// roomName is a compartment of a case by its names: what goes over several changes finds it
// anew each time, because another epoch may have begun.
type roomName struct {
	caseID model.ID
	tag    seal.Tag
}

func (c *compartment) roomName() roomName { return roomName{c.caseID, c.tag} }

// named finds the compartments that are named.
func (j *job) named(names []roomName) (out []*compartment, err error) {
	for _, n := range names {
		if c := j.s.ownRoom(n.tag); c != nil {
			out = append(out, c)
			continue
		}
		h, err := j.know(n.caseID)
		if err != nil {
			return nil, err
		}
		if h == nil || h.room(n.tag) == nil {
			return nil, model.Missing(string(n.caseID))
		}
		out = append(out, h.room(n.tag))
	}
	return out, nil
}

// ownRoom gives the workspace's own compartment, or the oversight, by its tag; nil for
// another.
func (s *Session) ownRoom(tag seal.Tag) *compartment {
	switch {
	case tag == s.header.Root:
		return s.root
	case s.oversight != nil && tag == s.oversight.tag:
		return s.oversight
	}
	return nil
}

// ownRooms lists those of them that the member holds.
func (s *Session) ownRooms() []seal.Tag {
	out := []seal.Tag{s.header.Root}
	if s.oversight != nil {
		out = append(out, s.oversight.tag)
	}
	return out
}

// takeRenewals puts the new epochs in the place of those before, when the transaction is
// on the disk.
func (j *job) takeRenewals() {
	s := j.s
	for _, r := range j.renewals {
		if r.was == s.root {
			s.root = r.now
		}
		if r.was == s.oversight {
			s.oversight = r.now
		}
		for _, h := range []*caseHead{j.after[r.was.caseID], j.heads[r.was.caseID]} {
			if h == nil {
				continue
			}
			for n := range h.rooms {
				if h.rooms[n] == r.was {
					h.rooms[n] = r.now
				}
			}
		}
		r.was.past = nil // they are the new one's now
		r.was.zero()
	}
}
