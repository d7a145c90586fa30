package kit

import "fmt"

// The smallest window that pages are drawn in.
const (
	minWidth  = 60
	minHeight = 20
)

// Head is what the first row of every page says.
type Head struct {
	Crumbs  []string
	Marking string // the partnership's protective marking
	Mask    string // "names masked" or "REAL NAMES"
	Member  string
}

// Foot is what the last row of every page says.
type Foot struct {
	Hints []Hint
	State string // "saved 14:05"
	Tone  Token  // Quiet when not set; Danger for "NOT SAVED: disk full"
}

// Body is the part of a window of w×h cells that a screen draws on: all but two rows of header and two of footer.
func Body(w, h int) Rect { return Rect{0, 2, w, max(h-4, 0)} }

// TooSmall says that a window of w×h cells cannot hold a page; the App then draws SmallSentence and nothing else.
func TooSmall(w, h int) bool { return w < minWidth || h < minHeight }

// SmallSentence fills the canvas with the one sentence that a window below the smallest size shows.
func SmallSentence(c *Canvas) {
	c.Para(1, 0, max(c.W()-2, 1), fmt.Sprintf("Caseroom needs %d columns and %d rows; this window has %d and %d. Nothing is lost: make it larger.",
		minWidth, minHeight, c.W(), c.H()), Text.Ink())
}

// DrawHead draws the header on rows 0 and 1 of the frame: where, marking, who. When it is tight, the program's name
// goes first, then the member, then middle crumbs. The marking and the state of the mask never go; the marking slides
// to the right of the trail.
func DrawHead(c *Canvas, hd Head) {
	c.HRule(0, 1, c.W())
	marking := Width(hd.Marking)
	for _, s := range headShapes(hd) {
		start := (c.W() - marking) / 2
		if start < s.trail+3 {
			start = s.trail + 3
		}
		if start+marking+3 <= c.W()-1-s.whoWidth() || s.last {
			s.draw(c, hd, start)
			return
		}
	}
}

// headShape is one way to lay the header out, from the widest to the narrowest.
type headShape struct {
	name   bool     // the program's name leads
	member bool     // the member is told
	crumbs []string // the trail, perhaps with an ellipsis
	trail  int      // the column after the trail
	mask   string
	who    string
	last   bool // nothing more can go
}

func headShapes(hd Head) []headShape {
	var out []headShape
	add := func(name, member bool, crumbs []string) {
		s := headShape{name: name, member: member && hd.Member != "", crumbs: crumbs, mask: hd.Mask, who: hd.Member}
		s.trail = 1
		if name {
			s.trail += len("Caseroom") + 2
		}
		for i, crumb := range crumbs {
			if i > 0 {
				s.trail += 3
			}
			s.trail += Width(crumb)
		}
		out = append(out, s)
	}
	add(true, true, hd.Crumbs)
	add(false, true, hd.Crumbs)
	add(false, false, hd.Crumbs)
	for n := len(hd.Crumbs) - 2; n >= 1; n-- {
		short := append([]string{hd.Crumbs[0], "…"}, hd.Crumbs[len(hd.Crumbs)-n:]...)
		if len(short) <= len(hd.Crumbs) {
			add(false, false, short)
		}
	}
	if n := len(hd.Crumbs); n > 1 {
		add(false, false, []string{"…", hd.Crumbs[n-1]})
	}
	out[len(out)-1].last = true
	return out
}

func (s headShape) whoWidth() int {
	n := Width(s.mask)
	if s.member {
		n += 3 + Width(s.who)
	}
	return n
}

func (s headShape) draw(c *Canvas, hd Head, start int) {
	who := s.mask
	if s.member {
		if who != "" {
			who += "   "
		}
		who += s.who
	}
	right := c.W() - 1 - Width(who) // the column where who begins
	if s.last {                     // nothing more can go: the last crumb is cut
		start = min(start, max(right-3-Width(hd.Marking), 4))
	}
	trail := c.Sub(Rect{0, 0, max(start-3, 0), 1})
	if !s.last {
		trail = c
	}
	x := -1
	if s.name {
		x = trail.Put(1, 0, "Caseroom", Quiet.Ink())
	}
	for i, crumb := range s.crumbs {
		ink := Muted.Ink()
		if i == len(s.crumbs)-1 {
			ink = Strong.Bold()
		}
		if i == 0 {
			x += 2
		} else {
			x = trail.Put(x, 0, " "+c.Signs().Crumb+" ", Quiet.Ink())
		}
		room := Width(crumb)
		if s.last {
			room = trail.W() - x
		}
		x = trail.Fit(x, 0, room, crumb, ink)
	}
	c.Put(start, 0, hd.Marking, Quiet.Ink())
	c.Put(right, 0, who, Muted.Ink())
}

// DrawFoot draws the footer on the last two rows of the frame: keys, then the save state, which always stays. Pairs
// drop from the right; the last of them, which is the way to help, goes last.
func DrawFoot(c *Canvas, f Foot) {
	y := c.H() - 1
	c.HRule(0, y-1, c.W())
	tone := f.Tone
	if tone == NoToken {
		tone = Quiet
	}
	state := Fit(f.State, c.W()-2, c.Signs().Ellipsis)
	c.Keys(1, y, fitHints(f.Hints, c.W()-4-Width(state))...)
	ink := tone.Ink()
	ink.Bold = tone == Danger
	c.PutRight(c.W()-2, y, state, ink)
}

// fitHints are the hints that find room in w cells. The one for help is the last to go.
func fitHints(hints []Hint, w int) []Hint {
	wide := func(hs []Hint) (n int) {
		for _, h := range hs {
			n += Width(h.Key) + Width(h.Word) + 3
		}
		return n - 2
	}
	out := append([]Hint(nil), hints...)
	for len(out) > 0 && wide(out) > w {
		drop := len(out) - 1
		if out[drop].Word == "help" && drop > 0 {
			drop--
		}
		out = append(out[:drop], out[drop+1:]...)
	}
	return out
}
