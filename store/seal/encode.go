package seal

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
)

// Labels of every derived key and every signed or authenticated text. Each is
// used once in the design; changing one makes another set of ciphers.
const (
	labelValue       = "caseroom/0/value"
	labelRecordKey   = "caseroom/0/record-key"
	labelNameKey     = "caseroom/0/name-key"
	labelName        = "caseroom/0/name"
	labelKCV         = "caseroom/0/kcv"
	labelWrap        = "caseroom/0/wrap"
	labelKeyID       = "caseroom/0/key-id"
	labelFingerprint = "caseroom/0/fingerprint"
	labelSlotID      = "caseroom/0/slot-id"
	labelSlotSeal    = "caseroom/0/slot-seal"
	labelSlotMAC     = "caseroom/0/slot-mac"
	labelSign        = "caseroom/0/sign"
	labelPersonal    = "caseroom/0/personal"
	labelRecovery    = "caseroom/0/recovery"
	labelBoxKey      = "caseroom/0/box-key"
	labelBox         = "caseroom/0/box"
)

// KeySize is the length in bytes of every symmetric key and key seed here.
const KeySize = 32

// WorkspaceID names one workspace: the SHA-256 of its genesis leaf.
type WorkspaceID [32]byte

// Tag names a compartment in the clear. It is random and says nothing.
type Tag [8]byte

// NewTag draws a compartment's tag.
func NewTag() Tag {
	var t Tag
	rand.Read(t[:]) // never fails: crypto/rand ends the process if the system has no randomness
	return t
}

// Zero overwrites b. Best effort: copies that the runtime made are out of reach.
func Zero(b []byte) { clear(b) }

// appendField adds one length-prefixed field (4 bytes, big endian). With every
// field prefixed, two different lists of fields never encode alike.
func appendField[T []byte | string](dst []byte, field T) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(field)))
	return append(dst, field...)
}

func appendField64(dst []byte, v uint64) []byte {
	dst = binary.BigEndian.AppendUint32(dst, 8)
	return binary.BigEndian.AppendUint64(dst, v)
}

// fields encodes a list of fields canonically.
func fields(list ...[]byte) []byte {
	n := 0
	for _, f := range list {
		n += 4 + len(f)
	}
	out := make([]byte, 0, n)
	for _, f := range list {
		out = appendField(out, f)
	}
	return out
}

func u64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// derive makes one subkey of 32 bytes. HKDF can only fail for absurd lengths.
func derive(secret []byte, label string, context ...[]byte) ([]byte, error) {
	info := label
	if len(context) > 0 {
		info += string(fields(context...))
	}
	return hkdf.Key(sha256.New, secret, nil, info, KeySize)
}
