package unlock

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Options say what the page is for and whom it asks.
type Options struct {
	File   string // the workspace file's base name
	Member string // the label that was here before; offered first
	// Try begins to unlock. It takes the passphrase over and overwrites it. A failure comes back as kit.Result.
	Try func(label string, passphrase []byte) tea.Cmd
	// Again opens the file once more, after Broken.
	Again func() tea.Cmd
}

// Door is what is known of a file that is open and locked.
type Door struct {
	Labels []string  // of the members, in order
	Label  string    // who opened it last on this machine; empty when that is not known
	At     time.Time // when
	Clean  bool      // it was closed in order

	Moves   string   // what unlocking does to a file of an older format; empty for nothing
	Notices []string // what should be known before, one sentence each
	Head    string   // of the ledger, in eight words
}

// Page is a kit.Screen.
type Page struct {
	kit.Ctx
	o      Options
	door   Door
	ready  bool   // the file is open
	wait   string // what is being waited for; empty when it is the person's turn
	member int    // in door.Labels
	wrong  string // why the last try failed
	broken bool   // the file could not be opened, or is damaged
	head   bool   // the eight words are shown
	field  widget.Input
	w, h   int
}

// New makes the page. Nothing can be typed until Ready.
func New(c kit.Ctx, o Options) *Page {
	p := &Page{Ctx: c, o: o, wait: "opening the file…"}
	p.field.Secret = true
	return p
}

// Wait says what is being done before the file can be unlocked.
func (p *Page) Wait(words string) { p.wait = words }

// Ready lets the person type. The member who was here before is offered first, else the last one on this machine.
func (p *Page) Ready(d Door) {
	p.door, p.ready, p.broken, p.wait, p.wrong, p.member = d, true, false, "", "", 0
	for _, want := range []string{d.Label, p.o.Member} {
		for i, l := range d.Labels {
			if l == want {
				p.member = i
			}
		}
	}
}

// Broken says that the file could not be opened; Enter tries again.
func (p *Page) Broken(err error) {
	p.ready, p.broken, p.wait, p.wrong = false, true, "", kit.Sentence(err.Error())
}

// Wipe overwrites what was typed and not handed on.
func (p *Page) Wipe() {
	p.field.Wipe()
	p.field.Reveal = false
}

// Init does nothing: the App opens the file.
func (p *Page) Init() tea.Cmd { return nil }

// Update types a key into the field.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok || !p.ready || p.wait != "" {
		return nil
	}
	if p.field.Update(k).Changed {
		p.wrong = ""
	}
	return nil
}

// Do performs an action.
func (p *Page) Do(a kit.Action) (tea.Cmd, bool) {
	if p.wait != "" {
		return nil, a != kit.Back
	}
	switch a {
	case kit.Open:
		return p.enter(), true
	case kit.Member:
		if n := len(p.door.Labels); n > 1 {
			p.member = (p.member + 1) % n
			p.wrong = ""
			p.Wipe()
		}
		return nil, true
	case kit.ShowTyped:
		p.field.Reveal = !p.field.Reveal
		return nil, true
	case kit.ShowHead:
		p.head = !p.head && p.door.Head != ""
		return nil, true
	case kit.Back:
		if p.field.Len() == 0 {
			return nil, false
		}
		p.Wipe()
		p.wrong = ""
		return nil, true
	}
	return nil, false
}

func (p *Page) enter() tea.Cmd {
	switch {
	case !p.ready:
		p.wait, p.wrong = "opening the file…", ""
		return p.o.Again()
	case len(p.door.Labels) == 0:
		return nil
	case p.field.Len() == 0:
		p.wrong = "Type the passphrase of " + p.door.Labels[p.member] + "."
		return nil
	}
	pass := p.field.Bytes()
	p.Wipe()
	p.wait, p.wrong = "unlocking…", ""
	return p.o.Try(p.door.Labels[p.member], pass)
}

// Fault hears that a try failed.
func (p *Page) Fault(r kit.Result) (tea.Cmd, bool) {
	p.wait, p.wrong = "", kit.Sentence(r.Err.Error())
	return nil, true
}

// Scopes is modal: nothing behind the page hears a key.
func (p *Page) Scopes() []kit.Scope { return []kit.Scope{kit.InUnlock} }

// Offers leaves out what cannot be done now.
func (p *Page) Offers(a kit.Action) bool {
	switch a {
	case kit.Open, kit.Back:
		return p.wait == ""
	case kit.Member:
		return p.ready && p.wait == "" && len(p.door.Labels) > 1
	case kit.ShowTyped:
		return p.ready && p.wait == ""
	case kit.ShowHead:
		return p.ready && p.wait == "" && p.door.Head != ""
	}
	return false
}

// SaveState says that nothing leaves this machine.
func (p *Page) SaveState() (string, kit.Token) { return "offline", kit.Quiet }

// Crumbs is empty: a locked workspace shows no trail.
func (p *Page) Crumbs() []string { return nil }

