package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// long asks for the walks that take minutes: go test ./store/seal -long
var long = flag.Bool("long", false, "walk longer: more seals, more keyslots, more settings")

var (
	testWS  = WorkspaceID(bytes.Repeat([]byte{0xa1}, 32))
	testTag = Tag{1, 2, 3, 4, 5, 6, 7, 8}
)

func testKey(b byte) *CompartmentKey {
	k, _ := KeyFromBytes(bytes.Repeat([]byte{b}, KeySize))
	return k
}

func testSealer(t testing.TB, key byte, ws WorkspaceID, tag Tag, epoch uint64) *Sealer {
	t.Helper()
	s, err := testKey(key).Sealer(ws, tag, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func code(err error) Code {
	var u *Unreadable
	if errors.As(err, &u) {
		return u.Code
	}
	return ""
}

// C2: our own bytes. They were computed by a second implementation (Python's hmac and
// hashlib) from the description in this package, not by this code.
func TestGoldenBytes(t *testing.T) {
	s := testSealer(t, 0x42, testWS, testTag, 3)
	aad := s.appendAAD(nil, Place{Bucket: 'r', Key: []byte("0123456789abcdefghijklmn"), Rev: 7})
	kcv := testKey(0x42).CheckValue()
	name := s.BlindName("information", "INF-2026-7KQ4M2")
	none := s.BlindName("", "")
	slot := SlotID(testWS, "PK")
	for _, c := range []struct{ what, got, want string }{
		{"additional data", hex.EncodeToString(aad), goldenAAD},
		{"check value", hex.EncodeToString(kcv[:]), goldenKCV},
		{"blind name", hex.EncodeToString(name[:]), goldenName},
		{"blind name of nothing", hex.EncodeToString(none[:]), goldenNone},
		{"slot id", hex.EncodeToString(slot[:]), goldenSlotID},
	} {
		if c.got != c.want {
			t.Errorf("%s is\n%s, want\n%s", c.what, c.got, c.want)
		}
	}
	if got := Word(0) + " " + Word(255); got != "acorn zebra" {
		t.Errorf("first and last word are %q", got)
	}
}

// C2: the table of Padmé.
func TestPadmeTable(t *testing.T) {
	for in, want := range map[int]int{
		0: 256, 1: 256, 255: 256, 256: 256, 257: 272, 272: 272, 273: 288, 511: 512, 512: 512, 513: 544,
		1000: 1024, 1004: 1024, 1024: 1024, 1025: 1088, 4096: 4096, 4097: 4352, 70000: 71680, 1 << 20: 1 << 20, 1<<20 + 1: 1<<20 + 1<<15,
	} {
		if got := Padme(in); got != want {
			t.Errorf("Padme(%d) = %d, want %d", in, got, want)
		}
	}
}

func TestPadding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "text")
		padded := appendPadded([]byte("before"), text)[6:]
		if len(padded) != Padme(4+len(text)) || float64(len(padded)) > max(256, 1.125*float64(4+len(text))) {
			t.Fatalf("%d bytes were padded to %d", len(text), len(padded))
		}
		back, ok := unpad(padded)
		if !ok || !bytes.Equal(back, text) {
			t.Fatal("padding did not come off")
		}
		if len(padded) > 4+len(text) {
			padded[len(padded)-1] = 1
			if _, ok := unpad(padded); ok {
				t.Fatal("padding with something in it was accepted")
			}
		}
	})
}

func TestUnpadRefusesWrongLengths(t *testing.T) {
	b := appendPadded(nil, []byte("a quiet afternoon"))
	for name, mutate := range map[string]func([]byte) []byte{
		"length beyond the end":     func(b []byte) []byte { b[0] = 0xff; return b },
		"length one byte too many":  func(b []byte) []byte { b[2] = 1; return b },
		"shorter than the floor":    func(b []byte) []byte { return b[:100] },
		"longer than the rule says": func(b []byte) []byte { return append(b, 0) },
		"nothing":                   func([]byte) []byte { return nil },
	} {
		if _, ok := unpad(mutate(bytes.Clone(b))); ok {
			t.Errorf("%s was accepted", name)
		}
	}
}

// where is everything a value is bound to.
type where struct {
	key   byte
	ws    WorkspaceID
	tag   Tag
	epoch uint64
	place Place
}

func drawWhere(t *rapid.T) where {
	return where{
		key: rapid.ByteRange(1, 255).Draw(t, "key"),
		ws:  WorkspaceID(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "ws")),
		tag: Tag(rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "tag")), epoch: rapid.Uint64().Draw(t, "epoch"),
		place: Place{rapid.Byte().Draw(t, "bucket"), rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "row"), rapid.Uint64().Draw(t, "rev")},
	}
}

func (w where) moved() map[string]where {
	out := map[string]where{}
	for _, what := range []string{"key", "workspace", "compartment", "epoch", "bucket", "row", "shorter row", "revision"} {
		m := w
		switch what {
		case "key":
			m.key = w.key%255 + 1
		case "workspace":
			m.ws[31] ^= 1
		case "compartment":
			m.tag[0] ^= 0x80
		case "epoch":
			m.epoch++
		case "bucket":
			m.place.Bucket ^= 1
		case "row":
			m.place.Key = append(bytes.Clone(w.place.Key), 0)
		case "shorter row":
			if len(w.place.Key) == 0 {
				continue
			}
			m.place.Key = w.place.Key[:len(w.place.Key)-1]
		case "revision":
			m.place.Rev--
		}
		out[what] = m
	}
	return out
}

func TestValueOpensOnlyAtItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWhere(t)
		text := rapid.SliceOfN(rapid.Byte(), 0, 700).Draw(t, "text")
		s, err := testKey(w.key).Sealer(w.ws, w.tag, w.epoch)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := s.Seal(w.place, text)
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed) != SealedSize(len(text)) {
			t.Fatalf("%d bytes, SealedSize says %d", len(sealed), SealedSize(len(text)))
		}
		got, err := s.Open(w.place, sealed)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("did not open at its own place: %v", err)
		}
		for what, m := range w.moved() {
			other, err := testKey(m.key).Sealer(m.ws, m.tag, m.epoch)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := other.Open(m.place, sealed); !errors.Is(err, ErrUnreadable) {
				t.Fatalf("opened at another %s (%v)", what, err)
			}
			// With a header made to agree the seal itself must still refuse.
			forged := bytes.Clone(sealed)
			copy(forged[1:], append(u64(m.epoch), u64(m.place.Rev)...))
			if _, err := other.Open(m.place, forged); code(err) != CodeSeal {
				t.Fatalf("a forged header moved a value to another %s (%v)", what, err)
			}
		}
	})
}

func TestEveryFlippedBitOfAValueIsRefused(t *testing.T) {
	s := testSealer(t, 9, testWS, testTag, 1)
	p := Place{'r', []byte("row"), 4}
	sealed, err := s.Seal(p, []byte("Telephoned the school office; they will ring back on Tuesday."))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(sealed) * 8 {
		b := bytes.Clone(sealed)
		b[bit/8] ^= 1 << (bit % 8)
		if _, err := s.Open(p, b); !errors.Is(err, ErrUnreadable) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	for n := range sealed {
		if _, err := s.Open(p, sealed[:n]); !errors.Is(err, ErrUnreadable) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	if _, err := s.Open(p, append(bytes.Clone(sealed), 0)); code(err) != CodeSeal {
		t.Fatalf("one byte more: %v", err)
	}
}

func TestErrorsHoldNothingOfTheValue(t *testing.T) {
	s := testSealer(t, 9, testWS, testTag, 1)
	sealed, _ := s.Seal(Place{'r', []byte("canary-row"), 4}, []byte("canary-words"))
	_, err := s.Open(Place{'r', []byte("canary-row"), 5}, sealed)
	if err == nil || strings.Contains(err.Error(), "canary") || err.Error() != "this item cannot be read (S3)" {
		t.Fatalf("error is %q", err)
	}
	if _, err := s.Seal(Place{}, make([]byte, MaxValue+1)); code(err) != CodeSize {
		t.Fatalf("too large a value: %v", err)
	}
}

func TestSealerAfterZero(t *testing.T) {
	s := testSealer(t, 9, testWS, testTag, 1)
	p := Place{'r', []byte("row"), 4}
	sealed, _ := s.Seal(p, []byte("x"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if got, err := s.Open(p, sealed); err == nil && string(got) != "x" {
					t.Error("wrong text while the keys were dropped")
				}
				if _, err := s.Seal(p, []byte("x")); err != nil && !errors.Is(err, errNoKey) {
					t.Error(err)
				}
			}
		})
	}
	s.Zero()
	wg.Wait()
	if _, err := s.Open(p, sealed); !errors.Is(err, errNoKey) {
		t.Errorf("opened after Zero: %v", err)
	}
	if !bytes.Equal(s.nameKey, make([]byte, KeySize)) {
		t.Error("the naming key is still there")
	}
	k := testKey(3)
	k.Zero()
	if _, err := k.Sealer(testWS, testTag, 1); !errors.Is(err, errNoKey) {
		t.Errorf("a zeroed key gave a sealer: %v", err)
	}
}

func TestScratchIsWiped(t *testing.T) {
	s := testSealer(t, 9, testWS, testTag, 1)
	buf := s.buffer()
	b := append((*buf)[:0], "canary"...)
	*buf = b
	s.release(buf)
	if bytes.Contains(b, []byte("canary")) {
		t.Fatal("the buffer still holds the text")
	}
}

func TestBlindNamesSeparate(t *testing.T) {
	a := testSealer(t, 1, testWS, testTag, 1)
	seen := map[[16]byte]string{}
	for _, c := range []struct{ kind, id string }{{"case", "1"}, {"person", "1"}, {"cas", "e1"}, {"", "case1"}, {"case1", ""}} {
		n := a.BlindName(c.kind, c.id)
		if before, twice := seen[n]; twice {
			t.Errorf("%v has the name of %s", c, before)
		}
		seen[n] = c.kind + "/" + c.id
	}
	if a.BlindName("case", "1") == testSealer(t, 2, testWS, testTag, 1).BlindName("case", "1") {
		t.Error("another compartment's key gives the same name")
	}
	if a.BlindName("case", "1") != testSealer(t, 1, testWS, testTag, 9).BlindName("case", "1") {
		t.Error("one key gives two names")
	}
}

func BenchmarkSeal(b *testing.B) {
	for _, n := range []int{200, 1024, 16 << 10, 256 << 10} {
		s := testSealer(b, 9, testWS, testTag, 1)
		p := Place{'r', make([]byte, 24), 4}
		text := bytes.Repeat([]byte("a"), n)
		b.Run(sizeName(n)+"/seal", func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Seal(p, text); err != nil {
					b.Fatal(err)
				}
			}
		})
		sealed, _ := s.Seal(p, text)
		b.Run(sizeName(n)+"/open", func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Open(p, sealed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func sizeName(n int) string {
	if n < 1024 {
		return "0.2KiB"
	}
	return map[int]string{1024: "1KiB", 16 << 10: "16KiB", 256 << 10: "256KiB"}[n]
}

func BenchmarkBlindName(b *testing.B) {
	s := testSealer(b, 9, testWS, testTag, 1)
	for b.Loop() {
		s.BlindName("information", "INF-2026-7KQ4M2")
	}
}
