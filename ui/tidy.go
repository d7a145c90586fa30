package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// tidyAfter is how long nobody presses a key before the workspace is tidied.
const tidyAfter = 15 * time.Second

// tidySlot is the job's name. Its owner is the App itself.
const tidySlot = "tidy"

// idler is what is done when nobody is there.
type idler struct {
	runs  bool
	done  bool   // there was nothing more to do, and no key since
	words string // what it is at; empty when nothing is worth telling
	told  bool   // something was, since it began
}

// tidied is the answer of the job.
type tidied struct {
	of  Session
	err error
}

// tidy begins to tidy when nobody has pressed a key for a while and nothing is being written.
func (a *App) tidy() tea.Cmd {
	s := a.session
	switch {
	case s == nil, a.quitting, a.idling.runs, a.idling.done, a.readOnly(), a.tasks.Writing() > 0,
		a.opt.Now().Sub(a.keyAt) < tidyAfter:
		return nil
	}
	a.idling = idler{runs: true}
	return a.tasks.Long(0, tidySlot, func(ctx context.Context, report kit.Report) (tea.Msg, error) {
		return tidied{s, s.Tidy(ctx, func(x view.Tidying) { report(x.Done, x.Of, tidyWords(x)) })}, nil
	})
}

// tidyWords say what is being done, where anybody need know.
func tidyWords(x view.Tidying) string {
	says := map[view.TidyTask]string{view.TidyKeys: "sealing anew under the new keys", view.TidyFiles: "taking away what was left of a file", view.TidyItems: "putting single items together", view.TidySearch: "bringing the search up to date",
		view.TidyFile: "making the file compact"}[x.Task]
	if says == "" || x.Of == 0 {
		return says
	}
	return fmt.Sprintf("%s: %d %%", says, 100*min(x.Done, x.Of)/x.Of)
}

// wake ends the tidying: somebody is there. It ends between two slices, and goes on another time.
func (a *App) wake() {
	a.keyAt = a.opt.Now()
	a.idling.done, a.idling.words = false, ""
	if a.idling.runs {
		a.tasks.Stop(0, tidySlot)
	}
}

// tidying hears how far it is.
func (a *App) tidying(p kit.Progress) {
	if a.idling.runs && a.session != nil && a.opt.Now().Sub(a.keyAt) >= tidyAfter {
		a.idling.words, a.idling.told = p.Words, a.idling.told || p.Words != ""
	}
}

// tidied hears that it has ended. Pages that show what is due in the workspace ask again.
func (a *App) tidied(m tidied) tea.Cmd {
	if m.of != a.session || a.session == nil {
		return nil
	}
	told := a.idling.told
	a.idling = idler{done: m.err == nil && a.opt.Now().Sub(a.keyAt) >= tidyAfter}
	switch {
	case errors.Is(m.err, context.Canceled), model.KindOf(m.err) == model.Locked:
		return nil
	case m.err != nil:
		a.idling.done = true // until somebody has seen it
		return a.broken(m.err)
	case !told && a.seen:
		return nil
	}
	a.seen = true
	return a.news(0, kit.Changed{Kinds: []string{"workspace"}})
}
