package widget

import (
	"strings"
	"unicode/utf8"
)

// edit is one step that can be undone: at a place, one text gave way to another.
type edit struct {
	at      pos
	out, in string
	caret   pos // where the caret was before
}

// The most that is remembered for undo: steps, and bytes of text in them.
const (
	maxSteps = 1000
	maxBytes = 32 << 20
)

// change is the only way in which the text changes by hand: it can be undone.
func (e *Editor) change(a, b pos, text string) {
	if a == b && text == "" {
		return
	}
	step := edit{at: a, out: e.between(a, b), in: text, caret: e.at}
	e.at = e.splice(a, b, text)
	e.goal, e.future = -1, nil
	if e.joins(step) {
		e.past[len(e.past)-1].in += text
		return
	}
	e.past = append(e.past, step)
	e.forget()
}

// joins says that a typed character belongs to the word that is being typed, so that undo takes words, not letters.
func (e *Editor) joins(s edit) bool {
	if len(e.past) == 0 || s.out != "" || s.in == "\n" || utf8.RuneCountInString(s.in) != 1 {
		return false
	}
	last := e.past[len(e.past)-1]
	if last.out != "" || last.in == "" || strings.Contains(last.in, "\n") || len(last.in) > 200 {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(last.in)
	n, _ := utf8.DecodeRuneInString(s.in)
	wordBegins := notWord(r) && isWord(n)
	return s.at == pos{last.at.line, last.at.col + len(last.in)} && !wordBegins
}

// forget drops the oldest steps beyond what is remembered.
func (e *Editor) forget() {
	size := 0
	for i := len(e.past) - 1; i >= 0; i-- {
		size += len(e.past[i].in) + len(e.past[i].out)
		if size > maxBytes && i < len(e.past)-1 || len(e.past)-i > maxSteps {
			e.past = append([]edit(nil), e.past[i+1:]...)
			return
		}
	}
}

// Undo takes back the last step of writing. It returns false when there is none.
func (e *Editor) Undo() bool {
	if len(e.past) == 0 {
		return false
	}
	s := e.past[len(e.past)-1]
	e.past = e.past[:len(e.past)-1]
	e.splice(s.at, endOf(s.at, s.in), s.out)
	e.at, e.goal = s.caret, -1
	e.future = append(e.future, s)
	return true
}

// Redo makes the step again that was last taken back. It returns false when there is none.
func (e *Editor) Redo() bool {
	if len(e.future) == 0 {
		return false
	}
	s := e.future[len(e.future)-1]
	e.future = e.future[:len(e.future)-1]
	e.at = e.splice(s.at, endOf(s.at, s.out), s.in)
	e.goal = -1
	e.past = append(e.past, s)
	return true
}

// endOf is where a text ends that stands at a.
func endOf(a pos, text string) pos {
	n := strings.Count(text, "\n")
	if n == 0 {
		return pos{a.line, a.col + len(text)}
	}
	return pos{a.line + n, len(text) - strings.LastIndexByte(text, '\n') - 1}
}
