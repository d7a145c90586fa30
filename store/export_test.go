package store

import (
	"bytes"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// What tests outside this package may see of its inside: keys that a member holds, as
// somebody with a program of their own would use them.

// HeldKey is a compartment that a session holds the key of.
type HeldKey struct {
	Tag  seal.Tag
	Case model.ID
	Home string // the restrictions that seal it, by ID; empty for the case's own
	c    *compartment
}

// HeldKeys lists the keys of a session, copied, so that they outlive it.
func (s *Session) HeldKeys() []HeldKey {
	var out []HeldKey
	for _, of := range s.roomsByTag() {
		key, err := seal.KeyFromBytes(of.key.Bytes())
		if err != nil {
			continue
		}
		c := &compartment{tag: of.tag, key: key, epoch: of.epoch, ws: of.ws}
		if _, err := c.open(); err != nil {
			continue
		}
		out = append(out, HeldKey{Tag: c.tag, Case: of.caseID, Home: homeName(of.home), c: c})
	}
	slices.SortFunc(out, func(a, b HeldKey) int { return bytes.Compare(a.Tag[:], b.Tag[:]) })
	return out
}

// OpenValue tries a key on a value as if it stood at a place.
func (k HeldKey) OpenValue(bucket, key, value []byte) ([]byte, bool) {
	plain, _, err := k.c.openValue(bucket, key, value)
	if err != nil {
		return nil, false
	}
	if p, ok := decodePage(plain); ok {
		plain = nil
		for _, s := range p {
			plain = append(plain, s.text...)
		}
	} else if text, ok := unpacked(plain); ok {
		plain = text
	}
	return plain, true
}

// Buckets lists the buckets of the file by their names.
func Buckets() [][]byte { return allBuckets() }

// DB is the database under a session, for tests that look at or break single values.
func (s *Session) DB() *bolt.DB { return s.db }

// UndoDepth is how many changes a session can take back.
const UndoDepth = undoDepth
