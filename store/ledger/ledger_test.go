package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

func TestSoundLog(t *testing.T) {
	b := sample()
	r := mustSound(t, b)
	if r.Live != uint64(len(b.values)) || r.Live != 8 || r.Commits != 7 || r.Head != b.tail.Head || r.Head.Leaves != uint64(len(b.leaves)) || r.Old != 0 {
		t.Fatalf("%+v", r)
	}
	words := r.Head.Words(func(b byte) string { return fmt.Sprint(b) })
	if len(strings.Fields(words)) != 8 {
		t.Errorf("head reads %q", words)
	}
	var kept []int
	for n, raw := range b.commits {
		if raw != nil {
			kept = append(kept, n+1)
		}
	}
	if !slices.Equal(kept, []int{2, 4, 5, 6, 7}) {
		t.Errorf("the commits kept are %v", kept)
	}
}

func TestEpochsAreNamed(t *testing.T) {
	b := sample()
	v := b.verifier()
	b.check(v)
	if kcv, ok := v.Epoch(rootTag, 1); !ok || kcv != Digest([]byte("kcv")) {
		t.Error("the epoch is not named")
	}
	if _, ok := v.Epoch(rootTag, 2); ok {
		t.Error("an epoch was made up")
	}
}

// The tail is rebuilt as it was, at every length of a log, and the quick look sees what
// is wrong at the end.
func TestTailIsRebuilt(t *testing.T) {
	b := begun()
	for n := range 600 {
		w := b.do([]person{ann, bea}[n/7%2], is(Entry{Op: OpOpen, Key: key(1)}))
		got, err := TailOf(w.Commit, b.source())
		if err != nil || !slices.Equal(got.edge.hashes, b.tail.edge.hashes) || got.Head != b.tail.Head || got.Commits != b.tail.Commits ||
			got.Time != b.tail.Time || got.Signer != b.tail.Signer || !got.thins || got.Old != 0 {
			t.Fatalf("after %d leaves: %v\n%+v, want\n%+v", len(b.leaves), err, got, b.tail)
		}
	}
}

func TestQuickLook(t *testing.T) {
	b := grown()
	last, err := ParseCommit(b.commits[len(b.commits)-1])
	if err != nil {
		t.Fatal(err)
	}
	who := ann
	if last.Signer == bea.id {
		who = bea
	}
	if _, err := CheckLast(last, b, who.member().Verify); err != nil {
		t.Errorf("a sound end: %v", err)
	}
	for name, spoil := range map[string]func(b *book, c *Commit){
		"leaf cut off":       func(b *book, c *Commit) { b.leaves = b.leaves[:len(b.leaves)-1] },
		"leaf added":         func(b *book, c *Commit) { b.leaves = append(b.leaves, b.leaves[3]) },
		"leaf altered":       func(b *book, c *Commit) { b.leaves[len(b.leaves)-2][60] ^= 1 },
		"tree altered":       func(b *book, c *Commit) { b.nodes[string(NodeKey(10, 0))] = [32]byte{} },
		"tree gone":          func(b *book, c *Commit) { clear(b.nodes) },
		"another's":          func(b *book, c *Commit) { c.Signer[0] ^= 1 },
		"signature":          func(b *book, c *Commit) { c.Signature[0] ^= 1 },
		"older format":       func(b *book, c *Commit) { c.Version = 0 },
		"monstrous":          func(b *book, c *Commit) { c.Head.Leaves = 1 << 62 },
		"of another's leaf":  func(b *book, c *Commit) { c.No++ },
		"of nothing":         func(b *book, c *Commit) { c.Head.Leaves = 0 },
		"nothing is there":   func(b *book, c *Commit) { b.leaves, b.nodes = nil, nil },
		"last leaf is empty": func(b *book, c *Commit) { b.leaves[len(b.leaves)-1] = []byte{} },
	} {
		spoilt, c := b.clone(), last
		spoil(spoilt, &c)
		if _, err := CheckLast(c, spoilt, who.member().Verify); err == nil {
			t.Errorf("%s: the quick look sees nothing", name)
		}
	}
	for name, spoil := range map[string]func(c *Commit){"signer": func(c *Commit) { c.Signer[0] ^= 1 }, "number": func(c *Commit) { c.No++ }} {
		c := last
		spoil(&c)
		if _, err := TailOf(c, b); err == nil {
			t.Errorf("another %s than its leaf's was taken", name)
		}
	}
	if _, err := CheckLast(last, b, nil); err == nil {
		t.Error("a signature that nobody checked was taken")
	}
}

// The edge is the tree of RFC 6962 as tlog builds it.
func TestTreeIsTheOneOfTlog(t *testing.T) {
	var e edge
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
		for _, i := range at {
			out = append(out, stored[i])
		}
		return out, nil
	})
	if empty, _ := tlog.TreeHash(0, read); e.root() != empty {
		t.Error("the empty tree")
	}
	for n := range int64(1500) {
		data := u64s(uint64(n))
		more, err := tlog.StoredHashes(n, data, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		e.add(recordHash(data), func(got Node) {
			if stored[tlog.StoredHashIndex(got.Level, int64(got.N))] != got.Hash {
				t.Fatalf("node %d of level %d", got.N, got.Level)
			}
		})
		if want, _ := tlog.TreeHash(n+1, read); e.root() != want {
			t.Fatalf("the tree of %d", n+1)
		}
	}
}

