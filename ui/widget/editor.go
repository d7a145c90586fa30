package widget

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// Editor is a text of many lines that is written. It keeps the text byte for byte: tabs, odd spaces, carriage returns
// and whatever else was set or pasted; only "\n" parts lines. The zero Editor is empty and ready.
type Editor struct {
	Ground      kit.Token // laid under the text; kit.NoToken keeps what lies there
	Placeholder string

	lines   []string // never empty once used
	at      pos      // the caret
	goal    int      // the column that up and down aim for; -1 is the caret's own
	top     pos      // the anchor: a line, and in col a row of its wrapped pieces
	w, h    int      // of the last drawing
	past    []edit
	future  []edit
	long    wrapped
	caret   int // the row of the canvas where the caret was drawn; -1 is nowhere
	version int
}

// pos is a place in the text: a line, and a byte in it.
type pos struct{ line, col int }

func (p pos) before(q pos) bool { return p.line < q.line || p.line == q.line && p.col < q.col }

// EditorEvent is what an editor tells its page.
type EditorEvent struct {
	Handled bool // the key was for the text
	Changed bool // the text is another: time to save a draft
}

// SetText exchanges the text, forgets what could be undone and puts the caret at the end.
func (e *Editor) SetText(s string) {
	e.lines = strings.Split(s, "\n")
	e.at = pos{len(e.lines) - 1, len(e.lines[len(e.lines)-1])}
	e.top, e.goal, e.past, e.future = pos{}, -1, nil, nil
	e.version++
}

// Text is the whole text, byte for byte.
func (e *Editor) Text() string { return strings.Join(e.lines, "\n") }

// IsEmpty says that nothing was written.
func (e *Editor) IsEmpty() bool { return len(e.lines) == 0 || len(e.lines) == 1 && e.lines[0] == "" }

// Caret is the place of the caret: the line, from 0, and the byte in it.
func (e *Editor) Caret() (line, col int) { return e.at.line, e.at.col }

// SetCaret puts the caret on a place, or on the nearest that there is.
func (e *Editor) SetCaret(line, col int) {
	e.ready()
	e.at.line = min(max(line, 0), len(e.lines)-1)
	e.at.col = snap(e.lines[e.at.line], col)
	e.goal = -1
}

// CaretRow is the row of the canvas on which the caret was last drawn, or -1: the page puts its cursor sign there.
func (e *Editor) CaretRow() int { return e.caret }

// Insert types a text at the caret, as one step that can be undone.
func (e *Editor) Insert(s string) {
	e.ready()
	e.change(e.at, e.at, s)
}

func (e *Editor) ready() {
	if len(e.lines) == 0 {
		e.lines, e.goal = []string{""}, -1
	}
}

// Update types a key into the text. Enter is a line end and so is one in a paste: neither can submit anything.
func (e *Editor) Update(k tea.KeyMsg) EditorEvent {
	e.ready()
	was := e.version
	if s := typedText(k); s != "" {
		e.change(e.at, e.at, s)
		return EditorEvent{true, true}
	}
	if !e.editKey(k) && !e.moveKey(k) {
		return EditorEvent{}
	}
	return EditorEvent{true, e.version != was}
}

func (e *Editor) editKey(k tea.KeyMsg) bool {
	line := e.lines[e.at.line]
	switch k.String() {
	case "enter":
		e.change(e.at, e.at, "\n")
	case "tab":
		e.change(e.at, e.at, "\t")
	case "backspace":
		e.change(e.left(), e.at, "")
	case "delete", "ctrl+d":
		e.change(e.at, e.right(), "")
	case "ctrl+w", "alt+backspace":
		e.change(e.wordBack(), e.at, "")
	case "alt+d":
		e.change(e.at, e.wordOn(), "")
	case "ctrl+u":
		e.change(pos{e.at.line, 0}, e.at, "")
	case "ctrl+k":
		to := pos{e.at.line, len(line)}
		if e.at == to {
			to = e.right()
		}
		e.change(e.at, to, "")
	case "ctrl+z":
		e.Undo()
	case "ctrl+y":
		e.Redo()
	default:
		return false
	}
	return true
}

func (e *Editor) moveKey(k tea.KeyMsg) bool {
	goal := -1
	switch k.String() {
	case "left":
		e.at = e.left()
	case "right":
		e.at = e.right()
	case "ctrl+left", "alt+left", "alt+b":
		e.at = e.wordBack()
	case "ctrl+right", "alt+right", "alt+f":
		e.at = e.wordOn()
	case "home", "ctrl+a":
		e.at.col = e.piece().From
	case "end", "ctrl+e":
		e.at.col = e.pieceEnd(e.piece())
	case "ctrl+home":
		e.at = pos{}
	case "ctrl+end":
		e.at = pos{len(e.lines) - 1, len(e.lines[len(e.lines)-1])}
	case "up":
		goal = e.vertical(-1)
	case "down":
		goal = e.vertical(1)
	case "pgup":
		goal = e.vertical(-max(e.h-1, 1))
	case "pgdown":
		goal = e.vertical(max(e.h-1, 1))
	default:
		return false
	}
	e.goal = goal
	return true
}

func (e *Editor) left() pos {
	switch {
	case e.at.col > 0:
		return pos{e.at.line, prevStop(e.lines[e.at.line], e.at.col)}
	case e.at.line > 0:
		return pos{e.at.line - 1, len(e.lines[e.at.line-1])}
	}
	return e.at
}

func (e *Editor) right() pos {
	line := e.lines[e.at.line]
	switch {
	case e.at.col < len(line):
		return pos{e.at.line, nextStop(line, e.at.col)}
	case e.at.line < len(e.lines)-1:
		return pos{e.at.line + 1, 0}
	}
	return e.at
}

func (e *Editor) wordBack() pos {
	if e.at.col == 0 {
		return e.left()
	}
	return pos{e.at.line, wordLeft(e.lines[e.at.line], e.at.col)}
}

func (e *Editor) wordOn() pos {
	line := e.lines[e.at.line]
	if e.at.col == len(line) {
		return e.right()
	}
	return pos{e.at.line, wordRight(line, e.at.col)}
}

// between is the text from a up to b.
func (e *Editor) between(a, b pos) string {
	if a.line == b.line {
		return e.lines[a.line][a.col:b.col]
	}
	parts := make([]string, 0, b.line-a.line+1)
	parts = append(parts, e.lines[a.line][a.col:])
	parts = append(parts, e.lines[a.line+1:b.line]...)
	return strings.Join(append(parts, e.lines[b.line][:b.col]), "\n")
}

// splice puts text in the place of what stands from a up to b, and returns where it ends.
func (e *Editor) splice(a, b pos, text string) pos {
	added := strings.Split(text, "\n")
	n := len(added) - 1
	end := pos{a.line + n, len(added[n])}
	if n == 0 {
		end.col += a.col
	}
	added[0] = e.lines[a.line][:a.col] + added[0]
	added[n] += e.lines[b.line][b.col:]
	e.lines = slices.Replace(e.lines, a.line, b.line+1, added...)
	e.version++
	return end
}
