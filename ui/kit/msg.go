package kit

import (
	tea "github.com/charmbracelet/bubbletea"
)

// Route names a page: what kind it is, which record it shows, and where on it. Arg is the page's own: a tab, a filter.
type Route struct {
	Kind string
	ID   string
	Arg  string
}

// Kinds of route. Screens never import each other: they ask for a route, and the App knows who draws it.
const (
	ToToday     = "today"
	ToCases     = "cases"
	ToCase      = "case"     // ID: case reference; Arg: tab, such as "chronology"
	ToItem      = "item"     // ID: information reference
	ToItemForm  = "itemform" // ID: information reference, or "" for a new one; Arg: case reference
	ToLog       = "log"
	ToRequests  = "requests"
	ToPacks     = "packs"
	ToRegister  = "register"
	ToRetention = "retention"
	ToPeople    = "people"
	ToImport    = "import"
	ToMerge     = "merge"
	ToAudit     = "audit"
	ToFigures   = "figures"
	ToAdmin     = "admin"
	ToManual    = "manual"
	ToUnlock    = "unlock"
)

// Go asks the App for a page. Replace puts it in the place of the page that asks.
type Go struct {
	Route   Route
	Replace bool
}

// GoBack asks the App to close the page that is open.
type GoBack struct{}

// Notice is one sentence for the foot of the screen.
type Notice struct {
	Text   string
	Tone   Token // Quiet when not set; Danger for what went wrong
	Sticky bool  // stays until the next notice; no key wipes it
	Undo   bool  // the sentence offers to take the change back
}

// Question opens a prompt that carries its own answer. Typed, when not empty, is the reference that must be typed
// before the answer counts: for what cannot be undone. Then runs on the event loop when the answer is yes, with what
// was typed; it may return a command. Otherwise, when set, runs when the answer is no.
type Question struct {
	Title     string // the question
	Detail    string // what follows from yes; may have several lines
	Typed     string // the reference that must be typed
	Ask       string // the label of a line that may be typed: a reason. The answer must not be empty
	Optional  bool   // Ask may stay empty
	YesWord   string // "release the pack"; "yes" when empty
	NoWord    string
	Danger    bool
	Then      func(answer string) tea.Cmd
	Otherwise func() tea.Cmd
}

// Option is one choice of a picker or a field.
type Option struct {
	ID   string
	Text string
	Note string // in a quiet voice, to the right
}

// Choice opens a picker. Then runs on the event loop with the chosen ids: one, or several when Many is set.
type Choice struct {
	Title   string
	Options []Option
	Chosen  []string // ids chosen already
	Many    bool
	Then    func(ids []string) tea.Cmd
}

// Perform asks the App to act as if the action's key had been pressed.
type Perform struct{ Action Action }

// Changed is news: a write changed these records. Every live screen hears it and asks again for what it shows.
type Changed struct {
	Kinds []string // the model's names of kinds: "case", "information", "request"
	IDs   []string // references; empty means "any of these kinds"
	Rev   uint64   // the workspace's revision after the write
}

// Touches says that the news may concern a kind, or all kinds when the news does not say.
func (c Changed) Touches(kinds ...string) bool {
	if len(c.Kinds) == 0 {
		return true
	}
	for _, k := range c.Kinds {
		for _, want := range kinds {
			if k == want {
				return true
			}
		}
	}
	return false
}

// News makes Changed its own bearer: a write may simply return it.
func (c Changed) News() Changed { return c }

// Bearer is the answer of a write that carries news besides its own words.
type Bearer interface{ News() Changed }

// Say is a command that shows a sentence in the foot.
func Say(text string) tea.Cmd { return Send(Notice{Text: text}) }

// Send is a command that delivers a message to the App.
func Send(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }
