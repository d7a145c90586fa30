package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// finder is the open palette.
type finder struct {
	*part
	widget   *widget.Palette
	commands []widget.Command
}

// paletteCases is the answer to the palette's reading of the cases.
type paletteCases struct {
	of   *finder
	rows []view.CaseRow
}

const (
	caseEntry = "case:"     // before the reference, in an entry's id
	findCase  = "find-case" // the short name "case", with words after it
)

// palette opens the palette: commands at once, cases as soon as they are read.
func (a *App) palette() tea.Cmd {
	f := &finder{commands: a.commands()}
	f.widget = widget.NewPalette(f.commands, map[string]string{"case": findCase, "open": findCase, "q": string(kit.QuitNow), "quit": string(kit.QuitNow)})
	f.part = &part{widget: f.widget, scopes: oneScope(kit.InPalette), height: func(int) int { return f.widget.Height() }}
	f.update = func(_ *App, k tea.KeyMsg) tea.Cmd { f.widget.Update(k); return nil }
	f.do = func(a *App, act kit.Action) tea.Cmd {
		if act == kit.Back {
			f.closed = true
			return nil
		}
		e, _ := f.widget.Do(act)
		if !e.Done {
			return nil
		}
		return a.chosen(f, e)
	}
	a.open(f.part)
	s := a.session
	return a.tasks.Read(0, "palette", func(ctx context.Context) (tea.Msg, error) {
		rows, err := s.Cases(ctx)
		return paletteCases{f, rows}, err
	})
}

// commands are the actions that can be asked for now; undo says what it would take back.
func (a *App) commands() []widget.Command {
	list := widget.CommandsOf(a.keys, a.scopes(), a.offers)
	for i := range list {
		if list[i].ID == string(kit.Undo) {
			list[i].Title = "Undo: " + a.self.undo
		}
	}
	return list
}

// fillPalette adds the cases, if the palette that asked for them is still open.
func (a *App) fillPalette(c paletteCases) {
	if c.of.closed || a.session == nil {
		return
	}
	all := c.of.commands
	for _, r := range c.rows {
		all = append(all, widget.Command{ID: caseEntry + r.Ref, Title: r.Title, Kind: r.Kind.Title(), Key: r.Ref})
	}
	c.of.widget.SetCommands(all)
}

func (a *App) chosen(f *finder, e widget.PaletteEvent) tea.Cmd {
	if ref, ok := strings.CutPrefix(e.ID, caseEntry); ok {
		f.closed = true
		return a.goTo(kit.Go{Route: kit.Route{Kind: kit.ToCase, ID: ref}})
	}
	if e.ID != findCase {
		return a.run(f.part, kit.Action(e.ID))
	}
	f.closed = true
	ref, err := model.CanonicalRef(e.Arg)
	if err != nil {
		return a.notice(kit.Notice{Text: kit.Sentence(err.Error()), Tone: kit.Warn})
	}
	return a.goTo(kit.Go{Route: kit.Route{Kind: kit.ToCase, ID: ref}})
}

// undone is the answer to undo.
type undone struct {
	words string
	refs  []string
}

// News tells the pages which records are as they were.
func (u undone) News() kit.Changed { return kit.Changed{IDs: u.refs} }

// undo takes the last change back, off the loop.
func (a *App) undo() tea.Cmd {
	s := a.session
	return a.tasks.Write(0, func(ctx context.Context) (tea.Msg, error) {
		done, err := s.Undo(ctx)
		if err != nil {
			return nil, err
		}
		return undone{done.Words, done.Refs}, nil
	})
}
