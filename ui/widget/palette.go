package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// Command is one entry of the palette: an action of the page, or anything else that one can go to.
type Command struct {
	ID    string // what the page gets back
	Title string
	Kind  string // "case", "person", "view"; empty for a command
	Key   string // shown at the right, so that it is learnt
}

// Palette finds a command, a case, a person or a saved view. The first word may be a command's short name, with words
// after it as its argument: "case DD-014".
type Palette struct {
	picker   Picker
	commands []Command
	short    map[string]string // short names to ids
}

// PaletteEvent is what the palette tells: with Done, the chosen entry, and the words after a short name.
type PaletteEvent struct {
	Handled bool
	Changed bool // other words were typed: a page may add entries that fit them
	Done    bool
	ID      string
	Arg     string
}

// NewPalette makes a palette. short maps short names such as "case" to ids; it may be nil.
func NewPalette(commands []Command, short map[string]string) *Palette {
	p := &Palette{short: short}
	p.picker.Title = "Commands"
	p.picker.Empty = "Nothing has this name. Try another word, or press Esc."
	p.SetCommands(commands)
	return p
}

// SetCommands exchanges the entries; what was typed stays.
func (p *Palette) SetCommands(commands []Command) {
	p.commands = commands
	options := make([]kit.Option, len(commands))
	for i, c := range commands {
		note := c.Key
		if c.Kind != "" {
			note = strings.TrimSpace(c.Kind + "  " + c.Key)
		}
		options[i] = kit.Option{ID: c.ID, Text: c.Title, Note: note}
	}
	p.picker.SetOptions(options)
}

// CommandsOf are the entries for the actions that can be asked for now: offers may be nil for all.
func CommandsOf(m *kit.Keymap, scopes []kit.Scope, offers func(kit.Action) bool) []Command {
	var out []Command
	for _, a := range kit.Actions() {
		if a.Hidden || offers != nil && !offers(a.Action) {
			continue
		}
		out = append(out, Command{ID: string(a.Action), Title: a.Title, Key: m.KeyFor(scopes, a.Action)})
	}
	return out
}

// Update types a key.
func (p *Palette) Update(k tea.KeyMsg) PaletteEvent {
	was := p.picker.Query()
	e := p.picker.Update(k)
	return PaletteEvent{Handled: e.Handled, Changed: p.picker.Query() != was}
}

// Do performs a movement; Open chooses; Complete writes the title under the cursor into the line.
func (p *Palette) Do(a kit.Action) (PaletteEvent, bool) {
	switch a {
	case kit.Open:
		return p.choose(), true
	case kit.Complete:
		if o, ok := p.picker.Cursor(); ok {
			p.picker.SetQuery(o.Text)
		}
		return PaletteEvent{Handled: true, Changed: true}, true
	}
	e, ok := p.picker.Do(a)
	return PaletteEvent{Handled: e.Handled}, ok
}

func (p *Palette) choose() PaletteEvent {
	head, arg, has := strings.Cut(strings.TrimSpace(p.picker.Query()), " ")
	if id, ok := p.short[strings.ToLower(strings.TrimPrefix(head, ":"))]; ok && (has || p.picker.Len() == 0) {
		return PaletteEvent{Handled: true, Done: true, ID: id, Arg: strings.TrimSpace(arg)}
	}
	if o, ok := p.picker.Cursor(); ok {
		return PaletteEvent{Handled: true, Done: true, ID: o.ID}
	}
	return PaletteEvent{Handled: true}
}

// Height is how many rows the palette wants.
func (p *Palette) Height() int { return PickerHeight(len(p.commands)) }

// Draw draws the palette on the whole canvas.
func (p *Palette) Draw(c *kit.Canvas) { p.picker.Draw(c) }
