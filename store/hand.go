package store

import (
	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// How keys are handed on: what a change writes that lets somebody in.

// openCompartment brings a new compartment into being: its epoch's check value goes
// into the ledger, its descriptor into itself and its key to the recovery key. One that is
// brought into another workspace has had epochs before.
func (w *writer) openCompartment(c *compartment, home []model.ID) error {
	c.home = home
	for _, p := range c.past {
		if err := w.leaf(nil, ledger.Epoch(c.tag, p.epoch, p.key.CheckValue()), detail{}); err != nil {
			return err
		}
	}
	kcv := c.key.CheckValue()
	if err := w.leaf(nil, ledger.Epoch(c.tag, c.epoch, kcv), detail{}); err != nil {
		return err
	}
	if err := w.describe(c, ledger.OpCreate); err != nil {
		return err
	}
	return w.wrapForRecovery(c)
}

// wrapTo makes the row that hands a compartment's key to somebody.
func (w *writer) wrapTo(c *compartment, to seal.Public) (row wrapRow, err error) {
	row = wrapRow{tag: c.tag, epoch: c.epoch, kcv: c.key.CheckValue()}
	row.wrap, err = c.key.Wrap(to, row.context(w.header.WS))
	return row, err
}

// wrap hands a compartment's key to somebody who is not named in the file.
func (w *writer) wrap(c *compartment, to seal.Public) error {
	if err := w.sound.wait(); err != nil { // whose key it is has to be beyond doubt
		return err
	}
	row, err := w.wrapTo(c, to)
	if err != nil {
		return err
	}
	b := w.tx.Bucket(bucketWraps)
	n, err := b.NextSequence()
	if err != nil {
		return err
	}
	return b.Put(be8(n), row.encode())
}

// handOn wraps the key of a room for a member who has no row of it.
func (w *writer) handOn(c *compartment, m *model.Member) error {
	key, err := rowKey(c, seal.SlotID(w.header.WS, m.Label))
	if err != nil || m.Gone || w.tx.Bucket(bucketRings).Get(key) != nil {
		return err
	}
	id, err := w.keyOf(m.KeyID)
	if err != nil {
		return err
	}
	p, err := publicOf(w.tx.Bucket(bucketPublic).Get(id[:]))
	if err != nil {
		return unreadable(err)
	}
	return w.wrap(c, p)
}

// wrapForRecovery hands it to the recovery key, in sight of the ledger: without this row
// the organisation could not open the case when its members are gone.
func (w *writer) wrapForRecovery(c *compartment) error {
	rec, err := seal.ParsePublic(w.header.Recovery)
	if err != nil {
		return unreadable(err)
	}
	row, err := w.wrapTo(c, rec)
	if err != nil {
		return err
	}
	key := recoveryKey(c.tag, c.epoch)
	return w.numbered(bucketRecovery, key, row.encode(), ledger.OpCreate)
}

// recoveryKey is where the wrap of an epoch for the recovery key stands.
func recoveryKey(tag seal.Tag, epoch uint64) []byte {
	return append(append(append(make([]byte, 0, 24), tag[:]...), be8(epoch)...), make([]byte, 8)...)
}

// slot writes a member's keyslot, which opens to a key.
func (w *writer) slot(label string, raw []byte, holder seal.KeyID, op ledger.Op) error {
	id := slotKey(w.header.WS, label)
	w.moved = w.moved || w.tx.Bucket(bucketSlots).Get(id) != nil // the old one opens with the old passphrase
	if err := w.tx.Bucket(bucketSlots).Put(id, raw); err != nil {
		return err
	}
	return w.leaf(nil, ledger.Entry{Op: op, Effect: ledger.Put, Key: ledger.SlotKey(holder, [16]byte(id)), Digest: ledger.Digest(raw)}, detail{})
}

// enrolKey puts a public key into the directory that signatures are checked with, with
// the blind name of its member's record: that one they may write themselves.
func (w *writer) enrolKey(p seal.Public, role model.Role, member model.ID) error {
	name, err := w.root.name(model.NounMember, member)
	if err != nil {
		return err
	}
	id, row := p.ID(), ledger.DirectoryRow(p.Encode(), [16]byte(name[len(name)-16:]))
	if err := w.tx.Bucket(bucketPublic).Put(id[:], row); err != nil {
		return err
	}
	return w.leaf(nil, ledger.Enrol(id, row, roleBits(role)), detail{})
}

// enrolRecovery lets what the recovery key signs be told from a forgery.
func (w *writer) enrolRecovery(p seal.Public) error {
	id, row := p.ID(), ledger.DirectoryRow(p.Encode(), [16]byte{})
	if err := w.tx.Bucket(bucketPublic).Put(id[:], row); err != nil {
		return err
	}
	e := ledger.Enrol(id, row, roleBits(model.Manager))
	e.Flags |= ledger.FlagRecovery
	return w.leaf(nil, e, detail{})
}

// publicOf reads the public keys of a row of the directory.
func publicOf(row []byte) (seal.Public, error) {
	if len(row) > 0 && row[0] != 0 {
		return seal.Public{}, errNewer
	}
	if len(row) == seal.PublicSize { // of format 0
		return seal.ParsePublic(row)
	}
	if own := len(row) - ledger.DirectoryTail; own >= seal.PublicSize && beShort(row[seal.PublicSize+16:]) != 0 {
		return seal.Public{}, errNewer // a second public key, to verify a second signature with
	}
	p, _, _ := ledger.SplitDirectoryRow(row)
	return seal.ParsePublic(p)
}
