package kit

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Screen is one page. The App owns header and footer; a screen draws the body between them. All methods run on the
// event loop and must return within milliseconds: no disk, no key, no sorting of long lists.
type Screen interface {
	// Init is called once, when the page is opened.
	Init() tea.Cmd
	// Update hears the body of the screen's own results (Result.Body, or the whole Result when it failed and the
	// screen is a Faulty), progress of its jobs, Changed news of anyone, and keys that are typed into its focused field.
	Update(tea.Msg) tea.Cmd
	// Do performs an action; false means that it is not the screen's business.
	Do(Action) (tea.Cmd, bool)
	// Scopes lists the focused part's scopes from the inside outwards, without InApp.
	Scopes() []Scope
	// SetSize tells the size of the body in cells, before the first Draw and whenever it changes.
	SetSize(w, h int)
	// Draw draws the page on a blank canvas of the size that SetSize told.
	Draw(*Canvas)
	// Crumbs is the trail from the area to the page: "Cases", "DD-2026-A014".
	Crumbs() []string
}

// Faulty is a screen that wants to hear of failures itself, as Result: a form shows them beside a field.
type Faulty interface{ Fault(Result) (tea.Cmd, bool) }

// Offering is a screen on which not every bound action can be asked for now; the footer and the palette leave the
// others out.
type Offering interface{ Offers(Action) bool }

// Stating is a screen with words of its own for the right end of the footer: a draft's state, the time of a check.
type Stating interface {
	SaveState() (words string, tone Token)
}

// Leaving is a screen that must be asked before it is closed. It returns a question, or nil to agree.
type Leaving interface{ Leave() *Question }

// Resting is a screen whose place (cursor, filter, tab) is kept for the next visit to the same route. The words hold
// ids only, never the text of a record.
type Resting interface {
	Rest() map[string]string
	Wake(map[string]string)
}

// Ctx is what every screen is given when it is made.
type Ctx struct {
	Theme *Theme
	Keys  *Keymap
	Tasks *Tasks
	Now   func() time.Time // the clock of the App; screens have no other
	Owner OwnerID          // who the screen is to Tasks
}

// Read is Tasks.Read for this screen.
func (c Ctx) Read(slot string, fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	return c.Tasks.Read(c.Owner, slot, fn)
}

// ReadAfter is Tasks.ReadAfter for this screen.
func (c Ctx) ReadAfter(pause time.Duration, slot string, fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	return c.Tasks.ReadAfter(pause, c.Owner, slot, fn)
}

// Later is Tasks.Later for this screen.
func (c Ctx) Later(pause time.Duration, slot string, body tea.Msg) tea.Cmd {
	return c.Tasks.Later(pause, c.Owner, slot, body)
}

// Write is Tasks.Write for this screen.
func (c Ctx) Write(fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	return c.Tasks.Write(c.Owner, fn)
}

// Long is Tasks.Long for this screen.
func (c Ctx) Long(slot string, fn func(context.Context, Report) (tea.Msg, error)) tea.Cmd {
	return c.Tasks.Long(c.Owner, slot, fn)
}

// Signs is the theme's set of signs.
func (c Ctx) Signs() *Signs { return &c.Theme.Signs }
