package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// nextStop is the byte after the character at i.
func nextStop(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	used, _, _ := kit.NextCell(s[i:])
	return i + used
}

// prevStop is the byte where the character before i begins. It looks back only as far as it must: an ASCII byte after
// another one always begins a character.
func prevStop(s string, i int) int {
	if i <= 0 {
		return 0
	}
	k := i - 1
	for k > 0 && (s[k] >= utf8.RuneSelf || s[k-1] >= utf8.RuneSelf) {
		k--
	}
	last := k
	for k < i {
		last = k
		k = nextStop(s, k)
	}
	return last
}

// snap moves i back to the beginning of the character that it is in.
func snap(s string, i int) int {
	i = min(max(i, 0), len(s))
	if i == 0 || i == len(s) {
		return i
	}
	return prevStop(s, nextStop(s, prevStop(s, i)))
}

// wordLeft and wordRight are the places to which ctrl and an arrow go: over blanks, then over a word.
func wordLeft(s string, i int) int {
	i = len(strings.TrimRightFunc(s[:i], notWord))
	return len(strings.TrimRightFunc(s[:i], isWord))
}

func wordRight(s string, i int) int {
	rest := strings.TrimLeftFunc(s[i:], notWord)
	return len(s) - len(strings.TrimLeftFunc(rest, isWord))
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '\'' || r == '’'
}
func notWord(r rune) bool { return !isWord(r) }

// typedText is the text that a key types: a character, a blank, or a whole paste. Terminals send the line ends of a
// paste as CR; they come out as "\n".
func typedText(k tea.KeyMsg) string {
	if k.Alt || k.Type != tea.KeyRunes && k.Type != tea.KeySpace {
		return ""
	}
	if k.Type == tea.KeySpace && len(k.Runes) == 0 {
		return " "
	}
	s := string(k.Runes)
	if k.Paste {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}
