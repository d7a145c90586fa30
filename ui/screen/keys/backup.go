package keys

import (
	"context"
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

const (
	backupSays = "A compact copy, sealed like the workspace: it opens with the same passphrases. It is read back from the disk, checked and counted before it gets its name; " +
		"if anything goes wrong there is no copy. You can go on working meanwhile. What is disposed of later is still in it. A copy on the same disk is lost with that disk: keep one elsewhere."

	fieldTo    = "to"
	backupSlot = "backup"
)

// Copied tells of a backup that was made.
type Copied struct {
	Path    string
	Name    string // the last part of the path
	Entries uint64 // of its ledger
	Values  int    // sealed values that were counted in it
	Head    string // of its ledger, in eight words
}

// News tells the other pages: the ledger has a line more.
func (Copied) News() kit.Changed { return kit.Changed{} }

// words are for whoever made it. Its path, which may be long, stands last: the head is for the minutes.
func (c Copied) words() string {
	return fmt.Sprintf("A backup with %s and %s is made and checked. For the minutes, the eight words of its head: %s. It is %s",
		kit.Count(int(c.Entries), "ledger entry", "ledger entries"), kit.Count(c.Values, "value", "values"), c.Head, c.Path)
}

// copying is a backup that is being made.
type copying struct{ to, words string }

type (
	placed   struct{ to string } // where a backup is offered to go
	uncopied struct {
		to  string
		err error
	}
)

// askBackup asks off the loop which name beside the workspace is free, and then where the backup is to go.
func (p *Page) askBackup() tea.Cmd {
	if p.copying != nil {
		return kit.Send(p.stopQuestion())
	}
	st, day := p.st, model.DayOf(p.Now())
	return p.Read("place", func(context.Context) (tea.Msg, error) { return placed{st.BackupPlace(day)}, nil })
}

func (p *Page) backupSheet(to string) {
	s := &sheet{title: "Make a backup", says: backupSays}
	s.form = widget.NewForm([]widget.Field{
		{Name: fieldTo, Label: "Where to", Kind: widget.FieldText, Required: true, Help: "The name of a new file. Ctrl+s begins."},
	}, widget.Values{fieldTo: to})
	s.submit = func() tea.Cmd { return p.backup(s.form.Values()[fieldTo]) }
	p.sheet = s
}

// backup makes one beside the work. Its sheet is put by, so that the page can be used meanwhile.
func (p *Page) backup(to string) tea.Cmd {
	p.putBy()
	p.copying = &copying{to: to, words: "it begins"}
	if over, _ := p.st.Sound(); !over {
		p.copying.words = "it waits for the check of the whole file"
	}
	p.relist()
	st := p.st
	return p.Long(backupSlot, func(ctx context.Context, tell kit.Report) (tea.Msg, error) {
		made, err := st.Backup(ctx, to, func(done, total int64) { tellCopied(tell, done, total) })
		if err != nil {
			return uncopied{to, err}, nil
		}
		return made, nil
	})
}

// tellCopied tells how far it is. How far the check of the copy is nobody says, only that it goes on.
func tellCopied(tell kit.Report, done, total int64) {
	if done >= total {
		tell(100, 100, "reading the copy back and checking it")
		return
	}
	n := int(100 * done / total)
	tell(n, 100, fmt.Sprintf("%d %% is copied", n))
}

// progress hears how far the backup is.
func (p *Page) progress(m kit.Progress) {
	if p.copying != nil && m.Ticket.Slot == backupSlot {
		p.copying.words = m.Words
		p.relist()
	}
}

func (p *Page) copied(c Copied) tea.Cmd {
	p.copying, p.made = nil, &c
	p.relist()
	return kit.Send(kit.Notice{Text: c.words(), Sticky: true})
}

// uncopied says why there is no backup. Where the place was at fault the sheet comes back with it.
func (p *Page) uncopied(m uncopied) tea.Cmd {
	p.copying = nil
	p.relist()
	says := kit.Sentence(m.err.Error())
	if errors.Is(m.err, context.Canceled) {
		return tea.Batch(kit.Say("The backup was stopped. There is no copy."), p.ask())
	}
	n := kit.Notice{Text: says, Tone: kit.Warn}
	switch model.KindOf(m.err) {
	case model.Invalid, model.NotFound, model.Denied, model.Busy:
		if p.sheet == nil && p.busy == "" {
			p.backupSheet(m.to)
			p.sheet.wrong = says
			return nil
		}
	case model.Disk, model.Corrupt:
		n.Tone, n.Sticky = kit.Danger, true
	}
	return tea.Batch(kit.Send(n), p.ask())
}

func (p *Page) stopQuestion() kit.Question {
	tasks, owner := p.Tasks, p.Owner
	return kit.Question{Title: "Stop the backup?", Detail: "It is not finished: " + p.copying.words + ". If it is stopped there is no copy.", YesWord: "stop it",
		Then: func(string) tea.Cmd {
			tasks.Stop(owner, backupSlot)
			return nil
		}}
}

// Leave asks before a backup that is not finished ends with the page. Pages that are opened above this one do not end it.
func (p *Page) Leave() *kit.Question {
	if p.copying == nil {
		return nil
	}
	q := p.stopQuestion()
	q.Title, q.YesWord = "A backup is being made. Stop it and leave?", "stop it and leave"
	return &q
}

func (p *Page) backupRow() row {
	r := row{id: "backup", name: "backup", what: "a checked copy, made while you work", tone: kit.Text, next: "make one", writes: true, why: backupSays, enter: p.askBackup}
	switch {
	case p.copying != nil:
		r.what, r.next = p.copying.words, "stop it"
		r.why = "A backup to " + p.copying.to + " is being made: " + p.copying.words + "."
	case p.made != nil:
		r.what, r.next = "made: "+p.made.Name, "make another"
		r.why = p.made.words()
	}
	return r
}
