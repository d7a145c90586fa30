package store

import (
	"bytes"
	"errors"

	bolt "go.etcd.io/bbolt"

	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Where a page was lost that leads to others, those are still in the file: nothing says
// where they belong, but what they hold does. The ledger tells of every row that it names
// in which bucket it stands, under which key and with which digest.

// orphans looks through the pages that nothing led to, and takes what belongs to the
// workspace and is not there yet.
func (g *gatherer) orphans(seen []*walker) error {
	g.alone = &walker{f: g.w.f, size: g.w.size, meta: g.w.meta, seen: make([]uint64, len(g.w.seen))}
	newest := map[string]uint64{}                            // of what was taken: the number of its value
	passes := []func(e element) []byte{g.logRow, g.valueRow} // the values are known by the log
	if g.noCommits() {
		passes = append([]func(e element) []byte{g.commitRow}, passes...) // and the log by its commits
	}
	for _, take := range passes {
		if err := g.begin(); err != nil {
			return err
		}
		for id := uint64(2); id < g.w.meta.high; id++ {
			if reached(seen, id) {
				continue
			}
			for _, e := range g.orphan(id) {
				if err := g.adopt(take(e), e, newest); errors.Is(err, errTooMuch) {
					g.miss(err)
					return g.tx.Commit()
				} else if err != nil {
					_ = g.tx.Rollback()
					return err
				}
			}
		}
		err := g.tx.Commit()
		g.tx = nil
		if err != nil {
			return err
		}
	}
	return nil
}

// reached says whether something led to a page.
func reached(seen []*walker, id uint64) bool {
	for _, w := range seen {
		if id/64 < uint64(len(w.seen)) && w.seen[id/64]&(1<<(id%64)) != 0 {
			return true
		}
	}
	return false
}

// orphan gives the rows of a page, if it is one of rows.
func (g *gatherer) orphan(id uint64) (out []element) {
	w := g.alone
	p, err := w.page(id, 0)
	for n := id; n < id+uint64(len(p)/w.meta.pageSize); n++ {
		w.seen[n/64] &^= 1 << (n % 64) // each orphan is looked at by itself
	}
	if err != nil || little.Uint16(p[8:]) != leafPage {
		return nil
	}
	n := int(little.Uint16(p[10:]))
	if pageHeader+n*elementSize > len(p) {
		return nil
	}
	for i := range n {
		if e, err := readElement(p, leafPage, i, n); err == nil && !e.bucket {
			out = append(out, e)
		}
	}
	return out
}

// adopt puts an orphan row into its bucket: never over one that the file led to, and of
// several states the newest.
func (g *gatherer) adopt(bucket []byte, e element, newest map[string]uint64) error {
	if bucket == nil {
		return nil
	}
	number, _ := numberOf(bucket, e.value)
	name := string(bucket) + string(e.key)
	was, ours := newest[name]
	if g.tx.Bucket(bucket).Get(e.key) != nil && (!ours || number <= was) {
		return nil
	}
	newest[name] = number
	g.fill = false
	err := g.row(bucket, e)
	g.fill = true
	return err
}

// noCommits says whether nothing led to a commit: the page that leads to everything is gone.
func (g *gatherer) noCommits() bool {
	none := false
	_ = g.to.View(func(tx *bolt.Tx) error {
		k, _ := tx.Bucket(bucketCommits).Cursor().First()
		none = k == nil
		return nil
	})
	return none
}

// commitRow tells the commits. One that was given up for a later one of its run is as true
// as that; whether each is signed by whom it says is for the verifier to find.
func (g *gatherer) commitRow(e element) []byte {
	if len(e.key) != 8 {
		return nil
	}
	if c, err := ledger.ParseCommit(e.value); err != nil || c.No != beUint(e.key) {
		return nil
	}
	return bucketCommits
}

// logRow tells the rows of the ledger: up to the last commit that can be read, because
// what lies beyond was never saved.
func (g *gatherer) logRow(e element) []byte {
	if len(e.key) != 8 {
		return nil
	}
	no := beUint(e.key)
	_, last := g.tx.Bucket(bucketCommits).Cursor().Last()
	if c, err := ledger.ParseCommit(last); err != nil || no >= c.Head.Leaves {
		return nil
	}
	l, sealed, err := ledger.ParseRow(no, e.value)
	if err != nil || len(sealed) > 0 && ledger.Digest(sealed) != l.Detail {
		return nil
	}
	return bucketLeaves
}

// valueRow tells the rows that the ledger names, and those that name members and things.
func (g *gatherer) valueRow(e element) []byte {
	switch len(e.key) {
	case 8:
		if p, err := publicOf(e.value); err == nil && p.ID() == seal.KeyID(e.key) {
			return bucketPublic
		}
	case takenKey:
		if h, ok := headerFrom(g.tx); ok && soundTaken(h.Root, e.key, e.value) {
			return bucketNames
		}
	case 16:
		if s, err := seal.ParseSlot(bytes.Clone(e.value)); err == nil && s.Label != "" {
			return bucketSlots
		}
	case 24:
		if b := g.ledgered(e, bucketRecords, bucketRecovery, bucketRings); b != nil {
			return b
		}
	case 32:
		return g.ledgered(e, bucketHistory, bucketBodies)
	}
	return nil
}

// ledgered finds the bucket in which the ledger names a row.
func (g *gatherer) ledgered(e element, buckets ...[]byte) []byte {
	for _, b := range buckets {
		number, ok := numberOf(b, e.value)
		if !ok {
			continue
		}
		l, _, err := ledger.ParseRow(number, g.tx.Bucket(bucketLeaves).Get(be8(number)))
		if err == nil && l.Key == ledgerKey(b, e.key) && l.Digest == ledger.Digest(e.value) {
			return b
		}
	}
	return nil
}
