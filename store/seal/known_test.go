package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

// C2: known answers of every primitive as this package calls it, from other
// implementations. Padmé's table and our own bytes are in TestPadmeTable and TestGoldenBytes.
func TestKnownAnswers(t *testing.T) {
	n := 0
	for _, c := range []struct{ what, got, want string }{
		// The vector of RFC 9106 section 5.3 has a secret and associated data, which no caller
		// of ours can give; x/crypto tests it itself. The first two below are of an
		// implementation from the RFC's text that gives that vector too, the others of the
		// reference implementation's own tests.
		{"Argon2id, the RFC's passphrase and costs", argon(bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 16), 3, 32, 4, 32),
			"03aab965c12001c9d7d0d2de33192c0494b684bb148196d73c1df1acaf6d0c2e"},
		{"Argon2id, a passphrase of ours", argon([]byte(testPassphrase), upTo(16), 3, 256, 4, 32),
			"03fcaa96ad731a6c2ca40822641cf59bcd149ec9bc0e3a869ce5fab9391142a4"},
		{"Argon2id, 64 KiB", argon([]byte("password"), []byte("somesalt"), 1, 64, 1, 24), "655ad15eac652dc59f7170a7332bf49b8469be1fdb9c28bb"},
		{"Argon2id, 64 MiB", argon([]byte("password"), []byte("somesalt"), 2, 64<<10, 1, 32), "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"},
		{"HKDF, RFC 5869 A.1", expand(bytes.Repeat([]byte{0x0b}, 22), upTo(13), "f0f1f2f3f4f5f6f7f8f9", 42),
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
		{"HKDF, RFC 5869 A.3", expand(bytes.Repeat([]byte{0x0b}, 22), nil, "", 42),
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
		{"our subkeys, RFC 5869 A.3", derived(bytes.Repeat([]byte{0x0b}, 22), ""), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"},
		{"AES-256-GCM, test case 14", opened("00", "00", "cea7403d4d606b6e074ec5d3baf39d18"+"d0d1c8a799996bf0265b98b5d48ab919", ""), strings.Repeat("00", 16)},
		{"AES-256-GCM, test case 16", opened("feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"+
				"76fc6ece0f4e1768cddf8853bb2d551b", "feedfacedeadbeeffeedfacedeadbeefabaddad2"),
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"},
		// Of the seed 00 01 02 … 1f, by filippo.io/age v1.3: the bytes of its age1pq recipient.
		{"hybrid key as age makes it", hybrid(t, upTo(32)), "c9a3565ffde4f72b51661be391ee13e46378d7f06dd5c8bf5af9d2cfb5b8336b"},
	} {
		n++
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
	t.Logf("C2: %d known answers, all as they should be", n)
}

func upTo(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i)
	}
	return out
}

func argon(pass, salt []byte, time, memory uint32, threads uint8, size uint32) string {
	return hex.EncodeToString(argon2.IDKey(pass, salt, time, memory, threads, size))
}

func expand(secret, salt []byte, info string, n int) string {
	raw, _ := hex.DecodeString(info)
	out, err := hkdf.Key(sha256.New, secret, salt, string(raw), n)
	if err != nil {
		return err.Error()
	}
	return hex.EncodeToString(out)
}

func derived(secret []byte, label string) string {
	out, err := derive(secret, label)
	if err != nil {
		return err.Error()
	}
	return hex.EncodeToString(out)
}

// opened opens a value as the sealer does: nonce before, tag behind.
func opened(key, nonce, sealed, aad string) string {
	k, _ := hex.DecodeString(key)
	n, _ := hex.DecodeString(nonce)
	v, _ := hex.DecodeString(sealed)
	a, _ := hex.DecodeString(aad)
	for len(k) < 32 {
		k = append(k, k...)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return err.Error()
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return err.Error()
	}
	text, err := aead.Open(nil, nil, append(append(n, make([]byte, nonceSize-len(n))...), v...), a)
	if err != nil {
		return err.Error()
	}
	return hex.EncodeToString(text)
}

func hybrid(t *testing.T, seed []byte) string {
	i, err := identityFrom(seed, seed)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(i.Public().kem.Bytes())
	return hex.EncodeToString(sum[:])
}

// C4: no key is wrapped by classical cryptography alone, and nothing that is, is taken.
func TestNothingIsWrappedClassically(t *testing.T) {
	kem, err := hpke.DHKEM(ecdh.X25519()).GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	i, k := newIdentity(t), NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 1, KCV: k.CheckValue()}
	classic, err := hpke.Seal(kem.PublicKey(), hpke.HKDFSHA256(), hpke.AES256GCM(), c.info(i.ID()), k.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	tried, taken := 0, 0
	for _, raw := range [][]byte{classic, append(classic, make([]byte, WrapSize-len(classic))...), append(make([]byte, WrapSize-len(classic)), classic...)} {
		tried++
		if _, err := i.Unwrap(raw, c); err == nil {
			taken++
		}
	}
	public := kem.PublicKey().Bytes()
	full := i.Public().Encode()
	for _, raw := range [][]byte{public, append([]byte{0}, public...), append(append([]byte{0}, public...), full[1+kemPublicSize:]...)} {
		tried++
		if _, err := ParsePublic(raw); err == nil {
			taken++
		}
	}
	for range 100 { // a wrap is made of both: the half of either changed, it does not open
		wrap, err := k.Wrap(i.Public(), c)
		if err != nil || len(wrap) != WrapSize {
			t.Fatal(len(wrap), err)
		}
		for _, at := range []int{0, 1087, 1088, 1119} { // ML-KEM's ciphertext is 1,088 bytes, X25519's share 32
			w := bytes.Clone(wrap)
			w[at] ^= 1
			tried++
			if _, err := i.Unwrap(w, c); err == nil {
				taken++
			}
		}
	}
	calls := kemsNamed(t, filepath.Join("..", ".."))
	if taken > 0 || len(calls) != 1 || calls["MLKEM768X25519"] == 0 {
		t.Errorf("%d of %d were taken; the product names %v", taken, tried, calls)
	}
	t.Logf("C4: %d classical or halved wraps and keys tried, %d taken; the only key encapsulation in the source is %v", tried, taken, calls)
}

// kemsNamed counts, over the whole product, what is taken from crypto/hpke to encapsulate
// keys with, and whatever else could.
func kemsNamed(t *testing.T, root string) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			for _, other := range []string{"crypto/ecdh", "crypto/rsa", "crypto/mlkem", "crypto/elliptic", "golang.org/x/crypto/nacl", "golang.org/x/crypto/curve25519", "filippo.io/age"} {
				if strings.HasPrefix(strings.Trim(i.Path.Value, `"`), other) {
					out[other]++
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "hpke" && (strings.Contains(s.Sel.Name, "KEM") || strings.Contains(s.Sel.Name, "X25519")) {
					out[s.Sel.Name]++
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// C5: nothing that is drawn at random comes twice, and it looks drawn at random.
func TestNoncesNeverRepeat(t *testing.T) {
	seals, wraps := 30_000, 300
	if *long {
		seals, wraps = 1_000_000, 20_000
	}
	s := testSealer(t, 9, testWS, testTag, 1)
	i := newIdentity(t)
	values, shorts, slots, kems := newCensus(nonceSize), newCensus(nonceSize), newCensus(saltSize), newCensus(32)
	p := Place{'r', []byte("row"), 4}
	for range seals {
		v, err := s.Seal(p, []byte("same"))
		if err != nil {
			t.Fatal(err)
		}
		values.see(v[headerSize:])
		if v, err = s.SealShort(p, []byte("same")); err != nil {
			t.Fatal(err)
		}
		shorts.see(v[4:])
	}
	for range wraps {
		raw, err := WeakPolicy().NewSlot(SlotSpec{WS: testWS, Label: "PK", Passphrase: []byte("same"), Params: Weak()}, i)
		if err != nil {
			t.Fatal(err)
		}
		slots.see(raw[16:])
		k := NewCompartmentKey()
		w, err := k.Wrap(i.Public(), WrapContext{WS: testWS, Epoch: 1, KCV: k.CheckValue()})
		if err != nil {
			t.Fatal(err)
		}
		kems.see(w[1088:]) // the ephemeral half of X25519
	}
	for _, c := range []struct {
		what string
		*census
	}{{"nonces of values", values}, {"nonces of short values", shorts}, {"salts of keyslots", slots}, {"ephemeral keys of wraps", kems}} {
		chi := c.chi()
		t.Logf("C5: %d %s: %d repeats; chi-square of their bytes %.0f, of 255", len(c.seen), c.what, c.repeats, chi)
		if c.repeats > 0 {
			t.Errorf("%s: %d came twice", c.what, c.repeats)
		}
		if c.what != "ephemeral keys of wraps" && (chi < 120 || chi > 430) { // six deviations to either side; a curve's coordinate lacks a bit
			t.Errorf("%s do not look drawn at random: chi-square %.0f", c.what, chi)
		}
	}
}

// census counts what is drawn.
type census struct {
	size    int
	seen    map[[32]byte]bool
	bytes   [256]int
	repeats int
}

func newCensus(size int) *census { return &census{size: size, seen: map[[32]byte]bool{}} }

func (c *census) see(raw []byte) {
	var key [32]byte
	copy(key[:], raw[:c.size])
	if c.seen[key] {
		c.repeats++
	}
	c.seen[key] = true
	for _, b := range raw[:c.size] {
		c.bytes[b]++
	}
}

// chi is the chi-square of the bytes against an even draw, with 255 degrees of freedom.
func (c *census) chi() (x float64) {
	want := float64(len(c.seen)*c.size) / 256
	for _, n := range c.bytes {
		x += (float64(n) - want) * (float64(n) - want) / want
	}
	return x
}
