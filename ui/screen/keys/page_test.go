package keys

import (
	"slices"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/uitest"
)

var sizes = [][2]int{{80, 24}, {120, 40}, {60, 20}}

func stage(t *testing.T, f *fake, w, h int, arg view.DueKind) *uitest.Stage {
	t.Helper()
	c := uitest.Ctx(t)
	return uitest.NewStage(t, c, New(c, f, Options{Arg: string(arg), File: "northmoor.caseroom"}), w, h)
}

func did(t *testing.T, f *fake, want ...string) {
	t.Helper()
	if !slices.Equal(f.did, want) {
		t.Errorf("done: %q, want %q", f.did, want)
	}
}

func play(s *uitest.Stage, words ...string) {
	for _, w := range words {
		s.Press(w)
		s.Settle()
	}
}

// says fails unless the words are on screen, wherever lines were broken.
func says(t *testing.T, s *uitest.Stage, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(s.Text()), " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not on screen:\n%s", w, s.Text())
		}
	}
}

func TestFramesThatWereLookedAt(t *testing.T) {
	for _, size := range sizes {
		f := newFake()
		s := stage(t, f, size[0], size[1], "")
		s.Golden("keys")
		play(s, "enter", "amber birch cedar")
		s.Golden("passphrase")
		play(s, "esc", "B")
		s.Golden("backup")
		f = newFake()
		f.due = []view.Due{{Kind: view.DuePassphrase}, {Kind: view.DueDrill, Since: model.Day{Year: 2025, Month: 1, Day: 7}}, {Kind: view.DueKeys, Cases: 9, Since: model.Day{Year: 2025, Month: 3, Day: 3}}, {Kind: view.DueCompact}}
		s = stage(t, f, size[0], size[1], view.DueDrill)
		s.Golden("due")
		play(s, "down", "down", "down", "enter")
		s.Golden("member")
		play(s, "down", "enter", "dd2026a014", "enter")
		s.Golden("revoke")
		f = newFake()
		f.readOnly, f.lost = true, []string{"the file itself: page 1024 is not what it says", "an item is missing (r/c44fb8b62497b26c/8bd2031b, last changed in line 20 of the ledger)"}
		s = stage(t, f, size[0], size[1], "")
		s.Golden("lost")
	}
}

func TestAPassphraseIsSetOnceBothAreTheSame(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, view.DuePassphrase)
	play(s, "enter")
	says(t, s, "The old passphrase opens this file no more", "Copies and backups made before still open with it")
	play(s, "amber birch cedar", "tab", "amber birch cedax", "ctrl+s")
	says(t, s, "These are not the same words")
	s.HasNot("amber", "cedax")
	did(t, f)
	play(s, "backspace", "r", "tab", "down", "enter", "ctrl+s")
	did(t, f, "passphrase amber birch cedar true")
	s.HasNot("New passphrase")
	if n := len(s.Said); n != 1 || !strings.Contains(s.Said[0].Text, "gets new keys") {
		t.Errorf("%v", s.Said)
	}
}

func TestAPassphraseThatIsRefusedStaysToBeMended(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, "")
	f.fail = model.Fail(model.Invalid, "this passphrase is too short").Do("use six words").On("passphrase")
	play(s, "enter", "short", "tab", "short", "ctrl+s")
	says(t, s, "This passphrase is too short", "New passphrase")
	did(t, f)
	play(s, "esc")
	s.HasNot("New passphrase")
	play(s, "enter")
	s.HasNot("•")
}

// TestWhatWasTypedIsWiped looks into the fields after a lock and after Esc.
func TestWhatWasTypedIsWiped(t *testing.T) {
	c := uitest.Ctx(t)
	p := New(c, newFake(), Options{})
	s := uitest.NewStage(t, c, p, 80, 24)
	play(s, "enter", "amber birch")
	form := p.sheet.form
	if len(form.Secret(fieldNew)) == 0 {
		t.Fatal("nothing was typed")
	}
	p.Wipe()
	if len(form.Secret(fieldNew)) != 0 {
		t.Error("what was typed is still there after a lock")
	}
	play(s, "cedar", "esc")
	if len(form.Secret(fieldNew)) != 0 {
		t.Error("what was typed is still there after Esc")
	}
}

func TestTheSheetIsTypedBack(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, view.DueDrill)
	play(s, "enter", "CASE ROOM", "ctrl+s")
	did(t, f, "drill CASE ROOM")
	f.fail = model.Fail(model.Locked, "the third block has a mistake in it").On("recovery")
	play(s, "enter", "CASE", "ctrl+s")
	says(t, s, "The third block has a mistake in it.")
}

func TestActsOnMembers(t *testing.T) {
	f := newFake()
	s := stage(t, f, 80, 24, "")
	toBanerjee := func() {
		play(s, "home", "down", "down", "down", "down")
		says(t, s, "> H. Banerjee")
	}
	toBanerjee()
	play(s, "enter", "enter", "gov", "enter")
	says(t, s, "Make H. Banerjee governance?", "What they are cleared for stays")
	play(s, "y")
	did(t, f, "role H. Banerjee governance")
	toBanerjee()
	play(s, "enter", "down", "enter", "DD-2026-A099", "enter")
	if n := len(s.Said); n == 0 || s.Asked != nil {
		t.Error("a case that is not there was gone on with")
	}
	play(s, "enter", "down", "enter", "DD-2026-A014", "enter")
	says(t, s, "stay readable for H. Banerjee")
	play(s, "no", "enter")
	says(t, s, "This is not DD-2026-A014")
	did(t, f, "role H. Banerjee governance")
	play(s, "esc", "enter", "down", "enter", "DD-2026-A014", "enter", "DD-2026-A014", "enter")
	did(t, f, "role H. Banerjee governance", "revoke H. Banerjee c1")
	play(s, "enter", "down", "down", "enter")
	says(t, s, "opens this file no more")
	play(s, "h. banerjee", "enter")
	did(t, f, "role H. Banerjee governance", "revoke H. Banerjee c1", "remove H. Banerjee")
	play(s, "home", "down", "down", "enter", "enter")
	did(t, f, "role H. Banerjee governance", "revoke H. Banerjee c1", "remove H. Banerjee", "rotate []")
	play(s, "enter", "dd 2026 a014", "enter")
	did(t, f, "role H. Banerjee governance", "revoke H. Banerjee c1", "remove H. Banerjee", "rotate []", "rotate [c1]")
}

// TestWhoMayNotIsToldWhoMay goes through every row as an auditor, and in a workspace that is read only.
func TestWhoMayNotIsToldWhoMay(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		f := newFake()
		f.me.Role, f.readOnly = model.Auditor, readOnly
		s := stage(t, f, 80, 24, "")
		for n := range 15 {
			said := len(s.Said)
			play(s, "enter")
			if (n == 0 || n == 10) && !readOnly { // their own passphrase, a backup
				says(t, s, []string{"New passphrase", "Where to"}[n/10])
				play(s, "esc")
			} else if len(s.Said) == said || s.Asked != nil {
				t.Errorf("row %d says nothing:\n%s", n, s.Text())
			}
			play(s, "down")
		}
		did(t, f)
	}
}

func TestEveryFrameFits(t *testing.T) {
	for _, w := range []int{60, 73, 74, 80, 119, 120, 200} {
		f := newFake()
		f.members[1].Label, f.members[1].Name = strings.Repeat("Zoë 児童 ", 20), "\u202e\x1b[2J"
		f.lost = []string{strings.Repeat("long ", 90)}
		s := stage(t, f, w, 24, "")
		s.Fits(t)
		play(s, "down", "down")
		s.Fits(t)
	}
}
