package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"sync"
)

// MaxSealsPerEpoch is when store must begin a new epoch: at 2^28 values the chance
// that two random nonces met is still 2^-41.
const MaxSealsPerEpoch = 1 << 28

const (
	valueVersion = 0
	headerSize   = 1 + 8 + 8
	nonceSize    = 12
	tagSize      = 16
)

// Place is where a value belongs inside its compartment. The workspace, the tag and
// the epoch come from the [Sealer]; together they are what the value is bound to.
type Place struct {
	Bucket byte   // the one-letter bucket: 'r', 'a', 'd' ...
	Key    []byte // the whole key in that bucket
	Rev    uint64 // the leaf that wrote the value; of what format 0 wrote, a revision
}

// Header is what a sealed value says of itself in the clear. Its truth is checked
// when the value is opened.
type Header struct {
	Epoch uint64
	Rev   uint64
	Boxed bool // sealed to the compartment's public key: see [Box]
}

// Sealer seals and opens the values of one epoch of one compartment. It is cheap to
// use and safe for concurrent use; keep one a compartment while it is open.
type Sealer struct {
	ws      WorkspaceID
	tag     Tag
	epoch   uint64
	aead    cipher.AEAD
	nameKey []byte
	prefix  []byte // the encoded fields that all places of this sealer share
	scratch sync.Pool
	macs    sync.Pool // that hold the name key

	mu     sync.RWMutex // held for reading while a key is in use, so that Zero waits
	closed bool
}

// Sealer opens the compartment's key for use.
func (k *CompartmentKey) Sealer(ws WorkspaceID, tag Tag, epoch uint64) (*Sealer, error) {
	return newSealer(k.secret[:], ws, tag, epoch)
}

var errNoKey = errors.New("this key is locked; unlock the workspace again")

// Personal gives the sealer of a member's own things: keyring, drafts, views. Its key
// comes from the identity alone, so it changes when the identity does.
func (i *Identity) Personal(ws WorkspaceID) (*Sealer, error) {
	if i.sign == nil {
		return nil, errNoKey
	}
	secret := append(append([]byte(nil), i.kemSeed[:]...), i.signSeed[:]...)
	defer Zero(secret)
	key, err := derive(secret, labelPersonal, ws[:], i.public.id[:])
	if err != nil {
		return nil, err
	}
	defer Zero(key)
	return newSealer(key, ws, Tag(i.public.id), 0)
}

func newSealer(secret []byte, ws WorkspaceID, tag Tag, epoch uint64) (*Sealer, error) {
	if subtle.ConstantTimeCompare(secret, make([]byte, KeySize)) == 1 {
		return nil, errNoKey // a key that was overwritten must not seal anything
	}
	recordKey, err := derive(secret, labelRecordKey)
	if err != nil {
		return nil, err
	}
	defer Zero(recordKey)
	nameKey, err := derive(secret, labelNameKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(recordKey)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{
		ws: ws, tag: tag, epoch: epoch, aead: aead, nameKey: nameKey,
		prefix: fields([]byte(labelValue), ws[:], tag[:], u64(epoch)),
	}, nil
}

// Tag names the compartment this sealer belongs to.
func (s *Sealer) Tag() Tag { return s.tag }

// Epoch is the generation of the compartment's key.
func (s *Sealer) Epoch() uint64 { return s.epoch }

// BlindName gives the 16 bytes under which the thing called id of a kind is kept. Who
// lacks the compartment's key can neither compute it nor tell two kinds apart.
func (s *Sealer) BlindName(kind, id string) [16]byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, ok := s.macs.Get().(*namer)
	if !ok {
		n = &namer{mac: hmac.New(sha256.New, s.nameKey)}
	}
	n.text = appendField(n.text[:0], labelName)
	n.text = appendField(n.text, kind)
	n.text = appendField(n.text, id)
	n.mac.Reset() // once it was reset it keeps the state after the key
	n.mac.Write(n.text)
	n.text = n.mac.Sum(n.text[:0])
	name := [16]byte(n.text)
	s.macs.Put(n)
	return name
}

// namer makes one name after the other, and allocates nothing for it.
type namer struct {
	mac  hash.Hash
	text []byte
}

