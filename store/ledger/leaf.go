package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// A leaf of format 0, byte by byte, numbers big endian:
//
//	 1 version 0    1 act      1 effect   1 bucket
//	 8 leaf number  8 commit number       8 time, milliseconds since 1970 UTC
//	 4 flags        8 actor's key id
//	 8 tag         16 blind key           8 revision
//	32 digest of the sealed value
//	32 digest of the sealed detail, or zeros
//	32 hash of the leaf before, or zeros for the genesis
const (
	// LeafSize is the length of a leaf's public part.
	LeafSize    = 4 + 8 + 8 + 8 + 4 + 8 + 8 + 16 + 8 + 32 + 32 + 32
	leafVersion = 0
	leafDomain  = "caseroom/0/leaf\x00"
)

// Flags of a leaf. Bits 8 to 15 are roles ([Roles]); the others are 0.
const (
	FlagClockBack uint32 = 1 << 0 // the clock stood more than two minutes before the last leaf
	FlagSingle    uint32 = 1 << 1 // released single-handed, where the profile allows it
	FlagOneTime   uint32 = 1 << 2 // the keyslot has a passphrase that somebody else set
	FlagRecovery  uint32 = 1 << 3 // the key enrolled is the recovery key
	FlagBulk      uint32 = 1 << 4 // part of one act on many records
	rolesShift           = 8
	rolesMask     uint32 = 0xff << rolesShift
	knownFlags           = FlagClockBack | FlagSingle | FlagOneTime | FlagRecovery | FlagBulk | rolesMask
)

// Key is where a value is kept: bucket letter, compartment tag and blind name.
type Key struct {
	Bucket byte
	Tag    [8]byte
	Blind  [16]byte
}

func (k Key) String() string {
	b := "-"
	if k.Bucket > ' ' && k.Bucket < 0x7f {
		b = string(rune(k.Bucket))
	}
	return b + "/" + hex.EncodeToString(k.Tag[:]) + "/" + hex.EncodeToString(k.Blind[:4])
}

// Row gives the 24 bytes under which the value is kept in its bucket.
func (k Key) Row() []byte { return append(append(make([]byte, 0, 24), k.Tag[:]...), k.Blind[:]...) }

// KeyFromRow reads a bucket's key of 24 bytes back.
func KeyFromRow(bucket byte, row []byte) (Key, bool) {
	if len(row) != 24 {
		return Key{}, false
	}
	return Key{Bucket: bucket, Tag: [8]byte(row[:8]), Blind: [16]byte(row[8:])}, true
}

// Leaf is the public part of one line of the log.
type Leaf struct {
	Op     Op
	Effect Effect
	Key    Key
	No     uint64 // its place in the log, from 0
	Commit uint64 // the commit it belongs to, from 1
	Time   int64  // milliseconds since 1970, UTC
	Flags  uint32
	Actor  [8]byte // key id of the member who acted
	Rev    uint64
	Digest [32]byte // of the sealed value; the check value for an epoch; random for the genesis
	Detail [32]byte // of the sealed detail; zeros if there is none
	Prev   [32]byte
}

// Digest is the SHA-256 by which leaves name sealed values, details and rows.
func Digest(b []byte) [32]byte { return sha256.Sum256(b) }

// When gives the leaf's time in UTC.
func (l Leaf) When() time.Time { return time.UnixMilli(l.Time).UTC() }

// Roles gives the role bits of an enrol or role leaf. Their meaning is store's.
func (l Leaf) Roles() uint8 { return uint8(l.Flags >> rolesShift) }

// RoleFlags puts role bits where [Leaf.Roles] finds them.
func RoleFlags(roles uint8) uint32 { return uint32(roles) << rolesShift }

// Encode gives the [LeafSize] bytes of the leaf.
func (l Leaf) Encode() []byte {
	b := make([]byte, 0, LeafSize)
	b = append(b, leafVersion, byte(l.Op), byte(l.Effect), l.Key.Bucket)
	b = binary.BigEndian.AppendUint64(b, l.No)
	b = binary.BigEndian.AppendUint64(b, l.Commit)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time))
	b = binary.BigEndian.AppendUint32(b, l.Flags)
	b = append(b, l.Actor[:]...)
	b = append(b, l.Key.Tag[:]...)
	b = append(b, l.Key.Blind[:]...)
	b = binary.BigEndian.AppendUint64(b, l.Rev)
	b = append(b, l.Digest[:]...)
	b = append(b, l.Detail[:]...)
	return append(b, l.Prev[:]...)
}

// Errors of leaves that cannot be read.
var (
	ErrLeafShort = errors.New("this line of the ledger is cut short")
	ErrLeafNewer = errors.New("this line of the ledger was written by a newer version, or is damaged")
)

// ParseRow reads a stored row: the leaf and the sealed detail after it, which is
// empty if there is none. The detail is a part of row, not a copy.
func ParseRow(row []byte) (Leaf, []byte, error) {
	if len(row) < LeafSize {
		return Leaf{}, nil, ErrLeafShort
	}
	l := Leaf{
		Op: Op(row[1]), Effect: Effect(row[2]), Key: Key{Bucket: row[3]},
		No:     binary.BigEndian.Uint64(row[4:]),
		Commit: binary.BigEndian.Uint64(row[12:]),
		Time:   int64(binary.BigEndian.Uint64(row[20:])),
		Flags:  binary.BigEndian.Uint32(row[28:]),
		Rev:    binary.BigEndian.Uint64(row[64:]),
	}
	copy(l.Actor[:], row[32:40])
	copy(l.Key.Tag[:], row[40:48])
	copy(l.Key.Blind[:], row[48:64])
	copy(l.Digest[:], row[72:104])
	copy(l.Detail[:], row[104:136])
	copy(l.Prev[:], row[136:168])
	if row[0] != leafVersion || !l.Op.Known() || l.Effect > Delete || l.Flags&^knownFlags != 0 {
		return Leaf{}, nil, ErrLeafNewer
	}
	return l, row[LeafSize:], nil
}

// hashLeaf covers the public part only, so that a detail can be destroyed.
func hashLeaf(public []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(leafDomain))
	h.Write(public)
	return [32]byte(h.Sum(nil))
}

// Hash gives the head that the log has after this leaf.
func (l Leaf) Hash() [32]byte { return hashLeaf(l.Encode()) }
