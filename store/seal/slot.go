package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
)

// A keyslot of format 0, byte by byte:
//
//	 4  magic "CRKS"
//	 1  version 0
//	 1  flags: bit 0 one-time passphrase; the others are 0
//	 1  key derivation: 1 is Argon2id
//	 4  passes        4  memory in KiB        1  lanes
//	16  salt
//	 1  length of the label, then the label
//	 n  public half (PublicSize)
//	92  sealed identity: nonce 12, two seeds 64, tag 16; bound to the workspace and all of the above
//	32  HMAC-SHA256 over the workspace and all of the above
//
// The HMAC commits to the passphrase's key, which GCM alone does not.
const (
	slotMagic    = "CRKS"
	slotVersion  = 0
	kdfArgon2id  = 1
	flagOneTime  = 1
	saltSize     = 16
	slotFixed    = 4 + 1 + 1 + 1 + 4 + 4 + 1 + saltSize + 1
	sealedIDSize = nonceSize + 2*KeySize + tagSize
	macSize      = sha256.Size
)

// Slot is what a keyslot says in the clear.
type Slot struct {
	Label   string
	OneTime bool // set by somebody else: the member must choose their own before signing anything off
	Params  Params
	Public  Public

	salt []byte
	raw  []byte
}

// SlotSpec is what a new keyslot is made of.
type SlotSpec struct {
	WS         WorkspaceID
	Label      string
	Passphrase []byte // as typed; NewSlot normalises it
	Params     Params
	OneTime    bool
}

// NewSlot seals an identity under a passphrase, with a salt of its own. It costs one
// key derivation. Errors say what is wrong with the label, the passphrase or the costs.
func (y Policy) NewSlot(spec SlotSpec, i *Identity) ([]byte, error) {
	if err := CheckLabel(spec.Label); err != nil {
		return nil, err
	}
	if i == nil || i.sign == nil {
		return nil, errNoKey
	}
	salt := make([]byte, saltSize)
	rand.Read(salt)
	head := slotHead(spec, salt, i.public)
	keys, err := y.slotKeys(spec.Passphrase, salt, spec.Params)
	if err != nil {
		return nil, err
	}
	defer keys.zero()
	seeds := append(append([]byte(nil), i.kemSeed[:]...), i.signSeed[:]...)
	defer Zero(seeds)
	raw := keys.aead.Seal(head, nil, seeds, slotAAD(spec.WS, head))
	return keys.appendMAC(raw, spec.WS), nil
}

func slotHead(spec SlotSpec, salt []byte, public Public) []byte {
	var flags byte
	if spec.OneTime {
		flags |= flagOneTime
	}
	b := make([]byte, 0, slotFixed+len(spec.Label)+PublicSize+sealedIDSize+macSize)
	b = append(b, slotMagic...)
	b = append(b, slotVersion, flags, kdfArgon2id)
	b = binary.BigEndian.AppendUint32(b, spec.Params.Time)
	b = binary.BigEndian.AppendUint32(b, spec.Params.MemoryKiB)
	b = append(b, spec.Params.Threads)
	b = append(b, salt...)
	b = append(b, byte(len(spec.Label)))
	b = append(b, spec.Label...)
	return append(b, public.Encode()...)
}

