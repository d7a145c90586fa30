package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// deepener checks the rooms that a member holds from inside. Two are looked at at once, each
// by itself, and nothing of one is kept but what is wrong with it.
type deepener struct {
	*checker
	waiting wrapsByTag
	taken   *takenRows
}

// deepWorkers are how many rooms are looked at at once: whoever works on meanwhile keeps a core.
const deepWorkers = 2

// deepen decodes everything that the member can unseal.
func (c *checker) deepen() error {
	d := &deepener{checker: c, waiting: waitingWraps(c.tx), taken: takenIn(c.tx, c.h.Root)}
	tags := slices.SortedFunc(maps.Keys(c.in.rooms), func(a, b seal.Tag) int { return bytes.Compare(a[:], b[:]) })
	found := make([]deepResult, len(tags))
	var next atomic.Int64
	errs := make([]error, deepWorkers)
	var wait sync.WaitGroup
	for w := range errs {
		wait.Go(func() {
			errs[w] = guard(func() error { return d.work(tags, found, &next) }) // a fault is met where it happens
		})
	}
	wait.Wait()
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	var sum deepResult
	keys := 0
	for _, f := range found {
		c.rep.Problems = append(c.rep.Problems, f.problems...)
		c.rep.Opened += f.opened
		sum.records, sum.bodies = sum.records+f.records, sum.bodies+f.bodies
		if f.keys {
			keys++
		}
	}
	if c.rep.OK() {
		c.ok("%d values that you are cleared for were unsealed, and the %d records in them read", c.rep.Opened, sum.records)
		c.ok("%d attachments have the digest that was taken when they came", sum.bodies)
		c.ok("%d rooms are open to exactly those members who are cleared for them, and to the recovery key", keys)
	}
	return nil
}

// work looks at one room after the other, as long as there are such.
func (d *deepener) work(tags []seal.Tag, found []deepResult, next *atomic.Int64) error {
	var scratch []byte
	defer func() { seal.Zero(scratch[:cap(scratch)]) }()
	for {
		n := int(next.Add(1)) - 1
		if n >= len(tags) {
			return nil
		}
		r := deepRoom{deepener: d, c: d.in.rooms[tags[n]], scratch: scratch}
		if err := r.check(); err != nil {
			next.Store(int64(len(tags))) // the others need not go on
			return err
		}
		scratch, found[n] = r.scratch, r.deepResult
	}
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
