package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// deepResult is what looking at one room gave.
type deepResult struct {
	problems []string
	opened   int
	records  int
	bodies   int
	keys     bool // who holds its key was held against who is cleared
}

// deepRoom is one room while it is looked at.
type deepRoom struct {
	*deepener
	deepResult
	c       *compartment
	rows    *bolt.Bucket    // of records
	self    [2][]byte       // the keys of its descriptors
	items   []byte          // what the keys of items that lie by themselves begin with
	pages   []byte          // and those of their pages
	digests map[string]bool // the pieces of attachments that were unsealed for their digest
	scratch []byte          // what was compressed, one value at a time
}

// bad takes the place of the checker's own: rooms are looked at beside each other.
func (d *deepRoom) bad(f string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(f, args...))
}

func (d *deepRoom) check() (err error) {
	c := d.c
	d.rows, d.digests = d.tx.Bucket(bucketRecords), map[string]bool{}
	if d.self, err = c.selfKeys(); err != nil {
		return unreadable(err)
	}
	if d.items, err = c.group(model.NounInformation); err != nil {
		return unreadable(err)
	}
	if d.pages, err = c.pages(model.NounInformation); err != nil {
		return unreadable(err)
	}
	var about []model.Record // clearances of the room
	for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
		cur := d.tx.Bucket(bucket).Cursor()
		k, v := cur.Seek(c.tag[:])
		for k != nil && bytes.HasPrefix(k, c.tag[:]) {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			next, after := cur.Next()
			about = append(about, d.row(bucket, k, v, next)...)
			k, v = next, after
		}
	}
	d.descriptors()
	return d.holders(about)
}

// row looks at one value of the room; next is the key of the row after it, of whichever
// room. It gives the clearances that it holds.
func (d *deepRoom) row(bucket, k, v, next []byte) []model.Record {
	if bucket[0] == bucketBodies[0] && d.digests[string(k)] {
		d.opened++
		return nil
	}
	plain, number, err := d.c.openValue(bucket, k, v)
	if err != nil {
		d.wrong(bucket, k, "cannot be unsealed")
		return nil
	}
	d.opened++
	switch bucket[0] {
	case bucketHistory[0]:
		if _, ok := d.unpacked(plain); !ok {
			d.wrong(bucket, k, "cannot be read")
		}
	case bucketRecords[0]:
		return d.value(k, plain, next, number)
	}
	return nil
}

// unpacked is one record's text, until the next is asked for.
func (d *deepRoom) unpacked(plain []byte) (text []byte, ok bool) {
	if len(plain) == 0 || plain[0] != formPacked {
		return unpacked(plain)
	}
	text, err := unpackInto(plain[1:], d.scratch)
	d.scratch = text
	return text, err == nil
}

// descriptors looks at the two that say what the room is, and hold the keys of what was
// written in earlier epochs. A room that came from format 0 has one until it is next written.
func (d *deepRoom) descriptors() {
	c := d.c
	for n, key := range d.self {
		alone := &compartment{tag: c.tag, key: c.key, epoch: c.epoch, ws: c.ws}
		alone.once.Do(func() { alone.sealer, alone.err = c.open() }) // the one key, not derived again
		if n == 1 && d.fromFormat0() && d.tx.Bucket(bucketRecords).Get(key) == nil {
			continue
		}
		if alone.describedAt(d.tx, key) != nil {
			d.bad("the %s of the two descriptions of a room is missing or damaged%s", []string{"first", "second"}[n], d.in.where(d.tx, c))
		}
	}
}

// wrong names a row of the room.
func (d *deepRoom) wrong(bucket, key []byte, what string) {
	d.bad("%s %s: %s", strings.TrimSuffix(kindOf(bucket[0]), ","), what, ledgerKey(bucket, key).String()+d.in.where(d.tx, d.c))
}

