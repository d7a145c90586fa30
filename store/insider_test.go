package store_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// What a cleared insider can do with the key of a case and a program of their own. Since GCM
// does not commit to what it seals, they can make a second text with the nonce, the
// additional data and the tag of the first: only a hash of the whole tells them apart.

// field is GF(2^128) as GCM reckons in it: x^128 + x^7 + x^2 + x + 1, bits the other way round.
type field [16]byte

func (a field) plus(b field) (out field) {
	for i := range out {
		out[i] = a[i] ^ b[i]
	}
	return out
}

func (a field) times(b field) field {
	var z, v = new(big.Int), poly(b)
	r, _ := new(big.Int).SetString("100000000000000000000000000000087", 16)
	for i := range 128 {
		if a[i/8]&(0x80>>(i%8)) != 0 {
			z.Xor(z, v)
		}
		if v.Lsh(v, 1); v.Bit(128) == 1 {
			v.Xor(v, r)
		}
	}
	return unpoly(z)
}

// poly reads the bits so that bit i stands for x^i.
func poly(a field) *big.Int {
	out := new(big.Int)
	for i := range 128 {
		if a[i/8]&(0x80>>(i%8)) != 0 {
			out.SetBit(out, i, 1)
		}
	}
	return out
}

func unpoly(x *big.Int) (out field) {
	for i := range 128 {
		if x.Bit(i) == 1 {
			out[i/8] |= 0x80 >> (i % 8)
		}
	}
	return out
}

// inverse is a^(2^128-2).
func (a field) inverse() field {
	out, square := field{0x80}, a
	for range 127 {
		square = square.times(square)
		out = out.times(square)
	}
	return out
}

// power is h^n.
func (h field) power(n int) field {
	out := field{0x80}
	for range n {
		out = out.times(h)
	}
	return out
}

// sameTag gives another ciphertext for a text of the insider's choice, under the nonce and
// tag of the first: one block of it, the free one, comes out as it must.
func sameTag(t *testing.T, key, nonce, ciphertext, plain []byte, free int) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	must(t, err)
	var h field
	block.Encrypt(h[:], make([]byte, 16))
	forged := make([]byte, len(plain))
	counter := append(bytes.Clone(nonce), 0, 0, 0, 2)
	cipher.NewCTR(block, counter).XORKeyStream(forged, plain)
	blocks := len(ciphertext) / 16 // padded texts of these tests are whole blocks
	if len(ciphertext)%16 != 0 || len(plain) != len(ciphertext) {
		t.Fatal("the text is not of whole blocks")
	}
	// The tag is a polynomial in h; block i has the power blocks-i+1. What the others change
	// the free one takes back.
	var sum field
	for i := range blocks {
		if was, is := field(ciphertext[i*16:]), field(forged[i*16:]); i != free && was != is {
			sum = sum.plus(was.plus(is).times(h.power(blocks - i + 1)))
		}
	}
	change := sum.times(h.power(blocks - free + 1).inverse())
	out := field(ciphertext[free*16:]).plus(change)
	copy(forged[free*16:], out[:])
	return forged
}

