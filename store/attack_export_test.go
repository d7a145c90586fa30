package store

import (
	"bytes"
	"crypto/rand"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What a member does with a program of their own and a lawful signature, for the tests that
// see what comes of it.

// PlantRoom makes a compartment for a case, or another oversight, with a tag of the forger's
// choice, and wraps its key to members.
func PlantRoom(s *Session, caseID model.ID, home []model.ID, kind string, first byte, to ...string) (HeldKey, error) {
	c := newCompartment(s.header.WS, caseID)
	c.tag[0], c.kind = first, kind
	return HeldKey{Case: caseID, c: c}, s.asOwnProgram(model.ActGrant, func(w *writer) error {
		if err := w.openCompartment(c, home); err != nil {
			return err
		}
		return w.wrapToAll(c, to)
	})
}

func (w *writer) wrapToAll(c *compartment, labels []string) error {
	for _, label := range labels {
		slot, err := SlotOf(w.tx, label)
		if err != nil {
			return err
		}
		if err := w.wrap(c, slot.Public); err != nil {
			return err
		}
	}
	return nil
}

// PlantEpoch begins an epoch of a compartment with a key that the forger keeps.
func PlantEpoch(s *Session, k HeldKey, epoch uint64, to ...string) (HeldKey, error) {
	c := &compartment{tag: k.c.tag, key: newKey(), epoch: epoch, caseID: k.Case, ws: k.c.ws, kind: k.c.kind}
	c.past = []*pastKey{{epoch: k.c.epoch, key: k.c.key}}
	return HeldKey{Case: c.caseID, c: c}, s.asOwnProgram(model.ActRotate, func(w *writer) error {
		if err := w.leaf(nil, ledger.Epoch(c.tag, c.epoch, c.key.CheckValue()), detail{}); err != nil {
			return err
		}
		if err := w.unset(nil, bucketRecovery, recoveryKey(c.tag, c.epoch-1), ledger.OpMove, detail{}); err != nil {
			return err
		}
		if err := w.describe(c, ledger.OpMove); err != nil {
			return err
		}
		if err := w.wrapForRecovery(c); err != nil {
			return err
		}
		return w.wrapToAll(c, to)
	})
}

// PlantPast writes another key of before into the first descriptor of a compartment, or both.
func PlantPast(s *Session, k HeldKey, both bool) error {
	c := &compartment{tag: k.c.tag, key: k.c.key, epoch: k.c.epoch, caseID: k.Case, ws: k.c.ws}
	for _, p := range k.c.past {
		c.past = append(c.past, &pastKey{epoch: p.epoch, key: newKey()})
	}
	return s.asOwnProgram(model.ActRotate, func(w *writer) error {
		keys, err := c.selfKeys()
		if err != nil {
			return err
		}
		n := 1
		if both {
			n = 2
		}
		return w.describeAt(c, nil, ledger.OpMove, keys[:n]...)
	})
}

// TakesUp says whether a session takes up the keys of a case, once the whole file is checked.
func TakesUp(s *Session, k HeldKey) error {
	if err := s.sound.wait(); err != nil {
		return err
	}
	return s.db.View(func(tx *bolt.Tx) error {
		_, err := s.openRoom(tx, k.c.tag)
		return err
	})
}

// WriteOwnRecord writes the member's own record as they like it.
func WriteOwnRecord(s *Session, change func(m *model.Member)) error {
	return s.asOwnProgram(model.ActPassphrase, func(w *writer) error {
		was := s.members[s.me]
		key, err := s.root.name(model.NounMember, was.ID)
		if err != nil {
			return err
		}
		m := *was
		change(&m)
		text, err := encode(&m)
		if err != nil {
			return err
		}
		return w.value(s.root, bucketRecords, key, text, ledger.OpReplace, detail{Noun: model.NounMember, ID: was.ID})
	})
}

// PlantSlot puts something else in the place of a member's keyslot, or a line that says so.
func PlantSlot(s *Session, label, other, how string) error {
	return s.asOwnProgram(model.ActPassphrase, func(w *writer) error {
		key := slotKey(w.header.WS, label)
		raw := bytes.Clone(w.tx.Bucket(bucketSlots).Get(key))
		is, err := seal.ParseSlot(raw)
		if err != nil {
			return err
		}
		theirs, err := SlotOf(w.tx, other)
		if err != nil {
			return err
		}
		holder := is.Public.ID()
		switch how {
		case "another holder":
			holder = theirs.Public.ID()
		case "another label":
			raw[33] ^= 1
		case "another public":
			raw[33+len(label)+1249-1] ^= 1
			if is, err = seal.ParseSlot(raw); err != nil {
				return err
			}
			holder = is.Public.ID()
		}
		if err := w.tx.Bucket(bucketSlots).Put(key, raw); err != nil {
			return err
		}
		e := ledger.Entry{Op: ledger.OpRepassphrase, Effect: ledger.Put, Key: ledger.SlotKey(holder, [16]byte(key)), Digest: ledger.Digest(raw)}
		return w.leaf(nil, e, detail{})
	})
}

// PlantValue puts bytes of no meaning into a compartment.
func PlantValue(s *Session, tag seal.Tag, flags uint32, epoch uint64) error {
	return s.asOwnProgram(model.ActCorrect, func(w *writer) error {
		key := append(bytes.Clone(tag[:]), make([]byte, 16)...)
		rand.Read(key[8:])
		junk, err := seal.NewCompartmentKey().Sealer(s.header.WS, tag, epoch)
		if err != nil {
			return err
		}
		v, err := junk.Seal(seal.Place{Bucket: 'r', Key: key, Rev: w.batch.Next()}, []byte("nothing"))
		if err != nil {
			return err
		}
		if err := w.tx.Bucket(bucketRecords).Put(key, v); err != nil {
			return err
		}
		return w.leaf(nil, ledger.Entry{Op: ledger.OpCreate, Effect: ledger.Put, Key: ledgerKey(bucketRecords, key), Digest: ledger.Digest(v), Flags: flags}, detail{})
	})
}

// PlantKey enrols a further key of the member's own.
func PlantKey(s *Session) (*seal.Identity, error) {
	id, err := seal.NewIdentity()
	if err != nil {
		return nil, err
	}
	m := s.members[s.me]
	return id, s.asOwnProgram(model.ActPassphrase, func(w *writer) error { return w.enrolKey(id.Public(), m.Role, m.ID) })
}

// SignAs writes one deletion with an identity that a forger kept.
func SignAs(path string, o OpenOptions, id *seal.Identity) error {
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bolt.Tx) error {
		h, err := readHeader(tx)
		if err != nil {
			return err
		}
		tail, err := readTail(tx)
		if err != nil {
			return err
		}
		w := &writer{tx: tx, header: h, batch: tail.Begin(id.ID(), o.clock()()), identity: id, now: o.clock()(), change: &model.Change{ID: newID(), Act: model.ActCorrect}}
		k, _ := tx.Bucket(bucketRecords).Cursor().Last()
		if err := w.unset(nil, bucketRecords, bytes.Clone(k), ledger.OpMove, detail{}); err != nil {
			return err
		}
		return w.commit()
	})
}

