package ui

import (
	"strings"

	"caseroom/ui/kit"
)

// lockedMarking is what the header says before the profile can be read.
const lockedMarking = "OFFICIAL-SENSITIVE"

// View is the frame: exactly the window's size. It is drawn when something has changed, and else served again.
func (a *App) View() (frame string) {
	if !a.dirty {
		return a.frame
	}
	defer func() {
		if recover() != nil { // the frame may be half-drawn; the loop ends at the next message
			a.fault, a.mayQuit = faultPlace(), true
			frame = strings.Repeat("\n", max(a.h-1, 0))
		}
	}()
	a.canvas.Reset(a.w, a.h, a.theme)
	if a.w > 0 && a.h > 0 {
		a.draw(a.canvas)
	}
	a.frame, a.dirty = a.canvas.Render(), false
	return a.frame
}

func (a *App) draw(c *kit.Canvas) {
	if kit.TooSmall(a.w, a.h) {
		kit.SmallSentence(c)
		return
	}
	body := a.body()
	page := c.Sub(body)
	if t := a.top(); t != nil {
		t.screen.Draw(page)
	}
	if a.bar != nil {
		h := min(a.bar.bar.Height(body.W, body.H), body.H)
		foot := page.Sub(page.Rect().Foot(h))
		foot.Clear(foot.Rect(), kit.Raised)
		a.bar.bar.Draw(foot)
	}
	for _, p := range a.parts {
		h := body.H
		if p.height != nil {
			h = min(p.height(body.W), body.H)
		}
		p.widget.Draw(page.Sub(page.Rect().Foot(h)))
	}
	if body.Y > 2 {
		a.alarm.draw(c.Sub(kit.Rect{Y: 2, W: a.w, H: body.Y - 2}))
	}
	if n := a.said.rows(a.w); n > 0 {
		a.said.drawSticky(c.Sub(kit.Rect{Y: body.Y + body.H, W: a.w, H: n}))
	}
	a.drawHead(c)
	a.drawFoot(c)
}

func (a *App) drawHead(c *kit.Canvas) {
	if a.session == nil {
		c.HRule(0, 1, a.w)
		c.Put((a.w-kit.Width(lockedMarking))/2, 0, lockedMarking, kit.Quiet.Ink())
		return
	}
	hd := kit.Head{Marking: a.self.profile.Marking, Member: a.member, Mask: "REAL NAMES"}
	if a.masked {
		hd.Mask = "names masked"
	}
	if t := a.top(); t != nil {
		hd.Crumbs = t.screen.Crumbs()
	}
	kit.DrawHead(c, hd)
}

// drawFoot draws the keys of the focused part, or what was said, and the state of saving.
func (a *App) drawFoot(c *kit.Canvas) {
	f := kit.Foot{}
	f.State, f.Tone = a.saveState()
	if !a.said.drawNow(c, a.body(), a.w-4-kit.Width(f.State)) {
		f.Hints = a.keys.Hints(a.scopes(), a.offers)
	}
	kit.DrawFoot(c, f)
}

// standing is when something was saved last, and what of the file is not done yet.
func (a *App) standing() string {
	says := ""
	if !a.savedAt.IsZero() {
		says = "saved " + a.savedAt.Format("15:04")
	}
	also := ""
	switch {
	case !a.checked:
		also = "checking the file"
	case a.self.compact:
		also = "not compact yet"
	}
	if says == "" || also == "" {
		return says + also
	}
	return also + ", " + says
}

// saveState is what the focused part says of saving, or what the App knows of it.
func (a *App) saveState() (string, kit.Token) {
	var page any
	if t := a.top(); t != nil {
		page = t.screen
	}
	if a.bar != nil {
		page = a.bar.bar
	}
	if s, ok := page.(kit.Stating); ok {
		if words, tone := s.SaveState(); words != "" {
			return words, tone
		}
	}
	switch {
	case a.session == nil:
		return "offline", kit.Quiet
	case a.tasks.Writing() > 0:
		return "saving", kit.Quiet
	case a.idling.words != "":
		return a.idling.words, kit.Quiet
	case a.readOnly():
		return "read only", kit.Quiet
	}
	return a.standing(), kit.Quiet
}
