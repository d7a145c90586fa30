package ui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

// wait lets time pass, and lets the App look at the clock.
func (d *driver) wait(t time.Duration) {
	d.t.Helper()
	d.clock = d.clock.Add(t)
	d.send(tickMsg(d.clock))
}

// begin lets time pass and gives the command of what begins by itself, which is not waited for.
func (d *driver) begin(t time.Duration) tea.Cmd {
	d.t.Helper()
	d.clock = d.clock.Add(t)
	_, cmd := d.a.Update(tickMsg(d.clock))
	return cmd
}

func TestTheWorkspaceIsTidiedWhenNobodyTypes(t *testing.T) {
	d := drive(t, 80, 24)
	d.wait(10 * time.Second)
	if d.s.tidied != 0 {
		t.Fatal("it is tidied ten seconds after the last key")
	}
	d.wait(6 * time.Second)
	d.wait(20 * time.Second)
	if d.s.tidied != 1 {
		t.Errorf("tidied %d times while nobody typed", d.s.tidied)
	}
	d.press("j")
	d.wait(20 * time.Second)
	if d.s.tidied != 2 {
		t.Errorf("not tidied again after a key")
	}
	d.s.readOnly = true
	d.press("j")
	d.wait(20 * time.Second)
	if d.s.tidied != 2 {
		t.Errorf("a workspace that is open to read only was tidied")
	}
}

// TestAKeyEndsTheTidying plays what one sees of a long one, and what a key does to it.
func TestAKeyEndsTheTidying(t *testing.T) {
	d := drive(t, 80, 24)
	ended := make(chan error, 1)
	d.s.tidy = func(ctx context.Context, tell func(view.Tidying)) error {
		tell(view.Tidying{Task: view.TidySearch, Done: 4, Of: 10})
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
	running := d.begin(20 * time.Second)
	p := running().(kit.Progress)
	_, running = d.a.Update(p)
	d.sees("bringing the search up to date: 40 %")
	d.golden("tidying-80x24")
	if since := d.clock.Sub(d.a.keyAt); since < 20*time.Second {
		t.Error("tidying holds the lock off")
	}
	if d.begin(20*time.Second) != nil {
		t.Error("it was begun a second time")
	}
	d.press("j")
	d.seesNot("bringing the search")
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a key does not end it")
	}
	d.send(running())
	d.seesNot("bringing", "cancel")
	d.s.tidy = nil
	d.wait(20 * time.Second)
	if d.s.tidied != 2 {
		t.Error("it does not go on later")
	}
}

func TestATidyingThatFailsIsToldOnce(t *testing.T) {
	d := drive(t, 80, 24)
	d.s.tidy = func(context.Context, func(view.Tidying)) error {
		return model.Fail(model.Disk, "the workspace could not be made compact: the disk is full")
	}
	d.wait(20 * time.Second)
	d.sees("could not be made compact: the disk is full")
	d.wait(20 * time.Second)
	if d.s.tidied != 1 {
		t.Errorf("%d times", d.s.tidied)
	}
}

// TestWhatIsDueStandsOnToday looks at it, and goes from there to where it is seen to.
func TestWhatIsDueStandsOnToday(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
		d := drive(t, size.w, size.h)
		d.s.review, d.s.sign = nil, nil
		d.s.due = []view.Due{{Kind: view.DuePassphrase}, {Kind: view.DueDrill}, {Kind: view.DueKeys, Cases: 9, Since: day(2025, time.March, 3)}, {Kind: view.DueSeal}, {Kind: view.DueCompact}}
		d.send(kit.Changed{})
		d.press("home", "down")
		d.golden(fmt.Sprintf("today-due-%dx%d", size.w, size.h))
		d.sees("not compact yet")
		d.press("enter")
		d.sees("Members and keys", "was given to you by somebody else")
		d.press("enter", "amber birch", "tab", "amber birch", "ctrl+s")
		if len(d.s.words) != 1 || d.s.words[0] != "amber birch" {
			t.Errorf("%q", d.s.words)
		}
		d.press(":", "lock", "enter")
		d.sees("Passphrase")
	}
}

