package ledger

import (
	"encoding/binary"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is that of RFC 6962 section 2.1 (certificate transparency): its records are
// the public parts of the leaves. Of its hashes only those of whole subtrees of
// 2^StoredLevel leaves and more are stored: what lies below takes less time to hash
// again than to keep.

// StoredLevel is the lowest level of the tree whose hashes are stored: 256 leaves.
const StoredLevel = 8

// maxLeaves bounds what a damaged file may make the program reckon with.
const maxLeaves = 1 << 40

// Node is one stored hash of the tree: that of the leaves N<<Level up to (N+1)<<Level.
type Node struct {
	Level int
	N     uint64
	Hash  [32]byte
}

// NodeKey gives the 9 bytes under which a hash is stored: level, then number.
func NodeKey(level int, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(level)}, n)
}

// Key gives the 9 bytes under which the hash is stored.
func (n Node) Key() []byte { return NodeKey(n.Level, n.N) }

// Source is the log as it is stored. Both give what stands in the file, unchecked.
type Source interface {
	// Row gives the row of a leaf, nil if there is none. It must stay as it is until the
	// next call.
	Row(no uint64) []byte
	// Hash gives a stored hash of the tree ([NodeKey]); false if there is none.
	Hash(level int, n uint64) ([32]byte, bool)
}

func recordHash(public []byte) tlog.Hash { return tlog.RecordHash(public) }

// edge is the right edge of the tree: the hashes of the whole subtrees that make it
// up, the largest first; one for each bit of the size.
type edge struct {
	size   uint64
	hashes []tlog.Hash
}

func (e edge) clone() edge { return edge{e.size, slices.Clone(e.hashes)} }

// add puts one leaf to the tree, and tells of each hash to store that this completes.
func (e *edge) add(h tlog.Hash, done func(Node)) {
	n := e.size
	for level := 1; n&1 == 1; level++ {
		last := len(e.hashes) - 1
		h = tlog.NodeHash(e.hashes[last], h)
		e.hashes = e.hashes[:last]
		n >>= 1
		if level >= StoredLevel && done != nil {
			done(Node{Level: level, N: n, Hash: h})
		}
	}
	e.hashes = append(e.hashes, h)
	e.size++
}

// root is the hash of the whole tree.
func (e edge) root() [32]byte {
	if len(e.hashes) == 0 {
		return Digest(nil) // RFC 6962: the hash of nothing
	}
	h := e.hashes[len(e.hashes)-1]
	for i := len(e.hashes) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e.hashes[i], h)
	}
	return h
}

// ErrTree says that the rows or the stored hashes do not make up the tree that was signed.
var ErrTree = errors.New("the ledger's leaves and the tree over them do not fit together; run verify")

// nodeAt gives the hash of a whole subtree: stored, or from at most 255 leaves.
func nodeAt(src Source, level int, n uint64) (tlog.Hash, error) {
	if level >= StoredLevel {
		h, ok := src.Hash(level, n)
		if !ok {
			return tlog.Hash{}, ErrTree
		}
		return h, nil
	}
	var e edge
	for no := n << level; no < (n+1)<<level; no++ {
		public, _, err := split(src.Row(no))
		if err != nil {
			return tlog.Hash{}, ErrTree
		}
		e.add(recordHash(public), nil)
	}
	return e.root(), nil
}

// edgeAt rebuilds the edge that the tree had at a size.
func edgeAt(src Source, size uint64) (edge, error) {
	if size > maxLeaves {
		return edge{}, ErrTree
	}
	e := edge{size: size}
	for level := 40; level >= 0; level-- {
		if size>>level&1 == 0 {
			continue
		}
		h, err := nodeAt(src, level, size>>level&^1)
		if err != nil {
			return edge{}, err
		}
		e.hashes = append(e.hashes, h)
	}
	return e, nil
}

// HeadAt gives the head that the log had at an older size, or has now: what a witness of
// that size must have seen. It reads O(log n) stored hashes and at most 255 leaves, and
// believes them; [Tail.Witness] does not.
func HeadAt(src Source, leaves uint64) (Head, error) {
	e, err := edgeAt(src, leaves)
	return Head{Leaves: leaves, Sum: e.root()}, err
}

// hashReader lets tlog make its proofs from what is stored.
type hashReader struct{ src Source }

func (r hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		h, err := nodeAt(r.src, level, uint64(n))
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}
