package capture

import (
	"fmt"
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
)

const (
	mostWords = 8   // rows of the words, however much is typed
	beside    = 100 // from this width on, the echo stands beside the tokens
	tokenRoom = 38  // cells of the tokens there
)

// Height is how many of the body's h rows the bar wants at width w.
func (b *Bar) Height(w, h int) int {
	fixed := 6 // the open rule, the title, the tokens, two rows of air, the debts
	if w < beside {
		fixed++
	}
	if b.asking {
		fixed++
	}
	if b.wrong != "" {
		fixed += len(kit.WrapText(b.wrong, max(w-5, 1)))
	}
	if b.air = h >= 30; b.air {
		fixed++
	}
	return min(fixed+b.rows(w, h-fixed), h)
}

// rows is how many rows the words take: as many as were typed, from two up.
func (b *Bar) rows(w, room int) int {
	most := max(min(mostWords, room-6), 2)
	text, n := b.words.Text(), 0
	if len(text) > most*4*w {
		return most
	}
	for _, line := range strings.Split(text, "\n") {
		n += len(kit.Wrap(line, wordsWidth(w)-1))
	}
	return min(max(n, 2), most)
}

func wordsWidth(w int) int { return max(min(w-5, 96), 2) }

// Draw draws the bar on the whole canvas.
func (b *Bar) Draw(c *kit.Canvas) {
	w := c.W()
	c.Clear(c.Rect(), kit.Raised)
	c.OpenRule(0, 0, w)
	b.drawTitle(c, 1)
	y := b.drawTokens(c, 2)
	if b.asking {
		b.drawIdentity(c, y)
		y++
	}
	foot := c.H() - 1
	if b.air {
		foot--
	}
	if b.wrong != "" {
		lines := kit.WrapText(b.wrong, max(w-5, 1))
		foot -= len(lines)
		for i, l := range lines {
			c.Fit(3, foot+1+i, w-5, l, kit.Danger.Ink())
		}
		c.Put(1, foot+1, c.Signs().Overdue, kit.Danger.Bold())
	}
	y++
	words := c.Sub(kit.Rect{X: 3, Y: y, W: wordsWidth(w), H: max(foot-1-y, 1)})
	b.words.Draw(words, b.at == inWords)
	if b.at == inWords {
		c.Put(1, y+max(b.words.CaretRow(), 0), c.Signs().Cursor, kit.Accent.Bold())
	}
	b.drawDebts(c, foot)
}

func (b *Bar) drawTitle(c *kit.Canvas, y int) {
	into, ink := "which case? @", kit.Warn.Ink()
	if b.noCase == "" {
		into, ink = "into "+b.into.Ref, kit.Quiet.Ink()
	} else if b.read.Case != "" && b.known {
		into = "no case @" + b.read.Case
	} else if b.o.CaseRef != "" {
		into, ink = "into "+b.o.CaseRef, kit.Quiet.Ink()
	}
	right := c.PutRight(c.W()-2, y, kit.Fit(into, max(c.W()/2, 1), c.Signs().Ellipsis), ink)
	x := c.Put(3, y, "Capture", kit.Strong.Bold())
	c.Fit(x+2, y, right-x-4, b.kindWords()+", stamped "+b.stampWords(), kit.Quiet.Ink())
}

// kindWords says what is being taken down.
func (b *Bar) kindWords() string {
	switch b.read.Channel {
	case model.Telephone:
		return "a phone call"
	case model.Verbal:
		return "a conversation"
	case model.Email:
		return "an email"
	case model.Paper:
		return "a letter or paper"
	case "":
		return "information"
	}
	return "by " + b.lex.label(b.read.Channel)
}

func (b *Bar) stampWords() string {
	s := b.begun.Format("15:04")
	if on := model.DayOf(b.begun); on != b.today {
		return s + " on " + on.Short()
	}
	return s + " today"
}

// drawTokens draws the first line and what was understood of it, and returns the row after both.
func (b *Bar) drawTokens(c *kit.Canvas, y int) int {
	focused := b.at == inTokens
	room := c.W() - 4
	if c.W() >= beside {
		room = tokenRoom
	}
	b.tokens.Draw(c.Sub(kit.Rect{X: 2, Y: y, W: room, H: 1}), focused)
	if focused {
		c.Put(1, y, c.Signs().Cursor, kit.Accent.Bold())
	}
	if c.W() >= beside {
		b.drawEcho(c.Sub(kit.Rect{X: 2 + room + 2, Y: y, W: c.W() - room - 6, H: 1}))
		return y + 1
	}
	b.drawEcho(c.Sub(kit.Rect{X: 3, Y: y + 1, W: c.W() - 5, H: 1}))
	return y + 2
}

// drawEcho says what was understood; what was not comes first, since it is to be mended.
func (b *Bar) drawEcho(c *kit.Canvas) {
	if n := len(b.read.Problems); n > 0 {
		p := b.read.Problems[0]
		c.Fit(0, 0, c.W(), p.Typed+": "+p.Why, kit.Warn.Ink())
		return
	}
	c.Fit(0, 0, c.W(), strings.Join(b.read.echo(b.lex), " "+c.Signs().Gap+" "), kit.Text.Ink())
}

func (b *Bar) drawIdentity(c *kit.Canvas, y int) {
	label, ink := "How the caller was checked", kit.Muted.Ink()
	if b.at == inIdentity {
		ink = kit.Accent.Bold()
		c.Put(1, y, c.Signs().Cursor, kit.Accent.Bold())
	}
	x := c.Fit(3, y, max(c.W()/2-4, 1), label, ink)
	b.identity.Draw(c.Sub(kit.Rect{X: x + 1, Y: y, W: c.W() - x - 3, H: 1}), b.at == inIdentity)
}

// drawDebts shows what a complete item has and this one lacks. Nothing of it is needed now.
func (b *Bar) drawDebts(c *kit.Canvas, y int) {
	i := b.information()
	owing := len(i.Owing())
	words := "complete"
	if owing > 0 {
		words = fmt.Sprintf("%d to complete later; none needed now", owing)
	}
	if c.W() < beside && owing > 0 {
		words = fmt.Sprintf("%d later", owing)
	}
	right := c.PutRight(c.W()-2, y, words, kit.Quiet.Ink())
	gap := 3
	if c.W() < 90 {
		gap = 2
	}
	x := 3
	for _, d := range i.Debts() {
		sign := c.Signs().Missing
		if d.Paid {
			sign = c.Signs().Complete
		}
		if x+2+kit.Width(d.Name) >= right-1 {
			break
		}
		x = c.Put(x, y, sign, kit.Muted.Ink())
		x = c.Put(x+1, y, d.Name, kit.Muted.Ink()) + gap
	}
}
