package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// history writes random commits by random signers, and gives the heads on the way.
func history(t *rapid.T, b *book) []Head {
	var heads []Head
	for range rapid.IntRange(1, 20).Draw(t, "commits") {
		var acts []act
		there := maps.Clone(b.values)
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			k := key(rapid.ByteRange(1, 40).Draw(t, "key"))
			_, have := there[k]
			one := rapid.Bool().Draw(t, "one")
			switch {
			case !have && one:
				acts, there[k] = append(acts, b.putOne(OpCreate, k, fmt.Sprint(len(b.leaves)))), nil
			case !have:
				acts, there[k] = append(acts, b.put(OpCreate, k, fmt.Sprint(len(b.leaves)))), nil
			case one:
				acts = append(acts, b.putOne(OpReplace, k, fmt.Sprint(len(b.leaves))))
			case rapid.Bool().Draw(t, "delete"):
				acts = append(acts, b.delete(k))
				delete(there, k)
			default:
				acts = append(acts, b.put(OpReplace, k, fmt.Sprint(len(b.leaves))))
			}
		}
		b.do(rapid.SampledFrom([]person{ann, bea, bea, bea}).Draw(t, "who"), acts...)
		heads = append(heads, b.tail.Head)
		if rapid.Bool().Draw(t, "fold") {
			foldSome(t, b)
		}
	}
	return heads
}

// foldSome folds a stretch of the values of one tag that may be.
func foldSome(t *rapid.T, b *book) {
	page := key(rapid.ByteRange(4, 40).Draw(t, "page"))
	page.Blind[1] = 0xff
	var may []Key
	for k := range b.values {
		if b.single[k] && k.Tag == page.Tag {
			may = append(may, k)
		}
	}
	if len(may) == 0 {
		return
	}
	slices.SortFunc(may, func(x, y Key) int { return cmp.Compare(b.numberOf(x), b.numberOf(y)) })
	from := rapid.IntRange(0, len(may)-1).Draw(t, "from")
	to := rapid.IntRange(from+1, len(may)).Draw(t, "to")
	b.do(rapid.SampledFrom([]person{ann, bea}).Draw(t, "folder"), b.fold(page, may[from:to]...)...)
}

// TestR1RandomHistories is R1: random histories verify, each of their heads is a witness of them, at any size the
// tree is that of the leaves; and one random edit of them is found.
func TestR1RandomHistories(t *testing.T) {
	start := map[bool]*book{false: sample(), true: migrated()}
	rapid.Check(t, func(t *rapid.T) {
		b := start[rapid.Bool().Draw(t, "moved")].clone()
		heads := history(t, b)
		r := b.check(b.verifier())
		if !r.Sound() || r.Live != uint64(len(b.values)) || r.Head != b.tail.Head {
			t.Fatalf("a sound log: %v", r.Problems)
		}
		seen := rapid.SampledFrom(heads).Draw(t, "head")
		if got, err := b.tail.Witness(seen, b); got != Consistent || err != nil {
			t.Fatalf("its own head: %q, %v", got, err)
		}
		size := rapid.Uint64Range(1, b.tail.Head.Leaves).Draw(t, "size")
		var e edge
		for _, row := range b.leaves[:size] {
			public, _, _ := split(row)
			e.add(recordHash(public), nil)
		}
		if h, err := HeadAt(b, size); err != nil || h.Sum != e.root() {
			t.Fatalf("the head of %d leaves, %v", size, err)
		}
		seen.Sum[3] ^= 1
		if got, err := b.tail.Witness(seen, b); got != Forked || err != nil {
			t.Fatalf("another head: %q, %v", got, err)
		}
		edit(t, b)
		if r := b.check(b.verifier()); r.Sound() {
			t.Fatal("an edited log passed")
		}
	})
}

func edit(t *rapid.T, b *book) {
	leaf := rapid.IntRange(0, len(b.leaves)-1).Draw(t, "leaf")
	switch rapid.IntRange(0, 5).Draw(t, "edit") {
	case 0:
		b.leaves = slices.Delete(b.leaves, leaf, leaf+1)
	case 1:
		row := b.leaves[leaf]
		row[rapid.IntRange(0, len(row)-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
	case 2:
		b.leaves = slices.Insert(b.leaves, leaf, b.leaves[leaf])
	case 3:
		raw := b.commits[len(b.commits)-1]
		raw[rapid.IntRange(0, CommitSize-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
	case 4:
		keys := slices.SortedFunc(maps.Keys(b.values), func(x, y Key) int { return bytes.Compare(x.Row(), y.Row()) })
		delete(b.values, rapid.SampledFrom(keys).Draw(t, "value"))
	case 5: // the end is cut off, with all that belongs to it
		last, _ := ParseCommit(b.commits[len(b.commits)-1])
		b.leaves, b.commits = b.leaves[:last.Head.Leaves-1], b.commits[:len(b.commits)-1]
	}
}
