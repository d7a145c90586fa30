package index

import (
	"iter"
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

// cutter cuts documents into terms.
type cutter struct {
	cut    query.Cutter
	keys   keys
	key    []byte
	fields []fieldKeys
}

// fieldKeys are the keys of a field. Most documents have in most fields what the one before
// had.
type fieldKeys struct {
	of   Field
	keys keys
}

// terms gives the key of every term of a document, some more than once. They are good until
// the next document. The parts of a reference are words; the whole of it has a key of its own.
func (c *cutter) terms(d *Document) *keys {
	c.keys.empty()
	c.keys.add(keyCase, d.Case[:])
	c.keys.add(keyKind, []byte{d.Kind})
	word := func(t []byte) { c.keys.add(keyWord, clip(t)) }
	if d.Ref != "" {
		key := refKey(&c.cut, d.Ref)
		if c.keys.add(key[0], []byte(key[1:])); key[0] == keyRef {
			c.cut.Words(d.Ref, word)
		} else {
			c.cut.Each(d.Ref, word)
		}
	}
	for i, f := range d.Fields {
		if i == len(c.fields) {
			c.fields = append(c.fields, fieldKeys{})
		}
		known := &c.fields[i]
		if known.of != f {
			c.field(known, f)
		}
		c.keys.addAll(&known.keys)
	}
	for _, t := range d.Texts {
		c.cut.Each(t, word)
	}
	return &c.keys
}

func (c *cutter) field(to *fieldKeys, f Field) {
	to.of = f
	to.keys.empty()
	if strings.TrimSpace(f.Value) == "" {
		return
	}
	c.key = append(append(c.key[:0], f.Key...), 0)
	to.keys.add(keyField, c.key)
	name := len(c.key)
	c.cut.Each(f.Value, func(t []byte) {
		c.key = append(c.key[:name], clip(t)...)
		to.keys.add(keyField, c.key)
	})
}

// refKey gives the key of a reference.
func refKey(c *query.Cutter, ref string) string {
	if joined := c.Identifier(ref); joined != "" {
		return string(keyRef) + joined
	}
	return string(keyName) + model.Fold(strings.TrimSpace(ref))
}

func clip(token []byte) []byte { return token[:min(len(token), longestToken)] }

// deltaOf makes one write of documents, whose numbers are not known yet, in an empty table.
func deltaOf(docs iter.Seq[Document], table terms) (*delta, error) {
	var c cutter
	out := &delta{terms: table, dead: roaring.New()}
	for d := range docs {
		if err := d.check(); err != nil {
			return nil, err
		}
		n := Doc(len(out.places))
		out.places = append(out.places, Place{Doc: n, Kind: d.Kind, Case: d.Case, Locator: slices.Clone(d.Locator)})
		out.terms.noteAll(c.terms(&d), n)
	}
	return out, nil
}
