package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

// person signs as a member does in the program.
type person struct {
	id  [8]byte
	key ed25519.PrivateKey
}

func newPerson(n byte) person {
	return person{id: [8]byte{n, 0xee}, key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32))}
}

func (p person) sign(m []byte) []byte { return ed25519.Sign(p.key, m) }
func (p person) row() []byte          { return append([]byte("row of "), p.key.Public().(ed25519.PublicKey)...) }
func (p person) member() Member {
	pub := p.key.Public().(ed25519.PublicKey)
	known := map[string]bool{} // the same few signatures are checked ten thousand times
	return Member{ID: p.id, Row: p.row(), Verify: func(m, s []byte) bool {
		at := string(m) + string(s)
		held, ok := known[at]
		if !ok {
			held = ed25519.Verify(pub, m, s)
			known[at] = held
		}
		return held
	}}
}

// book is a small store: rows of leaves, commits, and the values that are there.
type book struct {
	ws      [32]byte
	tail    Tail
	now     time.Time
	leaves  [][]byte
	commits [][]byte
	rev     map[Key]uint64
	values  map[Key][]byte // revision (8 bytes) and what stands for a sealed value
	members []Member
}

var (
	ann = newPerson(1) // founder
	bea = newPerson(2)
)

func (b *book) do(who person, acts ...Entry) {
	batch := b.tail.Begin(who.id, b.now)
	for _, e := range acts {
		_, row, err := batch.Add(e)
		if err != nil {
			panic(err)
		}
		b.leaves = append(b.leaves, row)
	}
	c, tail, err := batch.Commit(who.sign)
	if err != nil {
		panic(err)
	}
	b.commits, b.tail, b.now = append(b.commits, c.Encode()), tail, b.now.Add(time.Minute)
}

func (b *book) put(op Op, k Key, text string) Entry {
	b.rev[k]++
	b.values[k] = append(binary.BigEndian.AppendUint64(nil, b.rev[k]), text...)
	return Entry{Op: op, Effect: Put, Key: k, Rev: b.rev[k], Digest: Digest(b.values[k]), Detail: []byte("detail of " + text)}
}

func (b *book) delete(k Key) Entry {
	delete(b.values, k)
	return Entry{Op: OpDelete, Effect: Delete, Key: k, Rev: b.rev[k]}
}

func key(n byte) Key { return Key{Bucket: 'r', Tag: [8]byte{n / 4}, Blind: [16]byte{n}} }

func begun() *book {
	b := &book{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), rev: map[Key]uint64{}, values: map[Key][]byte{}, members: []Member{ann.member()}}
	b.do(ann, Genesis(), Enrol(ann.id, ann.row(), 1))
	b.ws = hashLeaf(b.leaves[0][:LeafSize])
	return b
}

// sample is a log of some length by two members.
func sample() *book {
	b := begun()
	b.members = append(b.members, bea.member())
	b.do(ann, Enrol(bea.id, bea.row(), 2), b.put(OpCreate, key(1), "one"))
	b.do(bea, b.put(OpCreate, key(2), "two"), b.put(OpCreate, key(5), "five"))
	b.do(bea, b.put(OpReplace, key(1), "one again"), Entry{Op: OpOpen, Key: key(1)})
	b.do(ann, b.delete(key(2)))
	b.do(ann, b.put(OpUndo, key(2), "two is back"))
	b.do(bea, b.put(OpRestrict, key(5), "five, restricted"))
	return b
}

func numbered(list [][]byte, first uint64) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for n, raw := range list {
			if raw != nil && !yield(uint64(n)+first, raw) { // nil: a number that is left out
				return
			}
		}
	}
}

func (b *book) verifier() *Verifier { return NewVerifier(b.ws, b.members) }

func (b *book) check(v *Verifier) Report {
	v.Run(numbered(b.leaves, 0), numbered(b.commits, 1))
	for k, val := range b.values {
		v.Live(k, binary.BigEndian.Uint64(val), Digest(val))
	}
	return v.Finish()
}

func kinds(r Report) []Kind {
	var all []Kind
	for _, p := range r.Problems {
		if !slices.Contains(all, p.Kind) {
			all = append(all, p.Kind)
		}
	}
	slices.Sort(all)
	return all
}

