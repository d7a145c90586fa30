package seal

import (
	"encoding/binary"
	"math"
)

// ShortText is the most bytes that a short value holds. All short values are of one
// length, so they need no padding by their size.
const ShortText = 40

// ShortSize is the length in bytes of every sealed short value.
const ShortSize = 4 + nonceSize + 1 + ShortText + tagSize

// SealShort seals a few bytes at a place in [ShortSize] bytes: the details of the
// ledger's lines, of which there are very many. Its header names the epoch alone; who
// opens it knows the place.
func (s *Sealer) SealShort(p Place, text []byte) ([]byte, error) {
	if len(text) > ShortText || s.epoch > math.MaxUint32 {
		return nil, unreadable(CodeSize)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errNoKey
	}
	var plain [1 + ShortText]byte
	plain[0] = byte(len(text))
	copy(plain[1:], text)
	defer Zero(plain[:])
	out := binary.BigEndian.AppendUint32(make([]byte, 0, ShortSize), uint32(s.epoch))
	return s.aead.Seal(out, nil, plain[:], s.shortAAD(p)), nil
}

// OpenShort gives the text of a short value sealed at this place, else an error that
// is [ErrUnreadable].
func (s *Sealer) OpenShort(p Place, sealed []byte) ([]byte, error) {
	if len(sealed) != ShortSize {
		return nil, unreadable(CodeShort)
	}
	if uint64(binary.BigEndian.Uint32(sealed)) != s.epoch {
		return nil, unreadable(CodePlace)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errNoKey
	}
	plain, err := s.aead.Open(nil, nil, sealed[4:], s.shortAAD(p))
	if err != nil {
		return nil, unreadable(CodeSeal)
	}
	n := int(plain[0])
	if n > ShortText {
		return nil, unreadable(CodePadding)
	}
	return plain[1 : 1+n], nil
}

// PeekShort reads which epoch's sealer opens a short value.
func PeekShort(sealed []byte) (epoch uint64, err error) {
	if len(sealed) != ShortSize {
		return 0, unreadable(CodeShort)
	}
	return uint64(binary.BigEndian.Uint32(sealed)), nil
}

// shortAAD tells a short value from any other at the same place.
func (s *Sealer) shortAAD(p Place) []byte {
	return append(s.appendAAD(make([]byte, 0, len(s.prefix)+aadSize+len(p.Key)+8), p), "short"...)
}
