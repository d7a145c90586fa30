package ui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// alarm is what stands above every page as long as the workspace is not sound: no key takes it away.
type alarm struct {
	head  string // what is so
	words string // what was found, and what to do
}

// The most rows that an alarm takes below its head.
const alarmRows = 5

// listen looks whether the check beside the work has found anything. It costs nothing.
func (a *App) listen() {
	if a.session == nil || a.alarm.head != "" {
		return
	}
	done, err := a.session.Sound()
	a.checked = done
	if !done || err == nil {
		return
	}
	found := ""
	if cause := errors.Unwrap(err); cause != nil {
		found = " Found: " + strings.TrimSuffix(cause.Error(), ".") + "."
	}
	a.alarm = alarm{head: "This workspace is damaged, or somebody has changed it.",
		words: "Nothing more is written to it." + found + " Put what you have just typed on paper. Keep the file as it is and restore a backup: caseroom restore. " +
			a.salvage()}
}

func (a *App) salvage() string {
	return "Or save what can be saved: caseroom verify " + filepath.Base(a.opt.Path) + " --salvage saved.caseroom"
}

// damage is what cannot be read of a workspace that was opened although it is damaged.
type damage []string

// lost asks for it.
func (a *App) lost() tea.Cmd {
	s := a.session
	return a.tasks.Read(0, "damage", func(context.Context) (tea.Msg, error) { return damage(s.Damage()), nil })
}

// mourn shows it.
func (a *App) mourn(d damage) {
	if len(d) == 0 || a.session == nil {
		return
	}
	a.checked = true
	first := strings.TrimSuffix(d[0], ".")
	if n := len(d) - 1; n > 0 {
		first += fmt.Sprintf(" (and %s: F9)", kit.Count(n, "more thing", "more things"))
	}
	a.alarm = alarm{head: "Read only: this workspace is damaged, and something of it is lost.",
		words: kit.Sentence(first) + " What is lost is missing from every list and count. Restore a backup: caseroom restore. " + a.salvage()}
}

// readOnly says that nothing can be written, whatever the reason.
func (a *App) readOnly() bool { return a.session.ReadOnly() || a.alarm.head != "" }

// rows are how many rows above the page it takes.
func (m alarm) rows(w int) int {
	if m.head == "" {
		return 0
	}
	return 2 + min(len(kit.WrapText(m.words, max(w-5, 1))), alarmRows)
}

func (m alarm) draw(c *kit.Canvas) {
	c.Clear(c.Rect(), kit.Raised)
	c.Put(1, 0, c.Signs().Overdue, kit.Danger.Bold())
	c.Fit(3, 0, c.W()-5, m.head, kit.Danger.Bold())
	c.ParaMax(3, 1, c.W()-5, alarmRows, m.words, kit.Text.Ink())
	c.HRule(0, c.H()-1, c.W())
}
