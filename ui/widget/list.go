package widget

import (
	"caseroom/ui/kit"
)

// Rows is what a list shows. The list asks only for the rows that are on screen, and for ids when rows are exchanged.
type Rows interface {
	Len() int
	ID(i int) string
	// DrawRow draws row i on a canvas of the list's width and the row's height. Column 1 is the cursor's and column 2
	// the mark's; state signs stand in column 3 and words begin in column 5.
	DrawRow(c *kit.Canvas, i int)
}

// Tall is Rows whose rows are not all one line high. Lines must be at least 1 and cheap.
type Tall interface{ Lines(i int) int }

// Indexed is Rows that can find an id without a search.
type Indexed interface {
	Index(id string) (i int, ok bool)
}

// Group is a run of rows under a heading. It reaches from row From to the next group's first row.
type Group struct {
	Title string
	Note  string // in a quiet voice after the title: a count
	From  int
}

// ListEvent is what a list tells its page.
type ListEvent struct {
	Kind ListEventKind
	ID   string // the row under the cursor
}

// ListEventKind says what happened.
type ListEventKind uint8

// The events of a list.
const (
	ListNothing ListEventKind = iota
	ListMoved                 // the cursor is on another row
	ListOpened                // Enter on the row
	ListMarked                // marks were set or taken away
)

// List is a windowed list of any length. The zero List is empty; give it rows with SetRows.
type List struct {
	Empty     string // the sentence shown when there are no rows
	Unfocused bool   // the cursor is drawn as a sign only

	rows    Rows
	groups  []Group
	cursor  int
	id      string // of the row under the cursor
	top     int    // the anchor: first row on screen
	marks   map[string]bool
	lastSet int // the row marked last, where a range begins; -1 is none
	height  int // of the last drawing, for pages
}

// SetRows exchanges the rows. The cursor stays on its record when that is still there, and else on its place. groups
// must be sorted by From; nil is no headings. Marks of records that are gone are dropped by Marked, not here.
func (l *List) SetRows(rows Rows, groups []Group) {
	l.rows, l.groups, l.lastSet = rows, groups, -1
	if l.id != "" && !l.Seek(l.id) {
		l.place(l.cursor)
		return
	}
	l.place(l.cursor)
}

// Len is the number of rows.
func (l *List) Len() int {
	if l.rows == nil {
		return 0
	}
	return l.rows.Len()
}

// Cursor is the row under the cursor and its id; -1 and "" when the list is empty.
func (l *List) Cursor() (i int, id string) {
	if l.Len() == 0 {
		return -1, ""
	}
	return l.cursor, l.id
}

// Seek puts the cursor on a record. It returns false, and moves nothing, when the record is not in the list.
func (l *List) Seek(id string) bool {
	if x, ok := l.rows.(Indexed); ok {
		if i, found := x.Index(id); found {
			l.place(i)
			return true
		}
		return false
	}
	n := l.Len()
	for d := 0; d <= max(l.cursor, n); d++ { // outwards from where it was: rows seldom move far
		for _, i := range [2]int{l.cursor - d, l.cursor + d} {
			if i >= 0 && i < n && l.rows.ID(i) == id {
				l.place(i)
				return true
			}
		}
	}
	return false
}

// place moves the cursor to row i, or to the nearest that there is.
func (l *List) place(i int) {
	n := l.Len()
	l.cursor = min(max(i, 0), max(n-1, 0))
	l.id = ""
	if n > 0 {
		l.id = l.rows.ID(l.cursor)
	}
}

// Do performs a movement, a mark or Open. It returns false for every other action.
func (l *List) Do(a kit.Action) (ListEvent, bool) {
	page := max(l.height-1, 1)
	switch a {
	case kit.Up:
		return l.move(l.cursor - 1), true
	case kit.Down:
		return l.move(l.cursor + 1), true
	case kit.PageUp:
		return l.move(l.cursor - l.rowsIn(page)), true
	case kit.PageDown:
		return l.move(l.cursor + l.rowsIn(page)), true
	case kit.HalfUp:
		return l.move(l.cursor - l.rowsIn(page/2)), true
	case kit.HalfDown:
		return l.move(l.cursor + l.rowsIn(page/2)), true
	case kit.Top:
		return l.move(0), true
	case kit.Bottom:
		return l.move(l.Len() - 1), true
	case kit.Open:
		if l.Len() == 0 {
			return ListEvent{}, true
		}
		return ListEvent{ListOpened, l.id}, true
	}
	return l.doMark(a)
}

// rowsIn is how many rows of the height of the one under the cursor stand in so many lines: at least one.
func (l *List) rowsIn(lines int) int {
	if l.Len() == 0 {
		return 1
	}
	return max(lines/l.lines(l.cursor), 1)
}

func (l *List) move(i int) ListEvent {
	before := l.id
	l.place(i)
	if l.id == before {
		return ListEvent{}
	}
	return ListEvent{ListMoved, l.id}
}
