package ui

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func TestEveryFrameFitsTheWindow(t *testing.T) {
	themes := []*kit.Theme{uitest.Theme(t, "mono")}
	plain, err := kit.NewTheme("light", true)
	if err != nil {
		t.Fatal(err)
	}
	themes = append(themes, plain)
	words := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Child A", "Zoë 児童 نور ", "\u0600\u202e\x1b[2J\ttab", strings.Repeat("very long ", 300), "👩‍👩‍👧"}))
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(0, 210).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h")
		d := driveWith(t, w, h, rapid.SampledFrom(themes).Draw(rt, "theme"), rapid.Bool().Draw(rt, "unlocked"))
		for i := range d.s.rows {
			d.s.rows[i].Title, d.s.rows[i].Summary, d.s.rows[i].Lead = words.Draw(rt, "title"), words.Draw(rt, "summary"), words.Draw(rt, "lead")
		}
		d.s.profile.Marking = words.Draw(rt, "marking")
		d.send(kit.Changed{})
		d.press("f3")
		d.holds = true // nothing is waited for from here on
		for _, k := range rapid.SliceOfN(rapid.SampledFrom([]string{"f2", "f3", "down", "p", "?", ":", "x", "esc", "f", "a", "enter", "u", "m", "f12", "tab", "end", "M"}), 0, 8).Draw(rt, "keys") {
			d.press(k)
			uitest.Fits(rt, d.a.View(), w, h)
		}
		d.send(tea.WindowSizeMsg{Width: w + 7, Height: h + 3})
		uitest.Fits(rt, d.a.View(), w+7, h+3)
		d.a.tasks.Close()
	})
}

func TestGoldenFrames(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x24", 80, 24}, {"120x40", 120, 40}, {"60x20", 60, 20}} {
		d := driveWith(t, size.w, size.h, uitest.Theme(t, "mono"), false)
		d.press("harvest mo")
		d.golden("unlock-" + size.name)
		d.press("enter")
		d.golden("unlock-wrong-" + size.name)
		d = drive(t, size.w, size.h)
		d.golden("today-" + size.name)
		d.press("f3")
		d.golden("cases-" + size.name)
		d.press("f", "is:open neglect")
		d.golden("cases-filter-" + size.name)
		d.press("esc", "a", "rap", "tab", "Child A at home", "tab", "Alfie Bramley")
		d.golden("cases-new-" + size.name)
		d.press("esc", "?")
		d.golden("help-" + size.name)
	}
}

func TestATinyWindowShowsOneSentenceAndRecovers(t *testing.T) {
	d := drive(t, 20, 5)
	if f := strings.Join(strings.Fields(d.frame()), " "); !strings.HasPrefix(f, "Caseroom needs 60 columns and 20 rows") || strings.Contains(f, "Today") {
		t.Errorf("%s", f)
	}
	d.press("f3")
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.sees("Today", "Restrictions to review")
}

func TestLettersThatArriveTogetherAreKeysOneByOne(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj")})
	d.press("enter")
	d.sees("DD-2026-A012")
	if got := d.a.top().route; got.ID != "DD-2026-A012" {
		t.Errorf("opened %v", got)
	}
}

func TestAPasteIsNeverACommand(t *testing.T) {
	d := drive(t, 80, 24)
	d.paste("q")
	d.paste("c:?\n")
	if d.quit || d.a.bar != nil || len(d.a.parts) > 0 {
		t.Error("a paste did something")
	}
	d = driveWith(t, 80, 24, uitest.Theme(t, "mono"), false)
	d.paste("harvest moon\r\n")
	if d.a.session != nil {
		t.Error("a paste submitted the passphrase")
	}
	d.press("enter")
	d.sees("Today")
}

func TestAWrongPassphraseIsToldAndNothingElse(t *testing.T) {
	d := driveWith(t, 80, 24, uitest.Theme(t, "mono"), false)
	d.sees("northmoor.caseroom", "R. Adeyemi", "file closed in order", "Fri 19 June 2026, 16:42")
	d.seesNot("Northmoor Safeguarding")
	d.press("harvest mood", "enter")
	d.sees("No member with that name and passphrase can open this workspace")
	d.seesNot("harvest", "••")
	d.press("tab")
	d.sees("T. Leigh", "3 of 3")
	d.press("harvest moon", "f2")
	d.sees("harvest moon")
	d.press("enter")
	d.sees("Today", "T. Leigh")
}

func TestAFileThatCannotBeOpenedAgainIsTold(t *testing.T) {
	d := drive(t, 80, 24)
	busy := model.Fail(model.Busy, "the workspace is in use by T. Leigh").Do("close it there first")
	d.a.opt.Open = func() (Vault, error) { return nil, busy }
	d.press("f12")
	d.sees("The workspace is in use by T. Leigh: close it there first.", "Nothing in it was changed")
	d.a.opt.Open = func() (Vault, error) { return d.door(), nil }
	d.press("enter")
	d.sees("Passphrase", "file closed in order")
}