// ForgeLine writes a line of the oversight that says that another wrote it.
func ForgeLine(s *Session, act model.Act, by model.ID, op ledger.Op) error {
	return s.asOwnProgram(model.ActReveal, func(w *writer) error {
		w.change.By, w.change.Act = by, act
		if op == ledger.OpCreate {
			return w.tell(overseenLine{Act: act, Why: "forged"})
		}
		over := w.root.over
		key := append(over.Tag[:], make([]byte, 16)...)
		rand.Read(key[8:])
		text := []byte(lineHead + `{"at":"2026-03-10T09:00:00Z","by":"` + string(by) + `","act":"` + string(act) + `","change":"x","why":"forged"}`)
		v, err := seal.Box{WS: w.header.WS, Tag: over.Tag, Epoch: over.Epoch}.Seal(over.Key, seal.Place{Bucket: 'r', Key: key, Rev: w.batch.Next()}, text)
		if err != nil {
			return err
		}
		if err := w.tx.Bucket(bucketRecords).Put(key, v); err != nil {
			return err
		}
		return w.leaf(nil, ledger.Entry{Op: op, Effect: ledger.Put, Key: ledgerKey(bucketRecords, key), Digest: ledger.Digest(v)}, detail{})
	})
}

// OverTag is the oversight's.
func OverTag(s *Session) seal.Tag { return s.root.over.Tag }

// MyOversight is what the session takes for it.
func MyOversight(s *Session) (t seal.Tag) {
	if s.oversight != nil {
		t = s.oversight.tag
	}
	return t
}

// SpoilRecovery makes what the recovery key has of a compartment worth nothing.
func SpoilRecovery(s *Session, tag seal.Tag, how string) error {
	junk := bytes.Repeat([]byte{1}, seal.WrapSize)
	return s.asOwnProgram(model.ActCorrect, func(w *writer) error {
		key := recoveryKey(tag, 1)
		row, _ := parseRecoveryWrap(key, w.tx.Bucket(bucketRecovery).Get(key))
		row.wrap = junk
		switch how {
		case "replaced":
			return w.numbered(bucketRecovery, key, row.encode(), ledger.OpMove)
		case "taken away":
			return w.unset(nil, bucketRecovery, key, ledger.OpMove, detail{})
		case "disposed of":
			return w.unset(nil, bucketRecovery, key, ledger.OpDispose, detail{})
		case "made up for":
			return w.numbered(bucketRecovery, key, row.encode(), ledger.OpRestore)
		case "the epoch said again":
			if err := w.leaf(nil, ledger.Epoch(tag, 1, row.kcv), detail{}); err != nil {
				return err
			}
			if err := w.unset(nil, bucketRecovery, key, ledger.OpMove, detail{}); err != nil {
				return err
			}
			return w.numbered(bucketRecovery, key, row.encode(), ledger.OpCreate)
		}
		return w.plantRoom(newCompartment(s.header.WS, "theirs"), func(row []byte) { copy(row[len(row)-len(junk):], junk) })
	})
}

