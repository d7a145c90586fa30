package widget_test

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

func anyText() *rapid.Generator[string] {
	nasty := []rune{0, '\n', '\n', '\r', '\t', 0x1b, 0x9b, 0x301, 0x5d0, 0x600, 0x915, 0x94d, 0x1100, 0x200b, 0x200d, 0x202e,
		0x3042, 0xac00, 0xfeff, 0xfe0f, 0x1f1e6, 0x1f3fb, 0x1f468, 'a', 'b', ' ', ' '}
	return rapid.Custom(func(t *rapid.T) string {
		s := string(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.Rune()), 0, 40).Draw(t, "runes"))
		if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
			s += rapid.StringMatching(`([a-z]{1,12}[ \n]){0,30}`).Draw(t, "words")
		}
		return s
	})
}

func anyKey() *rapid.Generator[tea.KeyMsg] {
	return rapid.Custom(func(t *rapid.T) tea.KeyMsg {
		switch rapid.IntRange(0, 3).Draw(t, "key") {
		case 0:
			return uitest.Paste(anyText().Draw(t, "paste"))
		case 1:
			return uitest.Keys(rapid.SampledFrom([]string{"up", "down", "left", "right", "home", "end", "pgup", "pgdown", "ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end"}).Draw(t, "move"))[0]
		case 2:
			return uitest.Keys(rapid.SampledFrom([]string{"enter", "tab", "backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k", "ctrl+z", "ctrl+y", "space"}).Draw(t, "edit"))[0]
		}
		return uitest.Keys(rapid.SampledFrom([]string{"a", "B", "é", "児", " ", "7"}).Draw(t, "letter"))[0]
	})
}

func anyAction() *rapid.Generator[kit.Action] {
	return rapid.SampledFrom([]kit.Action{kit.Up, kit.Down, kit.PageUp, kit.PageDown, kit.HalfUp, kit.HalfDown, kit.Top, kit.Bottom, kit.Open,
		kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll, kit.NextField, kit.PrevField, kit.Save, kit.GotoField, kit.SearchNext, kit.SearchPrev, kit.Complete})
}

// anyWidget is every widget with hostile text in it: draw, keys and actions.
type anyWidget struct {
	draw func(*kit.Canvas)
	key  func(tea.KeyMsg)
	do   func(kit.Action)
}

func makeWidgets(t *rapid.T, th *kit.Theme, m *kit.Keymap) []anyWidget {
	text := func(label string) string { return anyText().Draw(t, label) }
	options := []kit.Option{{ID: "1", Text: text("o1"), Note: text("n1")}, {ID: "2", Text: text("o2")}, {ID: "3", Text: text("o3")}}
	l := &widget.List{}
	rows, groups := someWork()
	rows.rows[1][2], rows.rows[2][0] = text("row"), text("sign")
	groups[1].Title = text("group")
	l.SetRows(tallWork{rows}, groups)
	r := &widget.Reader{}
	r.SetPieces([]widget.Piece{{Text: text("p1")}, {Text: text("p2"), Ink: kit.Accent.Ink()}, {Cover: text("cover"), ID: "x"}, {Text: text("p3")}}, &th.Signs)
	e := &widget.Editor{}
	e.SetText(text("editor"))
	in := &widget.Input{}
	secret := &widget.Input{Secret: true}
	p := &widget.Picker{Title: text("title"), Many: true}
	p.SetOptions(options, "2")
	f := widget.NewForm([]widget.Field{{Name: "a", Label: text("label"), Required: true, Section: text("section")}, {Name: "b", Label: "b", Kind: widget.FieldLong, Help: text("help")},
		{Name: "c", Label: "c", Kind: widget.FieldChoice, Options: options}, {Name: "d", Label: "d", Kind: widget.FieldMany, Options: options}, {Name: "s", Label: "s", Kind: widget.FieldSecret}},
		widget.Values{"a": text("a"), "b": text("b")})
	q := widget.NewPrompt(kit.Question{Title: text("q"), Detail: text("detail"), Typed: "X"})
	h := widget.NewHelp(m.HelpRows([]kit.Scope{kit.InList, kit.InApp}))
	return []anyWidget{
		{l.Draw, func(tea.KeyMsg) {}, func(a kit.Action) { l.Do(a) }},
		{r.Draw, func(k tea.KeyMsg) { r.Find(string(k.Runes)); r.NextCover(1); r.Cover() }, func(a kit.Action) { r.Do(a) }},
		{func(c *kit.Canvas) { e.Draw(c, true) }, func(k tea.KeyMsg) { e.Update(k) }, func(kit.Action) {}},
		{func(c *kit.Canvas) { in.Draw(c, true) }, func(k tea.KeyMsg) { in.Update(k) }, func(kit.Action) {}},
		{func(c *kit.Canvas) { secret.Draw(c, true) }, func(k tea.KeyMsg) { secret.Update(k) }, func(kit.Action) {}},
		{p.Draw, func(k tea.KeyMsg) { p.Update(k) }, func(a kit.Action) { p.Do(a) }},
		{f.Draw, func(k tea.KeyMsg) { f.Update(k) }, func(a kit.Action) { f.Do(a) }},
		{q.Draw, func(k tea.KeyMsg) { q.Update(k) }, func(a kit.Action) { q.Do(a) }},
		{h.Draw, func(k tea.KeyMsg) { h.Update(k) }, func(a kit.Action) { h.Do(a) }},
		{func(c *kit.Canvas) {
			widget.DrawTabs(c, 1, []widget.Tab{{Name: text("t1"), Note: text("tn")}, {Name: text("t2")}})
		}, func(tea.KeyMsg) {}, func(kit.Action) {}},
	}
}

func TestEveryWidgetKeepsTheFrameWhateverIsTypedAndHoweverSmall(t *testing.T) {
	themes := []*kit.Theme{uitest.Theme(t, "mono"), uitest.Theme(t, "dark")}
	m := uitest.Keymap(t)
	rapid.Check(t, func(t *rapid.T) {
		th := themes[rapid.IntRange(0, 1).Draw(t, "theme")]
		ws := makeWidgets(t, th, m)
		w := ws[rapid.IntRange(0, len(ws)-1).Draw(t, "widget")]
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				w.key(anyKey().Draw(t, "key"))
			case 1:
				w.do(anyAction().Draw(t, "action"))
			default:
				cw, ch := rapid.IntRange(0, 130).Draw(t, "w"), rapid.IntRange(0, 45).Draw(t, "h")
				if rapid.Bool().Draw(t, "tiny") {
					cw, ch = cw%9, ch%4
				}
				c := kit.NewCanvas(cw, ch, th)
				w.draw(c)
				uitest.Fits(t, c.Render(), cw, ch)
			}
		}
	})
}