func TestUnlockingReturnsToWhereOneWas(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "j", "enter")
	d.sees("CD-2026-A009")
	d.press("f12")
	d.seesNot("CD-2026-A009")
	d.press("harvest moon", "enter")
	d.sees("CD-2026-A009")
	d.press("esc")
	d.sees("Monday 22 June 2026")
	d.press("f3", "f12", "tab", "harvest moon", "enter")
	if got := d.a.top().route; got.Kind != kit.ToToday {
		t.Errorf("another member was taken to %v", got)
	}
}

// TestALockLetsGoOfEverything walks all that can be reached from the App after an idle lock.
func TestALockLetsGoOfEverything(t *testing.T) {
	d := drive(t, 120, 40)
	s := d.s
	d.press("f3", "f", "child", "enter", "enter", "esc", "a", "rap", "tab", "Child Q of the lighthouse")
	d.send(kit.Notice{Text: "DD-2026-A014 was changed", Sticky: true})
	d.press("f1")
	d.frame()
	d.clock = d.clock.Add(9*time.Minute + 45*time.Second)
	d.send(tickMsg(d.clock))
	d.sees("the workspace locks in a moment")
	d.clock = d.clock.Add(30 * time.Second)
	d.send(tickMsg(d.clock))
	if !s.closed || d.a.session != nil {
		t.Fatal("the session is open")
	}
	if len(d.a.stack) != 1 || len(d.a.parts) != 0 || d.a.bar != nil || len(d.a.resting) != 0 {
		t.Fatalf("kept: %d pages, %d parts, places %v", len(d.a.stack), len(d.a.parts), d.a.resting)
	}
	d.sees("Passphrase")
	kept := false
	for _, dr := range s.Kept {
		kept = kept || strings.Contains(string(dr.Data), "Child Q of the lighthouse")
	}
	if !kept {
		t.Error("what was typed is in no draft")
	}
	found := strings.Join(reachable(reflect.ValueOf(d.a)), "\n")
	for _, word := range []string{"Child", "Bramley", "Northmoor Safeguarding", "lighthouse", "A014", "Serious injury", "Police"} {
		if strings.Contains(found, word) {
			t.Errorf("%q can still be reached", word)
		}
	}
}

// reachable collects every string that can be reached from a value. What stands behind function values cannot be seen.
func reachable(v reflect.Value) []string {
	var out []string
	seen := map[uintptr]bool{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			out = append(out, v.String())
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				if v.Type() != reflect.TypeOf(&kit.Keymap{}) {
					walk(v.Elem())
				}
			}
		case reflect.Interface:
			walk(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice, reflect.Array:
			if v.Kind() == reflect.Slice {
				v = v.Slice3(0, v.Len(), v.Len())
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(k)
				walk(v.MapIndex(k))
			}
		}
	}
	walk(v)
	return out
}

func TestAnswersThatWereOvertakenAreDropped(t *testing.T) {
	d := drive(t, 120, 40)
	d.press("f3")
	d.sees("Serious injury at home")
	d.holds = true
	d.press("j", "k", "j", "j")
	d.release(3, 2, 1, 0) // the newest answer comes first
	d.sees("DD-2026-A012")
	d.seesNot("mother's partner")
	d.holds = true
	d.press("k", "k")
	d.release(0, 1)
	d.sees("mother's partner")
}

func TestAFilterThatIsWrongLeavesTheListAsItIs(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "f", "is:closed")
	d.sees("DD-2025-A017")
	d.seesNot("DD-2026-A014")
	d.press(" stat:x")
	d.sees("“stat” is not a field here", "DD-2025-A017")
	d.seesNot("DD-2026-A014")
	d.press("esc")
	d.sees("DD-2026-A014")
}

func TestEnterWaitsForTheAnswerToTheFilter(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3")
	d.holds = true
	d.press("f", "child e", "enter", "enter")
	if d.a.top().route.Kind != kit.ToCases {
		t.Fatal("Enter opened a row that is not the answer to what was typed")
	}
	d.release()
	d.press("enter")
	d.sees("DD-2025-A027")
	d.press("esc")
	d.sees("filter child e")
	d.press("esc", "f3")
	d.sees("DD-2026-A014")
}

