package index

import (
	"iter"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"caseroom/model"
)

// Batch is what one write changes: first documents are dropped, then others are
// added. A record that was changed is dropped by its reference and added again.
type Batch struct {
	Drop  []Doc
	Refs  []string // the documents with these references are dropped; unknown ones are passed over
	Cases []CaseID // every document of these cases is dropped
	Move  []Move
	Add   *Prepared // nil for none
	Mark  uint64    // the caller's note of what the index has now seen
}

// Move says that a record is at another place; nothing else of it has changed.
type Move struct {
	Doc     Doc
	Locator []byte
}

// Change is a change whose blocks are written but which the index in memory does
// not know of yet.
type Change struct {
	// First is the number of the first document that was added; the others follow.
	First Doc
	ix    *Index
	after uint64
	apply func()
}

// Commit makes the change known. It is called when the transaction that carries
// the blocks is durable, before anyone reads from the file as it is then. A change
// whose transaction failed is simply let go. The error, of kind Conflict, says that
// another change was committed in between: blocks and memory no longer agree, and
// the index has to be opened again.
func (c *Change) Commit() error {
	c.ix.mu.Lock()
	defer c.ix.mu.Unlock()
	if c.ix.changes != c.after {
		return model.Fail(model.Conflict, "the search index was changed by two writers at once").Do("open it again")
	}
	c.ix.changes++
	c.apply()
	return nil
}

// Prepared are documents as a write carries them.
type Prepared struct {
	delta *delta
	terms []byte
}

// Prepare does what of the writing of documents needs no transaction: nearly all of it. It
// may go on beside other work of the writer, who then gives it to Apply for Batch.Add. They
// are taken as they come; those from one that cannot be taken on are not asked for.
func (ix *Index) Prepare(docs iter.Seq[Document]) (*Prepared, error) {
	d, err := deltaOf(docs, ix.spare.table())
	if err != nil {
		return nil, err
	}
	p := &Prepared{delta: d}
	p.terms, err = d.appendTerms(nil)
	return p, err
}

// Apply writes a batch as one block into sink. Whoever makes a whole index takes a
// [Builder].
func (ix *Index) Apply(src Source, sink Sink, b Batch) (*Change, error) {
	if b.Add == nil {
		var err error
		if b.Add, err = ix.Prepare(slices.Values([]Document(nil))); err != nil {
			return nil, err
		}
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if err := b.check(); err != nil {
		return nil, err
	}
	r := ix.reading(src)
	dead, err := ix.dropped(r, b)
	if err != nil {
		return nil, err
	}
	moved, err := ix.moved(r, b.Move)
	if err != nil {
		return nil, err
	}
	d := b.Add.delta
	for i := range d.places {
		d.places[i].Doc = ix.head.nextDoc + Doc(i)
	}
	d.mark, d.dead, d.moved = b.Mark, dead, moved
	name := nameOf(0, kindDelta, ix.head.firstDelta+ix.mem.blocks)
	if err := ix.codec.writeBrief(sink, name, d.append([]byte{storedPlain}, b.Add.terms)); err != nil {
		return nil, err
	}
	return ix.change(func() { ix.takeDelta(d) }), nil
}

func (b *Batch) check() error {
	for _, m := range b.Move {
		if err := (&Document{Locator: m.Locator}).check(); err != nil {
			return err
		}
	}
	return nil
}

// moved brings moves into order; of two of one document the later counts, and one
// of a document that there is not is passed over.
func (ix *Index) moved(r *reading, moves []Move) ([]Place, error) {
	to := map[Doc][]byte{}
	for _, m := range moves {
		to[m.Doc] = m.Locator
	}
	var out []Place
	for _, d := range slices.Sorted(maps.Keys(to)) {
		known, err := ix.known(r, d)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, Place{Doc: d, Locator: slices.Clone(to[d])})
		}
	}
	return out, nil
}

// known tells whether a document stands on any shelf, dead or not.
func (ix *Index) known(r *reading, d Doc) (bool, error) {
	for _, s := range ix.shelves() {
		here, err := s.present(r)
		if err != nil || here.Contains(d) {
			return err == nil, err
		}
	}
	return false, nil
}

func (ix *Index) change(apply func()) *Change {
	return &Change{First: ix.head.nextDoc, ix: ix, after: ix.changes, apply: apply}
}

// dropped finds the documents that a batch drops and that are not dead already.
func (ix *Index) dropped(r *reading, b Batch) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, d := range b.Drop {
		known, err := ix.known(r, d)
		if err != nil {
			return nil, err
		}
		if known {
			out.Add(d)
		}
	}
	for _, ref := range b.Refs {
		docs, err := ix.byRef(r, ref)
		if err != nil {
			return nil, err
		}
		out.Or(docs)
	}
	for _, c := range b.Cases {
		docs, err := ix.all(r, string(keyCase)+string(c[:]))
		if err != nil {
			return nil, err
		}
		out.Or(docs)
	}
	if out.IsEmpty() {
		return out, nil
	}
	dead, err := ix.dead(r)
	if err == nil {
		out.AndNot(dead)
	}
	return out, err
}
