package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// notices are the sentences of the foot.
type notices struct {
	now    *kit.Notice // until the next key
	sticky *kit.Notice // until Esc, or the next that is sticky
	log    []string    // the latest last
}

const (
	keepSaid   = 50
	stickyRows = 4 // the most rows that a sticky sentence takes
)

// notice shows a sentence.
func (a *App) notice(n kit.Notice) tea.Cmd {
	if n.Sticky {
		a.said.now, a.said.sticky = nil, &n
	} else {
		a.said.now = &n
	}
	a.said.log = append(a.said.log, n.Text)
	if extra := len(a.said.log) - keepSaid; extra > 0 {
		a.said.log = a.said.log[extra:]
	}
	return nil
}

// recent lists what was said lately, the latest first.
func (a *App) recent() tea.Cmd {
	if len(a.said.log) == 0 {
		return a.notice(kit.Notice{Text: "Nothing was said yet."})
	}
	ch := kit.Choice{Title: "What was said lately"}
	for i := len(a.said.log) - 1; i >= 0; i-- {
		ch.Options = append(ch.Options, kit.Option{ID: string(rune('a' + i)), Text: a.said.log[i]})
	}
	a.open(newChoice(ch))
	return nil
}

// rows are how many rows above the footer the sticky sentence takes.
func (n notices) rows(w int) int {
	if n.sticky == nil {
		return 0
	}
	return 1 + min(len(kit.WrapText(n.sticky.Text, max(w-5, 1))), stickyRows)
}

// drawSticky draws the sentence that stays, on rows of its own between page and footer.
func (n notices) drawSticky(c *kit.Canvas) {
	if n.sticky == nil {
		return
	}
	c.Clear(c.Rect(), kit.Raised)
	tone := n.sticky.Tone
	if tone == kit.NoToken {
		tone = kit.Text
	}
	if tone == kit.Danger {
		c.Put(1, 0, c.Signs().Overdue, kit.Danger.Bold())
	}
	y := c.ParaMax(3, 0, c.W()-5, stickyRows, n.sticky.Text, tone.Ink())
	c.Keys(3, y, kit.Hint{Key: "Esc", Word: "I have read it"})
}

// drawNow draws the sentence that stands in the place of the keys, as far as column last.
func (n notices) drawNow(c *kit.Canvas, last int) {
	tone := n.now.Tone
	if tone == kit.NoToken || tone == kit.Quiet {
		tone = kit.Text
	}
	ink := tone.Ink()
	ink.Bold = tone == kit.Danger
	room := last
	undo := kit.Hint{Key: "u", Word: "undo"}
	if n.now.Undo {
		room -= 9
	}
	x := c.Fit(1, c.H()-1, room, n.now.Text, ink)
	if n.now.Undo {
		c.Keys(x+3, c.H()-1, undo)
	}
}

// sentence makes an error or the words of a change a sentence: a capital first, a full stop last, and what to do after
// its own full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}
