package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// TestBox: what is sealed to a compartment's public key opens with its key, at its place,
// in its epoch, and nowhere else.
func TestBox(t *testing.T) {
	k := &CompartmentKey{}
	copy(k.secret[:], bytes.Repeat([]byte{0xc3}, KeySize))
	public, err := k.BoxKey()
	if err != nil || len(public) != BoxSize {
		t.Fatalf("%d bytes, %v", len(public), err)
	}
	if sum := sha256.Sum256(public); hex.EncodeToString(sum[:]) != goldenBox {
		t.Errorf("the public half is %x", sum)
	}
	b := Box{WS: WorkspaceID{1}, Tag: Tag{2}, Epoch: 3}
	at := Place{Bucket: 'r', Key: []byte("012345678901234567890123"), Rev: 77}
	v, err := b.Seal(public, at, []byte("a reason"))
	if err != nil || len(v) != headerSize+boxEncap+minPadded+tagSize {
		t.Fatalf("%d bytes, %v", len(v), err)
	}
	if h, err := PeekHeader(v); err != nil || !h.Boxed || h.Epoch != 3 || h.Rev != 77 {
		t.Errorf("its header says %+v, %v", h, err)
	}
	if text, err := b.Open(k, at, v); err != nil || string(text) != "a reason" {
		t.Errorf("it opens to %q, %v", text, err)
	}
	other := func(change func(b *Box, p *Place, k *CompartmentKey)) error {
		b, p, k := b, at, *k
		change(&b, &p, &k)
		_, err := b.Open(&k, p, v)
		return err
	}
	for name, change := range map[string]func(b *Box, p *Place, k *CompartmentKey){
		"workspace":   func(b *Box, _ *Place, _ *CompartmentKey) { b.WS[0]++ },
		"compartment": func(b *Box, _ *Place, _ *CompartmentKey) { b.Tag[0]++ },
		"epoch":       func(b *Box, _ *Place, _ *CompartmentKey) { b.Epoch++ },
		"bucket":      func(_ *Box, p *Place, _ *CompartmentKey) { p.Bucket++ },
		"key":         func(_ *Box, p *Place, _ *CompartmentKey) { p.Key = append([]byte("9"), p.Key[1:]...) },
		"revision":    func(_ *Box, p *Place, _ *CompartmentKey) { p.Rev++ },
		"secret":      func(_ *Box, _ *Place, k *CompartmentKey) { k.secret[0]++ },
	} {
		if other(change) == nil {
			t.Errorf("it opens with another %s", name)
		}
	}
	for n := range v {
		w := bytes.Clone(v)
		w[n] ^= 1
		if _, err := b.Open(k, at, w); err == nil {
			t.Fatalf("it opens with byte %d changed", n)
		}
	}
	s, err := k.Sealer(b.WS, b.Tag, b.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(at, v); err == nil {
		t.Error("a sealer takes it for a value of its own")
	}
}
