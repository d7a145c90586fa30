package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"caseroom/model"
)

// gatherer reads the rows of a file whose pages may be damaged, page by page and with no
// trust in any of them, and writes them into a new file. What it cannot read it passes
// over and says so.
type gatherer struct {
	w      *walker
	alone  *walker // for pages that nothing leads to
	to     *bolt.DB
	tx     *bolt.Tx
	held   int   // bytes in the transaction under way
	budget int64 // bytes: a crafted file must not become larger than two of itself
	fill   bool  // only what is not there yet: the state before the last save
	lost   []string
	more   int // losses that are not said one by one
}

const (
	gatherBatch = 4 << 20
	saidLosses  = 50
)

var errTooMuch = errors.New("its pages hold more than the file has room for")

// gather reads what can be read of the file at path into the new file tmp, and says what
// could not be.
func gather(path, tmp string) (lost []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, diskError(err, "the workspace cannot be read")
	}
	defer f.Close()
	// The lock, where bbolt takes the file at all: nobody writes meanwhile.
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, ReadOnly: true})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, heldBy(path)
	case err == nil:
		defer db.Close()
	}
	fi, err := f.Stat()
	if err != nil {
		return nil, diskError(err, "the workspace cannot be read")
	}
	states := metasOf(f, fi.Size())
	if len(states) == 0 {
		return nil, notAWorkspace()
	}
	if err := reserve(tmp); err != nil {
		return nil, diskError(err, "what can be read cannot be written there")
	}
	to, err := bolt.Open(tmp, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return nil, diskError(err, "what can be read cannot be written there")
	}
	defer to.Close()
	g := &gatherer{to: to}
	var walked []*walker
	for n, m := range states {
		if n > 0 && len(g.lost) == 0 {
			break // the newest state is whole
		}
		g.w = &walker{f: f, size: fi.Size(), meta: m, seen: make([]uint64, fi.Size()/int64(m.pageSize)/64+1)}
		g.budget, g.fill = 2*fi.Size(), n > 0
		if err := g.run(); err != nil {
			return nil, diskError(err, "what can be read could not be written")
		}
		walked = append(walked, g.w)
	}
	if len(g.lost) > 0 {
		g.w, g.fill = walked[0], true
		if err := g.orphans(walked); err != nil {
			return nil, diskError(err, "what can be read could not be written")
		}
	}
	if g.more > 0 {
		g.lost = append(g.lost, fmt.Sprintf("and %d more places of the file", g.more))
	}
	return g.lost, diskOr(to.Close(), "what can be read could not be written")
}

// metasOf gives the sound pages that say where a state of the file begins, the newest
// first. None of them has more pages than the file: they are gone through one by one.
func metasOf(f *os.File, size int64) []meta {
	newest, err := newestMeta(f, size)
	if err != nil {
		return nil
	}
	out := []meta{newest}
	for _, at := range []int64{0, int64(newest.pageSize)} {
		if m, ok := readMeta(f, size, at); ok && m.tx != newest.tx && m.pageSize == newest.pageSize {
			out = append(out, m)
		}
	}
	for i := range out {
		out[i].high = min(out[i].high, uint64(size)/uint64(out[i].pageSize))
	}
	return out
}

func (g *gatherer) run() error {
	err := g.begin()
	if err == nil {
		for _, name := range allBuckets() {
			if _, err = g.tx.CreateBucketIfNotExists(name); err != nil {
				break
			}
		}
	}
	if err == nil {
		err = g.tree(nil, g.w.meta.root, 0)
	}
	if errors.Is(err, errTooMuch) {
		g.miss(err)
		err = nil
	}
	if err != nil {
		if g.tx != nil {
			_ = g.tx.Rollback()
		}
		return err
	}
	err = g.tx.Commit()
	g.tx = nil
	return err
}

func (g *gatherer) begin() (err error) {
	if g.tx != nil {
		err = g.tx.Commit()
		g.tx, g.held = nil, 0
	}
	if err == nil {
		g.tx, err = g.to.Begin(true)
	}
	return err
}

func (g *gatherer) miss(err error) {
	if g.fill {
		return // of the state before the last save: said of the newest already
	}
	if len(g.lost) >= saidLosses {
		g.more++
		return
	}
	g.lost = append(g.lost, err.Error())
}

// tree goes down from a page. bucket is nil at the top, where the buckets are.
func (g *gatherer) tree(bucket []byte, id uint64, depth int) error {
	if depth > maxDepth {
		g.miss(errors.New("pages are nested too deep"))
		return nil
	}
	p, err := g.w.page(id, depth)
	if err != nil {
		g.miss(err)
		return nil
	}
	return g.elements(bucket, p, id, little.Uint16(p[8:]), depth)
}

func (g *gatherer) elements(bucket, p []byte, id uint64, kind uint16, depth int) error {
	n := int(little.Uint16(p[10:]))
	if pageHeader+n*elementSize > len(p) || kind != branchPage && kind != leafPage {
		g.miss(fmt.Errorf("page %d is no page of rows", id))
		return nil
	}
	var all []element
	for i := range n {
		e, err := readElement(p, kind, i, n)
		if err != nil {
			g.miss(fmt.Errorf("row %d of page %d cannot be read", i, id))
			continue
		}
		all = append(all, e)
	}
	for _, e := range all {
		if err := g.element(bucket, e, id, kind, depth); err != nil {
			return err
		}
	}
	return nil
}

func (g *gatherer) element(bucket []byte, e element, id uint64, kind uint16, depth int) error {
	switch {
	case kind == branchPage:
		return g.tree(bucket, e.child, depth+1)
	case bucket == nil && e.bucket:
		return g.bucket(e, id, depth)
	case bucket == nil || e.bucket || len(e.key) == 0:
		g.miss(fmt.Errorf("page %d holds what is no row", id))
		return nil
	}
	return g.row(bucket, e)
}

// bucket goes into one of ours; another is nothing of a workspace.
func (g *gatherer) bucket(e element, id uint64, depth int) error {
	known := false
	for _, name := range allBuckets() {
		known = known || bytes.Equal(name, e.key)
	}
	if !known || len(e.value) < pageHeader {
		g.miss(fmt.Errorf("page %d holds a bucket that is none of a workspace", id))
		return nil
	}
	name := bytes.Clone(e.key)
	if b := g.tx.Bucket(name); b.Sequence() == 0 {
		if err := b.SetSequence(little.Uint64(e.value[8:])); err != nil {
			return err
		}
	}
	if root := little.Uint64(e.value); root != 0 {
		return g.tree(name, root, depth+1)
	}
	inline := e.value[16:]
	if len(inline) < pageHeader {
		g.miss(fmt.Errorf("a bucket in page %d is cut short", id))
		return nil
	}
	return g.elements(name, inline, id, little.Uint16(inline[8:]), depth+1)
}

func (g *gatherer) row(bucket []byte, e element) error {
	size := len(e.key) + len(e.value)
	if g.budget -= int64(size); g.budget < 0 {
		return errTooMuch
	}
	if g.held += size + 64; g.held > gatherBatch {
		if err := g.begin(); err != nil {
			return err
		}
	}
	b := g.tx.Bucket(bucket)
	if g.fill && b.Get(e.key) != nil {
		return nil
	}
	return b.Put(e.key, bytes.Clone(e.value))
}

// damagedFormat refuses what this version cannot put right.
func damagedFormat() error {
	return model.Fail(model.Corrupt, "this damaged workspace is of format %d, of which nothing can be saved by this version", oldFormat).
		Do("restore a backup")
}
