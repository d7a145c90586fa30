package store

import (
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What a record may become, given what it was: the rules that would be idle if an author
// could write the whole of a record under the right to change a part of it.

// takeSteps keeps of a record that only goes forward (a restriction that is lifted, a
// pack that is signed off or written) everything but the step itself: what its author was
// shown may have been covered, and was not theirs to change.
func (j *job) takeSteps(put, before model.Record) {
	switch was := before.(type) {
	case *model.Restriction:
		if r, ok := put.(*model.Restriction); ok && j.c.Act == model.ActLift {
			next := *was
			next.Rev, next.Lifted = r.Rev, r.Lifted
			*r = next
		}
		if r, ok := put.(*model.Restriction); ok && j.c.Act == model.ActRevoke {
			next := *was
			next.Rev, next.Cleared = r.Rev, r.Cleared
			*r = next
		}
	case *model.Pack:
		if p, ok := put.(*model.Pack); ok {
			next := *was
			next.Rev, next.State = p.Rev, p.State
			switch j.c.Act {
			case model.ActPackSign:
				next.Signed = p.Signed
			case model.ActPackWrite:
				next.Out = p.Out
			}
			*p = next
		}
	}
}

func (j *job) checkRestriction(r *model.Restriction, before model.Record) error {
	rule, _ := j.s.set.policy.Rule(r.Kind)
	was, changed := before.(*model.Restriction)
	switch {
	case j.c.Act == model.ActRevoke:
		return j.checkTakenOff(r, before)
	case changed && was.Lifted != nil:
		return model.Fail(model.Denied, "this restriction was lifted already").Do("set a new one")
	case j.c.Act == model.ActLift && !changed:
		return model.Missing(string(r.ID))
	case j.c.Act == model.ActLift:
		return access.MayLift(j.s.viewer(), was, j.s.Day())
	case changed:
		return j.checkRevision(r, was)
	case rule.Seals && len(r.Cleared) == 0:
		return model.Fail(model.Invalid, "%s needs the members who may see it", rule.Title).Do("name at least one with --cleared").On("cleared")
	}
	for _, id := range r.Cleared {
		if m := j.s.members[id]; m == nil || m.Gone {
			return model.Fail(model.Invalid, "one of the people named is not a member of this workspace").On("cleared")
		}
	}
	if err := j.checkTarget(r); err != nil {
		return err
	}
	return j.checkNamed(r)
}

// checkNamed holds that a list clears nobody by the back door: only managers clear
// members for a case, and only a manager keeps a whole case from another.
func (j *job) checkNamed(r *model.Restriction) error {
	if len(r.Cleared) == 0 || j.s.viewer().Role.May(model.RightClear) {
		return nil
	}
	cleared, err := j.clearedFor(r.CaseID)
	if err != nil {
		return err
	}
	for _, id := range r.Cleared {
		if !cleared[id] {
			return model.Fail(model.Denied, "%s is not cleared for this case, and only a manager clears members", j.s.labelOf(id)).
				Do("name members who are cleared for it, or ask a manager to clear %s first", j.s.labelOf(id)).On("cleared")
		}
	}
	if r.TargetNoun != model.NounCase {
		return nil
	}
	for id, m := range j.s.members {
		if cleared[id] && !m.Gone && m.Role.May(model.RightClear) && !slices.Contains(r.Cleared, id) {
			return model.Fail(model.Denied, "a whole case is not kept from a manager who is cleared for it, and %s is", m.Label).
				Do("name %s too, or ask a manager to set it", m.Label).On("cleared")
		}
	}
	return nil
}

// clearedFor gives the members who are cleared for a case.
func (j *job) clearedFor(caseID model.ID) (map[model.ID]bool, error) {
	out := map[model.ID]bool{}
	for _, c := range j.roomsOf(caseID) {
		err := c.scan(j.w.tx, model.NounClearance, func(r model.Record) bool {
			out[r.(*model.Clearance).MemberID] = true
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// staysCovered refuses to take a record out from under a restriction by changing whom it
// is about: that is lifting it, for this record, and needs the right to lift.
func (j *job) staysCovered(caseID model.ID, put, before model.Record) error {
	h, err := j.know(caseID)
	if err != nil || before == nil || h == nil {
		return err
	}
	for _, r := range h.restrictions {
		if !r.InForce(j.s.Day()) && !r.Seals() || !covers(r, before) || covers(r, put) {
			continue
		}
		if access.MayLift(j.s.viewer(), r, j.s.Day()) != nil {
			return model.Fail(model.Denied, "%s would not cover this any more, and you may not lift it", r.Ref).
				Do("leave in it the people whom it is about, or ask a manager to make this change").On("persons")
		}
	}
	return nil
}

// checkRevision lets a restriction be put in other words. Whoever may not lift it may
// not end it sooner either, and its list is never changed in place: the keys of what it
// covers are with those whom it names.
func (j *job) checkRevision(r, was *model.Restriction) error {
	switch {
	case was.Target != r.Target || was.TargetNoun != r.TargetNoun || was.Kind != r.Kind:
		return model.Fail(model.Denied, "a restriction keeps its kind and what it is on").Do("lift it and set another")
	case !sameIDs(was.Cleared, r.Cleared):
		return model.Fail(model.Denied, "a restriction keeps the people whom it names").Do("lift it and set another").On("cleared")
	case r.Lifted != nil:
		return model.Fail(model.Denied, "a restriction is lifted by lifting it")
	}
	if !r.Until.IsZero() && (was.Until.IsZero() || r.Until.Before(was.Until)) {
		if err := access.MayLift(j.s.viewer(), was, j.s.Day()); err != nil {
			return err
		}
	}
	if strings.TrimSpace(r.OtherBasis) != strings.TrimSpace(was.OtherBasis) {
		return access.May(j.s.viewer(), model.ActReveal) // it decides what a pack may carry
	}
	return nil
}

func sameIDs(a, b []model.ID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// checkTarget refuses a restriction on what is not there, in the words for what its
// author may not know of.
func (j *job) checkTarget(r *model.Restriction) error {
	switch r.TargetNoun {
	case model.NounCase, model.NounPerson, model.NounInformation, model.NounIncident:
	default:
		return model.Fail(model.Invalid, "a restriction is set on a case, a person, an incident or an item of information").On("ref")
	}
	h, err := j.know(r.CaseID)
	if err != nil {
		return err
	}
	for _, c := range j.roomsOf(r.CaseID) {
		rec, err := c.get(j.w.tx, r.TargetNoun, r.Target)
		if err != nil {
			return err
		}
		if rec != nil && (h == nil || j.s.decide(h, rec).Visible()) {
			return nil
		}
	}
	return model.Missing(string(r.Target))
}

// checkPack keeps a pack on its one way: built, signed off, released.
func (j *job) checkPack(p *model.Pack, before model.Record) error {
	was, _ := before.(*model.Pack)
	v := j.s.viewer()
	switch j.c.Act {
	case model.ActPackBuild:
		if was != nil {
			return model.Fail(model.Denied, "a pack is built once").Do("build another")
		}
		if p.State != model.PackBuilt || p.Signed != nil || len(p.Out) > 0 {
			return model.Fail(model.Denied, "a new pack is neither signed off nor written")
		}
		if p.MadeBy != "" && p.MadeBy != v.Member { // else its builder could sign it off
			return model.Fail(model.Denied, "a pack is built in one's own name")
		}
	case model.ActPackSign:
		if was == nil || was.State != model.PackBuilt || p.State != model.PackSigned || p.Signed == nil || p.Signed.By != v.Member {
			return model.Fail(model.Denied, "only a pack that was built and is not yet signed off can be signed off")
		}
		if p.Signed.SingleHanded != "" {
			return j.maySingleHanded(was)
		}
		return access.MaySign(v, j.s.members[v.Member], was)
	case model.ActPackWrite:
		if was == nil || was.State == model.PackBuilt || was.Signed == nil || len(p.Out) != len(was.Out)+1 {
			return model.Fail(model.Denied, "a pack is written after it was signed off").Do("have it signed off first: caseroom pack WORKSPACE sign %s", p.Ref)
		}
	}
	return nil
}

// maySingleHanded is the one way around the second pair of eyes, by the rule that let
// the pack be built so; it stands in the ledger and in the pack.
func (j *job) maySingleHanded(p *model.Pack) error {
	if err := j.s.singleHanded(); err != nil {
		return err
	}
	if p.SingleHanded == "" || p.MadeBy != j.s.me {
		return model.Fail(model.Denied, "a single-handed release is for whoever built the pack so, with the reason")
	}
	return access.OwnPassphrase(j.s.members[j.s.me])
}

// keepUnseen puts back the links of a record to what its author may not know of and so
// was not shown: who corrects an item must not cut them unawares.
func (j *job) keepUnseen(caseID model.ID, put, before model.Record) error {
	type link struct {
		noun     model.Noun
		now, was *[]model.ID
	}
	var links []link
	switch b := before.(type) {
	case *model.Person:
		if p, ok := put.(*model.Person); ok {
			links = []link{{model.NounPerson, &p.Parents, &b.Parents}}
		}
	case *model.Information:
		if i, ok := put.(*model.Information); ok {
			links = []link{{model.NounInformation, &i.Alike, &b.Alike}, {model.NounPerson, &i.Persons, &b.Persons}}
		}
	}
	for _, l := range links {
		if !slices.ContainsFunc(*l.was, func(id model.ID) bool { return !slices.Contains(*l.now, id) }) {
			continue
		}
		k, err := j.s.content(j.w.tx, caseID)
		if err != nil {
			return err
		}
		for _, id := range j.s.reader(k).unseen(l.noun, *l.was) {
			if !slices.Contains(*l.now, id) {
				*l.now = append(slices.Clone(*l.now), id)
			}
		}
	}
	return nil
}

// memberOp holds what may become of a member. A new one is added with a keyslot; of one
// who is there each act changes its own part and nothing else.
func (j *job) memberOp(m *model.Member, before model.Record) error {
	was, ok := before.(*model.Member)
	if !ok {
		return j.newMember(m)
	}
	next := *was
	next.Head = m.Head
	if known := j.s.members[m.ID]; known != nil {
		next.Label, next.KeyID = known.Label, known.KeyID // where they wrote others into their own record
	}
	switch j.c.Act {
	case model.ActPassphrase:
		next.KeyID, next.OneTime = m.KeyID, m.OneTime
	case model.ActRole, model.ActUndo:
		next.Name, next.Role, next.Gone = m.Name, m.Role, m.Gone
	case model.ActRemove:
		next.Gone = true
	}
	if next != *m {
		return model.Fail(model.Denied, "that is more of a member than %s changes", j.c.Act.Words())
	}
	if m.Role == was.Role && m.Gone == was.Gone {
		return nil
	}
	if m.ID == j.s.me { // and so at least one manager always stays
		return model.Fail(model.Denied, "nobody changes their own role").Do("ask another manager to do it").On("role")
	}
	if j.c.Act == model.ActRemove {
		return j.takeOut(m)
	}
	if was.Gone && j.w.tx.Bucket(bucketSlots).Get(slotKey(j.s.header.WS, m.Label)) == nil {
		return model.Fail(model.Denied, "%s was removed, with the keys", m.Label).Do("add them anew, under another short name")
	}
	return j.w.setRole(m)
}

func (j *job) newMember(m *model.Member) error {
	if j.c.Act != model.ActEnrol {
		return model.Missing(m.Label)
	}
	if !m.OneTime { // else who adds them would hold the passphrase of somebody who can sign off
		return model.Fail(model.Denied, "a member is added with a passphrase that is good for one time").Do("they choose their own when they first unlock")
	}
	for _, o := range j.s.members {
		if seal.SlotID(j.s.header.WS, o.Label) == seal.SlotID(j.s.header.WS, m.Label) {
			return model.Fail(model.Conflict, "there is a member %s already", o.Label).Do("choose another name").On("name")
		}
	}
	if !slices.ContainsFunc(j.c.Ops, func(o model.Op) bool {
		k, ok := o.Put.(*model.Keyslot)
		return ok && k.MemberID == m.ID
	}) {
		return model.Fail(model.Denied, "a member is added with keys of their own")
	}
	return nil
}

// setRole tells the ledger of a member's role, so that their acts are held against it.
func (w *writer) setRole(m *model.Member) error {
	id, err := w.keyOf(m.KeyID)
	if err != nil {
		return err
	}
	return w.leaf(nil, ledger.SetRoles(id, roleBits(m.Role)), detail{})
}

// inDirectory says whether a public key stands in the directory, whole: its name alone
// is too short to tell it from another that was made to have the same.
func (w *writer) inDirectory(p seal.Public) bool {
	id := p.ID()
	have, err := publicOf(w.tx.Bucket(bucketPublic).Get(id[:]))
	return err == nil && have.Same(p)
}

// keyOf finds a key of the directory by its name in a member's record.
func (w *writer) keyOf(name string) (id [8]byte, err error) {
	cur := w.tx.Bucket(bucketPublic).Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		if len(k) == 8 && seal.KeyID(k).String() == name {
			return [8]byte(k), nil
		}
	}
	return id, model.Fail(model.Corrupt, "the public key of a member is not in the directory").Do("run caseroom verify")
}
