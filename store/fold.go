package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Items that come one by one lie by themselves, which costs twice the room of an item in a
// page, and as much again in the ledger. When there are many of them they are folded into
// pages, while nobody waits for it. A fold changes nothing that anybody reads: it is one
// transaction with a signed commit like every other, and a slice of work.

const (
	foldLeast = 16   // single items from which a compartment's are folded
	foldMost  = 1024 // that are folded at once
	foldAsk   = 4096 // whose lines in the ledger are asked for, before there is something to fold
	foldLooks = 64   // compartments that one slice looks at
	foldWalk  = 8192 // keys that are looked at before others have their turn
)

const foldFailed = "single items could not be folded together"

// folding is what this session knows of compartments whose items may have to be folded.
type folding struct {
	swept bool // the whole file was looked through
	due   map[seal.Tag]bool
}

func (f *folding) add(tag seal.Tag) {
	if f.due == nil {
		f.due = map[seal.Tag]bool{}
	}
	f.due[tag] = true
}

// mayFold says whether this member may, and whether the file is known to be sound.
func (s *Session) mayFold() bool {
	if s.opt.ReadOnly || s.wreck != nil || s.still() != nil || !s.self().Role.May(model.RightLog) {
		return false
	}
	if s.sound == nil {
		return true
	}
	err, over := s.sound.within(0)
	return over && err == nil
}

// tidyItems folds what was written one by one into pages. Which compartments have enough of
// it the whole file is looked through for, once a session: of those in which this session
// wrote it knows.
func (s *Session) tidyItems(ctx context.Context, tell func(done, of int)) error {
	for at := []byte{}; at != nil; {
		var due []seal.Tag
		swept := false
		err := s.view(ctx, func(tx *bolt.Tx) error {
			if swept = s.folding.swept || !s.mayFold(); !swept {
				due, at = crowded(tx.Bucket(bucketRecords).Cursor(), at)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if swept {
			break
		}
		s.mu.Lock()
		for _, tag := range due {
			s.folding.add(tag)
		}
		s.folding.swept = at == nil
		s.mu.Unlock()
	}
	return s.slices(foldFailed, s.foldSlice)(ctx, tell)
}

// crowded looks for compartments with many records of one group, by the keys of the rows,
// from a key on. next is where to go on, because writers wait for whoever looks: nil at the end.
func crowded(cur *bolt.Cursor, from []byte) (due []seal.Tag, next []byte) {
	var group []byte
	n := 0
	k, _ := cur.Seek(from)
	for looked := 0; k != nil; looked++ {
		if len(k) < 10 {
			k, _ = cur.Next()
			continue
		}
		if !bytes.Equal(k[:10], group) {
			if looked >= foldWalk {
				return due, bytes.Clone(k)
			}
			group, n = bytes.Clone(k[:10]), 0
		}
		if n++; n < foldLeast {
			k, _ = cur.Next()
			continue
		}
		tag := seal.Tag(k[:8])
		due = append(due, tag)
		k, _ = cur.Seek(append(tag[:], bytes.Repeat([]byte{0xff}, 17)...)) // of this one enough is known
	}
	return due, nil
}

// foldSlice folds what is due in the next compartment that has enough; more says whether
// others may have to be looked at. Where there is nothing to do it costs next to nothing.
// The caller holds the lock.
func (s *Session) foldSlice(context.Context) (more bool, err error) {
	if !s.mayFold() {
		return false, nil
	}
	looked := 0
	for tag := range s.folding.due {
		if looked++; looked > foldLooks {
			return true, nil
		}
		n, left, err := s.foldRoom(tag)
		if err != nil || !left {
			delete(s.folding.due, tag)
		}
		if err != nil {
			return false, diskError(err, foldFailed)
		}
		if n > 0 {
			return len(s.folding.due) > 0, nil
		}
	}
	return false, nil
}

// foldRoom folds the oldest single items of a compartment; left says whether there are
// enough of them left for another time.
func (s *Session) foldRoom(tag seal.Tag) (n int, left bool, err error) {
	var c *compartment
	var now []single
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) (err error) {
			if c, err = s.roomUnder(tx, tag); err != nil || c == nil || c.mixed {
				return err // what is being sealed anew is folded after that
			}
			if now, left, err = c.foldable(tx); err != nil {
				return err
			}
			return c.readSingles(tx, now)
		})
	})
	if c != nil {
		defer c.zero()
	}
	if err != nil || len(now) == 0 {
		return 0, false, err
	}
	var w *writer
	err = s.update(func(tx *bolt.Tx) error {
		w = s.housekeeping(tx, model.ActImport)
		if err := w.fold(c, now); err != nil {
			return err
		}
		return w.commit()
	})
	if err != nil {
		return 0, false, err
	}
	s.tail = w.tail
	return len(now), left, nil
}

