package index

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// delta is one write: documents that came, each with its terms, and what is dead.
type delta struct {
	mark   uint64
	places []Place // in order
	moved  []Place // in order; only documents and locators count
	dead   *roaring.Bitmap
	terms  terms // by key; documents count from the first that came
}

// deltaVersion is the first number of a delta.
const deltaVersion = 2

// base is the first document that came.
func (d *delta) base() Doc {
	if len(d.places) == 0 {
		return 0
	}
	return d.places[0].Doc
}

// append writes it; terms is what its appendTerms gave.
func (d *delta) append(dst, terms []byte) []byte {
	dst = slices.Grow(dst, len(terms)+len(d.places)*mostLocator+64)
	dst = binary.AppendUvarint(append(dst, deltaVersion), d.mark)
	dst = appendPlaces(appendPlaces(dst, d.places), d.moved)
	dst = appendList(dst, 0, d.dead.ToArray())
	return append(dst, terms...)
}

// appendTerms writes the terms. They stand in order where they are few, those of many
// documents roughly so: more is not worth its time before they are folded. It says no
// document.
func (d *delta) appendTerms(dst []byte) ([]byte, error) {
	dst = binary.AppendUvarint(slices.Grow(dst, 16*d.terms.n+64), uint64(d.terms.n))
	order := d.terms.inRough
	if len(d.places) < manyPlaces {
		order = func() []int32 { return d.terms.inOrder(0) }
	}
	var before []byte
	var docs []Doc
	for _, i := range order() {
		l := d.terms.at(int(i))
		key, gaps := d.terms.textOf(l), d.terms.gaps(l)
		dst = appendFront(dst, before, key)
		before = key
		switch {
		case l.n < shortList: // it is written as it is kept
			dst = append(binary.AppendUvarint(dst, uint64(l.n)<<2|listShort), gaps...)
		case len(gaps) < gapsKept:
			dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(l.n)<<2|listGaps), uint64(len(gaps)))
			dst = append(dst, gaps...)
		default:
			var err error
			if docs, err = d.terms.list(int(i), 0).docs(docs[:0]); err != nil {
				return nil, err
			}
			dst = appendList(dst, 0, docs)
		}
	}
	return dst, nil
}

// gapsKept is up to how many bytes a list is written as it is kept, though it may be shorter
// as a bitmap.
const gapsKept = 256

func readDelta(block []byte) (*delta, error) {
	c := cursor{b: block}
	if c.uvarint() != deltaVersion {
		return nil, damaged("a write is of another version")
	}
	d := &delta{mark: c.uvarint(), places: readPlaces(&c), moved: readPlaces(&c), dead: roaring.New(), terms: newTerms()}
	docs, err := c.list(0).addTo(d.dead, nil)
	if err != nil {
		return nil, err
	}
	d.dead.AddMany(docs)
	last := Doc(0)
	if n := len(d.places); n > 0 {
		last = d.places[n-1].Doc - d.base()
	}
	var key []byte
	for range c.count() {
		if key = c.front(key); len(key) == 0 {
			c.fail()
			break
		}
		if docs, err = c.list(0).docs(docs[:0]); err != nil {
			return nil, err
		}
		if len(d.places) == 0 || len(docs) == 0 || docs[len(docs)-1] > last || d.terms.look(string(key)) >= 0 {
			return nil, damaged("a write has a term of no document")
		}
		hash := hashOf(key)
		for _, doc := range docs {
			d.terms.note(hash, key, doc)
		}
	}
	return d, c.err("a write is cut")
}

// memory is what the deltas say, decoded: a small segment that grows.
type memory struct {
	blocks int // deltas
	base   Doc // from which the documents of terms are counted
	places []Place
	docs   *roaring.Bitmap // documents that came
	dead   *roaring.Bitmap // documents that are dead, here or in a segment
	moved  map[Doc][]byte  // locators of documents that went elsewhere, here or in a segment
	spare  *spare          // takes the tables of deltas that were taken in

	mu      sync.Mutex // guards what follows until settle was called: then nothing of it changes before the next write
	pending []*delta   // whose terms are not among the terms yet
	busy    bool       // somebody is putting them there
	terms   terms      // by key
	bytes   int        // of keys and lists, about
	order   []int32    // of terms, by key; those that came since are not in it
	stems   map[string][]string
	counted int // of the terms, those whose stems are known
}

