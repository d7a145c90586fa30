package index

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// delta is one write: documents that came, each with its terms, and what is dead.
type delta struct {
	mark   uint64
	places []Place // in order
	moved  []Place // in order; only documents and locators count
	dead   *roaring.Bitmap
	terms  []deltaTerm // by key
}

type deltaTerm struct {
	key  string
	stem string // of a word
	docs []Doc
}

func (d *delta) append(dst []byte) []byte {
	dst = binary.AppendUvarint(append(dst, formatVersion), d.mark)
	dst = appendPlaces(appendPlaces(dst, d.places), d.moved)
	dst = appendList(dst, 0, d.dead.ToArray())
	dst = binary.AppendUvarint(dst, uint64(len(d.terms)))
	before, base := "", Doc(0)
	if len(d.places) > 0 {
		base = d.places[0].Doc
	}
	for _, t := range d.terms {
		dst = appendList(appendFront(dst, before, t.key), base, t.docs)
		if before = t.key; t.key[0] == keyWord {
			dst = appendFront(dst, t.key[1:], t.stem)
		}
	}
	return dst
}

func readDelta(block []byte) (*delta, error) {
	c := cursor{b: block}
	if c.uvarint() != formatVersion {
		return nil, damaged("a write is of another version")
	}
	d := &delta{mark: c.uvarint(), places: readPlaces(&c), moved: readPlaces(&c), dead: roaring.New()}
	docs, err := c.list(0).addTo(d.dead, nil)
	if err != nil {
		return nil, err
	}
	d.dead.AddMany(docs)
	base := Doc(0)
	if len(d.places) > 0 {
		base = d.places[0].Doc
	}
	var key []byte
	for range c.count() {
		if key = c.front(key); len(key) == 0 {
			c.fail()
			break
		}
		t := deltaTerm{key: string(key)}
		if t.docs, err = c.list(base).docs(nil); err != nil {
			return nil, err
		}
		if key[0] == keyWord {
			t.stem = string(c.front([]byte(t.key[1:])))
		}
		d.terms = append(d.terms, t)
	}
	return d, c.err("a write is cut")
}

// memory is what the deltas say, decoded: a small segment that grows.
type memory struct {
	blocks int // deltas
	places []Place
	docs   *roaring.Bitmap // documents that came
	dead   *roaring.Bitmap // documents that are dead, here or in a segment
	terms  map[string][]Doc
	keys   []string // the keys of terms in order
	fresh  []string // keys not yet among them
	stems  map[string][]string
	moved  map[Doc][]byte // locators of documents that went elsewhere, here or in a segment
}

func newMemory() *memory {
	return &memory{docs: roaring.New(), dead: roaring.New(), terms: map[string][]Doc{}, stems: map[string][]string{}, moved: map[Doc][]byte{}}
}

// take adds a delta; settle has to follow before the memory is asked anything.
func (m *memory) take(d *delta) {
	m.blocks++
	m.dead.Or(d.dead)
	for _, p := range d.places {
		m.docs.Add(p.Doc)
	}
	m.places = append(m.places, d.places...)
	for _, p := range d.moved {
		m.moved[p.Doc] = p.Locator
	}
	for _, t := range d.terms {
		have, known := m.terms[t.key]
		if !known {
			m.fresh = append(m.fresh, t.key)
			if t.key[0] == keyWord && len(t.stem) > 0 {
				m.stems[t.stem] = append(m.stems[t.stem], t.key[1:])
			}
		}
		m.terms[t.key] = append(have, t.docs...)
	}
}

// settle puts the fresh keys among the others.
func (m *memory) settle() {
	slices.Sort(m.fresh)
	if len(m.keys) == 0 {
		m.keys, m.fresh = m.fresh, nil
		return
	}
	if len(m.fresh) < 64 {
		for _, k := range m.fresh {
			i, _ := slices.BinarySearch(m.keys, k)
			m.keys = slices.Insert(m.keys, i, k)
		}
		m.fresh = m.fresh[:0]
		return
	}
	m.keys = append(m.keys, m.fresh...)
	slices.Sort(m.keys)
	m.fresh = nil
}

func (m *memory) exact(_ *reading, key string, to *set) (bool, error) {
	docs, ok := m.terms[key]
	to.docs = append(to.docs, docs...)
	return ok, nil
}

func (m *memory) begins(_ *reading, prefix string, choose func(key []byte) *set) error {
	for i := sort.SearchStrings(m.keys, prefix); i < len(m.keys) && strings.HasPrefix(m.keys[i], prefix); i++ {
		to := choose([]byte(m.keys[i]))
		to.docs = append(to.docs, m.terms[m.keys[i]]...)
	}
	return nil
}

func (m *memory) stemmed(_ *reading, stem string) ([]string, error) { return m.stems[stem], nil }

func (m *memory) present(*reading) (*roaring.Bitmap, error) { return m.docs, nil }

func (m *memory) place(_ *reading, d Doc) (Place, bool, error) {
	p, ok := placeOf(m.places, d)
	return p, ok, nil
}

// now gives a place as it is after the moves.
func (m *memory) now(p Place) Place {
	if to, ok := m.moved[p.Doc]; ok {
		p.Locator = to
	}
	return p
}