const aadSize = 5 + 4 + 12 // what appendAAD adds beside the prefix and the key

// appendAAD adds the canonical additional data of a place.
func (s *Sealer) appendAAD(dst []byte, p Place) []byte {
	dst = append(dst, s.prefix...)
	dst = append(dst, 0, 0, 0, 1, p.Bucket)
	dst = appendField(dst, p.Key)
	return appendField64(dst, p.Rev)
}

// Seal gives the stored form of a value: version, epoch and revision in the clear,
// then nonce, padded text and tag. What it gives was opened again once before it is
// returned, so that a fault of this computer is met while the text is still there.
func (s *Sealer) Seal(p Place, text []byte) ([]byte, error) {
	if len(text) > MaxValue {
		return nil, unreadable(CodeSize)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errNoKey
	}
	buf := s.buffer()
	defer s.release(buf)
	// Grown once, so that no half-filled copy of the text is left behind.
	b := slices.Grow((*buf)[:0], len(s.prefix)+aadSize+len(p.Key)+Padme(4+len(text)))
	b = s.appendAAD(b, p)
	aadLen := len(b)
	b = appendPadded(b, text)
	*buf = b
	aad, padded := b[:aadLen], b[aadLen:]

	out := make([]byte, headerSize, headerSize+nonceSize+len(padded)+tagSize)
	out[0] = valueVersion
	binary.BigEndian.PutUint64(out[1:], s.epoch)
	binary.BigEndian.PutUint64(out[9:], p.Rev)
	out = s.aead.Seal(out, nil, padded, aad)

	again, err := s.aead.Open(padded[:0], nil, out[headerSize:], aad) // over the padded copy: text is what we compare with
	if err != nil {
		return nil, unreadable(CodeCheck)
	}
	back, ok := unpad(again)
	if !ok || !bytes.Equal(back, text) {
		return nil, unreadable(CodeCheck)
	}
	return out, nil
}

// Open gives the text of a value that was sealed at exactly this place by this
// compartment and epoch, else an error that is [ErrUnreadable].
func (s *Sealer) Open(p Place, sealed []byte) ([]byte, error) {
	h, err := PeekHeader(sealed)
	if err != nil {
		return nil, err
	}
	if h.Boxed || h.Epoch != s.epoch || h.Rev != p.Rev {
		return nil, unreadable(CodePlace)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errNoKey
	}
	buf := s.buffer()
	defer s.release(buf)
	*buf = s.appendAAD((*buf)[:0], p)
	padded, err := s.aead.Open(nil, nil, sealed[headerSize:], *buf)
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

// PeekHeader reads what a sealed value says of itself, before it is opened: which
// epoch's sealer to ask and which revision it claims.
func PeekHeader(sealed []byte) (Header, error) {
	boxed := len(sealed) > 0 && sealed[0] == boxVersion
	if len(sealed) > 0 && sealed[0] != valueVersion && !boxed {
		return Header{}, unreadable(CodeVersion)
	}
	if len(sealed) < SealedSize(0) || boxed && len(sealed) < headerSize+boxEncap+minPadded+tagSize {
		return Header{}, unreadable(CodeShort)
	}
	return Header{
		Epoch: binary.BigEndian.Uint64(sealed[1:]),
		Rev:   binary.BigEndian.Uint64(sealed[9:]),
		Boxed: boxed,
	}, nil
}

// SealedSize is the stored length of a text of n bytes.
func SealedSize(n int) int { return headerSize + nonceSize + Padme(4+n) + tagSize }

// Zero waits for uses in flight, overwrites the naming key and refuses every later
// use. The expanded AES key, and the hashes that held the naming key, stay until the
// collector reuses their memory.
func (s *Sealer) Zero() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	Zero(s.nameKey)
	s.macs = sync.Pool{}
}

// maxScratch bounds what is kept for reuse, so that one large attachment does not
// stay in memory.
const maxScratch = 320 << 10 // a 256 KiB piece of an attachment with its padding

func (s *Sealer) buffer() *[]byte {
	if b, ok := s.scratch.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

// release wipes the buffer: it held the text.
func (s *Sealer) release(b *[]byte) {
	Zero(*b)
	if cap(*b) <= maxScratch {
		s.scratch.Put(b)
	}
}
