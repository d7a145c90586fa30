package store

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// Two things must never share a reference, also where one of them is nothing that a member
// may know of. So bucket n says of every reference that it is taken, without saying where or
// by what: 8 bytes of its blind name. Its first 12 bits, after the tag of the workspace's own
// room, are the key of a row, in which what follows the first byte lies in order: few enough
// rows that each says much, and short enough that one more is little to write. Nothing is
// ever taken out of it.

const (
	takenKey  = 8 + 2
	takenRest = 7
	takenBits = 0xf0 // of the second byte, those that belong to the key
)

// takenName is what stands of a reference in bucket n.
type takenName struct {
	key  [takenKey]byte
	rest [takenRest]byte
}

func (n takenName) compare(o takenName) int {
	return cmp.Or(bytes.Compare(n.key[:], o.key[:]), bytes.Compare(n.rest[:], o.rest[:]))
}

func takenOf(root seal.Tag, blind []byte) (n takenName) {
	copy(n.key[:], root[:])
	n.key[takenKey-2], n.key[takenKey-1] = blind[0], blind[1]&takenBits
	copy(n.rest[:], blind[1:])
	return n
}

// taken names a reference for the row that says that it is in use.
func (c *compartment) taken(ref string) (takenName, error) {
	s, err := c.naming()
	if err != nil {
		return takenName{}, err
	}
	b := s.BlindName("taken", strings.ToUpper(ref))
	return takenOf(c.tag, b[:]), nil
}

// rests reads the row that many references share.
func rests(row []byte) [][takenRest]byte {
	out := make([][takenRest]byte, 0, len(row)/takenRest+1)
	for r := range slices.Chunk(row, takenRest) {
		if len(r) == takenRest {
			out = append(out, [takenRest]byte(r))
		}
	}
	return out
}

func compareRests(a, b [takenRest]byte) int { return bytes.Compare(a[:], b[:]) }

// in says whether a reference stands in its row.
func (n takenName) in(tx *bolt.Tx) bool { return n.inRow(tx.Bucket(bucketNames).Get(n.key[:])) }

func (n takenName) inRow(row []byte) bool {
	rest := func(i int) []byte { return row[i*takenRest : (i+1)*takenRest] }
	_, has := sort.Find(len(row)/takenRest, func(i int) int { return bytes.Compare(n.rest[:], rest(i)) })
	return has
}

// takenRows are the rows of one transaction, for who asks for very many: by the twelve bits
// of their keys.
type takenRows struct {
	root seal.Tag
	rows [1 << 12][]byte
}

func takenIn(tx *bolt.Tx, root seal.Tag) *takenRows {
	t := &takenRows{root: root}
	cur := tx.Bucket(bucketNames).Cursor()
	for k, v := cur.Seek(root[:]); bytes.HasPrefix(k, root[:]); k, v = cur.Next() {
		if len(k) == takenKey && k[takenKey-1]&^takenBits == 0 {
			t.rows[t.at([takenKey]byte(k))] = v
		}
	}
	return t
}

func (t *takenRows) at(key [takenKey]byte) int {
	return int(key[takenKey-2])<<4 | int(key[takenKey-1])>>4
}

// has says whether a reference stands in its row.
func (t *takenRows) has(n takenName) bool {
	return bytes.HasPrefix(n.key[:], t.root[:]) && n.inRow(t.rows[t.at(n.key)])
}

// soundTaken says whether a row has the form that it must have.
func soundTaken(root seal.Tag, key, row []byte) bool {
	all := rests(row)
	elsewhere := func(r [takenRest]byte) bool { return r[0]&takenBits != key[takenKey-1] }
	return len(key) == takenKey && bytes.HasPrefix(key, root[:]) && len(row) > 0 && len(row)%takenRest == 0 &&
		slices.IsSortedFunc(all, compareRests) && !slices.ContainsFunc(all, elsewhere) && len(slices.Compact(all))*takenRest == len(row)
}

// isTaken says whether something in the workspace, or made by this change, has a reference,
// also what this member may not know of: two things must never share one.
func (w *writer) isTaken(ref string) (bool, error) {
	n, err := w.root.taken(ref)
	return err == nil && (w.taken[n] || n.in(w.tx)), err
}

// reserve takes a reference. It is written at the end of the transaction: a row that many
// references share once.
func (w *writer) reserve(ref string) error {
	if ref == "" {
		return nil
	}
	n, err := w.root.taken(ref)
	if err != nil {
		return err
	}
	if w.taken == nil {
		w.taken = map[takenName]bool{}
	}
	w.taken[n] = true
	return nil
}

// keepTaken writes what was reserved.
func (w *writer) keepTaken() error {
	names := make([]takenName, 0, len(w.taken))
	for n := range w.taken {
		names = append(names, n)
	}
	w.taken = nil
	slices.SortFunc(names, takenName.compare)
	return putTaken(w.tx, names)
}

// putTaken adds names, which are in order, to their rows.
func putTaken(tx *bolt.Tx, names []takenName) error {
	b := tx.Bucket(bucketNames)
	for len(names) > 0 {
		key, n := names[0].key, 0
		had := rests(b.Get(key[:]))
		all := slices.Clone(had)
		for ; n < len(names) && names[n].key == key; n++ {
			all = append(all, names[n].rest)
		}
		names = names[n:]
		slices.SortFunc(all, compareRests)
		if all = slices.Compact(all); len(all) == len(had) {
			continue
		}
		row := make([]byte, 0, len(all)*takenRest)
		for _, r := range all {
			row = append(row, r[:]...)
		}
		if err := b.Put(bytes.Clone(key[:]), row); err != nil {
			return err
		}
	}
	return nil
}

// reserveIn takes the references of what lies in a room, where their rows are gone.
func (w *writer) reserveIn(c *compartment) error {
	for _, n := range []model.Noun{model.NounCase, model.NounPerson, model.NounIncident, model.NounInformation, model.NounRestriction, model.NounPack} {
		var lost error
		err := c.scan(w.tx, n, func(r model.Record) bool {
			lost = w.reserve(r.Base().Ref)
			return lost == nil
		})
		if err := cmp.Or(err, lost); err != nil {
			return err
		}
	}
	return nil
}
