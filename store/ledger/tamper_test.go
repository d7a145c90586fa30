package ledger

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// T5: the log is cut, reordered, added to, signed by strangers. One kind of tampering a row,
// with what must be said of it. Nobody's key is used but the tamperer's own. What a member can
// sign, without the role for it, is in TestMembersCannotBendTheLog; every bit of every row in
// TestEveryFlippedBitIsFound.
func TestTampering(t *testing.T) {
	ways, found := 0, 0
	eve := newPerson(9)
	cut := func(list [][]byte, at int) [][]byte { return slices.Delete(slices.Clone(list), at, at+1) }
	last := len(sample().leaves) - 1
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind // each must be among the problems
	}{
		"nothing at all":         {func(b *book) { b.leaves, b.commits = nil, nil }, []Kind{Empty, ValueExtra}},
		"another log":            {func(b *book) { b.ws[0] ^= 1 }, []Kind{WrongLog}},
		"leaf left out":          {func(b *book) { b.leaves[5] = nil }, []Kind{LeafMissing}},
		"leaf cut out":           {func(b *book) { b.leaves = cut(b.leaves, 5) }, []Kind{CommitHead}},
		"last leaf cut off":      {func(b *book) { b.leaves = b.leaves[:last] }, []Kind{CommitHead, CommitEmpty}},
		"leaf inserted":          {func(b *book) { b.leaves = slices.Insert(b.leaves, 6, b.leaves[6]) }, []Kind{CommitHead}},
		"leaf appended":          {appendLeaf, []Kind{Uncommitted}},
		"leaves swapped":         {func(b *book) { b.leaves[9], b.leaves[10] = b.leaves[10], b.leaves[9] }, []Kind{CommitHead}},
		"leaf of a later kind":   {func(b *book) { b.leaves[6][1] = 200 }, []Kind{LeafDamaged}},
		"leaf of a later format": {func(b *book) { b.leaves[6][0] = 2 }, []Kind{LeafDamaged}},
		"leaf of an older one":   {func(b *book) { b.leaves[6] = append(b.leaves[6], make([]byte, 60)...); b.leaves[6][0] = 0 }, []Kind{WrongFormat}},
		"leaf cut short":         {func(b *book) { b.leaves[6] = b.leaves[6][:40] }, []Kind{LeafDamaged}},
		"leaf emptied":           {func(b *book) { b.leaves[6] = []byte{} }, []Kind{LeafDamaged}},
		"leaf's time changed":    {func(b *book) { b.leaves[6][19]++ }, []Kind{CommitHead}},
		"leaf's commit changed":  {func(b *book) { b.leaves[6][11] = 9 }, []Kind{LeafOrder, CommitHead}},
		"last leaf's actor":      {func(b *book) { b.leaves[last][24]++ }, []Kind{CommitHead, OtherActor}},
		"another's leaf as own":  {func(b *book) { copy(b.leaves[10][24:32], ann.id[:]) }, []Kind{OtherActor}},
		"detail changed":         {func(b *book) { b.leaves[8] = append(b.leaves[8], '!') }, []Kind{DetailChanged}},
		"detail planted":         {func(b *book) { b.leaves[1] = append(b.leaves[1], '!') }, []Kind{DetailChanged}},
		"detail removed":         {func(b *book) { b.leaves[8] = b.leaves[8][:LeafSize] }, []Kind{DetailMissing}},
		"commit left out":        {func(b *book) { b.commits[3] = nil }, []Kind{CommitMissing}},
		"last commit cut off":    {func(b *book) { b.commits = b.commits[:6] }, []Kind{Uncommitted}},
		"last run cut off":       {func(b *book) { b.leaves = b.leaves[:last-1] }, []Kind{CommitHead, CommitEmpty}},
		"commits swapped":        {func(b *book) { b.commits[3], b.commits[4] = b.commits[4], b.commits[3] }, []Kind{CommitDamaged}},
		"commit moved":           {func(b *book) { b.commits[0], b.commits[1] = b.commits[1], nil }, []Kind{CommitDamaged}},
		"commit cut short":       {func(b *book) { b.commits[3] = b.commits[3][:50] }, []Kind{CommitDamaged}},
		"commit repeated at end": {func(b *book) { b.commits = append(b.commits, b.commits[6]) }, []Kind{CommitDamaged}},
		"commit of more": {func(b *book) { // the right root, and another count of leaves
			c, _ := ParseCommit(b.commits[6])
			c.Head.Leaves++
			copy(c.Signature[:], ann.sign(c.Message()))
			b.commits[6] = c.Encode()
		}, []Kind{CommitHead}},
		"commit of nothing":     {func(b *book) { b.commits = append(b.commits, b.batchOfNothing()) }, []Kind{CommitEmpty}},
		"signature changed":     {func(b *book) { b.commits[3][CommitSize-1] ^= 1 }, []Kind{BadSignature}},
		"re-signed by another":  {func(b *book) { resign(b, 3, ann) }, []Kind{OtherActor}},
		"re-signed by stranger": {func(b *book) { resign(b, 3, eve) }, []Kind{OtherActor, UnknownSigner}},
		"stranger enrols himself": {func(b *book) {
			b.members = append(b.members, eve.member())
			b.do(eve, is(Enrol(eve.id, eve.row(), mayAll)))
		}, []Kind{UnknownSigner}},
		"stranger writes":       {func(b *book) { b.do(eve, b.put(OpCreate, key(9), "nine")) }, []Kind{UnknownSigner}},
		"key exchanged":         {func(b *book) { m := eve.member(); m.ID = bea.id; b.members[1] = m }, []Kind{MemberChanged, BadSignature, UnknownSigner}},
		"key removed":           {func(b *book) { b.members = b.members[:1] }, []Kind{MemberMissing, UnknownSigner}},
		"key planted":           {func(b *book) { b.members = append(b.members, eve.member()) }, []Kind{MemberExtra}},
		"record of a key":       {func(b *book) { b.members[1].Row = DirectoryRow(bea.public(), ann.own) }, []Kind{MemberChanged}},
		"value removed":         {func(b *book) { delete(b.values, key(1)) }, []Kind{ValueMissing}},
		"value planted":         {func(b *book) { b.values[key(8)] = make([]byte, 9) }, []Kind{ValueExtra}},
		"value changed":         {func(b *book) { b.values[key(1)][9] ^= 1 }, []Kind{ValueChanged}},
		"value's number":        {func(b *book) { b.values[key(1)][7]++ }, []Kind{ValueChanged}},
		"value without number":  {func(b *book) { b.values[key(1)] = make([]byte, 8) }, []Kind{ValueChanged}},
		"value's number beyond": {func(b *book) { b.values[key(1)] = u64s(math.MaxUint64) }, []Kind{ValueChanged}},
		"older value put back":  {func(b *book) { b.values[key(1)] = append(u64s(9), "one"...) }, []Kind{ValueOld}},
		"keyslot removed":       {func(b *book) { delete(b.values, slotOf(bea).name()) }, []Kind{ValueMissing}},
		"keyslot changed":       {func(b *book) { b.values[slotOf(bea).name()][9] ^= 1 }, []Kind{ValueChanged}},
		"keyslot planted":       {func(b *book) { b.values[slotOf(eve).name()] = u64s(1) }, []Kind{ValueExtra}},
		"keyslots swapped": {func(b *book) {
			x, y := slotOf(ann).name(), slotOf(bea).name()
			b.values[x], b.values[y] = b.values[y], b.values[x]
		}, []Kind{ValueChanged}},
		"values swapped": {func(b *book) {
			b.values[key(1)], b.values[key(2)] = b.values[key(2)], b.values[key(1)]
		}, []Kind{ValueMoved}},
		"deleted value put back": {func(b *book) {
			b.values[key(2)] = append(u64s(10), "two"...)
		}, []Kind{ValueOld}},
		"value in another bucket": {func(b *book) {
			k := key(1)
			k.Bucket = 'a'
			b.values[k] = b.values[key(1)]
			delete(b.values, key(1))
		}, []Kind{ValueMissing, ValueMoved}},
		"hash planted":       {func(b *book) { b.nodes[string(NodeKey(8, 0))] = [32]byte{} }, []Kind{TreeExtra}},
		"hash of low level":  {func(b *book) { b.nodes[string(NodeKey(1, 0))] = [32]byte{} }, []Kind{TreeExtra}},
		"hash without a key": {func(b *book) { b.nodes["x"] = [32]byte{} }, []Kind{TreeExtra}},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			c.do(b)
			got := kinds(b.check(b.verifier()))
			ways++
			if len(got) > 0 {
				found++
			}
			for _, w := range c.want {
				if !slices.Contains(got, w) {
					t.Errorf("found %v, want %v among them", got, w)
				}
			}
		})
	}
	t.Logf("T5: %d ways to tamper with a log, %d found", ways, found)
}

