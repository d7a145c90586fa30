package widget

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// enter chooses what the cursor of a choice is on, and goes on to the next field; on the last it stays.
func (f *Form) enter() FormEvent {
	if f.asking {
		return f.gotoNumber()
	}
	changed := false
	if f.pick != nil {
		changed = f.take(true)
	}
	e := f.move(1, false)
	e.Changed = e.Changed || changed
	return e
}

// take makes the option under the cursor the answer: when letters were typed to find it, or on Enter when the cursor
// was moved there. Passing through with Enter or Tab chooses nothing. It returns whether the value is another.
func (f *Form) take(entered bool) bool {
	d := f.fields[f.focus]
	o, ok := f.pick.Cursor()
	typed := f.pick.Query() != ""
	if !ok || !typed && (!entered || !f.moved || d.Kind == FieldMany) {
		return false
	}
	was := f.values[d.Name]
	if d.Kind == FieldChoice {
		f.values[d.Name] = o.ID
	} else if ids := f.pick.Chosen(); !contains(ids, o.ID) {
		f.values.SetList(d.Name, append(ids, o.ID))
	}
	if f.values[d.Name] == was {
		return false
	}
	delete(f.errs, d.Name)
	return true
}

func contains(ids []string, id string) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

// move leaves the focused field, which is checked, for the next or the one before; round the end when wrap is set.
func (f *Form) move(by int, wrap bool) FormEvent {
	d := f.fields[f.focus]
	changed := f.pick != nil && f.take(false)
	f.check(f.focus)
	n := len(f.fields)
	for i := f.focus + by; ; i += by {
		if i < 0 || i >= n {
			if !wrap {
				break
			}
			i = (i + n) % n
		}
		if !f.hidden(i) || i == f.focus {
			f.focusOn(i)
			break
		}
	}
	return FormEvent{Handled: true, Left: true, Changed: changed, Field: d.Name}
}

// typeNumber reads the number of a field after GotoField.
func (f *Form) typeNumber(k tea.KeyMsg) FormEvent {
	s := typedText(k)
	if len(s) != 1 || s < "0" || s > "9" {
		f.asking = false
		return FormEvent{Handled: true}
	}
	f.number += s
	n, err := strconv.Atoi(f.number)
	if err == nil && n*10 <= len(f.fields) {
		return FormEvent{Handled: true} // another digit may follow
	}
	return f.gotoNumber()
}

func (f *Form) gotoNumber() FormEvent {
	n, err := strconv.Atoi(f.number)
	f.asking = false
	if err != nil || n < 1 || n > len(f.fields) || f.hidden(n-1) {
		return FormEvent{Handled: true}
	}
	d := f.fields[f.focus]
	changed := f.pick != nil && f.take(false)
	f.check(f.focus)
	f.focusOn(n - 1)
	return FormEvent{Handled: true, Left: true, Changed: changed, Field: d.Name}
}

// check says beside field i what is wrong with it, if anything.
func (f *Form) check(i int) bool {
	d := f.fields[i]
	words := f.wrong(d)
	if words == "" {
		delete(f.errs, d.Name)
		return true
	}
	f.errs[d.Name] = words
	return false
}

func (f *Form) wrong(d Field) string {
	v := f.values[d.Name]
	empty := strings.TrimSpace(v) == ""
	if d.Kind == FieldSecret {
		empty, v = f.ins[d.Name].Len() == 0, ""
	}
	switch {
	case d.Required && empty:
		return "This is needed."
	case d.Check != nil && d.Kind != FieldSecret:
		if words := d.Check(v); words != "" {
			return words
		}
	}
	if d.Echo != nil && !empty {
		if words, ok := d.Echo(v); !ok {
			return words
		}
	}
	return ""
}

// save checks every field. When one is wrong, the first of them gets the focus and nothing is submitted.
func (f *Form) save() FormEvent {
	d := f.fields[f.focus]
	changed := f.pick != nil && f.take(false)
	first := -1
	for i := range f.fields {
		if !f.hidden(i) && !f.check(i) && first < 0 {
			first = i
		}
	}
	if first >= 0 {
		f.focusOn(first)
		return FormEvent{Handled: true, Left: true, Changed: changed, Field: d.Name}
	}
	return FormEvent{Handled: true, Left: true, Submit: true, Changed: changed, Field: d.Name}
}

// Errors is the number of fields beside which something is said to be wrong.
func (f *Form) Errors() int { return len(f.errs) }
