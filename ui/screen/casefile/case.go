package casefile

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// The tabs of a case, in the order of the strip.
const (
	tabSummary = iota
	tabInformation
	tabPeople
	tabRestrictions
	tabHistory
	tabCount
)

func tabNames() [tabCount]string {
	return [tabCount]string{"Summary", "Information", "People", "Restrictions", "History"}
}

// Case is the page of one case.
type Case struct {
	desk
	ref   string
	tab   int
	lists [tabCount]widget.List
	info  *infoRows
	folk  *folkRows
	bars  *barRows
	past  *pastRows
	read  bool // the history was asked for since the last change

	page    scroll // of the summary, or of what is open
	opened  bool   // the record under the cursor has the page to itself
	preview bool   // a pane beside the list, where there is room
	w, h    int
	draftID string // a sheet's draft to go on with, once the case is read
}

type pastRead struct{ rows []pastRow }

// NewCase makes the page of a case.
func NewCase(c kit.Ctx, st Store, o Options) *Case {
	s := &Case{desk: desk{Ctx: c, st: st, masked: o.Masked}, ref: o.Ref, preview: true}
	s.desk.show = s.lay
	if id, ok := strings.CutPrefix(o.Arg, "draft:"); ok {
		s.draftID = id
	} else {
		s.openTab(o.Arg)
	}
	s.lists[tabInformation].Empty = "Nothing has been logged here yet. Press c to take down a call, or a for the full form."
	s.lists[tabPeople].Empty = "Nobody is in this case yet. Press a to add a person."
	s.lists[tabRestrictions].Empty = "Nothing here is restricted. Press R to restrict an item, a person or the whole case."
	s.lists[tabHistory].Empty = "Reading what happened here."
	return s
}

// openTab opens a tab by its name, if there is one.
func (s *Case) openTab(name string) {
	for i, n := range tabNames() {
		if strings.EqualFold(n, name) {
			s.tab = i
		}
	}
}

// Init reads the case.
func (s *Case) Init() tea.Cmd {
	ref := s.ref
	return s.load(func(ctx context.Context, st Store) (model.ID, error) {
		row, err := st.CaseByRef(ctx, ref)
		return row.ID, err
	})
}

// lay makes the rows anew: the dossier or the mask is another.
func (s *Case) lay() {
	if s.d == nil {
		return
	}
	s.ref = s.d.Ref
	s.info = &infoRows{d: s.d, masked: s.masked}
	s.folk = newFolkRows(s.d, s.masked, s.st.Day())
	s.bars = newBarRows(s.d, s.masked, s.st.Day())
	s.lists[tabInformation].SetRows(s.info, nil)
	s.lists[tabPeople].SetRows(s.folk, s.folk.groups)
	s.lists[tabRestrictions].SetRows(s.bars, s.bars.groups)
	if s.past != nil {
		s.past.masked, s.past.d = s.masked, s.d
	}
}

// afterRead asks for what follows from a dossier: the history, when it is on screen, and the draft to go on with.
func (s *Case) afterRead() tea.Cmd {
	s.read = false
	id := s.draftID
	if s.draftID = ""; id == "" {
		return s.readHistory()
	}
	return tea.Batch(s.takeUp(id), s.readHistory())
}

// readHistory asks for the history when its tab is open.
func (s *Case) readHistory() tea.Cmd {
	if s.tab != tabHistory || s.read || s.d == nil {
		return nil
	}
	s.read = true
	st, id, zone := s.st, s.d.ID, s.Now().Location()
	return s.Read("history", func(ctx context.Context) (tea.Msg, error) {
		rows, err := readPast(ctx, st, id, zone)
		return pastRead{rows}, err
	})
}

// Update hears results, news, and keys typed into the search line or a sheet.
func (s *Case) Update(msg tea.Msg) tea.Cmd {
	if cmd, ours := s.desk.hear(msg); ours {
		if _, fresh := msg.(fileRead); fresh {
			return tea.Batch(cmd, s.afterRead())
		}
		return cmd
	}
	switch m := msg.(type) {
	case sheetDraft:
		return s.tookUp(m.draft)
	case pastRead:
		s.past = &pastRows{d: s.d, rows: m.rows, masked: s.masked, now: s.Now()}
		s.lists[tabHistory].Empty = "Nothing has happened here yet."
		s.lists[tabHistory].SetRows(s.past, nil)
	case tea.KeyMsg:
		if s.find.open && s.find.typed(m) {
			s.seek(0, 1)
		}
	}
	return nil
}

// list is the list of the open tab, nil on the summary.
func (s *Case) list() *widget.List {
	if s.tab == tabSummary || s.d == nil {
		return nil
	}
	return &s.lists[s.tab]
}

// seek moves the cursor to the next row, from by rows after it, in which the searched words stand.
func (s *Case) seek(from, by int) {
	l := s.list()
	if l == nil {
		return
	}
	at, _ := l.Cursor()
	text, id := s.rowText()
	if i, ok := s.find.next(at+from, by, l.Len(), text); ok {
		l.Seek(id(i))
	}
}

// rowText gives what is searched in the rows of the open tab, and their ids.
func (s *Case) rowText() (text func(int) string, id func(int) string) {
	switch s.tab {
	case tabInformation:
		return s.info.text, s.info.ID
	case tabPeople:
		return s.folk.text, s.folk.ID
	case tabRestrictions:
		return s.bars.text, s.bars.ID
	}
	if s.past == nil {
		return func(int) string { return "" }, func(int) string { return "" }
	}
	return s.past.text, s.past.ID
}

