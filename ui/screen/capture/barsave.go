package capture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// theCase is the case that the item goes into, or why it cannot be told.
func (b *Bar) theCase() (view.CaseRow, string) {
	typed := b.read.Case
	if typed == "" && b.o.CaseRef == "" {
		return view.CaseRow{}, "Which case? Write @ and its reference on the first line."
	}
	if !b.known {
		return view.CaseRow{}, "The cases are still being read. Press ctrl+s again in a moment."
	}
	return findCase(b.cases, cmp.Or(typed, b.o.CaseRef))
}

// findCase finds a case by its reference, or by a part of it that only one has.
func findCase(cases []view.CaseRow, typed string) (view.CaseRow, string) {
	var parts []view.CaseRow
	want := strings.ToUpper(strings.TrimSpace(typed))
	for _, c := range cases {
		if strings.EqualFold(c.Ref, want) {
			return c, ""
		}
		if strings.Contains(strings.ToUpper(c.Ref), want) {
			parts = append(parts, c)
		}
	}
	switch {
	case len(parts) == 1:
		return parts[0], ""
	case len(parts) > 1:
		return view.CaseRow{}, fmt.Sprintf("@%s fits %d cases, such as %s and %s. Write more of it.", typed, len(parts), parts[0].Ref, parts[1].Ref)
	}
	return view.CaseRow{}, "There is no case @" + typed + " that you can open. Check the reference."
}

// information is the item as it would be saved now.
func (b *Bar) information() model.Information {
	i := model.Information{Received: b.begun, Words: b.words.Text(), Identity: strings.TrimSpace(b.identity.Value())}
	b.read.fill(&i)
	if b.noCase == "" {
		i.CaseID = b.into.ID
	}
	return i
}

// save logs the item. Only words and a case are asked for; a token that was not understood is asked about, because it
// would be lost otherwise.
func (b *Bar) save(another bool) tea.Cmd {
	if b.saving {
		return nil
	}
	item := b.information()
	switch {
	case b.noCase != "":
		b.wrong, b.at = b.noCase, inTokens
	case len(b.read.Problems) > 0:
		p := b.read.Problems[0]
		b.wrong, b.at = p.Typed+" is not understood: "+p.Why+".", inTokens
	case strings.TrimSpace(item.Words) == "":
		b.wrong, b.at = "There are no words to log yet. Type what was said.", inWords
	default:
		return b.log(item, b.into.Ref, another)
	}
	return b.keeping.keep()
}

func (b *Bar) log(item model.Information, caseRef string, another bool) tea.Cmd {
	b.saving, b.wrong, b.keeping.over = true, "", true
	b.Tasks.Cancel(b.Owner, "draft") // a pause that is still running has nothing to save any more
	st, drop := b.st, b.keeping.drop()
	return b.Write(func(ctx context.Context) (tea.Msg, error) {
		done, err := st.Log(ctx, item)
		if err != nil {
			return nil, err
		}
		out := logged{done: done, owing: len(item.Owing()), caseRef: caseRef, another: another}
		if err := drop(ctx); err != nil {
			out.left = shortly(err)
		}
		return out, nil
	})
}

// logged says what was saved and closes the bar, or makes it ready for another from the same source.
func (b *Bar) logged(m logged) tea.Cmd {
	b.saving = false
	say := kit.Notice{Text: savedWords(m), Undo: m.done.Undo}
	if m.left != "" {
		say.Text += "; its draft is still on Today: " + m.left
	}
	if !m.another {
		b.closed = true
		return kit.Send(say)
	}
	b.words.SetText("")
	b.begun, b.at = b.Now(), inWords
	b.keeping = newKeeping(b.Ctx, b.st, "", b.draft)
	return kit.Send(say)
}

// savedWords is "INF-2026-7KQ4M2 saved to DD-2026-A014, 3 to complete".
func savedWords(m logged) string {
	ref := "The item is"
	if i := slices.IndexFunc(m.done.Refs, func(r string) bool { return strings.HasPrefix(r, model.RefInformation) }); i >= 0 {
		ref = m.done.Refs[i]
	}
	s := ref + " saved to " + m.caseRef
	if m.owing > 0 {
		return s + fmt.Sprintf(", %d to complete", m.owing)
	}
	return s + ", complete"
}

// Fault says why the item was not saved; the words stay.
func (b *Bar) Fault(r kit.Result) (tea.Cmd, bool) {
	if r.Ticket.Slot == "draft" {
		return nil, true // a pause that was overtaken
	}
	if r.Ticket.Gen == 0 && b.saving {
		b.saving, b.keeping.over = false, false
		b.keeping.asked = b.keeping.kept
		b.wrong = sentence(r.Err)
		return b.keeping.keep(), true
	}
	if r.Ticket.Slot == "cases" || r.Ticket.Slot == "take up" {
		b.wrong = sentence(r.Err)
		return nil, true
	}
	return nil, false
}

// sentence is an error, without what stands round it, as a sentence of its own.
func sentence(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return kit.Sentence(e.Error())
	}
	return kit.Sentence(err.Error())
}
