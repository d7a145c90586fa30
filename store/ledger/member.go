package ledger

// Member is one row of the key directory, as the verifier needs it.
type Member struct {
	ID     [8]byte
	Row    []byte                               // the stored bytes, whose digest stands in the enrol leaf
	Verify func(message, signature []byte) bool // an Ed25519 check for the use [CommitContext]
}

type member struct {
	digest  [32]byte // of the row
	bare    [32]byte // of the row without the name of the own record, as in format 0
	record  [ownSize]byte
	own     [ownSize]byte // the record, once a leaf of format 1 says so
	verify  func(message, signature []byte) bool
	roles   uint8
	since   uint64 // commit of the enrolment, 0 before it
	retired bool
	half    bool // enrolled in format 0 without the name that the row has now
}

func newMember(m Member) *member {
	out := &member{digest: Digest(m.Row), verify: m.Verify}
	if public, own, ok := SplitDirectoryRow(m.Row); ok {
		out.bare, out.record = Digest(public), own
	}
	return out
}

// never is the enrolment of a key that was exchanged: it signs nothing.
const never = ^uint64(0)

// signs tells whether a key may sign a commit. Only the first commit may be signed by a
// key that it enrols itself.
func (m *member) signs(commit uint64) bool {
	return m != nil && m.since != 0 && !m.retired && (m.since < commit || m.since == commit && commit == 1)
}

// directory replays what the leaf did to a member's key.
func (v *Verifier) directory(at uint64, l *Leaf) {
	id := l.Key.directoryID()
	m := v.members[id]
	if m == nil {
		v.add(Problem{Kind: MemberMissing, Leaf: at, Member: id})
		return
	}
	known := m.since != 0 || l.Version == 0
	switch {
	case l.Op == OpEnrol:
		v.enrol(at, id, m, l)
		return
	case l.Op == OpRole && known:
		m.roles = l.Roles()
		return
	case l.Op == OpRevoke && known:
		v.retire = append(v.retire, id) // after this commit, which the key may sign itself
		return
	}
	v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
}

func (v *Verifier) enrol(at uint64, id [8]byte, m *member, l *Leaf) {
	same := l.Digest == m.digest
	again := m.half && same && l.Version != 0 && v.commit == v.began && l.Roles() == m.roles
	switch {
	case m.since != 0 && l.Version != 0 && v.commit == v.began && !same:
		v.add(Problem{Kind: MemberChanged, Leaf: at, Member: id})
		return
	case m.since != 0 && !again:
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
		return
	case again:
		m.half = false
	case same:
		m.since, m.roles = v.commit, l.Roles()
	case l.Version == 0 && l.Digest == m.bare:
		m.since, m.roles, m.half = v.commit, l.Roles(), true
	default:
		m.since = never // named once
		v.add(Problem{Kind: MemberChanged, Leaf: at, Member: id})
		return
	}
	if l.Version != 0 {
		m.own = m.record
	}
}
