package widget

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// FieldKind says how a field is filled in.
type FieldKind uint8

// The kinds of field.
const (
	FieldText   FieldKind = iota // one line
	FieldLong                    // many lines
	FieldChoice                  // one of Options
	FieldMany                    // any of Options; the value has one id a line
	FieldSecret                  // one line that never enters the values: see Form.Secret
)

// Field is one field of a form. A date is a FieldText with an Echo.
type Field struct {
	Name     string // the key in the values
	Label    string
	Section  string // a heading above the field, where a group of fields begins
	Help     string // a sentence under the focused field
	Kind     FieldKind
	Options  []kit.Option
	Required bool
	Rows     int // of a FieldLong; 4 when not set
	// Check says in words what is wrong with a value, or "". It is asked when the field is left, and before saving.
	Check func(value string) string
	// Echo says how a value was understood, such as "Tue 12 March 2024"; ok is false when it was not, and then the
	// words say why. It is shown while one types.
	Echo func(value string) (words string, ok bool)
	// Hidden leaves the field out while it says so, such as a question that follows from another answer.
	Hidden func(Values) bool
}

// Values are what the fields hold, by name. They live outside the form, so that a draft can keep them.
type Values map[string]string

// List is the ids of a FieldMany.
func (v Values) List(name string) []string {
	if v[name] == "" {
		return nil
	}
	return strings.Split(v[name], "\n")
}

// SetList sets the ids of a FieldMany.
func (v Values) SetList(name string, ids []string) { v[name] = strings.Join(ids, "\n") }

// FormEvent is what a form tells its page.
type FormEvent struct {
	Handled bool
	Changed bool   // the value of Field is another: time to save a draft
	Left    bool   // Field was left: time to save a draft now
	Submit  bool   // everything is in order and the person asked to save
	Field   string // the field that it happened in
}

// Form is fields that are filled in, in any order. It blocks nothing until it is saved.
type Form struct {
	fields []Field
	values Values
	errs   map[string]string
	asides map[string]string
	ins    map[string]*Input
	eds    map[string]*Editor
	pick   *Picker // of the focused choice
	moved  bool    // its cursor was moved by hand: Enter then chooses
	focus  int     // in fields
	number string  // the digits typed after GotoField
	asking bool    // GotoField was pressed
	top    int     // the anchor: rows scrolled out above
}

// NewForm makes a form over values, which it changes in place. The first field has the focus.
func NewForm(fields []Field, values Values) *Form {
	f := &Form{fields: fields, values: values, errs: map[string]string{}, asides: map[string]string{},
		ins: map[string]*Input{}, eds: map[string]*Editor{}}
	f.Load()
	f.focusOn(0)
	return f
}

// Load reads all values again, after a draft was taken up or a value was set by the page.
func (f *Form) Load() {
	for _, d := range f.fields {
		switch d.Kind {
		case FieldLong:
			if f.eds[d.Name] == nil {
				f.eds[d.Name] = &Editor{Ground: kit.Raised}
			}
			if f.eds[d.Name].Text() != f.values[d.Name] {
				f.eds[d.Name].SetText(f.values[d.Name])
			}
		case FieldText, FieldSecret:
			if f.ins[d.Name] == nil {
				f.ins[d.Name] = &Input{Secret: d.Kind == FieldSecret}
			}
			if in := f.ins[d.Name]; d.Kind == FieldText && in.Value() != f.values[d.Name] {
				in.Set(f.values[d.Name])
			}
		}
	}
	if f.pick != nil {
		f.openPicker()
	}
}

// Values are what the form holds; the same map that it was made with.
func (f *Form) Values() Values { return f.values }

// Secret is what was typed into a FieldSecret, in a slice that the caller overwrites.
func (f *Form) Secret(name string) []byte {
	if in := f.ins[name]; in != nil {
		return in.Bytes()
	}
	return nil
}

// Wipe overwrites every secret.
func (f *Form) Wipe() {
	for _, d := range f.fields {
		if d.Kind == FieldSecret {
			f.ins[d.Name].Wipe()
		}
	}
}

