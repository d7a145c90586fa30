package ledger

import (
	"bytes"
	"maps"
	"testing"
)

// T8: the keys and rows beside leaves and commits.

// FuzzKeys: a key of a row, a key of a stored hash and a row of the directory are read whole
// or not at all, and no stored hash of a name that is none goes by unsaid.
func FuzzKeys(f *testing.F) {
	b := grown()
	f.Add(key(7).Row())
	f.Add(NodeKey(8, 1))
	f.Add(NodeKey(63, 1<<60))
	f.Add(bea.row())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if k, ok := KeyFromRow('r', raw); ok && !bytes.Equal(k.Row(), raw) {
			t.Fatal("a key does not come back")
		}
		if public, own, ok := SplitDirectoryRow(raw); ok && !bytes.Equal(DirectoryRow(public, own), raw) {
			t.Fatal("a row of the directory does not come back")
		}
		if len(raw) > 64 {
			return
		}
		if _, known := b.nodes[string(raw)]; known {
			return
		}
		c := *b
		c.nodes = maps.Clone(b.nodes)
		c.nodes[string(raw)] = [32]byte{}
		if c.check(c.verifier()).Sound() {
			t.Fatalf("a hash under the name %x goes by unsaid", raw)
		}
	})
}

// FuzzWitness: a head from anywhere (a note, a backup, eight words) is answered.
func FuzzWitness(f *testing.F) {
	b := grown()
	f.Add(uint64(3), make([]byte, 32))
	f.Add(uint64(1<<63), make([]byte, 32))
	f.Add(b.tail.Head.Leaves, b.tail.Head.Sum[:])
	f.Fuzz(func(t *testing.T, leaves uint64, sum []byte) {
		if len(sum) != 32 {
			return
		}
		h := Head{Leaves: leaves, Sum: [32]byte(sum)}
		kind, err := b.tail.Witness(h, b)
		own, _ := HeadAt(b, min(leaves, b.tail.Head.Leaves))
		if err == nil && kind == Consistent && leaves != 0 && own != h {
			t.Fatalf("a head that the log never had is consistent: %d", leaves)
		}
		v := b.verifier()
		v.Expect(h)
		v.Known(h)
	})
}
