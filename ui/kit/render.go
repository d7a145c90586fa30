package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Render is the whole frame as text: Size's height in lines, parted by "\n", each exactly Size's width in cells. Cells
// of equal ink that stand side by side share one colour sequence, and every line ends in a reset. Called on a part, it
// renders that part alone.
func (c *Canvas) Render() string {
	var b strings.Builder
	b.Grow(c.at.W*c.at.H*2 + c.at.H*64)
	for y := 0; y < c.at.H; y++ {
		if y > 0 {
			b.WriteByte('\n')
		}
		c.renderRow(&b, y)
	}
	return b.String()
}

func (c *Canvas) renderRow(b *strings.Builder, y int) {
	row := c.row(y)
	var now Ink
	before := ""
	for x := 0; x < len(row); x++ {
		cl := row[x]
		text := cl.text
		switch {
		case cl.width == 0 && x > 0:
			continue // the right half of the character before it
		case cl.width == 0, cl.width == 2 && x+1 == len(row):
			text = " " // half a character at the edge of a part
		}
		if x == 0 || cl.ink != now || merges(before, text) {
			b.WriteString(c.g.theme.prefix(cl.ink)) // a sequence also parts what would merge
			now = cl.ink
		}
		b.WriteString(text)
		before = text
	}
	if len(row) > 0 {
		b.WriteString(c.g.theme.reset)
	}
}

// row is the cells of a row, padded with blanks where the part sticks out of the frame.
func (c *Canvas) row(y int) []cell {
	gy := c.at.Y + y
	if gy >= 0 && gy < c.g.h && c.at.X >= 0 && c.at.X+c.at.W <= c.g.w {
		return c.g.cells[gy*c.g.w+c.at.X : gy*c.g.w+c.at.X+c.at.W]
	}
	out := make([]cell, c.at.W)
	for i := range out {
		out[i] = cell{" ", Ink{FG: Text, BG: Paper}, 1}
		if gx := c.at.X + i; gx >= 0 && gx < c.g.w && gy >= 0 && gy < c.g.h {
			out[i] = c.g.cells[gy*c.g.w+gx]
		}
	}
	return out
}

// Plain is the frame as text without any sequence: what a test reads, and what mono shows.
func (c *Canvas) Plain() string { return ansi.Strip(c.Render()) }

// merges says that cells a and b, standing side by side, would be taken for one character: a consonant with the sign
// that joins it to the next one, in the scripts of India, or the half-width voicing marks of Japan. Terminals differ on the width of such a pair; parted by a
// sequence, it takes as many cells on all of them as it has here.
func merges(a, b string) bool {
	if a == "" || len(b) < 2 || standsAlone(b) {
		return false
	}
	cluster, _ := ansi.FirstGraphemeCluster(a+b, ansi.GraphemeWidth)
	return len(cluster) != len(a)
}

// standsAlone is a quick test for the characters that screens draw by the hundred: Latin letters, dashes, quotes,
// arrows, boxes, blocks and shapes never join what stands before them.
func standsAlone(s string) bool {
	b0, b1 := s[0], s[1]
	return b0 < 0xcc || b0 == 0xe2 && b1 >= 0x80 && b1 <= 0xaf && !(b1 == 0x83) || b0 >= 0xe4 && b0 <= 0xe9
}