func TestGoldenBytes(t *testing.T) {
	l := Leaf{
		Op: OpRestrict, Effect: Put, Key: Key{Bucket: 'r', Tag: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, Blind: [16]byte{0xb1, 0xb2}},
		Commit: 3, Time: 1772442000000, Flags: FlagBulk | RoleFlags(2), Actor: [8]byte{9, 8, 7, 6, 5, 4, 3, 2}, Before: 5,
		Digest: Digest([]byte("value")), Detail: Digest([]byte("detail")),
	}
	want := "01120172" + "0000000000000003" + "0000019cadc69a80" + "00000210" + "0908070605040302" + "0102030405060708" +
		"b1b20000000000000000000000000000" + shaHex("value") + "0000000000000005" + shaHex("detail")
	if got := hex.EncodeToString(l.Encode()); got != want {
		t.Errorf("leaf is\n%s, want\n%s", got, want)
	}
	if len(l.Encode()) != LeafSize || LeafSize != 128 {
		t.Errorf("a leaf is %d bytes", len(l.Encode()))
	}
	sum := sha256.Sum256(append([]byte{0}, l.Encode()...))
	if id, err := ID(append(l.Encode(), "detail"...)); err != nil || id != sum {
		t.Error("the hash of a leaf is not what the format says")
	}
	c := Commit{Version: 1, No: 3, Head: Head{Leaves: 6, Sum: sum}, Signer: l.Actor, Time: l.Time, Signature: [64]byte{0xff}}
	want = "01" + "0000000000000003" + "0000000000000006" + hex.EncodeToString(sum[:]) + "0908070605040302" + "0000019cadc69a80" + "0000" + "ff" + strings.Repeat("00", 63)
	if got := hex.EncodeToString(c.Encode()); got != want {
		t.Errorf("commit is\n%s, want\n%s", got, want)
	}
	if _, err := ParseCommit(c.Encode()); err != nil {
		t.Error(err)
	}
	for name, at := range map[string]int{"version": 0, "second signature": commitBody + 1} {
		newer := c.Encode()
		newer[at] = 5
		if _, err := ParseCommit(newer); !errors.Is(err, ErrCommitNewer) {
			t.Errorf("a commit with another %s: %v", name, err)
		}
	}
	g := Genesis(Form{Format: 1, Minor: 2, Reader: 3, Suite: 4})
	if f, ok := (Leaf{Version: 1, Op: g.Op, Key: g.Key}).Form(); !ok || f.Reader != 3 || hex.EncodeToString(g.Key.Blind[:]) != "00010002000300040000000000000000" {
		t.Errorf("the form is %x", g.Key.Blind)
	}
	e := Epoch([8]byte{7}, 258, [32]byte{1})
	if hex.EncodeToString(e.Key.Blind[:]) != "00000000000000000000000000000102" || (Leaf{Version: 1, Key: e.Key}).Epoch() != 258 {
		t.Errorf("an epoch is named by %x", e.Key.Blind)
	}
	if hex.EncodeToString(Node{Level: 9, N: 3}.Key()) != "090000000000000003" {
		t.Errorf("a stored hash has the key %x", Node{Level: 9, N: 3}.Key())
	}
	if row := DirectoryRow([]byte("keys"), [16]byte{5}); hex.EncodeToString(row) != "6b657973"+"05000000000000000000000000000000"+"0000" {
		t.Errorf("a directory row is %x", row)
	}
	if public, own, ok := SplitDirectoryRow(DirectoryRow([]byte("keys"), [16]byte{5})); string(public) != "keys" || own != [16]byte{5} || !ok {
		t.Error("a directory row does not come back")
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
	empty := Tail{}.Begin(ann.id, time.Unix(0, 0))
	for _, e := range []Entry{{Op: OpCreate}, {}, {Op: 200}, {Op: OpFormat, Effect: 9}, {Op: OpFormat, Flags: 1 << 30}, {Op: OpFormat, Effect: Put}} {
		if _, _, err := empty.Add(e); err == nil {
			t.Errorf("%+v was added", e)
		}
	}
	if _, err := empty.Commit(ann.sign); err == nil {
		t.Error("an empty commit was made")
	}
	if _, _, err := empty.Add(Genesis(form)); err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Commit(func([]byte) []byte { return nil }); err == nil {
		t.Error("a commit without a signature was made")
	}
	b := begun().tail.Begin(ann.id, time.Unix(0, 0))
	for _, e := range []Entry{
		Genesis(form), {Op: OpOpen, Before: 2}, {Op: OpReplace, Effect: Put, Key: key(1)}, {Op: OpDelete, Effect: Delete, Key: key(1)},
		{Op: OpCreate, Effect: Put, Key: key(1), Before: 2}, {Op: OpReplace, Effect: Put, Key: key(1), Before: 99},
		{Op: OpReplace, Effect: Put, Key: key(1), Before: FromFormat0}, {Op: OpEpoch, Effect: Put, Key: key(1)},
		{Op: OpEnrol, Effect: Put, Key: DirectoryKey(bea.id)}, {Op: OpRepassphrase, Effect: Put, Key: slotOf(ann), Before: 4},
	} {
		if _, _, err := b.Add(e); err == nil {
			t.Errorf("%+v was added", e)
		}
	}
}

func TestProblemsReadWell(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []Kind{Empty, WrongLog, LeafMissing, LeafDamaged, LeafOrder, ChainBroken, TreeMissing, TreeChanged, TreeExtra, WrongFormat,
		DetailChanged, DetailMissing, CommitMissing, CommitDamaged, CommitHead, CommitEmpty, BadSignature, UnknownSigner, OtherActor, Uncommitted,
		NotAllowed, StepBack, WrongBefore, EpochTwice, Impossible, MemberMissing, MemberChanged,
		MemberExtra, ValueMissing, ValueExtra, ValueChanged, ValueOld, RolledBack, Forked} {
		s := Problem{Kind: k, Key: key(1), Count: 1}.Error()
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
	for _, row := range append(sample().leaves, migrated().leaves...) {
		f.Add(row)
	}
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, row []byte) {
		l, detail, err := ParseRow(7, row)
		if err != nil {
			return
		}
		again := append(l.Encode(), detail...)
		if l.Version == 0 {
			again = append(leaf0{l, number0(row), prev0(row)}.encode(), detail...)
		}
		if !bytes.Equal(again, row) || l.No != 7 {
			t.Fatal("what was read does not encode to what was there")
		}
	})
}

