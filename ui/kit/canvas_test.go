package kit_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func TestAFrameIsExactlyItsSizeWhateverIsDrawn(t *testing.T) {
	themes := []*kit.Theme{uitest.Theme(t, "dark"), uitest.Theme(t, "mono"), uitest.Theme(t, "16")}
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(0, 300).Draw(t, "w"), rapid.IntRange(0, 100).Draw(t, "h")
		if rapid.Bool().Draw(t, "small") {
			w, h = w%12, h%5
		}
		c := kit.NewCanvas(w, h, themes[rapid.IntRange(0, 2).Draw(t, "theme")])
		on := c
		coord := rapid.IntRange(-4, 14)
		for range rapid.IntRange(1, 25).Draw(t, "strokes") {
			x, y, s := coord.Draw(t, "x"), coord.Draw(t, "y"), anyText().Draw(t, "s")
			r := kit.Rect{X: x, Y: y, W: coord.Draw(t, "rw"), H: coord.Draw(t, "rh")}
			ink := kit.Ink{FG: kit.Token(rapid.IntRange(0, 14).Draw(t, "fg")), BG: kit.Token(rapid.IntRange(0, 14).Draw(t, "bg"))}
			switch rapid.IntRange(0, 10).Draw(t, "kind") {
			case 0:
				on.Put(x, y, s, ink)
			case 1:
				on.PutRight(x, y, s, ink)
			case 2:
				on.Fit(x, y, r.W, s, ink)
			case 3:
				on.Para(x, y, r.W, s, ink)
			case 4:
				on.Selected(r)
			case 5:
				on.Clear(r, kit.Raised)
			case 6:
				on.HRule(x, y, r.W)
				on.VRule(x, y, r.H)
			case 7:
				on.Cover(x, y, s)
			case 8:
				on = c.Sub(r)
			case 9:
				on.ParaMax(x, y, r.W, r.H, s, ink)
			case 10:
				uitest.Fits(t, on.Render(), on.W(), on.H())
			}
		}
		uitest.Fits(t, c.Render(), w, h)
	})
}

func TestAPartCannotDrawOutsideItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := kit.NewCanvas(20, 6, uitest.Theme(noT{}, "mono"))
		before := strings.Split(c.Plain(), "\n")
		r := kit.Rect{X: 4, Y: 2, W: 7, H: 2}
		on := c.Sub(r)
		if rapid.Bool().Draw(t, "nested") {
			on = on.Sub(kit.Rect{X: -3, Y: -3, W: 40, H: 40})
		}
		s := anyText().Draw(t, "s")
		x, y := rapid.IntRange(-9, 20).Draw(t, "x"), rapid.IntRange(-4, 8).Draw(t, "y")
		on.Put(x, y, s, kit.Text.Ink())
		on.Clear(kit.Rect{X: x, Y: y, W: 50, H: 1}, kit.Raised)
		on.Selected(kit.Rect{X: x, Y: y, W: 50, H: 9})
		for i, l := range strings.Split(c.Plain(), "\n") {
			inside := i >= r.Y && i < r.Y+r.H
			if !inside && l != before[i] || inside && (ansi.Cut(l, 0, 4) != "    " || strings.TrimSpace(ansi.Cut(l, 11, 20)) != "") {
				t.Fatalf("row %d was touched: %q", i, l)
			}
		}
	})
}

// noT makes theme usable where no testing.TB is at hand.
type noT struct{ testing.TB }

func (noT) Helper()           {}
func (noT) Fatal(args ...any) { panic(args) }

func TestWideCharactersAreNeverCutInHalf(t *testing.T) {
	c := kit.NewCanvas(6, 1, uitest.Theme(t, "mono"))
	c.Put(0, 0, "児童福", kit.Text.Ink())
	c.Put(1, 0, "x", kit.Text.Ink())
	if got := c.Plain(); got != " x童福" {
		t.Errorf("overwriting a right half: %q", got)
	}
	c.Put(4, 0, "yz", kit.Text.Ink())
	c.Put(2, 0, "é", kit.Text.Ink())
	if got := c.Plain(); got != " xé yz" {
		t.Errorf("overwriting a left half: %q", got)
	}
	c = kit.NewCanvas(3, 1, uitest.Theme(t, "mono"))
	c.Put(0, 0, "児童", kit.Text.Ink())
	if got := c.Plain(); got != "児 " {
		t.Errorf("cut at the right edge: %q", got)
	}
}

func TestSelectedTellsByThreeVoices(t *testing.T) {
	c := kit.NewCanvas(30, 2, uitest.Theme(t, "mono"))
	c.Put(5, 0, "REQ-2026-0M4T7C", kit.Muted.Ink())
	c.Selected(kit.Rect{W: 30, H: 2})
	frame := c.Render()
	if !strings.HasPrefix(c.Plain(), " >") {
		t.Errorf("no sign: %q", c.Plain())
	}
	for _, line := range strings.Split(frame, "\n") {
		if !strings.HasPrefix(line, "\x1b[0;1;7m") && !strings.HasPrefix(line, "\x1b[0;7m") {
			t.Errorf("no ground: %q", line)
		}
	}
}

func TestResetForgetsTheWords(t *testing.T) {
	c := kit.NewCanvas(40, 4, uitest.Theme(t, "mono"))
	c.Put(0, 3, "12 Elm Close", kit.Text.Ink())
	c.Reset(40, 2, uitest.Theme(t, "mono"))
	c.Reset(40, 4, uitest.Theme(t, "mono"))
	if strings.TrimSpace(c.Plain()) != "" {
		t.Errorf("words left: %q", c.Plain())
	}
}

func page(c *kit.Canvas) {
	kit.DrawHead(c, kit.Head{Crumbs: []string{"Cases", "DD-2026-A014"}, Marking: "OFFICIAL-SENSITIVE", Mask: "names masked", Member: "R. Adeyemi"})
	for y := 3; y < c.H()-3; y++ {
		c.Put(3, y, "!", kit.Danger.Bold())
		c.Put(5, y, "REQ-2026-0M4T7C", kit.Muted.Ink())
		c.Put(22, y, "Subject access", kit.Text.Ink())
		c.Fit(38, y, 30, "Zoë’s mother, who said that she could not come", kit.Text.Ink())
		c.Put(72, y, "[R]", kit.Restricted.Ink())
		c.PutRight(c.W()-2, y, "1 wd late", kit.Danger.Ink())
	}
	c.Selected(kit.Rect{Y: 3, W: c.W(), H: 1})
	kit.DrawFoot(c, kit.Foot{Hints: []kit.Hint{{Key: "Enter", Word: "open"}}, State: "saved 14:05"})
}

func BenchmarkFrame120x40(b *testing.B) {
	th := uitest.Theme(b, "dark")
	c := kit.NewCanvas(120, 40, th)
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(120, 40, th)
		page(c)
		_ = c.Render()
	}
}
