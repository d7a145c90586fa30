package ledger

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// leaf0 is the writer of format 0, kept for these tests.
type leaf0 struct {
	Leaf
	no   uint64
	prev [32]byte
}

func (l leaf0) encode() []byte {
	b := make([]byte, 0, leafSize0)
	b = append(b, 0, byte(l.Op), byte(l.Effect), l.Key.Bucket)
	b = binary.BigEndian.AppendUint64(b, l.no)
	b = binary.BigEndian.AppendUint64(b, l.Commit)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time))
	b = binary.BigEndian.AppendUint32(b, l.Flags)
	b = append(b, l.Actor[:]...)
	b = append(b, l.Key.Tag[:]...)
	b = append(b, l.Key.Blind[:]...)
	b = binary.BigEndian.AppendUint64(b, l.Rev)
	b = append(b, l.Digest[:]...)
	b = append(b, l.Detail[:]...)
	return append(b, l.prev[:]...)
}

type book0 struct {
	*book
	head    Head
	commits uint64
	rev     map[Key]uint64
}

func (b *book0) do(who person, leaves ...Leaf) {
	b.commits++
	for _, l := range leaves {
		l.Commit, l.Time, l.Actor = b.commits, b.now.UnixMilli(), who.id
		public := leaf0{l, b.head.Leaves, b.head.Sum}.encode()
		b.head = Head{b.head.Leaves + 1, hash0(public)}
		b.leaves = append(b.leaves, public)
	}
	c := Commit{No: b.commits, Head: b.head, Signer: who.id, Time: b.now.UnixMilli()}
	copy(c.Signature[:], who.sign(c.Message()))
	b.book.commits, b.now = append(b.book.commits, c.Encode()), b.now.Add(time.Minute)
}

func (b *book0) put(op Op, k Key, text string) Leaf {
	b.rev[k]++
	b.values[k] = append(u64s(b.rev[k]), text...)
	return Leaf{Op: op, Effect: Put, Key: k, Rev: b.rev[k], Digest: Digest(b.values[k])}
}

func (b *book0) delete(k Key) Leaf {
	delete(b.values, k)
	return Leaf{Op: OpDelete, Effect: Delete, Key: k, Rev: b.rev[k]}
}

func leafOf(e Entry) Leaf {
	return Leaf{Op: e.Op, Effect: e.Effect, Key: e.Key, Digest: e.Digest, Flags: e.Flags, Rev: 1}
}

// older is a workspace of format 0 with 300 leaves and some.
func older() *book0 {
	b := &book0{rev: map[Key]uint64{}, book: &book{now: time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC), nodes: map[string][32]byte{}, single: map[Key]bool{}, values: map[Key][]byte{}}}
	slot := slotOf(ann).name()
	b.do(ann, leafOf(Genesis(form)), leafOf(Enrol(ann.id, ann.public(), mayAll)), leafOf(Enrol(bea.id, bea.public(), mayWrite)), b.put(OpEnrol, slot, "slot of ann"),
		Leaf{Op: OpEpoch, Key: Key{Bucket: 'r', Tag: rootTag}, Rev: 1, Digest: Digest([]byte("kcv"))})
	b.ws, _ = ID(b.leaves[0])
	for n := range 30 {
		var leaves []Leaf
		for m := range 10 {
			k := Key{Bucket: 'r', Tag: [8]byte{byte(n % 3)}, Blind: [16]byte{byte(m)}}
			leaves = append(leaves, b.put(OpImport, k, "text"))
		}
		b.do([]person{ann, bea}[n/4%2], leaves...)
	}
	b.do(bea, b.delete(Key{Bucket: 'r', Tag: [8]byte{2}, Blind: [16]byte{9}}))
	for _, p := range []person{ann, bea} {
		m := p.member()
		m.Row = p.public()
		b.members = append(b.members, m)
	}
	return b
}

