package store

import (
	"bytes"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Recover gives a member a new passphrase with the recovery key that was printed when
// the workspace was made. They get a new identity and the keys of what they were
// cleared for, and nothing more. Its use stands in the ledger for everybody to see.
// What they had typed and not saved is lost: it was sealed under their old keys.
func (v *Vault) Recover(sheet, label string, passphrase []byte, costs seal.Params) error {
	secret, err := seal.ParseRecovery(sheet)
	if err != nil {
		return model.Fail(model.Locked, "%s", err.Error()).On("recovery").Because(err)
	}
	defer secret.Zero()
	id, err := secret.Identity()
	if err != nil {
		return model.Fail(model.Locked, "%s", seal.ErrRecoverySheet.Error()).Because(err)
	}
	defer id.Zero()
	if have, err := seal.ParsePublic(v.header.Recovery); err != nil || !have.Same(id.Public()) {
		return model.Fail(model.Locked, "this is the recovery key of another workspace").Do("find the sheet that was printed when this one was made")
	}
	next, err := seal.NewIdentity()
	if err != nil {
		return model.Fail(model.Failed, "no new keys could be made").Because(err)
	}
	defer next.Zero()
	if err := v.takeOverRecovering(label, id); err != nil {
		return err
	}
	if err := v.check()(); err != nil {
		return err
	}
	r := &recovering{v: v, id: id, next: next, label: label, passphrase: passphrase, costs: costs}
	err = guard(func() error { return v.db.Update(r.run) })
	v.due = v.due || err == nil
	return diskOr(err, "the passphrase could not be set")
}

// recovering is one use of the recovery key.
type recovering struct {
	v          *Vault
	id, next   *seal.Identity
	label      string
	passphrase []byte
	costs      seal.Params
	all        *Session // a session that holds every key, for as long as this takes
}

func (r *recovering) run(tx *bolt.Tx) error {
	r.all = newSession(r.v, r.label, r.id)
	s := r.all
	var err error
	if s.rows, err = rowsOf(s.header.WS, r.label, r.id); err != nil {
		return err
	}
	s.ring = &keyring{}
	all, err := r.unwrapAll(tx)
	if err != nil {
		return err
	}
	if err := s.arrange(tx, all); err != nil {
		return err
	}
	if err := s.loadWorkspace(tx); err != nil {
		if s.me == "" {
			return model.Fail(model.NotFound, "there is no member %q", r.label).Do("check the name").On("name")
		}
		return err
	}
	if err := s.still(); err != nil {
		return err
	}
	if err := s.loadHeads(tx); err != nil {
		return err
	}
	return r.write(tx)
}

// unwrapAll opens every compartment's wrap for the recovery key.
func (r *recovering) unwrapAll(tx *bolt.Tx) (all []*compartment, err error) {
	ws := r.v.header.WS
	err = tx.Bucket(bucketRecovery).ForEach(func(k, raw []byte) error {
		row, ok := parseRecoveryWrap(k, raw)
		if !ok || !r.v.named.named(row) {
			return unreadable(nil)
		}
		key, err := r.id.Unwrap(row.wrap, row.context(ws))
		if err != nil {
			return nil // any member can put another in its place: the others are not lost with it
		}
		c := &compartment{tag: row.tag, key: key, epoch: row.epoch, ws: ws}
		if err := c.describe(tx); err != nil || !c.follows(r.v.named) {
			return nil
		}
		all = append(all, c)
		return nil
	})
	return all, err
}

func (r *recovering) write(tx *bolt.Tx) error {
	s, now := r.all, r.v.opt.clock()()
	tail, err := readTail(tx)
	if err != nil {
		return err
	}
	before, err := s.root.get(tx, model.NounMember, s.me)
	if err != nil || before == nil {
		return unreadable(err)
	}
	m := *before.(*model.Member)
	old := m.KeyID
	if !r.v.sound.signedRole(&m) {
		return model.Fail(model.Corrupt, "the record of %s says a role that nobody gave them", m.Label).
			Do("let a manager give them their role anew, or remove them; run caseroom verify")
	}
	m.KeyID, m.OneTime = r.next.ID().String(), true
	slot, err := s.newSlot(m.Label, r.passphrase, r.costs, r.next, true)
	if err != nil {
		return err
	}
	w := &writer{tx: tx, header: s.header, root: s.root, batch: tail.Begin(r.id.ID(), now), identity: r.id, now: now,
		change: &model.Change{ID: newID(), Act: model.ActRecoveryUse, At: now, By: s.me}}
	if err := w.note(s.root, ledger.OpRecoveryUsed, detail{Noun: model.NounMember, ID: m.ID}); err != nil {
		return err
	}
	if err := w.tell(overseenLine{Act: model.ActRecoveryUse, Noun: model.NounMember, ID: m.ID}); err != nil {
		return err
	}
	if err := r.retire(w, old); err != nil {
		return err
	}
	if err := w.enrolKey(r.next.Public(), m.Role, m.ID); err != nil {
		return err
	}
	if err := w.slot(m.Label, slot, r.next.ID(), ledger.OpRepassphrase); err != nil {
		return err
	}
	if err := w.put(s.root, &m, before); err != nil {
		return err
	}
	if err := r.giveRows(w, &m); err != nil {
		return err
	}
	if err := dropDrafts(tx, slotKey(s.header.WS, m.Label)); err != nil {
		return err
	}
	h := s.header
	h.Compact = true // the old keyslot lies in free pages
	if err := writeHeader(tx, h); err != nil {
		return err
	}
	return w.commit()
}

func (r *recovering) retire(w *writer, keyID string) error {
	return w.tx.Bucket(bucketPublic).ForEach(func(k, _ []byte) error {
		if len(k) == 8 && seal.KeyID(k).String() == keyID {
			return w.leaf(nil, ledger.Retire([8]byte(k)), detail{})
		}
		return nil
	})
}

// giveRows gives the member rows of what they were cleared for, and no more: a lost
// passphrase must not become a way to see more than before.
func (r *recovering) giveRows(w *writer, m *model.Member) error {
	s, tx := r.all, w.tx
	to, err := rowsOf(s.header.WS, m.Label, r.next)
	if err != nil {
		return err
	}
	defer to.zero()
	if err := to.put(w, s.root); err != nil {
		return err
	}
	if s.oversight != nil && oversees(m) {
		if err := to.put(w, s.oversight); err != nil {
			return err
		}
	}
	for _, h := range s.heads.held {
		for _, c := range h.rooms {
			cleared, err := clearedForRoom(tx, h, c, m.ID)
			if err != nil {
				return err
			}
			if cleared {
				err = to.put(w, c)
			} else {
				err = to.drop(w, c)
			}
			if err != nil {
				return err
			}
		}
	}
	note := &keyring{Seen: tx.Bucket(bucketWraps).Sequence(), Recovery: recoveryPin(s.header)}
	return note.save(tx, s.header.WS, m.Label, r.next)
}

// clearedForRoom says whether a member is on the list of a compartment.
func clearedForRoom(tx *bolt.Tx, h *caseHead, c *compartment, member model.ID) (bool, error) {
	sc := &caseScene{restrictions: h.restrictions}
	if slices.Contains(sc.cleared(c.home), member) {
		return true, nil
	}
	if len(c.home) > 0 {
		return false, nil
	}
	cleared := false
	err := c.scan(tx, model.NounClearance, func(rec model.Record) bool {
		cleared = rec.(*model.Clearance).MemberID == member
		return !cleared
	})
	return cleared, err
}

func dropDrafts(tx *bolt.Tx, prefix []byte) error {
	b := tx.Bucket(bucketDrafts)
	var keys [][]byte
	cur := b.Cursor()
	for k, _ := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// checkHeader holds what the header says in the clear against the first commit: the
// form, the compartment of the workspace itself, and the recovery key, to which every new
// compartment is wrapped. Whoever could put their own key there would be given every
// later case.
func checkHeader(tx *bolt.Tx, h header) error {
	wrong := model.Fail(model.Corrupt, "the head of this workspace is not the one that it was made with").
		Do("do not write to it; restore a backup")
	p, err := seal.ParsePublic(h.Recovery)
	if err != nil {
		return wrong.Because(err)
	}
	last, _ := tx.Bucket(bucketLeaves).Cursor().Last()
	form, formed := ledger.FormOf(logOf{tx}, beUint(last)+1)
	if formed && form.Critical != [8]byte{} { // whose names the header does not say, or not any more
		return newer("this workspace was made with what this version does not know").Because(errNewer)
	}
	root, recovery, epochs := false, false, 0
	cur := tx.Bucket(bucketLeaves).Cursor()
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		l, _, err := ledger.ParseRow(beUint(k), v)
		if err != nil || l.Commit > 1 {
			break
		}
		switch {
		case l.Op == ledger.OpEpoch:
			epochs++
			root = root || epochs == 1 && seal.Tag(l.Key.Tag) == h.Root // the first, and no other of the workspace's own
		case l.Op == ledger.OpEnrol && l.Flags&ledger.FlagRecovery != 0:
			recovery = l.Key == ledger.DirectoryKey(p.ID()) && l.Digest == ledger.Digest(tx.Bucket(bucketPublic).Get(l.Key.Blind[:8]))
			have, err := publicOf(tx.Bucket(bucketPublic).Get(l.Key.Blind[:8]))
			recovery = recovery && err == nil && have.Same(p)
		}
	}
	if !root || !recovery || !h.began(form, formed) {
		return wrong
	}
	return nil
}
