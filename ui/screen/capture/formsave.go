package capture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// save logs or corrects the item; the form has found everything in order.
func (f *Form) save() tea.Cmd {
	item := f.orig
	if field, wrong := applyValues(&item, f.first, f.values, f.lex, f.reckon()); wrong != "" {
		f.form.SetError(field, wrong)
		return nil
	}
	why, caseRef := strings.TrimSpace(f.values[fieldReason]), f.values[fieldCase]
	if !f.correcting() {
		row, wrong := findCase(f.cases, caseRef)
		if wrong != "" {
			f.form.SetError(fieldCase, wrong)
			return nil
		}
		item.CaseID = row.ID
	}
	f.saving, f.wrong, f.keeping.over = true, "", true
	f.Tasks.Cancel(f.Owner, "draft")
	st, drop, correcting := f.st, f.keeping.drop(), f.correcting()
	return f.Write(func(ctx context.Context) (tea.Msg, error) {
		var done view.Applied
		var err error
		if correcting {
			done, err = st.Correct(ctx, item, why)
		} else {
			done, err = st.Log(ctx, item)
		}
		if err != nil {
			return nil, err
		}
		left := ""
		if err := drop(ctx); err != nil {
			left = shortly(err)
		}
		if correcting {
			return corrected{done, left}, nil
		}
		return logged{done: done, owing: len(item.Owing()), caseRef: caseRef, left: left}, nil
	})
}

// done closes the page and says what was saved.
func (f *Form) done(say kit.Notice, left string) tea.Cmd {
	f.saving = false
	if left != "" {
		say.Text += "; its draft is still on Today: " + left
	}
	return tea.Batch(kit.Send(say), kit.Send(kit.GoBack{}))
}

// Fault says what went wrong: beside the field that the workspace names, or above the form. What was typed stays.
func (f *Form) Fault(r kit.Result) (tea.Cmd, bool) {
	switch {
	case r.Ticket.Slot == "draft", r.Ticket.Slot == "again", r.Ticket.Slot == "people":
		return nil, true
	case r.Ticket.Slot == "open":
		f.wrong = sentence(r.Err)
		return nil, true
	case !f.saving:
		return nil, false
	}
	f.saving, f.keeping.over = false, false
	f.keeping.asked = f.keeping.kept
	cmds := []tea.Cmd{f.keeping.keep()}
	var e *model.Error
	switch {
	case model.KindOf(r.Err) == model.Conflict:
		f.changedSince = true
		cmds = append(cmds, f.readAgain())
	case errors.As(r.Err, &e) && e.Field != "" && f.has(e.Field):
		f.form.SetError(e.Field, sentence(r.Err))
	default:
		f.wrong = sentence(r.Err)
	}
	return tea.Batch(cmds...), true
}

func (f *Form) has(field string) bool {
	for _, d := range f.fields() {
		if d.Name == field {
			return true
		}
	}
	return false
}

// news hears that the item was changed by somebody else while it is open here.
func (f *Form) news(m kit.Changed) tea.Cmd {
	if !f.ready || f.saving || !f.correcting() || !m.Touches(string(model.NounInformation)) {
		return nil
	}
	return f.readAgain()
}

func (f *Form) readAgain() tea.Cmd {
	st, id := f.st, f.orig.ID
	return f.Read("again", func(ctx context.Context) (tea.Msg, error) {
		item, err := st.Item(ctx, id)
		return itemAgain{item}, err
	})
}

// compare shows, beside each field, what stands there now. Saving again then writes what the form holds over it; the
// fields that were not touched here take what stands there.
func (f *Form) compare(now view.InfoView) {
	if now.Rev == f.orig.Rev || now.Rev == 0 {
		return
	}
	f.changedSince = true
	theirs := valuesOf(now.Information, f.reckon())
	for name, words := range differences(f.first, theirs) {
		if f.values[name] == f.first[name] {
			f.values[name] = theirs[name]
			f.form.SetAside(name, "Changed since you opened this; the new words stand here.")
		} else if f.values[name] != theirs[name] {
			f.form.SetAside(name, "Changed since you opened this. Now: "+kit.Fit(words, 200, "…"))
		}
	}
	why := f.first[fieldReason]
	f.first, f.orig = theirs, now.Information
	f.first[fieldReason] = why
	f.form.Load()
	if f.wrong == "" {
		f.wrong = "Somebody changed this item since you opened it: look at the remarks, then save again."
	}
}

// Crumbs lead to the item or the case.
func (f *Form) Crumbs() []string {
	out := []string{"Cases"}
	if ref := cmp.Or(f.people, f.o.CaseRef); ref != "" {
		out = append(out, ref)
	}
	if f.correcting() {
		return append(out, f.o.Ref, "Correct")
	}
	return append(out, "New information")
}

// Draw draws the page.
func (f *Form) Draw(c *kit.Canvas) {
	w := c.W()
	title, note := "Information received", "stamped "+f.begun.Format("15:04")
	if f.correcting() {
		title, note = "Correct "+f.o.Ref, "what stands there now is kept in its history"
		if f.o.Masked {
			note = "shown as it is written, with real names; what stands there is kept"
		}
	}
	x := c.Heading(3, 1, kit.Fit(title, w-5, c.Signs().Ellipsis), "")
	if f.ready {
		c.Fit(x+2, 1, w-x-22, note, kit.Quiet.Ink())
		c.PutRight(w-2, 1, f.progress(), kit.Quiet.Ink())
	}
	y := 3
	if f.wrong != "" {
		c.Put(1, 2, c.Signs().Overdue, kit.Danger.Bold())
		y = c.ParaMax(3, 2, max(w-5, 1), 3, f.wrong, kit.Danger.Ink()) + 1
	} else if !f.ready {
		c.Put(3, y, "Reading", kit.Quiet.Ink())
	}
	if f.ready {
		f.form.Draw(c.Sub(kit.Rect{Y: y, W: w, H: c.H() - y}))
	}
}

// progress counts the debts that are still open.
func (f *Form) progress() string {
	if n := f.form.Errors(); n > 0 {
		return fmt.Sprintf("%d to put right", n)
	}
	item := f.orig
	applyValues(&item, f.first, f.values, f.lex, f.reckon())
	if n := len(item.Owing()); n > 0 {
		return fmt.Sprintf("%d to complete", n)
	}
	return "complete"
}
