package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// Leak is a withheld string that was found in what was written.
type Leak struct {
	Needle   Needle
	From, To int  // bytes of the text
	AsIs     bool // as written; else only with all but letters and digits taken out
}

// longRun is from how many letters and digits on a needle with several words
// counts as found inside a longer run (annsmith in annsmithdischarge). A shorter
// one, or a single word, has to begin and end where words do, or every Ann would
// stop a pack for its annex.
const longRun = 8

// LeakCheck searches for withheld strings. It is not changed by use and may be
// shared; the same one serves every part of a file.
type LeakCheck struct {
	whole, run set
	count      int
}

// NewLeakCheck makes needles ready. Replace, Loose and the rest of a needle but
// its text, its reason and Cased do not matter here.
func NewLeakCheck(needles []Needle) *LeakCheck {
	c := &LeakCheck{whole: newSet(needles, loose), run: newSet(needles, squeezed)}
	c.count = len(c.run.needles)
	return c
}

// Count gives how many different strings are searched for: those with fewer than
// two letters or digits are not.
func (c *LeakCheck) Count() int { return c.count }

// Check gives every withheld string that stands in a text, in order; a place is
// told of once for each needle.
func (c *LeakCheck) Check(text string) []Leak {
	var out []Leak
	told := map[Leak]bool{}
	add := func(n Needle, from, to int, asIs bool) {
		first, _ := utf8.DecodeRuneInString(text[from:])
		place := Leak{Needle: n, From: from, To: to}
		if (n.Cased && !unicode.IsUpper(first)) || told[place] {
			return
		}
		told[place] = true
		place.AsIs = asIs
		out = append(out, place)
	}
	spaced := newStream(text, loose)
	c.whole.scan(spaced, func(number, from, to int) {
		if spaced.whole(from, to) {
			start, end := spaced.span(from, to)
			add(c.whole.needles[number], start, end, true)
		}
	})
	run := newStream(text, squeezed)
	c.run.scan(run, func(number, from, to int) {
		n := c.run.needles[number]
		start, end := run.span(from, to)
		if inside(n, c.run.lengths[number]) || edges(text, start, end) {
			add(n, start, end, false)
		}
	})
	slices.SortStableFunc(out, func(a, b Leak) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	return out
}

// inside tells whether a needle may be found inside a longer run of letters: it
// has several words, or a figure, and is long enough.
func inside(n Needle, length int) bool {
	k := key(n.Text, loose)
	return length >= longRun && strings.ContainsAny(k, " 0123456789")
}

// edges tells whether a piece of a text begins and ends where words do, or where
// small letters meet capitals or letters meet figures (SmithDischarge2).
func edges(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	first, _ := utf8.DecodeRuneInString(text[from:])
	last, _ := utf8.DecodeLastRuneInString(text[:to])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return seam(before, first) && seam(last, after)
}

func seam(a, b rune) bool {
	switch {
	case !model.WordRune(a) || !model.WordRune(b):
		return true
	case unicode.IsDigit(a) != unicode.IsDigit(b):
		return true
	}
	return unicode.IsLower(a) && unicode.IsUpper(b)
}

// Leaks searches one text once: see [LeakCheck].
func Leaks(text string, needles []Needle) []Leak { return NewLeakCheck(needles).Check(text) }

// Passages cuts a withheld text into runs of n words, one after the other and the
// last n words, as needles: whoever copied 2n-1 words of it in a row or more is
// found. A text of fewer than n words is one needle.
func Passages(text string, n int, why string) []Needle {
	words := strings.Fields(text)
	if len(words) == 0 || n < 1 {
		return nil
	}
	run := func(from, to int) Needle {
		return Needle{Text: strings.Join(words[from:to], " "), Why: why, Loose: true}
	}
	var out []Needle
	for from := 0; from+n <= len(words); from += n {
		out = append(out, run(from, from+n))
	}
	if len(words)%n != 0 {
		out = append(out, run(max(0, len(words)-n), len(words)))
	}
	return out
}