// MisplacePage puts a page of items under a key further on, so that it does not cover all of
// them, and says how many it leaves uncovered.
func MisplacePage(s *Session) (n int, err error) {
	err = s.spoilPage(func(w *writer, c *compartment, key, prefix []byte, p page) error {
		n = 2
		if err := w.unset(c, bucketRecords, key, ledger.OpMove, detail{}); err != nil {
			return err
		}
		return w.value(c, bucketRecords, append(prefix, p[n].name[:]...), p.encode(), ledger.OpMove, detail{})
	})
	return n, err
}

// SpoilPage changes the second and third item of a page, which lie in it then as change says.
func SpoilPage(s *Session, change func(second, third *[]byte)) error {
	return s.spoilPage(func(w *writer, c *compartment, key, _ []byte, p page) error {
		change(&p[1].text, &p[2].text)
		return w.value(c, bucketRecords, key, p.encode(), ledger.OpMove, detail{})
	})
}

// RepeatItem lets the second item of a page lie by itself too.
func RepeatItem(s *Session) error {
	return s.spoilPage(func(w *writer, c *compartment, _, _ []byte, p page) error {
		group, err := c.group(model.NounInformation)
		if err != nil {
			return err
		}
		return w.value(c, bucketRecords, append(group, p[1].name[:]...), p[1].text, ledger.OpMove, detail{})
	})
}

// SpoilAttachments seals other bytes in the place of every piece of an attachment.
func SpoilAttachments(s *Session) error {
	return s.asOwnProgram(model.ActRotate, func(w *writer) error {
		rooms, err := s.allRooms(w.tx)
		if err != nil {
			return err
		}
		for tag, c := range rooms {
			for _, r := range rowsUnder(w.tx.Bucket(bucketBodies), tag[:]) {
				if err := w.value(c, bucketBodies, r.key, []byte("another letter"), ledger.OpMove, detail{}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// spoilPage gives the first page of a room, of three items or more, to whoever would change it.
func (s *Session) spoilPage(fn func(w *writer, c *compartment, key, prefix []byte, p page) error) error {
	return s.asOwnProgram(model.ActRotate, func(w *writer) error {
		rooms, err := s.allRooms(w.tx)
		if err != nil {
			return err
		}
		for _, c := range rooms {
			prefix, err := c.pages(model.NounInformation)
			if err != nil {
				return err
			}
			key, v := w.tx.Bucket(bucketRecords).Cursor().Seek(prefix)
			if !bytes.HasPrefix(key, prefix) {
				continue
			}
			key = bytes.Clone(key)
			plain, _, err := c.openValue(bucketRecords, key, v)
			if err != nil {
				return err
			}
			if p, ok := decodePage(plain); ok && len(p) > 2 {
				return fn(w, c, key, prefix, p)
			}
		}
		return nil
	})
}

// plantRoom opens a compartment, and changes the recovery key's copy of its key.
func (w *writer) plantRoom(c *compartment, change func(row []byte)) error {
	rec, err := seal.ParsePublic(w.header.Recovery)
	if err != nil {
		return err
	}
	if err := w.leaf(nil, ledger.Epoch(c.tag, c.epoch, c.key.CheckValue()), detail{}); err != nil {
		return err
	}
	if err := w.describe(c, ledger.OpCreate); err != nil {
		return err
	}
	row, err := w.wrapTo(c, rec)
	if err != nil {
		return err
	}
	raw := row.encode()
	change(raw)
	return w.numbered(bucketRecovery, recoveryKey(c.tag, c.epoch), raw, ledger.OpCreate)
}

// PlantBody puts a mark beside the pieces of an attachment in a case's own compartment, and
// pieces of these numbers, in the order in which they are named; the mark's number is 2⁶⁴−1. hint says
// in the file that there are marks.
func PlantBody(s *Session, caseID, attachment model.ID, hint bool, what ...uint64) error {
	return s.asOwnProgram(model.ActCorrect, func(w *writer) error {
		h, err := s.head(w.tx, caseID)
		if err != nil {
			return err
		}
		c := h.rooms[slices.IndexFunc(h.rooms, func(c *compartment) bool { return len(c.home) == 0 })]
		name, err := c.bodyName(attachment)
		if err != nil {
			return err
		}
		for _, no := range what {
			if no == markNo {
				err = w.value(c, bucketBodies, name.mark(), nil, ledger.OpMove, detail{})
			} else {
				err = w.putChunk(c, attachment, no, []byte("not a part of the file"))
			}
			if err != nil {
				return err
			}
		}
		b := w.tx.Bucket(bucketBodies)
		if hint {
			return b.SetSequence(9)
		}
		return nil
	})
}

// Leaves ends a session as a kill does: it tidies nothing away.
func Leaves(s *Session) error {
	s.sound.stop()
	s.closed = true
	return s.db.Close()
}

// CheckLater puts the check of the whole file off until somebody waits for it.
func CheckLater(s *Session) {
	was := s.sound
	c := &checking{done: make(chan struct{}), quit: func() {}, named: was.named, log: was.log}
	c.run = func() { close(c.done) }
	s.sound = c
}