func TestSoundLog(t *testing.T) {
	b := sample()
	r := b.check(b.verifier())
	if !r.Sound() || r.Live != 3 || r.Commits != 7 || r.Head != b.tail.Head || r.Head.Leaves != uint64(len(b.leaves)) {
		t.Fatalf("%+v", r)
	}
	words := r.Head.Words(func(b byte) string { return fmt.Sprint(b) })
	if len(strings.Fields(words)) != 8 {
		t.Errorf("head reads %q", words)
	}
	last, err := ParseCommit(b.commits[len(b.commits)-1])
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckLast(b.leaves[len(b.leaves)-1], last, bea.member().Verify); err != nil {
		t.Errorf("quick look: %v", err)
	}
	if CheckLast(b.leaves[len(b.leaves)-2], last, bea.member().Verify) == nil || CheckLast(b.leaves[len(b.leaves)-1], last, ann.member().Verify) == nil || CheckLast(nil, last, nil) == nil {
		t.Error("the quick look sees nothing")
	}
	if TailOf(last) != b.tail {
		t.Errorf("the tail is %+v, want %+v", TailOf(last), b.tail)
	}
}

func TestGoldenBytes(t *testing.T) {
	l := Leaf{
		Op: OpRestrict, Effect: Put, Key: Key{Bucket: 'r', Tag: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, Blind: [16]byte{0xb1, 0xb2}},
		No: 5, Commit: 3, Time: 1772442000000, Flags: FlagBulk | RoleFlags(2), Actor: [8]byte{9, 8, 7, 6, 5, 4, 3, 2}, Rev: 2,
		Digest: Digest([]byte("value")), Detail: Digest([]byte("detail")), Prev: Digest([]byte("prev")),
	}
	want := "00120172" + "0000000000000005" + "0000000000000003" + "0000019cadc69a80" + "00000210" + "0908070605040302" + "0102030405060708" +
		"b1b20000000000000000000000000000" + "0000000000000002" + shaHex("value") + shaHex("detail") + shaHex("prev")
	if got := hex.EncodeToString(l.Encode()); got != want {
		t.Errorf("leaf is\n%s, want\n%s", got, want)
	}
	sum := sha256.Sum256(append([]byte("caseroom/0/leaf\x00"), l.Encode()...))
	if l.Hash() != sum {
		t.Error("the hash of a leaf is not what the format says")
	}
	c := Commit{No: 3, Head: Head{Leaves: 6, Sum: sum}, Signer: l.Actor, Time: l.Time, Signature: [64]byte{0xff}}
	want = "00" + "0000000000000003" + "0000000000000006" + hex.EncodeToString(sum[:]) + "0908070605040302" + "0000019cadc69a80" + "ff" + strings.Repeat("00", 63)
	if got := hex.EncodeToString(c.Encode()); got != want {
		t.Errorf("commit is\n%s, want\n%s", got, want)
	}
}

func shaHex(s string) string { d := sha256.Sum256([]byte(s)); return hex.EncodeToString(d[:]) }

func TestOps(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range Ops() {
		back, ok := ParseOp(o.String())
		if !ok || back != o || seen[o.String()] || seen[o.Label()] || o.Label() == "" {
			t.Errorf("%d is %q, %q", o, o, o.Label())
		}
		seen[o.String()], seen[o.Label()] = true, true
	}
	if len(Ops()) != 32 || Op(0).Known() || Op(200).Known() || Op(200).String() != "op-200" {
		t.Errorf("%d ops", len(Ops()))
	}
	if _, ok := ParseOp("polish"); ok {
		t.Error("an act was made up")
	}
}

