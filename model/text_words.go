package model

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a run of bytes in a text, To not counted in.
type Span struct{ From, To int }

// WordRune tells whether a rune belongs to a word: a letter, a digit, or a mark
// that hangs on one.
func WordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// Words gives the folded words of a text in their order. An apostrophe inside a
// word does not part it and is left out ("O’Brien" is obrien), and a possessive
// ending is taken off ("Mother's" is mother), so that a name is found however it
// was written.
func Words(s string) []string {
	var out []string
	for _, w := range wordSpans(Fold(s)) {
		out = append(out, w.word)
	}
	return out
}

// wordSpan is a word and where it stands in folded text.
type wordSpan struct {
	word     string
	from, to int
}

// wordSpans cuts folded text into words.
func wordSpans(folded string) []wordSpan {
	out := make([]wordSpan, 0, len(folded)/6+1)
	for i := 0; i < len(folded); {
		if folded[i] == ' ' { // as most of what stands between words
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(folded[i:])
		if !WordRune(r) {
			i += size
			continue
		}
		end := wordEnd(folded, i)
		word := folded[i:end]
		to := end
		if strings.IndexByte(word, '\'') >= 0 {
			word = strings.TrimSuffix(word, "'s")
			to = i + len(word)
			word = strings.ReplaceAll(word, "'", "")
		}
		out = append(out, wordSpan{word, i, to})
		i = end
	}
	return out
}

// wordEnd finds where the word that begins at i ends; an apostrophe counts in
// when a word goes on after it.
func wordEnd(s string, i int) int {
	for i < len(s) {
		if b := s[i]; b >= 'a' && b <= 'z' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		if !WordRune(r) && !(r == '\'' && WordRune(next)) {
			break
		}
		i += size
	}
	return i
}

// Hits gives where any of the terms stands in a text, in order and not
// overlapping. A term is a word (found at the beginning of a word, so that
// "bruis" finds "bruising") or several words (found one after the other). Case
// and accents do not matter.
func Hits(text string, terms []string) []Span {
	wanted := make([][]string, 0, len(terms))
	for _, t := range terms {
		if w := Words(t); len(w) > 0 {
			wanted = append(wanted, w)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	f := FoldMap(text)
	words := wordSpans(f.Text)
	var out []Span
	for i := 0; i < len(words); {
		n := longestAt(words[i:], wanted)
		if n == 0 {
			i++
			continue
		}
		from, to := f.Span(words[i].from, words[i+n-1].to)
		out = append(out, Span{from, to})
		i += n
	}
	return out
}

// longestAt tells how many words the longest term takes that begins here.
func longestAt(words []wordSpan, wanted [][]string) int {
	best := 0
	for _, term := range wanted {
		if len(term) <= best || len(term) > len(words) {
			continue
		}
		match := true
		for k, w := range term {
			last := k == len(term)-1
			if (last && !strings.HasPrefix(words[k].word, w)) || (!last && words[k].word != w) {
				match = false
				break
			}
		}
		if match {
			best = len(term)
		}
	}
	return best
}

// FirstWords gives the first n words of a text on one line, with "…" when more
// follow. Words here are what stands between white space, as typed.
func FirstWords(text string, n int) string {
	rest, words := text, []string{}
	for len(words) < n {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			return strings.Join(words, " ")
		}
		end := strings.IndexFunc(rest, unicode.IsSpace)
		if end < 0 {
			end = len(rest)
		}
		words, rest = append(words, rest[:end]), rest[end:]
	}
	out := strings.Join(words, " ")
	if strings.TrimSpace(rest) != "" && n > 0 {
		return out + "…"
	}
	return out
}

// Snippet gives a piece of a text on one line around the first hit of any term,
// at most width characters, with "…" where something was left out. Without a hit
// it is the beginning. A hit is begun within the first third, so that what
// follows it can be read.
func Snippet(text string, terms []string, width int) string {
	if width <= 0 {
		return ""
	}
	line := strings.Join(strings.Fields(text), " ")
	runes := []rune(line)
	if len(runes) <= width {
		return line
	}
	if width < 4 { // no room for the signs that something was left out
		return string(runes[:width])
	}
	start := 0
	if hits := Hits(line, terms); len(hits) > 0 {
		start = max(0, utf8.RuneCountInString(line[:hits[0].From])-width/3)
	}
	start = min(start, len(runes)-width)
	if start > 0 {
		if k := slices.Index(runes[start:start+min(width/3, len(runes)-start)], ' '); k >= 0 {
			start += k + 1
		}
	}
	return cutRunes(runes[start:], width, start > 0)
}

// cutRunes makes a piece of at most width runes, parted at a space if there is
// one in its second half.
func cutRunes(runes []rune, width int, before bool) string {
	head := ""
	if before {
		head = "…"
		width--
	}
	if len(runes) <= width {
		return head + string(runes)
	}
	end := max(0, width-1)
	for k := end; k > end/2; k-- {
		if runes[k] == ' ' {
			end = k
			break
		}
	}
	return strings.TrimRight(head+string(runes[:end]), " ") + "…"
}
