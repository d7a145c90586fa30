package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// A leaf of format 1, byte by byte, numbers big endian. Its own number is the row's key:
//
//	 1 version 1    1 act      1 effect   1 bucket
//	 8 commit number          8 time, milliseconds since 1970 UTC
//	 4 flags        8 actor's key id
//	 8 tag         16 blind key
//	32 digest of the sealed value
//	 8 what it takes the place of: number of that leaf + 1, 0 for nothing
//	32 digest of the sealed detail, or zeros
const (
	// LeafSize is the length of a leaf's public part.
	LeafSize    = 4 + 8 + 8 + 4 + 8 + 8 + 16 + 32 + 8 + 32
	leafVersion = 1
)

// FromFormat0 stands in [Leaf.Before] for a value that a leaf of format 0 wrote: such a
// value says its revision, not the number of its leaf.
const FromFormat0 = ^uint64(0)

// latest is the last time that a line can have: the end of the year 9999.
const latest = 253_402_300_799_999

// inRange tells whether a time is one that every reader can write as a date.
func inRange(ms int64) bool { return ms >= 0 && ms <= latest }

// Flags of a leaf. Bits 8 to 12 are roles ([Leaf.Roles]); the others are 0.
const (
	FlagClockBack uint32 = 1 << 0 // the clock stood more than two minutes before the last leaf
	FlagSingle    uint32 = 1 << 1 // released single-handed, where the profile allows it
	FlagOneTime   uint32 = 1 << 2 // the keyslot has a passphrase that somebody else set
	FlagRecovery  uint32 = 1 << 3 // the key enrolled is the recovery key
	FlagBulk      uint32 = 1 << 4 // part of one act on many records
	FlagFound     uint32 = 1 << 5 // the value was there in format 0, outside its log: see [Found]
	FlagTail      uint32 = 1 << 6 // the value came by itself and may be folded: see [Fold]
	rolesShift           = 8
	rolesMask     uint32 = 0x1f << rolesShift
	knownFlags           = FlagClockBack | FlagSingle | FlagOneTime | FlagRecovery | FlagBulk | FlagFound | FlagTail | rolesMask
)

// Letters of the buckets that the log has rules for.
const (
	noBucket        = 0
	DirectoryBucket = 'p' // the members' public keys
	SlotBucket      = 'u' // keyslots
	RecordBucket    = 'r' // records and pages
	WrapBucket      = 'x' // compartments' keys, wrapped for the recovery key
)

// Key is where a value is kept: bucket letter, compartment tag and blind name. Of a
// keyslot the tag is the key id that the slot opens to, and no part of its name.
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

// known tells whether a line of format 1 can be about something in the bucket.
func (k Key) known() bool {
	switch k.Bucket {
	case noBucket, DirectoryBucket, SlotBucket, RecordBucket, WrapBucket, 'o', 'a', 'm':
		return true
	}
	return false
}

// name is the key without what is no part of its name.
func (k Key) name() Key {
	if k.Bucket == SlotBucket {
		k.Tag = [8]byte{}
	}
	return k
}

// Leaf is the public part of one line of the log.
type Leaf struct {
	Version uint8 // 1; 0 in the part that was taken over from format 0
	Op      Op
	Effect  Effect
	Key     Key
	No      uint64 // its place in the log, from 0
	Commit  uint64 // the commit it belongs to, from 1
	Time    int64  // milliseconds since 1970, UTC
	Flags   uint32
	Actor   [8]byte // key id of the member who acted
	Rev     uint64  // what the value's clear header says: the leaf's number; a count of its own in format 0
	Before  uint64  // number + 1 of the leaf whose value this takes the place of; 0 for none; or FromFormat0
	Digest  [32]byte
	Detail  [32]byte // of the sealed detail; zeros if there is none
}

// Digest is the SHA-256 by which leaves name sealed values, details and rows.
func Digest(b []byte) [32]byte { return sha256.Sum256(b) }

// When gives the leaf's time in UTC.
func (l Leaf) When() time.Time { return time.UnixMilli(l.Time).UTC() }

