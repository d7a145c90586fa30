package store

import (
	"slices"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// heads are the cases whose heads have been read in this session: truly, from the case's
// own values, when something of it was first asked for. Few are kept, so that going
// through all cases holds only those that are being looked at.
type heads struct {
	mu    sync.Mutex // readers fill it
	whole bool       // all that there are: of a damaged file, of one being moved over, for the recovery key
	held  map[model.ID]*caseHead
	order []model.ID  // least lately used first
	gone  []*caseHead // let go of; their keys are overwritten when nobody reads
	count atomic.Uint64
}

const (
	headsKept = 64
	headsGone = 64 // from how many their keys are overwritten
)

// kept gives a head that was read before.
func (hs *heads) kept(id model.ID) (h *caseHead, whole bool) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h = hs.held[id]; h != nil && !hs.whole {
		hs.use(id)
	}
	return h, hs.whole
}

func (hs *heads) use(id model.ID) {
	hs.order = append(slices.DeleteFunc(hs.order, func(o model.ID) bool { return o == id }), id)
}

// keep keeps a head, or gives the one that another reader kept meanwhile.
func (hs *heads) keep(id model.ID, h *caseHead) *caseHead {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if have := hs.held[id]; have != nil {
		hs.gone = append(hs.gone, h)
		return have
	}
	hs.held[id] = h
	hs.use(id)
	if len(hs.order) > headsKept {
		hs.gone = append(hs.gone, hs.held[hs.order[0]])
		delete(hs.held, hs.order[0])
		hs.order = hs.order[1:]
	}
	return h
}

// replace puts what a change made of a case in the place of what was; the compartments of
// the one before are the new one's.
func (hs *heads) replace(id model.ID, h *caseHead) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.held[id] = h
	if !hs.whole {
		hs.use(id)
	}
}

// drop lets go of a case: it is read again when it is next asked for.
func (hs *heads) drop(id model.ID) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h := hs.held[id]; h != nil && !hs.whole {
		hs.gone = append(hs.gone, h)
		delete(hs.held, id)
		hs.order = slices.DeleteFunc(hs.order, func(o model.ID) bool { return o == id })
	}
}

// sweep overwrites the keys of what was let go of. Nobody may be reading.
func (hs *heads) sweep() {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for _, h := range hs.gone {
		h.zero()
	}
	hs.gone = nil
}

func (hs *heads) many() bool {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	return len(hs.gone) >= headsGone
}

// forget overwrites all keys and drops what was decoded.
func (hs *heads) forget() {
	hs.sweep()
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for _, h := range hs.held {
		h.zero()
	}
	hs.held, hs.order = map[model.ID]*caseHead{}, nil
}

func (h *caseHead) zero() {
	for _, c := range h.rooms {
		c.zero()
	}
}

// head gives a case's head as it stands in the file; nil for a case of which the member
// holds no key.
func (s *Session) head(tx *bolt.Tx, id model.ID) (*caseHead, error) {
	h, whole := s.heads.kept(id)
	if h != nil || whole || id == "" {
		return h, nil
	}
	h, err := s.readHead(tx, id)
	if err != nil || h == nil {
		return nil, err
	}
	return s.heads.keep(id, h), nil
}

// readHead reads a head for its caller alone, who overwrites its keys.
func (s *Session) readHead(tx *bolt.Tx, id model.ID) (*caseHead, error) {
	if h, whole := s.heads.kept(id); whole {
		return h, nil
	}
	tags, err := s.tagsOf(tx, id)
	if err != nil || len(tags) == 0 {
		return nil, err
	}
	return s.headOf(tx, id, tags)
}

// headOf reads a case's head from those of some compartments that the member holds; nil if
// none of them is the case's and theirs.
func (s *Session) headOf(tx *bolt.Tx, id model.ID, tags []seal.Tag) (*caseHead, error) {
	h := &caseHead{}
	for _, tag := range tags {
		c, err := s.openRoom(tx, tag)
		if err != nil {
			return nil, err
		}
		if c != nil && c.kind == "" && c.caseID == id {
			h.adopt(c)
		}
	}
	if len(h.rooms) == 0 {
		return nil, nil
	}
	return h, s.readInto(tx, h, id)
}

func (s *Session) readInto(tx *bolt.Tx, h *caseHead, id model.ID) error {
	h.version = s.heads.count.Add(1)
	return h.read(tx, id)
}

// openRoom opens a compartment that the member holds the key of; nil for another.
func (s *Session) openRoom(tx *bolt.Tx, tag seal.Tag) (out *compartment, err error) {
	if c := s.loose[tag]; c != nil {
		key, err := seal.KeyFromBytes(c.key.Bytes())
		if err != nil {
			return nil, unreadable(err)
		}
		out = &compartment{tag: tag, key: key, epoch: c.epoch, ws: c.ws}
		return out, s.describe(tx, out)
	}
	err = s.rows.each(tx, tag[:], func(c *compartment) error {
		if out != nil && out.epoch >= c.epoch {
			c.zero()
			return nil
		}
		if out != nil {
			out.zero()
		}
		out = c
		return nil
	})
	if err != nil || out == nil {
		return nil, err
	}
	return out, s.describe(tx, out)
}

// describe reads what a compartment says of itself: the first of the two that can be read and
// whose keys are those of the ledger, where the check has come that far. It never waits: what
// is opened sooner is held against the ledger before it is written to.
func (s *Session) describe(tx *bolt.Tx, c *compartment) error {
	keys, err := c.selfKeys()
	if err != nil {
		return unreadable(err)
	}
	for _, key := range keys {
		if err = c.describedAt(tx, key); err == nil {
			err = s.sound.proven(c)
		}
		if err == nil {
			return nil
		}
	}
	return err
}

