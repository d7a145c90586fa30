package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// part lies over the page and has the keys until it is closed.
type part struct {
	widget interface {
		Draw(*kit.Canvas)
	}
	scopes func() []kit.Scope
	height func(w int) int // rows that it wants; nil is the whole body
	update func(*App, tea.KeyMsg) tea.Cmd
	do     func(*App, kit.Action) tea.Cmd
	closed bool
}

// foot is the capture bar and its owner.
type foot struct {
	id  kit.OwnerID
	bar bar
}

// A part that opens by itself more than askedWithin after the last key was not asked for by it; for graceFor keys then
// do not reach it.
const (
	askedWithin = 400 * time.Millisecond
	graceFor    = 600 * time.Millisecond
)

// open puts a part over the page. It returns true, so that a caller may say that the message was handled.
func (a *App) open(p *part) bool {
	now := a.opt.Now()
	if now.Sub(a.keyAt) > askedWithin {
		a.grace = now.Add(graceFor)
	}
	a.parts = append(a.parts, p)
	return true
}

func newPrompt(q kit.Question) *part {
	w := widget.NewPrompt(q)
	p := &part{widget: w, scopes: w.Scopes, height: w.Height}
	end := func(e widget.PromptEvent) tea.Cmd {
		if !e.Done {
			return nil
		}
		p.closed = true
		switch {
		case e.Yes && q.Then != nil:
			return q.Then(e.Answer)
		case !e.Yes && q.Otherwise != nil:
			return q.Otherwise()
		}
		return nil
	}
	p.update = func(_ *App, k tea.KeyMsg) tea.Cmd { return end(w.Update(k)) }
	p.do = func(_ *App, act kit.Action) tea.Cmd {
		e, _ := w.Do(act)
		return end(e)
	}
	return p
}

func newChoice(c kit.Choice) *part {
	w := &widget.Picker{Title: c.Title, Many: c.Many}
	w.SetOptions(c.Options, c.Chosen...)
	p := &part{widget: w, scopes: oneScope(kit.InPicker), height: func(int) int { return widget.PickerHeight(len(c.Options)) }}
	end := func(e widget.PickerEvent) tea.Cmd {
		if !e.Done {
			return nil
		}
		p.closed = true
		if c.Then == nil {
			return nil
		}
		return c.Then(e.IDs)
	}
	p.update = func(_ *App, k tea.KeyMsg) tea.Cmd { return end(w.Update(k)) }
	p.do = func(_ *App, act kit.Action) tea.Cmd {
		if act == kit.Back {
			p.closed = true
			return nil
		}
		e, _ := w.Do(act)
		return end(e)
	}
	return p
}

func oneScope(s kit.Scope) func() []kit.Scope { return func() []kit.Scope { return []kit.Scope{s} } }

// help shows the keys of what is on screen; Enter asks for the action under the cursor.
func (a *App) help() tea.Cmd {
	var rows []kit.HelpRow
	for _, r := range a.keys.HelpRows(a.scopes()) {
		if a.offers(r.Action) {
			rows = append(rows, r)
		}
	}
	w := widget.NewHelp(rows)
	p := &part{widget: w, scopes: oneScope(kit.InHelp)}
	p.update = func(_ *App, k tea.KeyMsg) tea.Cmd { w.Update(k); return nil }
	p.do = func(a *App, act kit.Action) tea.Cmd {
		if act == kit.Back || act == kit.Help {
			p.closed = true
			return nil
		}
		e, _ := w.Do(act)
		return a.run(p, e.Run)
	}
	a.open(p)
	return nil
}

// run closes a part and performs an action on what lies under it.
func (a *App) run(p *part, act kit.Action) tea.Cmd {
	if act == "" {
		return nil
	}
	p.closed = true
	a.settle()
	return a.do(act)
}

// capture opens the capture bar, stamped with the time now.
func (a *App) capture() tea.Cmd {
	if a.readOnly() {
		return a.notice(kit.Notice{Text: "The workspace is open to read only: nothing can be captured."})
	}
	c := a.ctx()
	a.bar = &foot{c.Owner, newBar(a.host(), c, a.caseRef())}
	body := a.body()
	a.bar.bar.SetSize(body.W, body.H)
	return a.bar.bar.Init()
}
