package widget

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Prompt asks one question over the page: yes or no, a reference that must be typed, or a line such as a reason.
type Prompt struct {
	q     kit.Question
	input Input
	yes   bool   // the answer that Enter gives
	wrong string // why the typed answer does not count
}

// PromptEvent is what a prompt tells: when Done, whether the answer is yes, and what was typed.
type PromptEvent struct {
	Handled bool
	Done    bool
	Yes     bool
	Answer  string
}

// NewPrompt makes a prompt of a question. Enter answers no until the person moves to yes.
func NewPrompt(q kit.Question) *Prompt { return &Prompt{q: q} }

// Question is what is asked.
func (p *Prompt) Question() kit.Question { return p.q }

func (p *Prompt) typing() bool { return p.q.Typed != "" || p.q.Ask != "" }

// Scopes are the scopes of the prompt.
func (p *Prompt) Scopes() []kit.Scope {
	if p.typing() {
		return []kit.Scope{kit.InTyped}
	}
	return []kit.Scope{kit.InPrompt}
}

// Update types a key into the answer.
func (p *Prompt) Update(k tea.KeyMsg) PromptEvent {
	if !p.typing() {
		return PromptEvent{}
	}
	e := p.input.Update(k)
	if e.Changed {
		p.wrong = ""
	}
	return PromptEvent{Handled: e.Handled}
}

// Do performs an action: an answer, a move between the answers, Open or Back.
func (p *Prompt) Do(a kit.Action) (PromptEvent, bool) {
	switch a {
	case kit.Yes:
		return PromptEvent{Handled: true, Done: true, Yes: true}, true
	case kit.No, kit.Back:
		return PromptEvent{Handled: true, Done: true}, true
	case kit.Left, kit.Right:
		p.yes = !p.yes
		return PromptEvent{Handled: true}, true
	case kit.Open:
		return p.enter(), true
	}
	return PromptEvent{}, false
}

func (p *Prompt) enter() PromptEvent {
	answer := strings.TrimSpace(p.input.Value())
	switch {
	case !p.typing():
		return PromptEvent{Handled: true, Done: true, Yes: p.yes}
	case p.q.Typed != "" && !strings.EqualFold(answer, p.q.Typed):
		p.wrong = "This is not " + p.q.Typed + ". Type it as it stands, or press Esc."
	case answer == "" && !p.q.Optional:
		p.wrong = "Words are needed here. Write them, or press Esc."
	default:
		return PromptEvent{Handled: true, Done: true, Yes: true, Answer: answer}
	}
	return PromptEvent{Handled: true}
}

// Height is how many rows the prompt wants on a canvas of width w.
func (p *Prompt) Height(w int) int {
	n := 2 + len(kit.WrapText(p.q.Title, w-5)) + 2
	if p.q.Detail != "" {
		n += len(kit.WrapText(p.q.Detail, min(w-5, kit.Measure)))
	}
	if p.typing() {
		n += 2
	}
	return n
}

// Draw draws the prompt on the whole canvas.
func (p *Prompt) Draw(c *kit.Canvas) {
	c.Clear(c.Rect(), kit.Raised)
	c.OpenRule(0, 0, c.W())
	ink := kit.Strong.Bold()
	if p.q.Danger {
		ink = kit.Danger.Bold()
	}
	y := c.Para(3, 1, c.W()-5, p.q.Title, ink)
	if p.q.Detail != "" {
		y = c.Para(3, y, min(c.W()-5, kit.Measure), p.q.Detail, kit.Text.Ink())
	}
	y++
	if p.typing() {
		p.drawTyped(c, y)
		return
	}
	x := p.drawAnswer(c, 3, y, "y", word(p.q.YesWord, "yes"), p.yes)
	p.drawAnswer(c, x+4, y, "n", word(p.q.NoWord, "no"), !p.yes)
}

func (p *Prompt) drawAnswer(c *kit.Canvas, x, y int, key, word string, here bool) int {
	if here {
		c.Put(x-2, y, c.Signs().Cursor, kit.Accent.Bold())
		x = c.Put(x, y, key, kit.Accent.Bold())
		return c.Put(x+1, y, word, kit.Ink{FG: kit.Strong, Bold: true, Under: true})
	}
	x = c.Put(x, y, key, kit.Muted.Bold())
	return c.Put(x+1, y, word, kit.Muted.Ink())
}

func (p *Prompt) drawTyped(c *kit.Canvas, y int) {
	label := p.q.Ask
	if p.q.Typed != "" {
		label = "Type " + p.q.Typed + " to " + word(p.q.YesWord, "go on")
	}
	c.Fit(3, y, c.W()-5, label, kit.Accent.Ink())
	c.Put(1, y+1, c.Signs().Cursor, kit.Accent.Bold())
	p.input.Draw(c.Sub(kit.Rect{X: 2, Y: y + 1, W: min(c.W()-4, kit.Measure), H: 1}), true)
	c.Fit(3, y+2, c.W()-5, p.wrong, kit.Danger.Ink())
}

func word(s, or string) string {
	if s == "" {
		return or
	}
	return s
}