// takeOver moves the workspace to format 1: a leaf that says so, the members' rows with
// the names of their records, and the keyslots with their holders.
func (b *book0) takeOver(t testing.TB, more ...act) *book {
	last, err := ParseCommit(b.book.commits[len(b.book.commits)-1])
	if err != nil {
		t.Fatal(err)
	}
	tail, nodes, err := TakeOver(last, numbered(b.leaves, 0))
	if err != nil {
		t.Fatal(err)
	}
	n := b.book
	n.tail = tail
	for _, h := range nodes {
		n.nodes[string(h.Key())] = h.Hash
	}
	n.members = []Member{ann.member(), bea.member()}
	n.do(ann, append([]act{is(tail.Takeover(form)), is(Enrol(ann.id, ann.row(), mayAll)), is(Enrol(bea.id, bea.row(), mayWrite)),
		n.put(OpRepassphrase, slotOf(ann), "slot of ann"), n.put(OpEnrol, slotOf(bea), "slot of bea")}, more...)...)
	return n
}

type tb struct{ testing.TB }

func (tb) Helper()           {}
func (tb) Fatal(args ...any) { panic(args) }

// migrated is a moved workspace that was worked in since.
func migrated() *book {
	b := older().takeOver(tb{})
	old := Key{Bucket: 'r', Blind: [16]byte{3}}
	b.do(ann, b.put(OpReplace, old, "over the old"), b.put(OpCreate, key(40), "new"))
	b.do(bea, b.put(OpReplace, old, "once more"), b.delete(Key{Bucket: 'r', Blind: [16]byte{4}}))
	b.do(bea, b.put(OpCreate, Key{Bucket: 'r', Blind: [16]byte{4}}, "back"), b.put(OpRepassphrase, slotOf(bea), "other"))
	return b
}

func TestFormat0IsStillVerified(t *testing.T) {
	b := older()
	r := mustSound(t, b.book)
	if r.Head != b.head || r.Old != r.Head.Leaves || r.Live != uint64(len(b.values)) {
		t.Errorf("%+v", r)
	}
}

func TestTakeOver(t *testing.T) {
	b := migrated()
	r := mustSound(t, b)
	if r.Old != 306 || r.Live != uint64(len(b.values)) || r.Head != b.tail.Head || b.tail.Old != 306 {
		t.Errorf("%+v", r)
	}
	v := b.verifier()
	b.check(v)
	if kcv, ok := v.Epoch(rootTag, 1); !ok || kcv != Digest([]byte("kcv")) {
		t.Error("an epoch of format 0 was lost")
	}
	last, _ := ParseCommit(b.commits[len(b.commits)-1])
	if got, err := TailOf(last, b); err != nil || got.Old != 306 || !slices.Equal(got.edge.hashes, b.tail.edge.hashes) {
		t.Errorf("the tail is %+v, %v", got, err)
	}
	if b.commits[31] == nil || b.commits[32] != nil && b.commits[33] == nil {
		t.Error("a commit of format 0 was thinned out")
	}
}

func TestTakeOverRefusesWhatIsNotSound(t *testing.T) {
	for name, spoil := range map[string]func(b *book0, c *Commit){
		"leaf altered":  func(b *book0, c *Commit) { b.leaves[5][100] ^= 1 },
		"leaf missing":  func(b *book0, c *Commit) { b.leaves[5] = nil },
		"leaf cut":      func(b *book0, c *Commit) { b.leaves[5] = b.leaves[5][:9] },
		"leaves gone":   func(b *book0, c *Commit) { b.leaves = b.leaves[:20] },
		"another head":  func(b *book0, c *Commit) { c.Head.Sum[0] ^= 1 },
		"not a format":  func(b *book0, c *Commit) { c.Version = 1 },
		"already moved": func(b *book0, c *Commit) { b.leaves = b.takeOver(t).leaves },
	} {
		b := older()
		c, _ := ParseCommit(b.book.commits[len(b.book.commits)-1])
		spoil(b, &c)
		if _, _, err := TakeOver(c, numbered(b.leaves, 0)); err == nil {
			t.Errorf("%s: taken over", name)
		}
	}
}

