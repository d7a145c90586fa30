package store

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawPage(t *rapid.T) page {
	m := rapid.MapOfN(rapid.Custom(func(t *rapid.T) [blindSize]byte {
		return [blindSize]byte(rapid.SliceOfN(rapid.Byte(), blindSize, blindSize).Draw(t, "name"))
	}), rapid.SliceOfN(rapid.Byte(), 0, 300), 1, 100).Draw(t, "slips")
	var p page
	for name, text := range m {
		p = append(p, slip{name, text})
	}
	slices.SortFunc(p, func(a, b slip) int { return bytes.Compare(a.name[:], b.name[:]) })
	return p
}

func same(a, b page) bool {
	return slices.EqualFunc(a, b, func(x, y slip) bool { return x.name == y.name && bytes.Equal(x.text, y.text) })
}

func TestPagesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPage(t)
		got, ok := decodePage(p.encode())
		if !ok || !same(got, p) {
			t.Fatalf("%d slips come back as %d (%v)", len(p), len(got), ok)
		}
		for n, s := range p {
			if i, ok := got.find(s.name); !ok || i != n {
				t.Fatalf("slip %d is found at %d (%v)", n, i, ok)
			}
		}
		var all page
		for _, part := range p.split() {
			if len(part) > pageFull || len(part) == 0 {
				t.Fatalf("a page of %d", len(part))
			}
			all = append(all, part...)
		}
		if !same(all, p) {
			t.Fatal("splitting lost something")
		}
		other := drawPage(t)
		both := merge(p, other)
		for _, s := range other {
			if i, ok := both.find(s.name); !ok || !bytes.Equal(both[i].text, s.text) {
				t.Fatal("merging lost something new")
			}
		}
		for _, s := range p {
			if _, ok := both.find(s.name); !ok {
				t.Fatal("merging lost something old")
			}
		}
	})
}

func TestOneRecordIsPackedWhereItPays(t *testing.T) {
	for _, text := range []string{"", "information 1\n{}", strings.Repeat("the same words ", 200), "information 3\n" + strings.Repeat("x", packFrom)} {
		got, ok := unpacked(pack([]byte(text)))
		if text == "" {
			if ok {
				t.Error("an empty text is taken for a record")
			}
			continue
		}
		if !ok || string(got) != text {
			t.Errorf("%d bytes come back as %d (%v)", len(text), len(got), ok)
		}
	}
	if long := []byte(strings.Repeat("the same words ", 200)); len(pack(long)) > len(long)/4 {
		t.Error("what repeats itself is not made smaller")
	}
}

// FuzzPage: whatever the bytes, a page is read whole or not at all.
func FuzzPage(f *testing.F) {
	f.Add(page{{[blindSize]byte{1}, []byte("information 1\n{}")}, {[blindSize]byte{2}, nil}}.encode())
	f.Add([]byte{formPage, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{formPacked})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = unpacked(b)
		p, ok := decodePage(b)
		if !ok {
			return
		}
		again, ok := decodePage(p.encode())
		if !ok || !same(again, p) {
			t.Fatal("a page that can be read is not written the same")
		}
	})
}

func TestDetailsComeBack(t *testing.T) {
	drawn := newID()
	for _, a := range detailActs() {
		for _, n := range detailNouns() {
			for _, d := range []detail{{Change: newID(), Act: a, Noun: n, ID: drawn}, {Act: a, Noun: n, ID: "profile"}, {Act: a, Noun: n}} {
				b, err := d.encode()
				if err != nil {
					t.Fatal(err)
				}
				if got, ok := decodeDetail(b); !ok || got != d {
					t.Fatalf("%v comes back as %v (%v)", d, got, ok)
				}
			}
		}
	}
	if _, err := (detail{ID: "a name that is far too long to be kept"}).encode(); err == nil {
		t.Error("a long name was cut")
	}
}

// FuzzDetail: bytes that are not a detail are said so.
func FuzzDetail(f *testing.F) {
	b, err := detail{Change: newID(), Act: "log", Noun: "information", ID: newID()}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, ok := decodeDetail(b); ok {
			if _, err := d.encode(); err != nil && len(d.ID) < 20 {
				t.Fatal(err)
			}
		}
	})
}