// roomUnder takes up a compartment by the member's row of its key; nil if they have none.
func (s *Session) roomUnder(tx *bolt.Tx, tag seal.Tag) (c *compartment, err error) {
	err = s.rows.each(tx, tag[:], func(room *compartment) error {
		c = room
		return c.describe(tx)
	})
	return c, err
}

// single is an item that lies by itself and may be folded.
type single struct {
	leaf uint64
	key  []byte
	text []byte // once it was read
}

// foldable gives the oldest items of a compartment that can be folded together, and whether
// there may be enough besides them. None of them is read, and of the lines of the ledger no
// more than are needed: writers wait meanwhile.
func (c *compartment) foldable(tx *bolt.Tx) (now []single, left bool, err error) {
	all, err := c.singles(tx)
	if err != nil {
		return nil, false, err
	}
	for len(all) >= foldLeast && len(now) == 0 {
		ask := all[:min(len(all), foldAsk)]
		all = all[len(ask):]
		now = c.unmixed(tx, flagged(tx, ask))
		now = now[:min(len(now), foldMost)]
		if left = len(ask)-len(now)+len(all) >= foldLeast; len(now) > 0 {
			return now, left, nil
		}
	}
	return nil, false, nil
}

// singles lists the items of a compartment that lie by themselves, in the order of the
// leaves that they say wrote them.
func (c *compartment) singles(tx *bolt.Tx) (out []single, err error) {
	prefix, err := c.group(model.NounInformation)
	if err != nil {
		return nil, unreadable(err)
	}
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		if number, ok := numberOf(bucketRecords, v); ok {
			out = append(out, single{leaf: number, key: k})
		}
	}
	slices.SortFunc(out, func(a, b single) int { return cmp.Compare(a.leaf, b.leaf) })
	return out, nil
}

// flagged gives those that may be folded, as the lines of the ledger say. Which of them a
// range may name unmixed says.
func flagged(tx *bolt.Tx, items []single) (out []single) {
	leaves := tx.Bucket(bucketLeaves)
	for _, i := range items {
		l, _, err := ledger.ParseRow(i.leaf, leaves.Get(be8(i.leaf)))
		if err == nil && l.Flags&ledger.FlagTail != 0 && l.Key == ledgerKey(bucketRecords, i.key) {
			out = append(out, i)
		}
	}
	return out
}

// readSingles reads what is to be folded; what it gives outlasts the transaction.
func (c *compartment) readSingles(tx *bolt.Tx, items []single) error {
	rows := tx.Bucket(bucketRecords)
	for n := range items {
		i := &items[n]
		i.key = bytes.Clone(i.key)
		text, _, ok, err := c.alone(i.key, rows.Get(i.key))
		if err != nil {
			return err
		}
		rec, is, err := decode(text, model.NounInformation, i.leaf)
		if err != nil || !ok || !is {
			return unreadable(err) // it is flagged, and a range would end it
		}
		if i.text, err = encode(rec); err != nil {
			return err
		}
	}
	return nil
}

// unmixed gives the first items among which nothing else lies that a range would end:
// anybody can flag a line that they write under a compartment's tag, and a fold that took it
// in would be a false one, under the name of who folds.
func (c *compartment) unmixed(tx *bolt.Tx, items []single) []single {
	if len(items) == 0 {
		return nil
	}
	var others []uint64
	first, last := items[0].leaf, items[len(items)-1].leaf
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
		number, ok := numberOf(bucketRecords, v)
		if !ok || number < first || number > last || among(items, number) {
			continue
		}
		l, _, err := ledger.ParseRow(number, tx.Bucket(bucketLeaves).Get(be8(number)))
		if err == nil && l.Flags&ledger.FlagTail != 0 {
			others = append(others, number)
		}
	}
	slices.Sort(others)
	for _, no := range append(others, last+1) {
		n := slices.IndexFunc(items, func(i single) bool { return i.leaf >= no })
		if n < 0 {
			n = len(items)
		}
		if n >= foldLeast {
			return items[:n]
		}
		items = items[n:]
	}
	return nil
}

func among(items []single, leaf uint64) bool {
	_, is := slices.BinarySearchFunc(items, leaf, func(i single, n uint64) int { return cmp.Compare(i.leaf, n) })
	return is
}

// fold puts items, which are all the single ones between the first and the last, into the
// pages that cover them.
func (w *writer) fold(c *compartment, items []single) error {
	leaves := make([]uint64, len(items))
	slips := make([]slip, len(items))
	for n, i := range items {
		leaves[n], slips[n] = i.leaf, slip{nameIn(i.key), i.text}
	}
	slices.SortFunc(slips, func(a, b slip) int { return bytes.Compare(a.name[:], b.name[:]) })
	p := pressing{w: w, op: ledger.OpFold}
	if err := p.fill(c, model.NounInformation, slips); err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return err
	}
	for _, i := range items {
		if err := w.tx.Bucket(bucketRecords).Delete(i.key); err != nil {
			return err
		}
	}
	return w.leaf(nil, ledger.Fold(c.tag, leaves), detail{})
}