// value reads a record or a page, and gives the clearances among them.
func (d *deepRoom) value(key, plain, next []byte, number uint64) (clearances []model.Record) {
	if bytes.Equal(key, d.self[0]) || bytes.Equal(key, d.self[1]) {
		return nil
	}
	if len(plain) > 0 && plain[0] == formPage {
		p, body, ok := decodePageInto(plain, d.scratch)
		d.scratch = body
		if !ok {
			d.wrong(bucketRecords, key, "cannot be read")
		}
		d.page(key, next, p)
		return nil
	}
	text, ok := d.unpacked(plain)
	if !ok {
		d.wrong(bucketRecords, key, "cannot be read")
		return nil
	}
	if d.c.kind == kindOversight && isLine(text) {
		return nil
	}
	if m, ok := d.record(key, text, number); ok {
		own, err := d.c.name(m.noun, m.id)
		if err != nil || !bytes.Equal(own, key) {
			d.bad("%s %s stands under another's name%s", nounWords(m.noun), m.ref, d.in.where(d.tx, d.c))
		}
		d.known(m)
		if m.noun == model.NounClearance {
			return []model.Record{m.rec}
		}
	}
	return nil
}

// page reads the records of a page. Who looks for one of them by its name must come to
// this very page, and not find another of it that lies by itself.
func (d *deepRoom) page(key, next []byte, p page) {
	beside := d.beside(p)
	for _, s := range p {
		m, ok := d.record(key, s.text, 0)
		if !ok {
			continue
		}
		own, err := d.nameOf(m)
		switch {
		case err != nil || !bytes.Equal(own[len(own)-blindSize:], s.name[:]):
			d.bad("%s %s stands under another's name%s", nounWords(m.noun), m.ref, d.in.where(d.tx, d.c))
		case m.noun == model.NounInformation && beside(s.name), m.noun != model.NounInformation && d.rows.Get(own) != nil:
			d.bad("%s %s stands twice, by itself and in a page%s", nounWords(m.noun), m.ref, d.in.where(d.tx, d.c))
		}
		d.known(m)
		if !d.covers(key, next, m.noun, s.name) && !d.found(key, m.noun, s.name, p) {
			d.bad("%s %s%s lies in a page that does not cover its name, and so is not found by it", nounWords(m.noun), m.ref, d.in.where(d.tx, d.c))
		}
	}
}

// nameOf is a record's key. The group of items is not made anew for each.
func (d *deepRoom) nameOf(m met) ([]byte, error) {
	if m.noun != model.NounInformation {
		return d.c.name(m.noun, m.id)
	}
	s, err := d.c.naming()
	if err != nil {
		return nil, err
	}
	b := s.BlindName(string(m.noun), string(m.id))
	return append(d.items[:len(d.items):len(d.items)], b[:blindSize]...), nil
}

// beside says of names in their order whether an item lies by itself under them. The rows
// between the first and the last are gone through once.
func (d *deepRoom) beside(p page) func(name [blindSize]byte) bool {
	cur := d.rows.Cursor()
	var at []byte
	if len(p) > 0 {
		at, _ = cur.Seek(append(d.items[:len(d.items):len(d.items)], p[0].name[:]...))
	}
	return func(name [blindSize]byte) bool {
		for bytes.HasPrefix(at, d.items) {
			switch n := bytes.Compare(at[len(d.items):], name[:]); {
			case n == 0:
				return true
			case n > 0:
				return false
			}
			at, _ = cur.Next()
		}
		return false
	}
}

// covers says whether a page is surely the one in which a name is looked for: the name
// comes after the one in its key, and before the one in the key of the next row.
func (d *deepRoom) covers(key, next []byte, n model.Noun, name [blindSize]byte) bool {
	if n != model.NounInformation || !bytes.HasPrefix(key, d.pages) || bytes.Compare(key[len(d.pages):], name[:]) > 0 {
		return false
	}
	return !bytes.HasPrefix(next, d.pages) || bytes.Compare(next[len(d.pages):], name[:]) > 0
}

