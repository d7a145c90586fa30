package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Values that come one by one are folded into pages when there are many. The leaf of such
// a value is flagged [FlagTail]. A fold writes the pages by leaves like any others, with
// the act [OpFold], and then one leaf more for all the values that they took in: its effect
// is to delete, and it names a range of leaves of one tag. Every flagged leaf of the tag in
// that range whose value is live ends there. Which those are stands in its digest, so that
// a range can hide no value that its writer did not mean.

// Fold gives the entry that ends the life of the values of these leaves, which have one tag
// and are flagged [FlagTail]: all of those between the first and the last that are live, in
// order. The range stands in the blind name.
func Fold(tag [8]byte, leaves []uint64) Entry {
	k := Key{Bucket: RecordBucket, Tag: tag}
	if len(leaves) > 0 {
		binary.BigEndian.PutUint64(k.Blind[:], leaves[0])
		binary.BigEndian.PutUint64(k.Blind[8:], leaves[len(leaves)-1])
	}
	return Entry{Op: OpFold, Effect: Delete, Key: k, Digest: foldSum(leaves)}
}

// foldSum is the digest of a fold: of the numbers of the leaves, 8 bytes each.
func foldSum(leaves []uint64) [32]byte {
	b := make([]byte, 0, 8*len(leaves))
	for _, no := range leaves {
		b = binary.BigEndian.AppendUint64(b, no)
	}
	return sha256.Sum256(b)
}

// isFold tells whether a leaf ends a range of others.
func isFold(o Op, e Effect) bool { return o == OpFold && e == Delete }

// foldRange gives the first and the last leaf of a fold's range.
func (k Key) foldRange() (first, last uint64) {
	return binary.BigEndian.Uint64(k.Blind[:8]), binary.BigEndian.Uint64(k.Blind[8:])
}

// soundFold tells whether a fold can stand as the leaf at a number.
func soundFold(k Key, before, at uint64) bool {
	first, last := k.foldRange()
	return k.Bucket == RecordBucket && before == 0 && first <= last && last < at
}

// mayTail tells whether a leaf may be flagged as one that can be folded.
func mayTail(e Effect, k Key) bool { return e == Put && k.Bucket == RecordBucket }

// tails are the flagged leaves of each tag whose values are live, in order. Some may be
// live no more: those are passed over, and dropped before a list is made longer.
type tails map[[8]byte][]uint64

func (t tails) add(tag [8]byte, no uint64, live *bitset) {
	list := t[tag]
	if len(list) == cap(list) {
		list = slices.DeleteFunc(list, func(n uint64) bool { return !live.has(n) })
		list = slices.Grow(list, len(list)+1)
	}
	if at, twice := slices.BinarySearch(list, no); !twice {
		t[tag] = slices.Insert(list, at, no)
	}
}

// take gives the live ones of a range, which are then no more among the others.
func (t tails) take(tag [8]byte, first, last uint64, live *bitset) (out []uint64) {
	list := t[tag]
	from, _ := slices.BinarySearch(list, first)
	to, found := slices.BinarySearch(list, last)
	if found {
		to++
	}
	for _, no := range list[from:to] {
		if live.has(no) {
			out = append(out, no)
		}
	}
	if t[tag] = slices.Delete(list, from, to); len(t[tag]) == 0 {
		delete(t, tag)
	}
	return out
}

// fold replays the leaf that ends a range.
func (v *Verifier) fold(at uint64, l *Leaf) {
	if !soundFold(l.Key, l.Before, at) {
		v.add(Problem{Kind: WrongFold, Leaf: at, Key: l.Key})
		return
	}
	first, last := l.Key.foldRange()
	ended := v.tails.take(l.Key.Tag, first, last, &v.live)
	for _, no := range ended {
		v.live.clear(no)
	}
	if len(ended) == 0 || foldSum(ended) != l.Digest {
		v.add(Problem{Kind: WrongFold, Leaf: at, Key: l.Key})
	}
}
