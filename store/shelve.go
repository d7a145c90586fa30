package store

import (
	"bytes"
	"cmp"
	"slices"

	"caseroom/model"
	"caseroom/store/ledger"
)

// shelfName is where new items gather until the end of their change.
type shelfName struct {
	room *compartment
	noun model.Noun
}

// manyAtOnce is from how many new items on a change writes pages.
const manyAtOnce = 8

// makesMany says whether a change only adds, and much: then nothing of it is read again
// before it ends, and it may be written at the end.
func makesMany(c *model.Change) bool {
	return len(c.Ops) >= manyAtOnce && c.Act == model.ActImport &&
		!slices.ContainsFunc(c.Ops, func(o model.Op) bool { return o.Put == nil || o.Base != 0 || !paged(o.Put.Noun()) })
}

// shelve keeps an item for the end of the change.
func (w *writer) shelve(c *compartment, n model.Noun, s slip) {
	if w.shelves == nil {
		w.shelves = map[shelfName][]slip{}
	}
	at := shelfName{c, n}
	w.shelves[at] = append(w.shelves[at], s)
}

// flush writes what was shelved.
func (w *writer) flush() error {
	for at, slips := range w.shelves {
		slices.SortFunc(slips, func(a, b slip) int { return bytes.Compare(a.name[:], b.name[:]) })
		op := ledgerOp(w.change.Act, false)
		if err := w.fill(at.room, at.noun, slips, op, detail{Noun: at.noun}); err != nil {
			return err
		}
	}
	w.shelves = nil
	return nil
}

// fill puts sorted items into the pages that cover them, splitting those that grow full.
func (w *writer) fill(c *compartment, n model.Noun, slips []slip, op ledger.Op, d detail) error {
	prefix, err := c.pages(n)
	if err != nil {
		return err
	}
	press := pressing{write: func(key, text []byte) error { return w.value(c, bucketRecords, key, text, op, d) }}
	for len(slips) > 0 {
		sh, err := c.pageFor(w.tx, n, slips[0].name)
		if err != nil {
			return err
		}
		key, have := append(bytes.Clone(prefix), make([]byte, blindSize)...), page{}
		if sh != nil {
			key = sh.key
		}
		if press.reaches(key) { // what ended the page before is no page, see nextPage: it covers this name too
			if err := press.end(); err != nil {
				return err
			}
			continue
		}
		if sh != nil {
			var ok bool
			if have, ok = decodePage(sh.plain); !ok {
				return unreadable(nil)
			}
		}
		n := len(slips)
		if end := w.nextPage(key, prefix); end != nil {
			n, _ = page(slips).find(nameIn(end))
			n = max(n, 1) // this page covers the first of them, whatever ends it
		}
		for i, part := range merge(have, slips[:n]).split() {
			if i > 0 {
				key = append(bytes.Clone(prefix), part[0].name[:]...)
			}
			if err := press.add(key, part); err != nil {
				return err
			}
		}
		slips = slips[n:]
	}
	return press.end()
}

// pressing compresses pages beside each other and writes them in the order in which they
// came. Only the compressing is done beside: a transaction has one writer.
type pressing struct {
	write func(key, text []byte) error
	queue []pressed
}

type pressed struct {
	key  []byte
	text chan []byte // gets one
}

// mostPressed bounds what is held in memory beside what is written.
const mostPressed = 8

func (p *pressing) add(key []byte, part page) error {
	text := make(chan []byte, 1)
	go func() { text <- part.encode() }()
	p.queue = append(p.queue, pressed{key, text})
	if len(p.queue) < mostPressed {
		return nil
	}
	return p.first()
}

// reaches says whether a page at this key, or one after it, still waits to be written.
func (p *pressing) reaches(key []byte) bool {
	return len(p.queue) > 0 && bytes.Compare(key, p.queue[len(p.queue)-1].key) <= 0
}

// first writes the page that came first.
func (p *pressing) first() error {
	one := p.queue[0]
	p.queue = p.queue[1:]
	return p.write(one.key, <-one.text)
}

// end writes all that are left.
func (p *pressing) end() error {
	for len(p.queue) > 0 {
		if err := p.first(); err != nil {
			return err
		}
	}
	return nil
}

// nextPage gives the key after one in its group; nil at its end. What is not a page of
// the group but has its first bytes by chance only makes a page cover less.
func (w *writer) nextPage(key, prefix []byte) []byte {
	cur := w.tx.Bucket(bucketRecords).Cursor()
	k, _ := cur.Seek(key)
	if bytes.Equal(k, key) {
		k, _ = cur.Next()
	}
	if !bytes.HasPrefix(k, prefix) {
		return nil
	}
	return bytes.Clone(k)
}

// merge gives both, in order; a name that both have is taken from the second.
func merge(a, b page) page {
	out := make(page, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := bytes.Compare(a[0].name[:], b[0].name[:]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c == 0:
			a = a[1:]
		default:
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// takeOut takes an item out of its page, and says whether it lay in one. The leaf of the
// page carries the detail where one is given.
func (w *writer) takeOut(c *compartment, n model.Noun, key []byte, d detail) (bool, error) {
	if !paged(n) || w.tx.Bucket(bucketRecords).Get(key) != nil {
		return false, nil
	}
	name := nameIn(key)
	sh, err := c.pageFor(w.tx, n, name)
	if err != nil || sh == nil {
		return false, err
	}
	p, ok := decodePage(sh.plain)
	if !ok {
		return false, unreadable(nil)
	}
	i, ok := p.find(name)
	if !ok {
		return false, nil
	}
	p = slices.Delete(p, i, i+1)
	op := cmp.Or(w.moveOp(d), ledgerOp(w.change.Act, true))
	if len(p) == 0 {
		return true, w.unset(c, bucketRecords, sh.key, op, d)
	}
	return true, w.value(c, bucketRecords, sh.key, p.encode(), op, d)
}

// moveOp is the class for a page that only lost an item to another place: nobody is told
// of that by the ledger's words.
func (w *writer) moveOp(d detail) ledger.Op {
	if d.Noun == "" {
		return ledger.OpMove
	}
	return 0
}
