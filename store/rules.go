package store

import (
	"bytes"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

type workspaceID = seal.WorkspaceID

func newTag() seal.Tag             { return seal.NewTag() }
func newKey() *seal.CompartmentKey { return seal.NewCompartmentKey() }

// nounsOf says which nouns each act may write: a change cannot smuggle in another
// under a right that its author has.
var nounsOf = map[model.Act][]model.Noun{
	model.ActCaseAdd:    {model.NounCase, model.NounClearance, model.NounPerson, model.NounIncident},
	model.ActCaseSet:    {model.NounCase},
	model.ActPersonAdd:  {model.NounPerson},
	model.ActPersonSet:  {model.NounPerson},
	model.ActIncident:   {model.NounIncident},
	model.ActLog:        {model.NounInformation},
	model.ActCorrect:    {model.NounInformation},
	model.ActImport:     {model.NounInformation},
	model.ActRestrict:   {model.NounRestriction},
	model.ActLift:       {model.NounRestriction},
	model.ActGrant:      {model.NounClearance},
	model.ActEnrol:      {model.NounMember, model.NounKeyslot},
	model.ActRole:       {model.NounMember},
	model.ActPassphrase: {model.NounMember, model.NounKeyslot},
	model.ActProfile:    {model.NounProfile},
	model.ActPackBuild:  {model.NounPack},
	model.ActPackSign:   {model.NounPack},
	model.ActPackWrite:  {model.NounPack},
	model.ActReveal:     {},
	model.ActOpen:       {},
	model.ActBackup:     {},
	model.ActRevoke:     {model.NounClearance, model.NounRestriction},
	model.ActRemove:     {model.NounMember},
	model.ActRotate:     {},
}

// mayApply checks the author's role for the act and the act for its nouns.
func (s *Session) mayApply(c *model.Change) error {
	if c.Act == model.ActUndo {
		return nil // each step of it was allowed when it was done; undo.go checks whose it was
	}
	nouns, known := nounsOf[c.Act]
	if !known {
		return model.Fail(model.Denied, "%q is not something that can be done", c.Act)
	}
	if _, reads := readOp[c.Act]; reads != (len(c.Reads) > 0) {
		return model.Fail(model.Denied, "%s is a read of something, and nothing else is", c.Act.Words())
	}
	for _, o := range c.Ops {
		n := o.Noun
		if o.Put != nil {
			n = o.Put.Noun()
		}
		if !slices.Contains(nouns, n) {
			return model.Fail(model.Denied, "%s does not write a %s", c.Act.Words(), n)
		}
	}
	if c.Act == model.ActLift {
		return s.mayLift(c)
	}
	if c.Act == model.ActPassphrase {
		return s.mayRepassphrase(c)
	}
	if c.Act == model.ActRotate && len(s.rotating) == 0 {
		return model.Fail(model.Denied, "new keys are made by rotating them, and not by writing a record")
	}
	return access.May(s.viewer(), c.Act)
}

func (s *Session) mayLift(c *model.Change) error {
	for _, o := range c.Ops {
		r, ok := o.Put.(*model.Restriction)
		if !ok || r.Lifted == nil {
			return model.Fail(model.Denied, "lifting marks the restriction as lifted; it is not deleted")
		}
		if strings.TrimSpace(r.Lifted.Why) == "" {
			return model.Fail(model.Invalid, "lifting needs a reason").On("reason")
		}
		if err := access.MayLift(s.viewer(), r, s.Day()); err != nil {
			return err
		}
	}
	return nil
}

// mayRepassphrase lets members set their own passphrase and nobody else's.
func (s *Session) mayRepassphrase(c *model.Change) error {
	if s.renewing == nil {
		return model.Fail(model.Denied, "a passphrase is set with new keys, and not by writing a record")
	}
	for _, o := range c.Ops {
		switch r := o.Put.(type) {
		case *model.Member:
			if r.ID == s.me {
				continue
			}
		case *model.Keyslot:
			if r.MemberID == s.me {
				continue
			}
		}
		return model.Fail(model.Denied, "a member sets their own passphrase and nobody else's")
	}
	return nil
}

// checkOp holds the rules that need to know what stood there before.
func (j *job) checkOp(caseID model.ID, o *model.Op, before model.Record) error {
	if o.Put != nil {
		o.Put.Base().CaseID = caseID
	}
	if j.c.Act == model.ActUndo {
		return nil
	}
	if o.Put == nil && j.c.Act == model.ActRevoke {
		return j.checkRevoke(before)
	}
	if o.Put == nil {
		return model.Fail(model.Denied, "nothing is deleted here").
			Do("correct it, lift it or take the change back; disposal is an act of its own")
	}
	if err := j.mayTouch(caseID, before); err != nil {
		return err
	}
	j.takeSteps(o.Put, before)
	if err := notCovered(o.Put, before); err != nil {
		return err
	}
	if err := j.keepUnseen(caseID, o.Put, before); err != nil {
		return err
	}
	if err := j.staysCovered(caseID, o.Put, before); err != nil {
		return err
	}
	switch r := o.Put.(type) {
	case *model.Case:
		return checkCase(r, before)
	case *model.Restriction:
		return j.checkRestriction(r, before)
	case *model.Pack:
		return j.checkPack(r, before)
	case *model.Clearance:
		return j.checkClearance(r, before)
	}
	return nil
}

// mayTouch refuses to change what the gate would not show: covered words are
// corrected after they were uncovered.
func (j *job) mayTouch(caseID model.ID, before model.Record) error {
	h, err := j.know(caseID)
	if err != nil || before == nil || h == nil {
		return err
	}
	switch before.Noun() {
	case model.NounInformation, model.NounPerson, model.NounCase, model.NounIncident:
	default:
		return nil
	}
	d := j.s.decide(h, before)
	switch {
	case !d.Visible():
		return model.Missing(string(before.Base().ID))
	case d.Cover != access.CoverNone:
		return model.Fail(model.Denied, "its words are covered by %s", strings.Join(titles(d), ", ")).
			Do("uncover them first, with a reason")
	}
	return nil
}

// notCovered refuses to save the words that stand in the place of a kept address: who
// corrects an item that they saw covered would overwrite what they did not see.
func notCovered(put, before model.Record) error {
	if before == nil {
		return nil
	}
	now, err := encode(put)
	if err != nil {
		return err
	}
	was, err := encode(before)
	if err != nil {
		return err
	}
	mark := []byte(addressCovered)
	if bytes.Count(now, mark) > bytes.Count(was, mark) {
		return model.Fail(model.Denied, "an address in it is covered, and saving would lose it").
			Do("uncover the words first, with a reason, and make the change again")
	}
	return nil
}

// checkCase holds the guarded transitions.
func checkCase(k *model.Case, before model.Record) error {
	was, ok := before.(*model.Case)
	if !ok {
		return model.Missing(string(k.ID)) // a case is opened by adding one
	}
	if k.Kind != was.Kind {
		return model.Fail(model.Denied, "a case keeps its kind").Do("open another case for the other review, and link them").On("kind")
	}
	if k.Ref != was.Ref {
		return model.Fail(model.Denied, "a case keeps its reference").On("ref")
	}
	next := *was
	if err := next.MoveTo(k.State, k.Reason); err != nil {
		return err
	}
	k.Before = next.Before
	return nil
}

// singleHanded says whether one person may release alone: where the profile allows it,
// or where there is nobody else who could sign off.
func (s *Session) singleHanded() error {
	if s.profile.SingleHanded {
		return nil
	}
	for id, m := range s.members {
		if id != s.me && !m.Gone && m.Role.May(model.RightSign) {
			return model.Fail(model.Denied, "this partnership does not release packs single-handed, and %s could sign it off", m.Label).
				Do("have it signed off, or let a manager change the profile")
		}
	}
	return nil
}

func (j *job) checkClearance(c *model.Clearance, before model.Record) error {
	m := j.s.members[c.MemberID]
	switch {
	case before != nil:
		return model.Fail(model.Conflict, "that member is cleared for this case already")
	case m == nil || m.Gone:
		return model.Fail(model.NotFound, "there is no such member").On("name")
	case j.c.Act == model.ActCaseAdd && j.heads[c.CaseID] != nil:
		return model.Fail(model.Denied, "a case that is there is cleared for members by a manager")
	case j.c.Act == model.ActCaseAdd && m.ID != j.s.me && !slices.Contains(j.s.profile.ClearByDefault, m.Role):
		return model.Fail(model.Denied, "a new case is cleared for the roles that the profile names; others are cleared by a manager")
	}
	return nil
}

// grant hands the key of the case to a member who was cleared for it.
func (j *job) grant(caseID model.ID, o *model.Op) error {
	c, ok := o.Put.(*model.Clearance)
	if !ok || c.MemberID == j.s.me {
		return nil
	}
	base, err := j.room(caseID, j.touched[caseID], nil)
	if err != nil {
		return err
	}
	return j.wrapFor(base, c.MemberID)
}

// wrapFor wraps a compartment's key to a member's public key. The key comes from the
// member's keyslot and must be the one that the sealed member record names, so that
// nobody who can write to the file can put their own in its place.
func (j *job) wrapFor(c *compartment, id model.ID) error {
	m := j.memberFor(id)
	if m == nil || m.Gone {
		return model.Fail(model.NotFound, "there is no such member").On("name")
	}
	raw := j.w.tx.Bucket(bucketSlots).Get(slotKey(j.s.header.WS, m.Label))
	slot, err := seal.ParseSlot(slices.Clone(raw))
	if err != nil || slot.Public.ID().String() != m.KeyID || !j.w.inDirectory(slot.Public) {
		return model.Fail(model.Corrupt, "the keys of the member %s are not the ones that were enrolled", m.Label).
			Do("run caseroom verify; do not clear this member for anything").Because(err)
	}
	return j.w.wrap(c, slot.Public)
}

// slotOp writes a keyslot and, when it carries a new identity, its public key.
func (j *job) slotOp(k *model.Keyslot) error {
	slot, err := seal.ParseSlot(k.Bytes)
	if err != nil {
		return model.Fail(model.Invalid, "this keyslot cannot be read").Because(err)
	}
	m := j.memberFor(k.MemberID)
	if m == nil || m.KeyID != slot.Public.ID().String() || !strings.EqualFold(m.Label, slot.Label) {
		return model.Fail(model.Invalid, "this keyslot is not the member's")
	}
	id := slot.Public.ID()
	if j.w.tx.Bucket(bucketPublic).Get(id[:]) == nil {
		if err := j.w.enrolKey(slot.Public, m.Role, m.ID); err != nil {
			return err
		}
	}
	if err := j.newSlot(slot); err != nil {
		return err
	}
	op := ledger.OpEnrol
	if j.c.Act == model.ActPassphrase {
		op = ledger.OpRepassphrase
		if err := j.w.leaf(nil, ledger.Retire(j.s.identity.ID()), detail{}); err != nil {
			return err
		}
	} else if err := j.w.wrap(j.s.root, slot.Public); err != nil {
		return err
	}
	return j.w.slot(slot.Label, k.Bytes, id, op)
}

// newSlot holds what an enrolment may write: a keyslot whose passphrase is good for one
// time, and none in the place of one that is there.
func (j *job) newSlot(slot *seal.Slot) error {
	switch {
	case j.c.Act != model.ActEnrol:
		return nil
	case j.w.tx.Bucket(bucketSlots).Get(slotKey(j.s.header.WS, slot.Label)) != nil:
		return model.Fail(model.Conflict, "there is a member %s already", slot.Label).Do("choose another name").On("name")
	case !slot.OneTime:
		return model.Fail(model.Denied, "a member is added with a passphrase that is good for one time").Do("they choose their own when they first unlock")
	}
	return nil
}

// memberFor finds a member among those of the workspace and of this change.
func (j *job) memberFor(id model.ID) *model.Member {
	for _, o := range j.c.Ops {
		if m, ok := o.Put.(*model.Member); ok && m.ID == id {
			return m
		}
	}
	return j.s.members[id]
}

// keepFormer remembers the addresses that a change takes from a person.
func keepFormer(put, before model.Record) {
	now, ok := put.(*model.Person)
	was, had := before.(*model.Person)
	if !ok || !had {
		return
	}
	now.Former = slices.Clone(was.Former)
	for _, a := range was.Addresses {
		if !slices.Contains(now.Addresses, a) && !slices.Contains(now.Former, a) {
			now.Former = append(now.Former, a)
		}
	}
}
