package ledger

import (
	"slices"
	"testing"
)

// T5: what the rules of the log forbid is found even when a member signs it properly.
func TestMembersCannotBendTheLog(t *testing.T) {
	cat := newPerson(3)
	there := func(b *book, k Key) uint64 { // as the leaf that wrote the value is named
		return b.batch.Before(b.numberOf(k))
	}
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind
	}{
		"created over":        {func(b *book) { b.force(bea, b.leafPut(OpCreate, key(1), there)) }, []Kind{Impossible}},
		"created beside":      {func(b *book) { b.force(bea, b.leafPut(OpCreate, key(1), nil)) }, []Kind{ValueMissing}},
		"written beside":      {func(b *book) { b.force(bea, b.leafPut(OpUndo, key(1), nil)) }, []Kind{ValueMissing}},
		"changed what is not": {func(b *book) { b.force(bea, b.leafPut(OpReplace, key(7), nil)) }, []Kind{Impossible}},
		"deleted what is not": {func(b *book) { b.force(bea, func(l *Leaf) { l.Op, l.Effect, l.Key = OpDelete, Delete, key(7) }) }, []Kind{Impossible}},
		"over another's state": {func(b *book) {
			b.force(bea, b.leafPut(OpReplace, key(1), func(b *book, _ Key) uint64 { return there(b, key(5)) }))
		}, []Kind{WrongBefore, ValueMissing}},
		"over an older state": {func(b *book) { b.force(bea, b.leafPut(OpReplace, key(1), func(*book, Key) uint64 { return 10 })) }, []Kind{WrongBefore, ValueMissing}},
		"over the future":     {func(b *book) { b.force(bea, b.leafPut(OpReplace, key(1), func(*book, Key) uint64 { return 99 })) }, []Kind{WrongBefore, ValueMissing}},
		"over itself": {func(b *book) {
			b.force(bea, b.leafPut(OpUndo, key(7), func(b *book, _ Key) uint64 { return b.batch.Next() + 1 }))
		}, []Kind{WrongBefore}},
		"over format 0":       {func(b *book) { b.force(bea, b.leafPut(OpUndo, key(7), func(*book, Key) uint64 { return FromFormat0 })) }, []Kind{WrongBefore}},
		"a note over a state": {func(b *book) { b.force(bea, func(l *Leaf) { l.Before = 9 }) }, []Kind{WrongBefore}},
		"a keyslot over": {func(b *book) {
			b.force(ann, b.leafPut(OpRepassphrase, slotOf(ann), func(*book, Key) uint64 { return 4 }))
		}, []Kind{WrongBefore}},
		"format again":   {func(b *book) { b.force(ann, func(l *Leaf) { l.Op = OpFormat }) }, []Kind{Impossible}},
		"enrolled twice": {func(b *book) { b.do(ann, is(Enrol(bea.id, bea.row(), mayAll))) }, []Kind{Impossible}},
		"enrolled with no role": {func(b *book) {
			b.members = append(b.members, cat.member())
			e := Enrol(cat.id, cat.row(), 0)
			b.force(ann, func(l *Leaf) { l.Op, l.Key, l.Digest = e.Op, e.Key, e.Digest })
		}, []Kind{Impossible, MemberExtra}},
		"role of nobody":       {func(b *book) { b.members = append(b.members, cat.member()); b.do(ann, is(SetRoles(cat.id, 1))) }, []Kind{Impossible, MemberExtra}},
		"second key for epoch": {func(b *book) { b.do(ann, is(Epoch(rootTag, 1, [32]byte{9}))) }, []Kind{EpochTwice}},
		"epoch left out":       {func(b *book) { b.do(bea, is(Epoch(rootTag, 3, [32]byte{9}))) }, []Kind{Impossible}},
		"epoch without a copy": {func(b *book) { b.do(bea, is(Epoch(rootTag, 2, [32]byte{9}))) }, []Kind{WrongWrap}},
		"copy of another":      {func(b *book) { b.do(bea, b.put(OpMove, wrapKey(rootTag, 1), "junk")) }, []Kind{WrongWrap}},
		"copy replaced":        {func(b *book) { b.do(bea, b.put(OpReplace, wrapKey(rootTag, 1), "junk")) }, []Kind{WrongWrap}},
		"copy added":           {func(b *book) { b.do(bea, b.wrapped(rootTag, 7)) }, []Kind{WrongWrap}},
		"copy taken away":      {func(b *book) { b.do(bea, b.unwrapped(OpMove, rootTag, 1)) }, []Kind{WrongWrap}},
		"copy made up for":     {func(b *book) { b.do(ann, b.put(OpRestore, wrapKey(key(1).Tag, 1), "junk")) }, []Kind{WrongWrap}},
		"epoch said again": {func(b *book) {
			b.do(bea, is(Epoch(rootTag, 1, Digest([]byte("kcv")))), b.unwrapped(OpMove, rootTag, 1), b.wrapped(rootTag, 1))
		}, []Kind{EpochTwice, WrongWrap}},
		"copy taken away later": {func(b *book) { // in the run of who began the epoch, and after it
			b.do(bea, is(Epoch(rootTag, 2, [32]byte{9})), b.unwrapped(OpMove, rootTag, 1), b.wrapped(rootTag, 2))
			b.do(bea, b.unwrapped(OpMove, rootTag, 2), b.wrapped(rootTag, 2))
		}, []Kind{WrongWrap}},
		"epoch with a value": {func(b *book) { b.force(bea, b.leafPut(OpEpoch, key(7), nil)) }, []Kind{Impossible}},
		"directory misused": {func(b *book) {
			b.force(ann, func(l *Leaf) { l.Op, l.Key = OpReplace, DirectoryKey(bea.id) })
		}, []Kind{Impossible}},
		"directory holds a value": {func(b *book) {
			b.force(ann, func(l *Leaf) { l.Op, l.Effect, l.Key = OpRole, Put, DirectoryKey(bea.id) })
		}, []Kind{Impossible}},
		"epoch of no number": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Key = OpEpoch, Epoch(key(1).Tag, 0, l.Digest).Key })
		}, []Kind{Impossible}},
		"epoch elsewhere": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Key = OpEpoch, wrapKey(key(1).Tag, 1) })
		}, []Kind{Impossible}},
		"epoch with more": {func(b *book) {
			b.force(bea, func(l *Leaf) {
				l.Op, l.Key = OpEpoch, Epoch(key(1).Tag, 1, l.Digest).Key
				l.Key.Blind[0] = 1
			})
		}, []Kind{Impossible}},
		"directory with a tag": {func(b *book) {
			b.force(ann, func(l *Leaf) { l.Op, l.Key = OpRevoke, DirectoryKey(bea.id); l.Key.Tag[0] = 1 })
		}, []Kind{Impossible}},
		"directory with more": {func(b *book) {
			b.force(ann, func(l *Leaf) { l.Op, l.Key = OpRole, DirectoryKey(bea.id); l.Key.Blind[9] = 1 })
		}, []Kind{Impossible}},
		"role with a digest": {func(b *book) {
			b.force(ann, func(l *Leaf) { l.Op, l.Key, l.Digest = OpRole, DirectoryKey(bea.id), [32]byte{1} })
		}, []Kind{Impossible}},
		"roles elsewhere":    {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = RoleFlags(mayWrite) }) }, []Kind{Impossible}},
		"recovery elsewhere": {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = FlagRecovery }) }, []Kind{Impossible}},
		"one time elsewhere": {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = FlagOneTime }) }, []Kind{Impossible}},
		"found elsewhere":    {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = FlagFound }) }, []Kind{Impossible}},
		"a role to come":     {func(b *book) { b.force(bea, func(l *Leaf) { l.Flags = 1 << 13 }) }, []Kind{LeafDamaged, CommitHead, OtherActor}},
		"a time to come":     {func(b *book) { b.force(bea, func(l *Leaf) { l.Time = latest + 1 }) }, []Kind{LeafDamaged, CommitHead, OtherActor}},
		"a time before time": {func(b *book) { b.force(bea, func(l *Leaf) { l.Time = -1 }) }, []Kind{LeafDamaged, CommitHead, OtherActor}},
		"a note with a digest": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Key, l.Digest = OpOpen, key(1), [32]byte{1} })
		}, []Kind{Impossible}},
		"a bucket to come": {func(b *book) { b.force(bea, func(l *Leaf) { l.Key.Bucket = 'n' }) }, []Kind{LeafDamaged, CommitHead, OtherActor}},
		"a value of no bucket": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Effect, l.Key, l.Before = OpMove, Delete, Key{}, 9 })
		}, []Kind{Impossible, WrongBefore}},
		"deleted with a digest": {func(b *book) {
			b.force(bea, func(l *Leaf) {
				l.Op, l.Effect, l.Before, l.Digest = OpDelete, Delete, there(b, key(1)), [32]byte{1}
				delete(b.values, key(1))
			})
		}, []Kind{Impossible}},
		"a keyslot by another act": {func(b *book) { b.force(ann, b.leafPut(OpMove, slotOf(bea), nil)) }, []Kind{Impossible}},
		"a keyslot enrolled over":  {func(b *book) { b.do(ann, b.put(OpEnrol, slotOf(bea), "another")) }, []Kind{Impossible}},
		"a keyslot of nobody": {func(b *book) {
			b.members = append(b.members, cat.member())
			b.do(ann, b.put(OpEnrol, slotOf(cat), "cat's"))
		}, []Kind{Impossible, MemberExtra}},
		"a keyslot of who is gone": {func(b *book) { b.do(ann, is(Retire(bea.id))); b.do(ann, b.put(OpRepassphrase, slotOf(bea), "hers")) }, []Kind{Impossible}},
		"a keyslot deleted twice": {func(b *book) {
			b.do(ann, b.delete(slotOf(bea)))
			b.force(ann, func(l *Leaf) { l.Op, l.Effect, l.Key = OpDelete, Delete, slotOf(bea) })
		}, []Kind{Impossible}},
		"retired key": {func(b *book) {
			b.do(ann, is(Retire(bea.id)))
			b.do(bea, b.put(OpCreate, key(9), "nine"))
		}, []Kind{UnknownSigner}},
		"retired key goes on": {func(b *book) { // in its own run, of which one record is kept
			b.do(bea, is(Retire(bea.id)))
			b.do(bea, b.put(OpCreate, key(9), "nine"))
			b.do(bea, b.put(OpReplace, key(9), "nine"))
		}, []Kind{UnknownSigner}},
		"act not allowed":     {func(b *book) { b.do(bea, is(Entry{Op: OpDispose, Key: Key{Tag: [8]byte{0xdd}}})) }, []Kind{NotAllowed}},
		"role not held":       {func(b *book) { b.do(bea, is(SetRoles(bea.id, mayAll))) }, []Kind{NotAllowed}},
		"role taken away":     {func(b *book) { b.do(ann, is(SetRoles(bea.id, 0))); b.do(bea, b.put(OpCreate, key(9), "nine")) }, []Kind{NotAllowed}},
		"role given up":       {func(b *book) { b.do(ann, is(SetRoles(ann.id, mayWrite)), is(SetRoles(bea.id, mayAll))) }, []Kind{NotAllowed}},
		"another's keyslot":   {func(b *book) { b.do(bea, b.put(OpRepassphrase, slotOf(ann), "mine")) }, []Kind{NotAllowed}},
		"another's, renamed":  {func(b *book) { b.do(bea, b.put(OpRepassphrase, SlotKey(bea.id, slotOf(ann).Blind), "mine")) }, []Kind{NotAllowed}},
		"keyslot for another": {func(b *book) { b.do(bea, b.put(OpEnrol, slotOf(cat), "cat's")) }, []Kind{NotAllowed}},
		"own keyslot deleted": {func(b *book) { b.do(bea, b.delete(slotOf(bea))) }, []Kind{NotAllowed}},
		"another's record":    {func(b *book) { b.do(bea, b.put(OpReplace, ownRecord(ann), "mine")) }, []Kind{NotAllowed}},
		"another's deleted":   {func(b *book) { b.do(bea, b.delete(ownRecord(ann))) }, []Kind{NotAllowed}},
		"new root record":     {func(b *book) { b.do(bea, b.put(OpCreate, Key{Bucket: 'r', Tag: rootTag, Blind: [16]byte{77}}, "x")) }, []Kind{NotAllowed}},
		"nobody's record": {func(b *book) { // a key without a record of its own has not the one of zeros
			none := withOwn(cat, [16]byte{})
			b.members = append(b.members, none.member())
			b.do(ann, is(Enrol(none.id, none.row(), mayWrite)))
			b.do(none, b.put(OpCreate, Key{Bucket: 'r', Tag: rootTag}, "x"))
		}, []Kind{NotAllowed}},
		"disposed of with a value left": {func(b *book) { b.do(ann, is(Entry{Op: OpDispose, Key: Key{Tag: key(5).Tag}})) }, []Kind{ValueExtra}},
		"written after disposal": {func(b *book) {
			b.do(ann, b.takes(OpDispose, key(5)))
			b.do(bea, b.put(OpCreate, key(6), "after"))
		}, []Kind{Impossible, ValueExtra}},
		"a key after disposal": {func(b *book) {
			b.do(ann, b.takes(OpDispose, key(5)))
			b.do(bea, is(Epoch(key(5).Tag, 1, [32]byte{9})))
		}, []Kind{Impossible}},
		"disposed of twice": {func(b *book) {
			b.do(ann, b.takes(OpDispose, key(5)))
			b.do(ann, is(Entry{Op: OpDispose, Key: Key{Tag: key(5).Tag}}))
		}, []Kind{Impossible}},
		"the root disposed of": {func(b *book) { b.do(ann, is(Entry{Op: OpDispose, Key: Key{Tag: rootTag}})) }, []Kind{Impossible}},
		"nothing disposed of":  {func(b *book) { b.do(ann, is(Entry{Op: OpDispose})) }, []Kind{Impossible}},
		"put by a disposal":    {func(b *book) { b.do(ann, b.put(OpDispose, key(5), "new")) }, []Kind{Impossible}},
		"another key retired":  {func(b *book) { b.do(bea, is(Retire(ann.id))) }, []Kind{NotAllowed}},
		"enrolled higher": {func(b *book) {
			next := withOwn(cat, bea.own)
			b.members = append(b.members, next.member())
			b.do(bea, is(Enrol(next.id, next.row(), mayAll)))
		}, []Kind{NotAllowed}},
		"enrolled another": {func(b *book) { // same roles, another's record
			b.members = append(b.members, cat.member())
			b.do(bea, is(Enrol(cat.id, cat.row(), mayWrite)))
		}, []Kind{NotAllowed}},
		"enrolled a recovery key": {func(b *book) {
			next := withOwn(cat, bea.own)
			b.members = append(b.members, next.member())
			e := Enrol(next.id, next.row(), mayWrite)
			b.force(bea, func(l *Leaf) { l.Op, l.Key, l.Digest, l.Flags = e.Op, e.Key, e.Digest, e.Flags|FlagRecovery })
		}, []Kind{NotAllowed, Impossible, MemberExtra}},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			c.do(b)
			if r := b.check(b.verifier()); !slices.Equal(kinds(r), sorted(c.want)) {
				t.Errorf("found %+v, want %v", r.Problems, c.want)
			}
		})
	}
}

