package keys

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

// lastSaid is the sentence that was said last.
func lastSaid(t *testing.T, s *uitest.Stage) kit.Notice {
	t.Helper()
	if len(s.Said) == 0 {
		t.Fatal("nothing was said")
	}
	return s.Said[len(s.Said)-1]
}

func TestABackupIsMadeWhereItIsAskedFor(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, "")
	play(s, "B")
	says(t, s, "Make a backup", "/cases/northmoor-2026-06-22.caseroom", "checked and counted")
	did(t, f)
	play(s, "esc")
	s.HasNot("Where to")
	play(s, "B", "ctrl+s")
	did(t, f, "backup /cases/northmoor-2026-06-22.caseroom")
	n := lastSaid(t, s)
	if !n.Sticky || !strings.Contains(n.Text, "with 1204 ledger entries and 3310 values is made") ||
		!strings.Contains(n.Text, "blanket mallard pigeon fern canvas basket ladder acorn") {
		t.Errorf("%+v", n)
	}
	says(t, s, "made: northmoor-2026-06-22.caseroom")
}

// TestABackupThatIsRefusedStaysToBeMended lets the place be wrong, and then the disk.
func TestABackupThatIsRefusedStaysToBeMended(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, "")
	f.fail = model.Fail(model.NotFound, "there is no folder /cases").Do("make it first, or check the name")
	play(s, "B", "x", "ctrl+s")
	says(t, s, "There is no folder /cases: make it first", "northmoor-2026-06-22.caseroomx")
	did(t, f)
	play(s, "backspace", "ctrl+s")
	did(t, f, "backup /cases/northmoor-2026-06-22.caseroom")
	f.fail = model.Fail(model.Disk, "the backup could not be made: the disk is full")
	play(s, "B", "ctrl+s")
	s.HasNot("Where to", "is copied")
	if n := lastSaid(t, s); !n.Sticky || n.Tone != kit.Danger || n.Text != "The backup could not be made: the disk is full." {
		t.Errorf("%+v", n)
	}
}

// running is a page on which a backup stands still at 40 %; wait hears how it ended.
func running(t *testing.T, w, h int) (f *fake, p *Page, s *uitest.Stage, wait func()) {
	f = newFake()
	f.copying = make(chan bool)
	c := uitest.Ctx(t)
	p = New(c, f, Options{File: "northmoor.caseroom"})
	s = uitest.NewStage(t, c, p, w, h)
	play(s, "B")
	job := p.sheet.submit()
	s.Later(p.Update(kit.Progress{Ticket: kit.Ticket{Owner: c.Owner, Slot: backupSlot}, Done: 40, Total: 100, Words: "40 % is copied"}))
	return f, p, s, func() {
		s.Later(func() tea.Msg { return job() })
		s.Settle()
	}
}

func TestThePageIsUsedWhileABackupIsMade(t *testing.T) {
	for _, size := range sizes {
		f, p, s, wait := running(t, size[0], size[1])
		play(s, "end", "up", "up")
		s.Golden("copying")
		play(s, "home", "enter")
		says(t, s, "New passphrase")
		play(s, "esc")
		if q := p.Leave(); q == nil || !strings.Contains(q.Detail, "there is no copy") {
			t.Errorf("the page is left without a question: %+v", q)
		}
		close(f.copying)
		wait()
		did(t, f, "backup /cases/northmoor-2026-06-22.caseroom")
		if p.Leave() != nil {
			t.Error("a page without a backup under way asks before it is left")
		}
		play(s, "end", "up", "up")
		s.Golden("copied")
	}
}

func TestABackupIsStopped(t *testing.T) {
	f, p, s, wait := running(t, 80, 24)
	play(s, "B")
	says(t, s, "Stop the backup?", "40 % is copied")
	play(s, "y")
	wait()
	did(t, f)
	if n := lastSaid(t, s); n.Text != "The backup was stopped. There is no copy." || p.copying != nil {
		t.Errorf("%+v", n)
	}
}

func TestNoBackupOfWhatIsOpenToReadOnly(t *testing.T) {
	f := newFake()
	f.readOnly = true
	s := stage(t, f, 80, 24, "")
	s.HasNot("B backup")
	play(s, "B")
	if n := lastSaid(t, s); !strings.Contains(n.Text, "open to read only") {
		t.Errorf("%+v", n)
	}
}

func TestABackupSaysThatItWaitsForTheCheck(t *testing.T) {
	f := newFake()
	f.slow = true
	s := stage(t, f, 80, 24, "")
	play(s, "B")
	s.Press("ctrl+s")
	says(t, s, "backup it waits for the check of the whole file")
	s.Settle()
	says(t, s, "made: northmoor-2026-06-22.caseroom")
}
