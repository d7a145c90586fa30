package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is s as a search compares it: small letters without accents, so that "scib" finds "Ścibor" and "ube" finds
// "Übergabe". at gives, for each byte of the folded text, the byte of s that it came from; its last entry is len(s).
func Fold(s string) (folded string, at []int) {
	var b strings.Builder
	b.Grow(len(s))
	at = make([]int, 0, len(s)+1)
	add := func(text string, from int) {
		b.WriteString(text)
		for range len(text) {
			at = append(at, from)
		}
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
			at = append(at, i)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		add(foldRune(r), i)
		i += n
	}
	return b.String(), append(at, len(s))
}

// foldRune folds what decomposition alone does not: letters with a stroke, ligatures, and typographic quotes.
func foldRune(r rune) string {
	switch r {
	case 'ł', 'Ł':
		return "l"
	case 'ø', 'Ø':
		return "o"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'ħ', 'Ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'þ', 'Þ':
		return "th"
	case '‘', '’':
		return "'"
	case '“', '”':
		return "\""
	}
	if unicode.Is(unicode.M, r) {
		return ""
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.M, d) {
			b.WriteRune(unicode.ToLower(d))
		}
	}
	return b.String()
}