// T5: every single leaf of a log is left out, cut out, doubled, put in the place of the next,
// and signed anew by a stranger and by a member without the role: each is found.
func TestEveryLeafMatters(t *testing.T) {
	eve := newPerson(9)
	ways, found := 0, 0
	try := func(what string, n int, do func(b *book)) {
		b := sample()
		do(b)
		ways++
		if b.check(b.verifier()).Sound() {
			t.Errorf("leaf %d %s: not found", n, what)
		} else {
			found++
		}
	}
	for n := range sample().leaves {
		try("left out", n, func(b *book) { b.leaves[n] = nil })
		try("cut out", n, func(b *book) { b.leaves = slices.Delete(b.leaves, n, n+1) })
		try("doubled", n, func(b *book) { b.leaves = slices.Insert(b.leaves, n, b.leaves[n]) })
		try("and all after it cut off", n, func(b *book) { b.leaves = b.leaves[:n] })
		if n > 0 {
			try("before the one before it", n, func(b *book) { b.leaves[n-1], b.leaves[n] = b.leaves[n], b.leaves[n-1] })
		}
		for _, who := range []person{eve, bea} {
			if who.id == bea.id && n == len(sample().leaves)-1 {
				continue // the last act of all she may have done herself: only who saw the other head can tell
			}
			try("given to another, and all signed anew", n, func(b *book) { rewritten(b, n, who) })
		}
	}
	for n, raw := range sample().commits {
		if raw == nil {
			continue
		}
		try("of a commit that was left out", n, func(b *book) { b.commits[n] = nil })
		try("of a commit signed by a stranger", n, func(b *book) { resign(b, n, eve) })
	}
	t.Logf("T5: %d cuts, exchanges, additions and foreign signatures, at every leaf and commit: %d found", ways, found)
}

