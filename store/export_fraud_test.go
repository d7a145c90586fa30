package store

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What a member does with a program of their own, and their own lawful signature.

// Defraud writes one of them.
func Defraud(s *Session, name string) error {
	switch name {
	case "commit-second-signature":
		return s.signTwice()
	case "critical-hidden":
		return s.hideCritical()
	}
	f := fraud{s: s}
	w := &writer{header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), s.Now()), identity: s.identity,
		now: s.Now(), change: &model.Change{ID: newID(), Act: model.ActCorrect, By: s.me}}
	if name == "foreign-signer" {
		evil, err := seal.NewIdentity()
		if err != nil {
			return err
		}
		w.identity, w.batch = evil, s.tail.Begin(evil.ID(), s.Now())
	}
	if name == "actor-posed" {
		w.batch = s.tail.Begin(f.other(), s.Now())
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		w.tx = tx
		f.w = w
		if err := f.write(name); err != nil {
			return err
		}
		if err := w.commit(); err != nil || name != "retired-signer" {
			return err
		}
		w.batch = w.tail.Begin(s.identity.ID(), s.Now())
		if err := f.mark(); err != nil {
			return err
		}
		return w.commit()
	})
}

type fraud struct {
	s *Session
	w *writer
}

func (f fraud) note(e ledger.Entry) error { return f.w.leaf(nil, e, detail{}) }

// other is the key id of another member, the founder.
func (f fraud) other() (id [8]byte) {
	for _, m := range f.s.members {
		if m.Label == "Ben" {
			if k, err := hex.DecodeString(m.KeyID); err == nil && len(k) == len(id) {
				return [8]byte(k)
			}
		}
	}
	return id
}

func (f fraud) write(name string) error {
	w, s := f.w, f.s
	switch name {
	case "own-role-raised":
		return f.note(ledger.SetRoles(s.identity.ID(), roleBits(model.Manager)))
	case "another-enrolled":
		return f.enrol()
	case "retired-signer":
		return f.note(ledger.Retire(s.identity.ID()))
	case "another-removed", "key-retired-by-other":
		return f.note(ledger.Retire(f.other()))
	case "another-slot":
		return f.slot()
	case "another-member-record", "profile-changed":
		return f.rootRecord(name)
	case "case-granted":
		k, err := s.root.name(model.NounClearance, "x")
		if err != nil {
			return err
		}
		key, _ := ledger.KeyFromRow('r', k)
		return f.note(ledger.Entry{Op: ledger.OpGrant, Key: key})
	case "epoch-second":
		return f.note(ledger.Epoch(s.root.tag, s.root.epoch, [32]byte{1}))
	case "foreign-signer", "actor-posed":
		c := s.someRoom()
		return w.note(c, ledger.OpOpen, detail{Noun: model.NounCase, ID: c.caseID})
	case "wrap-planted":
		c := newCompartment(s.header.WS, "planted")
		if err := w.wrap(c, s.identity.Public()); err != nil {
			return err
		}
		return f.mark()
	case "gate-row":
		if err := w.tx.Bucket(bucketGate).Put(s.header.Root[:], []byte{1}); err != nil {
			return err
		}
		return f.mark()
	}
	if slices.Contains([]string{"fold-too-much", "fold-nothing", "before-wrong"}, name) {
		return f.ledger(name)
	}
	if slices.Contains([]string{"gate-key-row", "gate-recovery", "gate-wrap", "recovery-wrap-replaced"}, name) {
		return f.gate(name)
	}
	return f.sealed(name)
}

// mark is a lawful leaf, so that there is a commit.
func (f fraud) mark() error {
	c := f.s.someRoom()
	return f.w.note(c, ledger.OpOpen, detail{Noun: model.NounCase, ID: c.caseID})
}

func (f fraud) enrol() error {
	evil, err := seal.NewIdentity()
	if err != nil {
		return err
	}
	id := evil.ID()
	row := ledger.DirectoryRow(evil.Public().Encode(), [16]byte{})
	if err := f.w.tx.Bucket(bucketPublic).Put(id[:], row); err != nil {
		return err
	}
	return f.note(ledger.Enrol(id, row, roleBits(model.Manager)))
}

// slot puts a keyslot of one's own making in the place of another's.
func (f fraud) slot() error {
	k := slotKey(f.s.header.WS, "Ben")
	raw := bytes.Clone(f.w.tx.Bucket(bucketSlots).Get(k))
	raw[len(raw)-1] ^= 1
	if err := f.w.tx.Bucket(bucketSlots).Put(k, raw); err != nil {
		return err
	}
	slot, err := seal.ParseSlot(bytes.Clone(raw))
	if err != nil {
		return err
	}
	return f.note(ledger.Entry{Op: ledger.OpRepassphrase, Effect: ledger.Put, Key: ledger.SlotKey(slot.Public.ID(), [16]byte(k)), Digest: ledger.Digest(raw)})
}

