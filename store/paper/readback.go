package paper

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrUnreadable: the file cannot be opened, or holds something that cannot be searched, so nothing is proved about it.
var ErrUnreadable = errors.New("the file cannot be proved")

// ErrIncomplete: the file does not hold all that was put in it, or holds it otherwise.
var ErrIncomplete = errors.New("the file is not complete")

// Proof is what reading a file back has shown. Only a Proof without error and without Found is one.
type Proof struct {
	Pages   int
	Needles int // searched for
	Skipped int // with at most one letter or digit: there is nothing to search for
	Found   []Found
}

// reading is a file as a reader saw it.
type reading struct {
	pages   int
	items   []string   // references in the order met; nil where the format does not mark them
	corpora []*corpus  // all that can be read, in every order that it can be read in
	running []*corpus  // of these, the ones in which a text that was put in must run on unbroken
	bare    [][]byte   // bytes that are not text, and may hold a needle as it stands
	sheets  []pageSeen // one a page
}

// ReadBack opens the bytes of a written file, proves that they hold everything in want, and searches them for every
// needle. An error (ErrUnreadable or ErrIncomplete, in a sentence) means that the file must not be released; so does a
// Found. data are the bytes as they came back from where they were written, not as they were sent.
func ReadBack(f Format, data []byte, want Contents, needles []Needle) (Proof, error) {
	if f != want.format {
		return Proof{}, fmt.Errorf("%w: it was made as %s and is read as %s", ErrUnreadable, want.format, f)
	}
	var got reading
	var err error
	switch f {
	case PDF:
		got, err = readPDF(data)
	case JSON:
		got, err = readJSON(data)
	default:
		return Proof{}, fmt.Errorf("%w: nothing here reads the format %q", ErrUnreadable, f)
	}
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Pages: got.pages}
	if err := got.complete(want); err != nil {
		return Proof{}, err
	}
	got.search(needles, &proof)
	return proof, nil
}

// complete holds what was read against what was meant.
func (g reading) complete(want Contents) error {
	if g.pages != want.Pages {
		return fmt.Errorf("%w: it has %d pages, %d were made", ErrIncomplete, g.pages, want.Pages)
	}
	if want.format == JSON && strings.Join(g.items, "\n") != strings.Join(want.items, "\n") {
		return fmt.Errorf("%w: its items are not the %d that were put in, in their order", ErrIncomplete, len(want.items))
	}
	for i, sheet := range g.sheets {
		if err := sheet.complete(i+1, want); err != nil {
			return err
		}
	}
	there := holder{running: g.running, seen: map[string]bool{}, at: make([]int, len(g.running))}
	for _, say := range want.says {
		if !there.holds(fold(say.text)) { // the words themselves are not told: an error may be logged
			return fmt.Errorf("%w: a text of %d letters of %s is not there", ErrIncomplete, utf8.RuneCountInString(say.text), say.where)
		}
	}
	return nil
}

// holder looks for texts in the order in which they were put in, so that it mostly looks just ahead of the last one.
type holder struct {
	running []*corpus
	seen    map[string]bool
	at      []int
}

func (h *holder) holds(folded string) bool {
	if folded == "" || h.seen[folded] {
		return true
	}
	const back = 4096 // the parts of one item do not stand in the order in which they are asked for
	for i, c := range h.running {
		from := max(0, h.at[i]-back)
		if n := bytes.Index(c.norm[from:], []byte(folded)); n >= 0 {
			h.at[i] = from + n
			h.seen[folded] = true
			return true
		}
		if n := bytes.Index(c.norm, []byte(folded)); n >= 0 {
			h.seen[folded] = true
			return true
		}
	}
	return false
}

// search looks for each needle in everything that was read.
func (g reading) search(needles []Needle, proof *Proof) {
	for _, n := range needles {
		folded := fold(n.Text)
		letters := utf8.RuneCountInString(folded)
		if letters < 2 {
			proof.Skipped++
			continue
		}
		proof.Needles++
		short := letters < shortNeedle
		if best, ok := g.best(folded, short); ok {
			proof.Found = append(proof.Found, Found{n, best.where, best.inside})
		} else if g.bareHolds(n.Text) {
			proof.Found = append(proof.Found, Found{Needle: n, Where: "bytes of the file that are not text"})
		}
	}
}

func (g reading) best(folded string, short bool) (hit, bool) {
	var best hit
	found := false
	for _, c := range g.corpora {
		if h, ok := c.find(folded, short); ok && (!found || best.worse(h)) {
			best, found = h, true
		}
	}
	return best, found
}

// bareHolds looks for a needle as it stands, in the two ways that text is written in these formats. Fewer than six
// bytes turn up in compressed bytes by chance.
func (g reading) bareHolds(text string) bool {
	const byChance = 6
	wide := wideBytes(text)
	for _, b := range g.bare {
		if len(text) >= byChance && bytes.Contains(b, []byte(text)) || len(wide) >= byChance && bytes.Contains(b, wide) {
			return true
		}
	}
	return false
}
