package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// One kind of tampering a row, with what must be said of it. Nobody's key is used
// but the tamperer's own.
func TestTampering(t *testing.T) {
	eve := newPerson(9)
	cut := func(list [][]byte, at int) [][]byte { return slices.Delete(slices.Clone(list), at, at+1) }
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind // each must be among the problems
	}{
		"nothing at all":         {func(b *book) { b.leaves, b.commits = nil, nil }, []Kind{Empty, ValueExtra}},
		"another log":            {func(b *book) { b.ws[0] ^= 1 }, []Kind{WrongLog}},
		"leaf left out":          {func(b *book) { b.leaves[5] = nil }, []Kind{LeafMissing}},
		"leaf cut out":           {func(b *book) { b.leaves = cut(b.leaves, 5) }, []Kind{LeafOrder, ChainBroken}},
		"last leaf cut off":      {func(b *book) { b.leaves = b.leaves[:len(b.leaves)-1] }, []Kind{CommitHead, CommitEmpty}},
		"leaf inserted":          {func(b *book) { b.leaves = slices.Insert(b.leaves, 4, b.leaves[4]) }, []Kind{LeafOrder, ChainBroken}},
		"leaf appended":          {func(b *book) { appendLeaf(b) }, []Kind{Uncommitted}},
		"leaves swapped":         {func(b *book) { b.leaves[4], b.leaves[5] = b.leaves[5], b.leaves[4] }, []Kind{LeafOrder, ChainBroken}},
		"leaf of a later kind":   {func(b *book) { b.leaves[4][1] = 200 }, []Kind{LeafDamaged}},
		"leaf cut short":         {func(b *book) { b.leaves[4] = b.leaves[4][:40] }, []Kind{LeafDamaged}},
		"leaf's time changed":    {func(b *book) { b.leaves[4][27]++ }, []Kind{ChainBroken}},
		"last leaf's actor":      {func(b *book) { b.leaves[len(b.leaves)-1][32]-- }, []Kind{CommitHead, OtherActor}},
		"detail changed":         {func(b *book) { b.leaves[4] = append(b.leaves[4], '!') }, []Kind{DetailChanged}},
		"detail planted":         {func(b *book) { b.leaves[1] = append(b.leaves[1], '!') }, []Kind{DetailChanged}},
		"detail removed":         {func(b *book) { b.leaves[4] = b.leaves[4][:LeafSize] }, []Kind{DetailMissing}},
		"commit left out":        {func(b *book) { b.commits[3] = nil }, []Kind{CommitMissing}},
		"last commit cut off":    {func(b *book) { b.commits = b.commits[:6] }, []Kind{Uncommitted}},
		"commits swapped":        {func(b *book) { b.commits[3], b.commits[4] = b.commits[4], b.commits[3] }, []Kind{CommitDamaged}},
		"commit cut short":       {func(b *book) { b.commits[3] = b.commits[3][:50] }, []Kind{CommitDamaged}},
		"commit repeated at end": {func(b *book) { b.commits = append(b.commits, b.commits[6]) }, []Kind{CommitDamaged}},
		"signature changed":      {func(b *book) { b.commits[3][CommitSize-1] ^= 1 }, []Kind{BadSignature}},
		"re-signed by another":   {func(b *book) { resign(b, 3, ann) }, []Kind{OtherActor}},
		"re-signed by stranger":  {func(b *book) { resign(b, 3, eve) }, []Kind{OtherActor, UnknownSigner}},
		"stranger enrols himself": {func(b *book) {
			b.members = append(b.members, eve.member())
			b.do(eve, Enrol(eve.id, eve.row(), 1))
		}, []Kind{UnknownSigner}},
		"stranger writes":          {func(b *book) { b.do(eve, b.put(OpCreate, key(9), "nine")) }, []Kind{UnknownSigner}},
		"key exchanged":            {func(b *book) { m := eve.member(); m.ID = bea.id; b.members[1] = m }, []Kind{MemberChanged, BadSignature, UnknownSigner}},
		"key removed":              {func(b *book) { b.members = b.members[:1] }, []Kind{MemberMissing, UnknownSigner}},
		"key planted":              {func(b *book) { b.members = append(b.members, eve.member()) }, []Kind{MemberExtra}},
		"value removed":            {func(b *book) { delete(b.values, key(1)) }, []Kind{ValueMissing}},
		"value planted":            {func(b *book) { b.values[key(8)] = make([]byte, 9) }, []Kind{ValueExtra}},
		"value changed":            {func(b *book) { b.values[key(1)][9] ^= 1 }, []Kind{ValueChanged}},
		"value's revision changed": {func(b *book) { b.values[key(1)][7]++ }, []Kind{ValueChanged}},
		"older value put back":     {func(b *book) { b.values[key(1)] = append(u64s(1), "one"...) }, []Kind{ValueOld}},
		"values swapped": {func(b *book) {
			b.values[key(1)], b.values[key(2)] = b.values[key(2)], b.values[key(1)]
		}, []Kind{ValueChanged}},
		"value in another bucket": {func(b *book) {
			k := key(1)
			k.Bucket = 'a'
			b.values[k] = b.values[key(1)]
			delete(b.values, key(1))
		}, []Kind{ValueMissing, ValueExtra}},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			c.do(b)
			got := kinds(b.check(b.verifier()))
			for _, w := range c.want {
				if !slices.Contains(got, w) {
					t.Errorf("found %v, want %v among them", got, w)
				}
			}
		})
	}
}

