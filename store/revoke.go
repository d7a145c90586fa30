package store

import (
	"cmp"
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// RevokeMember takes a member's clearance for a case away: the record that says it, their
// place on the lists of restrictions that the author is on too, every row of the keys, and
// what their own views held. The case, and each part of it that they held, gets a new
// epoch in the same change, so that nothing written later is readable for them. What was
// there is sealed anew by [Session.Reseal], which the caller calls next.
//
// A list that the author is not on they cannot see, and so not change.
func (s *Session) RevokeMember(ctx context.Context, label string, caseID model.ID) (view.Applied, error) {
	r, err := s.revocation(ctx, label, caseID)
	if err != nil {
		return view.Applied{}, err
	}
	out, err := s.Apply(ctx, r.change)
	out.Words = "took the clearance of " + r.label + " for " + r.ref + " away"
	return out, err
}

// RevokeConsequences tells what RevokeMember would do and cannot do, or why it would be
// refused.
func (s *Session) RevokeConsequences(ctx context.Context, label string, caseID model.ID) ([]string, error) {
	r, err := s.revocation(ctx, label, caseID)
	if err != nil {
		return nil, err
	}
	return append([]string{
		"the keys of " + r.ref + " are made anew at once: what is written from now on cannot be read with the keys that " + r.label + " had",
		"what is there is sealed anew now, and the file made compact: then this file holds nothing of " + r.ref + " that those keys open, but the times, kinds and numbers of old lines of the ledger",
		"copies and backups made before stay readable for " + r.label + ", and what was read stays read",
		"a restriction whose list names " + r.label + " and not you is not yours to see or change: somebody who is on that list lifts it or takes " + r.label + " off it",
	}, s.remnants()...), nil
}

// revocation is a clearance that can be taken away.
type revocation struct {
	label, ref string
	change     *model.Change
}

func (s *Session) revocation(ctx context.Context, label string, caseID model.ID) (r revocation, err error) {
	m, err := s.memberByLabel(label)
	if err != nil {
		return r, err
	}
	f, err := s.CaseFile(ctx, caseID)
	if err != nil {
		return r, err
	}
	if err := access.May(access.Viewer{Member: s.Me().ID, Role: s.Me().Role}, model.ActRevoke); err != nil {
		return r, err
	}
	if m.ID == s.Me().ID {
		return r, model.Fail(model.Denied, "nobody takes their own clearance away").
			Do("ask a manager who is cleared for the case to do it").On("name")
	}
	r.label = m.Label
	if r.change, r.ref, err = s.withdrawal(ctx, f.ID, m.ID); err != nil {
		return r, err
	}
	if holds, err := s.holdsItself(ctx, f.ID); err != nil {
		return r, err
	} else if !holds {
		return r, model.Fail(model.Denied, "you do not hold the key of this case itself").Do("ask a manager who is cleared for it")
	}
	if r.change == nil {
		return r, model.Fail(model.NotFound, "%s is not cleared for %s", m.Label, r.ref).
			Do("show who is with: caseroom show WORKSPACE %s", r.ref).On("name")
	}
	return r, nil
}

// holdsItself says whether the member holds a case's own compartment, where it stands who
// is cleared, and not only a part of it that a list gave them.
func (s *Session) holdsItself(ctx context.Context, caseID model.ID) (holds bool, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		h, err := s.head(tx, caseID)
		holds = h != nil && slices.ContainsFunc(h.rooms, func(c *compartment) bool { return len(c.home) == 0 })
		return err
	})
	return holds, err
}

// withdrawal makes the change that takes members out of a case; nil if they are in
// nothing of it that this member holds.
func (s *Session) withdrawal(ctx context.Context, caseID model.ID, who ...model.ID) (c *model.Change, ref string, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		h, err := s.head(tx, caseID)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(string(caseID))))
		}
		if h.rec != nil && s.decide(h, h.rec).Visible() {
			ref = h.rec.Ref
		}
		next := &model.Change{Act: model.ActRevoke}
		for _, room := range h.rooms {
			err := room.scan(tx, model.NounClearance, func(r model.Record) bool {
				if slices.Contains(who, r.(*model.Clearance).MemberID) {
					s.whose.note(r.Base().ID, caseID)
					next.Remove(r)
				}
				return true
			})
			if err != nil {
				return err
			}
		}
		for _, r := range h.restrictions {
			now := *r
			now.Cleared = slices.DeleteFunc(slices.Clone(r.Cleared), func(id model.ID) bool { return slices.Contains(who, id) })
			if len(now.Cleared) < len(r.Cleared) {
				next.Put(&now)
			}
		}
		if len(next.Ops) > 0 {
			c = next
		}
		return nil
	})
	return c, ref, err
}