func sorted(k []Kind) []Kind { slices.Sort(k); return k }

func withOwn(p person, own [16]byte) person { p.own = own; return p }

func (b *book) numberOf(k Key) uint64 {
	var n uint64
	for _, x := range b.values[k][:8] {
		n = n<<8 | uint64(x)
	}
	return n
}

// leafPut writes a value by a leaf that says what it likes of the one before.
func (b *book) leafPut(op Op, k Key, before func(b *book, k Key) uint64) func(l *Leaf) {
	return func(l *Leaf) {
		l.Op, l.Effect, l.Key = op, Put, k
		if before != nil {
			l.Before = before(b, k)
		}
		b.values[k.name()] = append(u64s(b.batch.Next()), "forced"...)
		l.Digest = Digest(b.values[k.name()])
	}
}

// What the rules allow is not found fault with.
func TestWhatMembersMayDo(t *testing.T) {
	next := withOwn(newPerson(4), bea.own)
	brand := newPerson(5)
	for name, do := range map[string]func(b *book){
		"retire oneself":    func(b *book) { b.do(bea, is(Retire(bea.id)), b.put(OpCreate, key(9), "nine")) },
		"one's own record":  func(b *book) { b.do(bea, b.put(OpReplace, ownRecord(bea), "bea, married")) },
		"one's own keyslot": func(b *book) { b.do(bea, b.put(OpRepassphrase, slotOf(bea), "new words")) },
		"anybody's, as head": func(b *book) {
			b.do(ann, b.put(OpRepassphrase, slotOf(bea), "new words"), b.put(OpReplace, ownRecord(bea), "bea"))
		},
		"a new key of one's own": func(b *book) {
			b.members = append(b.members, next.member())
			slot := SlotKey(next.id, slotOf(bea).Blind)
			b.do(bea, is(Retire(bea.id)), is(Enrol(next.id, next.row(), mayWrite)), b.put(OpRepassphrase, slot, "new"), b.put(OpReplace, ownRecord(bea), "bea"))
			b.do(next, b.put(OpRepassphrase, slot, "newer"), b.put(OpReplace, ownRecord(bea), "bea again"))
			b.do(next, b.put(OpReplace, key(1), "by the new key"))
		},
		"the profile": func(b *book) {
			b.members = append(b.members, brand.member())
			b.do(ann, is(Enrol(brand.id, brand.row(), mayBrand)))
			b.do(brand, b.put(OpSettings, Key{Bucket: 'r', Tag: rootTag, Blind: [16]byte{1}}, "profile"))
		},
		"a new epoch": func(b *book) {
			b.do(bea, is(Epoch(rootTag, 2, [32]byte{9})), b.unwrapped(OpMove, rootTag, 1), b.wrapped(rootTag, 2),
				is(Epoch(key(1).Tag, 1, [32]byte{9})), b.wrapped(key(1).Tag, 1))
		},
		"epochs of before": func(b *book) { // of a compartment that another workspace had
			b.do(bea, is(Epoch(key(1).Tag, 1, [32]byte{7})), is(Epoch(key(1).Tag, 2, [32]byte{8})), b.wrapped(key(1).Tag, 2))
		},
		"a copy lost and made up for": func(b *book) {
			b.do(ann, b.put(OpRestore, wrapKey(rootTag, 1), "another"))
			b.do(ann, b.unwrapped(OpRestore, rootTag, 1))
		},
		"a compartment disposed of": func(b *book) {
			tag := key(5).Tag
			b.do(bea, is(Epoch(tag, 1, [32]byte{7})), b.wrapped(tag, 1))
			b.do(ann, b.unwrapped(OpDispose, tag, 1), b.takes(OpDispose, key(5)), is(Entry{Op: OpDispose, Key: Key{Tag: tag}}))
			b.do(bea, b.put(OpReplace, key(1), "of another"))
		},
		"other buckets of the root": func(b *book) {
			b.do(bea, b.put(OpCreate, Key{Bucket: 'o', Tag: rootTag, Blind: [16]byte{1}}, "history"))
		},
		"to and fro in one commit": func(b *book) {
			k := key(30)
			b.do(bea, b.put(OpCreate, k, "a"), b.put(OpReplace, k, "b"), b.delete(k), b.put(OpCreate, k, "c"))
		},
		"roles changed in a run": func(b *book) { // each leaf is held against the roles of its time
			b.do(ann, is(SetRoles(bea.id, mayAll)))
			b.do(ann, is(SetRoles(ann.id, mayWrite)))
			b.do(ann, b.put(OpCreate, key(31), "still writes"))
			b.do(bea, is(Entry{Op: OpDispose, Key: Key{Tag: [8]byte{0xdd}}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			do(b)
			mustSound(t, b)
		})
	}
}