// rewritten gives a leaf to somebody else and makes the last commit fit the new tree, signed
// by them: the tamperer has no key of the others.
func rewritten(b *book, n int, who person) {
	copy(b.leaves[n][24:32], who.id[:])
	var e edge
	for _, row := range b.leaves {
		e.add(recordHash(row[:LeafSize]), nil)
	}
	last := len(b.commits) - 1
	c, _ := ParseCommit(b.commits[last])
	c.Head.Sum, c.Signer = e.root(), who.id
	copy(c.Signature[:], who.sign(c.Message()))
	b.commits[last] = c.Encode()
}

func appendLeaf(b *book) {
	_, row, err := b.tail.Begin(ann.id, b.now).Add(Entry{Op: OpOpen, Key: key(1)})
	if err != nil {
		panic(err)
	}
	b.leaves = append(b.leaves, row)
}

func (b *book) batchOfNothing() []byte {
	c := Commit{Version: 1, No: b.tail.Commits + 1, Head: b.tail.Head, Signer: ann.id}
	copy(c.Signature[:], ann.sign(c.Message()))
	return c.Encode()
}

func resign(b *book, at int, by person) {
	c, _ := ParseCommit(b.commits[at])
	c.Signer = by.id
	copy(c.Signature[:], by.sign(c.Message()))
	b.commits[at] = c.Encode()
}

// What is wrong in a log that has stored hashes is found there, and said once.
func TestTamperingWithTheTree(t *testing.T) {
	base := grown()
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Problem
	}{
		"hash changed":          {func(b *book) { b.nodes[string(NodeKey(8, 1))] = [32]byte{} }, []Problem{{Kind: TreeChanged, Leaf: 256, Count: 256}}},
		"hash removed":          {func(b *book) { delete(b.nodes, string(NodeKey(8, 1))) }, []Problem{{Kind: TreeMissing, Leaf: 256, Count: 256}}},
		"upper hash changed":    {func(b *book) { b.nodes[string(NodeKey(9, 1))] = [32]byte{} }, []Problem{{Kind: TreeChanged, Leaf: 512, Count: 512}}},
		"topmost changed":       {func(b *book) { b.nodes[string(NodeKey(10, 0))] = [32]byte{} }, []Problem{{Kind: TreeChanged, Count: 1024}}},
		"hash beyond the end":   {func(b *book) { b.nodes[string(NodeKey(8, 9))] = [32]byte{} }, []Problem{{Kind: TreeExtra}}},
		"leaf and its own hash": {alterWithHash, []Problem{{Kind: CommitHead}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := base.clone()
			c.do(b)
			r := b.check(b.verifier())
			if len(r.Problems) == 0 || r.Problems[0].Kind != c.want[0].Kind || c.want[0].Kind != CommitHead && r.Problems[0] != c.want[0] {
				t.Errorf("found %+v, want %+v", r.Problems, c.want)
			}
			if name != "leaf and its own hash" && len(r.Problems) != 1 {
				t.Errorf("found %d problems: %+v", len(r.Problems), r.Problems)
			}
		})
	}
}