func newMemory(spare *spare) *memory {
	return &memory{spare: spare, docs: roaring.New(), dead: roaring.New(), terms: newTerms(), moved: map[Doc][]byte{}, stems: map[string][]string{}}
}

// follows tells whether a delta can come after what is here: its documents are all newer.
func (m *memory) follows(d *delta) bool {
	return len(d.places) == 0 || len(m.places) == 0 || d.base() > m.places[len(m.places)-1].Doc
}

// take adds a delta that follows.
func (m *memory) take(d *delta) {
	m.blocks++
	m.dead.Or(d.dead)
	if len(m.places) == 0 {
		m.base = d.base()
	}
	for _, p := range d.places {
		m.docs.Add(p.Doc)
	}
	m.places = append(m.places, d.places...)
	for _, p := range d.moved {
		m.moved[p.Doc] = p.Locator
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending = append(m.pending, d)
	if len(d.places) >= manyPlaces && !m.busy {
		m.busy = true
		go m.work()
	}
}

// manyPlaces is from how many documents on a write is taken in beside the next one.
const manyPlaces = 16

// work takes in what is pending, while whoever writes goes on.
func (m *memory) work() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.pending) > 0 {
		m.takeIn()
		m.mu.Unlock() // between two, for those who ask how much there is
		m.mu.Lock()
	}
	m.busy = false
}

// takeIn puts the terms of the first pending delta among the others.
func (m *memory) takeIn() {
	d := m.pending[0]
	m.pending[0] = nil
	m.pending = m.pending[1:]
	had, lists := m.terms.n, m.terms.poolBytes()
	m.terms.take(&d.terms, d.base()-m.base)
	m.bytes += 100*(m.terms.n-had) + m.terms.poolBytes() - lists + 64*len(d.places)
	m.spare.keep(d.terms)
}

// settle waits until nothing is pending.
func (m *memory) settle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.pending) > 0 {
		m.takeIn()
	}
}

// full tells whether so much is here that it should become a segment.
func (m *memory) full() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.places) >= fullDocs || m.bytes >= fullBytes
}

// inOrder gives the terms by key.
func (m *memory) inOrder() []int32 {
	m.settle()
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.order); n < m.terms.n {
		m.order = m.terms.mergeOrder(m.order, m.terms.inOrder(n))
	}
	return m.order
}

func (m *memory) add(to *set, i int) (err error) {
	to.docs, err = m.terms.list(i, m.base).docs(to.docs)
	return err
}

func (m *memory) exact(_ *reading, key string, to *set) (bool, error) {
	m.settle()
	i := m.terms.look(key)
	if i < 0 {
		return false, nil
	}
	return true, m.add(to, i)
}

func (m *memory) begins(_ *reading, prefix string, choose func(key []byte) *set) error {
	order := m.inOrder()
	key := func(n int) []byte { return m.terms.text(int(order[n])) }
	for n := sort.Search(len(order), func(n int) bool { return string(key(n)) >= prefix }); n < len(order); n++ {
		if !strings.HasPrefix(string(key(n)), prefix) {
			break
		}
		if err := m.add(choose(key(n)), int(order[n])); err != nil {
			return err
		}
	}
	return nil
}

// stemmed gives the words with a stem. They are worked out when they are first asked
// for: most of what is here goes into a segment before anybody asks.
func (m *memory) stemmed(_ *reading, stem string) ([]string, error) {
	m.settle()
	m.mu.Lock()
	defer m.mu.Unlock()
	for ; m.counted < m.terms.n; m.counted++ {
		key := m.terms.text(m.counted)
		if key[0] != keyWord {
			continue
		}
		word := string(key[1:])
		if s := Stem(word); s != "" {
			m.stems[s] = append(m.stems[s], word)
		}
	}
	return slices.Clone(m.stems[stem]), nil
}

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
