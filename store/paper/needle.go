package paper

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"caseroom/model"
)

// Needle is text that must not be in a written file. Why is told to the person who is stopped by it.
type Needle struct{ Text, Why string }

// Found is a needle that is in the file after all.
type Found struct {
	Needle Needle
	Where  string // "page 3", "the title", "sections[2].items[4].words[0].text"
	Inside bool   // only as part of a longer word: Rose in prosecuted
}

// Stops says whether a release should stop on it by itself. A short name that was only met inside a longer word is for
// a person to look at; everything else stops.
func (f Found) Stops() bool {
	const longName = 8
	return !f.Inside || strings.ContainsAny(strings.TrimSpace(f.Needle.Text), " \n\t0123456789") || utf8.RuneCountInString(f.Needle.Text) >= longName
}

// Passage makes needles of a passage that was taken out: the whole of it, and each sentence that is long enough (six
// words) to be nobody else's. A passage that left in part has left.
func Passage(text, why string) []Needle {
	out := []Needle{{text, why}}
	const ownWords = 6
	sentences := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?;\n\r", r) })
	for _, s := range sentences {
		if s = strings.TrimSpace(s); len(strings.Fields(s)) >= ownWords && s != strings.TrimSpace(text) {
			out = append(out, Needle{s, why})
		}
	}
	return out
}

// shortNeedle is the number of letters and digits below which a needle is only met as a whole word.
const shortNeedle = 4

// piece is text as a reader met it.
type piece struct{ text, where string }

// corpus is text made comparable: folded letters and digits only, with what is needed to tell where words and pieces begin.
type corpus struct {
	norm   []byte
	word   []bool // word[i]: a word begins at norm[i]
	starts []int  // where each piece begins in norm
	where  []string
}

func newCorpus(pieces []piece) *corpus {
	c := &corpus{}
	for _, p := range pieces {
		c.add(p)
	}
	return c
}

func (c *corpus) add(p piece) {
	c.starts = append(c.starts, len(c.norm))
	c.where = append(c.where, p.where)
	fresh := true
	for _, r := range p.text {
		at := len(c.norm)
		if c.norm = foldRune(c.norm, r); len(c.norm) > at {
			c.word = append(c.word, fresh)
			for range len(c.norm) - at - 1 {
				c.word = append(c.word, false)
			}
			fresh = false
		} else if !unicode.Is(unicode.Mn, r) {
			fresh = true
		}
	}
}

// fold makes text comparable: without accents, case, spaces and signs.
func fold(text string) string {
	var out []byte
	for _, r := range text {
		out = foldRune(out, r)
	}
	return string(out)
}

func foldRune(out []byte, r rune) []byte {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return append(out, byte(r))
	case 'A' <= r && r <= 'Z':
		return append(out, byte(r)+'a'-'A')
	case r < utf8.RuneSelf:
		return out
	}
	if s := model.PlainLetter(r); s != "" {
		return append(out, s...)
	}
	for _, d := range norm.NFKD.String(string(r)) {
		if unicode.IsLetter(d) || unicode.IsNumber(d) {
			if s := model.PlainLetter(d); s != "" {
				out = append(out, s...)
				continue
			}
			out = utf8.AppendRune(out, unicode.ToLower(d))
		}
	}
	return out
}

// hit is the best place of a needle in a corpus: a whole word before a part of one, one piece before several.
type hit struct {
	where          string
	inside, across bool
}

func (h hit) worse(o hit) bool { return rank(h) > rank(o) }

func rank(h hit) int {
	n := 0
	if h.inside {
		n += 2
	}
	if h.across {
		n++
	}
	return n
}

// find looks for a folded needle. Short ones count only as whole words.
func (c *corpus) find(needle string, short bool) (hit, bool) {
	var best hit
	found := false
	for at := 0; ; {
		i := bytes.Index(c.norm[at:], []byte(needle))
		if i < 0 {
			return best, found
		}
		at += i
		end := at + len(needle)
		h := c.at(at, end)
		if !(short && h.inside) && (!found || best.worse(h)) {
			best, found = h, true
			if rank(h) == 0 {
				return best, true
			}
		}
		at++
	}
}

func (c *corpus) at(from, to int) hit {
	n, ok := slices.BinarySearch(c.starts, from)
	if !ok {
		n--
	}
	for n+1 < len(c.starts) && c.starts[n+1] == from { // pieces without a letter begin at the same place
		n++
	}
	begins := c.word[from]
	ends := to == len(c.norm) || c.word[to]
	return hit{where: c.where[n], inside: !begins || !ends, across: n+1 < len(c.starts) && c.starts[n+1] < to}
}
