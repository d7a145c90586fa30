package ui

import (
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
	y := drawRaised(c, *n.sticky)
	c.Keys(3, y, kit.Hint{Key: "Esc", Word: "I have read it"})
}

// drawRaised draws a sentence of several rows on the raised ground and returns the row after it.
func drawRaised(c *kit.Canvas, n kit.Notice) int {
	c.Clear(c.Rect(), kit.Raised)
	if n.Tone == kit.Danger {
		c.Put(1, 0, c.Signs().Overdue, kit.Danger.Bold())
	}
	return c.ParaMax(3, 0, c.W()-5, stickyRows, n.Text, voice(n).Ink())
}

// voice is the tone of a sentence: plain words unless it says otherwise.
func voice(n kit.Notice) kit.Token {
	if n.Tone == kit.NoToken || n.Tone == kit.Quiet {
		return kit.Text
	}
	return n.Tone
}

// undoRoom is what "u undo" takes after a sentence.
const undoRoom = 9

// fits says that the sentence of now finds room in the footer beside the state of saving.
func (n notices) fits(room int) bool {
	if n.now.Undo {
		room -= undoRoom
	}
	return kit.Width(n.now.Text) <= room
}

// drawNow draws the sentence in the place of the keys when it fits there; a longer one covers the lowest rows of the page
// until the next key. It returns false when there is nothing to say in the footer.
func (n notices) drawNow(c *kit.Canvas, body kit.Rect, room int) bool {
	if n.now == nil {
		return false
	}
	if !n.fits(room) {
		h := min(len(kit.WrapText(n.now.Text, max(c.W()-5, 1))), stickyRows)
		drawRaised(c.Sub(body.Foot(h)), *n.now)
		return false
	}
	ink := voice(*n.now).Ink()
	ink.Bold = n.now.Tone == kit.Danger
	x := c.Put(1, c.H()-1, n.now.Text, ink)
	if n.now.Undo {
		c.Keys(x+3, c.H()-1, kit.Hint{Key: "u", Word: "undo"})
	}
	return true
}
