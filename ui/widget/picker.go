package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"caseroom/ui/kit"
)

// Picker narrows a list of options as one types: fuzzy, without regard to capitals and accents. One is chosen, or
// several when Many is set.
type Picker struct {
	Title string
	Many  bool
	Empty string // the sentence shown when nothing matches

	input   Input
	options []kit.Option
	folded  []string
	places  [][]int // byte of the option's text for each byte of its folded form
	shown   []match
	list    List
	chosen  map[string]bool
	query   string
}

// match is an option that the typed letters fit, and the bytes of its text that they fit.
type match struct {
	option int
	bytes  map[int]bool
}

// PickerEvent is what a picker tells its page.
type PickerEvent struct {
	Handled bool
	Changed bool     // the choice of several is another
	Done    bool     // Enter: the choice is made
	IDs     []string // when Done: the chosen ids, in the order of the options
}

// SetOptions exchanges the options; chosen are the ids that are chosen already. The typed words stay.
func (p *Picker) SetOptions(options []kit.Option, chosen ...string) {
	p.options = options
	p.folded, p.places = make([]string, len(options)), make([][]int, len(options))
	for i, o := range options {
		p.folded[i], p.places[i] = kit.Fold(o.Text)
	}
	p.chosen = map[string]bool{}
	for _, id := range chosen {
		p.chosen[id] = true
	}
	p.shown, p.query = nil, ""
	p.narrow(true)
	if len(chosen) > 0 {
		p.list.Seek(chosen[0])
	}
}

// SetQuery types words into the picker.
func (p *Picker) SetQuery(s string) {
	p.input.Set(s)
	p.narrow(false)
}

// Query is what was typed.
func (p *Picker) Query() string { return p.input.Value() }

// Len is the number of options that fit what was typed.
func (p *Picker) Len() int { return len(p.shown) }

// Cursor is the option under the cursor.
func (p *Picker) Cursor() (kit.Option, bool) {
	i, _ := p.list.Cursor()
	if i < 0 {
		return kit.Option{}, false
	}
	return p.options[p.shown[i].option], true
}

// Chosen are the chosen ids, in the order of the options.
func (p *Picker) Chosen() []string {
	var out []string
	for _, o := range p.options {
		if p.chosen[o.ID] {
			out = append(out, o.ID)
		}
	}
	return out
}

// Update types a key into the picker. The space bar chooses when several may be chosen.
func (p *Picker) Update(k tea.KeyMsg) PickerEvent {
	if p.Many && k.Type == tea.KeySpace || p.Many && k.Type == tea.KeyRunes && string(k.Runes) == " " {
		return p.toggle()
	}
	switch k.Type {
	case tea.KeyUp:
		return p.doMove(kit.Up)
	case tea.KeyDown:
		return p.doMove(kit.Down)
	case tea.KeyPgUp:
		return p.doMove(kit.PageUp)
	case tea.KeyPgDown:
		return p.doMove(kit.PageDown)
	}
	e := p.input.Update(k)
	if e.Changed {
		p.narrow(false)
	}
	return PickerEvent{Handled: e.Handled}
}

func (p *Picker) doMove(a kit.Action) PickerEvent {
	p.list.Do(a)
	return PickerEvent{Handled: true}
}

// Do performs a movement or, with Open, makes the choice. It returns false for every other action.
func (p *Picker) Do(a kit.Action) (PickerEvent, bool) {
	switch a {
	case kit.Mark:
		return p.toggle(), true
	case kit.Open:
		return p.done(), true
	case kit.Up, kit.Down, kit.PageUp, kit.PageDown, kit.Top, kit.Bottom:
		return p.doMove(a), true
	}
	return PickerEvent{}, false
}

func (p *Picker) toggle() PickerEvent {
	o, ok := p.Cursor()
	if !ok {
		return PickerEvent{Handled: true}
	}
	if !p.Many {
		clear(p.chosen)
	}
	p.chosen[o.ID] = !p.chosen[o.ID]
	return PickerEvent{Handled: true, Changed: true}
}

// done ends the choice. With several, what is marked counts, and the cursor's option when nothing is.
func (p *Picker) done() PickerEvent {
	o, ok := p.Cursor()
	ids := p.Chosen()
	if !p.Many || len(ids) == 0 {
		if !ok {
			return PickerEvent{Handled: true}
		}
		ids = []string{o.ID}
	}
	return PickerEvent{Handled: true, Done: true, IDs: ids}
}

