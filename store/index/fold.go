package index

import (
	"context"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// When segments are merged: this many of about one size, up to a full one.
const (
	mergeFrom = 5
	mergeMost = fullDocs + fullDocs/5 // documents of a merged segment
)

// Fold does one piece of tidying: the deltas become a segment, or segments are
// merged, or one that is more than half dead is written anew. Change is nil when
// there is nothing to do; more tells whether to call again. Blocks that are no
// longer needed are deleted in the same sink.
func (ix *Index) Fold(ctx context.Context, src Source, sink Sink) (c *Change, more bool, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.mem.blocks > 0 {
		c, err = ix.foldDeltas(ctx, ix.reading(src), sink)
		return c, true, err
	}
	if group := ix.toMerge(); len(group) > 0 {
		c, err = ix.merge(ctx, ix.reading(src), sink, group)
		return c, true, err
	}
	return nil, false, nil
}

// Purge is Fold that leaves nothing of what is dead: after it has no more to do,
// no block holds a word of a document that was dropped, but as one of another.
func (ix *Index) Purge(ctx context.Context, src Source, sink Sink) (c *Change, more bool, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.mem.blocks > 0 {
		c, err = ix.foldDeltas(ctx, ix.reading(src), sink)
		return c, true, err
	}
	for _, s := range ix.segments {
		if s.dead > 0 {
			c, err = ix.merge(ctx, ix.reading(src), sink, []*segment{s})
			return c, true, err
		}
	}
	return nil, false, nil
}

// writeHead writes the manifest and makes the change that puts it in force.
func (ix *Index) writeHead(sink Sink, c *Change, head manifest, segments []*segment, mem *memory) error {
	head.segments = nil
	for _, s := range segments {
		head.segments = append(head.segments, s.segmentHead)
	}
	c.apply = func() { ix.head, ix.segments, ix.mem = head, segments, mem }
	return ix.codec.write(sink, nameOf(0, kindManifest, 0), head.append(nil))
}

// foldDeltas makes a segment of the documents in memory that live, and notes the
// dead of the other segments with them.
func (ix *Index) foldDeltas(ctx context.Context, r *reading, sink Sink) (*Change, error) {
	head, c := ix.head, ix.change(nil)
	segments, err := ix.buryDead(r, sink)
	if err != nil {
		return nil, err
	}
	stale, err := ix.moveIn(r, sink)
	if err != nil {
		return nil, err
	}
	living := roaring.AndNot(ix.mem.docs, ix.mem.dead)
	if !living.IsEmpty() {
		w := newSegmentWriter(ix.codec, sink, head.nextSegment, living.Minimum(), living.Maximum())
		if err := ix.mem.write(ctx, w, living); err != nil {
			return nil, err
		}
		segments = append(segments, &segment{segmentHead: segmentHead{number: head.nextSegment, docs: int(living.GetCardinality())}})
		head.nextSegment++
	}
	for n := range ix.mem.blocks {
		if err := sink.Delete(nameOf(0, kindDelta, head.firstDelta+n)); err != nil {
			return nil, err
		}
	}
	head.firstDelta += ix.mem.blocks
	err = ix.writeHead(sink, c, head, segments, newMemory(&ix.spare))
	then := c.apply
	c.apply = func() {
		for _, k := range stale {
			ix.cache.drop(k)
		}
		then()
	}
	return c, err
}

// moveIn writes the blocks of places anew in which documents of segments have
// moved, and tells which they are.
func (ix *Index) moveIn(r *reading, sink Sink) (stale []cacheKey, err error) {
	docs := slices.Sorted(maps.Keys(ix.mem.moved))
	for _, s := range ix.segments {
		if len(docs) == 0 {
			break
		}
		dir, err := s.directory(r)
		if err != nil {
			return nil, err
		}
		last := -1
		for _, d := range docs {
			n := dir.placeBlock(d)
			if n == last || !dir.present.Contains(d) {
				continue
			}
			places, err := s.places(r, n)
			if err != nil {
				return nil, err
			}
			places = slices.Clone(places)
			for i := range places {
				places[i] = ix.mem.now(places[i])
			}
			if err := ix.codec.write(sink, nameOf(s.number, kindPlaces, n), appendPlaces(nil, places)); err != nil {
				return nil, err
			}
			stale, last = append(stale, placesKey(s.number, n)), n
		}
	}
	return stale, nil
}

// write puts what lives into a segment.
func (m *memory) write(ctx context.Context, w *segmentWriter, living *roaring.Bitmap) error {
	for _, p := range m.places {
		if living.Contains(p.Doc) {
			if err := w.place(m.now(p)); err != nil {
				return err
			}
		}
	}
	var docs []Doc
	all := living.GetCardinality() == uint64(len(m.places))
	for n, i := range m.inOrder() {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var err error
		kept := m.terms.list(int(i), m.base)
		if docs, err = kept.docs(docs[:0]); err != nil {
			return err
		}
		if !all {
			docs, kept.raw = keepOnly(docs, living), nil
		}
		if len(docs) == 0 {
			continue
		}
		if err := w.list(string(m.terms.text(int(i))), docs, kept.raw); err != nil {
			return err
		}
	}
	return w.finish()
}

func keepOnly(docs []Doc, living *roaring.Bitmap) []Doc {
	return slices.DeleteFunc(docs, func(d Doc) bool { return !living.Contains(d) })
}

// buryDead writes the dead of every segment that has new ones, and gives the
// segments as they are then.
func (ix *Index) buryDead(r *reading, sink Sink) ([]*segment, error) {
	out := slices.Clone(ix.segments)
	if ix.mem.dead.IsEmpty() {
		return out, nil
	}
	for i, s := range out {
		dir, err := s.directory(r)
		if err != nil {
			return nil, err
		}
		gone, err := s.deadOf(r)
		if err != nil {
			return nil, err
		}
		here := roaring.And(ix.mem.dead, dir.present)
		here.Or(gone)
		if n := int(here.GetCardinality()); n > s.dead {
			out[i] = &segment{segmentHead: segmentHead{s.number, s.docs, n}, dir: dir, gone: here}
			if err := ix.codec.write(sink, nameOf(s.number, kindDead, 0), appendList(nil, 0, here.ToArray())); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// toMerge chooses segments to become one: one that is more than half dead, or the
// smallest of which there are many.
func (ix *Index) toMerge() []*segment {
	var sizes [3][]*segment
	for _, s := range ix.segments {
		living := s.docs - s.dead
		switch {
		case s.dead*2 > s.docs:
			return []*segment{s}
		case living < 1000:
			sizes[0] = append(sizes[0], s)
		case living < 10_000:
			sizes[1] = append(sizes[1], s)
		case living < fullDocs/2:
			sizes[2] = append(sizes[2], s)
		}
	}
	for _, group := range sizes {
		if len(group) >= mergeFrom {
			docs := 0
			for i, s := range group {
				if docs += s.docs - s.dead; docs > mergeMost {
					return group[:i]
				}
			}
			return group
		}
	}
	return nil
}