func TestTheProgramEndsWhenWhatIsWrittenIsWritten(t *testing.T) {
	for _, key := range []string{"ctrl+c", "signal"} {
		d := drive(t, 80, 24)
		d.press("f3", "a", "rap", "tab", "Child Q")
		d.s.hold = make(chan struct{})
		d.holds = true
		d.press("ctrl+s")
		if key == "signal" {
			d.send(tea.InterruptMsg{})
		} else {
			d.press(key)
		}
		d.sees("Finishing what is being written")
		if d.quit || d.a.mayQuit {
			t.Fatal("it ended while a write was under way")
		}
		close(d.s.hold)
		d.release()
		if !d.quit {
			t.Fatal("it did not end after the write")
		}
		if err := d.a.finish(); err != nil || !d.s.closed || len(d.s.rows) != 14 {
			t.Errorf("closed %v, %d cases, %v", d.s.closed, len(d.s.rows), err)
		}
	}
}

func TestATerminatedProgramKeepsDrafts(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "a", "rap", "tab")
	d.holds = true
	d.press("Child Q of the lighthouse")
	d.holds, d.late = false, nil // the pause never came
	d.send(tea.QuitMsg{})
	if !d.quit {
		t.Fatal("it did not end")
	}
	if err := d.a.finish(); err != nil {
		t.Fatal(err)
	}
	for _, dr := range d.s.Kept {
		if strings.Contains(string(dr.Data), "Child Q of the lighthouse") {
			return
		}
	}
	t.Error("the draft is lost")
}

func TestAPromptThatOpensByItselfHearsNoKeyAtFirst(t *testing.T) {
	d := drive(t, 80, 24)
	answered := 0
	q := kit.Question{Title: "The file was changed elsewhere. Read it again?", Then: func(string) tea.Cmd { answered++; return nil }}
	d.clock = d.clock.Add(time.Second)
	d.send(q)
	d.press("y")
	if answered != 0 {
		t.Fatal("a key that was meant for the page has answered")
	}
	d.clock = d.clock.Add(time.Second)
	d.press("y")
	if answered != 1 || len(d.a.parts) != 0 {
		t.Fatal("it cannot be answered")
	}
	d.send(q) // asked for by the key just pressed
	d.press("n")
	if len(d.a.parts) != 0 || answered != 1 {
		t.Error("an answer to what was asked for was swallowed")
	}
}

func TestFailuresAreTold(t *testing.T) {
	d := drive(t, 80, 24)
	write := func(err error) {
		d.run(d.a.tasks.Write(99, func(context.Context) (tea.Msg, error) { return nil, err })) // its page is gone
	}
	write(model.Fail(model.NotFound, "there is nothing there"))
	d.sees("There is nothing there.")
	write(model.Fail(model.Disk, "the disk is full").Do("make room, then save again"))
	d.sees("The disk is full: make room, then save again.", "I have read it", "Restrictions to review")
	d.press("j", "k")
	d.sees("The disk is full")
	d.press("esc")
	d.seesNot("The disk is full")
	write(context.Canceled)
	d.seesNot("canceled")
	d.run(d.a.tasks.Read(99, "x", func(context.Context) (tea.Msg, error) { panic("Alfie Bramley") }))
	d.sees("A fault in the program")
	d.seesNot("Alfie")
	d.press("M")
	d.sees("What was said lately", "The disk is full")
}

func TestALongSentenceIsNotCut(t *testing.T) {
	d := drive(t, 80, 24)
	d.send(kit.Notice{Text: strings.Repeat("word ", 30) + "and the end.", Tone: kit.Warn})
	d.sees("and the end.", "Enter open")
	d.press("j")
	d.seesNot("and the end.")
	d.send(kit.Notice{Text: "INF-2026-8NHC4T is saved.", Undo: true})
	d.sees("INF-2026-8NHC4T is saved. u undo")
}

func TestUndoSaysWhatItTookBack(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("u")
	d.sees("There is nothing of this session to take back.")
	d.s.undo = []string{"logged INF-2026-8NHC4T"}
	d.send(kit.Changed{})
	d.press(":", "undo")
	d.sees("Undo: logged INF-2026-8NHC4T")
	d.press("enter")
	d.sees("Undid: logged INF-2026-8NHC4T.", "saved 14:05")
}

func TestANewCaseIsSearchedForBeforeItIsOpened(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "a", "rap", "tab", "Neglect in the first year")
	d.sees("Already here", "MA-2026-A002", "alike title")
	d.press("tab", "alfie bramley")
	d.sees("a person of this name, Child A", "draft saved 14:05:09")
	d.press("ctrl+s")
	d.sees("DD-2026-A015")
	if len(d.s.Kept) != 1 { // the one that was there before
		t.Errorf("%d drafts are left", len(d.s.Kept))
	}
	d.press("esc")
	d.sees("Open cases 10")
}

func TestANewCaseThatIsRefusedStaysOnScreen(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "a", "ctrl+s")
	d.sees("This is needed.")
	d.press("rap", "tab", "Child Q")
	d.s.fail = model.Fail(model.Denied, "your role cannot open cases").On("title")
	d.press("ctrl+s")
	d.sees("Your role cannot open cases", "Child Q")
	d.press("esc")
	d.sees("Put by as a draft")
	d.press("f2")
	d.sees("New case")
	for range 20 {
		if cursorOn(d.frame(), "New case") {
			break
		}
		d.press("j")
	}
	d.press("enter")
	d.sees("Child Q", "New case")
}

