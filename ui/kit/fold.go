package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"caseroom/model"
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

// foldRune takes a character apart and leaves its letters, small and plain; typographic quotes become typed ones.
func foldRune(r rune) string {
	switch r {
	case '‘', '’':
		return "'"
	case '“', '”':
		return "\""
	}
	if s := model.PlainLetter(r); s != "" {
		return s
	}
	if unicode.Is(unicode.M, r) {
		return ""
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		switch s := model.PlainLetter(d); {
		case s != "":
			b.WriteString(s)
		case !unicode.Is(unicode.M, d):
			b.WriteRune(unicode.ToLower(d))
		}
	}
	return b.String()
}
