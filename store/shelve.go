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

// pressShelves puts what was shelved into pages, which may be written later: flush does.
func (w *writer) pressShelves() error {
	w.press.w, w.press.op = w, ledgerOp(w.change.Act, false)
	for at, slips := range w.shelves {
		slices.SortFunc(slips, func(a, b slip) int { return bytes.Compare(a.name[:], b.name[:]) })
		w.press.d.Noun = at.noun
		if err := w.press.fill(at.room, at.noun, slips); err != nil {
			return err
		}
	}
	w.shelves = nil
	return nil
}

// flush writes what was shelved.
func (w *writer) flush() error {
	if err := w.pressShelves(); err != nil {
		return err
	}
	return w.press.end()
}

// fill puts sorted items into the pages that cover them, splitting those that grow full.
func (p *pressing) fill(c *compartment, n model.Noun, slips []slip) error {
	prefix, err := c.pages(n)
	if err != nil {
		return err
	}
	for len(slips) > 0 {
		key, have, err := p.covering(c, n, prefix, slips[0].name)
		if err != nil {
			return err
		}
		n := len(slips)
		if end := p.w.nextPage(key, prefix); end != nil {
			n, _ = page(slips).find(nameIn(end))
			n = max(n, 1) // this page covers the first of them, whatever ends it
		}
		for i, part := range merge(have, slips[:n]).split() {
			if i > 0 {
				key = append(bytes.Clone(prefix), part[0].name[:]...)
			}
			if err := p.add(c, key, part); err != nil {
				return err
			}
		}
		slips = slips[n:]
	}
	return nil
}

// pressing compresses pages beside each other and writes them in the order in which they
// came. Only the compressing is done beside: a transaction has one writer.
type pressing struct {
	w     *writer
	op    ledger.Op
	d     detail
	queue []pressed
}

// pressed is a page that waits to be written.
type pressed struct {
	room *compartment
	key  []byte
	d    detail
	text chan []byte // gets one
}

// mostPressed bounds what is held in memory beside what is written.
const mostPressed = 8

// covering gives the page that covers a name, with its key; one that is to be begun is empty.
func (p *pressing) covering(c *compartment, n model.Noun, prefix []byte, name [blindSize]byte) (key []byte, have page, err error) {
	sh, err := c.pageFor(p.w.tx, n, name)
	if err == nil && p.reaches(c, sh) { // what ended the page before is no page, see nextPage: it covers this name too
		if err = p.end(); err == nil {
			sh, err = c.pageFor(p.w.tx, n, name)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if sh == nil {
		return append(bytes.Clone(prefix), make([]byte, blindSize)...), nil, nil
	}
	have, ok := decodePage(sh.plain)
	if !ok {
		return nil, nil, unreadable(nil)
	}
	return sh.key, have, nil
}

// reaches says whether a page of a room waits to be written that lies here, or after.
func (p *pressing) reaches(c *compartment, sh *shelf) bool {
	return slices.ContainsFunc(p.queue, func(q pressed) bool {
		return q.room == c && (sh == nil || bytes.Compare(sh.key, q.key) <= 0)
	})
}

func (p *pressing) add(c *compartment, key []byte, part page) error {
	text := make(chan []byte, 1)
	go func() { text <- part.encode() }()
	p.queue = append(p.queue, pressed{c, key, p.d, text})
	if len(p.queue) < mostPressed {
		return nil
	}
	return p.first()
}

// first writes the page that came first.
func (p *pressing) first() error {
	one := p.queue[0]
	p.queue = p.queue[1:]
	return p.w.value(one.room, bucketRecords, one.key, <-one.text, p.op, one.d)
}

// end writes all that wait.
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
