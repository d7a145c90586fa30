package widget_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

// ids is a list of ids that counts what it is asked for.
type ids struct {
	ids   []string
	drawn *int
	lines func(int) int
}

func (r ids) Len() int        { return len(r.ids) }
func (r ids) ID(i int) string { return r.ids[i] }
func (r ids) Lines(i int) int {
	if r.lines == nil {
		return 1
	}
	return r.lines(i)
}
func (r ids) DrawRow(c *kit.Canvas, i int) {
	if r.drawn != nil {
		*r.drawn++
	}
	c.Put(5, 0, r.ids[i], kit.Text.Ink())
	c.Put(5, c.H()-1, r.ids[i]+"$", kit.Text.Ink())
}

func many(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("R%06d", i)
	}
	return out
}

func TestOnlyRowsOnScreenAreDrawn(t *testing.T) {
	drawn := 0
	l := &widget.List{}
	l.SetRows(ids{ids: many(100_000), drawn: &drawn}, nil)
	c := kit.NewCanvas(80, 24, uitest.Theme(t, "mono"))
	for _, a := range []kit.Action{kit.Top, kit.Bottom, kit.PageUp, kit.Up, kit.HalfDown} {
		l.Do(a)
		drawn = 0
		l.Draw(c)
		if drawn != 24 {
			t.Errorf("after %s %d rows were drawn, want 24", a, drawn)
		}
	}
}

func TestTheCursorStaysOnItsRecord(t *testing.T) {
	l := &widget.List{}
	l.SetRows(ids{ids: []string{"a", "b", "c", "d"}}, nil)
	l.Do(kit.Down)
	l.Do(kit.Down)
	l.SetRows(ids{ids: []string{"x", "y", "a", "b", "z", "c", "d"}}, nil)
	if i, id := l.Cursor(); i != 5 || id != "c" {
		t.Errorf("cursor on %d %s, want c", i, id)
	}
	l.SetRows(ids{ids: []string{"a", "b"}}, nil)
	if i, id := l.Cursor(); i != 1 || id != "b" {
		t.Errorf("its record gone, the cursor is on %d %s, want the nearest place", i, id)
	}
	l.SetRows(ids{}, nil)
	if i, _ := l.Cursor(); i != -1 {
		t.Errorf("an empty list has a cursor: %d", i)
	}
	for _, a := range []kit.Action{kit.Open, kit.Mark, kit.Down, kit.MarkAll, kit.PageUp} {
		if e, ok := l.Do(a); !ok || e.Kind != widget.ListNothing {
			t.Errorf("%s on an empty list: %+v", a, e)
		}
	}
}

func TestTheCursorsRowIsAlwaysWhollySeen(t *testing.T) {
	mono := uitest.Theme(t, "mono")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		heights := rapid.SliceOfN(rapid.IntRange(1, 3), n, n).Draw(t, "heights")
		var groups []widget.Group
		for i := range n {
			if rapid.IntRange(0, 4).Draw(t, "group") == 0 {
				groups = append(groups, widget.Group{Title: fmt.Sprintf("Group %d", i), From: i})
			}
		}
		l := &widget.List{}
		l.SetRows(ids{ids: many(n), lines: func(i int) int { return heights[i] }}, groups)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			l.Do(rapid.SampledFrom([]kit.Action{kit.Up, kit.Down, kit.Down, kit.PageUp, kit.PageDown, kit.HalfUp, kit.HalfDown, kit.Top, kit.Bottom}).Draw(t, "action"))
			h := rapid.IntRange(5, 20).Draw(t, "h")
			c := kit.NewCanvas(40, h, mono)
			l.Draw(c)
			frame := c.Plain()
			_, id := l.Cursor()
			if !strings.Contains(frame, " >   "+id) || !strings.Contains(frame, id+"$") {
				t.Fatalf("%s is not wholly on screen:\n%s", id, frame)
			}
			lines := strings.Split(frame, "\n")
			if last := strings.TrimSpace(lines[h-1]); strings.HasPrefix(last, "Group") {
				t.Fatalf("a heading stands alone at the foot:\n%s", frame)
			}
		}
	})
}

func TestMarks(t *testing.T) {
	l := &widget.List{}
	l.SetRows(ids{ids: []string{"a", "b", "c", "d", "e"}}, nil)
	if got := l.Targets(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("without marks an action is for %v", got)
	}
	l.Do(kit.Mark)
	l.Do(kit.Down)
	l.Do(kit.Down)
	l.Do(kit.MarkRange)
	if got := l.Targets(); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("marked %v", got)
	}
	l.Do(kit.MarkInvert)
	if got := l.Marked(); !slices.Equal(got, []string{"e"}) {
		t.Errorf("turned round: %v", got)
	}
	l.SetRows(ids{ids: []string{"e", "a"}}, nil)
	l.Do(kit.MarkAll)
	if got := l.Marked(); !slices.Equal(got, []string{"e", "a"}) {
		t.Errorf("all: %v", got)
	}
	if !l.ClearMarks() || l.ClearMarks() || l.MarkCount() != 0 {
		t.Error("marks were not cleared once")
	}
}

// BenchmarkListKeyAndFrame is one key and the frame after it: what a list costs must not follow its length.
func BenchmarkListKeyAndFrame(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			l := &widget.List{}
			l.SetRows(ids{ids: many(n)}, []widget.Group{{Title: "Overdue", Note: "1", From: 0}, {Title: "Later", From: n / 2}})
			th := uitest.Theme(b, "dark")
			c := kit.NewCanvas(120, 40, th)
			for b.Loop() {
				l.Do(kit.PageDown)
				c.Reset(120, 40, th)
				l.Draw(c)
				_ = c.Render()
			}
		})
	}
}
