package keys

import (
	"bytes"
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// sheet is a form over the page. What is typed into it is secret: it is no draft.
type sheet struct {
	title, says string
	form        *widget.Form
	submit      func() tea.Cmd
	wrong       string
}

const (
	fieldNew   = "passphrase" // as the workspace's errors name it
	fieldAgain = "again"
	fieldKnown = "known"
	fieldSheet = "recovery"

	notKnown = "no"
	wasKnown = "yes"
)

// failed says why, beside the field that is named or above them all.
func (s *sheet) failed(err error) {
	var e *model.Error
	if errors.As(err, &e) && (e.Field == fieldNew || e.Field == fieldSheet) {
		s.form.SetError(e.Field, kit.Sentence(err.Error()))
		return
	}
	s.wrong = kit.Sentence(err.Error())
}

// passphraseSheet asks for a new passphrase, twice, and whether the old one was known.
func (p *Page) passphraseSheet() tea.Cmd {
	s := &sheet{title: "Set your own passphrase", says: passphraseSays + " " + knownSays}
	s.form = widget.NewForm([]widget.Field{
		{Name: fieldNew, Label: "New passphrase", Kind: widget.FieldSecret, Required: true, Help: "Six words that have nothing to do with one another are easy to keep and hard to guess."},
		{Name: fieldAgain, Label: "The same again", Kind: widget.FieldSecret, Required: true},
		{Name: fieldKnown, Label: "The old one", Kind: widget.FieldChoice, Required: true, Options: []kit.Option{
			{ID: notKnown, Text: "nobody else knew it", Note: "or only who gave it to you"},
			{ID: wasKnown, Text: "somebody else knew it", Note: "new keys for all that you hold"}}},
	}, widget.Values{fieldKnown: notKnown})
	s.submit = func() tea.Cmd { return p.setPassphrase(s) }
	p.sheet = s
	return nil
}

func (p *Page) setPassphrase(s *sheet) tea.Cmd {
	pass, again := s.form.Secret(fieldNew), s.form.Secret(fieldAgain)
	defer clear(again)
	if !bytes.Equal(pass, again) {
		clear(pass)
		s.form.SetError(fieldAgain, "These are not the same words. Type both again, slowly.")
		return nil
	}
	st, known := p.st, s.form.Values()[fieldKnown] == wasKnown
	return p.act("setting the passphrase", func(ctx context.Context) (string, error) {
		defer clear(pass)
		_, err := st.ChangePassphrase(ctx, pass, known)
		words := "The passphrase is set."
		if known {
			words += " All that you hold gets new keys when nobody types."
		}
		return words, err
	})
}

// drillSheet asks for the recovery sheet, as it stands on the paper.
func (p *Page) drillSheet() tea.Cmd {
	s := &sheet{title: "Read the recovery sheet back", says: drillSays}
	s.form = widget.NewForm([]widget.Field{
		{Name: fieldSheet, Label: "The sheet", Kind: widget.FieldSecret, Required: true, Help: "All blocks in their order; blanks between them do not matter. Ctrl+s checks them."},
	}, widget.Values{})
	s.submit = func() tea.Cmd {
		typed, st := s.form.Secret(fieldSheet), p.st
		return p.act("checking the sheet", func(ctx context.Context) (string, error) {
			defer clear(typed)
			_, err := st.Drill(ctx, string(typed))
			return "The sheet is right. The day is noted.", err
		})
	}
	p.sheet = s
	return nil
}
