package ledger

// Rules say what members may write. They are held against every leaf from commit 2 on,
// with the roles that the leaves before it gave: leaf by leaf, also within a run of
// commits of which only the last is kept.
type Rules struct {
	// Allow says whether roles allow a leaf.
	Allow func(roles uint8, l Leaf) bool
	// Root is the tag of the workspace's own compartment, whose records only those may
	// write who may enrol or set the profile, or the member whose own record it is.
	Root [8]byte
	// Enrol and Profile are the bits of the roles that may enrol members, and set the
	// profile.
	Enrol, Profile uint8
}

// Permit sets the rules. Without them everyone who is enrolled may do everything.
func (v *Verifier) Permit(rules Rules) { v.rules = &rules }

// permit holds a leaf against the rules. Leaves of format 0 knew the table only.
func (v *Verifier) permit(at uint64, l *Leaf) {
	if v.rules == nil || v.commit <= 1 {
		return
	}
	m := v.run.who
	if l.Actor != v.run.actor {
		m = v.members[l.Actor]
	}
	if m == nil || m.since == 0 || m.since == never || m.retired {
		return // named once, as the signer of the commit
	}
	ok := v.rules.Allow == nil || v.rules.Allow(m.roles, *l)
	if ok && l.Version != 0 {
		ok = m.roles&v.rules.Enrol != 0 || v.own(m, l)
	}
	if !ok {
		v.add(Problem{Kind: NotAllowed, Leaf: at, Key: l.Key, Member: l.Actor})
	}
}

// own tells whether somebody who may not enrol may write the leaf: of what belongs to a
// member only what is theirs.
func (v *Verifier) own(m *member, l *Leaf) bool {
	switch {
	case l.Op == OpFormat:
		return false
	case l.Key.Bucket == DirectoryBucket:
		return v.ownKey(m, l)
	case l.Effect == Note:
		return true
	case l.Key.Bucket == SlotBucket:
		s := v.named[l.Key.name()]
		return s != nil && s.live && s.holder == l.Actor && l.Effect == Put
	case l.Key.Bucket == RecordBucket && l.Key.Tag == v.rules.Root && v.rules.Root != [8]byte{}:
		return m.roles&v.rules.Profile != 0 || m.own != [ownSize]byte{} && m.own == l.Key.Blind
	}
	return true
}

// ownKey: a member may retire their own key, and enrol another of their own, which is
// one with the same roles and the same record.
func (v *Verifier) ownKey(m *member, l *Leaf) bool {
	id := l.Key.directoryID()
	switch l.Op {
	case OpRevoke:
		return id == l.Actor
	case OpEnrol:
		next := v.members[id]
		return next == nil || l.Roles() == m.roles && l.Flags&FlagRecovery == 0 && next.record == m.own
	}
	return true // the table's to say
}
