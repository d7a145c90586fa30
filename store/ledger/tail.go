package ledger

import (
	"errors"
	"sort"
)

// Tail is where a log ends: all that is needed to go on writing it. The zero value is
// an empty log. A tail is never changed; each commit gives the next.
type Tail struct {
	Head    Head
	Commits uint64
	Time    int64   // of the last leaf, milliseconds since 1970, UTC
	Old     uint64  // how many leaves, the first ones, are of format 0
	Signer  [8]byte // of the last commit
	thins   bool    // the last commit is of format 1: the next by the same signer takes its place
	chain   [32]byte
	edge    edge
}

// ErrLastCommit is the quick look's one answer.
var ErrLastCommit = errors.New("the ledger does not end with a sound commit; run verify")

// TailOf goes on from the last commit of a log of format 1: it rebuilds the edge of the
// tree from stored hashes and at most 255 leaves, and holds it against the commit. The
// commit's signature is for [CheckLast].
func TailOf(last Commit, src Source) (Tail, error) {
	size := last.Head.Leaves
	if last.Version != commitVersion || size == 0 || size > maxLeaves || src.Row(size) != nil {
		return Tail{}, ErrLastCommit
	}
	l, _, err := ParseRow(size-1, src.Row(size-1))
	if err != nil {
		return Tail{}, err
	}
	if l.Version != leafVersion || l.Commit != last.No || l.Actor != last.Signer {
		return Tail{}, ErrLastCommit
	}
	e, err := edgeAt(src, size)
	if err != nil {
		return Tail{}, err
	}
	if e.root() != last.Head.Sum {
		return Tail{}, ErrLastCommit
	}
	return Tail{Head: last.Head, Commits: last.No, Time: last.Time, Old: oldLeaves(src, size),
		Signer: last.Signer, thins: true, edge: e}, nil
}

// CheckLast is the quick look on opening: the last commit is signed by the key that verify
// stands for and covers the last leaf and the tree. It says nothing about what lies
// before; that takes a [Verifier].
func CheckLast(last Commit, src Source, verify func(message, signature []byte) bool) (Tail, error) {
	t, err := TailOf(last, src)
	if err != nil {
		return Tail{}, err
	}
	if verify == nil || !verify(last.Message(), last.Signature[:]) {
		return Tail{}, ErrLastCommit
	}
	return t, nil
}

// oldLeaves counts the leaves of format 0. They all stand before the others.
func oldLeaves(src Source, size uint64) uint64 {
	return uint64(sort.Search(int(size), func(n int) bool {
		row := src.Row(uint64(n))
		return len(row) == 0 || row[0] != 0
	}))
}

// FormOf gives the form that the log says it is written in, from the leaf with which format
// 1 begins; false for a log that is all of format 0, or is damaged there.
func FormOf(src Source, size uint64) (Form, bool) {
	no := oldLeaves(src, size)
	l, _, err := ParseRow(no, src.Row(no))
	if err != nil {
		return Form{}, false
	}
	return l.Form()
}

// ID gives the name of the workspace that a log is about, from its first row.
func ID(genesis []byte) ([32]byte, error) {
	public, _, err := split(genesis)
	switch {
	case err != nil:
		return [32]byte{}, err
	case public[0] == 0:
		return hash0(public), nil
	}
	return recordHash(public), nil
}
