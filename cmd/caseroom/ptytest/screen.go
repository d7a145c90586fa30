package ptytest

import (
	"fmt"
	"image/color"
	"strings"
	"time"
	"unicode/utf8"
)

// A Cell is one place of the screen. The second half of a wide character is a
// cell of Width 0.
type Cell struct {
	Text   string // one grapheme, " " where nothing was drawn
	Width  int    // columns it takes: 1, 2, or 0
	Fg, Bg string // "#rrggbb", or "" for the terminal's own colour

	Bold, Faint, Italic, Underline, Reverse, Strike bool
}

// Bits of a cell's attributes as the emulator keeps them.
const (
	attrBold = 1 << iota
	attrFaint
	attrItalic
	_ // blinking
	_ // blinking fast
	attrReverse
	_ // concealed
	attrStrike
)

// Size returns the screen's columns and rows.
func (x *Term) Size() (w, h int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.Width(), x.em.Height()
}

// Cells returns a copy of the screen, row by row, each row exactly as many
// cells as the terminal has columns.
func (x *Term) Cells() [][]Cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	rows := make([][]Cell, x.em.Height())
	for y := range rows {
		rows[y] = make([]Cell, x.em.Width())
		for col := range rows[y] {
			rows[y][col] = x.cell(col, y)
		}
	}
	return rows
}

func (x *Term) cell(col, y int) Cell {
	c := x.em.CellAt(col, y)
	if c == nil {
		return Cell{Text: " ", Width: 1}
	}
	out := Cell{Text: c.Content, Width: c.Width, Fg: hexColour(c.Style.Fg), Bg: hexColour(c.Style.Bg),
		Bold: c.Style.Attrs&attrBold != 0, Faint: c.Style.Attrs&attrFaint != 0, Italic: c.Style.Attrs&attrItalic != 0,
		Reverse: c.Style.Attrs&attrReverse != 0, Strike: c.Style.Attrs&attrStrike != 0, Underline: c.Style.Underline != 0}
	if out.Text == "" && out.Width == 1 {
		out.Text = " "
	}
	return out
}

func hexColour(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// Lines returns the rows of the screen as text without the blanks at their
// ends: always as many as the terminal has rows.
func (x *Term) Lines() []string {
	cells := x.Cells()
	lines := make([]string, len(cells))
	for y, row := range cells {
		var b strings.Builder
		for _, c := range row {
			b.WriteString(c.Text)
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// Screen returns the screen as text, one line a row.
func (x *Term) Screen() string { return strings.Join(x.Lines(), "\n") }

// Find returns the column and row of the first place on the screen where text
// stands within one row.
func (x *Term) Find(text string) (col, row int, ok bool) {
	for y, cells := range x.Cells() {
		var b strings.Builder
		starts := map[int]int{} // byte in the row's text → column
		for i, c := range cells {
			if c.Width > 0 {
				starts[b.Len()] = i
				b.WriteString(c.Text)
			}
		}
		if at := strings.Index(b.String(), text); at >= 0 && text != "" {
			return starts[at], y, true
		}
	}
	return 0, 0, false
}

// CellsOf returns the cells under the first place where text stands, for
// asserting its colours; it fails the test when text is not on the screen.
func (x *Term) CellsOf(text string) []Cell {
	x.t.Helper()
	col, row, ok := x.Find(text)
	if !ok {
		x.t.Fatalf("%q is not on the screen.\n%s", text, x.framed())
	}
	var out []Cell
	left := utf8.RuneCountInString(text)
	for _, c := range x.Cells()[row][col:] {
		if left <= 0 {
			break
		}
		out, left = append(out, c), left-utf8.RuneCountInString(c.Text)
	}
	return out
}

// Cursor returns where the cursor stands and whether it is shown.
func (x *Term) Cursor() (col, row int, shown bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := x.em.CursorPosition()
	return p.X, p.Y, !x.hidden
}

// AltScreen says whether the program has the screen to itself (full-screen
// mode), and not the lines of the shell.
func (x *Term) AltScreen() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.IsAltScreen()
}

// Titles returns every window title that the program has set, in order. Case
// words must not stand in one.
func (x *Term) Titles() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string(nil), x.titles...)
}

// Raw returns every byte that the program has written, escape sequences and
// all.
func (x *Term) Raw() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]byte(nil), x.raw.Bytes()...)
}

// WaitFor waits until text stands on the screen within one row; it fails the
// test with the screen when the limit has passed or the program has ended
// without showing it.
func (x *Term) WaitFor(text string, limit time.Duration) {
	x.t.Helper()
	x.WaitUntil(fmt.Sprintf("to see %q", text), limit, func(screen string) bool { return strings.Contains(screen, text) })
}

// WaitGone waits until text stands nowhere on the screen.
func (x *Term) WaitGone(text string, limit time.Duration) {
	x.t.Helper()
	x.WaitUntil(fmt.Sprintf("for %q to go", text), limit, func(screen string) bool { return !strings.Contains(screen, text) })
}

// WaitUntil waits until seen says yes to the screen's text. What is waited for
// is told in words for the failure message: "to see …".
func (x *Term) WaitUntil(what string, limit time.Duration, seen func(screen string) bool) {
	x.t.Helper()
	deadline := time.Now().Add(limit)
	for {
		ended := x.Exited()
		if ended {
			x.settle()
		}
		if seen(x.Screen()) {
			return
		}
		if ended || time.Now().After(deadline) {
			x.t.Fatalf("waited %s (up to %v), in vain.\n%s", what, limit, x.framed())
		}
		time.Sleep(5 * time.Millisecond)
	}
}