// Roles gives the role bits of an enrol or role leaf. Their meaning is store's.
func (l Leaf) Roles() uint8 { return uint8(l.Flags >> rolesShift) }

// RoleFlags puts role bits where [Leaf.Roles] finds them.
func RoleFlags(roles uint8) uint32 { return uint32(roles) << rolesShift }

// Epoch gives the number of the epoch that an epoch leaf names. The leaf's digest is
// then the check value of the epoch's key.
func (l Leaf) Epoch() uint64 {
	if l.Version == 0 {
		return l.Rev
	}
	return binary.BigEndian.Uint64(l.Key.Blind[8:])
}

// Encode gives the [LeafSize] bytes of a leaf of format 1.
func (l Leaf) Encode() []byte { return l.appendTo(make([]byte, 0, LeafSize)) }

func (l *Leaf) appendTo(b []byte) []byte {
	b = append(b, leafVersion, byte(l.Op), byte(l.Effect), l.Key.Bucket)
	b = binary.BigEndian.AppendUint64(b, l.Commit)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time))
	b = binary.BigEndian.AppendUint32(b, l.Flags)
	b = append(b, l.Actor[:]...)
	b = append(b, l.Key.Tag[:]...)
	b = append(b, l.Key.Blind[:]...)
	b = append(b, l.Digest[:]...)
	b = binary.BigEndian.AppendUint64(b, l.Before)
	return append(b, l.Detail[:]...)
}

// Errors of leaves that cannot be read.
var (
	ErrLeafShort = errors.New("this line of the ledger is cut short")
	ErrLeafNewer = errors.New("this line of the ledger was written by a newer version, or is damaged")
)

// ParseRow reads the row stored under a number: the leaf and the sealed detail after it,
// which is empty if there is none. The detail is a part of row, not a copy. Rows of
// format 0 are read too. Whether the leaf belongs under that number is for a
// [Verifier] to say.
func ParseRow(no uint64, row []byte) (Leaf, []byte, error) {
	var l Leaf
	detail, err := parse(&l, no, row)
	if err != nil {
		return Leaf{}, nil, err
	}
	return l, detail, nil
}

// parse fills the leaf in place: a full check reads millions.
func parse(l *Leaf, no uint64, row []byte) ([]byte, error) {
	public, detail, err := split(row)
	if err != nil {
		return nil, err
	}
	if public[0] == 0 {
		parse0(l, public)
	} else {
		parse1(l, public)
		l.Rev = no
	}
	l.No = no
	if l.Version != 0 && !inRange(l.Time) || !l.Op.Known() || l.Effect > Delete || l.Flags&^knownFlags != 0 || l.Version != 0 && !l.Key.known() {
		return nil, ErrLeafNewer
	}
	return detail, nil
}

// split parts a row into its public part, which is the record of the tree, and its
// sealed detail. The public part has the length of its version.
func split(row []byte) (public, detail []byte, err error) {
	if len(row) == 0 {
		return nil, nil, ErrLeafShort
	}
	size := LeafSize
	switch row[0] {
	case leafVersion:
	case 0:
		size = leafSize0
	default:
		return nil, nil, ErrLeafNewer
	}
	if len(row) < size {
		return nil, nil, ErrLeafShort
	}
	return row[:size], row[size:], nil
}

func parse1(l *Leaf, b []byte) {
	l.Version, l.Op, l.Effect, l.Key.Bucket = 1, Op(b[1]), Effect(b[2]), b[3]
	l.Commit = binary.BigEndian.Uint64(b[4:])
	l.Time = int64(binary.BigEndian.Uint64(b[12:]))
	l.Flags = binary.BigEndian.Uint32(b[20:])
	l.Actor = [8]byte(b[24:32])
	l.Key.Tag = [8]byte(b[32:40])
	l.Key.Blind = [16]byte(b[40:56])
	l.Digest = [32]byte(b[56:88])
	l.Before = binary.BigEndian.Uint64(b[88:])
	l.Detail = [32]byte(b[96:128])
}
