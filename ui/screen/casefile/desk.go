package casefile

import (
	"cmp"
	"context"
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// Options say what a page is about.
type Options struct {
	Ref    string // of the case, or of the item
	Arg    string // of a case: the tab, or "draft:" and the name of a draft
	Masked bool   // people are shown by their pseudonyms
}

// desk is what the page of a case and the page of an item have in common: the dossier, and what one does with it.
type desk struct {
	kit.Ctx
	st     Store
	masked bool
	d      *dossier // nil until it was read
	wrong  string   // why it could not be read
	noted  bool     // the ledger was told that the case was opened
	sheet  *sheet   // a form over the page
	find   finding
	show   func() // lays the page out anew: the dossier or the mask is another
}

type (
	fileRead struct{ d *dossier }
	// told is the outcome of a write: a sentence, and news for every page.
	told struct {
		words string
		undo  bool
		news  kit.Changed
	}
)

// News tells the pages that show what was changed.
func (t told) News() kit.Changed { return t.news }

// load reads the case that find names.
func (k *desk) load(find func(context.Context, Store) (model.ID, error)) tea.Cmd {
	st := k.st
	return k.Read("file", func(ctx context.Context) (tea.Msg, error) {
		id, err := find(ctx, st)
		if err != nil {
			return nil, err
		}
		f, err := st.CaseFile(ctx, id)
		if err != nil {
			return nil, err
		}
		return fileRead{newDossier(f)}, nil
	})
}

// again reads the same case again.
func (k *desk) again() tea.Cmd {
	if k.d == nil {
		return nil
	}
	id := k.d.ID
	return k.load(func(context.Context, Store) (model.ID, error) { return id, nil })
}

// hear takes the messages that both pages have.
func (k *desk) hear(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case fileRead:
		k.d, k.wrong = m.d, ""
		k.show()
		return k.note(), true
	case told:
		return kit.Send(kit.Notice{Text: m.words, Undo: m.undo}), true
	case kit.Changed:
		if m.Touches("case", "information", "person", "restriction", "incident", "pack", "clearance") {
			return k.again(), true
		}
		return nil, true
	}
	if k.sheet != nil {
		return k.sheetHears(msg)
	}
	return nil, false
}

// note tells the ledger, once, that the case was opened. Failing is no reason not to show it: a workspace that was
// opened for reading only cannot be written to.
func (k *desk) note() tea.Cmd {
	if k.noted {
		return nil
	}
	k.noted = true
	st, id := k.st, k.d.ID
	return k.Write(func(ctx context.Context) (tea.Msg, error) {
		err := st.Opened(ctx, id)
		if err != nil && model.KindOf(err) != model.Disk {
			return nil, err
		}
		return nil, nil
	})
}

// Fault hears what could not be read or written.
func (k *desk) Fault(r kit.Result) (tea.Cmd, bool) {
	switch r.Ticket.Slot {
	case "file":
		if errors.Is(r.Err, context.Canceled) {
			return nil, true
		}
		k.d, k.wrong = nil, kit.Sentence(r.Err.Error())
		return nil, true
	case "history", "draft":
		return nil, true // an answer that was overtaken, or that the next news asks for again
	case "members", "consequences", "take up":
		if k.sheet != nil {
			k.sheet.busy, k.sheet.wrong = false, kit.Sentence(r.Err.Error())
			return nil, true
		}
	}
	return nil, false
}

// CaseRef is the case on screen, for what is captured over this page.
func (k *desk) CaseRef() string {
	if k.d == nil {
		return ""
	}
	return k.d.Ref
}

// Masked says whether people are shown by their pseudonyms.
func (k *desk) Masked() bool { return k.masked }

// SetMasked shows people by their pseudonyms, or by their names.
func (k *desk) SetMasked(on bool) {
	if k.masked != on {
		k.masked = on
		k.show()
	}
}

// Keep queues the draft of an open sheet for the writer at once.
func (k *desk) Keep() tea.Cmd {
	if k.sheet == nil {
		return nil
	}
	return k.sheet.keep()
}