func u64s(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func appendLeaf(b *book) {
	_, row, err := b.tail.Begin(ann.id, b.now).Add(Entry{Op: OpOpen, Key: key(1)})
	if err != nil {
		panic(err)
	}
	b.leaves = append(b.leaves, row)
}

func resign(b *book, at int, by person) {
	c, _ := ParseCommit(b.commits[at])
	c.Signer = by.id
	copy(c.Signature[:], by.sign(c.Message()))
	b.commits[at] = c.Encode()
}

// What the rules of the log forbid is found even when a member signs it properly.
func TestMembersCannotBendTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(b *book)
		want Kind
	}{
		"created twice":       {func(b *book) { b.do(bea, b.put(OpCreate, key(1), "once more")) }, Impossible},
		"changed what is not": {func(b *book) { b.do(bea, b.put(OpReplace, key(7), "seven")) }, Impossible},
		"deleted what is not": {func(b *book) { b.do(bea, b.delete(key(7))) }, Impossible},
		"enrolled twice":      {func(b *book) { b.do(ann, Enrol(bea.id, bea.row(), 1)) }, Impossible},
		"revision back":       {func(b *book) { b.rev[key(1)] = 0; b.do(bea, b.put(OpReplace, key(1), "one")) }, StepBack},
		"revision back after deletion": {func(b *book) {
			b.do(bea, b.delete(key(1)))
			b.rev[key(1)] = 0
			b.do(bea, b.put(OpCreate, key(1), "one"))
		}, StepBack},
		"retired key": {func(b *book) {
			b.do(ann, Retire(bea.id))
			b.do(bea, b.put(OpCreate, key(9), "nine"))
		}, UnknownSigner},
		"act not allowed":   {func(b *book) { b.do(bea, Entry{Op: OpDispose, Key: key(1)}) }, NotAllowed},
		"role taken away":   {func(b *book) { b.do(ann, SetRoles(bea.id, 0)); b.do(bea, b.put(OpCreate, key(9), "nine")) }, NotAllowed},
		"directory misused": {func(b *book) { b.do(ann, Entry{Op: OpReplace, Effect: Put, Key: DirectoryKey(bea.id)}) }, Impossible},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			c.do(b)
			v := b.verifier()
			v.Permit(func(roles uint8, l Leaf) bool { return roles == 1 || roles == 2 && l.Op != OpDispose })
			if r := b.check(v); !slices.Equal(kinds(r), []Kind{c.want}) || len(r.Problems) != 1 {
				t.Errorf("found %+v, want one %v", r.Problems, c.want)
			}
		})
	}
	b := sample()
	b.do(bea, Retire(bea.id), b.put(OpCreate, key(9), "nine")) // the commit that retires a key may be signed by it
	if r := b.check(b.verifier()); !r.Sound() {
		t.Errorf("%+v", r.Problems)
	}
}

