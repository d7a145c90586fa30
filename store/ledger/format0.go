package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
)

// What is left of format 0, for workspaces that were made in it: their first rows.
// Nothing of it is written any more. A leaf of format 0, numbers big endian:
//
//	 1 version 0    1 act      1 effect   1 bucket
//	 8 leaf number  8 commit number       8 time, milliseconds since 1970 UTC
//	 4 flags        8 actor's key id
//	 8 tag         16 blind key           8 revision
//	32 digest of the sealed value
//	32 digest of the sealed detail, or zeros
//	32 hash of the leaf before, or zeros for the genesis
//
// A commit of format 0 has the form of a later one, version 0, and for its head the
// hash of the last leaf.
const (
	leafSize0   = 4 + 8 + 8 + 8 + 4 + 8 + 8 + 16 + 8 + 32 + 32 + 32
	leafDomain0 = "caseroom/0/leaf\x00"
)

func parse0(l *Leaf, b []byte) {
	l.Version, l.Op, l.Effect, l.Key.Bucket = 0, Op(b[1]), Effect(b[2]), b[3]
	l.Commit = binary.BigEndian.Uint64(b[12:])
	l.Time = int64(binary.BigEndian.Uint64(b[20:]))
	l.Flags = binary.BigEndian.Uint32(b[28:])
	l.Actor = [8]byte(b[32:40])
	l.Key.Tag = [8]byte(b[40:48])
	l.Key.Blind = [16]byte(b[48:64])
	l.Rev = binary.BigEndian.Uint64(b[64:])
	l.Digest = [32]byte(b[72:104])
	l.Detail = [32]byte(b[104:136])
	l.Before = 0
}

// number0 and prev0 are what only the chain has: the leaf's own number and the hash of
// the leaf before it.
func number0(public []byte) uint64 { return binary.BigEndian.Uint64(public[4:]) }
func prev0(public []byte) [32]byte { return [32]byte(public[136:168]) }

// hash0 is the link of the chain.
func hash0(public []byte) [32]byte {
	var b [len(leafDomain0) + leafSize0]byte
	copy(b[:], leafDomain0)
	copy(b[len(leafDomain0):], public)
	return sha256.Sum256(b[:])
}

// ErrTakeOver says that a ledger of format 0 cannot be gone on from.
var ErrTakeOver = errors.New("the ledger of this workspace is not sound, so that it cannot be moved to the new format; run verify")

// TakeOver reads a whole ledger of format 0 and gives the tail from which a ledger of
// format 1 goes on over it, with the hashes to store. The first leaf to add is
// [Tail.Takeover]. Last is the last commit of format 0. It holds the rows together by
// their chain; it does not stand for a verification.
func TakeOver(last Commit, rows iter.Seq2[uint64, []byte]) (Tail, []Node, error) {
	var e edge
	var nodes []Node
	var sum [32]byte
	for no, row := range rows {
		public, _, err := split(row)
		if err != nil || public[0] != 0 || no != e.size || number0(public) != no || prev0(public) != sum {
			return Tail{}, nil, ErrTakeOver
		}
		sum = hash0(public)
		e.add(recordHash(public), func(n Node) { nodes = append(nodes, n) })
	}
	if last.Version != 0 || last.Head != (Head{Leaves: e.size, Sum: sum}) {
		return Tail{}, nil, ErrTakeOver
	}
	t := Tail{Head: Head{Leaves: e.size, Sum: e.root()}, Commits: last.No, Time: last.Time, Old: e.size, chain: sum, edge: e}
	return t, nodes, nil
}

// Takeover gives the first entry to write after [TakeOver]. Its digest is the head of the
// chain that it ends.
func (t Tail) Takeover(f Form) Entry { return Entry{Op: OpFormat, Key: f.key(), Digest: t.chain} }

// chain checks what holds the rows of format 0 together.
func (v *Verifier) chain(at uint64, public []byte) {
	if v.format {
		v.add(Problem{Kind: WrongFormat, Leaf: at})
		return
	}
	if prev0(public) != v.sum0 && !v.unsure {
		v.add(Problem{Kind: ChainBroken, Leaf: at})
	}
	v.sum0 = hash0(public)
	if number0(public) != at {
		v.add(Problem{Kind: LeafOrder, Leaf: at})
	}
	if at == 0 && v.sum0 != v.ws {
		v.add(Problem{Kind: WrongLog})
	}
	v.old = at + 1
}

// change0 replays a leaf of format 0 on the value that it names.
func (v *Verifier) change0(at uint64, l *Leaf) {
	s := v.named[l.Key.name()]
	if s == nil {
		s = &state{}
		v.named[l.Key.name()] = s
	}
	switch {
	case l.Effect == Delete && !s.live, l.Op == OpCreate && l.Effect == Put && s.live, l.Op == OpReplace && l.Effect == Put && !s.live:
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	case l.Effect == Put && s.leaf != 0 && l.Rev <= s.rev:
		v.add(Problem{Kind: StepBack, Leaf: at, Key: l.Key})
	}
	v.setNamed(s, at, l)
	if l.Effect == Put {
		s.rev = l.Rev
	}
}
