package index

import (
	"encoding/binary"
	"slices"
)

// The first byte of a key says what the rest is. Keys are in this order; stems and
// beginnings stand behind the words because they are known only when every word
// of a segment has been written.
const (
	keyCase         = 'c' // 16 bytes of a case: its documents
	keyField        = 'f' // name of a field, 0, a word of its value
	keyKind         = 'k' // one byte: the documents of a kind
	keyName         = 'n' // a reference of an unusual form, folded: its document
	keyRef          = 'r' // a reference written together, which serves as a word: its document
	keyRefBeginning = 's' // up to eight bytes that many references begin with: their union
	keyWord         = 'w' // a token
	keyStem         = 'y' // a stem: the words that have it
	keyBeginning    = 'z' // one or two bytes that many words begin with: their union
)

// blockSize is how much a block of terms holds, in bytes, before it is packed.
const blockSize = 32 << 10

// entry is one key of a block of terms, with documents or, of a stem, words.
type entry struct {
	key   []byte // good until the next entry is read
	list  list
	words []byte
}

// entries reads a block of terms from its beginning.
type entries struct {
	c    cursor
	base Doc
	entry
}

func readEntries(block []byte, base Doc) *entries {
	return &entries{c: cursor{b: block}, base: base}
}

// next reads the next entry; false at the end, and when the block is damaged.
func (e *entries) next() bool {
	if len(e.c.b) == 0 {
		return false
	}
	e.key = e.c.front(e.key)
	if len(e.key) == 0 {
		e.c.fail()
		return false
	}
	if e.key[0] == keyStem {
		e.words = e.c.take(e.c.count())
	} else {
		e.list = e.c.list(e.base)
	}
	return !e.c.bad
}

func (e *entries) err() error { return e.c.err("a block of terms is cut") }

// appendWords writes words by their difference from one another.
func appendWords(dst []byte, words []string) []byte {
	before := ""
	for _, w := range words {
		dst = appendFront(dst, before, w)
		before = w
	}
	return dst
}

// readWords undoes appendWords.
func readWords(raw []byte) ([]string, error) {
	c := cursor{b: raw}
	var out []string
	var word []byte
	for len(c.b) > 0 {
		word = c.front(word)
		out = append(out, string(word))
	}
	return out, c.err("a list of words is cut")
}

// termWriter cuts entries that come in order into blocks.
type termWriter struct {
	put    func(number int, block []byte) error
	base   Doc
	block  []byte
	before []byte
	firsts []string // first key of every block
}

// list writes a key with its documents. If they are at hand as gaps from the writer's base,
// these are given too.
func (w *termWriter) list(key string, docs []Doc, gaps []byte) error {
	if err := w.room(key, len(key)+4+2*min(len(docs), 12000)); err != nil {
		return err
	}
	if w.block = appendFront(w.block, w.before, key); gaps != nil {
		w.block = appendKept(w.block, w.base, docs, gaps)
	} else {
		w.block = appendList(w.block, w.base, docs)
	}
	w.before = append(w.before[:0], key...)
	return nil
}

// words writes a stem with its words.
func (w *termWriter) words(stem string, words []string) error {
	slices.Sort(words)
	raw := appendWords(nil, words)
	if err := w.room(stem, len(stem)+len(raw)); err != nil {
		return err
	}
	w.block = binary.AppendUvarint(appendFront(w.block, w.before, stem), uint64(len(raw)))
	w.block = append(w.block, raw...)
	w.before = append(w.before[:0], stem...)
	return nil
}

// room ends the block when what comes next would make it too long, or is of
// another sort: so nobody reads a block of references to see that a word is not
// among them.
func (w *termWriter) room(key string, size int) error {
	if len(w.block) > 0 && (len(w.block)+size > blockSize || w.before[0] != key[0]) {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if len(w.block) == 0 {
		w.firsts = append(w.firsts, key)
		w.before = w.before[:0]
	}
	return nil
}

func (w *termWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	err := w.put(len(w.firsts)-1, w.block)
	w.block = w.block[:0]
	return err
}
