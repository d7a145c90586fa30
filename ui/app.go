package ui

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/screen/unlock"
)

// live is an open page.
type live struct {
	id     kit.OwnerID
	route  kit.Route
	screen kit.Screen
}

// App is the one model of the terminal loop. All its methods run on the loop.
type App struct {
	opt    Options
	theme  *kit.Theme
	keys   *kit.Keymap
	tasks  *kit.Tasks
	makers map[string]maker
	held   *holder

	w, h    int
	session Session
	self    self
	masked  bool
	stack   []live
	resting map[kit.Route]map[string]string
	parts   []*part
	bar     *foot
	said    notices
	lastID  kit.OwnerID

	keyAt   time.Time // the last key: idleness, and whether a part was asked for
	grace   time.Time // until then keys do not reach a part that opened by itself
	savedAt time.Time
	resume  kit.Route // where to go on after a lock
	member  string    // who was here

	idling  idler
	seen    bool // the pages know what tidying has found out
	alarm   alarm
	checked bool // the check of the whole file has come to its end

	leaving           bool // locked, and the session is being closed
	door              unlock.Door
	quitting, mayQuit bool
	fault             string // the place of a fault in the program; the App is closing because of it

	canvas *kit.Canvas
	frame  string
	dirty  bool
}

// newApp makes an App that has opened nothing yet. theme and keys are decided before the program starts.
func newApp(o Options, theme *kit.Theme, keys *kit.Keymap) *App {
	a := &App{opt: o, theme: theme, keys: keys, tasks: kit.NewTasks(), makers: routes(), held: &holder{}, masked: true,
		resting: map[kit.Route]map[string]string{}, canvas: kit.NewCanvas(0, 0, theme), dirty: true}
	a.keyAt = o.Now()
	return a
}

// Init opens the first page: Today of a session that is unlocked already, or Unlock.
func (a *App) Init() tea.Cmd {
	if s := a.held.session; s != nil {
		return tea.Batch(a.enter(s, a.opt.Member), a.tick())
	}
	return tea.Batch(a.showUnlock(), a.tick())
}

// Update is the table of the four lanes.
func (a *App) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	defer func() {
		if recover() != nil { // what was raised may hold words of a case, so its place alone is kept
			m, cmd = a, a.failed()
		}
	}()
	a.dirty = true
	cmd = a.lane(msg)
	a.listen()
	return a, tea.Batch(cmd, a.settle())
}

func (a *App) lane(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	// 1 system
	case tea.WindowSizeMsg:
		return a.resize(m.Width, m.Height)
	case tea.BlurMsg:
		return a.keepAll()
	case tickMsg:
		return tea.Batch(a.idle(), a.tidy(), a.tick())
	case terminate:
		return a.endNow()
	case wantQuit:
		return a.wantQuit()
	// 2 input
	case tea.KeyMsg:
		return a.key(m)
	// 3 addressed, and 4 news with it
	case kit.Result:
		return a.result(m)
	case kit.Progress:
		return tea.Batch(a.progress(m), m.Next)
	case kit.Changed:
		return a.news(0, m)
	}
	if cmd, ours := a.asked(msg); ours {
		return cmd
	}
	return a.rest(msg)
}

// progress tells how far a job is: its page, or while the workspace is locked who waits for it to end.
func (a *App) progress(p kit.Progress) tea.Cmd {
	switch {
	case p.Ticket.Owner == 0 && p.Ticket.Slot == tidySlot:
		a.tidying(p)
		return nil
	case a.session == nil:
		if page := a.unlockPage(); page != nil && a.leaving {
			page.Wait(jobWords(p))
		}
		return nil
	}
	return a.tell(p.Ticket.Owner, p)
}

// asked handles what pages ask the App for.
func (a *App) asked(msg tea.Msg) (tea.Cmd, bool) {
	if a.session == nil && a.stack != nil {
		switch msg.(type) { // a locked App opens nothing that was asked for before the lock
		case kit.Go, kit.GoBack, kit.Question, kit.Choice, kit.Perform, kit.Notice:
			return nil, true
		}
	}
	switch m := msg.(type) {
	case kit.Go:
		return a.goTo(m), true
	case kit.GoBack:
		return a.leave(len(a.stack) - 1), true
	case kit.Notice:
		return a.notice(m), true
	case kit.Perform:
		return a.do(m.Action), true
	case kit.Question:
		return nil, a.open(newPrompt(m))
	case kit.Choice:
		return nil, a.open(newChoice(m))
	}
	return nil, false
}

// rest is for what no lane knows, such as the ticks of a widget: the part that has the keys, and the top page.
func (a *App) rest(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	if a.bar != nil {
		cmds = append(cmds, a.bar.bar.Update(msg))
	}
	if t := a.top(); t != nil {
		cmds = append(cmds, t.screen.Update(msg))
	}
	return tea.Batch(cmds...)
}

// settle lets go of what has closed itself, and tells pages when the room for them has changed.
func (a *App) settle() tea.Cmd {
	for len(a.parts) > 0 && a.parts[len(a.parts)-1].closed {
		a.parts = a.parts[:len(a.parts)-1]
	}
	if a.bar != nil && a.bar.bar.Closed() {
		a.tasks.Forget(a.bar.id)
		a.bar = nil
	}
	a.measure()
	return nil
}

// resize tells every live page its size, once a change.
func (a *App) resize(w, h int) tea.Cmd {
	a.w, a.h = max(w, 0), max(h, 0)
	a.measure()
	return nil
}

// measure gives pages the body without the rows that a sticky notice takes.
func (a *App) measure() {
	body := a.body()
	for _, l := range a.stack {
		l.screen.SetSize(body.W, body.H)
	}
	if a.bar != nil {
		a.bar.bar.SetSize(body.W, body.H)
	}
}

// body is where pages are drawn.
func (a *App) body() kit.Rect {
	b := kit.Body(a.w, a.h)
	top := min(a.alarm.rows(a.w), b.H)
	b.Y, b.H = b.Y+top, max(b.H-top-a.said.rows(a.w), 0)
	return b
}

// ctx is what a page or a part is made with.
func (a *App) ctx() kit.Ctx {
	a.lastID++
	return kit.Ctx{Theme: a.theme, Keys: a.keys, Tasks: a.tasks, Now: a.opt.Now, Owner: a.lastID}
}

func (a *App) host() host {
	return host{Session: a.session, Me: a.self.me, File: filepath.Base(a.opt.Path), Masked: a.masked}
}

func (a *App) top() *live {
	if len(a.stack) == 0 {
		return nil
	}
	return &a.stack[len(a.stack)-1]
}

// failed closes the program in order after a fault of its own.
func (a *App) failed() tea.Cmd {
	a.fault = faultPlace()
	a.mayQuit = true
	return tea.Quit
}

// faultPlace is the file and line that raised the fault: the first frame below the runtime's own ones.
func faultPlace() string {
	pcs := make([]uintptr, 48)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	raised := false
	for {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if raised && !inRuntime {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		raised = raised || inRuntime
		if !more {
			return "place not known"
		}
	}
}