// SaveState is the state of the sheet's draft, for the footer.
func (k *desk) SaveState() (string, kit.Token) {
	if k.sheet == nil {
		return "", kit.Quiet
	}
	return k.sheet.state()
}

// write does a thing and says so. noun is what pages are told has changed besides what the change put.
func (k *desk) write(noun model.Noun, do func(context.Context, Store) (view.Applied, error)) tea.Cmd {
	st := k.st
	return k.Write(func(ctx context.Context) (tea.Msg, error) {
		done, err := do(ctx, st)
		if err != nil {
			return nil, err
		}
		return tell(done, noun), nil
	})
}

func tell(done view.Applied, nouns ...model.Noun) told {
	kinds := []string{string(model.NounCase)}
	for _, n := range nouns {
		kinds = append(kinds, string(n))
	}
	return told{done.Words, done.Undo, kit.Changed{Kinds: kinds, IDs: done.Refs}}
}

// reveal asks why, and then uncovers.
func (k *desk) reveal(n model.Noun, id model.ID, ref string, on []string) tea.Cmd {
	return kit.Send(kit.Question{
		Title:  "Uncover the words of " + ref + "?",
		Detail: "They are covered as " + cmp.Or(labels(on), "restricted") + ". Your reason stands in the ledger, where managers, governance and auditors see it: write no words of the case in it. They are covered again when you lock.",
		Ask:    "Why do you need to read them?", YesWord: "uncover",
		Then: func(why string) tea.Cmd {
			return k.write(n, func(ctx context.Context, st Store) (view.Applied, error) {
				return view.Applied{Words: "uncovered " + ref + "; the reason is in the ledger", Refs: []string{ref}}, st.Reveal(ctx, n, id, why)
			})
		},
	})
}

// correct opens the form that corrects an item, unless something of it is covered.
func (k *desk) correct(v *view.InfoView) tea.Cmd {
	if itemCovered(v) {
		return kit.Say("something of " + v.Ref + " is covered: press v and say why you need to read it, then correct it")
	}
	return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToItemForm, ID: v.Ref, Arg: k.d.Ref}})
}

// lift asks why, and then lifts one of the restrictions; of several it asks which first.
func (k *desk) lift(rs []view.RestrictionView) tea.Cmd {
	switch len(rs) {
	case 0:
		return kit.Say("nothing here is restricted by itself; what covers it may be on a person or on the whole case: see Restrictions")
	case 1:
		return k.liftOne(rs[0])
	}
	var options []kit.Option
	for _, r := range rs {
		options = append(options, kit.Option{ID: r.Ref, Text: r.Title, Note: r.Ref})
	}
	return kit.Send(kit.Choice{Title: "Which restriction is lifted?", Options: options, Then: func(ids []string) tea.Cmd {
		for _, r := range rs {
			if len(ids) == 1 && r.Ref == ids[0] {
				return k.liftOne(r)
			}
		}
		return nil
	}})
}

func (k *desk) liftOne(r view.RestrictionView) tea.Cmd {
	return kit.Send(kit.Question{
		Title:  "Lift " + r.Ref + ": " + lower(r.Title) + ", on " + onWhat(r) + "?",
		Detail: "What it covers is then shown to everybody who is cleared for " + r.CaseRef + ", and packs may carry it. It was set because: " + strings.TrimSpace(r.Reason),
		Ask:    "Why is it lifted?", YesWord: "lift it",
		Then: func(why string) tea.Cmd {
			return k.write(model.NounRestriction, func(ctx context.Context, st Store) (view.Applied, error) { return st.Lift(ctx, r.ID, why) })
		},
	})
}

// onWhat says what a restriction is on: "the whole case", "person P03", "item INF-2026-7KQ4M2".
func onWhat(r view.RestrictionView) string {
	if r.TargetNoun == model.NounInformation {
		return "item " + r.TargetRef
	}
	return cmp.Or(r.TargetWords, r.TargetRef)
}

// showRef shows a reference. There is no clipboard: what is copied there outlives the lock.
func showRef(ref string) tea.Cmd {
	return kit.Send(kit.Notice{Text: "the reference is " + ref + " (shown, not copied: nothing leaves by a clipboard)"})
}
