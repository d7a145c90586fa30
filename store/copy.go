package store

import (
	"bytes"
	"context"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
)

// copyBatch is how many bytes of values one transaction of a copy holds in memory.
const copyBatch = 4 << 20

// copier writes what one read transaction sees into a new file: the rows and nothing
// else, so that no page that was given up, with what was moved or deleted, comes along.
type copier struct {
	ctx    context.Context
	to     *bolt.DB
	tx     *bolt.Tx
	bucket *bolt.Bucket
	held   int
	values int
	moved  int64 // bytes
	tell   func(done int64)
}

// copyInto copies all that tx sees into the file tmp, which must not be there, and
// gives the number of values. What is there afterwards is on the disk, but has not been
// checked. Compacting is then not due.
func copyInto(ctx context.Context, tx *bolt.Tx, tmp string, tell func(done int64)) (values int, err error) {
	if err := reserve(tmp); err != nil {
		return 0, err
	}
	dst, err := bolt.Open(tmp, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoSync: true,
		InitialMmapSize: roomFor(tx.Size() + copyGrows)})
	if err != nil {
		return 0, err
	}
	defer dst.Close()
	dst.AllocSize = copyGrows
	c := &copier{ctx: ctx, to: dst, tell: tell}
	if err := guard(func() error { return c.run(tx) }); err != nil {
		return 0, err
	}
	if err := dst.Sync(); err != nil {
		return 0, err
	}
	return c.values, dst.Close()
}

// copyGrows is by how much more than it needs a copy is made larger: bbolt's default leaves
// a small file half empty at its end.
const copyGrows = 16 << 10

func (c *copier) run(tx *bolt.Tx) (err error) {
	defer func() {
		if err != nil && c.tx != nil {
			_ = c.tx.Rollback() // the file goes with it
		}
	}()
	if _, err := readHeader(tx); err != nil {
		return err
	}
	for _, name := range allBuckets() {
		from := tx.Bucket(name)
		if from == nil { // of an older format
			continue
		}
		if err := c.begin(name); err != nil {
			return err
		}
		if err := c.bucket.SetSequence(from.Sequence()); err != nil {
			return err
		}
		if err := c.rows(name, from.Cursor()); err != nil {
			return err
		}
	}
	h, err := readHeader(c.tx)
	if err != nil {
		return err
	}
	h.Compact = false
	if err := writeHeader(c.tx, h); err != nil {
		return err
	}
	if h.Format == format {
		if err := restamp(c.tx); err != nil {
			return err
		}
	}
	if err := c.tx.Commit(); err != nil {
		return err
	}
	c.tx = nil
	return nil
}

func (c *copier) rows(name []byte, cur *bolt.Cursor) error {
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		if v == nil {
			return model.Fail(model.Corrupt, "there is a bucket in a bucket of this workspace, which is nothing of ours").Do("run caseroom verify")
		}
		if c.held > copyBatch {
			if err := c.begin(name); err != nil {
				return err
			}
		}
		if err := c.bucket.Put(k, v); err != nil {
			return err
		}
		c.values++
		c.held += len(k) + len(v)
		c.moved += int64(len(k) + len(v))
	}
	return nil
}

// begin ends the transaction under way and begins the next one in a bucket. Rows come in
// the order of their keys: pages are filled nearly to the brim.
func (c *copier) begin(name []byte) (err error) {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if c.tx != nil && c.held > copyBatch {
		if err := c.tx.Commit(); err != nil {
			c.tx = nil
			return err
		}
		c.tx, c.held = nil, 0
		if c.tell != nil {
			c.tell(c.moved)
		}
	}
	if c.tx == nil {
		if c.tx, err = c.to.Begin(true); err != nil {
			return err
		}
	}
	if c.bucket, err = c.tx.CreateBucketIfNotExists(bytes.Clone(name)); err != nil {
		return err
	}
	c.bucket.FillPercent = 0.95
	return nil
}

// countValues counts the rows of a workspace, without looking into them.
func countValues(tx *bolt.Tx) (n int) {
	for _, name := range allBuckets() {
		b := tx.Bucket(name)
		if b == nil {
			continue
		}
		cur := b.Cursor()
		for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
			n++
		}
	}
	return n
}

// sameFile says whether two paths lead to one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
