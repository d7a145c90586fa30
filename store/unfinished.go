package store

import (
	"bytes"
	"cmp"
	"context"
	"math"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// What was not brought to its end: the pieces of a body whose change never came. A mark
// tells them, which was written before them and would have gone with that change. Whoever
// writes to the file next takes them away, with no key: what is taken away is what is
// numbered after the mark, so that a mark alone takes away nothing that was there before it.

// bodyName names the body of an attachment in a compartment: what the keys of its pieces
// begin with.
type bodyName string

// markNo is the number under which a mark stands; no piece has it.
const markNo = math.MaxUint64

func (c *compartment) bodyName(id model.ID) (bodyName, error) {
	key, err := c.bodyKey(id, 0)
	if err != nil {
		return "", err
	}
	return bodyName(key[:len(key)-8]), nil
}

func (n bodyName) mark() []byte { return append([]byte(n), be8(markNo)...) }

// isMark says whether a row is a mark.
func isMark(bucket, key []byte) bool {
	return bucket[0] == bucketBodies[0] && len(key) == 32 && beUint(key[24:]) == markNo
}

// bodySize counts the sealed bytes of a body, as far as it matters.
func bodySize(tx *bolt.Tx, name bodyName) (size int) {
	cur := tx.Bucket(bucketBodies).Cursor()
	for k, v := cur.Seek([]byte(name)); bytes.HasPrefix(k, []byte(name)) && size <= sliceBytes; k, v = cur.Next() {
		if !isMark(bucketBodies, k) {
			size += len(v)
		}
	}
	return size
}

// markBody says that a body is on its way.
func (w *writer) markBody(c *compartment, name bodyName) error {
	if err := w.value(c, bucketBodies, name.mark(), nil, ledger.OpMove, detail{}); err != nil {
		return err
	}
	_, err := w.tx.Bucket(bucketBodies).NextSequence() // how many there are, so that they need not be looked for
	return err
}

// settleBody says that it is there. It may have been said before.
func (w *writer) settleBody(name bodyName) error {
	b := w.tx.Bucket(bucketBodies)
	if b.Get(name.mark()) == nil {
		return nil
	}
	if err := w.unset(nil, bucketBodies, name.mark(), ledger.OpMove, detail{}); err != nil {
		return err
	}
	return b.SetSequence(max(b.Sequence(), 1) - 1)
}

// outlive takes the mark away that stands beside a piece which was there before it, and which
// is to get a new number: by that it would look as if it had come after the mark. No session
// makes such a mark, but any member can put one there.
func (w *writer) outlive(v oldValue) error {
	if v.bucket[0] != bucketBodies[0] || len(v.key) != 32 {
		return nil
	}
	name := bodyName(v.key[:24])
	mark, ok := numberOf(bucketBodies, w.tx.Bucket(bucketBodies).Get(name.mark()))
	if number, sure := numberOf(bucketBodies, v.value); !ok || !sure || number >= mark {
		return nil
	}
	return w.settleBody(name)
}

// clearBody takes away what lies where a body is to be brought: what is left of one that
// never came to be whole. The mark goes with it: it would have the next sweep take away the
// pieces that come now, because they have higher numbers.
func (w *writer) clearBody(name bodyName) error {
	return cmp.Or(w.dropBody(name), w.settleBody(name))
}

// dropBody takes a body away.
func (w *writer) dropBody(name bodyName) error {
	_, err := w.dropPieces(name, 0, math.MaxInt)
	return err
}

// dropPieces takes the pieces of a body away that are numbered from a leaf on, at most so
// many; all says whether there are no more.
func (w *writer) dropPieces(name bodyName, from uint64, most int) (all bool, err error) {
	var keys [][]byte
	cur := w.tx.Bucket(bucketBodies).Cursor()
	for k, v := cur.Seek([]byte(name)); bytes.HasPrefix(k, []byte(name)) && len(keys) <= most; k, v = cur.Next() {
		if number, ok := numberOf(bucketBodies, v); ok && number >= from && !isMark(bucketBodies, k) {
			keys = append(keys, bytes.Clone(k))
		}
	}
	all = len(keys) <= most
	for _, k := range keys[:min(len(keys), most)] {
		if err := w.unset(nil, bucketBodies, k, ledger.OpMove, detail{}); err != nil {
			return false, err
		}
	}
	return all, nil
}

// marks goes through the bodies that are marked, with the number of each mark.
func marks(tx *bolt.Tx, yield func(name bodyName, number uint64) bool) {
	cur := tx.Bucket(bucketBodies).Cursor()
	for k, _ := cur.First(); k != nil; {
		if len(k) != 32 {
			k, _ = cur.Next()
			continue
		}
		name := bodyName(k[:24])
		at, v := cur.Seek(name.mark())
		k = at
		if !bytes.Equal(at, name.mark()) {
			continue
		}
		if number, ok := numberOf(bucketBodies, v); ok && !yield(name, number) {
			return
		}
		k, _ = cur.Next()
	}
}

// sweepAll takes away all bodies that never came to be whole. The caller holds the lock.
func (s *Session) sweepAll() error {
	for {
		more, err := s.sweepBodies(context.Background())
		if err != nil || !more {
			return err
		}
	}
}

// sweepLast is sweepAll for who closes. A verb is done before the check of a large file is:
// where a mark stands, and the session has written, it waits for that, or what was left of a
// file would never go.
func (s *Session) sweepLast() error {
	if s.opt.ReadOnly || s.failed != nil || !s.wrote {
		return s.sweepAll()
	}
	marked := false
	err := guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			marked = tx.Bucket(bucketBodies).Sequence() > 0
			return nil
		})
	})
	if err == nil && marked {
		err = s.sound.wait()
	}
	return cmp.Or(err, s.sweepAll())
}

// sweepBodies takes some of them away: those that nothing in this session brings. It needs a
// file that is known to be sound, because somebody without a key can put an old mark back.
func (s *Session) sweepBodies(context.Context) (more bool, err error) {
	if done, err := s.sound.over(); s.opt.ReadOnly || !done || err != nil {
		return false, nil
	}
	return s.sweepSome(func(name bodyName) bool { return !s.carried[name] }, false)
}

func (s *Session) sweepSome(which func(bodyName) bool, kept bool) (more bool, err error) {
	if err := cmp.Or(s.failed, s.ours()); err != nil {
		return false, err
	}
	var found bodyName
	var since uint64
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			if tx.Bucket(bucketBodies).Sequence() == 0 {
				return nil
			}
			marks(tx, func(name bodyName, number uint64) bool {
				if which(name) {
					found, since = name, number
				}
				return found == ""
			})
			return nil
		})
	})
	if err != nil || found == "" {
		return false, err
	}
	var w *writer
	err = s.update(func(tx *bolt.Tx) error {
		w = s.housekeeping(tx, model.ActRotate)
		all, err := w.dropPieces(found, since, sliceValues)
		if err == nil && all {
			err = w.settleBody(found)
		}
		if err == nil && kept {
			h := s.header
			h.Compact = true
			err = writeHeader(tx, h)
		}
		if err != nil {
			return err
		}
		return w.commit()
	})
	if err == nil {
		s.tail, s.header.Compact = w.tail, s.header.Compact || kept
	}
	return err == nil, err
}
