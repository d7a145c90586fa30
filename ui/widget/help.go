package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// HelpPage shows every key of a page and narrows as one types; "@x" finds what the key x does.
type HelpPage struct {
	input Input
	rows  []kit.HelpRow
	shown []kit.HelpRow
	list  List
}

// HelpEvent is what the help page tells: with Run, the action that was asked for.
type HelpEvent struct {
	Handled bool
	Run     kit.Action
}

// NewHelp makes the help of a page: rows as kit.Keymap.HelpRows gives them.
func NewHelp(rows []kit.HelpRow) *HelpPage {
	h := &HelpPage{rows: rows}
	h.list.Empty = "No key of this page has these words. Esc closes help; the manual has more."
	h.narrow()
	return h
}

// Update types a key.
func (h *HelpPage) Update(k tea.KeyMsg) HelpEvent {
	switch k.Type {
	case tea.KeyUp:
		h.list.Do(kit.Up)
		return HelpEvent{Handled: true}
	case tea.KeyDown:
		h.list.Do(kit.Down)
		return HelpEvent{Handled: true}
	}
	e := h.input.Update(k)
	if e.Changed {
		h.narrow()
	}
	return HelpEvent{Handled: e.Handled}
}

// Do performs a movement, or with Open asks for the action under the cursor.
func (h *HelpPage) Do(a kit.Action) (HelpEvent, bool) {
	if a == kit.Open {
		if i, _ := h.list.Cursor(); i >= 0 {
			return HelpEvent{true, h.shown[i].Action}, true
		}
		return HelpEvent{Handled: true}, true
	}
	_, ok := h.list.Do(a)
	return HelpEvent{Handled: ok}, ok
}

func (h *HelpPage) narrow() {
	query, _ := kit.Fold(strings.TrimSpace(h.input.Value()))
	h.shown = nil
	var groups []Group
	for _, r := range h.rows {
		if !helpFits(r, query, strings.TrimSpace(h.input.Value())) {
			continue
		}
		title := scopeTitle(r.Scope)
		if n := len(groups); n == 0 || groups[n-1].Title != title {
			groups = append(groups, Group{Title: title, From: len(h.shown)})
		}
		h.shown = append(h.shown, r)
	}
	h.list.SetRows(helpRows{h}, groups)
	h.list.place(0)
}

func helpFits(r kit.HelpRow, query, raw string) bool {
	if key, ok := strings.CutPrefix(raw, "@"); ok {
		for _, k := range r.Keys {
			if k == key || len(key) > 1 && strings.EqualFold(k, key) {
				return true
			}
		}
		return key == ""
	}
	words, _ := kit.Fold(r.Title + " " + r.Help)
	for _, w := range strings.Fields(query) {
		if !strings.Contains(words, w) {
			return false
		}
	}
	return true
}

func scopeTitle(s kit.Scope) string {
	switch s {
	case kit.InApp:
		return "Everywhere"
	case kit.InList:
		return "In a list"
	case kit.InReader:
		return "In a text"
	case kit.InEditor, kit.InInput, kit.InForm:
		return "While writing"
	}
	return "On this page"
}

// wideHelp is the width from which the sentence of each action has room beside its title.
const wideHelp = 110

type helpRows struct{ h *HelpPage }

func (r helpRows) Len() int        { return len(r.h.shown) }
func (r helpRows) ID(i int) string { return string(r.h.shown[i].Action) }

func (r helpRows) DrawRow(c *kit.Canvas, i int) {
	row := r.h.shown[i]
	c.Fit(5, 0, 15, strings.Join(row.Keys, "  "), kit.Muted.Bold())
	if c.W() < wideHelp {
		c.Fit(22, 0, c.W()-24, row.Title, kit.Text.Ink())
		return
	}
	c.Fit(22, 0, 26, row.Title, kit.Text.Ink())
	c.Fit(50, 0, c.W()-52, row.Help, kit.Muted.Ink())
}

// Draw draws the help on the whole canvas.
func (h *HelpPage) Draw(c *kit.Canvas) {
	c.Clear(c.Rect(), kit.Paper)
	c.Heading(3, 1, "Keys of this page", countOf(len(h.shown), len(h.rows)))
	h.input.Placeholder = "type to narrow; @x finds the key x"
	c.Put(1, 3, c.Signs().Cursor, kit.Accent.Bold())
	h.input.Draw(c.Sub(kit.Rect{X: 2, Y: 3, W: min(c.W()-4, 60), H: 1}), true)
	foot := 0
	if c.W() < wideHelp && c.H() > 10 { // no room beside the title: the sentence stands below the list
		foot = 3
	}
	h.list.Draw(c.Sub(kit.Rect{Y: 5, W: c.W(), H: c.H() - 5 - foot}))
	if i, _ := h.list.Cursor(); i >= 0 && foot > 0 {
		c.ParaMax(3, c.H()-2, c.W()-5, 2, h.shown[i].Help, kit.Muted.Ink())
	}
}