// rootRecord writes another's record, or the profile, in the workspace's own compartment.
func (f fraud) rootRecord(name string) error {
	var r model.Record
	for _, m := range f.s.members {
		if m.Label == "Ben" {
			x := *m
			x.Name = "Somebody else"
			r = &x
		}
	}
	if name == "profile-changed" {
		p := f.s.profile
		p.Marking = "For everybody"
		r = &p
	}
	key, err := f.s.root.name(r.Noun(), r.Base().ID)
	if err != nil {
		return err
	}
	r.Base().Rev++
	text, err := encode(r)
	if err != nil {
		return err
	}
	return f.w.value(f.s.root, bucketRecords, key, text, ledger.OpReplace, detail{})
}

// ledger writes leaves that say of values what is not so.
func (f fraud) ledger(name string) error {
	c := f.s.someRoom()
	if name == "before-wrong" {
		k, v := f.w.tx.Bucket(bucketRecords).Cursor().Seek(c.tag[:])
		key, number := ledgerKey(bucketRecords, k), f.w.batch.Next()
		v = bytes.Clone(v)
		binary.BigEndian.PutUint64(v[9:], number)
		if err := f.w.tx.Bucket(bucketRecords).Put(bytes.Clone(k), v); err != nil {
			return err
		}
		return f.note(ledger.Entry{Op: ledger.OpReplace, Effect: ledger.Put, Key: key, Before: 2, Digest: ledger.Digest(v)})
	}
	c, nos, err := f.withSingles(3)
	if err != nil {
		return err
	}
	if name == "fold-nothing" { // what is folded already, or is no single item
		return f.note(ledger.Fold(c.tag, []uint64{1, 2}))
	}
	// The range ends all of them, and says that it ends the first and the last.
	return f.note(ledger.Fold(c.tag, []uint64{nos[0], nos[len(nos)-1]}))
}

// withSingles gives a room with so many items that lie by themselves, and their leaves.
func (f fraud) withSingles(least int) (*compartment, []uint64, error) {
	for _, c := range f.s.heldRooms() {
		all, err := c.singles(f.w.tx)
		if err != nil {
			return nil, nil, err
		}
		var nos []uint64
		for _, x := range all {
			nos = append(nos, x.leaf)
		}
		if len(nos) >= least {
			return c, nos, nil
		}
	}
	return nil, nil, errors.New("too few items lie by themselves")
}

func rowFor(c *compartment) []byte {
	k := append(make([]byte, 0, 32), c.tag[:]...)
	var b [16]byte
	rand.Read(b[:])
	return append(k, b[:]...)
}

// gate locks keys with a gate, which only a later version knows.
func (f fraud) gate(name string) error {
	tx := f.w.tx
	switch name {
	case "gate-wrap":
		k, v := tx.Bucket(bucketWraps).Cursor().Last()
		v = bytes.Clone(v)
		v[0] = 1
		if err := tx.Bucket(bucketWraps).Put(bytes.Clone(k), v); err != nil {
			return err
		}
		return f.mark()
	case "gate-recovery":
		return f.w.plantRoom(newCompartment(f.s.header.WS, "planted"), func(row []byte) { row[0] = 1 })
	case "recovery-wrap-replaced":
		k, v := tx.Bucket(bucketRecovery).Cursor().Last()
		return f.w.numbered(bucketRecovery, bytes.Clone(k), bytes.Clone(v[8:]), ledger.OpMove)
	}
	c := f.s.someRoom()
	key, err := f.s.rows.key(c)
	if err != nil {
		return err
	}
	plain := binary.BigEndian.AppendUint32(nil, uint32(c.epoch))
	plain = append(append(plain, c.key.Bytes()...), 1)
	v, err := f.s.rows.personal.SealShort(seal.Place{Bucket: bucketRings[0], Key: key, Rev: f.w.batch.Next()}, plain)
	if err != nil {
		return err
	}
	return f.w.numbered(bucketRings, key, v, ledger.OpMove)
}

