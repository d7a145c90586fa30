package widget

import "caseroom/ui/kit"

func (l *List) doMark(a kit.Action) (ListEvent, bool) {
	switch a {
	case kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll:
	default:
		return ListEvent{}, false
	}
	if l.Len() == 0 {
		return ListEvent{}, true
	}
	if l.marks == nil {
		l.marks = map[string]bool{}
	}
	switch a {
	case kit.Mark:
		l.set(l.id, !l.marks[l.id])
		l.lastSet = l.cursor
		l.place(l.cursor + 1)
	case kit.MarkRange:
		from := l.cursor
		if l.lastSet >= 0 {
			from = l.lastSet
		}
		for i := min(from, l.cursor); i <= max(from, l.cursor); i++ {
			l.set(l.rows.ID(i), true)
		}
		l.lastSet = l.cursor
	case kit.MarkInvert:
		for i := range l.Len() {
			id := l.rows.ID(i)
			l.set(id, !l.marks[id])
		}
	case kit.MarkAll:
		for i := range l.Len() {
			l.set(l.rows.ID(i), true)
		}
	}
	return ListEvent{ListMarked, l.id}, true
}

func (l *List) set(id string, on bool) {
	if on {
		l.marks[id] = true
	} else {
		delete(l.marks, id)
	}
}

// Marked are the ids of the marked records that are in the list, in its order.
func (l *List) Marked() []string {
	if len(l.marks) == 0 {
		return nil
	}
	var out []string
	for i := range l.Len() {
		if id := l.rows.ID(i); l.marks[id] {
			out = append(out, id)
		}
	}
	return out
}

// Targets are the records that an action applies to: the marked ones, or the one under the cursor.
func (l *List) Targets() []string {
	if m := l.Marked(); len(m) > 0 {
		return m
	}
	if l.Len() == 0 {
		return nil
	}
	return []string{l.id}
}

// MarkCount is the number of marks that were set; cheap, for the page's "3 marked".
func (l *List) MarkCount() int { return len(l.marks) }

// ClearMarks takes all marks away. It returns false when there were none, so that Esc can go one level further.
func (l *List) ClearMarks() bool {
	had := len(l.marks) > 0
	l.marks, l.lastSet = nil, -1
	return had
}