// narrow finds the options that fit. Letters added to what was typed are looked for among the last matches only.
func (p *Picker) narrow(all bool) {
	query, _ := kit.Fold(strings.TrimSpace(p.input.Value()))
	from := p.shown
	if all || query == "" || !strings.HasPrefix(query, p.query) || p.query == "" {
		from = make([]match, len(p.options))
		for i := range from {
			from[i].option = i
		}
	}
	p.query = query
	p.shown = from
	if query != "" {
		p.shown = p.fit(query, from)
	}
	p.list.SetRows(pickerRows{p}, nil)
	if query != "" {
		p.list.place(0) // the best match, whatever was under the cursor
	}
}

// candidates lets the matcher read folded options without a copy.
type candidates struct {
	p    *Picker
	from []match
}

func (c candidates) String(i int) string { return c.p.folded[c.from[i].option] }
func (c candidates) Len() int            { return len(c.from) }

func (p *Picker) fit(query string, from []match) []match {
	found := fuzzy.FindFrom(strings.ReplaceAll(query, " ", ""), candidates{p, from})
	out := make([]match, len(found))
	for i, f := range found {
		o := from[f.Index].option
		out[i] = match{o, map[int]bool{}}
		for _, at := range f.MatchedIndexes {
			out[i].bytes[p.places[o][at]] = true
		}
	}
	return out
}

// pickerRows shows the matches of a picker.
type pickerRows struct{ p *Picker }

func (r pickerRows) Len() int        { return len(r.p.shown) }
func (r pickerRows) ID(i int) string { return r.p.options[r.p.shown[i].option].ID }

func (r pickerRows) DrawRow(c *kit.Canvas, i int) {
	m := r.p.shown[i]
	o := r.p.options[m.option]
	x := 3
	if r.p.Many {
		sign := c.Signs().Missing
		if r.p.chosen[o.ID] {
			sign = c.Signs().Complete
		}
		c.Put(3, 0, sign, kit.Accent.Ink())
		x = 5
	} else if r.p.chosen[o.ID] {
		c.Put(3, 0, c.Signs().Complete, kit.Accent.Ink())
		x = 5
	}
	note := kit.Fit(o.Note, max(c.W()/2-4, 0), c.Signs().Ellipsis)
	room := c.W() - 2 - x
	if note != "" {
		room -= kit.Width(note) + 2
		c.PutRight(c.W()-2, 0, note, kit.Quiet.Ink())
	}
	drawMatched(c.Sub(kit.Rect{X: x, W: max(room, 0), H: 1}), o.Text, m.bytes)
}

// drawMatched draws a text with the matched letters underlined.
func drawMatched(c *kit.Canvas, text string, bytes map[int]bool) {
	end := len(text)
	if kit.Width(text) > c.W() {
		c.Fit(0, 0, c.W(), text, kit.Text.Ink())
		end = 0
		for x := 0; end < len(text); {
			used, _, w := kit.NextCell(text[end:])
			if x += w; x >= c.W() {
				break
			}
			end += used
		}
	}
	for i, x := 0, 0; i < end; {
		used, _, w := kit.NextCell(text[i:])
		ink := kit.Text.Ink()
		if bytes[i] {
			ink.Under = true
		}
		c.Put(x, 0, text[i:i+used], ink)
		i, x = i+used, x+w
	}
}

// Draw draws the title, the typed words and the options that fit.
func (p *Picker) Draw(c *kit.Canvas) {
	c.Clear(c.Rect(), kit.Raised)
	c.OpenRule(0, 0, c.W())
	c.Fit(3, 1, c.W()-5, p.Title, kit.Strong.Bold())
	count := countOf(len(p.shown), len(p.options))
	if w := kit.Width(count); kit.Width(p.Title)+w+8 <= c.W() {
		c.PutRight(c.W()-2, 1, count, kit.Quiet.Ink())
	}
	c.Put(1, 2, c.Signs().Cursor, kit.Accent.Bold())
	p.input.Placeholder = "type to narrow"
	p.input.Draw(c.Sub(kit.Rect{X: 2, Y: 2, W: c.W() - 4, H: 1}), true)
	p.list.Empty = p.Empty
	if p.Empty == "" {
		p.list.Empty = "Nothing here matches. Take letters away with Backspace."
	}
	p.list.Draw(c.Sub(kit.Rect{Y: 3, W: c.W(), H: c.H() - 3}))
}

// PickerHeight is how many rows a picker of n options wants.
func PickerHeight(n int) int { return 3 + min(max(n, 1), 12) }

func countOf(n, of int) string {
	if n == of {
		return itoa(n)
	}
	return itoa(n) + " of " + itoa(of)
}
