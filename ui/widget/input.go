package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// Input is a line of text that is written. The zero Input is empty and ready.
type Input struct {
	Placeholder string
	Secret      bool // drawn as bullets; the value is kept in one place that Wipe overwrites
	Reveal      bool // shows a secret while it is typed
	Limit       int  // the most characters; 0 is no limit

	text []rune
	at   int // the caret, in runes
	off  int // cells scrolled out on the left
}

// InputEvent is what an input tells its page.
type InputEvent struct {
	Handled bool // the key was for the field
	Changed bool // the value is another
}

// Value is what was typed.
func (in *Input) Value() string { return string(in.text) }

// Bytes is what was typed, in a slice of its own that the caller can overwrite: for a passphrase.
func (in *Input) Bytes() []byte {
	var out []byte
	for _, r := range in.text {
		out = appendRune(out, r)
	}
	return out
}

func appendRune(b []byte, r rune) []byte {
	grown := append(b, string(r)...)
	if len(b) > 0 && &grown[0] != &b[0] {
		clear(b[:cap(b)]) // the old place held part of a secret
	}
	return grown
}

// Set exchanges the value and puts the caret at its end.
func (in *Input) Set(s string) {
	in.Wipe()
	in.insert(s)
}

// Wipe empties the field and overwrites what it held.
func (in *Input) Wipe() {
	clear(in.text[:cap(in.text)])
	in.text, in.at, in.off = in.text[:0], 0, 0
}

// Len is the number of characters typed.
func (in *Input) Len() int { return len(in.text) }

// insert types s at the caret. A line has no line ends: they become blanks, and the one at the end of a paste goes.
func (in *Input) insert(s string) bool {
	s = strings.TrimRight(s, "\r\n")
	add := []rune(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < 0x20 || r == 0x7f:
			return -1
		}
		return r
	}, s))
	if in.Limit > 0 {
		add = add[:min(len(add), max(in.Limit-len(in.text), 0))]
	}
	if len(add) == 0 {
		return false
	}
	grown := make([]rune, len(in.text)+len(add), max(64, 2*(len(in.text)+len(add))))
	copy(grown, in.text[:in.at])
	copy(grown[in.at:], add)
	copy(grown[in.at+len(add):], in.text[in.at:])
	clear(in.text[:cap(in.text)])
	clear(add)
	in.text = grown
	in.at += len(add)
	return true
}

// remove takes the runes from a up to b away and puts the caret there.
func (in *Input) remove(a, b int) bool {
	in.at = a
	if a >= b {
		return false
	}
	rest := copy(in.text[a:], in.text[b:])
	clear(in.text[a+rest:])
	in.text = in.text[:a+rest]
	return true
}

// Update types a key into the field.
func (in *Input) Update(k tea.KeyMsg) InputEvent {
	if s := typedText(k); s != "" {
		return InputEvent{true, in.insert(s)}
	}
	if k.Alt {
		return in.altKey(k)
	}
	switch k.Type {
	case tea.KeyBackspace:
		return InputEvent{true, in.remove(in.step(-1), in.at)}
	case tea.KeyDelete, tea.KeyCtrlD:
		return InputEvent{true, in.remove(in.at, in.step(1))}
	case tea.KeyCtrlW:
		return InputEvent{true, in.remove(in.word(-1), in.at)}
	case tea.KeyCtrlU:
		return InputEvent{true, in.remove(0, in.at)}
	case tea.KeyCtrlK:
		return InputEvent{true, in.remove(in.at, len(in.text))}
	case tea.KeyLeft:
		in.at = in.step(-1)
	case tea.KeyRight:
		in.at = in.step(1)
	case tea.KeyCtrlLeft:
		in.at = in.word(-1)
	case tea.KeyCtrlRight:
		in.at = in.word(1)
	case tea.KeyHome, tea.KeyCtrlA:
		in.at = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		in.at = len(in.text)
	default:
		return InputEvent{}
	}
	return InputEvent{Handled: true}
}

func (in *Input) altKey(k tea.KeyMsg) InputEvent {
	switch k.String() {
	case "alt+b", "alt+left":
		in.at = in.word(-1)
	case "alt+f", "alt+right":
		in.at = in.word(1)
	case "alt+d":
		return InputEvent{true, in.remove(in.at, in.word(1))}
	case "alt+backspace":
		return InputEvent{true, in.remove(in.word(-1), in.at)}
	default:
		return InputEvent{}
	}
	return InputEvent{Handled: true}
}

// step is the caret one character on (1) or back (-1). Of a secret no text is made: a character is a rune.
func (in *Input) step(by int) int {
	switch {
	case in.Secret && by < 0:
		return max(in.at-1, 0)
	case in.Secret:
		return min(in.at+1, len(in.text))
	case by < 0:
		left := string(in.text[:in.at])
		return in.at - len([]rune(left[prevStop(left, len(left)):]))
	default:
		right := string(in.text[in.at:])
		return in.at + len([]rune(right[:nextStop(right, 0)]))
	}
}

// word is the caret one word on or back; a secret is one word.
func (in *Input) word(by int) int {
	switch {
	case in.Secret && by < 0:
		return 0
	case in.Secret:
		return len(in.text)
	case by < 0:
		left := string(in.text[:in.at])
		return len([]rune(left[:wordLeft(left, len(left))]))
	default:
		right := string(in.text[in.at:])
		return in.at + len([]rune(right[:wordRight(right, 0)]))
	}
}

// Draw draws the field on row 0 of the canvas, on the raised ground, with one cell of air on each side.
func (in *Input) Draw(c *kit.Canvas, focused bool) {
	in.drawText(c, focused)
	c.Field(kit.Rect{W: c.W(), H: 1})
}

func (in *Input) drawText(c *kit.Canvas, focused bool) {
	room := c.W() - 2
	if room < 1 {
		return
	}
	part := c.Sub(kit.Rect{X: 1, W: room, H: 1})
	if len(in.text) == 0 {
		x := 0
		if focused {
			x = 2 // beside the caret
		}
		part.Fit(x, 0, room-x, in.Placeholder, kit.Quiet.Ink())
	}
	text, caret := in.shown(c.Signs().Bullet)
	caretX := kit.Width(text[:caret])
	if caretX < in.off {
		in.off = caretX
	}
	if caretX > in.off+room-1 {
		in.off = caretX - room + 1
	}
	part.Put(-in.off, 0, text, kit.Strong.Ink())
	if !focused {
		return
	}
	under := " "
	if caret < len(text) {
		under = text[caret:nextStop(text, caret)]
	}
	part.Put(caretX-in.off, 0, under, kit.Caret())
}

// shown is the text as it is drawn, and the byte at which the caret stands in it.
func (in *Input) shown(bullet string) (text string, caret int) {
	if in.Secret && !in.Reveal {
		return strings.Repeat(bullet, len(in.text)), in.at * len(bullet)
	}
	return string(in.text), len(string(in.text[:in.at]))
}
