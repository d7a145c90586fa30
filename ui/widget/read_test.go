package widget_test

import (
	"strings"
	"testing"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

func readerFrame(t *testing.T, r *widget.Reader, w, h int) string {
	c := kit.NewCanvas(w, h, uitest.Theme(t, "mono"))
	r.Draw(c)
	return c.Plain()
}

func TestLineNumbersAreTheSameInEveryWindow(t *testing.T) {
	text := strings.Repeat("Child A was alert and sociable and came to the worker with a book in his hand, as he had in May. ", 8)
	text += "\n\n" + text
	numbered := func(w int) map[string]string {
		r := &widget.Reader{}
		r.SetText(text)
		out := map[string]string{}
		for _, l := range strings.Split(readerFrame(t, r, w, 100), "\n") {
			if n := strings.TrimSpace(l[:5]); n != "" {
				out[n] = strings.TrimSpace(l[6:])
			}
		}
		return out
	}
	wide := numbered(120)
	for _, n := range []string{"1", "5", "10", "15", "20"} {
		if wide[n] == "" {
			t.Fatalf("line %s has no number: %v", n, wide)
		}
	}
	r := &widget.Reader{}
	r.SetText(text)
	for n, words := range numbered(50) {
		if !strings.Contains(strings.ReplaceAll(text, "\n", " "), words) {
			t.Fatalf("row %q is not of the text", words)
		}
		if wide[n] == "" {
			t.Errorf("line %s has a number in the narrow window only", n)
		}
	}
	if got, want := r.Line(0, 400), kit.LineAt(text, 400); got != want {
		t.Errorf("Line %d, LineAt %d", got, want)
	}
}

func TestACoverTellsItsKindAndIsNeverBroken(t *testing.T) {
	for w := 40; w < 90; w++ {
		r := &widget.Reader{}
		r.SetPieces(somePieces(), &uitest.Theme(t, "mono").Signs)
		if got := readerFrame(t, r, w, 60); !strings.Contains(got, "██ address covered ██ [R]") {
			t.Fatalf("%d wide:\n%s", w, got)
		}
	}
	r := &widget.Reader{}
	r.SetPieces(somePieces(), &uitest.Theme(t, "mono").Signs)
	readerFrame(t, r, 80, 5)
	if _, ok := r.Cover(); ok {
		t.Error("a cover that is not on screen was named")
	}
	if id, ok := r.NextCover(1); !ok || id != "RST-1" {
		t.Errorf("next cover %q", id)
	}
	if got := readerFrame(t, r, 80, 5); !strings.Contains(got, "address covered") {
		t.Errorf("the cover gone to is not on screen:\n%s", got)
	}
}

func TestFindGoesFromHitToHit(t *testing.T) {
	r := &widget.Reader{}
	r.SetText("Zoë came.\n" + strings.Repeat("Nothing was said.\n", 50) + "ZOE left. Zoe\u0308 came back.")
	readerFrame(t, r, 80, 10)
	if n := r.Find("zoe"); n != 3 {
		t.Fatalf("%d hits, want 3", n)
	}
	for _, want := range []int{1, 2, 3, 1} {
		at, of := r.Hits()
		if at != want || of != 3 {
			t.Fatalf("hit %d of %d, want %d", at, of, want)
		}
		frame := strings.ToLower(readerFrame(t, r, 80, 10))
		if !strings.Contains(frame, "zo") {
			t.Fatalf("hit %d is not on screen:\n%s", at, frame)
		}
		r.Do(kit.SearchNext)
	}
	if n := r.Find("nowhere"); n != 0 {
		t.Errorf("%d hits of nothing", n)
	}
	if at, of := r.Hits(); at != 0 || of != 0 {
		t.Errorf("hits %d of %d", at, of)
	}
}

func TestReaderMovesAndKnowsItsEnd(t *testing.T) {
	r := &widget.Reader{}
	var b strings.Builder
	for i := range 200 {
		b.WriteString(strings.Repeat("x", i%7) + "line\n")
	}
	r.SetText(b.String() + "the end")
	top := readerFrame(t, r, 80, 10)
	if r.AtEnd() {
		t.Error("at the end at once")
	}
	r.Do(kit.Bottom)
	if got := readerFrame(t, r, 80, 10); !strings.Contains(got, "the end") || !r.AtEnd() {
		t.Errorf("the end is not on screen:\n%s", got)
	}
	r.Do(kit.PageDown)
	if got := readerFrame(t, r, 80, 10); !strings.HasSuffix(strings.TrimRight(got, " "), "the end") {
		t.Errorf("scrolled beyond the end:\n%s", got)
	}
	for range 40 {
		r.Do(kit.PageUp)
	}
	if got := readerFrame(t, r, 80, 10); got != top {
		t.Errorf("not back at the top:\n%s", got)
	}
}

func BenchmarkReaderFrame100kLines(b *testing.B) {
	r := &widget.Reader{}
	r.SetText(strings.Repeat("Child A was seen at home. No concerns were noted, and the book was read aloud to him before he slept.\n", 100_000))
	th := uitest.Theme(b, "dark")
	c := kit.NewCanvas(120, 40, th)
	for b.Loop() {
		r.Do(kit.Down)
		c.Reset(120, 40, th)
		r.Draw(c)
		_ = c.Render()
	}
}
