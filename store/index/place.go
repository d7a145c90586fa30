package index

import (
	"encoding/binary"
	"sort"
)

// Doc is the number of a document. Numbers are given in the order in which
// documents are put in and are never given again.
type Doc = uint32

// CaseID says which case a document belongs to.
type CaseID [16]byte

// mostLocator is the most bytes that a locator has.
const mostLocator = 40

// Place is where a document is to be found.
type Place struct {
	Doc     Doc
	Kind    byte
	Case    CaseID
	Locator []byte // the caller's; at most 40 bytes
}

// placesPerBlock is how many documents one block of places has.
const placesPerBlock = 256

// appendPlaces writes places in the order of their documents: what is alike in
// all stands together, locators by their difference from the one before.
func appendPlaces(dst []byte, places []Place) []byte {
	var cases []CaseID
	number := map[CaseID]int{}
	for _, p := range places {
		if _, ok := number[p.Case]; !ok {
			number[p.Case] = len(cases)
			cases = append(cases, p.Case)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(places)))
	var next Doc
	for _, p := range places {
		dst = binary.AppendUvarint(dst, uint64(p.Doc-next))
		next = p.Doc + 1
	}
	for _, p := range places {
		dst = append(dst, p.Kind)
	}
	dst = binary.AppendUvarint(dst, uint64(len(cases)))
	for _, c := range cases {
		dst = append(dst, c[:]...)
	}
	for _, p := range places {
		dst = binary.AppendUvarint(dst, uint64(number[p.Case]))
	}
	var before []byte
	for _, p := range places {
		dst = appendFront(dst, before, p.Locator)
		before = p.Locator
	}
	return dst
}

// readPlaces undoes appendPlaces and leaves what follows in the cursor.
func readPlaces(c *cursor) []Place {
	out := make([]Place, c.count())
	next := uint64(0)
	for i := range out {
		next += c.uvarint()
		if next > 1<<32-1 {
			c.fail()
		}
		out[i].Doc = Doc(next)
		next++
	}
	for i, k := range c.take(len(out)) {
		out[i].Kind = k
	}
	cases := make([]CaseID, c.count())
	for i := range cases {
		copy(cases[i][:], c.take(16))
	}
	for i := range out {
		n := c.uvarint()
		if n >= uint64(len(cases)) {
			c.fail()
			return nil
		}
		out[i].Case = cases[n]
	}
	readLocators(c, out)
	if c.bad {
		return nil
	}
	return out
}

// readLocators cuts the locators out of one run of bytes.
func readLocators(c *cursor, out []Place) {
	var locator, all []byte
	ends := make([]int, len(out))
	for i := range out {
		if locator = c.front(locator); len(locator) > mostLocator {
			c.fail()
			return
		}
		all = append(all, locator...)
		ends[i] = len(all)
	}
	from := 0
	for i, to := range ends {
		out[i].Locator = all[from:to:to]
		from = to
	}
}

// placeOf finds a document among places.
func placeOf(places []Place, d Doc) (Place, bool) {
	i := sort.Search(len(places), func(i int) bool { return places[i].Doc >= d })
	if i == len(places) || places[i].Doc != d {
		return Place{}, false
	}
	return places[i], true
}
