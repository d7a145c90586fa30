package index

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"
)

// Answer is what a search found: documents that fit for certain, and others that
// may fit and have to be verified on the record (query.Query.MatchWith, with
// [Stem]). What is in neither does not fit.
type Answer struct {
	sure, maybe *roaring.Bitmap // sure is within maybe
	words       []fit
}

// Closeness says how a document fits, best first.
type Closeness int

// How a document fits.
const (
	Exact     Closeness = iota // every word of the query that it has, it has as it was asked for
	Stemmed                    // or with the same stem
	Beginning                  // or as the beginning of a longer one
)

// Hit is a document that was found.
type Hit struct {
	Doc       Doc
	Sure      bool // nothing is left to verify
	Words     int  // of the words asked for, how many it has; an estimate where a phrase is among them
	Closeness Closeness
}

// Certain tells whether there is nothing to verify.
func (a *Answer) Certain() bool { return a.sure.GetCardinality() == a.maybe.GetCardinality() }

// Count gives how many documents fit for certain, and how many may fit at most.
func (a *Answer) Count() (sure, most int) {
	return int(a.sure.GetCardinality()), int(a.maybe.GetCardinality())
}

// Has tells whether a document may fit, and whether it does for certain.
func (a *Answer) Has(d Doc) (maybe, sure bool) { return a.maybe.Contains(d), a.sure.Contains(d) }

// Newest gives every document that may fit, the newest first.
func (a *Answer) Newest() iter.Seq[Hit] {
	return func(yield func(Hit) bool) { a.descend(a.maybe, 0, Exact, yield) }
}

// Hits gives every document that may fit, the best first: those with most of the
// words, of these the closest, of these the newest. It works out only as much as is
// taken from it.
func (a *Answer) Hits() iter.Seq[Hit] {
	return func(yield func(Hit) bool) {
		tiers, begun, stemmed := a.tiers()
		for n := len(tiers) - 1; n >= 0; n-- {
			tier := tiers[n]
			if n+1 < len(tiers) {
				tier = roaring.AndNot(tier, tiers[n+1])
			}
			for closeness, class := range classes(tier, begun, stemmed) {
				if !a.descend(class, n, Closeness(closeness), yield) {
					return
				}
			}
		}
	}
}

// classes parts a tier by closeness.
func classes(tier, begun, stemmed *roaring.Bitmap) [3]*roaring.Bitmap {
	loose := roaring.And(tier, stemmed)
	return [3]*roaring.Bitmap{
		Exact:     roaring.AndNot(roaring.AndNot(tier, begun), stemmed),
		Stemmed:   roaring.AndNot(loose, begun),
		Beginning: roaring.And(tier, begun),
	}
}

// tiers gives, for every number, which documents have at least so many of the
// words, and which have one only as a beginning or only by its stem.
func (a *Answer) tiers() (tiers []*roaring.Bitmap, begun, stemmed *roaring.Bitmap) {
	tiers, begun, stemmed = []*roaring.Bitmap{a.maybe}, roaring.New(), roaring.New()
	for _, w := range a.words {
		have := roaring.And(w.all, a.maybe)
		tiers = append(tiers, roaring.New())
		for n := len(tiers) - 1; n > 0; n-- {
			tiers[n].Or(roaring.And(tiers[n-1], have))
		}
		if w.all != w.near {
			begun.Or(roaring.AndNot(have, w.near))
		}
		if w.near != w.exact {
			stemmed.Or(roaring.AndNot(roaring.And(w.near, a.maybe), w.exact))
		}
	}
	return tiers, begun, stemmed
}

// descend gives a set from the newest to the oldest; false when enough was taken.
func (a *Answer) descend(b *roaring.Bitmap, words int, closeness Closeness, yield func(Hit) bool) bool {
	for it := b.ReverseIterator(); it.HasNext(); {
		d := it.Next()
		if !yield(Hit{Doc: d, Sure: a.sure.Contains(d), Words: words, Closeness: closeness}) {
			return false
		}
	}
	return true
}
