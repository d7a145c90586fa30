package ledger

import (
	"slices"
	"testing"
)

// folded is a log in which four single values were folded, and one more came after them.
func folded() *book {
	b := sample()
	for n := byte(20); n < 24; n++ {
		b.do(bea, b.putOne(OpCreate, key(n), "single"))
	}
	b.do(bea, b.putOne(OpCreate, key(13), "of another tag"))
	b.do(bea, b.fold(pageOf(20), key(20), key(21), key(22), key(23))...)
	b.do(bea, b.putOne(OpCreate, key(20), "changed since"))
	return b
}

func pageOf(n byte) Key { k := key(n); k.Blind[1] = 0xff; return k }

func TestFolds(t *testing.T) {
	b := folded()
	live := mustSound(t, b).Live
	if live != uint64(len(b.values)) {
		t.Errorf("%d values are live, and %d are there", live, len(b.values))
	}
	// A page takes more in; what was taken out of it and stands by itself again among it.
	b.do(bea, b.putOne(OpReplace, key(20), "once more"), b.putOne(OpCreate, key(21), "by itself"))
	b.do(ann, b.fold(pageOf(20), key(20), key(21))...)
	// One that was deleted, and one that was replaced by a value that is no single any more,
	// lie in the range and are not folded.
	for n := byte(20); n < 24; n++ {
		b.do(bea, b.putOne(OpCreate, key(n), "single"))
	}
	b.do(bea, b.delete(key(21)), b.put(OpReplace, key(22), "kept by itself"))
	b.do(bea, b.fold(pageOf(20), key(20), key(23))...)
	mustSound(t, b)
}

