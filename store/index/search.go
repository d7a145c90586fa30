package index

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"caseroom/model/query"
)

// Scope narrows a search and says what the caller puts into documents.
type Scope struct {
	Case  *CaseID  // only this case; nil for all
	Kinds []byte   // only these kinds; none for all
	Prose []string // keys whose words are all among a document's Texts or its Ref
	Field []string // keys that every document has as Fields, all their values
}

// Search finds the documents that a plan asks for.
func (ix *Index) Search(src Source, p query.Plan, scope Scope) (*Answer, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	e := &evaluation{ix: ix, r: ix.reading(src), scope: scope}
	found, err := e.eval(p, true)
	if err != nil {
		return nil, err
	}
	dead, err := ix.dead(e.r)
	if err != nil {
		return nil, err
	}
	within, err := e.within()
	if err != nil {
		return nil, err
	}
	a := &Answer{sure: found.sure, maybe: found.maybe, words: e.words}
	for _, b := range []*roaring.Bitmap{a.sure, a.maybe} {
		b.AndNot(dead)
		if within != nil {
			b.And(within)
		}
	}
	return a, nil
}

// bounds is an answer that need not be certain: sure is within what the plan asks
// for, and that within maybe. Both belong to whoever has them.
type bounds struct{ sure, maybe *roaring.Bitmap }

func certain(b *roaring.Bitmap) bounds { return bounds{b, b.Clone()} }

// evaluation is the answering of one plan.
type evaluation struct {
	ix    *Index
	r     *reading
	scope Scope
	words []fit // that are asked for, not under "not", without a key
	every *roaring.Bitmap
}

// within gives the documents of the scope, nil for all.
func (e *evaluation) within() (*roaring.Bitmap, error) {
	var out *roaring.Bitmap
	if e.scope.Case != nil {
		b, err := e.ix.all(e.r, string(keyCase)+string(e.scope.Case[:]))
		if err != nil {
			return nil, err
		}
		out = b
	}
	if len(e.scope.Kinds) == 0 {
		return out, nil
	}
	kinds := roaring.New()
	for _, k := range e.scope.Kinds {
		b, err := e.ix.all(e.r, string([]byte{keyKind, k}))
		if err != nil {
			return nil, err
		}
		kinds.Or(b)
	}
	if out != nil {
		kinds.And(out)
	}
	return kinds, nil
}

// all gives every document, dead or not.
func (e *evaluation) all() (*roaring.Bitmap, error) {
	if e.every == nil {
		e.every = roaring.New()
		for _, s := range e.ix.shelves() {
			b, err := s.present(e.r)
			if err != nil {
				return nil, err
			}
			e.every.Or(b)
		}
	}
	return e.every.Clone(), nil
}

// eval answers a plan; wanted is false under "not".
func (e *evaluation) eval(p query.Plan, wanted bool) (bounds, error) {
	switch p.Op {
	case query.And, query.Or:
		return e.join(p, wanted)
	case query.Not:
		kid, err := e.eval(p.Kids[0], !wanted)
		if err != nil {
			return kid, err
		}
		all, err := e.all()
		if err != nil {
			return kid, err
		}
		return bounds{sure: roaring.AndNot(all, kid.maybe), maybe: roaring.AndNot(all, kid.sure)}, nil
	case query.Word, query.Phrase, query.Any:
		return e.leaf(p, wanted)
	}
	all, err := e.all()
	if err == nil && p.Op == query.All {
		return certain(all), nil
	}
	return bounds{roaring.New(), all}, err
}

func (e *evaluation) join(p query.Plan, wanted bool) (bounds, error) {
	var out bounds
	for i, k := range p.Kids {
		b, err := e.eval(k, wanted)
		switch {
		case err != nil:
			return b, err
		case i == 0:
			out = b
		case p.Op == query.And:
			out.sure.And(b.sure)
			out.maybe.And(b.maybe)
		default:
			out.sure.Or(b.sure)
			out.maybe.Or(b.maybe)
		}
	}
	return out, nil
}

// leaf answers a word, phrase or "any", as far as the key allows.
func (e *evaluation) leaf(p query.Plan, wanted bool) (bounds, error) {
	switch {
	case p.Key == "" && p.Op != query.Any:
		return e.text(p, wanted)
	case contains(e.scope.Field, p.Key):
		return e.field(p)
	case contains(e.scope.Prose, p.Key) && p.Op != query.Any:
		b, err := e.text(p, wanted)
		b.sure = roaring.New()
		return b, err
	}
	all, err := e.all()
	return bounds{roaring.New(), all}, err
}

