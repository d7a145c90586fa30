package ui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
)

// result is the addressed lane: to its owner, hidden or not; dropped when it was overtaken. News that it carries goes
// to its owner first and then to every other live page.
func (a *App) result(r kit.Result) tea.Cmd {
	var cmds []tea.Cmd
	switch u := r.Body.(type) {
	case unlocked:
		return a.enter(u.session, u.label)
	case closed, opened:
		return a.reopened(r)
	case tidied:
		return a.tidied(u)
	case undone:
		cmds = append(cmds, a.notice(kit.Notice{Text: kit.Sentence(u.words)}))
	}
	if a.tasks.Current(r.Ticket) {
		cmds = append(cmds, a.deliver(r))
	}
	if r.News != nil {
		a.savedAt = a.opt.Now()
		cmds = append(cmds, a.news(r.Ticket.Owner, *r.News))
	}
	if a.quitting {
		cmds = append(cmds, a.tryQuit())
	}
	return tea.Batch(cmds...)
}

func (a *App) deliver(r kit.Result) tea.Cmd {
	if r.Err == nil {
		return a.tell(r.Ticket.Owner, r.Body)
	}
	if errors.Is(r.Err, context.Canceled) || errors.Is(r.Err, kit.ErrClosed) {
		return nil
	}
	if s := a.owner(r.Ticket.Owner); s != nil {
		if f, ok := s.(kit.Faulty); ok {
			if cmd, handled := f.Fault(r); handled {
				return cmd
			}
		}
	}
	return a.broken(r.Err)
}

// broken tells an error that no page has taken. A reader's error of a page that is gone is told too: somebody asked.
func (a *App) broken(err error) tea.Cmd {
	switch kind := model.KindOf(err); kind {
	case model.Locked:
		if a.session != nil {
			return a.lock()
		}
		return nil
	case model.Corrupt, model.Disk:
		return a.notice(kit.Notice{Text: kit.Sentence(err.Error()), Tone: kit.Danger, Sticky: true})
	case model.NotFound, model.Denied, model.Conflict, model.Invalid, model.Busy:
		return a.notice(kit.Notice{Text: kit.Sentence(err.Error()), Tone: kit.Warn})
	}
	return a.notice(kit.Notice{Text: kit.Sentence(err.Error()), Tone: kit.Danger})
}

// owner is the live page, or part, of an id; nil when it is gone.
func (a *App) owner(id kit.OwnerID) kit.Screen {
	for _, l := range a.stack {
		if l.id == id {
			return l.screen
		}
	}
	if a.bar != nil && a.bar.id == id {
		return a.bar.bar
	}
	return nil
}

// tell gives a page a message of its own.
func (a *App) tell(id kit.OwnerID, msg tea.Msg) tea.Cmd {
	if msg == nil {
		return nil
	}
	switch m := msg.(type) {
	case paletteCases:
		a.fillPalette(m)
		return nil
	case self:
		a.self = m
		return nil
	case damage:
		a.mourn(m)
		return nil
	}
	if s := a.owner(id); s != nil {
		return s.Update(msg)
	}
	return nil
}

// news tells every live page, the one that wrote first.
func (a *App) news(first kit.OwnerID, c kit.Changed) tea.Cmd {
	if a.session == nil {
		return nil
	}
	s := a.session
	cmds := []tea.Cmd{a.tasks.Read(0, "self", func(context.Context) (tea.Msg, error) { return readSelf(s), nil })}
	if s := a.owner(first); s != nil {
		cmds = append(cmds, s.Update(c))
	}
	for _, l := range a.stack {
		if l.id != first {
			cmds = append(cmds, l.screen.Update(c))
		}
	}
	if a.bar != nil && a.bar.id != first {
		cmds = append(cmds, a.bar.bar.Update(c))
	}
	return tea.Batch(cmds...)
}
