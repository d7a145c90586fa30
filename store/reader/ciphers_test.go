package reader

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"
)

var (
	be          = binary.BigEndian
	errNotOpen  = errors.New("does not open")
	errPassword = errors.New("wrong passphrase")
	idText      = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
)

const largest = 67108864 // bytes of a text, and of what a zstd frame gives (15)

func u64(n uint64) []byte { return be.AppendUint64(nil, n) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// fields is the one encoding of lists of byte strings (1.2).
func fields(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(be.AppendUint32(out, uint32(len(p))), p...)
	}
	return out
}

func sum(parts ...[]byte) []byte {
	s := sha256.Sum256(join(parts...))
	return s[:]
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

// derive is HKDF-SHA256 of a secret for a use (5.1).
func derive(secret []byte, label string, parts ...[]byte) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, label+string(fields(parts...)), 32)
	if err != nil {
		return nil // never: 32 bytes of SHA-256
	}
	return out
}

// open opens nonce ‖ ciphertext ‖ tag.
func open(key, sealed, aad []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 28 {
		return nil, errNotOpen
	}
	return gcm.Open(nil, sealed[:12], sealed[12:], aad)
}

// A place is where a value lies (8.1), with the keys that may open it.
type place struct {
	ws, tag []byte
	keys    map[uint64][]byte // by epoch
	bucket  string
	key     []byte
}

func (p place) aad(epoch, number uint64) []byte {
	return fields([]byte("caseroom/0/value"), p.ws, p.tag, u64(epoch), []byte(p.bucket), p.key, u64(number))
}

// value opens the stored form of a value (8.2).
func (p place) value(v []byte) ([]byte, error) {
	if len(v) < 301 || v[0] != 0 {
		return nil, errNotOpen
	}
	epoch, number := be.Uint64(v[1:]), be.Uint64(v[9:])
	key := p.keys[epoch]
	if key == nil {
		return nil, errNotOpen
	}
	text, err := open(derive(key, "caseroom/0/record-key"), v[17:], p.aad(epoch, number))
	if err != nil {
		return nil, err
	}
	return unpad(text)
}

// short opens a key row or a detail (8.4).
func (p place) short(v []byte, number uint64) ([]byte, error) {
	if len(v) != 73 {
		return nil, errNotOpen
	}
	epoch := uint64(be.Uint32(v))
	key := p.keys[epoch]
	if key == nil {
		return nil, errNotOpen
	}
	text, err := open(derive(key, "caseroom/0/record-key"), v[4:], append(p.aad(epoch, number), "short"...))
	if err != nil || text[0] > 40 {
		return nil, errNotOpen
	}
	return text[1 : 1+text[0]], nil
}

// box opens an oversight line as it was written (10.9).
func (p place) box(v []byte) ([]byte, error) {
	if len(v) < 17+1120+256+16 || v[0] != 1 {
		return nil, errNotOpen
	}
	epoch, number := be.Uint64(v[1:]), be.Uint64(v[9:])
	key := p.keys[epoch]
	if key == nil {
		return nil, errNotOpen
	}
	info := fields([]byte("caseroom/0/box"), p.ws, p.tag, u64(epoch), []byte(p.bucket), p.key, u64(number))
	text, err := unseal(derive(key, "caseroom/0/box-key"), info, v[17:])
	if err != nil {
		return nil, err
	}
	return unpad(text)
}

// padme is the length to which n bytes are padded (8.3).
func padme(n int) int {
	if n <= 256 {
		return 256
	}
	e := bits.Len(uint(n)) - 1
	s := bits.Len(uint(e))
	step := 1 << (e - s)
	return (n + step - 1) / step * step
}

func unpad(text []byte) ([]byte, error) {
	n := int(be.Uint32(text))
	if n > largest || len(text) != padme(4+n) || len(bytes.Trim(text[4+n:], "\x00")) > 0 {
		return nil, errors.New("the padding is wrong")
	}
	return text[4 : 4+n], nil
}

// unseal opens an HPKE message to the receiving key of a seed (5.2).
func unseal(seed, info, message []byte) ([]byte, error) {
	k, err := hpke.MLKEM768X25519().NewPrivateKey(seed)
	if err != nil {
		return nil, err
	}
	return hpke.Open(k, hpke.HKDFSHA256(), hpke.AES256GCM(), info, message)
}

// An identity is the two seeds of a member (6.1).
type identity struct{ kem, sign []byte }

func (i identity) public() []byte {
	k, err := hpke.MLKEM768X25519().NewPrivateKey(i.kem)
	if err != nil {
		return nil
	}
	return join([]byte{0}, k.PublicKey().Bytes(), ed25519.NewKeyFromSeed(i.sign)[32:])
}