// T6: an insider re-seals an old record, and forges one under the tag that it had. Both open;
// both are found by the digest in the ledger, and by the same member's next unlock.
func TestAnInsiderForges(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("The case")
	who := w.Person(k, "Maud Elmwright") // a short record: it is sealed as it is
	s := w.As(storetest.Manager)
	v, err := s.Person(ctx, who.ID)
	must(t, err)
	was := valuesNow(t, s, "r")
	v.Name = "what was never said " + strings.Repeat("x", 40)
	_, err = s.SetPerson(ctx, v.Person, "")
	must(t, err)
	held, record := heldOf(t, s, k.ID)
	now := valuesNow(t, s, "r")
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)

	ways := map[string]func(key string) []byte{
		"the old text, sealed anew": func(key string) []byte {
			old, _ := held.OpenValue([]byte("r"), []byte(key), was[key])
			return resealed(t, held, key, now[key], old)
		},
		"the same text, sealed anew": func(key string) []byte {
			text, _ := held.OpenValue([]byte("r"), []byte(key), now[key])
			return resealed(t, held, key, now[key], text)
		},
		"another text under the same tag": func(key string) []byte {
			return forgedUnderTheTag(t, held, record, key, now[key])
		},
	}
	found, opened := 0, 0
	for name, forge := range ways {
		tried := false
		for key, value := range now {
			if bytes.Equal(was[key], value) || was[key] == nil {
				continue // not the record that was corrected
			}
			bad := forge(key)
			if bytes.Equal(bad, value) {
				t.Fatalf("%s: nothing was changed", name)
			}
			tried = true
			if text, ok := held.OpenValue([]byte("r"), []byte(key), bad); ok {
				opened++
				t.Logf("%s opens, and reads %.110q", name, text)
			}
			path := filepath.Join(t.TempDir(), "forged.caseroom")
			must(t, os.WriteFile(path, raw, 0o600))
			breakValue(t, w.Path, path, "r", func(tx *bolt.Tx, _ string) error { return tx.Bucket([]byte("r")).Put([]byte(key), bad) })
			rep, err := store.Verify(path, w.Options())
			must(t, err)
			if strings.Contains(strings.Join(rep.Problems, "\n"), "altered") {
				found++
			} else {
				t.Errorf("%s: the check says %q", name, rep.Problems)
			}
			_, err = tryAt(w, path, storetest.Manager)
			refused(t, err, model.Corrupt, name)
		}
		if !tried {
			t.Fatal("no record was corrected")
		}
	}
	t.Logf("T6: %d forgeries by an insider, %d open with the key, %d found by the digest", len(ways), opened, found)
	if opened != len(ways) || found != len(ways) {
		t.Errorf("%d of %d open, %d are found", opened, len(ways), found)
	}
}

func resealed(t *testing.T, held store.HeldKey, key string, value, text []byte) []byte {
	t.Helper()
	out, err := held.SealAgain([]byte(key), value, text)
	must(t, err)
	return out
}

func valuesNow(t *testing.T, s *store.Session, bucket string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	must(t, s.DB().View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error { out[string(k)] = bytes.Clone(v); return nil })
	}))
	return out
}

// heldOf gives the compartment of a case as its member holds it, and its record key.
func heldOf(t *testing.T, s *store.Session, k model.ID) (store.HeldKey, []byte) {
	t.Helper()
	for _, h := range s.HeldKeys() {
		if h.Case == k && h.Home == "" {
			return h, h.RecordKey()
		}
	}
	t.Fatal("the case's key is not held")
	return store.HeldKey{}, nil
}

// forgedUnderTheTag makes a record read otherwise and keeps its nonce and tag. The free block
// lies among letters of its words; with other words it comes out as other bytes, until they
// can stand in a text.
func forgedUnderTheTag(t *testing.T, held store.HeldKey, key []byte, at string, value []byte) []byte {
	t.Helper()
	const head = 17
	nonce, body := value[head:head+12], value[head+12:]
	ciphertext := body[:len(body)-16]
	block, err := aes.NewCipher(key)
	must(t, err)
	padded := make([]byte, len(ciphertext))
	cipher.NewCTR(block, append(bytes.Clone(nonce), 0, 0, 0, 2)).XORKeyStream(padded, ciphertext)
	text := padded[4 : 4+binary.BigEndian.Uint32(padded)]
	words := bytes.Index(text, []byte("what was never said"))
	if words < 0 {
		t.Fatalf("the record reads %q", text)
	}
	free := (4+words)/16 + 1
	for n := range 100_000 {
		plain := bytes.Clone(padded)
		binary.BigEndian.PutUint32(plain[4+words:], 0x61616161+uint32(n%20)<<24+uint32(n/20%20)<<16+uint32(n/400%20)<<8+uint32(n/8000%20))
		forged := sameTag(t, key, nonce, ciphertext, plain, free)
		out := append(append(bytes.Clone(value[:head+12]), forged...), body[len(body)-16:]...)
		opened, ok := held.OpenValue([]byte("r"), []byte(at), out)
		if !ok {
			t.Fatal("the forgery does not open: the arithmetic is wrong")
		}
		if _, body, _ := bytes.Cut(opened, []byte("\n")); json.Valid(body) || n > 50 {
			return out
		}
	}
	return nil
}
