package ui

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/screen/unlock"
)

// What the App's own work answers with.
type (
	tickMsg time.Time // the one ticker
	closed  struct{}  // the session was closed after a lock
	opened  struct {
		vault Vault
		door  unlock.Door
	}
	unlocked struct {
		session Session
		label   string
	}
)

const (
	idleMinutes = 10               // when the profile says nothing
	warnBefore  = 30 * time.Second // the lock is announced
)

// tick re-arms the one ticker; every is 0 in tests, which send the message themselves.
func (a *App) tick() tea.Cmd {
	if a.opt.every <= 0 {
		return nil
	}
	return tea.Tick(a.opt.every, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// idle locks when nobody has pressed a key for as long as the profile says.
func (a *App) idle() tea.Cmd {
	if a.session == nil {
		if page := a.unlockPage(); page != nil && a.opt.Now().Sub(a.keyAt) >= idleMinutes*time.Minute {
			page.Wipe() // a passphrase that was typed halfway and left
		}
		return nil
	}
	limit := time.Duration(idleMinutes) * time.Minute
	if n := a.self.profile.IdleMinutes; n > 0 {
		limit = time.Duration(n) * time.Minute
	}
	since := a.opt.Now().Sub(a.keyAt)
	switch {
	case since >= limit:
		return a.lock()
	case since >= limit-warnBefore:
		return a.notice(kit.Notice{Text: "Nobody is typing: the workspace locks in a moment. Any key holds it off.", Tone: kit.Warn})
	}
	return nil
}

// lock blanks the screen at once, keeps what was typed as drafts, lets go of everything that was opened, closes the
// session and asks for a passphrase. Only the route and the member's label stay.
func (a *App) lock() tea.Cmd {
	s := a.session
	if s == nil {
		return nil
	}
	cmds := []tea.Cmd{a.keepAll()}
	a.resume = a.routeToResume()
	compact := a.self.compact
	for _, l := range a.stack {
		a.tasks.Retire(l.id) // a job comes to its end; it keeps the session until then
	}
	a.forget()
	page := a.pushUnlock()
	a.leaving = true
	switch jobs := a.tasks.Jobs(); {
	case jobs > 0:
		page.Wait(jobWords(kit.Progress{}))
	case compact:
		page.Wait("closing and making the file compact…")
	default:
		page.Wait("closing the workspace…")
	}
	held, tasks := a.held, a.tasks
	cmds = append(cmds, a.tasks.Write(0, func(context.Context) (tea.Msg, error) {
		if tasks.Jobs() > 0 {
			s.Blank()
			tasks.AwaitJobs()
		}
		err := s.Lock()
		held.hold(nil, nil)
		return closed{}, err
	}))
	return tea.Batch(cmds...)
}

// jobWords say that a job is being finished, and nothing of what it is about.
func jobWords(p kit.Progress) string {
	if p.Total == 0 {
		return "finishing a job, then closing…"
	}
	return fmt.Sprintf("finishing a job, then closing: %d %%", 100*min(p.Done, p.Total)/p.Total)
}

// routeToResume is the top page, or the one under it when the top one is a form: its words are a draft now.
func (a *App) routeToResume() kit.Route {
	for i := len(a.stack) - 1; i >= 0; i-- {
		if r := a.stack[i].route; r.Kind != kit.ToItemForm {
			return place(r)
		}
	}
	return kit.Route{}
}

// forget lets go of pages, parts, notices, kept places and the last frame.
func (a *App) forget() {
	if a.bar != nil {
		a.tasks.Forget(a.bar.id)
		a.bar = nil
	}
	a.session, a.self = nil, self{}
	for _, l := range a.stack {
		if w, ok := l.screen.(interface{ Wipe() }); ok {
			w.Wipe()
		}
	}
	a.drop(0)
	a.stack, a.parts = nil, nil
	a.resting = map[kit.Route]map[string]string{}
	a.said, a.savedAt = notices{}, time.Time{} // the next member is not told when this one saved
	a.idling, a.seen, a.alarm, a.checked = idler{}, false, alarm{}, false
	a.tasks.Forget(0)
	a.canvas.Reset(0, 0, a.theme)
	a.frame, a.dirty = "", true
}

// showUnlock is the first page of a workspace that is not unlocked yet.
func (a *App) showUnlock() tea.Cmd {
	page := a.pushUnlock()
	if a.held.vault != nil {
		page.Ready(a.door)
	}
	return page.Init()
}

func (a *App) pushUnlock() *unlock.Page {
	c := a.ctx()
	page := unlock.New(c, unlock.Options{File: filepath.Base(a.opt.Path), Member: a.member, Try: a.try(c.Owner), Again: a.reopen})
	a.stack = append(a.stack, live{c.Owner, kit.Route{Kind: kit.ToUnlock}, page})
	body := a.body()
	page.SetSize(body.W, body.H)
	return page
}

// doorOf asks a file that is open and locked what can be told of it. It reads the disk.
func doorOf(v Vault, zone *time.Location) unlock.Door {
	label, at, clean := v.LastNote()
	return unlock.Door{Labels: v.Labels(), Label: label, At: at.In(zone), Clean: clean, Moves: v.MovesOver(), Notices: v.Notices(), Head: v.Head()}
}

// tellNotices says once more, when the workspace is open, what was to be known before. Each can be read again with M.
func (a *App) tellNotices() tea.Cmd {
	var all []tea.Cmd
	for _, n := range a.door.Notices {
		all = append(all, a.notice(kit.Notice{Text: kit.Sentence(n), Tone: kit.Warn, Sticky: true}))
	}
	a.door = unlock.Door{}
	return tea.Batch(all...)
}

// reopen opens the file again, after a lock or after it could not be opened.
func (a *App) reopen() tea.Cmd {
	open, held, zone := a.opt.Open, a.held, a.opt.Now().Location()
	return a.tasks.Write(0, func(context.Context) (tea.Msg, error) {
		v, err := open()
		if err != nil {
			return opened{}, err
		}
		held.hold(nil, v)
		return opened{v, doorOf(v, zone)}, nil
	})
}

// reopened goes on after the session was closed, and after the file was opened again.
func (a *App) reopened(r kit.Result) tea.Cmd {
	var cmds []tea.Cmd
	page := a.unlockPage()
	switch m := r.Body.(type) {
	case closed:
		a.leaving = false
		if r.Err != nil {
			cmds = append(cmds, a.notice(kit.Notice{Text: kit.Sentence(r.Err.Error()), Tone: kit.Danger, Sticky: true}))
		}
		if !a.quitting {
			cmds = append(cmds, a.reopen())
		}
	case opened:
		switch {
		case page == nil:
		case r.Err != nil:
			page.Broken(r.Err)
		default:
			a.door = m.door
			page.Ready(m.door)
		}
	}
	if a.quitting {
		cmds = append(cmds, a.tryQuit())
	}
	return tea.Batch(cmds...)
}

func (a *App) unlockPage() *unlock.Page {
	if t := a.top(); t != nil {
		if p, ok := t.screen.(*unlock.Page); ok {
			return p
		}
	}
	return nil
}

// try is the work of unlocking. It is a write, so that the end of the program waits for it and closes what it opened.
func (a *App) try(owner kit.OwnerID) func(label string, passphrase []byte) tea.Cmd {
	held := a.held
	return func(label string, passphrase []byte) tea.Cmd {
		held.mu.Lock()
		v := held.vault
		held.mu.Unlock()
		if v == nil {
			clear(passphrase)
			return nil
		}
		return a.tasks.Write(owner, func(context.Context) (tea.Msg, error) {
			defer clear(passphrase)
			s, err := v.Unlock(label, passphrase)
			if err != nil {
				return nil, err
			}
			held.hold(s, nil)
			return unlocked{s, label}, nil
		})
	}
}

// enter shows an unlocked workspace: the page that was open before the lock for the same member, else Today.
func (a *App) enter(s Session, label string) tea.Cmd {
	if a.quitting {
		return a.tryQuit()
	}
	same := label == a.member
	resume := a.resume
	a.forget()
	a.session, a.member, a.resume, a.keyAt = s, label, kit.Route{}, a.opt.Now()
	a.self = readSelf(s) // nothing is being written yet
	cmds := []tea.Cmd{a.push(kit.Route{Kind: kit.ToToday}), a.tellNotices()}
	if s.ReadOnly() {
		cmds = append(cmds, a.lost())
	}
	if same && resume.Kind != "" && resume.Kind != kit.ToToday && a.makers[resume.Kind] != nil {
		cmds = append(cmds, a.push(resume))
	}
	return tea.Batch(cmds...)
}
