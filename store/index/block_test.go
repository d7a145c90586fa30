package index

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"pgregory.net/rapid"

	"caseroom/model"
)

// sample is a little index with one block of every kind.
func sample(t testing.TB) drawer {
	d := drawer{}
	ix, err := Open(d)
	if err != nil {
		t.Fatal(err)
	}
	b := ix.Builder()
	for i := range 40 {
		doc := Document{Ref: "INF-2026-7KQ4M" + string(rune('0'+i%10)), Kind: 'i', Case: CaseID{1, byte(i / 20)}, Locator: []byte{7, byte(i)},
			Texts: []string{"The health visitor saw a bruise on his arm.", "Bruising; rang 01632 960123"}, Fields: []Field{{"channel", "telephone"}}}
		if err := b.Add(&doc); err != nil {
			t.Fatal(err)
		}
	}
	c, err := b.Flush(d, 1)
	commit(fataler{t}, c, err)
	c, err = ix.Apply(d, d, Batch{Drop: []Doc{3}, Mark: 2})
	commit(fataler{t}, c, err)
	c, _, err = ix.Fold(t.Context(), d, d)
	commit(fataler{t}, c, err)
	c, err = ix.Apply(d, d, Batch{Drop: []Doc{5}, Move: []Move{{6, []byte{8, 8}}}, Mark: 3, Add: prepared(Document{Ref: "PER-2026-AB12CD", Kind: 'p', Case: CaseID{1}, Locator: []byte{9}, Texts: []string{"Mother’s sister"}})})
	commit(fataler{t}, c, err)
	return d
}

type fataler struct{ testing.TB }

// The format is frozen: what was written must be read as long as there are files.
// Blocks are compared as they are before packing, since a packer may get better.
func TestGoldenBytes(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	d := sample(t)
	var names []string
	for name := range d {
		names = append(names, name)
	}
	slices.Sort(names)
	var got bytes.Buffer
	for _, name := range names {
		plain, err := c.plain(d[name])
		if err != nil {
			t.Fatalf("%x: %v", name, err)
		}
		got.WriteString(hex.EncodeToString([]byte(name)) + " " + hex.EncodeToString(plain) + "\n")
	}
	path := filepath.Join("testdata", "golden.txt")
	if os.Getenv("CASEROOM_GOLDEN") != "" {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the blocks are no longer as they were: %v\n%s", err, got.Bytes())
	}
}

// A packed block as it was written once is read for ever.
func TestPackedBlockIsRead(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Repeat([]byte("the health visitor "), 40)
	stored := c.stored(want)
	if stored[0] != storedPacked || len(stored) > 80 {
		t.Errorf("it is stored as %x", stored)
	}
	for _, block := range [][]byte{stored, append([]byte{storedPlain}, want...)} {
		if got, err := c.plain(block); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%x gives %q, %v", block, got, err)
		}
	}
	for _, block := range [][]byte{nil, {}, {0x12, 1}, stored[:len(stored)-1], {storedPacked, 0xff, 0xff, 0xff, 0xff, 0x7f}} {
		if _, err := c.plain(block); model.KindOf(err) != model.Corrupt {
			t.Errorf("%x: %v", block, err)
		}
	}
}

func TestListsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Uint32Max(1<<31).Draw(t, "base")
		docs := []Doc{}
		next := uint64(base)
		for range rapid.IntRange(0, 60).Draw(t, "runs") {
			next += uint64(rapid.SampledFrom([]uint32{1, 2, 9, 200, 70_000, 1 << 24}).Draw(t, "gap"))
			for range rapid.SampledFrom([]int{1, 1, 3, 400}).Draw(t, "run") {
				if next < 1<<32 {
					docs = append(docs, Doc(next))
				}
				next++
			}
		}
		c := cursor{b: appendList(nil, base, docs)}
		l := c.list(base)
		got, err := l.docs(nil)
		if err != nil || c.err("") != nil || !slices.Equal(got, docs) || l.n != len(docs) {
			t.Fatalf("%v come back as %v, %v", docs, got, err)
		}
		if kept := appendKept(nil, base, docs, appendGaps(nil, base, docs)); !bytes.Equal(kept, appendList(nil, base, docs)) {
			t.Fatalf("%v are written in two ways", docs)
		}
		to := newSet()
		if err := to.add(l); err != nil || !slices.Equal(to.all().ToArray(), docs) {
			t.Fatalf("%v are added as %v, %v", docs, to.all(), err)
		}
		mixed := slices.Concat(docs[len(docs)/2:], docs)
		if !slices.Equal(inOrder(mixed), docs) {
			t.Fatalf("%v do not come into order", docs)
		}
	})
}

