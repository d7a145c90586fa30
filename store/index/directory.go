package index

import (
	"encoding/binary"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// formatVersion is the first number of manifests and directories; that of deltas is deltaVersion.
const formatVersion = 1

// directory says what is where in a segment.
type directory struct {
	base    Doc             // no document of the segment is before it
	present *roaring.Bitmap // every document that was written, dead or not
	places  []Doc           // first document of every block of places
	firsts  []string        // first key of every block of terms
}

func (d *directory) append(dst []byte) []byte {
	dst = append(dst, formatVersion)
	dst = binary.AppendUvarint(dst, uint64(d.base))
	dst = appendBitmap(dst, d.present)
	dst = appendList(dst, d.base, d.places)
	dst = binary.AppendUvarint(dst, uint64(len(d.firsts)))
	before := ""
	for _, f := range d.firsts {
		dst = appendFront(dst, before, f)
		before = f
	}
	return dst
}

// placeBlock gives the block of places that a document is in, -1 for none.
func (d *directory) placeBlock(doc Doc) int {
	return sort.Search(len(d.places), func(i int) bool { return d.places[i] > doc }) - 1
}

func readDirectory(block []byte) (*directory, error) {
	c := cursor{b: block}
	if c.uvarint() != formatVersion {
		return nil, damaged("a directory is of another version")
	}
	d := &directory{base: c.number(), present: roaring.New()}
	docs, err := c.list(d.base).addTo(d.present, nil)
	if err != nil {
		return nil, err
	}
	d.present.AddMany(docs)
	if d.places, err = c.list(d.base).docs(nil); err != nil {
		return nil, err
	}
	var first []byte
	for range c.count() {
		if first = c.front(first); len(first) == 0 {
			c.fail()
			break
		}
		d.firsts = append(d.firsts, string(first))
	}
	return d, c.err("a directory is cut")
}

// manifest says what segments there are and which numbers come next.
type manifest struct {
	mark        uint64
	nextSegment uint32
	nextDoc     Doc
	firstDelta  int // deltas are numbered from here without a gap
	segments    []segmentHead
}

// segmentHead is what is known of a segment before anything of it is read.
type segmentHead struct {
	number uint32
	docs   int // written
	dead   int // of these
}

func (m *manifest) append(dst []byte) []byte {
	dst = append(dst, formatVersion)
	dst = binary.AppendUvarint(dst, m.mark)
	dst = binary.AppendUvarint(dst, uint64(m.nextSegment))
	dst = binary.AppendUvarint(dst, uint64(m.nextDoc))
	dst = binary.AppendUvarint(dst, uint64(m.firstDelta))
	dst = binary.AppendUvarint(dst, uint64(len(m.segments)))
	for _, s := range m.segments {
		dst = binary.AppendUvarint(dst, uint64(s.number))
		dst = binary.AppendUvarint(dst, uint64(s.docs))
		dst = binary.AppendUvarint(dst, uint64(s.dead))
	}
	return dst
}

func readManifest(block []byte) (manifest, error) {
	c := cursor{b: block}
	if c.uvarint() != formatVersion {
		return manifest{}, damaged("it is of another version")
	}
	m := manifest{mark: c.uvarint(), nextSegment: c.number(), nextDoc: c.number(), firstDelta: int(c.number())}
	for range c.count() {
		s := segmentHead{number: c.number(), docs: int(c.number()), dead: int(c.number())}
		if s.dead > s.docs || s.number >= m.nextSegment {
			c.fail()
		}
		m.segments = append(m.segments, s)
	}
	return m, c.err("its list of segments is cut")
}