func TestWitnesses(t *testing.T) {
	b := sample()
	early := Head{Leaves: 3, Sum: hashLeaf(b.leaves[2][:LeafSize])}
	for name, c := range map[string]struct {
		seen Head
		want []Kind
	}{
		"an earlier head":  {early, nil},
		"this head":        {b.tail.Head, nil},
		"no head":          {Head{}, nil},
		"a longer log":     {Head{Leaves: 99, Sum: early.Sum}, []Kind{RolledBack}},
		"another history":  {Head{Leaves: 3, Sum: b.tail.Head.Sum}, []Kind{Forked}},
		"another last one": {Head{Leaves: b.tail.Head.Leaves}, []Kind{Forked}},
	} {
		v := b.verifier()
		v.Expect(c.seen)
		if got := kinds(b.check(v)); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

func TestDetailsOfADisposedCompartmentMayGo(t *testing.T) {
	b := sample()
	b.do(ann, b.delete(key(1)), b.delete(key(2)), Entry{Op: OpDispose, Key: key(1)})
	for n, row := range b.leaves {
		if l, _, _ := ParseRow(row); l.Key.Tag == key(1).Tag {
			b.leaves[n] = row[:LeafSize]
		}
	}
	if r := b.check(b.verifier()); !r.Sound() {
		t.Errorf("%+v", r.Problems)
	}
}

func TestClockGoingBackIsFlagged(t *testing.T) {
	b := sample()
	b.now = b.now.Add(-time.Hour)
	b.do(ann, Entry{Op: OpOpen, Key: key(1)})
	b.do(ann, Entry{Op: OpOpen, Key: key(1)}) // a minute on from there: not back again
	r := b.check(b.verifier())
	if !r.Sound() || r.ClockBack != 1 {
		t.Errorf("%d flags, %v", r.ClockBack, r.Problems)
	}
}

// Any one bit of any leaf, detail, commit or value changes the verdict.
func TestEveryFlippedBitIsFound(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 11
	}
	fresh := sample()
	flip := func(what string, raw []byte) {
		for bit := 0; bit < len(raw)*8; bit += step {
			raw[bit/8] ^= 1 << (bit % 8)
			if r := fresh.check(fresh.verifier()); r.Sound() {
				t.Fatalf("bit %d of %s: not found", bit, what)
			} else if len(r.Problems) > 12 {
				t.Fatalf("bit %d of %s: %d problems for one bit: %v", bit, what, len(r.Problems), r.Problems)
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
		flip("value "+k.String(), raw)
	}
}

// Random histories verify, and one random edit of them does not.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := begun()
		for range rapid.IntRange(1, 15).Draw(t, "commits") {
			var acts []Entry
			for range rapid.IntRange(1, 5).Draw(t, "acts") {
				k := key(rapid.ByteRange(1, 12).Draw(t, "key"))
				_, there := b.values[k]
				switch {
				case !there:
					acts = append(acts, b.put(OpCreate, k, fmt.Sprint(b.rev[k])))
				case rapid.Bool().Draw(t, "delete"):
					acts = append(acts, b.delete(k))
				default:
					acts = append(acts, b.put(OpReplace, k, fmt.Sprint(b.rev[k])))
				}
			}
			b.do(ann, acts...)
		}
		if r := b.check(b.verifier()); !r.Sound() || r.Live != uint64(len(b.values)) {
			t.Fatalf("a sound log: %v", r.Problems)
		}
		edit(t, b)
		if r := b.check(b.verifier()); r.Sound() {
			t.Fatal("an edited log passed")
		}
	})
}

func edit(t *rapid.T, b *book) {
	leaf := rapid.IntRange(0, len(b.leaves)-1).Draw(t, "leaf")
	switch rapid.IntRange(0, 4).Draw(t, "edit") {
	case 0:
		b.leaves = slices.Delete(b.leaves, leaf, leaf+1)
	case 1:
		b.leaves[leaf][rapid.IntRange(0, LeafSize-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
	case 2:
		b.leaves = slices.Insert(b.leaves, leaf, b.leaves[leaf])
	case 3:
		n := rapid.IntRange(0, len(b.commits)-1).Draw(t, "commit")
		b.commits[n][rapid.IntRange(0, CommitSize-1).Draw(t, "byte")] ^= rapid.ByteRange(1, 255).Draw(t, "by")
	case 4:
		keys := slices.SortedFunc(maps.Keys(b.values), func(x, y Key) int { return bytes.Compare(x.Row(), y.Row()) })
		if len(keys) == 0 {
			b.values[key(99)] = u64s(1)
			return
		}
		delete(b.values, rapid.SampledFrom(keys).Draw(t, "value"))
	}
}
