package index

import (
	"bytes"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// segment is a part of the index that does not change but for its dead.
type segment struct {
	segmentHead
	mu   sync.Mutex
	dir  *directory      // once it was asked for
	gone *roaring.Bitmap // once it was asked for
}

// reading is one question to the index: it keeps the blocks that it unpacked, since
// the words of a question tend to stand together.
type reading struct {
	codec  *codec
	cache  *cache
	src    Source
	blocks map[blockAt][]byte
}

type blockAt struct {
	segment uint32
	kind    byte
	number  int
}

// mostHeld is how many blocks a reading keeps.
const mostHeld = 32

func (r *reading) block(segment uint32, kind byte, number int) ([]byte, error) {
	at := blockAt{segment, kind, number}
	if b, ok := r.blocks[at]; ok {
		return b, nil
	}
	b, err := r.codec.read(r.src, nameOf(segment, kind, number))
	if err != nil {
		return nil, err
	}
	if len(r.blocks) >= mostHeld {
		clear(r.blocks)
	}
	r.blocks[at] = b
	return b, nil
}

// directory reads the directory once.
func (s *segment) directory(r *reading) (*directory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir != nil {
		return s.dir, nil
	}
	b, err := r.codec.read(r.src, nameOf(s.number, kindDirectory, 0))
	if err != nil {
		return nil, err
	}
	s.dir, err = readDirectory(b)
	return s.dir, err
}

// deadOf reads which documents count no longer. The set must not be changed.
func (s *segment) deadOf(r *reading) (*roaring.Bitmap, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone != nil {
		return s.gone, nil
	}
	gone := roaring.New()
	if s.dead > 0 {
		b, err := r.codec.read(r.src, nameOf(s.number, kindDead, 0))
		if err != nil {
			return nil, err
		}
		c := cursor{b: b}
		docs, err := c.list(0).addTo(gone, nil)
		if err == nil {
			err = c.err("a list of what is gone is cut")
		}
		if err != nil {
			return nil, err
		}
		gone.AddMany(docs)
	}
	s.gone = gone
	return gone, nil
}

// from visits the entries whose keys begin with prefix, in order, until visit
// gives false.
func (s *segment) from(r *reading, prefix string, visit func(e *entry) (bool, error)) error {
	dir, err := s.directory(r)
	if err != nil {
		return err
	}
	n := sort.SearchStrings(dir.firsts, prefix)
	if n == len(dir.firsts) || dir.firsts[n] != prefix {
		n-- // the block before may end with what begins so
	}
	for n = max(n, 0); n < len(dir.firsts); n++ {
		if dir.firsts[n] > prefix && !strings.HasPrefix(dir.firsts[n], prefix) {
			return nil
		}
		if dir.firsts[n][0] != prefix[0] { // a block has keys of one sort
			continue
		}
		block, err := r.block(s.number, kindTerms, n)
		if err != nil {
			return err
		}
		if more, err := visitBlock(block, dir.base, prefix, visit); err != nil || !more {
			return err
		}
	}
	return nil
}

func visitBlock(block []byte, base Doc, prefix string, visit func(e *entry) (bool, error)) (bool, error) {
	want := []byte(prefix)
	es := readEntries(block, base)
	for es.next() {
		if order := bytes.Compare(es.key, want); order < 0 {
			continue
		}
		if !bytes.HasPrefix(es.key, want) {
			return false, nil
		}
		if more, err := visit(&es.entry); err != nil || !more {
			return false, err
		}
	}
	return true, es.err()
}

// key visits the entry of one key, if there is one.
func (s *segment) key(r *reading, key string, visit func(e *entry) error) error {
	return s.from(r, key, func(e *entry) (bool, error) {
		if len(e.key) == len(key) {
			return false, visit(e)
		}
		return false, nil
	})
}

// exact adds the documents of a key.
func (s *segment) exact(r *reading, key string, to *set) (found bool, err error) {
	err = s.key(r, key, func(e *entry) error {
		found = true
		return to.add(e.list)
	})
	return found, err
}

// begins adds the documents of the keys that begin with prefix to the set that
// choose gives for each.
func (s *segment) begins(r *reading, prefix string, choose func(key []byte) *set) error {
	return s.from(r, prefix, func(e *entry) (bool, error) { return true, choose(e.key).add(e.list) })
}

// stemmed gives the words with a stem; none when it is only the stem itself.
func (s *segment) stemmed(r *reading, stem string) (words []string, err error) {
	err = s.key(r, string(keyStem)+stem, func(e *entry) error {
		words, err = readWords(e.words)
		return err
	})
	return words, err
}

func (s *segment) present(r *reading) (*roaring.Bitmap, error) {
	dir, err := s.directory(r)
	if err != nil {
		return nil, err
	}
	return dir.present, nil
}

// place finds where a document is.
func (s *segment) place(r *reading, d Doc) (Place, bool, error) {
	dir, err := s.directory(r)
	if err != nil || !dir.present.Contains(d) {
		return Place{}, false, err
	}
	n := dir.placeBlock(d)
	if n < 0 {
		return Place{}, false, damaged("a document is in no block")
	}
	places, err := s.places(r, n)
	if err != nil {
		return Place{}, false, err
	}
	p, ok := placeOf(places, d)
	if !ok {
		return p, false, damaged("a document is not where it should be")
	}
	return p, true, nil
}

func placesKey(segment uint32, n int) cacheKey {
	return cacheKey{segment, string(nameOf(segment, kindPlaces, n))}
}

// places gives a block of places, decoded once while it is hot.
func (s *segment) places(r *reading, n int) ([]Place, error) {
	k := placesKey(s.number, n)
	if v, ok := r.cache.get(k); ok {
		if places, ok := v.([]Place); ok {
			return places, nil
		}
	}
	b, err := r.codec.read(r.src, nameOf(s.number, kindPlaces, n))
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	places := readPlaces(&c)
	if err := c.err("a block of places is cut"); err != nil {
		return nil, err
	}
	r.cache.put(k, places, 90*len(places))
	return places, nil
}

// set gathers documents: bitmaps at once, single documents until it is asked for.
type set struct {
	b    *roaring.Bitmap
	docs []Doc
}

func newSet() *set { return &set{b: roaring.New()} }

func (s *set) add(l list) (err error) {
	s.docs, err = l.addTo(s.b, s.docs)
	return err
}

// all gives everything that was gathered.
func (s *set) all() *roaring.Bitmap {
	s.b.AddMany(inOrder(s.docs))
	s.docs = nil
	return s.b
}