// What a fold can be made to say, by a program that checks nothing.
func TestFoldsThatLie(t *testing.T) {
	at := func(b *book, n byte) uint64 { return b.numberOf(key(n)) }
	force := func(b *book, who person, e Entry) {
		b.force(who, func(l *Leaf) { l.Op, l.Effect, l.Key, l.Digest, l.Flags = e.Op, e.Effect, e.Key, e.Digest, e.Flags })
	}
	tag := key(20).Tag
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind
	}{
		"nothing wrong": {func(b *book) {
			force(b, bea, Fold(tag, []uint64{at(b, 20), at(b, 21)}))
			delete(b.values, key(20))
			delete(b.values, key(21))
		}, nil},
		"one value hidden": {func(b *book) { // the range reaches over one that it does not name
			force(b, bea, Fold(tag, []uint64{at(b, 20), at(b, 22)}))
			delete(b.values, key(20))
			delete(b.values, key(22))
		}, []Kind{ValueOld, WrongFold}},
		"range too long": {func(b *book) {
			e := Fold(tag, []uint64{at(b, 20), at(b, 21)})
			e.Key.Blind[15] = byte(at(b, 23))
			force(b, bea, e)
			delete(b.values, key(20))
			delete(b.values, key(21))
		}, []Kind{ValueOld, WrongFold}},
		"range too short": {func(b *book) {
			e := Fold(tag, []uint64{at(b, 20), at(b, 21), at(b, 22)})
			e.Key.Blind[15] = byte(at(b, 21))
			force(b, bea, e)
			for n := byte(20); n < 23; n++ {
				delete(b.values, key(n))
			}
		}, []Kind{ValueMissing, WrongFold}},
		"range to come": {func(b *book) { force(b, bea, Fold(tag, []uint64{at(b, 20), b.tail.Head.Leaves})) }, []Kind{WrongFold}},
		"range reversed": {func(b *book) {
			force(b, bea, Fold(tag, []uint64{at(b, 22), at(b, 20)}))
		}, []Kind{WrongFold}},
		"another tag":   {func(b *book) { force(b, bea, Fold(key(13).Tag, []uint64{at(b, 20), at(b, 21)})) }, []Kind{WrongFold}},
		"another count": {func(b *book) { force(b, bea, Fold(tag, []uint64{at(b, 20), at(b, 20)})) }, []Kind{ValueOld, WrongFold}},
		"no single": {func(b *book) {
			force(b, bea, Fold(key(5).Tag, []uint64{at(b, 5)}))
			delete(b.values, key(5))
		}, []Kind{ValueMissing, WrongFold}},
		"nothing": {func(b *book) { force(b, bea, Fold(tag, nil)) }, []Kind{WrongFold}},
		"twice": {func(b *book) {
			for range 2 {
				force(b, bea, Fold(tag, []uint64{at(b, 20)}))
			}
			delete(b.values, key(20))
		}, []Kind{WrongFold}},
		"in the place of a value": {func(b *book) {
			b.force(bea, func(l *Leaf) {
				e := Fold(tag, []uint64{at(b, 20)})
				l.Op, l.Effect, l.Key, l.Digest, l.Before = e.Op, e.Effect, e.Key, e.Digest, at(b, 20)+1
			})
		}, []Kind{WrongFold}},
		"a note": {func(b *book) { b.force(bea, func(l *Leaf) { l.Op = OpFold }) }, []Kind{Impossible}},
		"put back": {func(b *book) {
			was := slices.Clone(b.values[key(20)])
			b.do(bea, b.fold(pageOf(20), key(20))...)
			b.values[key(20)] = was
		}, []Kind{ValueOld}},
		"changed after": {func(b *book) { // as if it still stood by itself
			was := at(b, 20)
			b.do(bea, b.fold(pageOf(20), key(20))...)
			b.force(bea, b.leafPut(OpReplace, key(20), func(*book, Key) uint64 { return was + 1 }))
		}, []Kind{WrongBefore}},
		"by who may not": {func(b *book) {
			b.do(ann, is(SetRoles(bea.id, 0)))
			b.do(bea, b.fold(pageOf(20), key(20))...)
		}, []Kind{NotAllowed}},
		"in the workspace's own": {func(b *book) {
			own := ownRecord(bea)
			b.do(bea, b.putOne(OpReplace, own, "bea"))
			force(b, bea, Fold(rootTag, []uint64{b.numberOf(own)}))
			delete(b.values, own)
		}, []Kind{NotAllowed}},
		"flag on a note": {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = FlagTail }) }, []Kind{Impossible}},
		"flag on a keyslot": {func(b *book) {
			b.force(bea, b.leafPut(OpRepassphrase, slotOf(bea), nil), func(l *Leaf) { l.Flags = FlagTail })
		}, []Kind{Impossible}},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			for n := byte(20); n < 24; n++ {
				b.do(bea, b.putOne(OpCreate, key(n), "single"))
			}
			b.do(bea, b.putOne(OpCreate, key(13), "of another tag"))
			c.do(b)
			if got := kinds(b.check(b.verifier())); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

// A leaf that no verifier would accept is not written.
func TestFoldsThatAreRefused(t *testing.T) {
	b := folded()
	batch := b.tail.Begin(bea.id, b.now)
	note := Entry{Op: OpOpen, Flags: FlagTail}
	before := Fold(key(20).Tag, []uint64{3})
	before.Before = 4
	for name, e := range map[string]Entry{
		"to come": Fold(key(20).Tag, []uint64{3, batch.Next()}), "reversed": Fold(key(20).Tag, []uint64{4, 3}),
		"a flag on a note": note, "in the place of a value": before,
		"a flag in another bucket": {Op: OpCreate, Effect: Put, Key: Key{Bucket: 'a'}, Flags: FlagTail},
	} {
		if _, _, err := batch.Add(e); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

// What waits to be folded is kept in proportion to what is live.
func TestTailsAreBounded(t *testing.T) {
	b := sample()
	b.do(bea, b.putOne(OpCreate, key(20), "first"))
	for range 2000 {
		b.do(bea, b.putOne(OpReplace, key(20), "again"))
	}
	v := b.verifier()
	if r := b.check(v); !r.Sound() {
		t.Fatal(r.Problems)
	}
	if n := cap(v.tails[key(20).Tag]); n > 8 {
		t.Errorf("room for %d leaves is kept for one value", n)
	}
}