func FuzzParseCommit(f *testing.F) {
	for _, raw := range append(sample().commits, migrated().commits...) {
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
	b, m := sample(), migrated()
	f.Add(bytes.Join(b.leaves, nil), bytes.Join(b.commits, nil), uint8(20))
	f.Add(bytes.Join(m.leaves, nil), bytes.Join(m.commits, nil), uint8(0))
	f.Fuzz(func(t *testing.T, leaves, commits []byte, extra uint8) {
		if len(leaves) > 1<<14 || len(commits) > 1<<14 {
			return
		}
		c := book{ws: b.ws, members: b.members}
		c.leaves = slices.Collect(slices.Chunk(leaves, LeafSize+int(extra)))
		c.commits = slices.Collect(slices.Chunk(commits, CommitSize))
		if r := c.check(c.verifier()); r.Sound() {
			t.Fatal("a log without its values passed")
		}
		if len(c.commits) > 0 {
			if last, err := ParseCommit(c.commits[len(c.commits)-1]); err == nil {
				_, _ = TailOf(last, &c)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	bk := begun()
	b.Run("leaf", func(b *testing.B) {
		batch := bk.tail.Begin(ann.id, bk.now)
		e := Entry{Op: OpCreate, Effect: Put, Key: key(1), Detail: make([]byte, 64)}
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := batch.Add(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("commit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			batch := bk.tail.Begin(ann.id, bk.now)
			if _, _, err := batch.Add(Entry{Op: OpOpen}); err != nil {
				b.Fatal(err)
			}
			if _, err := batch.Commit(ann.sign); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerify checks logs of 200,000 leaves. "run" is one signer; "replaced" has every
// value changed ten times; "turns" has another signer every hundred commits.
func BenchmarkVerify(b *testing.B) {
	const leaves = 200_000
	for _, c := range []struct {
		name        string
		keys, turns int
		detail      []byte
	}{
		{"run", leaves, leaves, nil}, {"run-details", leaves, leaves, make([]byte, 64)},
		{"replaced", leaves / 10, leaves, nil}, {"turns", leaves, 100, nil},
	} {
		bk := sample()
		for n := range bk.members {
			pub := []person{ann, bea}[n].key.Public().(ed25519.PublicKey)
			bk.members[n].Verify = func(m, s []byte) bool { return ed25519.Verify(pub, m, s) }
		}
		where := make([]uint64, c.keys)
		for n := range leaves {
			who := []person{ann, bea}[n/c.turns%2]
			batch := bk.tail.Begin(who.id, bk.now)
			k := n % c.keys
			e := Entry{Op: OpImport, Effect: Put, Key: Key{Bucket: 'r', Blind: [16]byte(append(u64s(uint64(k)), make([]byte, 8)...))}, Before: where[k], Detail: c.detail}
			no, row, err := batch.Add(e)
			if err != nil {
				b.Fatal(err)
			}
			where[k] = no + 1
			bk.leaves = append(bk.leaves, row)
			sign := who.sign
			if (n+1)%c.turns != 0 && n+1 < leaves {
				sign = func([]byte) []byte { return make([]byte, 64) } // it will be thinned out
			}
			w, err := batch.Commit(sign)
			if err != nil {
				b.Fatal(err)
			}
			bk.store(w)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v := bk.verifier()
				v.Run(numbered(bk.leaves, 0), numbered(bk.commits, 1))
				if n := len(v.report.Problems); n > 0 {
					b.Fatal(v.report.Problems[0])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(bk.leaves)), "ns/leaf")
		})
	}
}
