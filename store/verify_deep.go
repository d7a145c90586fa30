package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// deepener checks the rooms that a member holds from inside, one after the other: it
// keeps nothing of one when it goes on to the next.
type deepener struct {
	*checker
	waiting wrapsByTag
	records int
	bodies  int
	keys    int
}

// deepen decodes everything that the member can unseal.
func (c *checker) deepen() error {
	d := &deepener{checker: c, waiting: waitingWraps(c.tx)}
	var tags []seal.Tag
	for tag := range c.in.rooms {
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b seal.Tag) int { return bytes.Compare(a[:], b[:]) })
	for _, tag := range tags {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if err := d.room(c.in.rooms[tag]); err != nil {
			return err
		}
	}
	if c.rep.OK() {
		c.ok("%d values that you are cleared for were unsealed, and the %d records in them read", c.rep.Opened, d.records)
		c.ok("%d attachments have the digest that was taken when they came", d.bodies)
		c.ok("%d rooms are open to exactly those members who are cleared for them, and to the recovery key", d.keys)
	}
	return nil
}

func (d *deepener) room(c *compartment) error {
	var about []model.Record // clearances of the room
	for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
		cur := d.tx.Bucket(bucket).Cursor()
		for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			plain, number, err := c.openValue(bucket, k, v)
			if err != nil {
				d.wrong(c, bucket, k, "cannot be unsealed")
				continue
			}
			d.rep.Opened++
			switch bucket[0] {
			case bucketHistory[0]:
				if _, ok := unpacked(plain); !ok {
					d.wrong(c, bucket, k, "cannot be read")
				}
			case bucketRecords[0]:
				about = append(about, d.value(c, k, plain, number)...)
			}
		}
	}
	d.descriptors(c)
	return d.holders(c, about)
}

// descriptors looks at the two that say what the room is, and hold the keys of what was
// written in earlier epochs. A room that came from format 0 has one until it is next written.
func (d *deepener) descriptors(c *compartment) {
	keys, err := c.selfKeys()
	for n, key := range keys {
		alone := &compartment{tag: c.tag, key: c.key, epoch: c.epoch, ws: c.ws}
		if n == 1 && d.fromFormat0() && d.tx.Bucket(bucketRecords).Get(key) == nil {
			continue
		}
		if err != nil || alone.describedAt(d.tx, key) != nil {
			d.bad("the %s of the two descriptions of a room is missing or damaged%s", []string{"first", "second"}[n], d.in.where(d.tx, c))
		}
	}
}

// wrong names a row of the room.
func (d *deepener) wrong(c *compartment, bucket, key []byte, what string) {
	d.bad("%s %s: %s", strings.TrimSuffix(kindOf(bucket[0]), ","), what, ledgerKey(bucket, key).String()+d.in.where(d.tx, c))
}

// value decodes a record or a page, and gives the clearances among them.
func (d *deepener) value(c *compartment, key, plain []byte, number uint64) (clearances []model.Record) {
	if c.isSelf(key) {
		return nil
	}
	if len(plain) > 0 && plain[0] == formPage {
		p, ok := decodePage(plain)
		if !ok {
			d.wrong(c, bucketRecords, key, "cannot be read")
		}
		d.page(c, key, p)
		return nil
	}
	text, ok := unpacked(plain)
	if !ok {
		d.wrong(c, bucketRecords, key, "cannot be read")
		return nil
	}
	if c.kind == kindOversight && isLine(text) {
		return nil
	}
	if r := d.record(c, key, text, number, nil); r != nil && r.Noun() == model.NounClearance {
		return []model.Record{r}
	}
	return nil
}

// page decodes the records of a page. Who looks for one of them by its name must come to
// this very page.
func (d *deepener) page(c *compartment, key []byte, p page) {
	open := heldPages{string(key): p} // or each look would unseal it again
	for _, s := range p {
		r := d.record(c, key, s.text, 0, s.name[:])
		if r == nil {
			continue
		}
		if at, err := c.pageAmong(d.tx, r.Noun(), s.name, open); err != nil || at == nil || !bytes.Equal(at.key, key) {
			d.bad("%s %s%s lies in a page that does not cover its name, and so is not found by it", nounWords(r.Noun()), r.Base().Ref, d.in.where(d.tx, c))
		}
	}
}

