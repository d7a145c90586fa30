package store

import (
	"bytes"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// Each save says of itself which one it is: the number that bbolt gives it, which stands on
// the page that names the newest state too, and the head of the ledger. A disk that says
// that a save is safe, keeps that page and loses the others leaves behind pages of the save
// before the last, which fit together: without the stamp they would open without a word.

// stamp is the one row of bucket s: bbolt's number of the save, leaves, root.
func stamp(tx *bolt.Tx, h ledger.Head) error {
	row := append(be8(uint64(tx.ID())), be8(h.Leaves)...)
	return tx.Bucket(bucketSaved).Put(savedKey, append(row, h.Sum[:]...))
}

var savedKey = []byte("s")

// restamp is stamp for a transaction that adds nothing to the ledger, or has added it.
func restamp(tx *bolt.Tx) error {
	_, raw := tx.Bucket(bucketCommits).Cursor().Last()
	c, err := ledger.ParseCommit(raw)
	if err != nil {
		return unreadable(err)
	}
	return stamp(tx, c.Head)
}

// stamped says whether what is in the file is what its newest save left. Another program
// that makes the file compact begins its numbers anew, from a smaller one.
func stamped(tx *bolt.Tx, h ledger.Head) error {
	row := tx.Bucket(bucketSaved).Get(savedKey)
	want := append(be8(h.Leaves), h.Sum[:]...)
	if len(row) == 8+len(want) && beUint(row[:8]) >= uint64(tx.ID()) && bytes.Equal(row[8:], want) {
		return nil
	}
	return model.Fail(model.Corrupt, "the newest save of this file is not in it: the disk lost it, or another program wrote to the file").
		Do("what is there is the state before it: caseroom verify --salvage keeps it, or restore a backup; then check the disk")
}