// sealed writes what a check without a key cannot tell, and who holds the key can.
func (f fraud) sealed(name string) error {
	w, c := f.w, f.s.someRoom()
	switch name {
	case "value-unsealable":
		k := rowFor(c)
		k = k[:24]
		v := make([]byte, 301)
		rand.Read(v[17:])
		v[0] = 0
		binary.BigEndian.PutUint64(v[1:], c.epoch)
		binary.BigEndian.PutUint64(v[9:], w.batch.Next())
		if err := w.tx.Bucket(bucketRecords).Put(k, v); err != nil {
			return err
		}
		return f.note(ledger.Entry{Op: ledger.OpCreate, Effect: ledger.Put, Key: ledgerKey(bucketRecords, k), Digest: ledger.Digest(v)})
	case "record-elsewhere":
		key, err := c.name(model.NounPerson, newID())
		if err != nil {
			return err
		}
		return w.value(c, bucketRecords, key, []byte("person 1\n{\"id\":\""+string(newID())+"\",\"case_id\":\""+string(c.caseID)+"\",\"name\":\"Nobody\",\"part\":\"other\"}"), ledger.OpCreate, detail{})
	case "line-in-a-case":
		key := rowFor(c)
		return w.value(c, bucketRecords, key[:24], []byte(lineHead+"{}"), ledger.OpCreate, detail{})
	case "item-twice":
		id := newID()
		key, err := c.name(model.NounInformation, id)
		if err != nil {
			return err
		}
		text := []byte("information 1\n{\"id\":\"" + string(id) + "\",\"case_id\":\"" + string(c.caseID) + "\",\"words\":\"twice\"}")
		if err := w.value(c, bucketRecords, key, text, ledger.OpCreate, detail{}); err != nil {
			return err
		}
		pages, err := c.pages(model.NounInformation)
		if err != nil {
			return err
		}
		return w.value(c, bucketRecords, append(pages, key[10:]...), page{{nameIn(key), text}}.encode(), ledger.OpCreate, detail{})
	}
	return errors.New("no such fraud: " + name)
}

// signTwice writes a commit with a second signature, which a later version may have.
func (s *Session) signTwice() error {
	return s.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketCommits)
		k, raw := b.Cursor().Last()
		raw = bytes.Clone(raw)
		raw[66] = 64
		copy(raw[67:], s.identity.Sign(ledger.CommitContext, raw[:67]))
		return b.Put(bytes.Clone(k), append(raw, make([]byte, 64)...))
	})
}

// hideCritical makes a workspace that a later version began with something that its readers must
// know, and takes the name of that out of the header, which nobody signs.
func (s *Session) hideCritical() error {
	return s.db.Update(func(tx *bolt.Tx) error {
		genesis := bytes.Clone(tx.Bucket(bucketLeaves).Get(be8(0)))
		sum := sha256.Sum256([]byte("gates"))
		copy(genesis[48:56], sum[:])
		ws, err := ledger.ID(genesis)
		if err != nil {
			return err
		}
		h, err := readHeader(tx)
		if err != nil {
			return err
		}
		h.WS = ws
		if err := writeHeader(tx, h); err != nil {
			return err
		}
		if err := tx.Bucket(bucketLeaves).Put(be8(0), genesis); err != nil {
			return err
		}
		k, raw := tx.Bucket(bucketCommits).Cursor().Last() // of a ledger so short that no hash of it is stored
		c, err := ledger.ParseCommit(raw)
		if err != nil {
			return err
		}
		if c.Head, err = ledger.HeadAt(logOf{tx}, c.Head.Leaves); err != nil {
			return err
		}
		copy(c.Signature[:], s.identity.Sign(ledger.CommitContext, c.Message()))
		if err := tx.Bucket(bucketCommits).Put(bytes.Clone(k), c.Encode()); err != nil {
			return err
		}
		return restamp(tx)
	})
}

// CutLedger takes the leaves from a number on away, and the commits that end beyond, and
// says that nothing is missing.
func CutLedger(tx *bolt.Tx, from uint64) error {
	var gone [][]byte
	cur := tx.Bucket(bucketLeaves).Cursor()
	for k, _ := cur.Seek(be8(from)); k != nil; k, _ = cur.Next() {
		gone = append(gone, bytes.Clone(k))
	}
	for _, k := range gone {
		if err := tx.Bucket(bucketLeaves).Delete(k); err != nil {
			return err
		}
	}
	gone = nil
	_ = tx.Bucket(bucketCommits).ForEach(func(k, v []byte) error {
		if c, err := ledger.ParseCommit(v); err == nil && c.Head.Leaves > from {
			gone = append(gone, bytes.Clone(k))
		}
		return nil
	})
	for _, k := range gone {
		if err := tx.Bucket(bucketCommits).Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// CommitEnds gives where the kept commits end.
func CommitEnds(tx *bolt.Tx) (ends []uint64) {
	_ = tx.Bucket(bucketCommits).ForEach(func(_, v []byte) error {
		if c, err := ledger.ParseCommit(v); err == nil {
			ends = append(ends, c.Head.Leaves)
		}
		return nil
	})
	return ends
}
