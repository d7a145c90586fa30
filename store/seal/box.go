package seal

import (
	"crypto/hpke"
	"encoding/binary"
)

// A value can also be sealed to a compartment by somebody who does not hold its key: to the
// public half of a key pair that the compartment's key of an epoch gives. So each epoch has
// a pair of its own, nothing of it is stored, and who holds the epoch's key opens the value.
//
//	1  version 1      8  epoch      8  revision
//	n  HPKE, MLKEM768X25519: encapsulation 1,120, padded text, tag 16; its info is the place
const (
	boxVersion = 1
	boxEncap   = 1120
)

// BoxSize is the length of the public half of a compartment's key pair.
const BoxSize = kemPublicSize

func (k *CompartmentKey) boxKey() (hpke.PrivateKey, error) {
	seed, err := derive(k.secret[:], labelBoxKey)
	if err != nil {
		return nil, err
	}
	defer Zero(seed)
	return hpke.MLKEM768X25519().NewPrivateKey(seed)
}

// BoxKey gives the public half, [BoxSize] bytes, to be published.
func (k *CompartmentKey) BoxKey() ([]byte, error) {
	key, err := k.boxKey()
	if err != nil {
		return nil, unreadable(CodeWrap)
	}
	return key.PublicKey().Bytes(), nil
}

// Box says which compartment's epoch a value is sealed to.
type Box struct {
	WS    WorkspaceID
	Tag   Tag
	Epoch uint64
}

func (b Box) info(p Place) []byte {
	return fields([]byte(labelBox), b.WS[:], b.Tag[:], u64(b.Epoch), []byte{p.Bucket}, p.Key, u64(p.Rev))
}

// Seal seals a text at a place to the public half of the epoch's key pair.
func (b Box) Seal(public []byte, p Place, text []byte) ([]byte, error) {
	if len(text) > MaxValue {
		return nil, unreadable(CodeSize)
	}
	to, err := hpke.MLKEM768X25519().NewPublicKey(public)
	if err != nil {
		return nil, unreadable(CodeWrap)
	}
	padded := appendPadded(make([]byte, 0, Padme(4+len(text))), text)
	defer Zero(padded)
	sealed, err := hpke.Seal(to, hpke.HKDFSHA256(), hpke.AES256GCM(), b.info(p), padded)
	if err != nil {
		return nil, unreadable(CodeSeal)
	}
	out := append(make([]byte, 0, headerSize+len(sealed)), boxVersion)
	out = binary.BigEndian.AppendUint64(out, b.Epoch)
	out = binary.BigEndian.AppendUint64(out, p.Rev)
	return append(out, sealed...), nil
}

// Open gives the text of a value that was sealed to this epoch's key pair at exactly this
// place, else an error that is [ErrUnreadable].
func (b Box) Open(k *CompartmentKey, p Place, sealed []byte) ([]byte, error) {
	h, err := PeekHeader(sealed)
	if err != nil {
		return nil, err
	}
	if !h.Boxed || h.Epoch != b.Epoch || h.Rev != p.Rev {
		return nil, unreadable(CodePlace)
	}
	key, err := k.boxKey()
	if err != nil {
		return nil, unreadable(CodeWrap)
	}
	padded, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), b.info(p), sealed[headerSize:])
	if err != nil {
		return nil, unreadable(CodeSeal)
	}
	text, ok := unpad(padded)
	if !ok {
		Zero(padded)
		return nil, unreadable(CodePadding)
	}
	return text, nil
}
