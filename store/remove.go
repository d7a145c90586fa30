package store

import (
	"bytes"
	"context"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// RemoveConsequences tells what RemoveMember would do and cannot do, or why it would be
// refused.
func (s *Session) RemoveConsequences(label string) ([]string, error) {
	m, err := s.removable(label)
	if err != nil {
		return nil, err
	}
	return append([]string{
		"the passphrase of " + m.Label + " opens this file no more, and their key signs nothing more; what they signed can still be checked",
		"they lose every clearance that you can take away, and what they could read is sealed anew with new keys",
		"copies and backups made before still open with their passphrase, and what was read stays read",
		"what you hold no key of yourself you cannot take away: it is done when a manager who does next finishes what is due",
	}, s.remnants()...), nil
}

// removable gives a member who may be removed.
func (s *Session) removable(label string) (model.Member, error) {
	m, err := s.memberByLabel(label)
	if err != nil {
		return m, err
	}
	if err := access.May(access.Viewer{Member: s.Me().ID, Role: s.Me().Role}, model.ActRemove); err != nil {
		return m, err
	}
	if m.ID == s.Me().ID {
		return m, model.Fail(model.Denied, "nobody removes themselves").Do("ask another manager to do it").On("name")
	}
	return m, nil
}

// Removal says what removing a member came to.
type Removal struct {
	Cases  []string // references of the cases that they lost
	Closed int      // compartments of the workspace that the author holds no key of: others have to see to those
}

// RemoveMember takes a member out of the workspace: their passphrase opens nothing from
// now on, their signing key signs nothing more, and they lose every clearance that the
// author can take away. Their public key stays, so that what they signed can be checked.
// What the author holds no key of is taken from them when somebody who does, and may clear
// members, next runs [Session.Reseal]; so is what is left when this is interrupted.
func (s *Session) RemoveMember(ctx context.Context, label string) (out Removal, err error) {
	m, err := s.removable(label)
	if err != nil {
		return out, err
	}
	m.Gone = true
	if _, err := s.Apply(ctx, (&model.Change{Act: model.ActRemove}).Put(&m)); err != nil {
		return out, err
	}
	if out.Cases, err = s.withdrawEverywhere(ctx, m.ID); err != nil {
		return out, err
	}
	out.Closed, err = s.closedToMe(ctx)
	return out, err
}

// takeOut takes away what of a member who is removed lies in the file by their name.
func (j *job) takeOut(m *model.Member) error {
	if err := j.retireAll(m); err != nil {
		return err
	}
	slot := slotKey(j.s.header.WS, m.Label)
	if raw := j.w.tx.Bucket(bucketSlots).Get(slot); raw != nil {
		if err := j.w.unsetSlot(slot, bytes.Clone(raw)); err != nil {
			return err
		}
	}
	if err := dropDrafts(j.w.tx, slot); err != nil {
		return err
	}
	if err := dropView(j.w.tx, slot); err != nil {
		return err
	}
	j.rotate = append(j.rotate, roomName{tag: j.s.root.tag})
	return j.w.tx.Bucket(bucketRings).Delete(slot)
}

// retireAll retires every key that names the member's record: they may have enrolled others
// beside the one that the record names.
func (j *job) retireAll(m *model.Member) error {
	name, err := j.w.root.name(model.NounMember, m.ID)
	if err != nil {
		return err
	}
	now, err := j.w.keyOf(m.KeyID)
	if err != nil {
		return err
	}
	keys := [][8]byte{now}
	err = j.w.tx.Bucket(bucketPublic).ForEach(func(k, row []byte) error {
		_, own, ok := ledger.SplitDirectoryRow(row)
		if ok && len(k) == 8 && bytes.Equal(own[:], name[len(name)-len(own):]) && [8]byte(k) != now {
			keys = append(keys, [8]byte(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := j.w.leaf(nil, ledger.Retire(k), detail{}); err != nil {
			return err
		}
	}
	return nil
}

// unsetSlot deletes a keyslot.
func (w *writer) unsetSlot(slot, raw []byte) error {
	s, err := seal.ParseSlot(raw)
	if err != nil {
		return unreadable(err)
	}
	if err := w.tx.Bucket(bucketSlots).Delete(slot); err != nil {
		return err
	}
	w.moved = true
	return w.leaf(nil, ledger.Entry{Op: ledger.OpRevoke, Effect: ledger.Delete, Key: ledger.SlotKey(s.Public.ID(), [16]byte(slot))}, detail{})
}
