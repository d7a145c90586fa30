package store

import (
	"bytes"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
)

// How a compartment's records lie in bucket r. A record lies by itself under its name,
// or, an item of information, in a page with others. A page covers the names from the
// one in its key up to the next page's: so an item is found by two looks, with no list
// of what lies where, and a page's key never changes. Groups are two bytes, so two may
// meet in a compartment by chance: whoever walks one passes over what is not meant.

// paged says whether records of a noun may lie in pages: those of which there are many.
func paged(n model.Noun) bool { return n == model.NounInformation }

// pages is the first part of the keys of the pages of a noun.
func (c *compartment) pages(n model.Noun) ([]byte, error) { return c.group("pages of " + n) }

// nameIn is what of a record's key names it within its group.
func nameIn(key []byte) [blindSize]byte { return [blindSize]byte(key[len(key)-blindSize:]) }

// shelf is a page as it lies in the file.
type shelf struct {
	key   []byte
	plain []byte
	page  page // where it is decoded already
}

// heldPages are pages that one question has decoded, by their keys: its answers tend to
// lie together.
type heldPages map[string]page

// mostOpen bounds them.
const mostOpen = 32

func (o heldPages) keep(key []byte, p page) {
	if o == nil {
		return
	}
	if len(o) >= mostOpen {
		clear(o)
	}
	o[string(key)] = p
}

// pageFor finds the page that covers a name; nil where there is none.
func (c *compartment) pageFor(tx *bolt.Tx, n model.Noun, name [blindSize]byte) (*shelf, error) {
	return c.pageAmong(tx, n, name, nil)
}

func (c *compartment) pageAmong(tx *bolt.Tx, n model.Noun, name [blindSize]byte, open heldPages) (*shelf, error) {
	prefix, err := c.pages(n)
	if err != nil {
		return nil, unreadable(err)
	}
	back := backwards{tx.Bucket(bucketRecords), tx.Bucket(bucketRecords).Cursor()}
	for key, v := back.seek(append(bytes.Clone(prefix), name[:]...)); bytes.HasPrefix(key, prefix); key, v = back.prev(key) {
		if p, ok := open[string(key)]; ok {
			return &shelf{key: key, page: p}, nil
		}
		plain, _, err := c.openValue(bucketRecords, key, v)
		if err != nil {
			return nil, err
		}
		if len(plain) > 0 && plain[0] == formPage {
			return &shelf{key: bytes.Clone(key), plain: plain}, nil
		}
	}
	return nil, nil
}

// backwards goes through a bucket from a key down. bbolt's cursor by itself takes a page
// whose rows were all deleted in the same transaction for the beginning of the bucket.
type backwards struct {
	b   *bolt.Bucket
	cur *bolt.Cursor
}

// seek gives the last row whose key is want, or less.
func (w backwards) seek(want []byte) (k, v []byte) {
	switch k, v = w.cur.Seek(want); {
	case k == nil:
		return w.cur.Last()
	case bytes.Equal(k, want):
		return k, v
	}
	return w.prev(want)
}

// prev gives the row before the one on which the cursor stands, whose key is less than from.
func (w backwards) prev(from []byte) (k, v []byte) {
	if k, v = w.cur.Prev(); k != nil {
		return k, v
	}
	if first, _ := w.b.Cursor().First(); first == nil || bytes.Compare(first, from) >= 0 {
		return nil, nil
	}
	for k == nil {
		k, v = w.cur.Prev()
	}
	return k, v
}

// slipFor finds an item in the page that covers its name; ok is false if it is not there.
func (c *compartment) slipFor(tx *bolt.Tx, n model.Noun, name [blindSize]byte, open heldPages) (text []byte, ok bool, err error) {
	if !paged(n) {
		return nil, false, nil
	}
	sh, err := c.pageAmong(tx, n, name, open)
	if err != nil || sh == nil {
		return nil, false, err
	}
	p := sh.page
	if p == nil {
		names, _, ok := pageNames(sh.plain)
		if !ok {
			return nil, false, unreadable(nil)
		}
		if !holds(names, name) {
			return nil, false, nil // told without decompressing the rest
		}
		if p, ok = decodePage(sh.plain); !ok {
			return nil, false, unreadable(nil)
		}
		open.keep(sh.key, p)
	}
	i, ok := p.find(name)
	if !ok {
		return nil, false, nil
	}
	return p[i].text, true, nil
}