func contains(keys []string, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// text answers words and phrases anywhere. A phrase is narrowed to the documents
// that have its words; whether they stand in a row the caller has to see.
func (e *evaluation) text(p query.Plan, wanted bool) (bounds, error) {
	var docs *roaring.Bitmap
	certainly := p.Op == query.Word
	for i, word := range p.Words {
		last := i == len(p.Words)-1
		if len(word) > longestToken {
			word, certainly = word[:longestToken], false
		}
		f, err := e.fit(asked{word: word, whole: p.Whole || !last, stems: p.Stems})
		if err != nil {
			return bounds{}, err
		}
		if wanted && (p.Op == query.Word || last) {
			e.words = append(e.words, f)
		}
		if docs == nil {
			docs = f.all.Clone()
		} else {
			docs.And(f.all)
		}
	}
	if !certainly {
		return bounds{roaring.New(), docs}, nil
	}
	return certain(docs), nil
}

// field answers a key that documents have as a field.
func (e *evaluation) field(p query.Plan) (bounds, error) {
	head := string(keyField) + p.Key + "\x00"
	if p.Op == query.Any {
		b, err := e.ix.all(e.r, head)
		return certain(b), err
	}
	var docs *roaring.Bitmap
	for i, word := range p.Words {
		word = word[:min(len(word), longestToken)]
		to := newSet()
		for _, s := range e.ix.shelves() {
			var err error
			if p.Whole || i < len(p.Words)-1 {
				_, err = s.exact(e.r, head+word, to)
			} else {
				err = s.begins(e.r, head+word, func([]byte) *set { return to })
			}
			if err != nil {
				return bounds{}, err
			}
		}
		if docs == nil {
			docs = to.all()
		} else {
			docs.And(to.all())
		}
	}
	if len(p.Words) == 1 && len(p.Words[0]) <= longestToken && !p.Stems {
		return certain(docs), nil
	}
	if p.Stems { // another word with the stem fits as well, and none of those is here
		all, err := e.all()
		return bounds{sure: roaring.New(), maybe: all}, err
	}
	return bounds{roaring.New(), docs}, nil
}

// asked is a word that is asked for.
type asked struct {
	word  string
	whole bool // only the word itself
	stems bool
}

func (a asked) String() string {
	var b strings.Builder
	b.WriteByte(keyWord)
	if a.whole {
		b.WriteByte('=')
	}
	if a.stems {
		b.WriteByte('~')
	}
	b.WriteByte(0)
	b.WriteString(a.word)
	return b.String()
}

// fit is where a word was found: as it is, as that or with its stem, and at all.
type fit struct{ exact, near, all *roaring.Bitmap }

// fit looks a word up on every shelf.
func (e *evaluation) fit(a asked) (fit, error) {
	exact, near, all := newSet(), newSet(), newSet()
	for _, s := range e.ix.shelves() {
		f, err := e.fitOn(s, a)
		if err != nil {
			return fit{}, err
		}
		exact.b.Or(f.exact)
		if f.near != f.exact {
			near.b.Or(f.near)
		}
		if f.all != f.near {
			all.b.Or(f.all)
		}
	}
	return nested(exact, near, all), nil
}

// fitOn looks a word up on one shelf. What a segment answers is kept, for it will
// never answer otherwise.
func (e *evaluation) fitOn(s shelf, a asked) (fit, error) {
	seg, ok := s.(*segment)
	if !ok {
		return e.look(s, a)
	}
	k := cacheKey{seg.number, a.String()}
	if v, ok := e.r.cache.get(k); ok {
		if f, ok := v.(fit); ok {
			return f, nil
		}
	}
	f, err := e.look(s, a)
	if err == nil {
		size := f.all.GetSizeInBytes()
		if f.near != f.all {
			size += f.near.GetSizeInBytes()
		}
		if f.exact != f.near {
			size += f.exact.GetSizeInBytes()
		}
		e.r.cache.put(k, f, int(size)+200)
	}
	return f, err
}

// look finds a word, words with its stem, and words and references that begin so.
func (e *evaluation) look(s shelf, a asked) (fit, error) {
	exact, near, all := newSet(), newSet(), newSet()
	if a.whole {
		for _, space := range []byte{keyRef, keyWord} {
			if _, err := s.exact(e.r, string(space)+a.word, exact); err != nil {
				return fit{}, err
			}
		}
		b := exact.all()
		return fit{b, b, b}, nil
	}
	var kin []string
	if a.stems {
		var err error
		if kin, err = kinOf(e.r, s, a.word); err != nil {
			return fit{}, err
		}
	}
	choose := func(key []byte) *set {
		switch word := key[1:]; {
		case string(word) == a.word:
			return exact
		case contains(kin, string(word)):
			return near
		}
		return all
	}
	for _, space := range []space{{keyRef, keyRefBeginning, refBeginnings}, {keyWord, keyBeginning, wordBeginnings}} {
		if err := e.beginning(s, a.word, space, exact, all, choose); err != nil {
			return fit{}, err
		}
	}
	for _, w := range kin {
		if !strings.HasPrefix(w, a.word) {
			if _, err := s.exact(e.r, string(keyWord)+w, near); err != nil {
				return fit{}, err
			}
		}
	}
	return nested(exact, near, all), nil
}

// space is a sort of keys of which unions are kept for short beginnings.
type space struct {
	key, union byte
	longest    int // beginning with a union
}

// beginning adds what begins with a word: the union that is kept of so short a
// beginning, or else everything that begins so.
func (e *evaluation) beginning(s shelf, word string, in space, exact, all *set, choose func([]byte) *set) error {
	if len(word) <= in.longest {
		kept, err := s.exact(e.r, string(in.union)+word, all)
		if err != nil {
			return err
		}
		if kept {
			_, err = s.exact(e.r, string(in.key)+word, exact)
			return err
		}
	}
	return s.begins(e.r, string(in.key)+word, choose)
}

// kinOf gives the other words on a shelf that have the stem of a word.
func kinOf(r *reading, s shelf, word string) ([]string, error) {
	stem := Stem(word)
	kin, err := s.stemmed(r, stem)
	if err == nil && len(kin) == 0 && stem != word && Stem(stem) == stem {
		kin = []string{stem} // a stem that only it has is not written
	}
	return kin, err
}

// nested makes sets that lie within one another, the same where they are equal.
func nested(exact, near, all *set) fit {
	f := fit{exact: exact.all()}
	f.near, f.all = f.exact, f.exact
	if b := near.all(); !b.IsEmpty() {
		b.Or(f.exact)
		f.near, f.all = b, b
	}
	if b := all.all(); !b.IsEmpty() {
		b.Or(f.near)
		f.all = b
	}
	return f
}
