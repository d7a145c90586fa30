package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"
)

// person signs as a member does in the program.
type person struct {
	id  [8]byte
	own [16]byte
	key ed25519.PrivateKey
}

func newPerson(n byte) person {
	return person{id: [8]byte{n, 0xee}, own: [16]byte{n, 0x0e}, key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32))}
}

func (p person) sign(m []byte) []byte { return ed25519.Sign(p.key, m) }
func (p person) public() []byte {
	return append([]byte("row of "), p.key.Public().(ed25519.PublicKey)...)
}
func (p person) row() []byte { return DirectoryRow(p.public(), p.own) }
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

var (
	ann     = newPerson(1) // founder
	bea     = newPerson(2)
	rootTag = [8]byte{0xf0}
)

const (
	mayAll   = 1 // the founder's role in these tests
	mayWrite = 2
	mayBrand = 4 // sets the profile
)

func testRules() Rules {
	return Rules{Root: rootTag, Enrol: mayAll, Profile: mayBrand, Allow: func(roles uint8, l Leaf) bool {
		return roles&mayAll != 0 || roles != 0 && l.Op != OpDispose && l.Op != OpRole
	}}
}

// book is a small store: rows of leaves, commits, tree, and the values that are there.
type book struct {
	ws      [32]byte
	tail    Tail
	now     time.Time
	leaves  [][]byte // nil: a number that is left out
	commits [][]byte // the same; number 1 first
	nodes   map[string][32]byte
	values  map[Key][]byte // number (8 bytes) and what stands for a sealed value
	single  map[Key]bool   // keys whose value was last written as one that may be folded
	members []Member
	batch   *Batch
}

func (b *book) Row(no uint64) []byte {
	if no < uint64(len(b.leaves)) {
		return b.leaves[no]
	}
	return nil
}

func (b *book) Hash(level int, n uint64) ([32]byte, bool) {
	h, ok := b.nodes[string(NodeKey(level, n))]
	return h, ok
}

// act makes an entry when it is its turn, since it may need its number.
type act func(b *book) Entry

func is(e Entry) act { return func(*book) Entry { return e } }

// do is one transaction as store does it.
func (b *book) do(who person, acts ...act) Written {
	b.batch = b.tail.Begin(who.id, b.now)
	for _, a := range acts {
		_, row, err := b.batch.Add(a(b))
		if err != nil {
			panic(err)
		}
		b.leaves = append(b.leaves, row)
	}
	w, err := b.batch.Commit(who.sign)
	if err != nil {
		panic(err)
	}
	b.store(w)
	return w
}

func (b *book) store(w Written) {
	if w.Thin > 0 {
		b.commits[w.Thin-1] = nil
	}
	for _, n := range w.Nodes {
		b.nodes[string(n.Key())] = n.Hash
	}
	b.commits = append(b.commits, w.Commit.Encode())
	b.tail, b.now = w.Tail, b.now.Add(time.Minute)
}

// force is a transaction by a program of somebody's own, which checks nothing.
func (b *book) force(who person, leaves ...func(l *Leaf)) {
	b.batch = b.tail.Begin(who.id, b.now)
	for _, change := range leaves {
		l := Leaf{Op: OpOpen, Key: key(1), No: b.batch.edge.size, Commit: b.tail.Commits + 1, Time: b.batch.now, Actor: who.id}
		change(&l)
		row := l.Encode()
		b.batch.edge.add(recordHash(row), func(n Node) { b.batch.nodes = append(b.batch.nodes, n) })
		b.batch.n++
		b.leaves = append(b.leaves, row)
	}
	w, err := b.batch.Commit(who.sign)
	if err != nil {
		panic(err)
	}
	b.store(w)
}

func (b *book) put(op Op, k Key, text string) act {
	return func(b *book) Entry {
		e := Entry{Op: op, Effect: Put, Key: k, Detail: []byte("detail of " + text)}
		if old, ok := b.values[k.name()]; ok && k.Bucket != SlotBucket {
			e.Before = b.batch.Before(binary.BigEndian.Uint64(old))
		}
		b.values[k.name()] = append(u64s(b.batch.Next()), text...)
		delete(b.single, k)
		e.Digest = Digest(b.values[k.name()])
		return e
	}
}

// putOne writes a value that may be folded.
func (b *book) putOne(op Op, k Key, text string) act {
	put := b.put(op, k, text)
	return func(b *book) Entry {
		e := put(b)
		e.Flags = FlagTail
		if b.single == nil {
			b.single = map[Key]bool{}
		}
		b.single[k] = true
		return e
	}
}

// fold writes a page, and ends the values of some keys in its favour.
func (b *book) fold(page Key, keys ...Key) []act {
	return []act{b.put(OpFold, page, "page"), func(b *book) Entry {
		var leaves []uint64
		for _, k := range keys {
			leaves = append(leaves, b.numberOf(k))
			delete(b.values, k)
		}
		slices.Sort(leaves)
		return Fold(page.Tag, leaves)
	}}
}