// noteRevoked notes whom an operation takes out of a case.
func (j *job) noteRevoked(caseID model.ID, o *model.Op, before model.Record) {
	if j.c.Act != model.ActRevoke {
		return
	}
	if j.revoked == nil {
		j.revoked = map[model.ID][]model.ID{}
	}
	switch was := before.(type) {
	case *model.Clearance:
		j.revoked[caseID] = append(j.revoked[caseID], was.MemberID)
	case *model.Restriction:
		now, _ := o.Put.(*model.Restriction)
		for _, id := range was.Cleared {
			if now == nil || !slices.Contains(now.Cleared, id) {
				j.revoked[caseID] = append(j.revoked[caseID], id)
			}
		}
	}
}

// checkRevoke holds what may be removed: a clearance, and not one's own.
func (j *job) checkRevoke(before model.Record) error {
	c, ok := before.(*model.Clearance)
	switch {
	case !ok:
		return model.Fail(model.Denied, "taking a clearance away removes nothing else")
	case c.MemberID == j.s.me:
		return model.Fail(model.Denied, "nobody takes their own clearance away").Do("ask a manager who is cleared for the case to do it")
	}
	return nil
}

// checkTakenOff holds what becomes of a list: somebody is taken off it, not the author,
// and not the last.
func (j *job) checkTakenOff(r *model.Restriction, before model.Record) error {
	was, ok := before.(*model.Restriction)
	switch {
	case !ok:
		return model.Missing(string(r.ID))
	case len(r.Cleared) >= len(was.Cleared), slices.ContainsFunc(r.Cleared, func(id model.ID) bool { return !slices.Contains(was.Cleared, id) }):
		return model.Fail(model.Denied, "taking a clearance away only takes members off a list")
	case slices.Contains(was.Cleared, j.s.me) && !slices.Contains(r.Cleared, j.s.me):
		return model.Fail(model.Denied, "nobody takes their own clearance away").Do("ask somebody else on the list of %s to do it", was.Ref)
	case was.Seals() && len(j.staying(r.Cleared)) == 0:
		return model.Fail(model.Denied, "nobody would be left who could open what %s covers", was.Ref).
			Do("lift it, or set it anew with somebody else among the names").On("cleared")
	}
	return nil
}

// newEpochs makes the new epochs that this change brings.
func (j *job) newEpochs() error {
	rooms, err := j.named(j.rotate)
	if err != nil {
		return err
	}
	for caseID, who := range j.revoked {
		if err := j.offEveryList(caseID, who); err != nil {
			return err
		}
		held, err := j.heldBy(caseID, who)
		if err != nil {
			return err
		}
		rooms = append(rooms, held...)
		for _, id := range who {
			if m := j.s.members[id]; m != nil {
				if err := dropView(j.w.tx, slotKey(j.s.header.WS, m.Label)); err != nil {
					return err
				}
			}
		}
	}
	for _, c := range oversightFirst(rooms) { // what the workspace's own says of it is written with its new epoch
		holders, err := j.holders(c)
		if err != nil {
			return err
		}
		if c.kind == "" && !slices.Contains(holders, j.s.me) {
			holders = append(holders, j.s.me) // who holds it and does this keeps it
		}
		if err := j.renewRoom(c, holders); err != nil {
			return err
		}
	}
	return j.tellOverseen(rooms)
}

// offEveryList refuses to take a member out of a part of a case only: the change has to
// take away their clearance and every place on a list that its author can see.
func (j *job) offEveryList(caseID model.ID, who []model.ID) error {
	half := model.Fail(model.Denied, "a clearance is taken away whole: with the member's place on every list of the case")
	cleared, err := j.clearedFor(caseID)
	if err != nil {
		return err
	}
	for _, id := range who {
		if cleared[id] {
			return half
		}
		for _, r := range j.touched[caseID].restrictions {
			if slices.Contains(r.Cleared, id) {
				return half
			}
		}
	}
	return nil
}

// heldBy gives the compartments of a case, of those that the author holds, whose keys the
// members hold or may be on the way to hold.
func (j *job) heldBy(caseID model.ID, who []model.ID) ([]*compartment, error) {
	var out []*compartment
	h, err := j.know(caseID)
	if err != nil || h == nil {
		return nil, err
	}
	before := &caseScene{restrictions: h.restrictions}
	for _, c := range h.rooms {
		if !before.knows(c.home) {
			continue // who is on its lists the author does not know
		}
		has := len(c.home) == 0 || len(j.waiting()[c.tag]) > 0
		for _, id := range who {
			row, err := j.hasRow(c, id)
			if err != nil {
				return nil, err
			}
			has = has || row || slices.Contains(before.cleared(c.home), id)
		}
		if has {
			out = append(out, c)
		}
	}
	return out, nil
}

