package ledger

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
)

// Form says in which form a workspace is written. It stands in the leaf with which the
// form begins, so that a header that says another is found out.
type Form struct {
	Format uint16 // major version
	Minor  uint16 // of the program that began it
	Reader uint16 // the least minor version that a program must know to read and write it
	Suite  uint16 // the set of ciphers

	// Critical begins the hash of the names of what a reader must know beside that, as the
	// header has them; zeros for none, which is all that this version knows.
	Critical [8]byte
}

// key puts the form where [Leaf.Form] finds it: in the blind name of the format leaf.
func (f Form) key() Key {
	var k Key
	for n, v := range []uint16{f.Format, f.Minor, f.Reader, f.Suite} {
		binary.BigEndian.PutUint16(k.Blind[2*n:], v)
	}
	copy(k.Blind[8:], f.Critical[:])
	return k
}

// Form gives the form that a format leaf names; ok is false for any other leaf.
func (l Leaf) Form() (f Form, ok bool) {
	b := l.Key.Blind
	f = Form{binary.BigEndian.Uint16(b[0:]), binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:]), [8]byte(b[8:])}
	return f, l.Version != 0 && l.Op == OpFormat && l.Effect == Note && l.Key == f.key()
}

// Genesis gives the entry of the first leaf of a new log. Its digest is random, so
// that the hash of the leaf can be the workspace's id before anything is sealed. So the
// id stands for the form too.
func Genesis(f Form) Entry {
	e := Entry{Op: OpFormat, Key: f.key()}
	rand.Read(e.Digest[:])
	return e
}

// Epoch gives the entry that names the key of a compartment's epoch by its check value.
// The epoch's number stands in the last eight bytes of the blind name.
func Epoch(tag [8]byte, epoch uint64, kcv [32]byte) Entry {
	k := Key{Bucket: RecordBucket, Tag: tag}
	binary.BigEndian.PutUint64(k.Blind[8:], epoch)
	return Entry{Op: OpEpoch, Key: k, Digest: kcv}
}

// Enrol gives the entry by which a member's public key enters the log. The row is
// what the key directory (bucket p) keeps under the key id, see [DirectoryRow].
func Enrol(id [8]byte, row []byte, roles uint8) Entry {
	return Entry{Op: OpEnrol, Key: DirectoryKey(id), Digest: Digest(row), Flags: RoleFlags(roles)}
}

// SetRoles gives the entry that replaces a member's roles.
func SetRoles(id [8]byte, roles uint8) Entry {
	return Entry{Op: OpRole, Key: DirectoryKey(id), Flags: RoleFlags(roles)}
}

// Retire gives the entry after whose commit a key signs nothing more. Its row stays in
// the directory: old signatures need it.
func Retire(id [8]byte) Entry { return Entry{Op: OpRevoke, Key: DirectoryKey(id)} }

// Found gives the entry by which a value comes into the log that format 0 kept beside
// it, as it stands. It says a revision, not a leaf: it is known by name, as those are that
// leaves of format 0 wrote. It stands in the commit of the take-over and nowhere else.
func Found(key Key, digest [32]byte) Entry {
	return Entry{Op: OpMove, Effect: Put, Key: key, Digest: digest, Flags: FlagFound}
}

// mayBeFound tells whether a leaf has the form of [Found]. What format 0 kept outside its log
// and is in that of format 1 is history and attachments.
func mayBeFound(o Op, e Effect, k Key, before uint64) bool {
	return o == OpMove && e == Put && before == 0 && (k.Bucket == 'o' || k.Bucket == 'a')
}

// DirectoryKey is how leaves name a member's key: bucket p, the key id, zeros.
func DirectoryKey(id [8]byte) Key {
	k := Key{Bucket: DirectoryBucket}
	copy(k.Blind[:], id[:])
	return k
}

func (k Key) directoryID() [8]byte { return [8]byte(k.Blind[:8]) }

// SlotKey is how leaves name a keyslot: bucket u, the key id that the slot opens to, the
// slot's own name.
func SlotKey(holder [8]byte, slot [16]byte) Key {
	return Key{Bucket: SlotBucket, Tag: holder, Blind: slot}
}

// ownSize is how much of a directory row names the member's own record.
const ownSize = 16

// DirectoryRow gives a row of the key directory: the public keys, then the blind name of
// the member's own record in the root compartment, zeros for a key without one, then two
// bytes: the length of a second public key, ML-DSA, which would follow. It is 0.
func DirectoryRow(public []byte, own [16]byte) []byte {
	return append(append(slices.Clone(public), own[:]...), 0, 0)
}

// DirectoryTail is how much a row of the key directory has after the public keys.
const DirectoryTail = ownSize + 2

// SplitDirectoryRow reads [DirectoryRow] back. A row that came over from format 0 has no
// such end: then the public keys are the whole row, and what is given here means nothing.
func SplitDirectoryRow(row []byte) (public []byte, own [16]byte, ok bool) {
	cut := len(row) - DirectoryTail
	if cut < 0 || row[len(row)-1] != 0 || row[len(row)-2] != 0 {
		return nil, own, false
	}
	return row[:cut], [16]byte(row[cut : cut+ownSize]), true
}
