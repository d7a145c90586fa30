package store

import (
	"bytes"
	"errors"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// A workspace whose ledger is damaged is begun anew: with a new name, a new ledger and
// everything that the manager can open, sealed again for it under the same keys. So its
// rows keep their names, and nothing has to be decoded.

// beginner writes such a workspace, in transactions of a bounded size.
type beginner struct {
	sv    *salvager
	from  *bolt.Tx
	to    *bolt.DB
	w     *writer
	tail  ledger.Tail
	held  int
	rooms map[seal.Tag]*compartment // for the new workspace
	loose map[bodyName]uint64       // bodies that never came to be whole: they are left out
}

func (sv *salvager) beginAnew() (Copied, error) {
	if err := reserve(sv.tmp); err != nil {
		return Copied{}, err
	}
	db, err := bolt.Open(sv.tmp, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return Copied{}, err
	}
	defer db.Close()
	b := &beginner{sv: sv, to: db, rooms: map[seal.Tag]*compartment{}, loose: map[bodyName]uint64{}}
	err = guard(func() error {
		return sv.k.db.View(func(from *bolt.Tx) error {
			b.from = from
			marks(from, func(name bodyName, number uint64) bool { b.loose[name] = number; return true })
			return b.run()
		})
	})
	if err != nil {
		return Copied{}, err
	}
	want := expectedCopy{head: b.tail.Head}
	err = db.View(func(tx *bolt.Tx) error { want.values = countValues(tx); return nil })
	if err == nil {
		err = errors.Join(db.Sync(), db.Close())
	}
	if err != nil {
		return Copied{}, err
	}
	sv.ws, sv.head = b.w.header.WS, want.head
	want.in = &insight{header: b.w.header, rooms: b.rooms, members: sv.s.members}
	return prove(sv.ctx, sv.tmp, want)
}

func (b *beginner) run() (err error) {
	if _, err := b.sv.s.beginOversight(); err != nil { // it is written with the other rooms
		return err
	}
	tx, err := b.to.Begin(true)
	if err != nil {
		return err
	}
	b.w = &writer{tx: tx}
	defer func() {
		if err != nil {
			_ = b.w.tx.Rollback() // the file goes with it
		}
	}()
	if err := b.found(); err != nil {
		return err
	}
	s := b.sv.s
	for tag, c := range s.roomsByTag() {
		if tag == s.header.Root {
			continue
		}
		if err := b.open(c); err != nil {
			return err
		}
	}
	for tag, c := range s.roomsByTag() {
		if err := b.values(c, b.rooms[tag]); err != nil {
			return err
		}
	}
	if err := b.sv.lostFiles(b.w, b.rooms); err != nil {
		return err
	}
	if err := b.names(); err != nil {
		return err
	}
	if err := b.sv.stubs(b.w, b.rooms); err != nil {
		return err
	}
	if err := b.others(); err != nil {
		return err
	}
	if err := b.drafts(); err != nil {
		return err
	}
	if err := b.commit(); err != nil {
		return err
	}
	return b.w.tx.Rollback() // nothing comes after
}

// found writes the beginning: header, ledger, the manager and the workspace's own room.
func (b *beginner) found() error {
	s, tx := b.sv.s, b.w.tx
	h, batch := newForm(), ledger.Tail{}.Begin(s.identity.ID(), s.Now())
	h.Root, h.Recovery = s.header.Root, s.header.Recovery
	if err := genesis(tx, batch, &h); err != nil {
		return err
	}
	b.w = b.writer(tx, h, batch)
	if err := b.open(s.root); err != nil {
		return err
	}
	return b.manager()
}

func (b *beginner) writer(tx *bolt.Tx, h header, batch *ledger.Batch) *writer {
	s := b.sv.s
	return &writer{tx: tx, header: h, root: b.rooms[h.Root], batch: batch, identity: s.identity, now: s.Now(),
		change: &model.Change{ID: newID(), Act: model.ActCaseSet, By: s.me, Why: lostCase}}
}

// manager enrols who does this, under the passphrase that they have.
func (b *beginner) manager() error {
	s, w, o := b.sv.s, b.w, b.sv.o
	rec, err := seal.ParsePublic(s.header.Recovery)
	if err != nil {
		return unreadable(err)
	}
	spec := seal.SlotSpec{WS: w.header.WS, Label: s.label, Passphrase: o.Passphrase, Params: o.Costs}
	if spec.Params == (seal.Params{}) {
		spec.Params = seal.Default()
	}
	slot, err := o.Keys.NewSlot(spec, s.identity)
	if err != nil {
		return model.Fail(model.Invalid, "%s", err.Error()).On("passphrase").Because(err)
	}
	if err := w.enrolKey(s.identity.Public(), s.self().Role, s.me); err != nil {
		return err
	}
	if err := w.enrolRecovery(rec); err != nil {
		return err
	}
	if err := w.slot(s.label, slot, s.identity.ID(), ledger.OpEnrol); err != nil {
		return err
	}
	note := keyring{Recovery: recoveryPin(w.header)}
	if err := note.save(w.tx, w.header.WS, s.label, s.identity); err != nil {
		return err
	}
	return b.commit()
}

// commit signs what was written since the last time, and begins the next transaction.
func (b *beginner) commit() error {
	if b.w.batch.Len() > 0 {
		if err := b.w.commit(); err != nil {
			return err
		}
		b.tail = b.w.tail
	}
	if err := b.w.tx.Commit(); err != nil {
		return err
	}
	if err := b.sv.ctx.Err(); err != nil {
		return err
	}
	tx, err := b.to.Begin(true)
	if err != nil {
		return err
	}
	b.w, b.held = b.writer(tx, b.w.header, b.tail.Begin(b.sv.s.identity.ID(), b.sv.s.Now())), 0
	return nil
}

// open brings a room into the new workspace, and the manager's key of it.
func (b *beginner) open(c *compartment) error {
	next, err := c.moveTo(workspaceID(b.w.header.WS))
	if err != nil {
		return err
	}
	b.rooms[c.tag] = next
	if c.tag == b.w.header.Root {
		b.w.root = next
	}
	if err := b.w.openCompartment(next, c.home); err != nil {
		return err
	}
	mine, err := rowsOf(b.w.header.WS, b.sv.s.label, b.sv.s.identity)
	if err != nil {
		return err
	}
	defer mine.zero()
	return mine.put(b.w, next)
}

// moveTo gives the same room, with the same keys, in another workspace.
func (c *compartment) moveTo(ws workspaceID) (*compartment, error) {
	key, err := seal.KeyFromBytes(c.key.Bytes())
	if err != nil {
		return nil, unreadable(err)
	}
	next := &compartment{tag: c.tag, key: key, epoch: c.epoch, caseID: c.caseID, home: c.home, ws: ws, kind: c.kind, over: c.over}
	for _, p := range c.past {
		was, err := seal.KeyFromBytes(p.key.Bytes())
		if err != nil {
			return nil, unreadable(err)
		}
		next.past = append(next.past, &pastKey{epoch: p.epoch, key: was})
	}
	return next, nil
}

// values seals everything that lies in a room again.
func (b *beginner) values(c, next *compartment) error {
	for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
		cur := b.from.Bucket(bucket).Cursor()
		for key, v := cur.Seek(c.tag[:]); key != nil && bytes.HasPrefix(key, c.tag[:]); key, v = cur.Next() {
			if bucket[0] == bucketRecords[0] && c.isSelf(key) || bucket[0] == bucketBodies[0] && b.isLoose(key, v) {
				continue
			}
			plain, number, err := c.openValue(bucket, key, v)
			if err != nil {
				continue // it was named
			}
			err = b.w.again(next, bucket, bytes.Clone(key), plain, number, ledger.OpRestore)
			seal.Zero(plain)
			if err != nil {
				return err
			}
			if b.held += len(v); b.held > copyBatch {
				if err := b.commit(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// isLoose says of a row of attachments that it belongs to one that never came to be whole.
func (b *beginner) isLoose(key, v []byte) bool {
	since, marked := b.loose[bodyName(key[:min(24, len(key))])]
	number, _ := numberOf(bucketBodies, v)
	return marked && number >= since
}

// names brings what says of references that they are taken.
func (b *beginner) names() error {
	for _, r := range rowsUnder(b.from.Bucket(bucketNames), b.w.header.Root[:]) {
		if err := b.w.tx.Bucket(bucketNames).Put(r.key, r.value); err != nil {
			return err
		}
	}
	for _, c := range b.rooms {
		if err := b.w.reserveIn(c); err != nil {
			return err
		}
	}
	return b.w.keepTaken()
}

// others marks the other members as gone, under another label: their keyslots were for the
// old workspace and open nothing in this one. They are added again under their own.
func (b *beginner) others() error {
	root := b.rooms[b.w.header.Root]
	b.w.change = &model.Change{ID: newID(), Act: model.ActRole, By: b.sv.s.me, Why: "the workspace was begun anew after damage"}
	for id, m := range b.sv.s.members {
		if id == b.sv.s.me {
			continue
		}
		before, err := root.get(b.w.tx, model.NounMember, id)
		if err != nil {
			return err
		}
		was, ok := before.(*model.Member)
		if !ok {
			continue
		}
		gone := *m
		gone.Gone, gone.Label = true, formerLabel(m.Label)
		if err := b.w.put(root, &gone, was); err != nil {
			return err
		}
	}
	return nil
}

func formerLabel(label string) string {
	if next := label + "-before"; model.ValidLabel(next) == nil {
		return next
	}
	return label
}

// drafts brings the manager's own.
func (b *beginner) drafts() error {
	s := b.sv.s
	was := slotKey(s.header.WS, s.label)
	cur := b.from.Bucket(bucketDrafts).Cursor()
	for key, _ := cur.Seek(was); key != nil && bytes.HasPrefix(key, was); key, _ = cur.Next() {
		plain, err := openPersonal(b.from, bucketDrafts, key, s.header.WS, s.identity)
		if err != nil || plain == nil {
			continue
		}
		own := append(slotKey(b.w.header.WS, s.label), key[len(was):]...)
		err = sealPersonal(b.w.tx, bucketDrafts, own, plain, b.w.header.WS, s.identity)
		seal.Zero(plain)
		if err != nil {
			return err
		}
	}
	return nil
}
