package capture

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func openBar(t *testing.T, f *fake, o BarOptions, w, h int) (*uitest.Stage, *Bar) {
	c := uitest.Ctx(t)
	b := NewBar(c, f, lexicon(), o)
	b.keeping.pause = 0
	return uitest.NewStage(t, c, b, w, h), b
}

func onlyItem(t *testing.T, f *fake) model.Information {
	t.Helper()
	for id, i := range f.items {
		if id != "i1" {
			return i
		}
	}
	t.Fatal("nothing was logged")
	return model.Information{}
}

func TestTheShortestPath(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tel pol", "tab", "Rang back about the call-out.", "enter", "Will ring again.", "ctrl+s")
	s.Settle()
	i := onlyItem(t, f)
	uitest.Same(t, "channel", i.Channel, model.Telephone)
	uitest.Same(t, "agency", i.Agency, "Police")
	uitest.Same(t, "words", i.Words, "Rang back about the call-out.\nWill ring again.")
	uitest.Same(t, "case", i.CaseID, model.ID("c14"))
	uitest.Same(t, "received", i.Received, uitest.Noon())
	uitest.Same(t, "said", s.Said, []kit.Notice{{Text: i.Ref + " saved to DD-2026-A014, 3 to complete", Undo: true}})
	uitest.Same(t, "drafts", len(f.Kept), 0)
	if !b.Closed() {
		t.Error("the bar is still open")
	}
}

func TestEveryTokenReachesTheItem(t *testing.T) {
	f := newFake()
	s, _ := openBar(t, f, BarOptions{}, 120, 40)
	s.Press("tel pol Sgt Ahmed @a011 !key #injury ~?mar 2024 %6(1)(e)", "ctrl+o", "rang back", "tab", "ctrl+t", "Words.", "ctrl+s")
	s.Settle()
	i := onlyItem(t, f)
	uitest.Same(t, "case", i.CaseID, model.ID("c11"))
	uitest.Same(t, "source", i.Source, "Sgt Ahmed")
	uitest.Same(t, "themes", i.Themes, []string{"injury"})
	uitest.Same(t, "weight", i.Significance, "key")
	uitest.Same(t, "basis", i.Basis, []string{"6(1)(e)"})
	uitest.Same(t, "identity", i.Identity, "rang back")
	uitest.Same(t, "occurred", i.Occurred.Precision, model.DateAbout)
	uitest.Same(t, "words", i.Words, "14:03 Words.")
}

func TestAPasteIsTextAndSavesNothing(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tab")
	s.Paste("one\r\n\x13two\n\x1b[31mthree\n")
	s.Settle()
	if b.Closed() || len(f.items) != 1 {
		t.Fatal("a paste saved the item")
	}
	if !strings.Contains(b.words.Text(), "three") {
		t.Errorf("the paste is not there: %q", b.words.Text())
	}
}

func TestWhatKeepsTheBarFromSaving(t *testing.T) {
	for _, x := range []struct {
		name, tokens, words, wrong string
		o                          BarOptions
	}{
		{"no case", "tel", "Words.", "Which case?", BarOptions{}},
		{"unknown case", "tel @DD-1999-A999", "Words.", "There is no case @DD-1999-A999", BarOptions{}},
		{"two cases", "tel @DD-2026", "Words.", "fits 2 cases", BarOptions{}},
		{"no words", "tel", "", "There are no words", BarOptions{CaseRef: "DD-2026-A014"}},
		{"bad date", "tel ~31/2/24", "Words.", "~31/2/24 is not understood", BarOptions{CaseRef: "DD-2026-A014"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := newFake()
			s, b := openBar(t, f, x.o, 80, 24)
			s.Press(x.tokens, "tab", x.words, "ctrl+s")
			s.Settle()
			if b.Closed() || len(f.items) != 1 {
				t.Fatal("it was saved")
			}
			if !strings.Contains(s.Text(), x.wrong) {
				t.Errorf("the reason is not on screen:\n%s", s.Text())
			}
		})
	}
}

