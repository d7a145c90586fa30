package widget_test

import (
	"fmt"
	"strings"
	"testing"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

// work is a list of invented work.
type work struct {
	rows [][5]string // sign, reference, what, who, left
}

func (w work) Len() int        { return len(w.rows) }
func (w work) ID(i int) string { return w.rows[i][1] }
func (w work) DrawRow(c *kit.Canvas, i int) {
	r := w.rows[i]
	c.Put(3, 0, r[0], kit.Danger.Bold())
	c.Put(5, 0, r[1], kit.Muted.Ink())
	c.Fit(22, 0, c.W()-35, r[2], kit.Text.Ink())
	c.PutRight(c.W()-2, 0, r[4], kit.Warn.Ink())
	c.Fit(5, 1, c.W()-7, r[3], kit.Quiet.Ink())
}

type tallWork struct{ work }

func (tallWork) Lines(int) int { return 2 }

func someWork() (work, []widget.Group) {
	return work{rows: [][5]string{
		{"!", "REQ-2026-0M4T7C", "Subject access", "P03, mother", "1 wd late"},
		{"", "REQ-2026-5R8W2K", "Health record", "for P07", "2 wd left"},
		{"", "DD-2026-A014", "Rapid review", "Child A", "3 wd left"},
		{"", "AGY-2026-9C3E6H", "Agency report", "Housing", "5 wd left"},
		{"║", "REQ-2026-K2V8ND", "Subject access", "P11", "since 16 Jun"},
		{"", "AGY-2026-4XJ1QS", "Chronology", "Police", "on 18 Jun"},
		{"", "PCK-2026-31GZ5B", "Panel pack", "to sign off", "asked Fri"},
	}}, []widget.Group{{Title: "Overdue", Note: "1", From: 0}, {Title: "Due within five working days", Note: "3", From: 1}, {Title: "Waiting on others", Note: "2", From: 4}, {Title: "Yours to finish", Note: "1", From: 6}}
}

func someForm() *widget.Form {
	date := func(v string) (string, bool) {
		if v == "12/3/24" {
			return "Tue 12 March 2024", true
		}
		return "This is not a date. Write it as 12/3/24, 12 mar or -3d.", false
	}
	return widget.NewForm([]widget.Field{
		{Name: "kind", Label: "Kind", Section: "What is it", Kind: widget.FieldChoice, Required: true, Options: []kit.Option{{ID: "tel", Text: "phone call"}, {ID: "em", Text: "email"}, {ID: "pap", Text: "paper"}}},
		{Name: "from", Label: "Source", Required: true, Help: "The person or the post that it came from."},
		{Name: "date", Label: "Event date", Echo: date},
		{Name: "about", Label: "About", Kind: widget.FieldMany, Options: []kit.Option{{ID: "P01", Text: "Child A"}, {ID: "P03", Text: "P03, mother"}, {ID: "P04", Text: "P04"}}},
		{Name: "words", Label: "Words", Section: "What was said", Kind: widget.FieldLong, Required: true, Rows: 5},
		{Name: "note", Label: "Note to the file"},
	}, widget.Values{"from": "Sgt Ahmed", "date": "12/3/24", "about": "P01\nP03"})
}

func somePieces() []widget.Piece {
	return []widget.Piece{
		{Text: "Visit brought forward at P03's asking. P03 was at home with Child A and P05. The flat was warm and clean. P03 said that she had not been sleeping and became tearful when asked how things were at home.\n\nChild A was alert and sociable, came to the worker with a book, and was heard to say "},
		{Text: "“Daddy shout”", Ink: kit.Accent.Ink().Underlined()},
		{Text: " while looking at the door. P03 said that this was about the television.\n\nP03 gave her address as "},
		{Cover: "address covered", ID: "RST-1"},
		{Text: " and asked that it should not be given to anyone, including P04. She said that her mother, P09, helps on Tuesdays.\n\nWeight on the 50th centile. Speech as expected for age. No marks seen; Child A was not undressed.\n\nPlan: call on 28 November; speak to the GP about P03's sleep; discuss at supervision."},
	}
}

// scenes are the frames that are kept. Each draws a widget in a state that a person would meet.
func scenes(t testing.TB) map[string]func(c *kit.Canvas) {
	return map[string]func(c *kit.Canvas){
		"list": func(c *kit.Canvas) {
			l := &widget.List{}
			rows, groups := someWork()
			l.SetRows(rows, groups)
			l.Do(kit.Down)
			l.Do(kit.Mark)
			l.Do(kit.Mark)
			l.Draw(c)
		},
		"list-tall": func(c *kit.Canvas) {
			l := &widget.List{}
			rows, groups := someWork()
			l.SetRows(tallWork{rows}, groups)
			l.Do(kit.Bottom)
			l.Draw(c)
		},
		"list-empty": func(c *kit.Canvas) {
			l := &widget.List{Empty: "Nothing is due, waiting or yours to finish. Press c to capture what comes in."}
			l.Draw(c)
		},
		"reader": func(c *kit.Canvas) {
			r := &widget.Reader{}
			r.SetPieces(somePieces(), c.Signs())
			r.Draw(c)
			r.Find("p03")
			r.Draw(c)
		},
		"editor": func(c *kit.Canvas) {
			e := &widget.Editor{}
			e.SetText("Rang back about the call-out. Says the log has Child A asleep, but the body-worn video may show otherwise.\n\n\tWill ask for it to be kept.\nWants to know who else was in the house")
			e.Draw(c, true)
		},
		"form": func(c *kit.Canvas) {
			f := someForm()
			f.Do(kit.Save)
			f.Draw(c)
		},
		"form-words": func(c *kit.Canvas) {
			f := someForm()
			f.Focus("words")
			f.Draw(c)
		},
		"picker": func(c *kit.Canvas) {
			p := &widget.Picker{Title: "Agency", Many: true}
			p.SetOptions([]kit.Option{{ID: "pol", Text: "Northmoor Police", Note: "police"}, {ID: "hv", Text: "Health visiting", Note: "health"}, {ID: "hou", Text: "Housing options", Note: "district"}, {ID: "sw", Text: "Children’s social care", Note: "council"}}, "hv")
			for _, k := range uitest.Keys("hi") {
				p.Update(k)
			}
			p.Draw(c)
		},
		"prompt": func(c *kit.Canvas) {
			p := widget.NewPrompt(kit.Question{Title: "Lift the restriction on INF-2026-8NHC4T?", Detail: "Everyone who is cleared for DD-2026-A014 will then see the address. The reason is kept with it.", YesWord: "lift it", NoWord: "leave it"})
			p.Draw(c.Sub(c.Rect().Foot(p.Height(c.W()))))
		},
		"prompt-typed": func(c *kit.Canvas) {
			p := widget.NewPrompt(kit.Question{Title: "Dispose of LR-2019-A003?", Detail: "Its key is destroyed. Nobody can read it again, here or in any backup of this file.", Typed: "LR-2019-A003", YesWord: "dispose of it", Danger: true})
			for _, k := range uitest.Keys("yes") {
				p.Update(k)
			}
			p.Do(kit.Open)
			p.Draw(c.Sub(c.Rect().Foot(p.Height(c.W()))))
		},
		"tabs": func(c *kit.Canvas) {
			names := []string{"Summary", "Chronology", "Information", "People", "Agencies", "Restrictions", "Actions", "Out", "History"}
			var tabs []widget.Tab
			for _, n := range names {
				tabs = append(tabs, widget.Tab{Name: n})
			}
			widget.DrawTabs(c, 1, tabs)
			steps := []widget.Tab{{Name: "Audience", Done: true}, {Name: "Items", Done: true, Note: "41"}, {Name: "Redactions"}, {Name: "Checks"}}
			widget.DrawTabs(c.Sub(kit.Rect{Y: 3, W: c.W(), H: 2}), 2, steps)
		},
		"help": func(c *kit.Canvas) {
			h := widget.NewHelp(uitest.Keymap(t).HelpRows([]kit.Scope{kit.InList, kit.InCaseFile, kit.InApp}))
			for _, k := range uitest.Keys("mark") {
				h.Update(k)
			}
			h.Draw(c)
		},
		"palette": func(c *kit.Canvas) {
			scopes := []kit.Scope{kit.InList, kit.InCases, kit.InApp}
			p := widget.NewPalette(append(widget.CommandsOf(uitest.Keymap(t), scopes, nil), widget.Command{ID: "case:DD-2026-A014", Title: "DD-2026-A014 Rapid review: Child A", Kind: "case"}), nil)
			for _, k := range uitest.Keys("rev") {
				p.Update(k)
			}
			p.Draw(c.Sub(c.Rect().Foot(p.Height())))
		},
	}
}

func TestGoldenFrames(t *testing.T) {
	mono := uitest.Theme(t, "mono")
	for name, draw := range scenes(t) {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
			c := kit.NewCanvas(size[0], size[1], mono)
			draw(c)
			uitest.Fits(t, c.Render(), size[0], size[1])
			got := strings.TrimRight(uitest.Plain(c), "\n") + "\n"
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), got)
		}
	}
}
