package store

import (
	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// mend writes the one commit that makes the ledger true again.
func (sv *salvager) mend(tx *bolt.Tx) error {
	s := sv.s
	w := s.housekeeping(tx, model.ActCaseSet)
	w.change.Why = lostCase
	note := ledger.Entry{Op: ledger.OpRestore, Key: ledger.Key{Bucket: bucketRecords[0], Tag: s.header.Root}}
	if err := w.leaf(nil, note, detail{}); err != nil {
		return err
	}
	for _, a := range sv.k.missing {
		if err := sv.makeUp(w, a); err != nil {
			return err
		}
	}
	made, err := sv.oversight(w)
	if err != nil {
		return err
	}
	if err := sv.rooms(w); err != nil {
		return err
	}
	if err := sv.stubs(w, sv.s.roomsByTag()); err != nil {
		return err
	}
	if err := sv.lostFiles(w, s.roomsByTag()); err != nil {
		return err
	}
	if err := sv.clearances(w); err != nil {
		return err
	}
	if err := sv.lockedOut(w); err != nil {
		return err
	}
	if made {
		if err := w.handOversight(s.oversight, s.members); err != nil {
			return err
		}
	}
	for _, c := range s.roomsByTag() {
		if err := w.reserveIn(c); err != nil {
			return err
		}
	}
	if s.wreck.noteLost {
		if err := tx.Bucket(bucketRings).Delete(slotKey(s.header.WS, s.label)); err != nil {
			return err
		}
		note := keyring{Seen: s.ring.Seen, Recovery: s.ring.Recovery}
		if err := note.save(tx, s.header.WS, s.label, s.identity); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.commit()
}

// oversight says where its lines go where that was lost, and makes another where it was lost
// itself.
func (sv *salvager) oversight(w *writer) (made bool, err error) {
	s := sv.s
	if s.root.over != nil {
		return false, nil
	}
	if made, err = s.beginOversight(); err != nil {
		return made, err
	}
	if err := w.describe(s.root, ledger.OpRestore); err != nil || !made {
		return made, err
	}
	if err := w.openCompartment(s.oversight, nil); err != nil {
		return made, err
	}
	return made, s.rows.put(w, s.oversight)
}

// rooms describes those again of whose descriptions one was lost, or both. Of a room that cannot be told of
// any more all key rows go: nobody could unlock the workspace with one.
func (sv *salvager) rooms(w *writer) error {
	for _, c := range sv.s.roomsByTag() {
		if err := w.describeAgain(c, ledger.OpRestore); err != nil {
			return err
		}
	}
	for _, c := range sv.k.nameless {
		for _, r := range rowsUnder(w.tx.Bucket(bucketRings), c.tag[:]) {
			if len(r.key) != 24 {
				continue
			}
			if err := w.unset(nil, bucketRings, r.key, ledger.OpRestore, detail{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// clearances writes those again that were lost, of members who hold a key of the case
// that they were given with it.
func (sv *salvager) clearances(w *writer) error {
	in, err := sv.s.insight()
	if err != nil {
		return err
	}
	done := map[seal.Tag]bool{}
	for _, a := range sv.k.missing {
		c := in.rooms[seal.Tag(a.key.Tag)]
		if c == nil || done[c.tag] || len(c.home) > 0 || c.caseID == "" || a.key.Bucket != bucketRecords[0] {
			continue
		}
		if d, ok := in.told(w.tx, a.leaf, c); !ok || d.Noun != model.NounClearance {
			continue
		}
		done[c.tag] = true
		have := map[model.ID]bool{}
		if err := c.scan(w.tx, model.NounClearance, func(r model.Record) bool { have[r.(*model.Clearance).MemberID] = true; return true }); err != nil {
			return err
		}
		for id, m := range in.members {
			key, err := rowKey(c, seal.SlotID(w.header.WS, m.Label))
			if err != nil || have[id] || m.Gone || w.tx.Bucket(bucketRings).Get(key) == nil {
				continue
			}
			if err := w.put(c, &model.Clearance{Head: model.Head{ID: newID(), CaseID: c.caseID}, MemberID: id}, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// waiting hands the keys that wait for members out again, to those who are cleared as far
// as is still known: whose each of them was nobody can tell.
func (sv *salvager) waiting(w *writer) error {
	in, err := sv.s.insight()
	if err != nil {
		return err
	}
	d := &deepener{checker: &checker{examination: examination{in: in}, tx: w.tx, h: sv.s.header, rep: &Report{}}}
	for tag, keys := range waitingWraps(w.tx) {
		c := in.rooms[tag]
		if c == nil {
			continue
		}
		var clearances []model.Record
		if err := c.scan(w.tx, model.NounClearance, func(r model.Record) bool { clearances = append(clearances, r); return true }); err != nil {
			return err
		}
		should, known, err := d.cleared(c, clearances)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := deleteRows(w.tx, bucketWraps, keys); err != nil {
			return err
		}
		for id := range should {
			if err := w.handOn(c, sv.s.members[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

// lockedOut marks members as gone whose keyslot was lost: nobody could hand them a key. They
// come back when the mark is taken away and the recovery key gives them a new keyslot.
func (sv *salvager) lockedOut(w *writer) error {
	s := sv.s
	for id, m := range s.members {
		slot := seal.SlotID(w.header.WS, m.Label)
		if m.Gone || w.tx.Bucket(bucketSlots).Get(slot[:]) != nil {
			continue
		}
		before, err := s.root.get(w.tx, model.NounMember, id)
		if err != nil || before == nil {
			return err
		}
		gone := *m
		gone.Gone = true
		if err := w.put(s.root, &gone, before); err != nil {
			return err
		}
		theirs := rows{ws: w.header.WS, slot: slot}
		for _, c := range s.roomsByTag() {
			if err := theirs.drop(w, c); err != nil {
				return err
			}
		}
		s.members[id] = &gone
		sv.told = append(sv.told, m.Label+" is marked as gone, because their keyslot was lost: take the mark away and give them a new passphrase with the recovery key")
	}
	return sv.waiting(w)
}

// makeUp puts right one value that the ledger names and that is not there: with its older
// state, with a key made again, or by saying that it is gone.
func (sv *salvager) makeUp(w *writer, a absent) error {
	e := ledger.Entry{Op: ledger.OpRestore, Effect: ledger.Delete, Key: a.key, Before: sv.before(w.tx, a)}
	room := sv.s.roomsByTag()[seal.Tag(a.key.Tag)]
	if room == nil || a.key.Bucket == bucketSlots[0] {
		return w.leaf(nil, e, detail{})
	}
	var row []byte
	var v []byte
	var err error
	switch a.key.Bucket {
	case bucketRecovery[0]:
		row, v, err = sv.wrapAgain(w, a, room)
	case bucketRings[0]:
		err = sv.grantAgain(w, a, room)
	default:
		row, v, err = sv.older(w, a, room)
	}
	if err != nil {
		return err
	}
	if v != nil {
		e.Effect, e.Digest = ledger.Put, ledger.Digest(v)
		if err := w.tx.Bucket([]byte{a.key.Bucket}).Put(row, v); err != nil {
			return err
		}
	}
	return w.leaf(nil, e, detail{})
}

// before is what the ledger says of the value that a line takes the place of.
func (sv *salvager) before(tx *bolt.Tx, a absent) uint64 {
	l, _, err := ledger.ParseRow(a.leaf, tx.Bucket(bucketLeaves).Get(be8(a.leaf)))
	switch {
	case a.key.Bucket == bucketSlots[0]:
		return 0
	case err != nil || l.Version == 0 || l.Flags&ledger.FlagFound != 0:
		return ledger.FromFormat0
	}
	return a.leaf + 1
}

// older seals the older state of a value anew.
func (sv *salvager) older(w *writer, a absent, room *compartment) (key, v []byte, err error) {
	old, ok := sv.k.olds[a.key]
	if !ok {
		return nil, nil, nil
	}
	plain, _, err := room.openValue([]byte{a.key.Bucket}, old.key, old.value)
	if err != nil {
		return nil, nil, nil // it is gone, then
	}
	defer seal.Zero(plain)
	s, err := room.open()
	if err != nil {
		return nil, nil, err
	}
	v, err = s.Seal(seal.Place{Bucket: a.key.Bucket, Key: old.key, Rev: w.batch.Next()}, plain)
	return old.key, v, err
}

// wrapAgain makes the recovery key's copy of a room's key again.
func (sv *salvager) wrapAgain(w *writer, a absent, room *compartment) (key, v []byte, err error) {
	key = recoveryKey(room.tag, room.epoch)
	if ledgerKey(bucketRecovery, key) != a.key {
		return nil, nil, nil
	}
	rec, err := seal.ParsePublic(w.header.Recovery)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	row, err := w.wrapTo(room, rec)
	return key, append(be8(w.batch.Next()), row.encode()...), err
}

// grantAgain hands a member the key whose row is gone, as when they were cleared.
func (sv *salvager) grantAgain(w *writer, a absent, room *compartment) error {
	for _, m := range sv.s.members {
		key, err := rowKey(room, seal.SlotID(w.header.WS, m.Label))
		if err != nil {
			return err
		}
		if m.Gone || ledgerKey(bucketRings, key) != a.key {
			continue
		}
		id, err := w.keyOf(m.KeyID)
		if err != nil {
			return nil // they have no keys any more: it stays gone
		}
		p, err := publicOf(w.tx.Bucket(bucketPublic).Get(id[:]))
		if err != nil {
			return nil
		}
		return w.wrap(room, p)
	}
	return nil
}

const lostCase = "the record of the case was lost by damage; this one stands in its place"

// stubs writes what a workspace cannot be without: its profile, and a record for each case
// and member whose own is gone, so that what belongs to them is found.
func (sv *salvager) stubs(w *writer, rooms map[seal.Tag]*compartment) error {
	for id, h := range sv.s.heads.held {
		if !sv.k.stubbed[id] {
			continue
		}
		if err := w.put(rooms[h.rooms[0].tag], h.rec, nil); err != nil {
			return err
		}
	}
	for id, m := range sv.s.members {
		if !sv.k.stubbed[id] {
			continue
		}
		next := *m
		if err := w.put(rooms[w.header.Root], &next, nil); err != nil {
			return err
		}
	}
	if sv.k.stubbed[profileID] {
		p := sv.s.profile
		return w.put(rooms[w.header.Root], &p, nil)
	}
	return nil
}