func (b *book) delete(k Key) act {
	return func(b *book) Entry {
		e := Entry{Op: OpDelete, Effect: Delete, Key: k}
		if k.Bucket != SlotBucket {
			e.Before = b.batch.Before(binary.BigEndian.Uint64(b.values[k]))
		}
		delete(b.values, k.name())
		return e
	}
}

// wrapKey is where the recovery key's copy of the key of an epoch stands.
func wrapKey(tag [8]byte, epoch uint64) Key {
	k := Key{Bucket: WrapBucket, Tag: tag}
	binary.BigEndian.PutUint64(k.Blind[:], epoch)
	return k
}

// wrapped makes that copy.
func (b *book) wrapped(tag [8]byte, epoch uint64) act {
	return b.put(OpCreate, wrapKey(tag, epoch), "copy for the recovery key")
}

// unwrapped takes it away.
func (b *book) unwrapped(op Op, tag [8]byte, epoch uint64) act {
	return b.takes(op, wrapKey(tag, epoch))
}

// takes takes a value away by another act than delete.
func (b *book) takes(op Op, k Key) act {
	gone := b.delete(k)
	return func(b *book) Entry {
		e := gone(b)
		e.Op = op
		return e
	}
}

func u64s(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func key(n byte) Key { return Key{Bucket: 'r', Tag: [8]byte{n / 4}, Blind: [16]byte{n}} }

func slotOf(p person) Key { return SlotKey(p.id, [16]byte{p.id[0], 0x51}) }

func ownRecord(p person) Key { return Key{Bucket: 'r', Tag: rootTag, Blind: p.own} }

func begun() *book {
	b := &book{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), nodes: map[string][32]byte{}, values: map[Key][]byte{}, single: map[Key]bool{}, members: []Member{ann.member()}}
	b.do(ann, is(Genesis(form)), is(Enrol(ann.id, ann.row(), mayAll)), is(Epoch(rootTag, 1, Digest([]byte("kcv")))),
		b.put(OpEnrol, slotOf(ann), "slot of ann"), b.put(OpCreate, ownRecord(ann), "ann"), b.wrapped(rootTag, 1))
	b.ws, _ = ID(b.leaves[0])
	return b
}

// sample is a log of some length by two members; commits 1 and 3 are thinned out.
func sample() *book {
	b := begun()
	b.members = append(b.members, bea.member())
	b.do(ann, is(Enrol(bea.id, bea.row(), mayWrite)), b.put(OpEnrol, slotOf(bea), "slot of bea"), b.put(OpCreate, ownRecord(bea), "bea"),
		b.put(OpCreate, key(1), "one"))
	b.do(bea, b.put(OpCreate, key(2), "two"), b.put(OpCreate, key(5), "five"))
	b.do(bea, b.put(OpReplace, key(1), "one again"), is(Entry{Op: OpOpen, Key: key(1)}))
	b.do(ann, b.delete(key(2)))
	b.do(bea, b.put(OpRestrict, key(5), "five, restricted"))
	b.do(ann, b.put(OpUndo, key(2), "two is back"))
	return b
}

func numbered(list [][]byte, first uint64) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for n, raw := range list {
			if raw != nil && !yield(uint64(n)+first, raw) {
				return
			}
		}
	}
}

func (b *book) verifier() *Verifier {
	v := NewVerifier(b.ws, b.members, b)
	v.Permit(testRules())
	return v
}

func (b *book) check(v *Verifier) Report {
	v.Run(numbered(b.leaves, 0), numbered(b.commits, 1))
	for k, val := range b.values {
		number := binary.BigEndian.Uint64(val)
		if k.Bucket == SlotBucket {
			number = 0
		}
		v.Live(k, number, Digest(val))
	}
	for k := range b.nodes {
		v.Stored([]byte(k))
	}
	return v.Finish()
}

func (b *book) source() Source { return b }

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

// clone copies the book so that it can be spoiled.
func (b *book) clone() *book {
	c := *b
	c.leaves, c.commits = nil, nil
	for _, row := range b.leaves {
		c.leaves = append(c.leaves, bytes.Clone(row))
	}
	for _, raw := range b.commits {
		c.commits = append(c.commits, bytes.Clone(raw))
	}
	c.single = maps.Clone(b.single)
	c.nodes, c.values, c.members = maps.Clone(b.nodes), map[Key][]byte{}, slices.Clone(b.members)
	for k, v := range b.values {
		c.values[k] = bytes.Clone(v)
	}
	return &c
}

// grown is the sample with more than a thousand leaves, so that hashes are stored.
func grown() *book {
	b := sample()
	for n := range 250 {
		var acts []act
		for m := range 5 {
			acts = append(acts, b.put(OpImport, Key{Bucket: 'r', Tag: [8]byte{0xaa}, Blind: [16]byte{byte(n), byte(m)}}, "imported"))
		}
		b.do([]person{ann, bea}[n/10%2], acts...)
	}
	return b
}

func mustSound(t testing.TB, b *book) Report {
	t.Helper()
	r := b.check(b.verifier())
	if !r.Sound() {
		t.Fatalf("a sound log: %v", fmt.Sprintf("%+v", r.Problems[0]))
	}
	return r
}

// form is what the logs of these tests say that they are written in.
var form = Form{Format: 1}
