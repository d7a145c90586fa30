package ledger

import "golang.org/x/mod/sumdb/tlog"

// Consistent is what [Tail.Witness] says of a head that this log once had.
const Consistent Kind = ""

// Witness holds a head that somebody kept outside the file against this log: it is
// [Consistent] with it; or [RolledBack], the witness has seen a longer log; or [Forked],
// this log never had that head. It proves its answer against the tail's own head, from
// O(log n) stored hashes and a few hundred leaves; an error says that these do not add
// up to that head. A head of format 0 is known again after the take-over.
func (t Tail) Witness(seen Head, src Source) (Kind, error) {
	switch {
	case seen.Leaves == 0:
		return Consistent, nil
	case seen.Leaves > t.Head.Leaves:
		return RolledBack, nil
	case seen.Leaves <= t.Old:
		if ok, err := t.chained(seen, src); ok || err != nil {
			return Consistent, err
		}
	}
	ok, err := t.grewFrom(seen, src)
	if ok || err != nil {
		return Consistent, err
	}
	// Nothing that a damaged file says is taken for a fork: the log must prove that it
	// had another head at that size.
	own, err := HeadAt(src, seen.Leaves)
	if err != nil {
		return Consistent, err
	}
	if ok, err = t.grewFrom(own, src); err != nil || !ok {
		return Consistent, ErrTree
	}
	return Forked, nil
}

// grewFrom tells whether the tail's tree has the older one for its beginning.
func (t Tail) grewFrom(seen Head, src Source) (bool, error) {
	if seen == t.Head {
		return true, nil
	}
	if seen.Leaves == t.Head.Leaves {
		return false, nil
	}
	size, old := int64(t.Head.Leaves), int64(seen.Leaves)
	proof, err := tlog.ProveTree(size, old, hashReader{src})
	if err != nil {
		return false, err
	}
	return tlog.CheckTree(proof, size, t.Head.Sum, old, seen.Sum) == nil, nil
}

// chained tells whether a head of format 0 is the hash of the leaf at its place, and
// that leaf a part of the tail's tree.
func (t Tail) chained(seen Head, src Source) (bool, error) {
	public, _, err := split(src.Row(seen.Leaves - 1))
	if err != nil {
		return false, ErrTree
	}
	if public[0] != 0 || hash0(public) != seen.Sum {
		return false, nil
	}
	size, no, record := int64(t.Head.Leaves), int64(seen.Leaves-1), recordHash(public)
	proof, err := tlog.ProveRecord(size, no, hashReader{src})
	if err != nil {
		return false, err
	}
	if tlog.CheckRecord(proof, size, t.Head.Sum, no, record) != nil {
		return false, ErrTree
	}
	return true, nil
}
