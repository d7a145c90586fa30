package widget

import "caseroom/ui/kit"

// Tab is one of a strip of tabs or steps.
type Tab struct {
	Name string
	Done bool   // a step that is done: its number gives way to a sign
	Note string // a count, in a quiet voice after the name; the first thing to go
}

// DrawTabs draws a strip on rows 0 and 1 of the canvas: numbers and names, then the rule that carries a double line
// under the open tab. When it is tight, notes go first, then air, then the ends of the names that are not open, at last
// all but their numbers; the open name always stays. open counts from 0.
func DrawTabs(c *kit.Canvas, open int, tabs []Tab) {
	c.HRule(0, 1, c.W())
	gap, room, notes := tabShape(c.W(), open, tabs)
	x := 3
	for i, t := range tabs {
		end := drawTab(c, x, i, open, t, room, notes)
		if i == open {
			c.OpenRule(x, 1, end-x)
		}
		x = end + gap
	}
}

// tabShape finds the widest shape that fits in w cells.
func tabShape(w, open int, tabs []Tab) (gap, room int, notes bool) {
	for _, s := range []struct {
		gap, room int
		notes     bool
	}{{3, 99, true}, {3, 99, false}, {2, 99, false}, {2, 8, false}, {2, 6, false}, {2, 4, false}, {2, 3, false}, {1, 3, false}, {2, 0, false}} {
		x := 3
		for i, t := range tabs {
			x += tabWidth(i, open, t, s.room, s.notes) + s.gap
		}
		if x-s.gap <= w-1 {
			return s.gap, s.room, s.notes
		}
	}
	return 1, 0, false
}

func tabWidth(i, open int, t Tab, room int, notes bool) int {
	n := kit.Width(itoa(i + 1))
	name := kit.Width(t.Name)
	if i != open {
		name = min(name, room)
	}
	if name > 0 {
		n += 1 + name
	}
	if notes && t.Note != "" {
		n += 1 + kit.Width(t.Note)
	}
	return n
}

func drawTab(c *kit.Canvas, x, i, open int, t Tab, room int, notes bool) int {
	numberInk, nameInk := kit.Quiet.Ink(), kit.Muted.Ink()
	number, name := itoa(i+1), kit.Fit(t.Name, room, "")
	if i == open {
		numberInk, nameInk, name = kit.Accent.Bold(), kit.Strong.Bold(), t.Name
	} else if t.Done {
		number, numberInk = c.Signs().Done, kit.OK.Ink()
	}
	x = c.Put(x, 0, number, numberInk)
	if name != "" {
		x = c.Put(x+1, 0, name, nameInk)
	}
	if notes && t.Note != "" {
		x = c.Put(x+1, 0, t.Note, kit.Quiet.Ink())
	}
	return x
}