// alterWithHash changes a leaf's time and makes the stored hashes fit.
func alterWithHash(b *book) {
	b.leaves[300][19] ^= 1
	var e edge
	for _, row := range b.leaves {
		e.add(recordHash(row[:LeafSize]), func(n Node) { b.nodes[string(n.Key())] = n.Hash })
	}
}

// In a long run a leaf that was altered is narrowed down by the stored hashes, once.
func TestAlteredLeafIsNarrowedDown(t *testing.T) {
	b := sample()
	for range 1200 {
		b.do(ann, is(Entry{Op: OpOpen, Key: key(1)}))
	}
	b.leaves[300][19] ^= 1
	r := b.check(b.verifier())
	if len(r.Problems) != 2 || r.Problems[0] != (Problem{Kind: TreeChanged, Leaf: 256, Count: 256}) || r.Problems[1].Kind != CommitHead {
		t.Errorf("found %+v", r.Problems)
	}
}

// A row under a number out of all bounds must not make the program reserve memory for it.
func TestRowsOutOfBounds(t *testing.T) {
	b := sample()
	v := b.verifier()
	v.Run(func(yield func(uint64, []byte) bool) {
		for no, row := range b.leaves {
			at := uint64(no)
			if no > 7 {
				at += 1 << 45
			}
			if !yield(at, row) {
				return
			}
		}
	}, numbered(b.commits, 1))
	if len(v.live.words) > 100 {
		t.Errorf("%d words", len(v.live.words))
	}
	if got := kinds(v.Finish()); !slices.Contains(got, LeafMissing) {
		t.Errorf("found %v", got)
	}
}

// Problems are bounded: a ruined file must not fill the memory with them.
func TestProblemsAreBounded(t *testing.T) {
	b := grown()
	clear(b.values)
	r := b.check(b.verifier())
	if len(r.Problems) != maxProblems || r.More != r.Live-maxProblems {
		t.Errorf("%d problems and %d more, of %d values", len(r.Problems), r.More, r.Live)
	}
}

// TestR2EveryBit is R2: any one bit of any leaf, detail, commit, value or member's row changes the verdict, and few
// things are said of it.
func TestR2EveryBit(t *testing.T) {
	for name, fresh := range map[string]*book{"new": sample(), "moved": migrated()} {
		step := 1
		if name == "moved" || testing.Short() {
			step = 53
		}
		bits := 0
		flip := func(what string, raw []byte) {
			for bit := 0; bit < len(raw)*8; bit += step {
				bits++
				raw[bit/8] ^= 1 << (bit % 8)
				if r := fresh.check(fresh.verifier()); r.Sound() {
					t.Fatalf("bit %d of %s, %s: not found", bit, what, name)
				} else if len(r.Problems) > 12 {
					t.Fatalf("bit %d of %s, %s: %d problems for one bit: %v", bit, what, name, len(r.Problems), kinds(r))
				}
				raw[bit/8] ^= 1 << (bit % 8)
			}
		}
		for n, raw := range fresh.leaves {
			flip(fmt.Sprintf("leaf %d", n), raw)
		}
		for n, raw := range fresh.commits {
			flip(fmt.Sprintf("commit %d", n+1), raw)
		}
		for k, raw := range fresh.values {
			if k.Bucket != SlotBucket {
				flip("value "+k.String(), raw)
			}
		}
		for n, m := range fresh.members {
			flip(fmt.Sprintf("row of member %d", n), m.Row)
		}
		t.Logf("a ledger of %d leaves, %s: bits flipped: %d, found: all", len(fresh.leaves), name, bits)
	}
}
