package store

import (
	"bytes"
	"cmp"
	"iter"
	"sync"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// A compartment's key has generations. A new epoch is made when somebody must not read on:
// from then on everything is written under its key, which they are not given, and what was
// there is sealed anew bit by bit (reseal.go). Until that is done values of several epochs
// lie together, and each says in its header which key opens it.
//
// Who holds the newest key holds all: the compartment's descriptor, sealed under it, keeps
// those before. They are needed for as long as the file is: names are made with the first
// (the ledger knows a member's own record by its name), and the lines of the ledger, which
// never change, keep their details under the key of their time.

// pastKey is the key of an epoch before the newest.
type pastKey struct {
	epoch uint64
	key   *seal.CompartmentKey

	once   sync.Once
	sealer *seal.Sealer
	err    error
}

func (p *pastKey) open(c *compartment) (*seal.Sealer, error) {
	p.once.Do(func() { p.sealer, p.err = p.key.Sealer(c.ws, c.tag, p.epoch) })
	return p.sealer, p.err
}

func (p *pastKey) zero() {
	p.key.Zero()
	if p.sealer != nil {
		p.sealer.Zero()
	}
}

// naming gives the sealer that names what lies in the compartment.
func (c *compartment) naming() (*seal.Sealer, error) {
	if len(c.past) > 0 {
		return c.past[0].open(c)
	}
	return c.open()
}

// sealerOf gives the sealer of the epoch that a value names.
func (c *compartment) sealerOf(epoch uint64) (*seal.Sealer, error) {
	if epoch == c.epoch {
		return c.open()
	}
	for _, p := range c.past {
		if p.epoch == epoch {
			return p.open(c)
		}
	}
	return nil, unreadable(nil)
}

// openShort unseals a short value.
func (c *compartment) openShort(at seal.Place, v []byte) ([]byte, error) {
	epoch, err := seal.PeekShort(v)
	if err != nil {
		return nil, unreadable(err)
	}
	s, err := c.sealerOf(epoch)
	if err != nil {
		return nil, unreadable(err)
	}
	plain, err := s.OpenShort(at, v)
	if err != nil {
		return nil, unreadable(err)
	}
	return plain, nil
}

// renewed is a compartment before and after a new epoch.
type renewed struct{ was, now *compartment }

// renewRoom makes a new epoch of a compartment, for the members who hold it now: the key
// goes to the author and the recovery key at once, to the others as wraps. Every row of the
// key before it goes, and so does every wrap that was on its way. Where the ledger names a
// newer epoch already, which somebody planted, it refuses, and waits for the check to know:
// a second line of one number would be a forgery that its author signed.
func (j *job) renewRoom(c *compartment, holders []model.ID) error {
	if err := j.s.sound.wait(); err != nil {
		return err
	}
	if j.s.sound.outdated(c) {
		return notGiven()
	}
	next := &compartment{tag: c.tag, key: newKey(), epoch: c.epoch + 1, caseID: c.caseID, home: c.home, ws: c.ws, kind: c.kind, over: cmp.Or(j.over, c.over), mixed: true}
	if len(c.past) > 0 && c.past[len(c.past)-1].epoch >= c.epoch {
		return unreadable(nil)
	}
	was, err := seal.KeyFromBytes(c.key.Bytes())
	if err != nil {
		return unreadable(err)
	}
	next.past = append(append(next.past, c.past...), &pastKey{epoch: c.epoch, key: was})
	if err := next.standApart(c); err != nil {
		return err
	}
	if err := j.w.leaf(nil, ledger.Epoch(next.tag, next.epoch, next.key.CheckValue()), detail{}); err != nil {
		return err
	}
	if err := j.w.endEpoch(c, j.s.slots(), j.waiting()); err != nil {
		return err
	}
	if err := j.w.describe(next, ledger.OpMove); err != nil {
		return err
	}
	if err := j.w.wrapForRecovery(next); err != nil {
		return err
	}
	for _, id := range holders {
		if id == j.s.me {
			err = j.s.rows.put(j.w, next)
		} else {
			err = j.wrapFor(next, id)
		}
		if err != nil {
			return err
		}
	}
	if c.kind == kindOversight {
		if j.over, err = next.overseen(); err != nil {
			return err
		}
	}
	j.w.moved = true
	j.renewals = append(j.renewals, renewed{c, next})
	return nil
}

// standApart draws the key again for as long as the descriptor's name would begin like a
// group of records: whoever lists those with the keys of before would meet it there.
func (c *compartment) standApart(was *compartment) error {
	for {
		selves, err := (&compartment{tag: c.tag, key: c.key, epoch: c.epoch, ws: c.ws}).selfKeys()
		if err != nil {
			return err
		}
		meets := false
		for _, n := range detailNouns() {
			for _, group := range []func(model.Noun) ([]byte, error){was.group, was.pages} {
				g, err := group(n)
				if err != nil {
					return err
				}
				meets = meets || bytes.HasPrefix(selves[0], g) // they begin alike
			}
		}
		if !meets {
			return nil
		}
		c.key = newKey()
	}
}

// endEpoch takes away what handed out a compartment's key until now.
func (w *writer) endEpoch(c *compartment, slots [][16]byte, waiting wrapsByTag) error {
	selves, err := c.selfKeys()
	if err != nil {
		return err
	}
	for _, self := range selves {
		if w.tx.Bucket(bucketRecords).Get(self) == nil {
			continue // the second, of a room that came from format 0
		}
		if err := w.unset(nil, bucketRecords, self, ledger.OpMove, detail{}); err != nil {
			return err
		}
	}
	for _, slot := range slots {
		key, err := rowKey(c, slot)
		if err != nil {
			return err
		}
		if w.tx.Bucket(bucketRings).Get(key) == nil {
			continue
		}
		if err := w.unset(nil, bucketRings, key, ledger.OpMove, detail{}); err != nil {
			return err
		}
	}
	for _, key := range waiting[c.tag] {
		if err := w.tx.Bucket(bucketWraps).Delete(key); err != nil {
			return err
		}
	}
	delete(waiting, c.tag)
	copied := recoveryKey(c.tag, c.epoch)
	if w.tx.Bucket(bucketRecovery).Get(copied) == nil {
		return nil // lost by damage, and who saved the file held no key to make it again
	}
	return w.unset(nil, bucketRecovery, copied, ledger.OpMove, detail{})
}

// wrapsByTag are the keys of the wraps that wait for members, by compartment: whose they
// are nobody can tell, but which compartment's stands in the clear.
type wrapsByTag map[seal.Tag][][]byte

func waitingWraps(tx *bolt.Tx) wrapsByTag {
	out := wrapsByTag{}
	_ = tx.Bucket(bucketWraps).ForEach(func(k, v []byte) error {
		if row, ok := parseWrap(v); ok {
			out[row.tag] = append(out[row.tag], append([]byte(nil), k...))
		}
		return nil
	})
	return out
}

// waiting gives the wraps that wait, read once a change.
func (j *job) waiting() wrapsByTag {
	if j.wraps == nil {
		j.wraps = waitingWraps(j.w.tx)
	}
	return j.wraps
}

// slots gives the names of the keyslots that members have or had.
func (s *Session) slots() [][16]byte {
	var out [][16]byte
	for _, m := range s.members {
		out = append(out, seal.SlotID(s.header.WS, m.Label))
	}
	return out
}

// holders lists the members who hold a compartment as the records of this change say.
func (j *job) holders(c *compartment) ([]model.ID, error) {
	if c.kind == kindOversight {
		return j.overseers(), nil
	}
	sc := &caseScene{}
	if c.caseID != "" {
		var err error
		if sc, err = j.scene(c.caseID); err != nil {
			return nil, err
		}
	}
	ids, err := j.s.holdersOf(j.w.tx, sc, c)
	return j.staying(ids), err
}

// holdersOf lists the members who are to hold a compartment: those who are cleared for the
// case, or for a home those whom every list names; everybody for the workspace's own.
func (s *Session) holdersOf(tx *bolt.Tx, sc *caseScene, c *compartment) (out []model.ID, err error) {
	switch {
	case c.tag == s.header.Root:
		for id := range s.members {
			out = append(out, id)
		}
	case c.kind == kindOversight:
		for id, m := range s.members {
			if s.oversees(id, m) {
				out = append(out, id)
			}
		}
	case len(c.home) > 0:
		out = sc.cleared(c.home)
	default:
		err = c.scan(tx, model.NounClearance, func(r model.Record) bool {
			out = append(out, r.(*model.Clearance).MemberID)
			return true
		})
	}
	return out, err
}

// staying leaves out who is gone, also by this change, and who is named twice.
func (j *job) staying(ids []model.ID) []model.ID {
	var out []model.ID
	seen := map[model.ID]bool{}
	for _, id := range ids {
		if m := j.memberFor(id); m != nil && !m.Gone && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// begunEpoch is an epoch after the first, and the line of the ledger that it begins with.
type begunEpoch struct{ leaf, epoch uint64 }

// watchEpochs notes, as the ledger goes by, where new epochs begin.
func (c *checker) watchEpochs(rows iter.Seq2[uint64, []byte]) iter.Seq2[uint64, []byte] {
	c.begun = map[seal.Tag][]begunEpoch{}
	return func(yield func(uint64, []byte) bool) {
		for no, row := range rows {
			if len(row) >= ledger.LeafSize && row[1] == byte(ledger.OpEpoch) {
				if l, _, err := ledger.ParseRow(no, row); err == nil && l.Op == ledger.OpEpoch && l.Epoch() > 1 {
					tag := seal.Tag(l.Key.Tag)
					c.begun[tag] = append(c.begun[tag], begunEpoch{no, l.Epoch()})
				}
			}
			if !yield(no, row) {
				return
			}
		}
	}
}

// inTime names a value that was written under a key after that key was given up: somebody
// wrote it who had the old key and was not given the new one.
func (c *checker) inTime(bucket, key, v []byte) {
	switch bucket[0] {
	case bucketRecords[0], bucketHistory[0], bucketBodies[0]:
	default:
		return
	}
	h, err := seal.PeekHeader(v)
	if err != nil || len(key) < 8 {
		return // named as damage
	}
	for _, b := range c.begun[seal.Tag(key[:8])] {
		if b.leaf < h.Rev && h.Epoch < b.epoch {
			c.bad("%s was written with a key that had been given up by then", kindOf(bucket[0]))
			return
		}
	}
}