func TestDraftsAreKept(t *testing.T) {
	for _, x := range []struct {
		name string
		when func(*uitest.Stage, *Bar)
	}{
		{"on a pause", func(s *uitest.Stage, _ *Bar) { s.Settle() }},
		{"on blur", func(s *uitest.Stage, b *Bar) { s.Forget(); s.Later(b.Update(tea.BlurMsg{})) }},
		{"before a lock", func(s *uitest.Stage, b *Bar) { s.Forget(); b.Keep(); s.Ctx.Tasks.Close() }},
		{"at the end", func(s *uitest.Stage, b *Bar) { s.Forget(); s.Later(b.Keep()) }},
		{"when put by", func(s *uitest.Stage, b *Bar) { s.Forget(); s.Press("esc") }},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := newFake()
			s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
			s.Press("tel pol", "tab", "Rang back.")
			x.when(s, b)
			s.Settle()
			s.Ctx.Tasks.Close()
			if len(f.Kept) != 1 {
				t.Fatalf("%d drafts", len(f.Kept))
			}
			uitest.Same(t, "about", f.Kept[0].About, "DD-2026-A014")
			again, b2 := openBar(t, f, BarOptions{DraftID: f.Kept[0].ID}, 80, 24)
			uitest.Same(t, "words again", b2.words.Text(), "Rang back.")
			again.Press("ctrl+s")
			again.Settle()
			uitest.Same(t, "logged", onlyItem(t, f).Agency, "Police")
			uitest.Same(t, "drafts left", len(f.Kept), 0)
		})
	}
}

func TestAnEmptyBarLeavesNothing(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{}, 80, 24)
	s.Press("esc")
	s.Settle()
	if !b.Closed() || len(f.Kept) != 0 || len(s.Said) != 0 {
		t.Errorf("closed %v, drafts %d, said %v", b.Closed(), len(f.Kept), s.Said)
	}
}

func TestAFailureKeepsTheWords(t *testing.T) {
	f := newFake()
	f.fail = model.Fail(model.Disk, "there is no room on the disk").Do("free some and press ctrl+s again")
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tel", "tab", "Words.", "ctrl+s")
	s.Settle()
	if b.Closed() || b.words.Text() != "Words." || len(f.Kept) != 1 {
		t.Fatalf("closed %v, words %q, drafts %d", b.Closed(), b.words.Text(), len(f.Kept))
	}
	if !strings.Contains(s.Text(), "There is no room on the disk") {
		t.Error(s.Text())
	}
	s.Press("ctrl+s")
	s.Settle()
	uitest.Same(t, "logged", onlyItem(t, f).Words, "Words.")
	uitest.Same(t, "drafts", len(f.Kept), 0)
}

func TestAFullDiskIsSaid(t *testing.T) {
	f := newFake()
	f.Full = true
	s, _ := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tel")
	s.Settle()
	if !strings.Contains(s.Text(), "NOT SAVED: disk full") {
		t.Error(s.Text())
	}
	f.Full = false
	s.Press(" pol")
	s.Settle()
	if !strings.Contains(s.Text(), "draft saved 14:03:09") {
		t.Error(s.Text())
	}
}

func TestAnotherLikeThisKeepsTheSource(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tel pol Sgt Ahmed", "tab", "First.", "ctrl+n")
	s.Settle()
	s.Press("Second.")
	s.Settle()
	uitest.Same(t, "a draft of the second", len(f.Kept), 1)
	s.Press("ctrl+s")
	s.Settle()
	uitest.Same(t, "items", len(f.items), 3)
	uitest.Same(t, "drafts", len(f.Kept), 0)
	if !b.Closed() {
		t.Error("still open")
	}
}

func TestBarFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s, _ := openBar(t, newFake(), BarOptions{CaseRef: "DD-2026-A014"}, size[0], size[1])
		s.Golden("bar-empty")
		s.Press("tel pol Sgt Ahmed ~12/3/24 #injury", "tab", "Rang back about the call-out. Says the log has Child A asleep, but the body-worn video may show otherwise. Will ask for it to be kept. Wants to know who else was in the house")
		s.Settle()
		s.Golden("bar")
		s.Press("ctrl+o", "rang back on 01632 960123", "shift+tab", " ~31/2/24", "ctrl+s")
		s.Settle()
		s.Golden("bar-wrong")
	}
}