// found looks for a name as who reads does, and says whether that leads to the page.
func (d *deepRoom) found(key []byte, n model.Noun, name [blindSize]byte, p page) bool {
	at, err := d.c.pageAmong(d.tx, n, name, heldPages{string(key): p}) // or each look would unseal it again
	return err == nil && at != nil && bytes.Equal(at.key, key)
}

// met is a record that can be read. rec is nil where a glance told enough.
type met struct {
	noun model.Noun
	id   model.ID
	ref  string
	rec  model.Record
}

// record reads one record.
func (d *deepRoom) record(key, text []byte, number uint64) (m met, ok bool) {
	if g, ok := glance(text); ok {
		d.records++
		return met{noun: model.NounInformation, id: model.ID(g.id), ref: g.ref}, true
	}
	head, _, _ := bytes.Cut(text, []byte("\n"))
	noun, _, _ := strings.Cut(string(head), " ")
	r, ok, err := decode(text, model.Noun(noun), number)
	if err != nil || !ok {
		d.wrong(bucketRecords, key, "cannot be read")
		return m, false
	}
	d.records++
	return met{noun: r.Noun(), id: r.Base().ID, ref: r.Base().Ref, rec: r}, true
}

// known holds that a record is found by its reference, and that it has its attachments.
func (d *deepRoom) known(m met) {
	if m.ref != "" {
		if n, err := d.in.rooms[d.in.header.Root].taken(m.ref); err != nil || !d.taken.has(n) {
			d.bad("the reference of %s %s is not among those that are taken: another could be given the same", nounWords(m.noun), m.ref)
		}
	}
	if i, ok := m.rec.(*model.Information); ok {
		for _, a := range i.Attachments {
			d.attachment(i, a)
		}
	}
}

// attachment holds a file against the digest that was taken when it came in.
func (d *deepRoom) attachment(i *model.Information, a model.Attachment) {
	if a.SHA256 == "" {
		return // only its name was recorded
	}
	if !d.c.isWhole(d.tx, a, func(key []byte) { d.digests[string(key)] = true }) {
		d.bad("the attachment %s of %s is not the file that came in", a.Name, i.Ref)
		return
	}
	d.bodies++
}

// holders compares who has a key of the room with who is cleared for it: rows name their
// members to who holds the key, wraps that wait can only be counted.
func (d *deepRoom) holders(clearances []model.Record) error {
	c := d.c
	should, known, err := d.cleared(c, clearances)
	if err != nil || !known {
		return err
	}
	rows, mine := 0, 0
	cur := d.tx.Bucket(bucketRings).Cursor()
	for k, _ := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, _ = cur.Next() {
		if len(k) == 24 {
			rows++
		}
	}
	wait := len(d.waiting[c.tag])
	var lacking []string
	for id, m := range d.in.members {
		key, err := rowKey(c, seal.SlotID(d.in.header.WS, m.Label))
		if err != nil {
			return err
		}
		has := d.tx.Bucket(bucketRings).Get(key) != nil
		if has {
			mine++
		}
		switch cleared := should[id]; {
		case has && !cleared:
			d.bad("%s holds a key and is not cleared:%s", m.Label, d.in.where(d.tx, c))
		case !has && cleared:
			lacking = append(lacking, m.Label)
		}
	}
	slices.Sort(lacking)
	switch {
	case rows != mine:
		d.bad("%d members' key rows are of nobody who is a member:%s", rows-mine, d.in.where(d.tx, c))
	case wait > len(lacking):
		d.bad("%d keys wait for members who are not cleared:%s", wait-len(lacking), d.in.where(d.tx, c))
	case wait < len(lacking) && !d.fromFormat0(): // there a member's keyring has them until they come
		d.bad("of %s, who are cleared, %d have no key:%s", strings.Join(lacking, ", "), len(lacking)-wait, d.in.where(d.tx, c))
	}
	if d.tx.Bucket(bucketRecovery).Get(recoveryKey(c.tag, c.epoch)) == nil {
		d.bad("the recovery key does not open what lies in a room%s", d.in.where(d.tx, c))
	}
	d.keys = true
	return nil
}
