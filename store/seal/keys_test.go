package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func newIdentity(t testing.TB) *Identity {
	t.Helper()
	i, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestWrapOpensOnlyForItsContext(t *testing.T) {
	a, b := newIdentity(t), newIdentity(t)
	k := NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 2, KCV: k.CheckValue()}
	wrap, err := k.Wrap(a.Public(), c)
	if err != nil || len(wrap) != WrapSize {
		t.Fatalf("%d bytes, %v", len(wrap), err)
	}
	got, err := a.Unwrap(wrap, c)
	if err != nil || !bytes.Equal(got.Bytes(), k.Bytes()) {
		t.Fatalf("did not open: %v", err)
	}
	if _, err := b.Unwrap(wrap, c); code(err) != CodeWrap {
		t.Errorf("opened for another member: %v", err)
	}
	for what, change := range map[string]func(*WrapContext){
		"workspace": func(c *WrapContext) { c.WS[0] ^= 1 },
		"tag":       func(c *WrapContext) { c.Tag[7] ^= 1 },
		"epoch":     func(c *WrapContext) { c.Epoch++ },
		"kcv":       func(c *WrapContext) { c.KCV[31] ^= 1 },
	} {
		m := c
		change(&m)
		if _, err := a.Unwrap(wrap, m); code(err) != CodeWrap {
			t.Errorf("opened with another %s: %v", what, err)
		}
		if what == "kcv" {
			if _, err := k.Wrap(a.Public(), m); err == nil {
				t.Error("a key was wrapped under another's check value")
			}
		}
	}
	for bit := 0; bit < len(wrap)*8; bit += 13 {
		w := bytes.Clone(wrap)
		w[bit/8] ^= 1 << (bit % 8)
		if _, err := a.Unwrap(w, c); !errors.Is(err, ErrUnreadable) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	if _, err := k.Wrap(Public{}, c); err == nil {
		t.Error("wrapped to nobody")
	}
}

// Anyone can wrap any key to a public key: the check value from the signed leaf decides.
func TestPlantedKeyIsRefused(t *testing.T) {
	a := newIdentity(t)
	real, planted := NewCompartmentKey(), NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 1, KCV: planted.CheckValue()}
	wrap, err := planted.Wrap(a.Public(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.KCV = real.CheckValue()
	if _, err := a.Unwrap(wrap, c); code(err) != CodeWrap {
		t.Fatalf("a planted key was taken: %v", err)
	}
}

func TestKeysAreApart(t *testing.T) {
	i := newIdentity(t)
	k := NewCompartmentKey()
	s, _ := k.Sealer(testWS, testTag, 1)
	p, err := i.Personal(testWS)
	if err != nil {
		t.Fatal(err)
	}
	kcv := k.CheckValue()
	record, _ := derive(k.secret[:], labelRecordKey)
	seen := map[string]bool{}
	for _, b := range [][]byte{k.Bytes(), kcv[:], record, s.nameKey, p.nameKey, i.kemSeed[:], i.signSeed[:]} {
		if seen[string(b)] {
			t.Fatal("two keys are one")
		}
		seen[string(b)] = true
	}
	if !k.Matches(kcv) || NewCompartmentKey().Matches(kcv) {
		t.Error("the check value does not check")
	}
	if _, err := KeyFromBytes(make([]byte, 31)); err == nil {
		t.Error("a short key was taken")
	}
}

func TestPersonalSealing(t *testing.T) {
	a, b := newIdentity(t), newIdentity(t)
	pa, _ := a.Personal(testWS)
	pb, _ := b.Personal(testWS)
	elsewhere, _ := a.Personal(WorkspaceID{1})
	at := Place{'d', []byte("draft"), 1}
	sealed, err := pa.Seal(at, []byte("half a sentence"))
	if err != nil {
		t.Fatal(err)
	}
	again, _ := a.Personal(testWS)
	if got, err := again.Open(at, sealed); err != nil || string(got) != "half a sentence" {
		t.Fatalf("%q, %v", got, err)
	}
	for name, s := range map[string]*Sealer{"another member": pb, "another workspace": elsewhere} {
		if _, err := s.Open(at, sealed); !errors.Is(err, ErrUnreadable) {
			t.Errorf("opened by %s: %v", name, err)
		}
	}
	a.Zero()
	if _, err := a.Personal(testWS); err == nil {
		t.Error("a zeroed identity gave a sealer")
	}
	if a.Sign("x", nil) != nil {
		t.Error("a zeroed identity signed")
	}
	if _, err := WeakPolicy().NewSlot(SlotSpec{Label: "PK", Passphrase: []byte("x"), Params: Weak()}, a); err == nil {
		t.Error("a zeroed identity went into a slot")
	}
	if _, err := a.Unwrap(make([]byte, WrapSize), WrapContext{}); err == nil {
		t.Error("a zeroed identity unwrapped")
	}
}

func TestSignatures(t *testing.T) {
	a, b := newIdentity(t), newIdentity(t)
	sig := a.Sign("commit", []byte("message"))
	if len(sig) != SignatureSize || !a.Public().Verify("commit", []byte("message"), sig) {
		t.Fatal("the signature does not hold")
	}
	for name, held := range map[string]bool{
		"other message":  a.Public().Verify("commit", []byte("massage"), sig),
		"other use":      a.Public().Verify("pack", []byte("message"), sig),
		"shifted use":    a.Public().Verify("commi", []byte("tmessage"), sig),
		"other member":   b.Public().Verify("commit", []byte("message"), sig),
		"no member":      Public{}.Verify("commit", []byte("message"), sig),
		"cut signature":  a.Public().Verify("commit", []byte("message"), sig[:63]),
		"zero signature": a.Public().Verify("commit", []byte("message"), make([]byte, 64)),
	} {
		if held {
			t.Errorf("%s: the signature holds", name)
		}
	}
}

func TestPublicEncoding(t *testing.T) {
	a, b := newIdentity(t).Public(), newIdentity(t).Public()
	raw := a.Encode()
	if len(raw) != PublicSize {
		t.Fatalf("%d bytes", len(raw))
	}
	back, err := ParsePublic(raw)
	if err != nil || !back.Same(a) || back.ID() != a.ID() || back.Fingerprint() != a.Fingerprint() {
		t.Fatalf("did not come back: %v", err)
	}
	if a.Same(b) || a.Fingerprint() == b.Fingerprint() || a.ID() == b.ID() || (Public{}).Same(Public{}) {
		t.Error("two members look alike")
	}
	if len(strings.Fields(a.Fingerprint())) != 6 || (Public{}).Fingerprint() != "" {
		t.Errorf("fingerprint %q", a.Fingerprint())
	}
	for _, bad := range [][]byte{nil, raw[:len(raw)-1], append(bytes.Clone(raw), 0), append([]byte{1}, raw[1:]...)} {
		if _, err := ParsePublic(bad); err == nil {
			t.Errorf("%d bytes were taken", len(bad))
		}
	}
	for i := range raw { // the key id stands for every byte
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		if p, err := ParsePublic(changed); err == nil && p.ID() == a.ID() {
			t.Fatalf("byte %d does not count", i)
		}
	}
}

// The seed's public half is the same in age's hybrid keys; this pins it.
func TestHybridKeyIsStable(t *testing.T) {
	seed := make([]byte, KeySize)
	for n := range seed {
		seed[n] = byte(n)
	}
	i, err := identityFrom(seed, seed)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(i.Public().Encode())
	if got := hex.EncodeToString(sum[:]); got != goldenPublic {
		t.Errorf("public half hashes to %s, want %s", got, goldenPublic)
	}
	if i.ID().String() != goldenKeyID {
		t.Errorf("key id %s, want %s", i.ID(), goldenKeyID)
	}
}

func TestRecoveryReceivesLikeAMember(t *testing.T) {
	r := NewRecoverySecret()
	i, err := r.Identity()
	if err != nil {
		t.Fatal(err)
	}
	k := NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: NewTag(), Epoch: 1, KCV: k.CheckValue()}
	wrap, err := k.Wrap(i.Public(), c)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := ParseRecovery(r.Text())
	if err != nil {
		t.Fatal(err)
	}
	again, _ := sheet.Identity()
	if got, err := again.Unwrap(wrap, c); err != nil || !bytes.Equal(got.Bytes(), k.Bytes()) {
		t.Fatalf("the sheet does not open: %v", err)
	}
	r.Zero()
	if r.seed != [KeySize]byte{} {
		t.Error("the secret is still there")
	}
}

func TestWordsAreToldApart(t *testing.T) {
	starts := map[string]string{}
	for n, w := range wordList {
		if len(w) < 3 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("word %d is %q", n, w)
		}
		start := w[:min(4, len(w))]
		if other := starts[start]; other != "" {
			t.Errorf("%s and %s begin alike", w, other)
		}
		starts[start] = w
		for _, other := range wordList[:n] {
			if len(other) == len(w) && differ(other, w) < 2 {
				t.Errorf("%s and %s differ by one letter", w, other)
			}
		}
	}
}

func differ(a, b string) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func TestErrorsReadWell(t *testing.T) {
	for _, err := range []error{ErrWrongPassphrase, ErrDamagedSlot, ErrNewerFormat, ErrRecoverySheet, ErrRecoveryLength, ErrNoPassphrase, unreadable(CodeWrap), errNoKey} {
		if s := fmt.Sprint(err); len(s) < 20 || strings.ContainsAny(s, "%!\n") {
			t.Errorf("%q", s)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	i := newIdentity(b)
	k := NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 1, KCV: k.CheckValue()}
	wrap, _ := k.Wrap(i.Public(), c)
	b.Run("wrap", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Wrap(i.Public(), c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unwrap", func(b *testing.B) {
		for b.Loop() {
			if _, err := i.Unwrap(wrap, c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sealer", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Sealer(testWS, testTag, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fingerprint", func(b *testing.B) {
		for b.Loop() {
			i.Public().Fingerprint()
		}
	})
}
