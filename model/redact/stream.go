package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// mode says what of a text is compared beside letters and digits.
type mode int

const (
	strict   mode = iota // runs of spaces and hyphens count as one space, other signs as themselves
	loose                // every run of signs counts as one space: for addresses and numbers
	squeezed             // no sign counts at all: a number in one run
)

// stream is a text in the form in which it is compared, with the way back.
type stream struct {
	text     string
	original string
	folded   model.Folded
	at       []int32 // where in the folded text each byte came from
}

func newStream(original string, m mode) *stream {
	s := &stream{original: original, folded: model.FoldMap(original)}
	f := s.folded.Text
	out := make([]byte, 0, len(f))
	s.at = make([]int32, 0, len(f))
	put := func(text string, from int) {
		for k := range len(text) {
			out = append(out, text[k])
			s.at = append(s.at, int32(from+min(k, len(f)-from-1)))
		}
	}
	for i, r := range f {
		size := utf8.RuneLen(r)
		switch {
		case model.WordRune(r):
			put(f[i:i+size], i)
		case m == squeezed, innerApostrophe(f, i):
		case m == loose, r == ' ', r == '-':
			if len(out) > 0 && out[len(out)-1] != ' ' {
				put(" ", i)
			}
		default:
			put(f[i:i+size], i)
		}
	}
	s.text = string(out)
	return s
}

// innerApostrophe tells whether a sign is the apostrophe of O'Brien, which some
// write and some do not; that of a possessive ending is a sign like any other.
func innerApostrophe(f string, i int) bool {
	if f[i] != '\'' || i == 0 {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(f[:i])
	next, size := utf8.DecodeRuneInString(f[i+1:])
	if !model.WordRune(before) || !model.WordRune(next) {
		return false
	}
	after, _ := utf8.DecodeRuneInString(f[i+1+size:])
	return next != 's' || model.WordRune(after)
}

// span gives the bytes of the original that a part of the stream came from.
func (s *stream) span(from, to int) (int, int) {
	return s.folded.Span(int(s.at[from]), int(s.at[to-1])+1)
}

// whole tells whether a part of the stream begins and ends where words do.
func (s *stream) whole(from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s.text[:from])
	after, _ := utf8.DecodeRuneInString(s.text[to:])
	first, _ := utf8.DecodeRuneInString(s.text[from:])
	last, _ := utf8.DecodeLastRuneInString(s.text[:to])
	return !(model.WordRune(before) && model.WordRune(first)) && !(model.WordRune(after) && model.WordRune(last))
}

// key is the form in which a needle is looked for, empty when there are not two
// letters or digits in it: nothing could be found by so little.
func key(text string, m mode) string {
	k := strings.TrimSpace(newStream(text, m).text)
	n := 0
	for _, r := range k {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	if n < 2 {
		return ""
	}
	return k
}
