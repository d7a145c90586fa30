package index

import (
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// segmentWriter writes one segment: places in the order of their documents, terms
// in the order of their keys.
type segmentWriter struct {
	codec  *codec
	sink   Sink
	number uint32
	terms  termWriter
	dir    directory
	few    []Place // not yet written
	stems  map[string][]string
	words  beginnings
	refs   beginnings
}

func newSegmentWriter(c *codec, sink Sink, number uint32, base, last Doc) *segmentWriter {
	w := &segmentWriter{codec: c, sink: sink, number: number, stems: map[string][]string{},
		dir: directory{base: base, present: roaring.New()}}
	w.terms = termWriter{base: base, put: func(n int, block []byte) error { return c.write(sink, nameOf(number, kindTerms, n), block) }}
	w.words = newBeginnings(wordBeginnings, base, last)
	w.refs = newBeginnings(refBeginnings, base, last)
	return w
}

// place writes where the next document is.
func (w *segmentWriter) place(p Place) error {
	w.few = append(w.few, p)
	w.dir.present.Add(p.Doc)
	if len(w.few) < placesPerBlock {
		return nil
	}
	return w.flushPlaces()
}

func (w *segmentWriter) flushPlaces() error {
	if len(w.few) == 0 {
		return nil
	}
	err := w.codec.write(w.sink, nameOf(w.number, kindPlaces, len(w.dir.places)), appendPlaces(nil, w.few))
	w.dir.places = append(w.dir.places, w.few[0].Doc)
	w.few = w.few[:0]
	return err
}

// list writes the next key, as termWriter.list; stems and beginnings are the writer's own
// affair.
func (w *segmentWriter) list(key string, docs []Doc, gaps []byte) error {
	switch key[0] {
	case keyRef:
		w.refs.add(key[1:], docs)
	case keyWord:
		if err := w.endRefs(); err != nil {
			return err
		}
		w.words.add(key[1:], docs)
		if s := Stem(key[1:]); s != "" && (s != key[1:] || letters(s)) { // others are no other word's stem
			w.stems[s] = append(w.stems[s], key[1:])
		}
	}
	return w.terms.list(key, docs, gaps)
}

// endRefs writes the beginnings of references, which stand before the words.
func (w *segmentWriter) endRefs() error { return w.refs.write(keyRefBeginning, &w.terms) }

// finish writes what is known only now, the directory last.
func (w *segmentWriter) finish() error {
	if err := w.endRefs(); err != nil {
		return err
	}
	for _, s := range slices.Sorted(maps.Keys(w.stems)) {
		words := w.stems[s]
		if len(words) == 1 && words[0] == s {
			continue // the reader looks for the stem itself
		}
		if err := w.terms.words(string(keyStem)+s, words); err != nil {
			return err
		}
	}
	if err := w.words.write(keyBeginning, &w.terms); err != nil {
		return err
	}
	if err := w.terms.flush(); err != nil {
		return err
	}
	if err := w.flushPlaces(); err != nil {
		return err
	}
	w.dir.firsts = w.terms.firsts
	return w.codec.write(w.sink, nameOf(w.number, kindDirectory, 0), w.dir.append(nil))
}

// beginnings gathers which documents have a term that begins so, for the
// beginnings that so many terms share that reading them all would take long.
type beginnings struct {
	depth int // bytes of the longest beginning
	base  Doc
	open  []beginning // by length
	kept  map[string][]Doc
}

// beginning is one that terms are still being added to.
type beginning struct {
	text  string
	bytes int // about what its lists take
	table []uint64
}

// keptFrom is about how many bytes of lists make a union worth keeping: what six
// blocks hold.
const keptFrom = 6 * blockSize

// The longest beginnings that are kept, in bytes.
const (
	wordBeginnings = 2
	refBeginnings  = 8
)

func newBeginnings(depth int, base, last Doc) beginnings {
	b := beginnings{depth: depth, base: base, open: make([]beginning, depth), kept: map[string][]Doc{}}
	for i := range b.open {
		b.open[i].table = make([]uint64, (last-base)/64+1)
	}
	return b
}

func (b *beginnings) add(term string, docs []Doc) {
	for i := range b.open {
		o := &b.open[i]
		if len(term) <= i {
			b.end(o)
			continue
		}
		if o.text != term[:i+1] {
			b.end(o)
			o.text = term[:i+1]
		}
		o.bytes += len(term)/2 + 2 + min(2*len(docs), 12000)
		for _, d := range docs {
			o.table[(d-b.base)/64] |= 1 << ((d - b.base) % 64)
		}
	}
}

// end keeps a beginning if it was worth it.
func (b *beginnings) end(o *beginning) {
	if o.bytes >= keptFrom {
		b.kept[o.text] = fromTable(o.table, b.base)
	}
	if o.bytes > 0 {
		clear(o.table)
	}
	o.text, o.bytes = "", 0
}

// write gives what was kept to the terms, once.
func (b *beginnings) write(space byte, terms *termWriter) error {
	for i := range b.open {
		b.end(&b.open[i])
	}
	for _, text := range slices.Sorted(maps.Keys(b.kept)) {
		if err := terms.list(string(space)+text, b.kept[text], nil); err != nil {
			return err
		}
	}
	clear(b.kept)
	return nil
}