func TestTamperingWithAMovedWorkspace(t *testing.T) {
	old := Key{Bucket: 'r', Tag: [8]byte{1}, Blind: [16]byte{3}}
	for name, c := range map[string]struct {
		do   func(b *book)
		want Kind
	}{
		"old leaf altered":      {func(b *book) { b.leaves[9][100] ^= 1 }, ChainBroken},
		"old leaf's number":     {func(b *book) { b.leaves[9][11] ^= 1 }, LeafOrder},
		"old commit gone":       {func(b *book) { b.commits[2] = nil }, CommitMissing}, // the same signer goes on
		"another log":           {func(b *book) { b.ws[0] ^= 1 }, WrongLog},
		"old commits' last":     {func(b *book) { b.commits[31] = nil }, CommitMissing},
		"old commit altered":    {func(b *book) { b.commits[4][commitSize0-1] ^= 1 }, BadSignature},
		"old commit as new":     {func(b *book) { b.commits[4][0] = 1 }, CommitDamaged},
		"new commit as old":     {func(b *book) { b.commits[len(b.commits)-1][0] = 0 }, CommitDamaged},
		"old value put back":    {func(b *book) { b.values[old] = append(u64s(1), "text"...) }, ValueOld},
		"old value gone":        {func(b *book) { delete(b.values, old) }, ValueMissing},
		"old value altered":     {func(b *book) { b.values[old][9] ^= 1 }, ValueChanged},
		"what was changed back": {func(b *book) { b.values[Key{Bucket: 'r', Blind: [16]byte{3}}] = append(u64s(10), "text"...) }, ValueChanged},
		"tree of old leaves":    {func(b *book) { b.nodes[string(NodeKey(8, 0))] = [32]byte{} }, TreeChanged},
		"tree gone":             {func(b *book) { clear(b.nodes) }, TreeMissing},
		"take-over left out":    {func(b *book) { b.leaves[306] = nil }, LeafMissing},
		"back to the old row":   {func(b *book) { b.members[1].Row = bea.public() }, MemberChanged},
		"another's record":      {func(b *book) { b.members[1].Row = DirectoryRow(bea.public(), ann.own) }, MemberChanged},
		"format 0 goes on": {func(b *book) {
			b.leaves = append(b.leaves, leaf0{Leaf: Leaf{Op: OpOpen, Commit: b.tail.Commits, Actor: bea.id}, no: b.tail.Head.Leaves}.encode())
		}, WrongFormat},
	} {
		t.Run(name, func(t *testing.T) {
			b := migrated()
			c.do(b)
			if got := kinds(b.check(b.verifier())); !slices.Contains(got, c.want) {
				t.Errorf("found %v, want %v among them", got, c.want)
			}
		})
	}
}