func TestBatchRefusesWhatNoVerifierAccepts(t *testing.T) {
	b := Tail{}.Begin(ann.id, time.Unix(0, 0))
	for _, e := range []Entry{{Op: OpCreate}, {}, {Op: 200}, {Op: OpFormat, Effect: 9}, {Op: OpFormat, Flags: 1 << 30}} {
		if _, _, err := b.Add(e); err == nil {
			t.Errorf("%+v was added", e)
		}
	}
	if _, _, err := b.Commit(ann.sign); err == nil {
		t.Error("an empty commit was made")
	}
	if _, _, err := b.Add(Genesis()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Commit(func([]byte) []byte { return nil }); err == nil {
		t.Error("a commit without a signature was made")
	}
}

func TestProblemsReadWell(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []Kind{Empty, WrongLog, LeafMissing, LeafDamaged, LeafOrder, ChainBroken, DetailChanged, DetailMissing, CommitMissing, CommitDamaged,
		CommitHead, CommitEmpty, BadSignature, UnknownSigner, OtherActor, Uncommitted, NotAllowed, StepBack, Impossible, MemberMissing, MemberChanged,
		MemberExtra, ValueMissing, ValueExtra, ValueChanged, ValueOld, RolledBack, Forked} {
		s := Problem{Kind: k, Key: key(1)}.Error()
		if seen[s] || len(s) < 15 || strings.Contains(s, "%!") || strings.Contains(s, "("+string(k)+")") {
			t.Errorf("%s reads %q", k, s)
		}
		seen[s] = true
	}
}

func TestKeyRows(t *testing.T) {
	k := key(7)
	if back, ok := KeyFromRow('r', k.Row()); !ok || back != k {
		t.Error("a key does not come back from its row")
	}
	if _, ok := KeyFromRow('r', k.Row()[1:]); ok {
		t.Error("a short row was taken")
	}
}

func FuzzParseRow(f *testing.F) {
	for _, row := range sample().leaves {
		f.Add(row)
	}
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, row []byte) {
		l, detail, err := ParseRow(row)
		if err != nil {
			return
		}
		if got := append(l.Encode(), detail...); !bytes.Equal(got, row) {
			t.Fatal("what was read does not encode to what was there")
		}
	})
}

func FuzzParseCommit(f *testing.F) {
	for _, raw := range sample().commits {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := ParseCommit(raw); err == nil && !bytes.Equal(c.Encode(), raw) {
			t.Fatal("what was read does not encode to what was there")
		}
	})
}

// FuzzVerifier feeds rows cut out of any bytes: it must end, say something, and never pass.
func FuzzVerifier(f *testing.F) {
	b := sample()
	f.Add(bytes.Join(b.leaves, nil), bytes.Join(b.commits, nil), uint8(20))
	f.Fuzz(func(t *testing.T, leaves, commits []byte, extra uint8) {
		if len(leaves) > 1<<14 || len(commits) > 1<<14 {
			return
		}
		v := b.verifier()
		v.Run(numbered(slices.Collect(slices.Chunk(leaves, LeafSize+int(extra))), 0), numbered(slices.Collect(slices.Chunk(commits, CommitSize)), 1))
		if r := v.Finish(); r.Sound() {
			t.Fatal("a log without its values passed")
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	bk := begun()
	b.Run("leaf", func(b *testing.B) {
		batch := bk.tail.Begin(ann.id, bk.now)
		e := Entry{Op: OpCreate, Effect: Put, Key: key(1), Rev: 1, Detail: make([]byte, 300)}
		for b.Loop() {
			if _, _, err := batch.Add(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("commit", func(b *testing.B) {
		for b.Loop() {
			batch := bk.tail.Begin(ann.id, bk.now)
			if _, _, err := batch.Add(Entry{Op: OpOpen}); err != nil {
				b.Fatal(err)
			}
			if _, _, err := batch.Commit(ann.sign); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, per := range []int{1, 100} {
		bk := begun()
		bk.members[0].Verify = func(m, s []byte) bool { return ed25519.Verify(ann.key.Public().(ed25519.PublicKey), m, s) }
		for n := 0; n < 10_000; n += per {
			acts := make([]Entry, 0, per)
			for m := range per {
				k := Key{Bucket: 'r', Blind: [16]byte(append(u64s(uint64(n+m)), make([]byte, 8)...))}
				acts = append(acts, bk.put(OpCreate, k, "text"))
			}
			bk.do(ann, acts...)
		}
		b.Run(fmt.Sprintf("10000-leaves-%d-a-commit", per), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := bk.check(bk.verifier()); !r.Sound() {
					b.Fatal(r.Problems)
				}
			}
		})
	}
}