// get reads one record; nil without an error if it does not lie here.
func (c *compartment) get(tx *bolt.Tx, n model.Noun, id model.ID) (model.Record, error) {
	return c.getAmong(tx, n, id, nil)
}

// getAmong is get that keeps the pages which it decodes.
func (c *compartment) getAmong(tx *bolt.Tx, n model.Noun, id model.ID, open heldPages) (model.Record, error) {
	key, err := c.name(n, id)
	if err != nil {
		return nil, unreadable(err)
	}
	text, number, ok, err := c.text(tx, n, key, open)
	if err != nil || !ok {
		return nil, err
	}
	rec, ok, err := decode(text, n, number)
	if err != nil || !ok {
		return nil, err
	}
	return rec, nil
}

// text gives a record's text by its key, wherever it lies.
func (c *compartment) text(tx *bolt.Tx, n model.Noun, key []byte, open heldPages) (text []byte, number uint64, ok bool, err error) {
	if v := tx.Bucket(bucketRecords).Get(key); v != nil {
		return c.alone(key, v)
	}
	text, ok, err = c.slipFor(tx, n, nameIn(key), open)
	return text, 0, ok, err
}

// alone opens a record that lies by itself; ok is false for a page.
func (c *compartment) alone(key, v []byte) (text []byte, number uint64, ok bool, err error) {
	plain, number, err := c.openValue(bucketRecords, key, v)
	switch {
	case err != nil:
		return nil, 0, false, err
	case len(plain) > 0 && plain[0] == formPage:
		return nil, 0, false, nil
	}
	if text, ok = unpacked(plain); !ok {
		return nil, 0, false, unreadable(nil)
	}
	return text, number, true, nil
}

// lies says whether a record lies here.
func (c *compartment) lies(tx *bolt.Tx, n model.Noun, id model.ID) (bool, error) {
	key, err := c.name(n, id)
	if err != nil {
		return false, unreadable(err)
	}
	if tx.Bucket(bucketRecords).Get(key) != nil {
		return true, nil
	}
	_, ok, err := c.slipFor(tx, n, nameIn(key), nil)
	return ok, err
}

// scan reads every record of a noun that lies here, in no order. It stops at the
// first error, or when fn says false.
func (c *compartment) scan(tx *bolt.Tx, n model.Noun, fn func(model.Record) bool) error {
	more, err := c.scanAlone(tx, n, fn)
	if err != nil || !more || !paged(n) {
		return err
	}
	prefix, err := c.pages(n)
	if err != nil {
		return unreadable(err)
	}
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		plain, _, err := c.openValue(bucketRecords, k, v)
		if err != nil {
			return err
		}
		if len(plain) == 0 || plain[0] != formPage {
			continue
		}
		p, ok := decodePage(plain)
		if !ok {
			return unreadable(nil)
		}
		for _, s := range p {
			rec, ok, err := decode(s.text, n, 0)
			if err != nil {
				return err
			}
			if ok && !fn(rec) {
				return nil
			}
		}
	}
	return nil
}

// scanAlone reads those that lie by themselves.
func (c *compartment) scanAlone(tx *bolt.Tx, n model.Noun, fn func(model.Record) bool) (more bool, err error) {
	prefix, err := c.group(n)
	if err != nil {
		return false, unreadable(err)
	}
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		text, number, ok, err := c.alone(k, v)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		rec, ok, err := decode(text, n, number)
		if err != nil {
			return false, err
		}
		if ok && !fn(rec) {
			return false, nil
		}
	}
	return true, nil
}