func TestMembersCannotBendTheTakeOver(t *testing.T) {
	old := Key{Bucket: 'r', Tag: [8]byte{1}, Blind: [16]byte{3}}
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind
	}{
		"written as new over an old value": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Effect, l.Key = OpUndo, Put, old })
		}, []Kind{Impossible, ValueMissing}},
		"changed what is not old": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Effect, l.Key, l.Before = OpDelete, Delete, key(40), FromFormat0 })
		}, []Kind{WrongBefore}},
		"enrolled again, later": {func(b *book) {
			b.force(ann, func(l *Leaf) {
				l.Op, l.Key, l.Digest, l.Flags = OpEnrol, DirectoryKey(bea.id), Digest(bea.row()), RoleFlags(mayWrite)
			})
		}, []Kind{Impossible}},
		"taken over twice": {func(b *book) { b.force(ann, func(l *Leaf) { l.Op = OpFormat }) }, []Kind{Impossible}},
	} {
		b := migrated()
		c.do(b)
		for _, w := range c.want {
			if got := kinds(b.check(b.verifier())); !slices.Contains(got, w) {
				t.Errorf("%s: found %v, want %v", name, got, w)
			}
		}
	}
	// Who may not enrol cannot take the workspace over, nor call another chain its past.
	for name, c := range map[string]struct {
		by     person
		digest [32]byte
		want   Kind
	}{"no right": {bea, older().head.Sum, NotAllowed}, "another chain": {ann, [32]byte{1}, WrongFormat}} {
		b := older()
		last, _ := ParseCommit(b.book.commits[len(b.book.commits)-1])
		tail, nodes, _ := TakeOver(last, numbered(b.leaves, 0))
		for _, h := range nodes {
			b.nodes[string(h.Key())] = h.Hash
		}
		b.tail = tail
		b.force(c.by, func(l *Leaf) { l.Op, l.Key, l.Digest = OpFormat, Key{}, c.digest })
		if got := kinds(b.check(b.verifier())); !slices.Contains(got, c.want) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

// Heads that were kept from before the move are known again.
func TestWitnessesOfFormat0(t *testing.T) {
	o := older()
	early, end := Head{Leaves: 100, Sum: hash0(o.leaves[99])}, o.head
	b := o.takeOver(t)
	b.do(bea, b.put(OpCreate, key(41), "new"))
	for name, c := range map[string]struct {
		seen Head
		want Kind
	}{
		"early": {early, Consistent}, "end": {end, Consistent}, "another": {Head{Leaves: 100, Sum: end.Sum}, Forked},
		"now": {b.tail.Head, Consistent}, "longer": {Head{Leaves: 999}, RolledBack},
	} {
		if got, err := b.tail.Witness(c.seen, b); got != c.want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		v := b.verifier()
		v.Expect(c.seen)
		r := b.check(v)
		if got := kinds(r); c.want == Consistent && len(got) > 0 || c.want != Consistent && !slices.Equal(got, []Kind{c.want}) {
			t.Errorf("%s: found %v, want %q", name, got, c.want)
		}
	}
	spoilt := b.clone()
	spoilt.leaves[99][120] ^= 1
	if got, err := spoilt.tail.Witness(Head{Leaves: 100, Sum: hash0(spoilt.leaves[99])}, spoilt); err == nil {
		t.Errorf("an altered leaf stood for its own witness: %q", got)
	}
}

// In the commit of the take-over, and only there, a member is enrolled once more, as they
// were.
func TestMembersAreTakenOver(t *testing.T) {
	for name, c := range map[string]struct {
		now, later []act
		want       []Kind
	}{
		"as they were": {[]act{is(Enrol(bea.id, bea.row(), mayWrite))}, nil, nil},
		"left out":     {nil, nil, []Kind{MemberChanged}},
		"too late":     {nil, []act{is(Enrol(bea.id, bea.row(), mayWrite))}, []Kind{Impossible, MemberChanged}},
		"promoted":     {[]act{is(Enrol(bea.id, bea.row(), mayAll))}, nil, []Kind{Impossible, MemberChanged}},
		"twice":        {[]act{is(Enrol(bea.id, bea.row(), mayWrite)), is(Enrol(bea.id, bea.row(), mayWrite))}, nil, []Kind{Impossible}},
	} {
		o := older()
		last, _ := ParseCommit(o.book.commits[len(o.book.commits)-1])
		tail, nodes, err := TakeOver(last, numbered(o.leaves, 0))
		if err != nil {
			t.Fatal(err)
		}
		b := o.book
		b.tail, b.members = tail, []Member{ann.member(), bea.member()}
		for _, h := range nodes {
			b.nodes[string(h.Key())] = h.Hash
		}
		b.do(ann, append([]act{is(tail.Takeover(form)), is(Enrol(ann.id, ann.row(), mayAll))}, c.now...)...)
		b.do(ann, append([]act{is(Entry{Op: OpOpen})}, c.later...)...)
		if got := kinds(b.check(b.verifier())); !slices.Equal(got, sorted(c.want)) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

func TestFormat0CannotStepBack(t *testing.T) {
	b := older()
	k := Key{Bucket: 'r', Blind: [16]byte{3}}
	b.rev[k] = 4
	b.do(bea, b.put(OpReplace, k, "older"))
	b.do(bea, b.put(OpCreate, k, "again"), b.delete(Key{Bucket: 'r', Blind: [16]byte{88}}))
	if got := kinds(b.check(b.verifier())); !slices.Equal(got, []Kind{Impossible, StepBack}) {
		t.Errorf("found %v", got)
	}
}

// What format 0 kept outside its log comes into it with the take-over, as it stands.
func TestValuesAreFound(t *testing.T) {
	past, body := Key{Bucket: 'o', Tag: [8]byte{1}, Blind: [16]byte{3}}, Key{Bucket: 'a', Tag: [8]byte{1}, Blind: [16]byte{7}}
	found := func(k Key, text string) act {
		return func(b *book) Entry {
			b.values[k] = append(u64s(1), text...)
			return Found(k, Digest(b.values[k]))
		}
	}
	start := func() *book {
		b := older().takeOver(t, found(past, "what was"), found(body, "a letter"))
		b.do(bea, b.put(OpCreate, key(40), "new"))
		return b
	}
	mustSound(t, start())
	for name, c := range map[string]struct {
		do   func(b *book)
		want []Kind
	}{
		"replaced": {func(b *book) { b.do(bea, b.put(OpReplace, past, "again")) }, nil},
		"deleted and made anew": {func(b *book) {
			b.do(bea, b.delete(body))
			b.do(bea, b.put(OpCreate, body, "another"))
		}, nil},
		"altered":  {func(b *book) { b.values[past][9] ^= 1 }, []Kind{ValueChanged}},
		"gone":     {func(b *book) { delete(b.values, body) }, []Kind{ValueMissing}},
		"put back": {func(b *book) { old := b.values[past]; b.do(bea, b.put(OpReplace, past, "again")); b.values[past] = old }, []Kind{ValueChanged}},
		"written as new": {func(b *book) {
			b.force(bea, func(l *Leaf) { l.Op, l.Effect, l.Key = OpCreate, Put, past })
		}, []Kind{Impossible, ValueMissing}},
		"found later": {func(b *book) {
			k := Key{Bucket: 'o', Blind: [16]byte{77}}
			b.values[k] = append(u64s(1), "smuggled"...)
			b.force(ann, func(l *Leaf) {
				l.Op, l.Effect, l.Key, l.Flags, l.Digest = OpMove, Put, k, FlagFound, Digest(b.values[k])
			})
		}, []Kind{Impossible, ValueExtra}},
	} {
		b := start()
		c.do(b)
		if got := kinds(b.check(b.verifier())); !slices.Equal(got, sorted(c.want)) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
	if _, _, err := start().tail.Begin(ann.id, time.Now()).Add(Found(past, [32]byte{1})); err == nil {
		t.Error("a ledger that nobody takes over found something")
	}
	for name, k := range map[string]Key{"record": {Bucket: 'r', Blind: [16]byte{3}}, "keyslot": {Bucket: 'u', Blind: [16]byte{3}}, "member": DirectoryKey(ann.id)} {
		b := older()
		last, _ := ParseCommit(b.book.commits[len(b.book.commits)-1])
		tail, _, _ := TakeOver(last, numbered(b.leaves, 0))
		batch := tail.Begin(ann.id, b.now)
		_, _, _ = batch.Add(tail.Takeover(form))
		if _, _, err := batch.Add(Found(k, [32]byte{1})); err == nil {
			t.Errorf("a %s was found", name)
		}
	}
}
