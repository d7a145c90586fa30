package ledger

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// A commit, byte by byte, numbers big endian:
//
//	 1 version 1    8 commit number, from 1    8 leaves up to and with this commit
//	32 head        8 signer's key id           8 time, milliseconds since 1970 UTC
//	 2 length of a second signature, ML-DSA, which would stand at the end: 0
//	64 Ed25519 signature over all of the above, for the use named by CommitContext
//
// The length is signed: where a newer version puts a second signature it cannot be dropped
// unseen. Commits of format 0 have version 0 and not the length.
const (
	// CommitSize is the length of a commit record.
	CommitSize    = commitBody + 2 + 64
	commitSize0   = commitBody + 64
	commitBody    = 1 + 8 + 8 + 32 + 8 + 8
	commitVersion = 1
	// CommitContext names the use of the signature, so that no other can stand for it.
	CommitContext = "commit"
)

// Head is the state of a log: how many leaves, and the root of the tree over them. In
// format 0 the sum was the hash of the last leaf.
type Head struct {
	Leaves uint64
	Sum    [32]byte
}

// Words says the head in eight words (64 bits), for the minutes. The word list is the
// caller's: one word a byte.
func (h Head) Words(word func(byte) string) string {
	words := make([]string, 8)
	for i := range words {
		words[i] = word(h.Sum[i])
	}
	return strings.Join(words, " ")
}

// Commit is the signed end of one transaction. Of an unbroken run of commits by one
// signer only the last is kept: it stands for all of them.
type Commit struct {
	Version   uint8 // 1; 0 in the part that was taken over from format 0
	No        uint64
	Head      Head
	Signer    [8]byte
	Time      int64 // milliseconds since 1970, UTC
	Signature [64]byte
}

// When gives the commit's time in UTC.
func (c Commit) When() time.Time { return time.UnixMilli(c.Time).UTC() }

// Message gives the bytes that are signed.
func (c Commit) Message() []byte {
	b := make([]byte, 0, CommitSize)
	b = append(b, c.Version)
	b = binary.BigEndian.AppendUint64(b, c.No)
	b = binary.BigEndian.AppendUint64(b, c.Head.Leaves)
	b = append(b, c.Head.Sum[:]...)
	b = append(b, c.Signer[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Time))
	if c.Version == 0 {
		return b
	}
	return append(b, 0, 0) // no second signature
}

// Encode gives the [CommitSize] bytes of the record, or those of format 0.
func (c Commit) Encode() []byte { return append(c.Message(), c.Signature[:]...) }

// Errors of commit records that cannot be read.
var (
	ErrCommit      = errors.New("this commit of the ledger is damaged")
	ErrCommitNewer = errors.New("this commit of the ledger was written by a newer version")
)

// ParseCommit reads what [Commit.Encode] wrote. It checks the form, not the signature.
func ParseCommit(raw []byte) (Commit, error) {
	size := CommitSize
	switch {
	case len(raw) == 0:
		return Commit{}, ErrCommit
	case raw[0] == 0:
		size = commitSize0
	case raw[0] > commitVersion, len(raw) >= CommitSize && (raw[commitBody] != 0 || raw[commitBody+1] != 0):
		return Commit{}, ErrCommitNewer
	}
	if len(raw) != size {
		return Commit{}, ErrCommit
	}
	c := Commit{
		Version: raw[0],
		No:      binary.BigEndian.Uint64(raw[1:]),
		Head:    Head{Leaves: binary.BigEndian.Uint64(raw[9:])},
		Time:    int64(binary.BigEndian.Uint64(raw[57:])),
	}
	if c.Version != 0 && !inRange(c.Time) {
		return Commit{}, ErrCommit
	}
	copy(c.Head.Sum[:], raw[17:49])
	copy(c.Signer[:], raw[49:57])
	copy(c.Signature[:], raw[size-64:])
	return c, nil
}
