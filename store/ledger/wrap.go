package ledger

import (
	"encoding/binary"
	"maps"
	"slices"
)

// The recovery key has one copy of the key of each compartment: that of its newest epoch
// (bucket x). It is made in the commit in which the epoch begins, and ends in that in which the
// next one does. So nobody can take it away, or put something else in its place, who does not
// also begin an epoch, which those who write there meet at once: that a copy is worth nothing
// would be seen only when it is needed.
//
// Two others write such a line: whoever takes a ledger of format 0 over, which did not know
// them, and who makes up for what damage took ([OpRestore]), which is for who may enrol.
// With the compartment itself ([OpDispose]) its copy may go.

// wrapEpoch gives the epoch whose key the recovery key has at a key of bucket x.
func (k Key) wrapEpoch() uint64 { return binary.BigEndian.Uint64(k.Blind[:8]) }

// recoveryWrap holds a line about a copy for the recovery key against the epoch that it is of.
func (v *Verifier) recoveryWrap(at uint64, l *Leaf) {
	if l.Key.Bucket != WrapBucket || l.Effect == Note {
		return
	}
	r, e := v.rooms[l.Key.Tag], l.Key.wrapEpoch()
	_, known := v.epochs[epoch{l.Key.Tag, e}]
	now := r.begun != 0 && r.begun == v.commit
	ok := false
	switch {
	case l.Op == OpRestore:
		ok = l.Before != 0
	case l.Effect == Delete:
		ok = now && e < r.newest || l.Op == OpDispose
	case l.Op == OpCreate:
		ok = now && e == r.newest || known && v.old > 0 && v.commit == v.began
	}
	if !ok {
		v.add(Problem{Kind: WrongWrap, Leaf: at, Key: l.Key})
	}
	if l.Effect == Put {
		delete(v.unwrapped, l.Key.Tag)
	}
}

// endWraps names the epochs that began in a commit without a copy for the recovery key.
func (v *Verifier) endWraps() {
	for _, at := range slices.Sorted(maps.Values(v.unwrapped)) {
		v.add(Problem{Kind: WrongWrap, Leaf: at, Key: v.leafKey(at)})
	}
	clear(v.unwrapped)
}

func (v *Verifier) leafKey(at uint64) Key {
	l, _, _ := ParseRow(at, v.src.Row(at))
	return l.Key
}
