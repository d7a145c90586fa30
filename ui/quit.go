package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// What the filter before the loop makes of signals.
type (
	terminate struct{} // the system wants the program to end
	wantQuit  struct{} // somebody interrupted it
)

// filter lets the program end only when the App says so: a quit that it did not ask for becomes a message to it.
func filter(m tea.Model, msg tea.Msg) tea.Msg {
	a, ok := m.(*App)
	if !ok {
		return msg
	}
	switch msg.(type) {
	case tea.QuitMsg:
		if !a.mayQuit {
			return terminate{}
		}
	case tea.InterruptMsg:
		return wantQuit{}
	}
	return msg
}

// wantQuit keeps drafts, asks pages with something that no draft can keep, and then ends as soon as what is being
// written is written.
func (a *App) wantQuit() tea.Cmd {
	if a.leaving {
		a.tasks.StopJobs() // who waits at a locked screen for a job to end has had enough of it
	}
	if a.quitting {
		return a.tryQuit()
	}
	keep := a.keepAll()
	return tea.Batch(keep, a.ask(0, func() tea.Cmd {
		a.quitting = true
		return a.tryQuit()
	}))
}

// tryQuit ends the program unless a write is under way; its result comes back here.
func (a *App) tryQuit() tea.Cmd {
	if a.tasks.Writing() > 0 {
		a.said.now = &kit.Notice{Text: "Finishing what is being written, then closing."}
		return nil
	}
	a.mayQuit = true
	return tea.Quit
}

// endNow ends without a question: the system is shutting down. Drafts are queued, and Run waits for them.
func (a *App) endNow() tea.Cmd {
	a.quitting, a.mayQuit = true, true
	return tea.Batch(a.keepAll(), tea.Quit)
}

// finish is the orderly end on every path: reads are stopped, what was typed is queued, writes are finished, the
// session is closed. The loop has ended, so nothing else touches the App.
func (a *App) finish() error {
	func() {
		defer func() { _ = recover() }() // a page that has failed must not keep the rest from being closed
		a.keepAll()
	}()
	a.tasks.Close()
	return a.held.close()
}
