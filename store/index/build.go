package index

import "slices"

// Bounds of what a builder holds before it is full.
const (
	fullDocs  = 80_000
	fullBytes = 40 << 20 // of lists and places
)

// Builder gathers documents and writes them as whole segments: the way of imports.
// Its memory is bounded by what Full allows. It is used by one goroutine.
type Builder struct {
	ix     *Index
	cut    cutter
	places []Place
	bytes  int
	arena  []byte // of locators
	terms  terms
}

// Builder makes a builder of an index's segments.
func (ix *Index) Builder() *Builder {
	b := &Builder{ix: ix}
	b.reset()
	return b
}

func (b *Builder) reset() {
	b.places, b.bytes, b.arena = b.places[:0], 0, nil
	b.terms = newTerms()
}

// Len tells how many documents are waiting.
func (b *Builder) Len() int { return len(b.places) }

// Full tells whether it is time to flush.
func (b *Builder) Full() bool { return len(b.places) >= fullDocs || b.bytes >= fullBytes }

// Add takes a document; nothing of it is kept. A document that replaces another is
// not for a builder.
func (b *Builder) Add(d *Document) error {
	if err := d.check(); err != nil {
		return err
	}
	n := Doc(len(b.places))
	b.places = append(b.places, Place{Doc: n, Kind: d.Kind, Case: d.Case, Locator: b.keep(d.Locator)})
	b.bytes += 48 + len(d.Locator)
	b.bytes += b.terms.noteAll(b.cut.terms(d), n)
	return nil
}

// keep copies a locator into the arena.
func (b *Builder) keep(locator []byte) []byte {
	if len(b.arena)+len(locator) > cap(b.arena) {
		b.arena = make([]byte, 0, 64<<10)
	}
	from := len(b.arena)
	b.arena = append(b.arena, locator...)
	return b.arena[from:len(b.arena):len(b.arena)]
}

// Flush writes what is waiting as a segment, and the list of segments. The builder
// is empty after it, whatever happens.
func (b *Builder) Flush(sink Sink, mark uint64) (*Change, error) {
	b.ix.mu.RLock()
	defer b.ix.mu.RUnlock()
	defer b.reset()
	head := b.ix.head
	head.segments = slices.Clone(head.segments)
	head.mark = max(head.mark, mark)
	change := b.ix.change(nil)
	var made []*segment
	if n := len(b.places); n > 0 {
		w := newSegmentWriter(b.ix.codec, sink, head.nextSegment, head.nextDoc, head.nextDoc+Doc(n)-1)
		if err := b.write(w, head.nextDoc); err != nil {
			return nil, err
		}
		made = append(made, &segment{segmentHead: segmentHead{number: head.nextSegment, docs: n}})
		head.nextSegment++
		head.nextDoc += Doc(n)
	}
	segments := append(slices.Clone(b.ix.segments), made...)
	return change, b.ix.writeHead(sink, change, head, segments, b.ix.mem)
}

// write puts everything into a segment whose first document is base.
func (b *Builder) write(w *segmentWriter, base Doc) error {
	for _, p := range b.places {
		p.Doc += base
		if err := w.place(p); err != nil {
			return err
		}
	}
	var docs []Doc
	for _, i := range b.terms.inOrder(0) {
		kept := b.terms.list(int(i), base)
		var err error
		if docs, err = kept.docs(docs[:0]); err != nil {
			return err
		}
		if err := w.list(string(b.terms.text(int(i))), docs, kept.raw); err != nil {
			return err
		}
	}
	return w.finish()
}
