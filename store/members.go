package store

import (
	"context"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// Enrol adds a member under a passphrase that is good for one time: until they have
// set their own they cannot sign anything off. They are cleared for nothing.
func (s *Session) Enrol(ctx context.Context, label, name string, role model.Role, passphrase []byte, costs seal.Params) (view.Applied, error) {
	id, err := seal.NewIdentity()
	if err != nil {
		return view.Applied{}, model.Fail(model.Failed, "no new keys could be made").Because(err)
	}
	defer id.Zero()
	m := &model.Member{Head: model.Head{ID: newID()}, Label: label, Name: name, Role: role, KeyID: id.ID().String(), OneTime: true}
	if err := m.Validate(); err != nil {
		return view.Applied{}, err
	}
	slot, err := s.newSlot(label, passphrase, costs, id, true)
	if err != nil {
		return view.Applied{}, err
	}
	c := (&model.Change{Act: model.ActEnrol}).Put(m).Put(&model.Keyslot{MemberID: m.ID, Bytes: slot})
	return s.Apply(ctx, c)
}

func (s *Session) newSlot(label string, passphrase []byte, costs seal.Params, id *seal.Identity, oneTime bool) ([]byte, error) {
	if costs == (seal.Params{}) {
		costs = seal.Default()
	}
	slot, err := s.opt.Keys.NewSlot(seal.SlotSpec{WS: s.header.WS, Label: label, Passphrase: passphrase, Params: costs, OneTime: oneTime}, id)
	if err != nil {
		return nil, model.Fail(model.Invalid, "%s", err.Error()).On("passphrase").Because(err)
	}
	return slot, nil
}

// SetPassphrase gives the member who unlocked it another passphrase. They get a new
// identity with it: whoever knew the old passphrase can do nothing with the new keys.
// An older copy of the file still opens with the old passphrase.
func (s *Session) SetPassphrase(ctx context.Context, passphrase []byte, costs seal.Params) (view.Applied, error) {
	return s.setPassphrase(ctx, passphrase, costs, false)
}

// SetPassphraseKnown is SetPassphrase for somebody whose passphrase another knew: with it
// they may have taken the keys of everything that the member holds. New ones are due from
// here on, which [Session.Reseal] makes. The key of the workspace's own compartment, which
// every member has, a manager makes anew.
func (s *Session) SetPassphraseKnown(ctx context.Context, passphrase []byte, costs seal.Params) (view.Applied, error) {
	return s.setPassphrase(ctx, passphrase, costs, true)
}

func (s *Session) setPassphrase(ctx context.Context, passphrase []byte, costs seal.Params, known bool) (view.Applied, error) {
	m := s.Me()
	if m.ID == "" {
		return view.Applied{}, lockedError()
	}
	next, err := seal.NewIdentity()
	if err != nil {
		return view.Applied{}, model.Fail(model.Failed, "no new keys could be made").Because(err)
	}
	m.KeyID, m.OneTime = next.ID().String(), false
	slot, err := s.newSlot(m.Label, passphrase, costs, next, false)
	if err != nil {
		return view.Applied{}, err
	}
	c := (&model.Change{Act: model.ActPassphrase}).Put(&m).Put(&model.Keyslot{MemberID: m.ID, Bytes: slot})
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.ring.Renew
	s.renewing, s.ring.Renew = next, due || known
	out, err := s.applyLocked(ctx, c)
	s.renewing = nil
	if err != nil {
		s.ring.Renew = due
		next.Zero()
		return out, err
	}
	s.identity.Zero()
	s.identity = next
	s.rows.zero()
	if s.rows, err = rowsOf(s.header.WS, s.label, next); err != nil {
		return out, err
	}
	return out, s.renewFinder()
}

// renew seals the member's own things under the identity that they are about to have.
func (j *job) renew() error {
	if j.s.renewing == nil {
		return nil
	}
	return j.s.resealPersonal(j.w, j.s.identity, j.s.renewing)
}

// ClearMember hands a member the key of a case. Nothing takes it back from what they
// have read meanwhile.
func (s *Session) ClearMember(ctx context.Context, label string, caseID model.ID) (view.Applied, error) {
	m, err := s.memberByLabel(label)
	if err != nil {
		return view.Applied{}, err
	}
	f, err := s.CaseFile(ctx, caseID)
	if err != nil {
		return view.Applied{}, err
	}
	for _, have := range f.Cleared {
		if have == m.Label {
			return view.Applied{}, model.Fail(model.Conflict, "%s is cleared for %s already", m.Label, f.Ref)
		}
	}
	for _, r := range f.Restrictions {
		if r.Seals() && r.InForce && r.TargetNoun == model.NounCase {
			return view.Applied{}, model.Fail(model.Denied, "%s is need-to-know for named people", f.Ref).
				Do("lift the restriction %s, or set it anew with %s among the names", r.Ref, m.Label)
		}
	}
	c := (&model.Change{Act: model.ActGrant}).Put(&model.Clearance{Head: model.Head{CaseID: caseID}, MemberID: m.ID})
	out, err := s.Apply(ctx, c)
	out.Words = "cleared " + m.Label + " for " + f.Ref
	return out, err
}

// SetRole gives a member another role. What they are cleared for stays.
func (s *Session) SetRole(ctx context.Context, label string, role model.Role) (view.Applied, error) {
	m, err := s.memberByLabel(label)
	if err != nil {
		return view.Applied{}, err
	}
	if m.Role == role {
		return view.Applied{}, model.Fail(model.Conflict, "%s has the role %s already", m.Label, role).On("role")
	}
	m.Role = role
	out, err := s.Apply(ctx, (&model.Change{Act: model.ActRole}).Put(&m))
	out.Words = "gave " + m.Label + " the role " + role.Title()
	return out, err
}

func (s *Session) memberByLabel(label string) (model.Member, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return model.Member{}, lockedError()
	}
	for _, m := range s.members {
		if seal.SlotID(s.header.WS, m.Label) == seal.SlotID(s.header.WS, label) && !m.Gone {
			return *m, nil
		}
	}
	return model.Member{}, model.Fail(model.NotFound, "there is no member %q", label).
		Do("list them with: caseroom members WORKSPACE list").On("name")
}

// MemberIDs turns labels into members, for a restriction's list.
func (s *Session) MemberIDs(labels []string) ([]model.ID, error) {
	var out []model.ID
	for _, l := range labels {
		m, err := s.memberByLabel(l)
		if err != nil {
			return nil, err
		}
		out = append(out, m.ID)
	}
	return out, nil
}
