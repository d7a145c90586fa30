package ledger

import "errors"

// records reads commit records as the leaves come to them.
type records struct {
	pull func() (uint64, []byte, bool)
	no   uint64
	raw  []byte
	more bool
}

func (r *records) step() { r.no, r.raw, r.more = r.pull() }

// run is the leaves since the last commit record: those that the next one signs. All
// its commits are by one signer.
type run struct {
	first  uint64
	leaves uint64
	actor  [8]byte
	who    *member
	closed bool // a record has just ended it
	mixed  bool // it has leaves of others
}

// follow finds where the leaf's commit begins. A leaf of the commit after this one ends
// this one. Its word is believed if that is the very next, or if the leaf after it says
// so too: a flipped bit must not throw the rest of the log out of step.
func (v *Verifier) follow(at uint64, l *Leaf) {
	if l.Commit == v.commit && v.commit > 0 {
		if l.Actor != v.run.actor && !v.run.mixed {
			v.run.mixed = true // said once a run
			v.add(Problem{Kind: OtherActor, Leaf: at, Commit: l.Commit, Member: v.run.actor})
		}
		return
	}
	if l.Commit != v.commit+1 {
		believed := v.unsure || v.doubted > 0 && (l.Commit == v.doubted || l.Commit == v.doubted+1)
		v.doubted = l.Commit
		if !v.unsure {
			v.add(Problem{Kind: LeafOrder, Leaf: at, Commit: l.Commit})
		}
		if !believed && l.Commit > v.commit || l.Commit == 0 {
			return
		}
	}
	for v.records.more && v.records.no < l.Commit {
		v.record()
	}
	if v.commit > 0 {
		v.endCommit()
		if !v.run.closed && !v.unsure && (l.Actor != v.run.actor || v.old == at) {
			v.add(Problem{Kind: CommitMissing, Commit: v.commit, Count: 1})
			v.run.leaves = 0
		}
	}
	v.commit = l.Commit
	if v.run.leaves == 0 || l.Actor != v.run.actor {
		v.run = run{first: at, actor: l.Actor, who: v.members[l.Actor]}
	}
	v.run.closed = false
}

// record reads the next commit record: it must sign the leaves up to here, all of them
// its signer's.
func (v *Verifier) record() {
	no, raw := v.records.no, v.records.raw
	v.records.step()
	signed := v.run
	v.run.leaves, v.run.closed = 0, true
	c, err := ParseCommit(raw)
	if errors.Is(err, ErrCommitNewer) {
		v.add(Problem{Kind: CommitNewer, Commit: no})
		return
	}
	if err != nil || c.No != no || no < v.commit || (c.Version == 0) == v.format {
		v.add(Problem{Kind: CommitDamaged, Commit: no})
		return
	}
	if !v.unsure && (no > v.commit || signed.leaves == 0) {
		v.add(Problem{Kind: CommitEmpty, Commit: no})
	}
	v.signedHead(c)
	if c.Signer != signed.actor {
		v.add(Problem{Kind: OtherActor, Leaf: signed.first, Commit: no, Member: c.Signer})
		v.mustSign(v.members[c.Signer], no, c.Signer)
	}
	if c.Head.Leaves <= v.known {
		return
	}
	if m := v.members[c.Signer]; m != nil && !m.verify(c.Message(), c.Signature[:]) {
		v.add(Problem{Kind: BadSignature, Commit: no, Member: c.Signer})
	}
}

// signedHead compares what was signed with what is there. One leaf that was altered
// makes every head after it another: that is said once.
func (v *Verifier) signedHead(c Commit) {
	sum := v.sum0
	if c.Version != 0 {
		sum = v.edge.root()
	}
	if c.Head.Leaves != v.next || c.Head.Sum != sum && !v.off && !v.unsure {
		v.add(Problem{Kind: CommitHead, Commit: c.No, Leaf: c.Head.Leaves})
		v.off = true
	}
}

// endCommit ends the commit of the leaves read last, whether its record was kept or a
// later one stands for it: its signer must have been enrolled then, and a key that was
// retired in it signs nothing more.
func (v *Verifier) endCommit() {
	v.mustSign(v.run.who, v.commit, v.run.actor)
	for _, id := range v.retire {
		v.members[id].retired = true
	}
	v.retire = v.retire[:0]
	v.endWraps()
}

// mustSign notes a key that must not sign a commit: once a key, at its first.
func (v *Verifier) mustSign(m *member, commit uint64, id [8]byte) {
	if !m.signs(commit) && !v.strange[id] {
		v.strange[id] = true
		v.add(Problem{Kind: UnknownSigner, Commit: commit, Member: id})
	}
}