func (j *job) hasRow(c *compartment, id model.ID) (bool, error) {
	m := j.s.members[id]
	if m == nil {
		return false, nil
	}
	key, err := rowKey(c, seal.SlotID(j.s.header.WS, m.Label))
	return err == nil && j.w.tx.Bucket(bucketRings).Get(key) != nil, err
}

// knows says whether every restriction of a home is known.
func (sc *caseScene) knows(home []model.ID) bool {
	return !slices.ContainsFunc(home, func(id model.ID) bool {
		return !slices.ContainsFunc(sc.restrictions, func(r *model.Restriction) bool { return r.ID == id })
	})
}

// forgetUndo drops the steps that would put a member back on a list.
func (s *Session) forgetUndo(revoked map[model.ID][]model.ID) {
	names := func(r model.Record) bool {
		x, ok := r.(*model.Restriction)
		return ok && slices.ContainsFunc(revoked[x.CaseID], func(id model.ID) bool { return slices.Contains(x.Cleared, id) })
	}
	s.undo = slices.DeleteFunc(s.undo, func(step undoStep) bool {
		return slices.ContainsFunc(step.ops, func(o undoOp) bool { return names(o.put) || names(o.before) })
	})
}

// withdrawEverywhere takes members out of every case that this member holds.
func (s *Session) withdrawEverywhere(ctx context.Context, who ...model.ID) (refs []string, err error) {
	ids, err := s.heldCases(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c, ref, err := s.withdrawal(ctx, id, who...)
		if err != nil {
			return refs, err
		}
		if c == nil {
			continue
		}
		if _, err := s.Apply(ctx, c); err != nil {
			return refs, err
		}
		if ref != "" {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs, nil
}

// withdrawFromGone takes from members who were removed what this member holds and the one
// who removed them did not.
func (s *Session) withdrawFromGone(ctx context.Context) error {
	s.mu.RLock()
	var gone []model.ID
	if !s.closed && s.self().Role.May(model.RightClear) {
		for id, m := range s.members {
			if m.Gone {
				gone = append(gone, id)
			}
		}
	}
	s.mu.RUnlock()
	if len(gone) == 0 {
		return nil
	}
	_, err := s.withdrawEverywhere(ctx, gone...)
	return err
}

// closedToMe counts the compartments that the member has no key of.
func (s *Session) closedToMe(ctx context.Context) (n int, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		seen := map[seal.Tag]bool{}
		mine, err := s.heldTags(tx)
		if err != nil {
			return err
		}
		return tx.Bucket(bucketRecovery).ForEach(func(k, _ []byte) error {
			if tag := seal.Tag(k[:8]); !mine[tag] && !seen[tag] {
				seen[tag], n = true, n+1
			}
			return nil
		})
	})
	return n, err
}

// closeOut makes new epochs of compartments that somebody holds who is on no list for them
// any more: they were taken off by a member who did not hold the compartment.
func (s *Session) closeOut(ctx context.Context) error {
	var all [][]roomName
	err := s.view(ctx, func(tx *bolt.Tx) error {
		return s.eachHead(tx, func(id model.ID, h *caseHead) (bool, error) {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			var rooms []roomName
			sc := &caseScene{restrictions: h.restrictions}
			for _, c := range h.rooms {
				over, err := s.tooMany(tx, sc, c)
				if err != nil {
					return false, err
				}
				if over {
					rooms = append(rooms, roomName{id, c.tag})
				}
			}
			if len(rooms) > 0 {
				all = append(all, rooms)
			}
			return true, nil
		})
	})
	for _, rooms := range all {
		if err == nil {
			err = s.rotateRooms(ctx, rooms)
		}
	}
	return err
}

// tooMany says whether a member has a row of a compartment that is not theirs to hold.
func (s *Session) tooMany(tx *bolt.Tx, sc *caseScene, c *compartment) (bool, error) {
	if !sc.knows(c.home) {
		return false, nil
	}
	may, err := s.holdersOf(tx, sc, c)
	if err != nil {
		return false, err
	}
	for id, m := range s.members {
		if id == s.me || slices.Contains(may, id) && !m.Gone {
			continue
		}
		key, err := rowKey(c, seal.SlotID(s.header.WS, m.Label))
		if err != nil {
			return false, err
		}
		if tx.Bucket(bucketRings).Get(key) != nil {
			return true, nil
		}
	}
	return false, nil
}
