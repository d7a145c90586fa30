package store

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What of format 0 is converted when a workspace is moved over (migrate.go), and what is
// read as it stands.

// write is the transaction that makes the copy a workspace of format 1.
func (m *mover) write(tx *bolt.Tx) error {
	for _, name := range allBuckets() {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	h := newForm()
	h.WS, h.Root, h.Recovery, h.Restored = m.s.header.WS, m.s.header.Root, m.s.header.Recovery, m.s.header.Restored
	if err := writeHeader(tx, h); err != nil {
		return err
	}
	_, raw := tx.Bucket(bucketCommits).Cursor().Last()
	last, err := ledger.ParseCommit(raw)
	if err != nil {
		return unreadable(err)
	}
	roles := rolesOf(tx)
	tail, nodes, err := ledger.TakeOver(last, numberedRows(tx, bucketLeaves))
	if err != nil {
		return unreadable(err)
	}
	now := m.v.opt.clock()()
	w := &writer{tx: tx, header: h, root: m.s.root, batch: tail.Begin(m.s.identity.ID(), now), identity: m.s.identity, now: now,
		change: &model.Change{ID: newID(), Act: model.ActCreate, At: now, By: m.s.me}}
	for _, n := range nodes {
		if err := w.appended(bucketTree).Put(n.Key(), n.Hash[:]); err != nil {
			return err
		}
	}
	if err := w.leaf(nil, tail.Takeover(h.form()), detail{}); err != nil {
		return err
	}
	if err := m.members(w, roles); err != nil {
		return err
	}
	for _, part := range []func(*writer) error{m.slots, m.wraps, m.found, m.names, m.oversight, m.rooms} {
		if err := part(w); err != nil {
			return err
		}
	}
	return w.commit()
}

// rolesOf replays the roles of the keys that may sign.
func rolesOf(tx *bolt.Tx) map[seal.KeyID]uint8 {
	roles := map[seal.KeyID]uint8{}
	for no, row := range numberedRows(tx, bucketLeaves) {
		l, _, err := ledger.ParseRow(no, row)
		if err != nil || l.Key.Bucket != ledger.DirectoryBucket {
			continue
		}
		id := seal.KeyID(l.Key.Blind[:8])
		switch l.Op {
		case ledger.OpEnrol, ledger.OpRole:
			roles[id] = l.Roles()
		case ledger.OpRevoke:
			delete(roles, id)
		}
	}
	return roles
}

// members enrols each member's key once more, with the name of their own record. Keys that
// nobody has any more, and the recovery key, stay as they are.
func (m *mover) members(w *writer, roles map[seal.KeyID]uint8) error {
	own := map[string][]byte{}
	for id, who := range m.s.members {
		name, err := m.s.root.name(model.NounMember, id)
		if err != nil {
			return err
		}
		own[who.KeyID] = name[len(name)-16:]
	}
	b := w.tx.Bucket(bucketPublic)
	for _, row := range rowsUnder(b, nil) {
		id := seal.KeyID(row.key)
		bits, signs := roles[id]
		name := own[id.String()]
		if name == nil || !signs {
			continue
		}
		v := ledger.DirectoryRow(row.value, [16]byte(name))
		if err := b.Put(row.key, v); err != nil {
			return err
		}
		if err := w.leaf(nil, ledger.Enrol(id, v, bits), detail{}); err != nil {
			return err
		}
	}
	return nil
}

// slots writes each keyslot once more, as it is, with whose it is.
func (m *mover) slots(w *writer) error {
	return w.tx.Bucket(bucketSlots).ForEach(func(k, raw []byte) error {
		s, err := seal.ParseSlot(raw)
		if err != nil {
			return unreadable(err)
		}
		return w.leaf(nil, ledger.Entry{Op: ledger.OpRepassphrase, Effect: ledger.Put,
			Key: ledger.SlotKey(s.Public.ID(), [16]byte(k)), Digest: ledger.Digest(raw)}, detail{})
	})
}

// wraps names the wraps for the recovery key by what they open, in the ledger's sight.
func (m *mover) wraps(w *writer) error {
	b := w.tx.Bucket(bucketRecovery)
	for _, old := range rowsUnder(b, nil) {
		row, ok := parseWrap(old.value)
		if !ok {
			return unreadable(nil)
		}
		if err := b.Delete(old.key); err != nil {
			return err
		}
		if err := w.numbered(bucketRecovery, recoveryKey(row.tag, row.epoch), old.value, ledger.OpCreate); err != nil {
			return err
		}
	}
	return nil
}

// found brings what format 0 kept outside its ledger into it, as it stands: it is sealed
// with the number that it has, and most of it for others.
func (m *mover) found(w *writer) error {
	for _, bucket := range [][]byte{bucketHistory, bucketBodies} {
		err := w.tx.Bucket(bucket).ForEach(func(k, v []byte) error {
			return w.leaf(nil, ledger.Found(ledgerKey(bucket, k), ledger.Digest(v)), detail{})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// names keeps of the names of format 0 those that say that a reference is taken, packed, and
// drops those that led to things: they are found by an index.
func (m *mover) names(w *writer) error {
	const oldName = 8 + 16
	var names []takenName
	b := w.tx.Bucket(bucketNames)
	for _, row := range rowsUnder(b, nil) {
		if len(row.key) == oldName && bytes.Equal(row.value, []byte{1}) {
			names = append(names, takenOf(w.header.Root, row.key[8:]))
		}
		if err := b.Delete(row.key); err != nil {
			return err
		}
	}
	slices.SortFunc(names, takenName.compare)
	return putTaken(w.tx, names)
}

// rooms gives the other rooms that the member holds their second descriptor. Whoever holds others
// does it when they take up their keys.
func (m *mover) rooms(w *writer) error {
	for _, c := range m.s.roomsByTag() {
		if err := w.describeAgain(c, ledger.OpMove); err != nil {
			return err
		}
	}
	return nil
}

// oversight makes one, which format 0 had none of. Whoever comes with the recovery key is
// given its key with their new ones.
func (m *mover) oversight(w *writer) error {
	s := m.s
	if _, err := s.beginOversight(); err != nil {
		return err
	}
	if err := w.openCompartment(s.oversight, nil); err != nil {
		return err
	}
	if err := w.describe(s.root, ledger.OpMove); err != nil {
		return err
	}
	to := maps.Clone(s.members)
	if s.self().KeyID != s.identity.ID().String() {
		delete(to, s.me)
	}
	return w.handOversight(s.oversight, to)
}

// longDetail reads the sealed part of a leaf as format 0 wrote it. It holds ids and stays
// under the key of its time, as all details do: its digest stands in its leaf, which the
// tree covers, so that it cannot be sealed anew. To whom that key was taken from it tells
// no more than the ids.
func (c *compartment) longDetail(leaf uint64, sealed []byte) (detail, error) {
	h, err := seal.PeekHeader(sealed)
	if err != nil {
		return detail{}, unreadable(err)
	}
	s, err := c.sealerOf(h.Epoch) // the case may have had new keys since
	if err != nil {
		return detail{}, unreadable(err)
	}
	plain, err := s.Open(seal.Place{Bucket: bucketLeaves[0], Key: be8(leaf), Rev: 1}, sealed)
	if err != nil {
		return detail{}, unreadable(err)
	}
	var d struct {
		Change model.ID   `json:"change"`
		Act    model.Act  `json:"act"`
		Noun   model.Noun `json:"noun"`
		ID     model.ID   `json:"id"`
	}
	if err := json.Unmarshal(plain, &d); err != nil {
		return detail{}, unreadable(err)
	}
	return detail{Change: d.Change, Act: d.Act, Noun: d.Noun, ID: d.ID}, nil
}

// ledger0 checks the ledger of a workspace that is still of format 0: its chain, its
// commits, and the records and keyslots that it names.
func (c *checker) ledger0() {
	v := ledger.NewVerifier(c.h.WS, c.directory(), logOf{c.tx})
	v.Permit(rules(c.h.Root))
	v.Run(c.rows(bucketLeaves), c.rows(bucketCommits))
	for _, b := range [][]byte{bucketRecords, bucketSlots} {
		c.live(v, b)
	}
	c.named = v.Epoch
	r := v.Finish()
	for _, p := range r.Problems {
		c.bad("%s", p.Error())
	}
	c.rep.Head, c.rep.Leaves, c.rep.Commits = r.Head.Words(seal.Word), r.Head.Leaves, r.Commits
	if r.Sound() {
		c.ok("%d entries of the ledger in %d signed commits are in order", r.Head.Leaves, r.Commits)
		c.ok("%d sealed values are exactly the ones that the ledger names", c.rep.Values)
		c.ok("the workspace is of format 0: a manager who opens it moves it over to format 1")
	}
}

// row is one row of a bucket, copied out of it.
type row struct{ key, value []byte }

// rowsUnder copies the rows under a prefix, so that the bucket can be written to meanwhile.
func rowsUnder(b *bolt.Bucket, prefix []byte) []row {
	var out []row
	cur := b.Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		out = append(out, row{slices.Clone(k), slices.Clone(v)})
	}
	return out
}

// numberedRows streams a bucket whose keys are numbers.
func numberedRows(tx *bolt.Tx, bucket []byte) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		cur := tx.Bucket(bucket).Cursor()
		for k, v := cur.First(); k != nil && yield(beUint(k), v); k, v = cur.Next() {
		}
	}
}