// ParseSlot reads the clear part of a keyslot and checks its form. It derives no key
// and trusts nothing: until it is opened, every field may be a forgery.
func ParseSlot(raw []byte) (*Slot, error) {
	if len(raw) < slotFixed || string(raw[:4]) != slotMagic {
		return nil, ErrDamagedSlot
	}
	if raw[4] != slotVersion || raw[5]&^flagOneTime != 0 || raw[6] != kdfArgon2id {
		return nil, ErrNewerFormat
	}
	n := int(raw[slotFixed-1])
	if n > MaxLabel || len(raw) != slotFixed+n+PublicSize+sealedIDSize+macSize {
		return nil, ErrDamagedSlot
	}
	label := string(raw[slotFixed : slotFixed+n])
	if CheckLabel(label) != nil {
		return nil, ErrDamagedSlot
	}
	public, err := ParsePublic(raw[slotFixed+n : slotFixed+n+PublicSize])
	if err != nil {
		return nil, ErrDamagedSlot
	}
	own := append([]byte(nil), raw...) // the caller's bytes may be a page of a mapped file
	return &Slot{
		Label:   label,
		OneTime: raw[5]&flagOneTime != 0,
		Params:  Params{binary.BigEndian.Uint32(raw[7:]), binary.BigEndian.Uint32(raw[11:]), raw[15]},
		Public:  public,
		salt:    own[16 : 16+saltSize],
		raw:     own,
	}, nil
}

// Open gives the identity for a passphrase: one key derivation, then
// [ErrWrongPassphrase] whatever is wrong. Only an empty, overlong or untypable
// passphrase and costs outside the policy have errors of their own; they are found
// before any key exists.
func (y Policy) Open(s *Slot, ws WorkspaceID, passphrase []byte) (*Identity, error) {
	if s == nil || len(s.raw) < slotFixed+sealedIDSize+macSize {
		return nil, ErrDamagedSlot
	}
	keys, err := y.slotKeys(passphrase, s.salt, s.Params)
	if err != nil {
		return nil, err
	}
	defer keys.zero()
	body := s.raw[:len(s.raw)-macSize]
	if !hmac.Equal(keys.mac(body, ws), s.raw[len(body):]) {
		return nil, ErrWrongPassphrase
	}
	head := body[:len(body)-sealedIDSize]
	seeds, err := keys.aead.Open(nil, nil, body[len(head):], slotAAD(ws, head))
	if err != nil || len(seeds) != 2*KeySize {
		return nil, ErrWrongPassphrase
	}
	defer Zero(seeds)
	i, err := identityFrom(seeds[:KeySize], seeds[KeySize:])
	if err != nil || !i.public.Same(s.Public) {
		return nil, ErrWrongPassphrase
	}
	return i, nil
}

// slotKeys are the two subkeys of the key that a passphrase gives.
type slotKeys struct {
	aead   cipher.AEAD
	macKey []byte
}

func (y Policy) slotKeys(passphrase, salt []byte, p Params) (*slotKeys, error) {
	if err := y.Check(p); err != nil {
		return nil, err
	}
	typed, err := Normalise(passphrase)
	if err != nil {
		return nil, err
	}
	defer Zero(typed)
	kek, err := y.stretch(typed, salt, p)
	if err != nil {
		return nil, err
	}
	defer Zero(kek)
	sealKey, err := derive(kek, labelSlotSeal)
	if err != nil {
		return nil, err
	}
	defer Zero(sealKey)
	macKey, err := derive(kek, labelSlotMAC)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &slotKeys{aead: aead, macKey: macKey}, nil
}

func slotAAD(ws WorkspaceID, head []byte) []byte {
	return fields([]byte(labelSlotSeal), ws[:], head)
}

func (k *slotKeys) mac(body []byte, ws WorkspaceID) []byte {
	m := hmac.New(sha256.New, k.macKey)
	m.Write(fields([]byte(labelSlotMAC), ws[:], body))
	return m.Sum(nil)
}

func (k *slotKeys) appendMAC(body []byte, ws WorkspaceID) []byte {
	return append(body, k.mac(body, ws)...)
}

func (k *slotKeys) zero() { Zero(k.macKey) }

// SamePassphrase tells whether two passphrases as typed are one after
// normalisation, for "type it again".
func SamePassphrase(a, b []byte) bool {
	x, errX := Normalise(a)
	y, errY := Normalise(b)
	defer Zero(x)
	defer Zero(y)
	return errX == nil && errY == nil && subtle.ConstantTimeCompare(x, y) == 1
}