// TestDamageThatIsFoundLaterIsLoud lets the check beside the work find something.
func TestDamageThatIsFoundLaterIsLoud(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
		d := drive(t, size.w, size.h)
		d.s.slow = true
		d.press("j")
		d.sees("checking the file")
		d.seesNot("damaged")
		d.s.slow, d.s.unsound = false, model.Fail(model.Corrupt, "this workspace is damaged").Because(errors.New("an item was altered (r/3ffc2016/4f910ef4, last changed in line 2,201 of the ledger)"))
		d.wait(5 * time.Second)
		d.golden(fmt.Sprintf("damage-found-%dx%d", size.w, size.h))
		d.sees("This workspace is damaged, or somebody has changed it.", "Nothing more is written to it", "caseroom restore", "--salvage", "read only")
		d.press("esc", "c")
		d.sees("nothing can be captured", "This workspace is damaged")
		d.wait(20 * time.Second)
		if d.s.tidied != 0 {
			t.Error("a damaged file was tidied")
		}
		d.press("f9", "enter")
		d.sees("nothing can be changed")
		d.press("f12")
		d.seesNot("damaged")
	}
}

// TestADamagedWorkspaceIsReadUnderABanner opens one that cannot be read whole.
func TestADamagedWorkspaceIsReadUnderABanner(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
		d := driveWith(t, size.w, size.h, uitest.Theme(t, "mono"), false)
		s := newFake(func() time.Time { return d.clock })
		s.readOnly, s.lost = true, []string{"the file itself: page 1024 is not what it says", "an item is missing (r/c44fb8b6/8bd2031b, last changed in line 2,034 of the ledger)"}
		door := d.door()
		door.open = func() Session { return s }
		d.a.held.hold(nil, door)
		d.press("harvest moon", "enter")
		d.sees("Read only: this workspace is damaged", "page 1024 is not what it says", "1 more thing", "--salvage")
		d.golden(fmt.Sprintf("damaged-%dx%d", size.w, size.h))
		d.press("f9")
		d.sees("What is lost 2 things", "An item is missing")
	}
}

// TestTheDoorSaysWhatShouldBeKnown looks at the unlock page of a file that is moved over, and of an older copy.
func TestTheDoorSaysWhatShouldBeKnown(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {60, 20}} {
		d := driveWith(t, size.w, size.h, uitest.Theme(t, "mono"), false)
		door := d.door()
		door.head = "blanket mallard pigeon fern canvas basket ladder acorn"
		door.notices = []string{"this copy is older than another of this workspace, which was open here on 19 June 2026 at 16:42 (/cases/old.caseroom): it has 4117 entries in its ledger, the other 4118 entries in its ledger"}
		d.a.door = doorOf(door, time.UTC)
		d.a.held.hold(nil, door)
		d.a.unlockPage().Ready(d.a.door)
		d.send(tea.WindowSizeMsg{Width: size.w, Height: size.h})
		d.golden(fmt.Sprintf("unlock-notice-%dx%d", size.w, size.h))
		d.press("f4")
		d.sees("blanket mallard pigeon fern")
		d.press("harvest moon", "enter")
		d.sees("This copy is older than another", "I have read it")
		d.press("esc")
		d.seesNot("This copy is older")
		d.press("M")
		d.sees("This copy is older")

		d = driveWith(t, size.w, size.h, uitest.Theme(t, "mono"), false)
		door = d.door()
		door.moves = "This workspace was made by an earlier version of Caseroom (format 0). It is moved over to format 1 as it is opened. The file as it was is kept as /cases/northmoor.caseroom.format0 until it has been opened once more."
		d.a.unlockPage().Ready(doorOf(door, time.UTC))
		d.send(tea.WindowSizeMsg{Width: size.w, Height: size.h})
		d.golden(fmt.Sprintf("unlock-moves-%dx%d", size.w, size.h))
	}
}