// record decodes one record: it must stand under its own name, be found by its reference
// and have its attachments.
func (d *deepener) record(c *compartment, key, text []byte, number uint64, slip []byte) model.Record {
	head, _, _ := bytes.Cut(text, []byte("\n"))
	noun, _, _ := strings.Cut(string(head), " ")
	r, ok, err := decode(text, model.Noun(noun), number)
	if err != nil || !ok {
		d.wrong(c, bucketRecords, key, "cannot be read")
		return nil
	}
	d.records++
	b := r.Base()
	own, err := c.name(r.Noun(), b.ID)
	if err != nil || slip == nil && !bytes.Equal(own, key) || slip != nil && !bytes.Equal(own[len(own)-blindSize:], slip) {
		d.bad("%s %s stands under another's name%s", nounWords(r.Noun()), b.Ref, d.in.where(d.tx, c))
	} else if slip != nil && d.tx.Bucket(bucketRecords).Get(own) != nil {
		d.bad("%s %s stands twice, by itself and in a page%s", nounWords(r.Noun()), b.Ref, d.in.where(d.tx, c))
	}
	if b.Ref != "" {
		if n, err := d.in.rooms[d.in.header.Root].taken(b.Ref); err != nil || !n.in(d.tx) {
			d.bad("the reference of %s %s is not among those that are taken: another could be given the same", nounWords(r.Noun()), b.Ref)
		}
	}
	if i, ok := r.(*model.Information); ok {
		for _, a := range i.Attachments {
			d.attachment(c, i, a)
		}
	}
	return r
}

// attachment holds a file against the digest that was taken when it came in.
func (d *deepener) attachment(c *compartment, i *model.Information, a model.Attachment) {
	if a.SHA256 == "" {
		return // only its name was recorded
	}
	sum, size := sha256.New(), int64(0)
	for no := uint64(0); ; no++ {
		key, err := c.bodyKey(a.ID, no)
		if err != nil {
			break
		}
		v := d.tx.Bucket(bucketBodies).Get(key)
		if v == nil {
			break
		}
		plain, _, err := c.openValue(bucketBodies, key, v)
		if err != nil {
			break // its piece was named
		}
		sum.Write(plain)
		size += int64(len(plain))
		seal.Zero(plain)
	}
	if size != a.Size || hex.EncodeToString(sum.Sum(nil)) != a.SHA256 {
		d.bad("the attachment %s of %s is not the file that came in", a.Name, i.Ref)
		return
	}
	d.bodies++
}

// holders compares who has a key of the room with who is cleared for it: rows name their
// members to who holds the key, wraps that wait can only be counted.
func (d *deepener) holders(c *compartment, clearances []model.Record) error {
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
	d.keys++
	return nil
}

// fromFormat0 says whether the workspace was moved over.
func (d *deepener) fromFormat0() bool {
	row := d.tx.Bucket(bucketLeaves).Get(be8(0))
	return len(row) > 0 && row[0] == 0
}

// cleared says who should hold the key of a room. known is false where the lists that say
// so lie in rooms that this member has no key of.
func (d *deepener) cleared(c *compartment, clearances []model.Record) (out map[model.ID]bool, known bool, err error) {
	out = map[model.ID]bool{}
	put := func(ids ...model.ID) {
		for _, id := range ids {
			if m := d.in.members[id]; m != nil && !m.Gone {
				out[id] = true
			}
		}
	}
	switch {
	case c.tag == d.in.header.Root:
		for id := range d.in.members {
			put(id)
		}
	case c.kind == kindOversight:
		for id, m := range d.in.members {
			if oversees(m) {
				put(id)
			}
		}
	case len(c.home) == 0:
		for _, r := range clearances {
			put(r.(*model.Clearance).MemberID)
		}
	default:
		sc := &caseScene{}
		for _, id := range c.home {
			r, err := d.in.restriction(d.tx, c.caseID, id)
			if err != nil || r == nil {
				return nil, false, nil
			}
			sc.restrictions = append(sc.restrictions, r)
		}
		put(sc.cleared(c.home)...)
	}
	return out, true, nil
}

// restriction finds one in the rooms of a case.
func (in *insight) restriction(tx *bolt.Tx, caseID, id model.ID) (*model.Restriction, error) {
	for _, c := range in.rooms {
		if c.caseID != caseID {
			continue
		}
		r, err := c.get(tx, model.NounRestriction, id)
		if err != nil {
			return nil, fmt.Errorf("restriction %s: %w", id, err)
		}
		if x, ok := r.(*model.Restriction); ok {
			return x, nil
		}
	}
	return nil, nil
}
