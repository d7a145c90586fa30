package index

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"caseroom/model"
	"caseroom/model/query"
)

// Document is one record as it is to be found.
type Document struct {
	Ref     string // its reference, by which it is looked up and replaced; "" for none
	Kind    byte   // the caller's
	Case    CaseID
	Locator []byte   // by which the caller finds the record again; at most 40 bytes
	Texts   []string // what a search without a key looks into, besides Ref
	Fields  []Field  // what can be asked for by key
}

// Field is a value that can be asked for by its key without looking at the record.
type Field struct{ Key, Value string }

// mostRef bounds a reference, in bytes.
const mostRef = 64

// longestToken is where tokens are cut, in bytes; what begins alike is found alike,
// and whoever looks for more has the record verified.
const longestToken = 64

func (d *Document) check() error {
	long := len(d.Ref) > mostRef || len(d.Locator) > mostLocator
	for _, f := range d.Fields {
		long = long || len(f.Key) > mostRef
	}
	if long {
		return model.Fail(model.Invalid, "a document for the search index has a reference, place or key that is too long")
	}
	return nil
}

// cutter cuts documents into terms. What it gives is good until the function that
// it is given to returns, and one term may come twice.
type cutter struct {
	cut query.Cutter
	key []byte
}

// terms gives the key of every term of a document but its words.
func (c *cutter) terms(d *Document, term func(key []byte)) {
	term(append(append(c.key[:0], keyCase), d.Case[:]...))
	term(append(c.key[:0], keyKind, d.Kind))
	if d.Ref != "" {
		term(append(c.key[:0], refKey(&c.cut, d.Ref)...))
	}
	for _, f := range d.Fields {
		if strings.TrimSpace(f.Value) == "" {
			continue
		}
		c.key = append(append(append(c.key[:0], keyField), f.Key...), 0)
		term(c.key)
		c.cut.Each(f.Value, func(t []byte) { term(append(c.key, clip(t)...)) })
	}
}

// words gives every word of a document without the byte that makes it a key. The
// parts of a reference are words; the whole of it has a key of its own.
func (c *cutter) words(d *Document, word func(word []byte)) {
	clipped := func(t []byte) { word(clip(t)) }
	if c.cut.Identifier(d.Ref) != "" {
		c.cut.Words(d.Ref, clipped)
	} else {
		c.cut.Each(d.Ref, clipped)
	}
	for _, t := range d.Texts {
		c.cut.Each(t, clipped)
	}
}

// refKey gives the key of a reference.
func refKey(c *query.Cutter, ref string) string {
	if joined := c.Identifier(ref); joined != "" {
		return string(keyRef) + joined
	}
	return string(keyName) + model.Fold(strings.TrimSpace(ref))
}

func clip(token []byte) []byte { return token[:min(len(token), longestToken)] }

// deltaOf makes one write of documents, whose numbers are not known yet.
func deltaOf(docs []Document) *delta {
	var c cutter
	out := &delta{terms: newTerms(), dead: roaring.New()}
	key := []byte{keyWord}
	for i := range docs {
		d, n := &docs[i], Doc(i)
		out.places = append(out.places, Place{Doc: n, Kind: d.Kind, Case: d.Case, Locator: slices.Clone(d.Locator)})
		c.terms(d, func(key []byte) { out.terms.note(key, n) })
		c.words(d, func(w []byte) {
			key = append(key[:1], w...)
			out.terms.note(key, n)
		})
	}
	return out
}
