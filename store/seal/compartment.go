package seal

import (
	"crypto/hpke"
	"crypto/rand"
	"crypto/subtle"
)

// WrapSize is the length in bytes of every wrap: encapsulation 1,120, key 32, tag 16.
const WrapSize = 1120 + KeySize + 16

// CompartmentKey is the secret of one epoch of one compartment. Whoever holds it is
// cleared for the compartment.
type CompartmentKey struct{ secret [KeySize]byte }

// NewCompartmentKey draws a key.
func NewCompartmentKey() *CompartmentKey {
	k := &CompartmentKey{}
	rand.Read(k.secret[:])
	return k
}

// KeyFromBytes takes a key back that [CompartmentKey.Bytes] gave, from a sealed keyring.
// The bytes are copied.
func KeyFromBytes(b []byte) (*CompartmentKey, error) {
	if len(b) != KeySize {
		return nil, unreadable(CodeWrap)
	}
	k := &CompartmentKey{}
	copy(k.secret[:], b)
	return k, nil
}

// Bytes gives the key itself, to be sealed into a member's keyring and nowhere else.
func (k *CompartmentKey) Bytes() []byte { return append([]byte(nil), k.secret[:]...) }

// Zero overwrites the key; it is of no use afterwards.
func (k *CompartmentKey) Zero() { Zero(k.secret[:]) }

// CheckValue gives the kcv: 32 bytes that stand in the leaf that opens the epoch and
// commit to the key, because AES-GCM does not. It reveals nothing of the key.
func (k *CompartmentKey) CheckValue() [32]byte {
	var out [32]byte
	b, err := derive(k.secret[:], labelKCV)
	if err == nil {
		copy(out[:], b)
	}
	return out
}

// Matches tells whether this is the key that the check value stands for.
func (k *CompartmentKey) Matches(kcv [32]byte) bool {
	own := k.CheckValue()
	return subtle.ConstantTimeCompare(own[:], kcv[:]) == 1
}

// WrapContext says whose key of what a wrap carries. A wrap opens only under the
// context it was made for.
type WrapContext struct {
	WS    WorkspaceID
	Tag   Tag
	Epoch uint64
	KCV   [32]byte // from the signed leaf that opened the epoch
}

func (c WrapContext) info(to KeyID) []byte {
	return fields([]byte(labelWrap), c.WS[:], c.Tag[:], u64(c.Epoch), to[:], c.KCV[:])
}

// Wrap seals the key to one identity's public half: [WrapSize] bytes. A key that is
// not the one of the context's check value is refused, so a wrong one is never handed on.
func (k *CompartmentKey) Wrap(to Public, c WrapContext) ([]byte, error) {
	if !to.Valid() || !k.Matches(c.KCV) {
		return nil, unreadable(CodeWrap)
	}
	out, err := hpke.Seal(to.kem, hpke.HKDFSHA256(), hpke.AES256GCM(), c.info(to.id), k.secret[:])
	if err != nil {
		return nil, unreadable(CodeWrap)
	}
	return out, nil
}

// Unwrap opens a wrap made to this identity. It fails with [ErrUnreadable] for
// another member's wrap, another context, a changed byte, or a key that does not
// give the check value (anyone can wrap to a public key; the signed leaf decides).
func (i *Identity) Unwrap(wrap []byte, c WrapContext) (*CompartmentKey, error) {
	if len(wrap) != WrapSize || i.kem == nil {
		return nil, unreadable(CodeWrap)
	}
	secret, err := hpke.Open(i.kem, hpke.HKDFSHA256(), hpke.AES256GCM(), c.info(i.public.id), wrap)
	if err != nil {
		return nil, unreadable(CodeWrap)
	}
	defer Zero(secret)
	k, err := KeyFromBytes(secret)
	if err != nil {
		return nil, err
	}
	if !k.Matches(c.KCV) {
		k.Zero()
		return nil, unreadable(CodeWrap)
	}
	return k, nil
}
