package seal

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// T8: foreign bytes of this package, beside keyslots, sealed values and sheets.

// FuzzParsePublic: what is taken as a public half encodes to what was there.
func FuzzParsePublic(f *testing.F) {
	raw := newIdentity(f).Public().Encode()
	f.Add(raw)
	f.Add(append([]byte{1}, raw[1:]...))
	f.Add(bytes.Repeat([]byte{0}, PublicSize))
	f.Add(append([]byte{0}, bytes.Repeat([]byte{0xff}, PublicSize-1)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParsePublic(raw)
		if err != nil {
			return
		}
		if !p.Valid() || !bytes.Equal(p.Encode(), raw) {
			t.Fatal("what was read does not encode to what was there")
		}
		p.Verify("commit", raw, raw[:min(len(raw), SignatureSize)])
		k := NewCompartmentKey()
		if wrap, err := k.Wrap(p, WrapContext{KCV: k.CheckValue()}); err == nil && len(wrap) != WrapSize {
			t.Fatalf("a wrap of %d bytes", len(wrap))
		}
	})
}

// FuzzUnwrap: nothing but the wrap itself opens.
func FuzzUnwrap(f *testing.F) {
	i, k := newIdentity(f), NewCompartmentKey()
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 2, KCV: k.CheckValue()}
	wrap, err := k.Wrap(i.Public(), c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wrap)
	f.Add(wrap[:WrapSize-1])
	f.Add(make([]byte, WrapSize))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := i.Unwrap(raw, c)
		switch {
		case err != nil && !errors.Is(err, ErrUnreadable):
			t.Fatal(err)
		case err == nil && (!bytes.Equal(raw, wrap) || !bytes.Equal(got.Bytes(), k.Bytes())):
			t.Fatal("a forged wrap opened")
		}
	})
}

// FuzzShort: the same of short values, of which the ledger's details and the key rows are.
func FuzzShort(f *testing.F) {
	s := testSealer(f, 9, testWS, testTag, 1)
	p := Place{'l', []byte("12345678"), 4}
	sealed, err := s.SealShort(p, []byte("text"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(make([]byte, ShortSize))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = PeekShort(raw)
		if text, err := s.OpenShort(p, raw); err == nil && string(text) != "text" {
			t.Fatal("a forged value opened")
		}
	})
}

// FuzzTyped: what a person types as a passphrase or a label has one form or is refused.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{"gentle otter", "cafe\u0301", "\u00a0", "a\xff", "P\u202eK", "ß", "\u1e9b\u0323"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if one, err := Normalise([]byte(text)); err == nil {
			if two, err := Normalise(one); err != nil || !bytes.Equal(one, two) || !SamePassphrase([]byte(text), one) {
				t.Fatalf("%q has two forms: %q, %q (%v)", text, one, two, err)
			}
		}
		if CheckLabel(text) == nil {
			if strings.ContainsAny(text, "\x00\n\r\x1b") || len(text) > MaxLabel {
				t.Fatalf("%q is a label", text)
			}
			SlotID(testWS, text)
		}
		for line := range SheetLines + 2 {
			_ = CheckSheetLine(line, text)
		}
	})
}
