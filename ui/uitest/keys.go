package uitest

import tea "github.com/charmbracelet/bubbletea"

// Keys are what the terminal sends: for a name such as "down" or "ctrl+s" that key, for anything else its characters
// one by one.
func Keys(words ...string) []tea.KeyMsg {
	var out []tea.KeyMsg
	for _, word := range words {
		if t, ok := named(word); ok {
			out = append(out, tea.KeyMsg{Type: t})
			continue
		}
		for _, r := range word {
			k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
			if r == ' ' {
				k.Type = tea.KeySpace
			}
			out = append(out, k)
		}
	}
	return out
}

// named finds a key by the name that Bubble Tea and the key file have for it. A blank is a character.
func named(word string) (tea.KeyType, bool) {
	if word == "space" {
		return tea.KeySpace, true
	}
	for t := tea.KeyF20; t <= tea.KeyCtrlQuestionMark; t++ {
		if t != tea.KeyRunes && t != tea.KeySpace && word != "" && t.String() == word {
			return t, true
		}
	}
	return 0, false
}

// Paste is a text that comes in one piece, from the clipboard.
func Paste(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}