// eachHead goes through the heads of all cases of which the member holds something, also
// of those whose record is kept from them. None stays in memory after fn.
func (s *Session) eachHead(tx *bolt.Tx, fn func(model.ID, *caseHead) (more bool, err error)) error {
	ids, err := s.casesListed(tx, func(model.ID, *listed) bool { return true })
	if err != nil {
		return err
	}
	more := true
	for _, id := range ids {
		err := s.withHead(tx, id, func(h *caseHead) (err error) {
			more, err = fn(id, h)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// withHead reads one head for as long as fn takes.
func (s *Session) withHead(tx *bolt.Tx, id model.ID, fn func(*caseHead) error) error {
	h, _ := s.heads.kept(id)
	if h != nil {
		return fn(h)
	}
	h, err := s.readHead(tx, id)
	if err != nil || h == nil {
		return err
	}
	defer h.zero()
	return fn(h)
}

// allRooms opens every compartment that the member holds, the workspace's own with them.
// Of one that cannot be read nothing is said: the check of the file names it.
func (s *Session) allRooms(tx *bolt.Tx) (map[seal.Tag]*compartment, error) {
	if _, whole := s.heads.kept(""); whole {
		return s.roomsByTag(), nil
	}
	out := map[seal.Tag]*compartment{}
	for _, tag := range s.ownRooms() {
		out[tag] = s.ownRoom(tag)
	}
	for tag := range s.loose {
		if c, err := s.openRoom(tx, tag); err == nil && c != nil && c.kind == "" {
			out[tag] = c
		}
	}
	err := s.rows.each(tx, nil, func(c *compartment) error {
		if out[c.tag] == nil && c.describe(tx) == nil && c.kind == "" {
			out[c.tag] = c
		} else {
			c.zero()
		}
		return nil
	})
	return out, err
}

// roomsByTag gives the compartments of a session that holds all heads.
func (s *Session) roomsByTag() map[seal.Tag]*compartment {
	out := map[seal.Tag]*compartment{s.header.Root: s.root}
	if s.oversight != nil {
		out[s.oversight.tag] = s.oversight
	}
	for _, h := range s.heads.held {
		for _, c := range h.rooms {
			out[c.tag] = c
		}
	}
	return out
}

// adopt puts a compartment under its case, the case's own first.
func (h *caseHead) adopt(c *compartment) {
	if len(c.home) == 0 && (len(h.rooms) == 0 || len(h.rooms[0].home) > 0) {
		h.rooms = append([]*compartment{c}, h.rooms...)
	} else { // a second one of the same home never comes before the first: that is written to
		h.rooms = append(h.rooms, c)
	}
}

// room gives the compartment of a tag.
func (h *caseHead) room(tag seal.Tag) *compartment {
	for _, c := range h.rooms {
		if c.tag == tag {
			return c
		}
	}
	return nil
}

// tags lists the compartments in their order.
func (h *caseHead) tags() []seal.Tag {
	out := make([]seal.Tag, len(h.rooms))
	for n, c := range h.rooms {
		out[n] = c.tag
	}
	return out
}

// whose remembers of what was shown which case it belongs to: what is asked for by its
// identifier alone is looked for there first. It is a hint and nothing more.
type whose struct {
	mu       sync.Mutex
	now, old map[model.ID]model.ID
}

const whoseKept = 16 << 10

func (w *whose) note(id, caseID model.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put(id, caseID)
}

func (w *whose) noteAll(all []model.Record, caseID model.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range all {
		w.put(r.Base().ID, caseID)
	}
}

func (w *whose) put(id, caseID model.ID) {
	if caseID == "" {
		return
	}
	if w.now == nil || len(w.now) >= whoseKept {
		w.old, w.now = w.now, map[model.ID]model.ID{}
	}
	w.now[id] = caseID
}

func (w *whose) of(id model.ID) model.ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c, ok := w.now[id]; ok {
		return c
	}
	return w.old[id]
}

// caseOf finds the case in which a record lies, and its head: where it was shown from, and
// only if it is not there in all others.
func (s *Session) caseOf(tx *bolt.Tx, n model.Noun, id model.ID) (caseID model.ID, h *caseHead, err error) {
	if n == model.NounCase {
		if h, err = s.head(tx, id); err != nil || h != nil && h.rec != nil {
			return id, h, err
		}
		return "", nil, nil
	}
	if at := s.whose.of(id); at != "" {
		if h, err = s.head(tx, at); err != nil {
			return "", nil, err
		}
		if lies, err := h.has(tx, n, id); err != nil || lies {
			return at, h, err
		}
	}
	err = s.eachHead(tx, func(at model.ID, h *caseHead) (more bool, err error) {
		lies, err := h.has(tx, n, id)
		if lies {
			caseID = at
		}
		return !lies, err
	})
	if err != nil || caseID == "" {
		return "", nil, err
	}
	s.whose.note(id, caseID)
	h, err = s.head(tx, caseID)
	return caseID, h, err
}

// has says whether a record lies in a case, of what is the member's to read.
func (h *caseHead) has(tx *bolt.Tx, n model.Noun, id model.ID) (bool, error) {
	if h == nil {
		return false, nil
	}
	for _, c := range h.rooms {
		if lies, err := c.lies(tx, n, id); err != nil || lies {
			return lies, err
		}
	}
	return false, nil
}
