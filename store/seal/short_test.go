package seal

import (
	"bytes"
	"errors"
	"testing"
)

func TestShortValuesOpenOnlyInTheirPlace(t *testing.T) {
	ws := WorkspaceID{1}
	k, other := NewCompartmentKey(), NewCompartmentKey()
	s, err := k.Sealer(ws, Tag{2}, 3)
	if err != nil {
		t.Fatal(err)
	}
	o, err := other.Sealer(ws, Tag{2}, 3)
	if err != nil {
		t.Fatal(err)
	}
	later, err := k.Sealer(ws, Tag{2}, 4)
	if err != nil {
		t.Fatal(err)
	}
	at := Place{Bucket: 'l', Key: []byte("12345678"), Rev: 9}
	for n := 0; n <= ShortText; n++ {
		text := bytes.Repeat([]byte{'x'}, n)
		v, err := s.SealShort(at, text)
		if err != nil || len(v) != ShortSize {
			t.Fatalf("%d bytes: %d, %v", n, len(v), err)
		}
		if got, err := s.OpenShort(at, v); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%d bytes come back as %q, %v", n, got, err)
		}
		if e, err := PeekShort(v); e != 3 || err != nil {
			t.Fatal(e, err)
		}
	}
	v, err := s.SealShort(at, []byte("a case word"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := []Place{{'m', at.Key, 9}, {'l', []byte("12345679"), 9}, {'l', at.Key, 10}}
	for _, p := range elsewhere {
		if _, err := s.OpenShort(p, v); !errors.Is(err, ErrUnreadable) {
			t.Errorf("opened at %v: %v", p, err)
		}
	}
	for _, x := range []*Sealer{o, later} {
		if _, err := x.OpenShort(at, v); !errors.Is(err, ErrUnreadable) {
			t.Errorf("opened with another key or epoch: %v", err)
		}
	}
	for i := range v {
		for bit := range 8 {
			w := bytes.Clone(v)
			w[i] ^= 1 << bit
			if _, err := s.OpenShort(at, w); !errors.Is(err, ErrUnreadable) {
				t.Fatalf("byte %d bit %d flipped: %v", i, bit, err)
			}
		}
	}
	if _, err := s.SealShort(at, make([]byte, ShortText+1)); err == nil {
		t.Error("too long a text was sealed")
	}
	s.Zero()
	if _, err := s.OpenShort(at, v); err == nil {
		t.Error("opened after the key was dropped")
	}
}
