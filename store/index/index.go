package index

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"caseroom/model"
	"caseroom/model/query"
)

// Index is the index of one member. Its methods may be called by several
// goroutines; one change at a time is made and committed.
type Index struct {
	codec *codec
	cache *cache
	spare spare

	mu       sync.RWMutex
	head     manifest // its segments are those of segments
	segments []*segment
	mem      *memory
	changes  uint64 // counts commits
}

// cacheBytes is what decoded lists may take, about.
const cacheBytes = 24 << 20

// Open reads an index: its manifest and what was written since segments were last
// made. Where nothing is there, it is an empty index. An error of kind Corrupt
// says that it has to be built again.
func Open(src Source) (*Index, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	ix := &Index{codec: c, cache: newCache(cacheBytes)}
	ix.mem = newMemory(&ix.spare)
	b, err := src.Block(nameOf(0, kindManifest, 0))
	if err != nil {
		return nil, err
	}
	if b != nil {
		if b, err = c.plain(b); err != nil {
			return nil, err
		}
		if ix.head, err = readManifest(b); err != nil {
			return nil, err
		}
	}
	ix.head.nextSegment = max(ix.head.nextSegment, 1) // 0 names the manifest and the deltas
	for _, s := range ix.head.segments {
		ix.segments = append(ix.segments, &segment{segmentHead: s})
	}
	return ix, ix.readDeltas(src)
}

// readDeltas reads every delta there is.
func (ix *Index) readDeltas(src Source) error {
	for n := ix.head.firstDelta; ; n++ {
		b, err := src.Block(nameOf(0, kindDelta, n))
		if err != nil {
			return err
		}
		if b == nil {
			return nil
		}
		if b, err = ix.codec.plain(b); err != nil {
			return err
		}
		d, err := readDelta(b)
		if err != nil {
			return err
		}
		if !ix.mem.follows(d) {
			return damaged("writes are not in order")
		}
		ix.takeDelta(d)
	}
}

// takeDelta takes a delta in.
func (ix *Index) takeDelta(d *delta) {
	ix.mem.take(d)
	ix.head.mark = max(ix.head.mark, d.mark) // a manifest may be younger
	if n := len(d.places); n > 0 {
		ix.head.nextDoc = max(ix.head.nextDoc, d.places[n-1].Doc+1)
	}
}

// Figures says how big an index is.
type Figures struct {
	Segments, Deltas int
	Loose            int    // documents that the deltas brought
	Docs, Dead       int    // written, and of these no longer counting
	Mark             uint64 // of the last change
}

// Figures gives what is known without reading anything.
func (ix *Index) Figures() Figures {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	f := Figures{Segments: len(ix.segments), Deltas: ix.mem.blocks, Mark: ix.head.mark,
		Loose: len(ix.mem.places), Docs: len(ix.mem.places), Dead: int(ix.mem.dead.GetCardinality())}
	for _, s := range ix.segments {
		f.Docs += s.docs
		f.Dead += s.dead
	}
	return f
}

// Full tells whether so much was written since segments were last made that Fold is due.
func (ix *Index) Full() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.mem.full()
}

// Forget lets go of everything that was decoded and can be read again.
func (ix *Index) Forget() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.cache.clear()
	ix.spare.clear()
	for _, s := range ix.segments {
		s.mu.Lock()
		s.dir, s.gone = nil, nil
		s.mu.Unlock()
	}
}

// shelf is what can be asked: a segment, or the memory.
type shelf interface {
	exact(r *reading, key string, to *set) (found bool, err error)
	begins(r *reading, prefix string, choose func(key []byte) *set) error
	stemmed(r *reading, stem string) ([]string, error)
	present(r *reading) (*roaring.Bitmap, error)
	place(r *reading, d Doc) (Place, bool, error)
}

// shelves gives the memory and then the segments, the newest first.
func (ix *Index) shelves() []shelf {
	out := []shelf{ix.mem}
	for i := len(ix.segments) - 1; i >= 0; i-- {
		out = append(out, ix.segments[i])
	}
	return out
}

func (ix *Index) reading(src Source) *reading {
	return &reading{codec: ix.codec, cache: ix.cache, src: src, blocks: map[blockAt][]byte{}}
}

// dead gives every document that counts no longer.
func (ix *Index) dead(r *reading) (*roaring.Bitmap, error) {
	out := ix.mem.dead.Clone()
	for _, s := range ix.segments {
		gone, err := s.deadOf(r)
		if err != nil {
			return nil, err
		}
		out.Or(gone)
	}
	return out, nil
}

// all gives the documents of one key in every shelf, dead or not.
func (ix *Index) all(r *reading, key string) (*roaring.Bitmap, error) {
	to := newSet()
	for _, s := range ix.shelves() {
		if _, err := s.exact(r, key, to); err != nil {
			return nil, err
		}
	}
	return to.all(), nil
}

// Lookup finds the document that a reference belongs to. It is found in any case,
// and with or without its hyphens if it has letters, figures and hyphens.
func (ix *Index) Lookup(src Source, ref string) (Place, bool, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	r := ix.reading(src)
	docs, err := ix.byRef(r, ref)
	if err != nil || docs.IsEmpty() {
		return Place{}, false, err
	}
	dead, err := ix.dead(r)
	if err != nil {
		return Place{}, false, err
	}
	docs.AndNot(dead)
	if docs.IsEmpty() {
		return Place{}, false, nil
	}
	return ix.place(r, docs.Maximum())
}

// byRef gives the documents that a reference was given to, dead or not.
func (ix *Index) byRef(r *reading, ref string) (*roaring.Bitmap, error) {
	var c query.Cutter
	docs, err := ix.all(r, refKey(&c, ref))
	if err != nil || !docs.IsEmpty() {
		return docs, err
	}
	// One word may be a reference that was typed together.
	return ix.all(r, string(keyRef)+model.Fold(ref))
}

func (ix *Index) place(r *reading, d Doc) (Place, bool, error) {
	for _, s := range ix.shelves() {
		if p, ok, err := s.place(r, d); ok || err != nil {
			return ix.mem.now(p), ok, err
		}
	}
	return Place{}, false, nil
}

// Places finds where documents are, in the order asked for. One that is not there
// is left out.
func (ix *Index) Places(src Source, docs []Doc) ([]Place, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	r := ix.reading(src)
	out := make([]Place, 0, len(docs))
	for _, d := range docs {
		p, ok, err := ix.place(r, d)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}
