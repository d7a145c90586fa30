package casefile

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Item is the page of one item of information: its words, line by line, and what is known of it.
type Item struct {
	desk
	ref    string
	at     int // in the dossier
	reader widget.Reader
	voice  int   // the line on which the child's voice stands, 0 when it stands nowhere
	covers []int // the lines of covered passages
	facts  bool  // the facts have a narrow page to themselves
	page   scroll
	w, h   int
}

// NewItem makes the page of an item.
func NewItem(c kit.Ctx, st Store, o Options) *Item {
	p := &Item{desk: desk{Ctx: c, st: st, masked: o.Masked}, ref: o.Ref, at: -1}
	p.desk.show = p.rebuild
	if ref, err := model.CanonicalRef(o.Ref); err == nil {
		p.ref = ref // it may have been typed in another way
	}
	return p
}

// Init reads the item's case: its people name the item's, and its restrictions cover it.
func (p *Item) Init() tea.Cmd {
	ref := p.ref
	return p.load(func(ctx context.Context, st Store) (model.ID, error) {
		n, _, caseID, err := st.Find(ctx, ref)
		if err == nil && n != model.NounInformation {
			return "", model.Missing(ref)
		}
		return caseID, err
	})
}

// rebuild shows the item as the dossier has it now.
func (p *Item) rebuild() {
	if p.d == nil {
		return
	}
	p.at = p.d.item(p.ref)
	if p.at < 0 {
		p.wrong = kit.Sentence(model.Missing(p.ref).Error())
		return
	}
	p.fill()
}

// here is the item, nil when there is none that may be shown.
func (p *Item) here() *view.InfoView {
	if p.d == nil || p.at < 0 {
		return nil
	}
	return &p.d.Information[p.at]
}

// fill puts the words into the reader.
func (p *Item) fill() {
	v := p.here()
	pieces, marks := itemPieces(v, p.d, p.masked)
	p.reader.SetPieces(pieces, p.Signs())
	p.voice, p.covers = 0, nil
	for _, m := range marks {
		line := p.reader.Line(m.piece, 0)
		if m.cover {
			p.covers = append(p.covers, line)
		} else {
			p.voice = line
		}
	}
	if p.find.words() != "" {
		p.look()
	}
}

// Update hears results, news, and keys typed into the search line or a sheet.
func (p *Item) Update(msg tea.Msg) tea.Cmd {
	if cmd, ours := p.desk.hear(msg); ours {
		return cmd
	}
	if k, ok := msg.(tea.KeyMsg); ok && p.find.open && p.find.typed(k) {
		p.look()
	}
	return nil
}

// look searches the words and says how many hits there are.
func (p *Item) look() {
	n := p.reader.Find(p.find.words())
	p.count(n)
}

func (p *Item) count(n int) {
	at, _ := p.reader.Hits()
	switch {
	case p.find.words() == "":
		p.find.note = ""
	case n == 0:
		p.find.note = "not found"
	default:
		p.find.note = place(at-1, n)
	}
}

// Do performs an action on the sheet, the search line or the page.
func (p *Item) Do(a kit.Action) (tea.Cmd, bool) {
	if p.sheet != nil {
		return p.sheetDo(a)
	}
	if p.find.open {
		return nil, p.findDo(a)
	}
	v := p.here()
	if v == nil {
		return nil, false
	}
	if cmd, ok := p.itemDo(a, v); ok {
		return cmd, true
	}
	if p.facts && p.w < previewFrom {
		return nil, p.page.do(a)
	}
	_, ok := p.reader.Do(a)
	if _, n := p.reader.Hits(); ok && n > 0 {
		p.count(n)
	}
	return nil, ok
}

func (p *Item) findDo(a kit.Action) bool {
	switch a {
	case kit.Open:
		p.find.open = false
	case kit.Back:
		p.find.open = false
		p.find.in.Set("")
		p.look()
	case kit.SearchNext, kit.SearchPrev:
		p.reader.Do(a)
		_, n := p.reader.Hits()
		p.count(n)
	default:
		return false
	}
	return true
}

// itemDo are the actions on the item itself.
func (p *Item) itemDo(a kit.Action, v *view.InfoView) (tea.Cmd, bool) {
	switch a {
	case kit.NextItem:
		p.step(1)
	case kit.PrevItem:
		p.step(-1)
	case kit.Search:
		p.facts = false
		p.find.begin()
	case kit.NextPane, kit.PrevPane, kit.Preview:
		p.facts = !p.facts
	case kit.Mask:
		p.SetMasked(!p.masked)
	case kit.Refresh:
		return p.again(), true
	case kit.CopyRef:
		return showRef(v.Ref), true
	case kit.Edit:
		return p.correct(v), true
	case kit.CaptureFull:
		return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: p.d.Ref}}), true
	case kit.Restrict:
		return p.openSheet(p.restrictSheet(v.ID)), true
	case kit.Lift:
		return p.lift(p.d.restrictionsOn(v.ID)), true
	case kit.Reveal:
		if !itemCovered(v) {
			return kit.Say("nothing is covered here"), true
		}
		return p.reveal(model.NounInformation, v.ID, v.Ref, badges(v)), true
	default:
		return nil, false
	}
	return nil, true
}

// step shows another item of the same case; at the ends it stays.
func (p *Item) step(by int) {
	i := p.at + by
	if i < 0 || i >= len(p.d.Information) {
		return
	}
	p.at, p.ref = i, p.d.Information[i].Ref
	p.page = scroll{}
	p.fill()
}

// Offers says what can be asked for here.
func (p *Item) Offers(a kit.Action) bool {
	switch a {
	case kit.Link, kit.Compare, kit.Tag, kit.Comment, kit.OpenFile, kit.AttachFile, kit.Print, kit.Discard, kit.Identity, kit.ViewAs, kit.Filter:
		return false
	case kit.Reveal:
		return p.here() != nil && itemCovered(p.here())
	case kit.Edit:
		return p.here() != nil && !itemCovered(p.here())
	case kit.Lift:
		return p.here() != nil && len(p.d.restrictionsOn(p.here().ID)) > 0
	}
	return true
}

// Scopes are the sheet's, the search line's, or the page's.
func (p *Item) Scopes() []kit.Scope {
	switch {
	case p.sheet != nil:
		return p.sheet.form.Scopes()
	case p.find.open:
		return []kit.Scope{kit.InSearch, kit.InItem}
	}
	return []kit.Scope{kit.InItem, kit.InReader}
}

// SetSize tells the size of the body.
func (p *Item) SetSize(w, h int) { p.w, p.h = w, h }

// Crumbs lead from the cases over the case.
func (p *Item) Crumbs() []string {
	out := []string{"Cases"}
	if p.d != nil {
		out = append(out, p.d.Ref)
	}
	out = append(out, p.ref)
	if p.sheet != nil {
		out = append(out, p.sheet.title)
	}
	return out
}
