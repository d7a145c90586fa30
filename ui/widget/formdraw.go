package widget

import (
	"strings"

	"caseroom/ui/kit"
)

// The most options of a focused choice that stand under its line.
const choiceRows = 6

// formShape is how the fields lie on a canvas.
type formShape struct {
	w     int
	label int  // cells from column 3 to the fields
	above bool // no room beside the fields: labels stand above them
}

func (f *Form) shape(w int) formShape {
	label := 10
	for i, d := range f.fields {
		if !f.hidden(i) {
			label = max(label, kit.Width(d.Label))
		}
	}
	label = min(label, 24) + 2
	if w-label-5 < 30 {
		return formShape{w, 0, true}
	}
	return formShape{w, label, false}
}

func (s formShape) x() int {
	if s.above {
		return 3
	}
	return 3 + s.label
}

// room is the width of a field's box.
func (s formShape) room(k FieldKind) int {
	most := 60
	if k == FieldLong {
		most = kit.Measure + 2
	}
	return max(min(s.w-1-s.x(), most), 1)
}

// part is one field as it is drawn: rows from the top of the form.
type part struct {
	field       int
	y, head     int // the first row, and how many rows the heading and the label above take
	box         int // rows of the box
	notes       []note
	end         int
	sectionHead bool
}

type note struct {
	text string
	ink  kit.Ink
}

// layout places every field that is not hidden.
func (f *Form) layout(s formShape) []part {
	var out []part
	y := 0
	for i, d := range f.fields {
		if f.hidden(i) {
			continue
		}
		p := part{field: i, y: y, sectionHead: d.Section != ""}
		if d.Section != "" {
			p.head = 1
			if len(out) > 0 {
				p.head = 2
			}
		}
		if s.above {
			p.head++
		}
		p.box = f.boxRows(i)
		p.notes = f.notes(i, s.room(d.Kind))
		y += p.head + p.box + len(p.notes)
		p.end = y
		out = append(out, p)
	}
	return out
}

func (f *Form) boxRows(i int) int {
	d := f.fields[i]
	switch {
	case d.Kind == FieldLong && d.Rows > 0:
		return d.Rows
	case d.Kind == FieldLong:
		return 4
	case i == f.focus && f.pick != nil:
		return 1 + min(max(f.pick.Len(), 1), choiceRows)
	}
	return 1
}

// notes are the lines under a field: what is wrong, how it was understood, what stands there now, and help.
func (f *Form) notes(i, w int) []note {
	d := f.fields[i]
	var out []note
	add := func(s string, ink kit.Ink) {
		for _, l := range kit.WrapText(s, max(w-1, 1)) {
			out = append(out, note{l, ink})
		}
	}
	wrong := f.errs[d.Name]
	if wrong != "" {
		add(wrong, kit.Danger.Ink())
	}
	if d.Echo != nil && strings.TrimSpace(f.values[d.Name]) != "" {
		if words, ok := d.Echo(f.values[d.Name]); ok || wrong == "" && words != "" {
			add("= "+words, kit.Muted.Ink())
		}
	}
	if a := f.asides[d.Name]; a != "" {
		add(a, kit.Warn.Ink())
	}
	if i == f.focus && wrong == "" && d.Help != "" {
		add(d.Help, kit.Quiet.Ink())
	}
	return out
}

// Draw draws the fields that fit, with the focused one wholly among them when it is not taller than the canvas.
func (f *Form) Draw(c *kit.Canvas) {
	s := f.shape(c.W())
	parts := f.layout(s)
	total := 0
	for _, p := range parts {
		total = p.end
		if p.field != f.focus {
			continue
		}
		if p.end-f.top > c.H() {
			f.top = p.end - c.H()
		}
		if p.y < f.top {
			f.top = p.y
		}
	}
	f.top = max(min(f.top, total-c.H()), 0)
	page := c.Sub(kit.Rect{Y: -f.top, W: c.W(), H: total})
	for _, p := range parts {
		if p.end > f.top && p.y < f.top+c.H() {
			f.drawPart(page, s, p)
		}
	}
}

func (f *Form) drawPart(c *kit.Canvas, s formShape, p part) {
	d := f.fields[p.field]
	y := p.y + p.head
	if p.sectionHead {
		at := p.y
		if p.y > 0 {
			at++
		}
		c.Heading(3, at, d.Section, "")
	}
	focused := p.field == f.focus
	ink := kit.Muted.Ink()
	if focused {
		ink = kit.Accent.Bold()
		c.Put(1, y, c.Signs().Cursor, kit.Accent.Bold())
	}
	label := d.Label
	if f.asking {
		label = itoa(p.field+1) + " " + label
	}
	labelY, room := y, s.label-1
	if s.above {
		labelY, room = y-1, c.W()-5
	}
	c.Fit(3, labelY, room, label, ink)
	f.drawBox(c.Sub(kit.Rect{X: s.x(), Y: y, W: s.room(d.Kind), H: p.box}), p.field, focused)
	if f.errs[d.Name] != "" {
		c.Put(s.x()-1, y+p.box, c.Signs().Overdue, kit.Danger.Bold())
	}
	for i, n := range p.notes {
		c.Fit(s.x()+1, y+p.box+i, s.w-s.x()-2, n.text, n.ink)
	}
}

func (f *Form) drawBox(c *kit.Canvas, i int, focused bool) {
	d := f.fields[i]
	switch {
	case d.Kind == FieldLong:
		f.eds[d.Name].Placeholder = d.needed()
		f.eds[d.Name].Draw(c.Sub(kit.Rect{X: 1, W: c.W() - 2, H: c.H()}), focused)
		c.Field(c.Rect())
	case d.Kind == FieldText || d.Kind == FieldSecret:
		f.ins[d.Name].Placeholder = d.needed()
		f.ins[d.Name].Draw(c, focused)
	case focused && f.pick != nil:
		f.pick.input.Placeholder = word(f.chosenText(d), d.needed())
		f.pick.input.Draw(c.Sub(kit.Rect{W: c.W(), H: 1}), true)
		f.pick.list.Empty = "Nothing here matches."
		f.pick.list.Draw(c.Sub(kit.Rect{Y: 1, W: c.W(), H: c.H() - 1}))
	default:
		if text := f.chosenText(d); text != "" {
			c.Fit(1, 0, c.W()-2, text, kit.Strong.Ink())
		} else {
			c.Fit(1, 0, c.W()-2, d.needed(), kit.Quiet.Ink())
		}
		c.Field(kit.Rect{W: c.W(), H: 1})
	}
}

// needed is what an empty field says.
func (d Field) needed() string {
	switch {
	case !d.Required:
		return ""
	case d.Kind == FieldChoice || d.Kind == FieldMany:
		return "needed: type, or move and press Enter"
	}
	return "needed"
}

// chosenText is what is chosen, in words.
func (f *Form) chosenText(d Field) string {
	var out []string
	for _, id := range f.values.List(d.Name) {
		text := id
		for _, o := range d.Options {
			if o.ID == id {
				text = o.Text
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}