// keyID names a public half of 1,249 bytes (6.1).
func keyID(public []byte) []byte {
	return sum(fields([]byte("caseroom/0/key-id"), public[1:1217], public[1217:1249]))[:8]
}

// personal is the key of a member's own things (6.4).
func (i identity) personal(ws []byte) []byte {
	return derive(join(i.kem, i.sign), "caseroom/0/personal", ws, keyID(i.public()))
}

// unwrap opens a wrap of a compartment's key (7.2).
func (i identity) unwrap(ws, tag, epoch, kcv, wrap []byte) ([]byte, error) {
	info := fields([]byte("caseroom/0/wrap"), ws, tag, epoch, keyID(i.public()), kcv)
	key, err := unseal(i.kem, info, wrap)
	if err != nil || len(key) != 32 || !bytes.Equal(checkValue(key), kcv) {
		return nil, errNotOpen
	}
	return key, nil
}

func checkValue(key []byte) []byte { return derive(key, "caseroom/0/kcv") }

// blind is B of section 9.
func blind(key []byte, kind string, id []byte) []byte {
	return mac(derive(key, "caseroom/0/name-key"), fields([]byte("caseroom/0/name"), []byte(kind), id))[:16]
}

// slotID is the key of a label's keyslot (6.3).
func slotID(ws []byte, label string) ([]byte, error) {
	name, err := precis.Nickname.CompareKey(label)
	return sum(fields([]byte("caseroom/0/slot-id"), ws, []byte(name)))[:16], err
}

// openSlot opens a keyslot (6.3). The costs of our own tests are allowed only
// where weak is true.
func openSlot(slot, ws, passphrase []byte, weak bool) (identity, error) {
	var none identity
	if len(slot) < 33 || string(slot[:5]) != "CRKS\x00" || slot[5] > 1 || slot[6] != 1 {
		return none, errors.New("the keyslot is damaged, or made by a newer version")
	}
	passes, memory, lanes := be.Uint32(slot[7:]), be.Uint32(slot[11:]), slot[15]
	label := int(slot[32])
	if label < 1 || label > 64 || len(slot) != 33+label+1249+92+32 {
		return none, errors.New("the keyslot is damaged")
	}
	if passes > 16 || memory > 2097152 || lanes > 16 || lanes < 1 || memory < 8*uint32(lanes) || passes < 1 ||
		!weak && (passes < 3 || memory < 65536) {
		return none, errors.New("the costs of the keyslot are not allowed")
	}
	normal, err := precis.OpaqueString.Bytes(passphrase)
	if err != nil || len(normal) < 1 || len(passphrase) > 65536 {
		return none, errPassword
	}
	kek := argon2.IDKey(normal, slot[16:32], passes, memory, lanes, 32)
	head, body := slot[:33+label+1249], slot[:33+label+1249+92]
	want := mac(derive(kek, "caseroom/0/slot-mac"), fields([]byte("caseroom/0/slot-mac"), ws, body))
	if !hmac.Equal(want, slot[len(body):]) {
		return none, errPassword
	}
	seeds, err := open(derive(kek, "caseroom/0/slot-seal"), body[len(head):], fields([]byte("caseroom/0/slot-seal"), ws, head))
	if err != nil {
		return none, errPassword
	}
	id := identity{seeds[:32], seeds[32:]}
	if !bytes.Equal(id.public(), slot[33+label:33+label+1249]) {
		return none, errPassword
	}
	return id, nil
}

// unpack gives the text of one zstd frame (10.1).
func unpack(packed []byte) ([]byte, error) {
	if err := frame(packed); err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(largest))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(packed, nil)
}

// frame refuses what is not exactly one frame of those that 10.1 allows.
func frame(b []byte) error {
	var h zstd.Header
	if err := h.Decode(b); err != nil {
		return err
	}
	if h.Skippable || h.HasCheckSum || b[4]&0x1f != 0 || !h.SingleSegment && h.WindowSize > 8<<20 {
		return errors.New("a zstd frame that the format has not")
	}
	rest := b[h.HeaderSize:]
	for len(rest) >= 3 {
		block := le.Uint32(append(rest[:3:3], 0))
		size := int(block >> 3)
		if block>>1&3 == 1 {
			size = 1
		}
		if rest = rest[min(3+size, len(rest)):]; block&1 == 1 {
			break
		}
	}
	if len(rest) > 0 {
		return errors.New("something follows the zstd frame")
	}
	return nil
}
