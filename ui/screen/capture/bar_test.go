package capture

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
)

func openBar(t *testing.T, f *fake, o BarOptions, w, h int) (*stage, *Bar) {
	c := newCtx(t)
	b := NewBar(c, f, lexicon(), o)
	b.keeping.pause = 0
	return newStage(t, c, b, w, h), b
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
	s.press("tel pol", "tab", "Rang back about the call-out.", "enter", "Will ring again.", "ctrl+s")
	s.settle()
	i := onlyItem(t, f)
	same(t, "channel", i.Channel, model.Telephone)
	same(t, "agency", i.Agency, "Police")
	same(t, "words", i.Words, "Rang back about the call-out.\nWill ring again.")
	same(t, "case", i.CaseID, model.ID("c14"))
	same(t, "received", i.Received, noon())
	same(t, "said", s.said, []kit.Notice{{Text: i.Ref + " saved to DD-2026-A014, 3 to complete", Undo: true}})
	same(t, "drafts", len(f.drafts), 0)
	if !b.Closed() {
		t.Error("the bar is still open")
	}
}

func TestEveryTokenReachesTheItem(t *testing.T) {
	f := newFake()
	s, _ := openBar(t, f, BarOptions{}, 120, 40)
	s.press("tel pol Sgt Ahmed @a011 !key #injury ~?mar 2024 %6(1)(e)", "ctrl+o", "rang back", "tab", "ctrl+t", "Words.", "ctrl+s")
	s.settle()
	i := onlyItem(t, f)
	same(t, "case", i.CaseID, model.ID("c11"))
	same(t, "source", i.Source, "Sgt Ahmed")
	same(t, "themes", i.Themes, []string{"injury"})
	same(t, "weight", i.Significance, "key")
	same(t, "basis", i.Basis, []string{"6(1)(e)"})
	same(t, "identity", i.Identity, "rang back")
	same(t, "occurred", i.Occurred.Precision, model.DateAbout)
	same(t, "words", i.Words, "14:03 Words.")
}

func TestAPasteIsTextAndSavesNothing(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.press("tab")
	s.paste("one\r\n\x13two\n\x1b[31mthree\n")
	s.settle()
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
			s.press(x.tokens, "tab", x.words, "ctrl+s")
			s.settle()
			if b.Closed() || len(f.items) != 1 {
				t.Fatal("it was saved")
			}
			if !strings.Contains(s.text(), x.wrong) {
				t.Errorf("the reason is not on screen:\n%s", s.text())
			}
		})
	}
}

func TestDraftsAreKept(t *testing.T) {
	for _, x := range []struct {
		name string
		when func(*stage, *Bar)
	}{
		{"on a pause", func(s *stage, _ *Bar) { s.settle() }},
		{"on blur", func(s *stage, b *Bar) { s.cmds = nil; s.do(b.Update(tea.BlurMsg{})) }},
		{"before a lock", func(s *stage, b *Bar) { s.cmds = nil; b.Keep(); s.ctx.Tasks.Close() }},
		{"at the end", func(s *stage, b *Bar) { s.cmds = nil; s.do(b.Keep()) }},
		{"when put by", func(s *stage, b *Bar) { s.cmds = nil; s.press("esc") }},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := newFake()
			s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
			s.press("tel pol", "tab", "Rang back.")
			x.when(s, b)
			s.settle()
			s.ctx.Tasks.Close()
			if len(f.drafts) != 1 {
				t.Fatalf("%d drafts", len(f.drafts))
			}
			same(t, "about", f.drafts[0].About, "DD-2026-A014")
			again, b2 := openBar(t, f, BarOptions{DraftID: f.drafts[0].ID}, 80, 24)
			same(t, "words again", b2.words.Text(), "Rang back.")
			again.press("ctrl+s")
			again.settle()
			same(t, "logged", onlyItem(t, f).Agency, "Police")
			same(t, "drafts left", len(f.drafts), 0)
		})
	}
}

func TestAnEmptyBarLeavesNothing(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{}, 80, 24)
	s.press("esc")
	s.settle()
	if !b.Closed() || len(f.drafts) != 0 || len(s.said) != 0 {
		t.Errorf("closed %v, drafts %d, said %v", b.Closed(), len(f.drafts), s.said)
	}
}

func TestAFailureKeepsTheWords(t *testing.T) {
	f := newFake()
	f.fail = model.Fail(model.Disk, "there is no room on the disk").Do("free some and press ctrl+s again")
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.press("tel", "tab", "Words.", "ctrl+s")
	s.settle()
	if b.Closed() || b.words.Text() != "Words." || len(f.drafts) != 1 {
		t.Fatalf("closed %v, words %q, drafts %d", b.Closed(), b.words.Text(), len(f.drafts))
	}
	if !strings.Contains(s.text(), "There is no room on the disk") {
		t.Error(s.text())
	}
	s.press("ctrl+s")
	s.settle()
	same(t, "logged", onlyItem(t, f).Words, "Words.")
	same(t, "drafts", len(f.drafts), 0)
}

func TestAFullDiskIsSaid(t *testing.T) {
	f := newFake()
	f.full = true
	s, _ := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.press("tel")
	s.settle()
	if !strings.Contains(s.text(), "NOT SAVED: disk full") {
		t.Error(s.text())
	}
	f.full = false
	s.press(" pol")
	s.settle()
	if !strings.Contains(s.text(), "draft saved 14:03:09") {
		t.Error(s.text())
	}
}

func TestAnotherLikeThisKeepsTheSource(t *testing.T) {
	f := newFake()
	s, b := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.press("tel pol Sgt Ahmed", "tab", "First.", "ctrl+n")
	s.settle()
	s.press("Second.")
	s.settle()
	same(t, "a draft of the second", len(f.drafts), 1)
	s.press("ctrl+s")
	s.settle()
	same(t, "items", len(f.items), 3)
	same(t, "drafts", len(f.drafts), 0)
	if !b.Closed() {
		t.Error("still open")
	}
}

func TestBarFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s, _ := openBar(t, newFake(), BarOptions{CaseRef: "DD-2026-A014"}, size[0], size[1])
		s.golden("bar-empty")
		s.press("tel pol Sgt Ahmed ~12/3/24 #injury", "tab", "Rang back about the call-out. Says the log has Child A asleep, but the body-worn video may show otherwise. Will ask for it to be kept. Wants to know who else was in the house")
		s.settle()
		s.golden("bar")
		s.press("ctrl+o", "rang back on 01632 960123", "shift+tab", " ~31/2/24", "ctrl+s")
		s.settle()
		s.golden("bar-wrong")
	}
}
