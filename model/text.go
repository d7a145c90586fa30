package model

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold brings text to the form in which it is compared and searched: lower case,
// no accents, one kind of apostrophe, hyphen and space, ligatures taken apart,
// invisible format characters gone. "Zoë O’Brien-Łukasz" folds to
// "zoe o'brien-lukasz". Folding twice changes nothing.
func Fold(s string) string {
	if plainLower(s) {
		return s
	}
	if out, ok := foldPlain(s); ok {
		return out
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		foldRune(r, func(f string) { b.WriteString(f) }, func(f rune) { b.WriteRune(f) })
	}
	return b.String()
}

// plainLower tells whether folding would change nothing, which is common.
func plainLower(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c == '`' || c < ' ' || (c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

// foldPlain folds text that is ASCII throughout, as most is, in one short loop.
func foldPlain(s string) (string, bool) {
	out := []byte(s)
	for i, c := range out {
		if c >= utf8.RuneSelf {
			return "", false
		}
		out[i] = byte(foldASCII(rune(c)))
	}
	return string(out), true
}

// Folded is folded text that knows where each byte of it came from.
type Folded struct {
	Text string
	at   []int32 // where in the original the rune began that gave byte i; one more for the end; nil where nothing moved
}

// FoldMap folds s and keeps the way back to it. Invalid UTF-8 folds to U+FFFD, a
// byte each. s must be shorter than 2 GiB.
func FoldMap(s string) Folded {
	if plain, ok := foldPlain(s); ok {
		return Folded{Text: plain}
	}
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int32, 0, len(s)+1)
	for i, r := range s {
		n := b.Len()
		foldRune(r, func(f string) { b.WriteString(f) }, func(f rune) { b.WriteRune(f) })
		for ; n < b.Len(); n++ {
			at = append(at, int32(i))
		}
	}
	return Folded{Text: b.String(), at: append(at, int32(len(s)))}
}

// Span gives the bytes of the original, from and to (to not counted in), that the
// folded bytes from i to j stand for. Whole runes are covered, with the accents
// that follow them.
func (f Folded) Span(i, j int) (from, to int) {
	if f.at == nil {
		return i, max(i, j)
	}
	if j <= i {
		return int(f.at[i]), int(f.at[i])
	}
	for j < len(f.at)-1 && f.at[j] == f.at[j-1] {
		j++
	}
	return int(f.at[i]), int(f.at[j])
}

// foldRune gives what one rune folds to: a string, one rune, or nothing.
func foldRune(r rune, text func(string), one func(rune)) {
	if r < utf8.RuneSelf {
		one(foldASCII(r))
		return
	}
	if r >= 0xFF01 && r <= 0xFF5E { // full-width forms of ASCII
		one(foldASCII(r - 0xFEE0))
		return
	}
	if mark(r) {
		return
	}
	if s := cmp.Or(PlainLetter(r), plainSign(r)); s != "" {
		text(s)
		return
	}
	r = unicode.ToLower(r)
	if base := latinBase(r); base != 0 {
		r = base
	}
	one(r)
}

func foldASCII(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == '`':
		return '\''
	case r < ' ':
		return ' '
	}
	return r
}

// mark tells whether a rune is dropped: a combining accent, a format character
// (direction marks, soft hyphen, zero-width space) or a variation selector.
func mark(r rune) bool {
	switch {
	case r >= 0x300 && r <= 0x36F, r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF,
		r >= 0x20D0 && r <= 0x20FF, r >= 0xFE00 && r <= 0xFE0F, r >= 0xFE20 && r <= 0xFE2F:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// Base letters of the Latin blocks, a letter a code point; a dot where there is
// none (Latin-1 and Extended-A from U+00C0, Extended-B from U+0180, Extended
// Additional from U+1E00). They come from the Unicode decompositions.
const (
	baseLatin1 = "aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y" +
		"aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzzs"
	baseLatinB = "................................oo.............uu............................aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............................"
	baseExtra  = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy"
)

func latinBase(r rune) rune {
	base := byte('.')
	switch {
	case r >= 0xC0 && r < 0x180:
		base = baseLatin1[r-0xC0]
	case r >= 0x180 && r < 0x250:
		base = baseLatinB[r-0x180]
	case r >= 0x1E00 && r < 0x1E9A:
		base = baseExtra[r-0x1E00]
	case r >= 0x1EA0 && r < 0x1EFA: // Vietnamese letters, in runs
		base = vietnameseBase(r)
	}
	if base == '.' {
		return 0
	}
	return rune(base)
}

func vietnameseBase(r rune) byte {
	switch {
	case r < 0x1EB8:
		return 'a'
	case r < 0x1EC8:
		return 'e'
	case r < 0x1ECC:
		return 'i'
	case r < 0x1EE4:
		return 'o'
	case r < 0x1EF2:
		return 'u'
	}
	return 'y'
}

// PlainLetter gives the plain small letters of a letter that Unicode does not take
// apart, or not into letters that people type: "l" for Ł, "ae" for Æ, "th" for Þ.
// Anything else gives "". It is the one table of such letters: whatever compares
// text asks it, so that a name is found wherever it was written.
func PlainLetter(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ', 'ǽ', 'Ǽ', 'ǣ', 'Ǣ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ø', 'Ø', 'ǿ', 'Ǿ':
		return "o"
	case 'đ', 'Đ', 'ð', 'Ð', 'ɖ', 'Ɖ':
		return "d"
	case 'ł', 'Ł', 'ŀ', 'Ŀ':
		return "l"
	case 'þ', 'Þ':
		return "th"
	case 'ħ', 'Ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ŧ', 'Ŧ':
		return "t"
	case 'ŋ', 'Ŋ':
		return "n"
	case 'ĳ', 'Ĳ':
		return "ij"
	case 'ĸ':
		return "k"
	case 'ə', 'Ə', 'ǝ', 'Ǝ':
		return "e"
	case 'ς': // at the end of a word; its capital is that of σ
		return "σ"
	case 'ﬀ', 'ﬁ', 'ﬂ', 'ﬃ', 'ﬄ', 'ﬅ', 'ﬆ':
		return [...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-'ﬀ']
	}
	return ""
}

// plainSign gives the plain twin of a sign, as it is on every keyboard.
func plainSign(r rune) string {
	switch r {
	case '‘', '’', 'ʼ', '′', '´', '‛':
		return "'"
	case '“', '”', '„', '″':
		return `"`
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return "-"
	case '…':
		return "..."
	case 'ŉ': // an apostrophe and a letter in one
		return "'n"
	}
	if unicode.IsSpace(r) {
		return " "
	}
	return ""
}