func cursorOn(frame, words string) bool {
	return slices.ContainsFunc(strings.Split(frame, "\n"), func(l string) bool { return strings.HasPrefix(l, " >") && strings.Contains(l, words) })
}

func TestHelpAndPaletteDoWhatTheyShow(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("?", "go to the cases", "enter")
	d.sees("Open cases")
	d.press(":", "case dd-2026-a014", "enter")
	d.sees("DD-2026-A014")
	d.press(":", "a009", "esc")
	if len(d.a.parts) != 0 {
		t.Error("the palette is still open")
	}
	d.press(":", "merge")
	d.seesNot("Merge a colleague") // there is no such page: it is not offered
}

// TestWhatIsOfferedIsDone asks for every action that the footer, help or palette would offer, on each page.
func TestWhatIsOfferedIsDone(t *testing.T) {
	for _, open := range [][]string{{}, {"f3"}, {"f3", "f"}, {"f3", "a"}} {
		d := drive(t, 120, 40)
		d.press(open...)
		for _, info := range kit.Actions() {
			a := info.Action
			if !d.a.offers(a) || info.Always || a == kit.Quit || a == kit.Back || d.a.keys.KeyFor(d.a.scopes(), a) == "" {
				continue
			}
			_, done := d.a.top().screen.Do(a)
			if _, own := d.a.offersOwn(a); !done && !own && a != kit.Help {
				t.Errorf("%v: %s is offered and nobody does it", open, a)
			}
			d = drive(t, 120, 40)
			d.press(open...)
		}
	}
}

func TestCaptureLiesOverThePageAndGoesAgain(t *testing.T) {
	d := drive(t, 80, 24)
	d.press("f3", "c")
	d.sees("Capture", "into DD-2026-A014")
	d.press("esc")
	d.seesNot("Capture ")
	d.s.readOnly = true
	d.press("c")
	d.sees("open to read only")
}

func TestRunClosesOnEveryPath(t *testing.T) {
	clock := func() time.Time { return time.Date(2026, time.June, 22, 14, 5, 9, 0, time.UTC) }
	start := func(keys string) (*fake, Options, *bytes.Buffer) {
		s, out := newFake(clock), &bytes.Buffer{}
		return s, Options{Path: "northmoor.caseroom", Session: s, Member: "R. Adeyemi", In: strings.NewReader(keys), Out: out, Now: clock, Env: func(string) string { return "" }}, out
	}
	s, o, out := start("\x03")
	if err := Run(context.Background(), o); err != nil || !s.closed {
		t.Errorf("quit: closed %v, %v", s.closed, err)
	}
	left := out.String()[strings.LastIndex(out.String(), "\x1b[?1049l"):]
	if !strings.Contains(left, "northmoor.caseroom is closed and locked") {
		t.Errorf("after the screen was left: %q", left)
	}
	s, o, _ = start("")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Run(ctx, o); !errors.Is(err, context.Canceled) || !s.closed {
		t.Errorf("cancelled: closed %v, %v", s.closed, err)
	}
	s, o, _ = start("")
	o.Theme = "pink"
	if err := Run(context.Background(), o); err == nil || !s.closed {
		t.Errorf("no such theme: closed %v, %v", s.closed, err)
	}
	_, o, _ = start("")
	refused := model.Fail(model.NotFound, "there is no file")
	o.Session, o.Open = nil, func() (Vault, error) { return nil, refused }
	if err := Run(context.Background(), o); !errors.Is(err, refused) {
		t.Errorf("the first opening: %v", err)
	}
}

func TestAFaultClosesInOrderAndTellsNoWords(t *testing.T) {
	d := drive(t, 80, 24)
	d.a.makers[kit.ToCases] = func(host, kit.Ctx, kit.Route) kit.Screen { panic("Alfie Bramley") }
	_, cmd := d.a.Update(tea.KeyMsg{Type: tea.KeyF3})
	if msg := cmd(); filter(d.a, msg) != (tea.QuitMsg{}) {
		t.Fatalf("%v", msg)
	}
	err := d.a.end(context.Background(), nil)
	if err == nil || strings.Contains(err.Error(), "Alfie") || !strings.Contains(err.Error(), "_test.go:") || !d.s.closed {
		t.Errorf("closed %v, %v", d.s.closed, err)
	}
}

func BenchmarkKeyAndFrame(b *testing.B) {
	d := drive(b, 120, 40)
	d.press("f3")
	j := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j")}
	for b.Loop() {
		d.a.Update(j)
		d.a.View()
	}
}