// TestAJobOutlivesTheIdleLock locks while an import runs: the screen is blank at once, drafts are sealed, the import
// comes to its end, and only then the session is closed.
func TestAJobOutlivesTheIdleLock(t *testing.T) {
	d := drive(t, 80, 24)
	s := d.s
	d.press("f3", "a", "rap", "tab", "Child Q of the lighthouse")
	goOn, ctxs := make(chan bool), make(chan context.Context, 1)
	job := d.a.tasks.Long(d.a.top().id, "import", func(ctx context.Context, report kit.Report) (tea.Msg, error) {
		ctxs <- ctx
		report(3, 10, "rows of lighthouse.csv")
		<-goOn
		return "imported the lighthouse", nil
	})
	ctx := <-ctxs
	p := job().(kit.Progress)
	_, job = d.a.Update(p)
	d.clock = d.clock.Add(11 * time.Minute)
	d.holds = true
	d.send(tickMsg(d.clock))
	if s.closed || ctx.Err() != nil {
		t.Fatalf("the job lost its session: closed %v, %v", s.closed, ctx.Err())
	}
	d.sees("Passphrase", "finishing a job, then closing")
	d.seesNot("lighthouse", "Child", "DD-2026")
	kept := false
	for n := 0; n < 100 && !kept; n++ { // the writer is beside the loop
		time.Sleep(5 * time.Millisecond)
		drafts, _ := s.Drafts(context.Background())
		for _, x := range drafts {
			kept = kept || strings.Contains(string(x.Data), "lighthouse")
		}
	}
	if !kept {
		t.Error("what was typed is in no draft while the job still runs")
	}
	d.a.Update(p)
	d.sees("finishing a job, then closing: 30 %")
	d.press("harvest moon", "enter")
	if d.a.session != nil {
		t.Error("it can be unlocked while it is being closed")
	}
	close(goOn)
	d.send(job())
	d.release()
	if !s.closed || !s.blank || ctx.Err() != nil {
		t.Errorf("after the job: closed %v, blank %v, %v", s.closed, s.blank, ctx.Err())
	}
	d.sees("file closed in order")
	found := strings.Join(reachable(reflect.ValueOf(d.a)), "\n")
	if strings.Contains(found, "lighthouse") {
		t.Error("words of the job can still be reached")
	}
}

// TestLeavingALockedScreenEndsTheJob presses ctrl+c while a job is being finished.
func TestLeavingALockedScreenEndsTheJob(t *testing.T) {
	d := drive(t, 80, 24)
	s := d.s
	job := d.a.tasks.Long(d.a.top().id, "import", func(ctx context.Context, _ kit.Report) (tea.Msg, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	d.holds = true
	d.press("f12", "ctrl+c")
	d.send(job())
	d.release()
	if !d.quit || !s.closed {
		t.Errorf("quit %v, closed %v", d.quit, s.closed)
	}
}

// TestABackupIsNotLeftUnasked makes one that takes long, and leaves: first the page, then the program, and then it is locked.
func TestABackupIsNotLeftUnasked(t *testing.T) {
	d := drive(t, 80, 24)
	s := d.s
	began, goOn := make(chan context.Context, 1), make(chan bool)
	s.backup = func(ctx context.Context) error {
		began <- ctx
		<-goOn
		return ctx.Err()
	}
	d.press("f9", "B")
	d.holds = true
	d.press("ctrl+s")
	ctx := <-began
	d.press("f2")
	d.sees("A backup is being made. Stop it and leave?")
	d.clock = d.clock.Add(time.Second)
	d.press("n", "ctrl+c")
	d.sees("A backup is being made. Stop it and leave?")
	d.clock = d.clock.Add(time.Second)
	d.press("n")
	if ctx.Err() != nil || d.quit {
		t.Fatalf("it was stopped unasked: %v, %v", ctx.Err(), d.quit)
	}
	d.press("f12")
	d.sees("finishing a job, then closing")
	if s.closed || ctx.Err() != nil {
		t.Fatalf("the backup lost its session: closed %v, %v", s.closed, ctx.Err())
	}
	close(goOn)
	d.release()
	if !s.closed || ctx.Err() != nil {
		t.Errorf("after the backup: closed %v, %v", s.closed, ctx.Err())
	}
}