// SetError shows words beside a field, such as a rule that the workspace found broken, and puts the focus there.
func (f *Form) SetError(name, words string) {
	f.errs[name] = words
	for i, d := range f.fields {
		if d.Name == name && words != "" {
			f.focusOn(i)
			return
		}
	}
}

// SetAside shows a remark under a field: what stands there now, when someone else changed it meanwhile.
func (f *Form) SetAside(name, words string) { f.asides[name] = words }

// SetOptions exchanges the options of a field.
func (f *Form) SetOptions(name string, options []kit.Option) {
	for i := range f.fields {
		if f.fields[i].Name == name {
			f.fields[i].Options = options
			if i == f.focus {
				f.openPicker()
			}
		}
	}
}

// Focus puts the focus on a field by its name.
func (f *Form) Focus(name string) {
	for i, d := range f.fields {
		if d.Name == name {
			f.focusOn(i)
		}
	}
}

// Focused is the name of the field in focus.
func (f *Form) Focused() string {
	if len(f.fields) == 0 {
		return ""
	}
	return f.fields[f.focus].Name
}

// Scopes are the scopes of the focused field.
func (f *Form) Scopes() []kit.Scope {
	if len(f.fields) > 0 && f.fields[f.focus].Kind == FieldLong && !f.asking {
		return []kit.Scope{kit.InEditor, kit.InForm}
	}
	return []kit.Scope{kit.InForm}
}

func (f *Form) hidden(i int) bool {
	return f.fields[i].Hidden != nil && f.fields[i].Hidden(f.values)
}

func (f *Form) focusOn(i int) {
	if len(f.fields) == 0 {
		return
	}
	f.focus, f.asking, f.number, f.pick, f.moved = i, false, "", nil, false
	if k := f.fields[i].Kind; k == FieldChoice || k == FieldMany {
		f.openPicker()
	}
}

func (f *Form) openPicker() {
	d := f.fields[f.focus]
	if d.Kind != FieldChoice && d.Kind != FieldMany {
		return
	}
	f.pick = &Picker{Many: d.Kind == FieldMany}
	f.pick.SetOptions(d.Options, f.values.List(d.Name)...)
}

// Update types a key into the focused field.
func (f *Form) Update(k tea.KeyMsg) FormEvent {
	if len(f.fields) == 0 {
		return FormEvent{}
	}
	if f.asking {
		return f.typeNumber(k)
	}
	d := f.fields[f.focus]
	var handled, changed bool
	switch d.Kind {
	case FieldLong:
		e := f.eds[d.Name].Update(k)
		handled, changed = e.Handled, e.Changed
		if changed {
			f.values[d.Name] = f.eds[d.Name].Text()
		}
	case FieldChoice, FieldMany:
		e := f.pick.Update(k)
		handled, changed = e.Handled, e.Changed
		f.moved = f.moved || k.Type == tea.KeyUp || k.Type == tea.KeyDown
		if changed {
			f.values.SetList(d.Name, f.pick.Chosen())
		}
	default:
		e := f.ins[d.Name].Update(k)
		handled, changed = e.Handled, e.Changed
		if changed && d.Kind == FieldText {
			f.values[d.Name] = f.ins[d.Name].Value()
		}
	}
	if changed {
		delete(f.errs, d.Name)
	}
	if !handled && (k.Type == tea.KeyUp || k.Type == tea.KeyDown) {
		return f.move(map[tea.KeyType]int{tea.KeyUp: -1, tea.KeyDown: 1}[k.Type], false)
	}
	return FormEvent{Handled: handled, Changed: changed, Field: d.Name}
}

// Do performs a move between fields, or Save. It returns false for every other action.
func (f *Form) Do(a kit.Action) (FormEvent, bool) {
	if len(f.fields) == 0 {
		return FormEvent{}, false
	}
	switch a {
	case kit.NextField:
		return f.move(1, true), true
	case kit.PrevField:
		return f.move(-1, true), true
	case kit.Open:
		return f.enter(), true
	case kit.GotoField:
		f.asking, f.number = true, ""
		return FormEvent{Handled: true}, true
	case kit.Save:
		return f.save(), true
	case kit.Back:
		if f.asking {
			f.asking = false
			return FormEvent{Handled: true}, true
		}
	}
	return FormEvent{}, false
}