func TestDamageIsSaid(t *testing.T) {
	whole := sample(t)
	for name := range whole {
		d := drawer{}
		for k, v := range whole {
			d[k] = v
		}
		if name[4] == kindDelta {
			d[name] = d[name][:len(d[name])-3]
		} else if name[4] != kindManifest {
			delete(d, name)
		} else {
			d[name] = []byte{storedPlain, 99}
		}
		if !damageSeen(d) {
			t.Errorf("without block %q nothing is said", name)
		}
	}
}

func damageSeen(d drawer) bool {
	ix, err := Open(d)
	if err != nil {
		return model.KindOf(err) == model.Corrupt
	}
	sc := scope()
	sc.Case, sc.Kinds = &CaseID{1}, []byte("i")
	_, err = ix.Search(d, asks(nil, "bruise channel:phone").Plan(), sc)
	if err == nil {
		_, err = ix.Places(d, []Doc{0})
	}
	if err == nil {
		_, _, err = ix.Lookup(d, "INF-2026-7KQ4M1")
	}
	return model.KindOf(err) == model.Corrupt
}

func fuzzBlock(f *testing.F, kinds string, read func(block []byte)) {
	c, err := newCodec()
	if err != nil {
		f.Fatal(err)
	}
	for name, block := range sample(f) {
		if plain, err := c.plain(block); err == nil && bytes.IndexByte([]byte(kinds), name[4]) >= 0 {
			f.Add(plain)
		}
	}
	f.Fuzz(func(_ *testing.T, block []byte) { read(block) })
}

func FuzzStored(f *testing.F) {
	c, err := newCodec()
	if err != nil {
		f.Fatal(err)
	}
	for _, block := range sample(f) {
		f.Add(block)
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		if plain, err := c.plain(block); err == nil && len(plain) > mostBlock {
			t.Errorf("%d bytes", len(plain))
		}
	})
}

func FuzzDirectory(f *testing.F) {
	fuzzBlock(f, "d", func(block []byte) {
		if d, err := readDirectory(block); err == nil {
			d.present.Contains(1)
			_ = d.append(nil)
		}
	})
}

func FuzzManifest(f *testing.F) { fuzzBlock(f, "m", func(block []byte) { _, _ = readManifest(block) }) }

func FuzzPlaces(f *testing.F) {
	fuzzBlock(f, "p", func(block []byte) {
		c := cursor{b: block}
		if places := readPlaces(&c); c.err("") == nil {
			_ = appendPlaces(nil, places)
		}
	})
}

func FuzzDelta(f *testing.F) {
	fuzzBlock(f, "w", func(block []byte) {
		if d, err := readDelta(block); err == nil {
			m := newMemory(&spare{})
			m.take(d)
			m.inOrder()
		}
	})
}

// What is taken for sound is so for the library too.
func FuzzBitmap(f *testing.F) {
	few, runs, many := roaring.BitmapOf(3, 9, 70_000, 200_000, 400_000), roaring.New(), roaring.New()
	runs.AddRange(5, 90)
	runs.AddRange(65_530, 65_540)
	for d := range uint32(9000) {
		many.Add(3 * d)
	}
	mixed := roaring.Or(few, runs)
	for _, b := range []*roaring.Bitmap{few, runs, mixed, many} {
		b.RunOptimize()
		raw, err := b.ToBytes()
		if err != nil || soundBitmap(raw) != int(b.GetCardinality()) {
			f.Fatalf("%v is not sound: %v", b, err)
		}
		if len(raw) < 500 { // the fuzzer is slow with long ones
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n := soundBitmap(raw)
		if n < 0 {
			return
		}
		b, err := (list{n: n, how: listBitmap, raw: raw}).bitmap()
		if err != nil || (n > 0 && b.Validate() != nil) || len(b.ToArray()) != n {
			t.Errorf("%x of %d is not sound: %v, %v", raw, n, err, b.Validate())
		}
	})
}

func FuzzTerms(f *testing.F) {
	b := roaring.New()
	b.AddRange(5, 9000)
	b.Add(70_000)
	f.Add(appendBitmap([]byte{0, 2, 'w', 'a'}, b))
	fuzzBlock(f, "tx", func(block []byte) {
		es := readEntries(block, 7)
		to := newSet()
		for es.next() {
			_, _ = readWords(es.words)
			if docs, err := es.list.docs(nil); err == nil && len(docs) == es.list.n {
				_ = to.add(es.list)
			}
		}
		if es.err() == nil {
			to.all()
		}
	})
}
