package seal

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
)

// Sizes of an identity's public half in bytes.
const (
	kemPublicSize = 1216 // ML-KEM-768 encapsulation key (1,184) and X25519 (32)
	// PublicSize is the length of an encoded [Public].
	PublicSize = 1 + kemPublicSize + ed25519.PublicKeySize
	// SignatureSize is the length of a signature.
	SignatureSize = ed25519.SignatureSize
)

// KeyID names an identity in the clear: the first 8 bytes of a hash of its public half.
type KeyID [8]byte

func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// Public is the half of an identity that anyone may hold: keys are wrapped to it and
// signatures checked with it. The zero value verifies nothing and receives nothing.
type Public struct {
	kem  hpke.PublicKey
	sign ed25519.PublicKey
	id   KeyID
}

// Identity is what a member's passphrase opens. It is made new for a person, never
// shared, and replaced when somebody else may have known the passphrase.
type Identity struct {
	kemSeed  [KeySize]byte
	signSeed [KeySize]byte
	kem      hpke.PrivateKey
	sign     ed25519.PrivateKey
	public   Public
}

// NewIdentity draws an identity.
func NewIdentity() (*Identity, error) {
	var seeds [2 * KeySize]byte
	rand.Read(seeds[:])
	defer Zero(seeds[:])
	return identityFrom(seeds[:KeySize], seeds[KeySize:])
}

func identityFrom(kemSeed, signSeed []byte) (*Identity, error) {
	kem, err := hpke.MLKEM768X25519().NewPrivateKey(kemSeed)
	if err != nil {
		return nil, errors.New("the key to receive with is not valid")
	}
	i := &Identity{kem: kem, sign: ed25519.NewKeyFromSeed(signSeed)}
	copy(i.kemSeed[:], kemSeed)
	copy(i.signSeed[:], signSeed)
	i.public = newPublic(kem.PublicKey(), i.sign.Public().(ed25519.PublicKey))
	return i, nil
}

func newPublic(kem hpke.PublicKey, sign ed25519.PublicKey) Public {
	p := Public{kem: kem, sign: sign}
	sum := sha256.Sum256(fields([]byte(labelKeyID), kem.Bytes(), sign))
	copy(p.id[:], sum[:])
	return p
}

// Public gives the half to publish.
func (i *Identity) Public() Public { return i.public }

// ID names the identity in ledger leaves, commits and wraps.
func (i *Identity) ID() KeyID { return i.public.id }

// Zero overwrites the secret halves this value holds; it is of no use afterwards.
func (i *Identity) Zero() {
	Zero(i.kemSeed[:])
	Zero(i.signSeed[:])
	Zero(i.sign)
	i.kem, i.sign = nil, nil
}

// Sign signs a message for one use, named by context ("commit", "pack"): a signature
// made for one use verifies for no other. A zeroed identity signs nothing (nil).
func (i *Identity) Sign(context string, message []byte) []byte {
	if i.sign == nil {
		return nil
	}
	return ed25519.Sign(i.sign, signed(context, message))
}

// Verify tells whether the identity behind p signed this message for this use.
func (p Public) Verify(context string, message, signature []byte) bool {
	return len(p.sign) == ed25519.PublicKeySize && ed25519.Verify(p.sign, signed(context, message), signature)
}

func signed(context string, message []byte) []byte {
	return fields([]byte(labelSign), []byte(context), message)
}

// ID names the identity.
func (p Public) ID() KeyID { return p.id }

// Valid tells whether p came from an identity or from [ParsePublic].
func (p Public) Valid() bool { return p.kem != nil && len(p.sign) == ed25519.PublicKeySize }

// Same tells whether both halves are equal.
func (p Public) Same(q Public) bool {
	return p.Valid() && q.Valid() && subtle.ConstantTimeCompare(p.Encode(), q.Encode()) == 1
}

// Encode gives [PublicSize] bytes: version 0, the hybrid key, the Ed25519 key.
func (p Public) Encode() []byte {
	if !p.Valid() {
		return nil
	}
	out := append(make([]byte, 0, PublicSize), 0)
	out = append(out, p.kem.Bytes()...)
	return append(out, p.sign...)
}

// ParsePublic reads what [Public.Encode] wrote.
func ParsePublic(raw []byte) (Public, error) {
	if len(raw) > 0 && raw[0] != 0 {
		return Public{}, ErrNewerFormat
	}
	if len(raw) != PublicSize {
		return Public{}, errors.New("this member's public key is damaged")
	}
	kem, err := hpke.MLKEM768X25519().NewPublicKey(raw[1 : 1+kemPublicSize])
	if err != nil {
		return Public{}, errors.New("this member's public key is damaged")
	}
	sign := append(ed25519.PublicKey(nil), raw[1+kemPublicSize:]...)
	return newPublic(kem, sign), nil
}

// Fingerprint gives six words to read aloud when a member is enrolled, so that a key
// swapped in the file is noticed. Six words are 48 bits; the 16,384 rounds behind
// them make searching for a key with the same words cost 2^62. It takes some
// milliseconds: ask for one member at a time, not for every frame of a list.
func (p Public) Fingerprint() string {
	sum, err := pbkdf2.Key(sha256.New, string(p.Encode()), []byte(labelFingerprint), 1<<14, 6)
	if err != nil || !p.Valid() {
		return ""
	}
	words := make([]string, len(sum))
	for n, b := range sum {
		words[n] = Word(b)
	}
	return strings.Join(words, " ")
}
