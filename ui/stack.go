package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// goTo opens the page of a route. A page that is open already is gone back to, not opened twice.
func (a *App) goTo(g kit.Go) tea.Cmd {
	if a.session == nil {
		return nil
	}
	if a.makers[g.Route.Kind] == nil {
		return a.notice(kit.Notice{Text: "There is no page for this in the program. The command line may have it: caseroom help."})
	}
	for i := range a.stack {
		if g.Route.Arg == "" && place(a.stack[i].route) == g.Route {
			return a.leave(i + 1)
		}
	}
	if g.Replace {
		return a.ask(len(a.stack)-1, func() tea.Cmd {
			a.drop(len(a.stack) - 1)
			return a.push(g.Route)
		})
	}
	return a.push(g.Route)
}

// push makes a page and puts it on top.
func (a *App) push(r kit.Route) tea.Cmd {
	c := a.ctx()
	s := a.makers[r.Kind](a.host(), c, r)
	a.stack = append(a.stack, live{c.Owner, r, s})
	body := a.body()
	s.SetSize(body.W, body.H)
	if rs, ok := s.(kit.Resting); ok {
		if kept := a.resting[place(r)]; kept != nil {
			rs.Wake(kept)
		}
	}
	return s.Init()
}

// place is the part of a route that a page's cursor and filter are kept under.
func place(r kit.Route) kit.Route { return kit.Route{Kind: r.Kind, ID: r.ID} }

// leave closes pages from the top down to n that are left. The first page stays.
func (a *App) leave(n int) tea.Cmd {
	n = max(n, 1)
	if n >= len(a.stack) {
		return nil
	}
	return a.ask(n, func() tea.Cmd {
		a.drop(n)
		if t := a.top(); t != nil { // a draft that was put by is no change of the record, but Today lists it
			return t.screen.Update(kit.Changed{Kinds: []string{"draft"}})
		}
		return nil
	})
}

// ask asks the pages from n up whether they may be closed, the top one first, and goes on when all agree.
func (a *App) ask(n int, then func() tea.Cmd) tea.Cmd {
	return a.askFrom(len(a.stack)-1, n, then)
}

func (a *App) askFrom(i, n int, then func() tea.Cmd) tea.Cmd {
	for ; i >= max(n, 0) && i < len(a.stack); i-- {
		l, ok := a.stack[i].screen.(kit.Leaving)
		if !ok {
			continue
		}
		q := l.Leave()
		if q == nil {
			continue
		}
		next, own := i-1, q.Then
		asked := *q
		asked.Then = func(answer string) tea.Cmd {
			var cmd tea.Cmd
			if own != nil {
				cmd = own(answer)
			}
			return tea.Batch(cmd, a.askFrom(next, n, then))
		}
		a.open(newPrompt(asked))
		return nil
	}
	return then()
}

// drop closes the pages from n up; their place is kept for the next visit, their reads are stopped.
func (a *App) drop(n int) {
	for i := len(a.stack) - 1; i >= max(n, 0); i-- {
		l := a.stack[i]
		if rs, ok := l.screen.(kit.Resting); ok && a.session != nil {
			a.resting[place(l.route)] = rs.Rest()
		}
		a.tasks.Forget(l.id)
		a.stack[i] = live{}
		a.stack = a.stack[:i]
	}
}

// caseRef is the case on screen: what capture files to.
func (a *App) caseRef() string {
	if t := a.top(); t != nil {
		if c, ok := t.screen.(interface{ CaseRef() string }); ok {
			return c.CaseRef()
		}
	}
	return ""
}

// keepAll puts what was typed and not saved on the writer's queue, on every live page.
func (a *App) keepAll() tea.Cmd {
	var cmds []tea.Cmd
	keep := func(s any) {
		if k, ok := s.(interface{ Keep() tea.Cmd }); ok {
			cmds = append(cmds, k.Keep())
		}
	}
	for _, l := range a.stack {
		keep(l.screen)
	}
	if a.bar != nil {
		keep(a.bar.bar)
	}
	return tea.Batch(cmds...)
}

// mask switches between names and pseudonyms on every live page.
func (a *App) mask() tea.Cmd {
	a.setMask(!a.masked)
	if a.masked {
		return a.notice(kit.Notice{Text: "Names are masked: pseudonyms stand in their place."})
	}
	return a.notice(kit.Notice{Text: "Real names are shown."})
}

func (a *App) setMask(on bool) {
	a.masked = on
	for _, l := range a.stack {
		if m, ok := l.screen.(interface{ SetMasked(bool) }); ok {
			m.SetMasked(on)
		}
	}
}
