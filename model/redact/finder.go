package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// Needle is something that is looked for.
type Needle struct {
	Text    string // as it is written somewhere; case, accents and spacing do not matter
	Replace string // what stands in its place: a pseudonym
	Why     string // what it is, in a word or two: "name", "address"
	Loose   bool   // signs between the words do not matter either: addresses, numbers
	Cased   bool   // found only where it begins with a capital: names that are words (Will, May)
}

// Hit is where something was found: bytes From to To (not counted in) of the text.
type Hit struct {
	model.Span
	Replace string
	Why     string
}

// Finder holds needles made ready. It is not changed by use and may be shared.
type Finder struct {
	sets []set
}

// set is the needles of one mode.
type set struct {
	mode    mode
	needles []Needle // by number of their key
	lengths []int    // of the keys, in bytes
	machine *automaton
}

// NewFinder makes needles ready. A needle with fewer than two letters or digits is
// never found. Where two needles are the same text, whoever reads it cannot know
// whom it meant: what stands in its place names both ("P01 or P04").
func NewFinder(needles []Needle) *Finder {
	f := &Finder{}
	for _, m := range []mode{strict, loose} {
		var chosen []Needle
		for _, n := range needles {
			if n.Loose == (m == loose) {
				chosen = append(chosen, n)
			}
		}
		if len(chosen) > 0 {
			f.sets = append(f.sets, newSet(chosen, m))
		}
	}
	return f
}

func newSet(needles []Needle, m mode) set {
	s := set{mode: m}
	number := map[string]int{}
	var keys []string
	for _, n := range needles {
		k := key(n.Text, m)
		if k == "" {
			continue
		}
		if i, ok := number[k]; ok {
			s.needles[i] = joined(s.needles[i], n)
			continue
		}
		number[k] = len(keys)
		keys, s.needles, s.lengths = append(keys, k), append(s.needles, n), append(s.lengths, len(k))
	}
	s.machine = newAutomaton(keys)
	return s
}

// joined makes one needle of two with the same text.
func joined(a, b Needle) Needle {
	a.Replace = alternatives(a.Replace, b.Replace)
	a.Cased = a.Cased && b.Cased
	if a.Why == "" {
		a.Why = b.Why
	}
	return a
}

func alternatives(a, b string) string {
	if a == "" || b == "" || slices.Contains(strings.Split(a, " or "), b) {
		return cmp.Or(a, b)
	}
	return a + " or " + b
}

// Find gives where needles stand in a text.
func (f *Finder) Find(text string) []Hit {
	var all []Hit
	for _, s := range f.sets {
		st := newStream(text, s.mode)
		s.scan(st, func(number, from, to int) {
			n := s.needles[number]
			if !st.whole(from, to) {
				return
			}
			start, end := st.span(from, to)
			if first, _ := utf8.DecodeRuneInString(text[start:]); n.Cased && !unicode.IsUpper(first) {
				return
			}
			all = append(all, Hit{model.Span{From: start, To: end}, n.Replace, n.Why})
		})
	}
	return union(text, all)
}

// scan tells of every key in a stream with its bytes there.
func (s set) scan(st *stream, found func(number, from, to int)) {
	s.machine.scan(st.text, func(number, end int) { found(number, end-s.lengths[number], end) })
}

// union puts hits from anywhere (several modes, several patterns, passages chosen
// by hand) in order and parts those that overlap: the one that begins first, and of
// those the longest, is kept whole, and what another covers beyond it stays
// covered as a hit of its own. Hits that are empty or outside the text go.
func union(text string, hits []Hit) []Hit {
	sorted := slices.Clone(hits)
	slices.SortStableFunc(sorted, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	var out []Hit
	end := 0
	for _, h := range sorted {
		if h.From < 0 || h.To > len(text) || h.To <= h.From || h.To <= end {
			continue
		}
		if h.From < end {
			rest := strings.TrimLeftFunc(text[end:h.To], func(r rune) bool { return !model.WordRune(r) })
			h.From = h.To - len(rest)
		}
		if h.From < h.To {
			out, end = append(out, h), h.To
		}
	}
	return out
}

// Replace puts what stands in a needle's place wherever it stands; a possessive
// ending stays ("Ann's" becomes "P03's").
func (f *Finder) Replace(text string) string { return replaced(text, f.Find(text)) }

// replaced puts in each hit's place what stands for it. Hits must be in order and
// not overlap, as union gives them.
func replaced(text string, hits []Hit) string {
	return rewrite(text, hits, func(h Hit) string { return h.Replace })
}

// Cover puts a label such as "[address covered]" in the place of each span. It
// never says how long the words were: spans that overlap or stand side by side
// become one. Spans may come in any order.
func Cover(text string, spans []model.Span, label string) string {
	hits := make([]Hit, len(spans))
	for i, s := range spans {
		hits[i] = Hit{Span: s, Replace: label}
	}
	return coverHits(text, hits)
}

// CoverHits covers each hit with its own reason: "[address covered]", "[name covered]".
func CoverHits(text string, hits []Hit) string {
	labelled := slices.Clone(hits)
	for i, h := range hits {
		labelled[i].Replace = "[" + strings.TrimSpace(h.Why+" covered") + "]"
	}
	return coverHits(text, labelled)
}

func coverHits(text string, hits []Hit) string {
	var joined []Hit
	for _, h := range union(text, hits) {
		if n := len(joined); n > 0 && joined[n-1].Replace == h.Replace && !hasWord(text[joined[n-1].To:h.From]) {
			joined[n-1].To = h.To
			continue
		}
		joined = append(joined, h)
	}
	return replaced(text, joined)
}

func hasWord(s string) bool { return strings.IndexFunc(s, model.WordRune) >= 0 }

func rewrite(text string, hits []Hit, with func(Hit) string) string {
	if len(hits) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, h := range hits {
		if h.From < end || h.To > len(text) || h.To < h.From {
			continue
		}
		b.WriteString(text[end:h.From])
		b.WriteString(with(h))
		end = h.To
	}
	b.WriteString(text[end:])
	return b.String()
}
