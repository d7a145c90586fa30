package index

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// merge writes segments as one without their dead, and deletes them. Of each only
// one block is held at a time.
func (ix *Index) merge(ctx context.Context, r *reading, sink Sink, group []*segment) (*Change, error) {
	head, c := ix.head, ix.change(nil)
	streams, living, err := openStreams(r, group)
	if err != nil {
		return nil, err
	}
	segments := slices.DeleteFunc(slices.Clone(ix.segments), func(s *segment) bool { return slices.Contains(group, s) })
	if !living.IsEmpty() {
		w := newSegmentWriter(ix.codec, sink, head.nextSegment, living.Minimum(), living.Maximum())
		if err := mergePlaces(r, w, group, living); err != nil {
			return nil, err
		}
		if err := mergeTerms(ctx, w, streams); err != nil {
			return nil, err
		}
		segments = append(segments, &segment{segmentHead: segmentHead{number: head.nextSegment, docs: int(living.GetCardinality())}})
		head.nextSegment++
	}
	for _, s := range group {
		if err := s.delete(r, sink); err != nil {
			return nil, err
		}
	}
	return c, ix.writeHead(sink, c, head, segments, ix.mem)
}

// delete takes every block of a segment away.
func (s *segment) delete(r *reading, sink Sink) error {
	dir, err := s.directory(r)
	if err != nil {
		return err
	}
	names := [][]byte{nameOf(s.number, kindDirectory, 0)}
	if s.dead > 0 {
		names = append(names, nameOf(s.number, kindDead, 0))
	}
	for n := range dir.firsts {
		names = append(names, nameOf(s.number, kindTerms, n))
	}
	for n := range dir.places {
		names = append(names, nameOf(s.number, kindPlaces, n))
	}
	for _, name := range names {
		if err := sink.Delete(name); err != nil {
			return err
		}
	}
	return nil
}

// stream reads the entries of a segment from the first to the last.
type stream struct {
	s      *segment
	r      *reading
	dir    *directory
	living *roaring.Bitmap // nil: all
	n      int             // next block
	es     *entries
	done   bool
}

func openStreams(r *reading, group []*segment) (streams []*stream, living *roaring.Bitmap, err error) {
	living = roaring.New()
	for _, s := range group {
		dir, err := s.directory(r)
		if err != nil {
			return nil, nil, err
		}
		gone, err := s.deadOf(r)
		if err != nil {
			return nil, nil, err
		}
		st := &stream{s: s, r: r, dir: dir, es: readEntries(nil, dir.base)}
		here := dir.present
		if !gone.IsEmpty() {
			here = roaring.AndNot(dir.present, gone)
			st.living = here
		}
		living.Or(here)
		if err := st.next(); err != nil {
			return nil, nil, err
		}
		streams = append(streams, st)
	}
	return streams, living, nil
}

// next goes to the next entry that is not derived from others.
func (s *stream) next() error {
	for {
		for s.es.next() {
			if k := s.es.key[0]; k != keyRefBeginning && k != keyStem && k != keyBeginning {
				return nil
			}
		}
		if err := s.es.err(); err != nil {
			return err
		}
		if s.n == len(s.dir.firsts) {
			s.done = true
			return nil
		}
		b, err := s.r.codec.read(s.r.src, nameOf(s.s.number, kindTerms, s.n))
		if err != nil {
			return err
		}
		s.es = readEntries(b, s.dir.base)
		s.n++
	}
}

// mergeTerms writes the union of the streams in the order of their keys.
func mergeTerms(ctx context.Context, w *segmentWriter, streams []*stream) error {
	var docs []Doc
	for n := 0; ; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		least := leastKey(streams)
		if least == nil {
			return w.finish()
		}
		key := string(least)
		docs = docs[:0]
		for _, s := range streams {
			if s.done || string(s.es.key) != key {
				continue
			}
			had := len(docs)
			var err error
			if docs, err = s.es.list.docs(docs); err != nil {
				return err
			}
			if s.living != nil {
				docs = docs[:had+len(keepOnly(docs[had:], s.living))]
			}
			if err := s.next(); err != nil {
				return err
			}
		}
		if docs = inOrder(docs); len(docs) == 0 {
			continue
		}
		if err := w.list(key, docs, nil); err != nil {
			return err
		}
	}
}

func leastKey(streams []*stream) []byte {
	var least []byte
	for _, s := range streams {
		if !s.done && (least == nil || bytes.Compare(s.es.key, least) < 0) {
			least = s.es.key
		}
	}
	return least
}

// mergePlaces writes where the living documents are.
func mergePlaces(r *reading, w *segmentWriter, group []*segment, living *roaring.Bitmap) error {
	var all []Place
	for _, s := range group {
		dir, err := s.directory(r)
		if err != nil {
			return err
		}
		for n := range dir.places {
			places, err := s.places(r, n)
			if err != nil {
				return err
			}
			for _, p := range places {
				if living.Contains(p.Doc) {
					all = append(all, p)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Place) int { return cmp.Compare(a.Doc, b.Doc) })
	for _, p := range all {
		if err := w.place(p); err != nil {
			return err
		}
	}
	return nil
}