// Do performs an action on the sheet, the search line, the open record or the tab, whichever is foremost.
func (s *Case) Do(a kit.Action) (tea.Cmd, bool) {
	if s.sheet != nil {
		return s.sheetDo(a)
	}
	if s.find.open {
		return nil, s.findDo(a)
	}
	if n, ok := a.TabNumber(); ok && n <= tabCount {
		return s.goTab(n - 1), true
	}
	if a == kit.Back && s.opened {
		s.opened = false
		return nil, true
	}
	if (s.opened || s.tab == tabSummary) && s.page.do(a) {
		return nil, true
	}
	if cmd, ok := s.pageDo(a); ok {
		return cmd, true
	}
	if s.d == nil {
		return nil, false
	}
	if cmd, ok := s.recordDo(a); ok {
		return cmd, true
	}
	if l := s.list(); l != nil && !s.opened {
		e, ok := l.Do(a)
		if e.Kind == widget.ListOpened {
			return s.openRow(), true
		}
		return nil, ok
	}
	return nil, false
}

func (s *Case) findDo(a kit.Action) bool {
	switch a {
	case kit.Open, kit.Back:
		s.find.open = false
	case kit.SearchNext:
		s.seek(1, 1)
	case kit.SearchPrev:
		s.seek(-1, -1)
	default:
		return false
	}
	return true
}

// pageDo are the actions on the page itself.
func (s *Case) pageDo(a kit.Action) (tea.Cmd, bool) {
	switch a {
	case kit.NextTab:
		return s.goTab((s.tab + 1) % tabCount), true
	case kit.PrevTab:
		return s.goTab((s.tab + tabCount - 1) % tabCount), true
	case kit.Mask:
		s.SetMasked(!s.masked)
	case kit.Refresh:
		return s.again(), true
	case kit.Preview:
		s.preview = !s.preview
	case kit.Search:
		s.find.open = s.list() != nil
		return nil, s.find.open
	case kit.SearchNext:
		s.seek(1, 1)
	case kit.SearchPrev:
		s.seek(-1, -1)
	default:
		return nil, false
	}
	return nil, true
}

func (s *Case) goTab(i int) tea.Cmd {
	s.tab, s.opened, s.page, s.find.open = i, false, scroll{}, false
	return s.readHistory()
}

// openRow opens what the cursor is on: an item on a page of its own, anything else in the place of the list.
func (s *Case) openRow() tea.Cmd {
	if v := s.itemHere(); v != nil {
		return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToItem, ID: v.Ref}})
	}
	s.opened, s.page = true, scroll{}
	return nil
}

// itemHere, personHere and barHere are what the cursor is on, nil when it is on something else.
func (s *Case) itemHere() *view.InfoView {
	if i, _ := s.lists[tabInformation].Cursor(); s.d != nil && s.tab == tabInformation && i >= 0 {
		return &s.d.Information[i]
	}
	return nil
}

func (s *Case) personHere() *view.PersonView {
	if i, _ := s.lists[tabPeople].Cursor(); s.d != nil && s.tab == tabPeople && i >= 0 {
		return s.folk.rows[i]
	}
	return nil
}

func (s *Case) barHere() *view.RestrictionView {
	if i, _ := s.lists[tabRestrictions].Cursor(); s.d != nil && s.tab == tabRestrictions && i >= 0 {
		return s.bars.rows[i]
	}
	return nil
}

// Scopes are the sheet's, the search line's, or the page's. The case's own keys go before a list's, since v uncovers
// here and marks nothing.
func (s *Case) Scopes() []kit.Scope {
	switch {
	case s.sheet != nil:
		return s.sheet.form.Scopes()
	case s.find.open:
		return []kit.Scope{kit.InSearch, kit.InCaseFile}
	case s.opened || s.tab == tabSummary:
		return []kit.Scope{kit.InCaseFile, kit.InReader}
	}
	return []kit.Scope{kit.InCaseFile, kit.InList}
}

// SetSize tells the size of the body.
func (s *Case) SetSize(w, h int) { s.w, s.h = w, h }

// Crumbs lead from the cases.
func (s *Case) Crumbs() []string {
	out := []string{"Cases", s.ref}
	if s.sheet != nil {
		out = append(out, s.sheet.title)
	}
	return out
}

// Rest keeps the tab and the rows for the next visit.
func (s *Case) Rest() map[string]string {
	out := map[string]string{"tab": strconv.Itoa(s.tab)}
	for i := range s.lists {
		if _, id := s.lists[i].Cursor(); id != "" {
			out["row"+strconv.Itoa(i)] = id
		}
	}
	return out
}

// Wake takes them up. The rows are not read yet: the list seeks the record as soon as they are.
func (s *Case) Wake(m map[string]string) {
	if i, err := strconv.Atoi(m["tab"]); err == nil && i >= 0 && i < tabCount {
		s.tab = i
	}
	for i := range s.lists {
		if id := m["row"+strconv.Itoa(i)]; id != "" {
			s.lists[i].SetRows(soleRow(id), nil)
		}
	}
}

// soleRow stands in for rows that are not read yet, so that a list keeps its place.
type soleRow string

func (soleRow) Len() int                 { return 1 }
func (r soleRow) ID(int) string          { return string(r) }
func (soleRow) DrawRow(*kit.Canvas, int) {}
