package ledger

import (
	"bytes"
	"iter"
	"slices"
)

// Live compares one value that is there with the log, after Run. Number is what the
// value's clear header says: the number of the leaf that wrote it, or a revision of
// format 0. For a keyslot, which says none, it is 0. It gives what is wrong, which the
// report will say too; or [Consistent].
func (v *Verifier) Live(key Key, number uint64, digest [32]byte) Kind {
	k := v.held(key, number, digest)
	if k == Consistent && key.Bucket != SlotBucket && v.Disposed(key.Tag) {
		return v.wrong(Problem{Kind: ValueExtra, Key: key})
	}
	return k
}

func (v *Verifier) held(key Key, number uint64, digest [32]byte) Kind {
	if s := v.named[key.name()]; s != nil && s.live {
		return v.liveNamed(s, key, number, digest)
	}
	var l Leaf
	_, err := parse(&l, number, v.src.Row(number))
	switch {
	case err == nil && l.Version != 0 && l.Key != key && l.Effect == Put && l.Digest == digest:
		return v.wrong(Problem{Kind: ValueMoved, Key: key, Leaf: number})
	case err != nil || l.Version == 0 || l.Key != key || l.Effect != Put:
		return v.wrong(Problem{Kind: ValueExtra, Key: key})
	case !v.live.has(number):
		return v.wrong(Problem{Kind: ValueOld, Key: key, Leaf: number})
	}
	if l.Digest != digest {
		return v.wrong(Problem{Kind: ValueChanged, Key: key, Leaf: number})
	}
	v.live.clear(number) // seen
	return Consistent
}

func (v *Verifier) wrong(p Problem) Kind {
	v.add(p)
	return p.Kind
}

// Unseen gives, after Live, the lines whose value should be there and was not shown as the
// log names it, with the key that it should be under.
func (v *Verifier) Unseen() iter.Seq2[uint64, Key] {
	return func(yield func(uint64, Key) bool) {
		for _, k := range v.unseen() {
			if !yield(v.named[k].leaf, k) {
				return
			}
		}
		for no := range v.live.all() {
			l, _, _ := ParseRow(no, v.src.Row(no))
			if !yield(no, l.Key) {
				return
			}
		}
	}
}

func (v *Verifier) liveNamed(s *state, key Key, number uint64, digest [32]byte) (k Kind) {
	switch {
	case s.seen:
		k = v.wrong(Problem{Kind: ValueExtra, Key: key})
	case !s.bare && number > 0 && number < s.rev:
		k = v.wrong(Problem{Kind: ValueOld, Key: key, Leaf: s.leaf})
	case digest != s.digest || !s.bare && number != s.rev:
		k = v.wrong(Problem{Kind: ValueChanged, Key: key, Leaf: s.leaf})
	}
	s.seen = k == Consistent
	return k
}

// Finish names what is missing and gives the report.
func (v *Verifier) Finish() Report {
	if v.rows == 0 {
		v.add(Problem{Kind: Empty})
	}
	if v.run.leaves > 0 {
		v.add(Problem{Kind: Uncommitted, Leaf: v.run.first, Count: v.run.leaves})
	}
	for _, w := range v.witnesses {
		v.add(Problem{Kind: RolledBack, Leaf: w.Leaves})
	}
	v.finishDetails()
	v.finishMembers()
	v.finishValues()
	v.report.Head = Head{Leaves: v.next, Sum: v.edge.root()}
	if !v.format {
		v.report.Head.Sum = v.sum0
	}
	v.report.Commits, v.report.Old = v.commit, v.old
	return v.report
}

func (v *Verifier) finishDetails() {
	var lost []gone
	for tag, g := range v.gone {
		if !v.Disposed(tag) {
			lost = append(lost, g)
		}
	}
	slices.SortFunc(lost, func(a, b gone) int { return int(a.first) - int(b.first) })
	for _, g := range lost {
		v.add(Problem{Kind: DetailMissing, Leaf: g.first, Count: g.count})
	}
}

func (v *Verifier) finishMembers() {
	var ids [][8]byte
	for id, m := range v.members {
		if m.since == 0 || m.half {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b [8]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids {
		kind := MemberExtra
		if v.members[id].since != 0 {
			kind = MemberChanged
		}
		v.add(Problem{Kind: kind, Member: id})
	}
}

// finishValues names the values that are not there. One that is there in another state
// was named before: that is one problem, not two.
func (v *Verifier) finishValues() {
	other := map[Key]int{}
	for i, p := range v.report.Problems {
		if p.Kind == ValueExtra || p.Kind == ValueOld || p.Kind == ValueMoved || p.Kind == ValueChanged {
			other[p.Key.name()] = i
		}
	}
	missing := func(k Key, leaf uint64) {
		i, ok := other[k.name()]
		if !ok {
			v.add(Problem{Kind: ValueMissing, Key: k, Leaf: leaf})
			return
		}
		p := &v.report.Problems[i]
		p.Leaf = leaf
		if p.Kind == ValueExtra {
			p.Kind = ValueChanged
		}
	}
	for _, k := range v.unseen() {
		missing(k, v.named[k].leaf)
	}
	left := v.live.count
	for no := range v.live.all() {
		if len(v.report.Problems) >= maxProblems {
			v.report.More += left
			return
		}
		left--
		l, _, _ := ParseRow(no, v.src.Row(no))
		missing(l.Key, no)
	}
}

// unseen lists the keys known by name whose value was not shown, in order.
func (v *Verifier) unseen() []Key {
	var keys []Key
	for k, s := range v.named {
		if s.live && !s.seen {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b Key) int {
		if a.Bucket != b.Bucket {
			return int(a.Bucket) - int(b.Bucket)
		}
		return bytes.Compare(a.Row(), b.Row())
	})
	return keys
}