// SetSize tells the size of the body.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// place of the form on the page: as wide as a line of a letter, a little above the middle.
const formWidth = 40

// Draw draws the page.
func (p *Page) Draw(c *kit.Canvas) {
	x := max((c.W()-formWidth)/2, 3)
	y := 2
	if c.H() > 20 {
		y = (c.H() - 16) / 3
	} else if c.H() < 18 {
		y = 1
	}
	c.Put(x, y, "Caseroom", kit.Strong.Bold())
	c.Put(x, y+1, "for those who review what happened to a child", kit.Muted.Ink())
	y += 4
	room := c.W() - x - 2
	y = c.Fact(x, y, 12, room, "Workspace", p.o.File, kit.Text.Ink())
	y = p.drawMember(c, x, y, room)
	y = p.drawField(c, x, y+1)
	p.drawHealth(c, x, y+1, min(room, formWidth+17))
}

func (p *Page) drawMember(c *kit.Canvas, x, y, room int) int {
	if len(p.door.Labels) == 0 {
		return y + 1
	}
	next := c.Fact(x, y, 12, room, "Member", p.door.Labels[p.member], kit.Text.Ink())
	if n := len(p.door.Labels); n > 1 {
		at := x + 12 + kit.Width(p.door.Labels[p.member]) + 3
		note := strconv.Itoa(p.member+1) + " of " + strconv.Itoa(n)
		if at+kit.Width(note) <= c.W()-2 {
			c.Put(at, y, note, kit.Quiet.Ink())
		}
	}
	return next
}

// drawField draws the field, or what is waited for, and what was wrong. It returns the row after it.
func (p *Page) drawField(c *kit.Canvas, x, y int) int {
	ink := kit.Accent.Bold()
	if !p.ready || p.wait != "" {
		ink = kit.Muted.Ink()
	}
	c.Put(x, y, "Passphrase", ink)
	field := c.Sub(kit.Rect{X: x, Y: y + 1, W: formWidth, H: 1})
	mine := p.ready && p.wait == ""
	if mine {
		c.Put(x-2, y+1, c.Signs().Cursor, kit.Accent.Bold())
		p.field.Draw(field, true)
		part := c.Sub(kit.Rect{X: x, Y: y + 2, W: formWidth, H: 1})
		for i := range formWidth {
			part.Put(i, 0, c.Signs().HLine, kit.Accent.Ink())
		}
	} else {
		field.Put(1, 0, p.wait, kit.Text.Ink())
		field.Field(field.Rect())
		c.HRule(x, y+2, formWidth)
	}
	y += 3
	if p.wrong == "" {
		return y
	}
	c.Put(x-2, y, c.Signs().Overdue, kit.Danger.Bold())
	return c.Para(x, y, min(c.W()-x-2, formWidth+12), p.wrong, kit.Danger.Ink())
}

// drawHealth says how the file was left, and what should be known before it is unlocked.
func (p *Page) drawHealth(c *kit.Canvas, x, y, w int) {
	switch {
	case p.broken:
		look(c, x, y, w, "The file could not be opened. Nothing in it was changed.")
		return
	case !p.ready:
		return
	}
	y = p.drawLast(c, x, y, w)
	if p.head {
		y = c.Para(x, y, w, "ledger "+p.door.Head, kit.Text.Ink())
	}
	if p.door.Moves != "" {
		y = look(c, x, y, w, p.door.Moves)
	}
	for _, n := range p.door.Notices {
		y = look(c, x, y, w, kit.Sentence(n))
	}
}

// look draws a sentence that should be read, as far as there is room, and returns the row after it.
func look(c *kit.Canvas, x, y, w int, words string) int {
	if y >= c.H() {
		return y
	}
	c.Put(x, y, "look", kit.Warn.Bold())
	return c.ParaMax(x+6, y, w-6, c.H()-y, words, kit.Text.Ink())
}

// drawLast says who was here before, briefly when something else has to be said.
func (p *Page) drawLast(c *kit.Canvas, x, y, w int) int {
	d := p.door
	if d.Label == "" {
		return c.Para(x, y, w, "not opened on this machine before", kit.Muted.Ink())
	}
	word, says, ink := "ok", "file closed in order", kit.OK.Bold()
	if !d.Clean {
		word, says, ink = "look", "not closed in order; what was saved is in it", kit.Warn.Bold()
	}
	at := c.Put(x, y, word, ink) + 2
	y = c.Para(at, y, w-(at-x), says, kit.Text.Ink())
	if p.head || d.Moves != "" || len(d.Notices) > 0 {
		return c.Para(at, y, w-(at-x), "last opened "+d.At.Format("2 January 2006, 15:04")+" by "+d.Label, kit.Muted.Ink())
	}
	y = c.Para(at, y, w-(at-x), "last opened "+d.At.Format("Mon 2 January 2006, 15:04"), kit.Muted.Ink())
	return c.Para(at, y, w-(at-x), "by "+d.Label+", on this machine", kit.Muted.Ink())
}
