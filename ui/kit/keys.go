package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// binding is one row of a key file.
type binding struct {
	Scope  Scope    `json:"scope"`
	Keys   []string `json:"keys"`           // the first is shown; "space" is the space bar
	Action Action   `json:"action"`         // by its name in the table of Actions
	Word   string   `json:"word,omitempty"` // in the footer, in the place of the action's own word
	Show   string   `json:"show,omitempty"` // in the footer, in the place of the first key
	Foot   int      `json:"foot,omitempty"` // place in the footer, small numbers first; 0 is not in the footer
}

// Keymap knows which key asks for what in which scope. It is made once and never changed.
type Keymap struct {
	rows  []binding
	bound map[Scope]map[string]Action
	infos map[Action]ActionInfo
}

// ParseKeymap reads a key file: a JSON list of bindings. The error names every row that cannot stand: an action that
// does not exist, a key bound twice in a scope, a printable key in a scope where one types, a key that no terminal can
// send or tell from another.
func ParseKeymap(data []byte) (*Keymap, error) {
	rows, err := parseRows(data)
	if err != nil {
		return nil, err
	}
	return newKeymap(rows)
}

// Overlay is the keymap with a person's own key file laid over it. A row there replaces all keys of its action in its
// scope; an empty list of keys takes them away. The result is validated as a whole.
func (m *Keymap) Overlay(data []byte) (*Keymap, error) {
	own, err := parseRows(data)
	if err != nil {
		return nil, err
	}
	rows := make([]binding, 0, len(m.rows)+len(own))
	taken := map[int]bool{}
	for _, r := range m.rows {
		for i, o := range own {
			if o.Scope == r.Scope && o.Action == r.Action {
				r.Keys, taken[i] = o.Keys, true
				if o.Word != "" {
					r.Word = o.Word
				}
				r.Show = o.Show
			}
		}
		rows = append(rows, r)
	}
	for i, o := range own {
		if !taken[i] {
			rows = append(rows, o)
		}
	}
	return newKeymap(rows)
}

func parseRows(data []byte) ([]binding, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var rows []binding
	if err := dec.Decode(&rows); err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	for i := range rows {
		keys := make([]string, len(rows[i].Keys))
		for j, k := range rows[i].Keys {
			keys[j] = storedKey(k)
		}
		rows[i].Keys = keys
	}
	return rows, nil
}

// storedKey is a key as Bubble Tea spells it.
func storedKey(k string) string {
	switch k {
	case "space":
		return " "
	case "pgdn":
		return "pgdown"
	case "shift-tab":
		return "shift+tab"
	}
	return k
}

func newKeymap(rows []binding) (*Keymap, error) {
	m := &Keymap{rows: rows, bound: map[Scope]map[string]Action{}, infos: map[Action]ActionInfo{}}
	for _, a := range Actions() {
		m.infos[a.Action] = a
	}
	known := terminalKeys()
	var bad []error
	for i, r := range rows {
		if _, ok := m.infos[r.Action]; !ok {
			bad = append(bad, fmt.Errorf("row %d: there is no action %q", i+1, r.Action))
		}
		if m.bound[r.Scope] == nil {
			m.bound[r.Scope] = map[string]Action{}
		}
		for _, k := range r.Keys {
			if err := m.bind(r, k, known); err != nil {
				bad = append(bad, fmt.Errorf("row %d: %w", i+1, err))
			}
		}
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("the key file cannot be used: %w", errors.Join(bad...))
	}
	return m, nil
}

func (m *Keymap) bind(r binding, k string, known map[string]bool) error {
	at := m.bound[r.Scope]
	if old, dup := at[k]; dup {
		return fmt.Errorf("in %s the key %s already asks for %q", r.Scope, keyName(k), old)
	}
	if why := impossible(k); why != "" {
		return fmt.Errorf("the key %s cannot be bound: %s", keyName(k), why)
	}
	if !known[strings.TrimPrefix(k, "alt+")] && !isPrintable(strings.TrimPrefix(k, "alt+")) {
		return fmt.Errorf("there is no key %q", k)
	}
	if r.Scope.Text() && isPrintable(k) && r.Action != Typed {
		return fmt.Errorf("in %s one types, so the key %s cannot ask for %q", r.Scope, keyName(k), r.Action)
	}
	at[k] = r.Action
	return nil
}

// impossible gives the reason why a terminal cannot send a key, or sends it as another one.
func impossible(k string) string {
	switch strings.TrimPrefix(k, "alt+") {
	case "ctrl+i":
		return "terminals send it as Tab"
	case "ctrl+m":
		return "terminals send it as Enter"
	case "ctrl+[":
		return "terminals send it as Esc"
	case "ctrl+h":
		return "terminals send it as Backspace"
	}
	return ""
}

// terminalKeys are the names of every key but the printable ones that Bubble Tea can tell apart.
func terminalKeys() map[string]bool {
	known := map[string]bool{}
	for t := tea.KeyF20; t <= tea.KeyCtrlQuestionMark; t++ {
		if name := (tea.Key{Type: t}).String(); name != "" && t != tea.KeyRunes {
			known[name] = true
		}
	}
	return known
}

func isPrintable(k string) bool {
	r, n := utf8.DecodeRuneInString(k)
	return n > 0 && n == len(k) && r != utf8.RuneError && unicode.IsPrint(r)
}

// Resolve finds what a key asks for. scopes go from the inside outwards; the first that binds the key wins. In a Text
// scope, keys that type or edit go to the field and no further. A Modal scope ends the search but for actions that must
// always be within reach. typed means that the key belongs to the focused field; neither an action nor typed means
// that the key asks for nothing here.
func (m *Keymap) Resolve(scopes []Scope, key string) (action Action, typed bool) {
	for _, s := range scopes {
		if a, ok := m.bound[s][key]; ok {
			if a == Typed {
				return "", true
			}
			return a, false
		}
		if s.Text() {
			if editsText(key) {
				return "", true
			}
			typed = true
		}
		if s.Modal() {
			if a := m.bound[InApp][key]; m.infos[a].Always {
				return a, false
			}
			return "", typed
		}
	}
	return "", typed
}

// editsText names the keys that a field of text keeps for itself.
func editsText(key string) bool {
	if isPrintable(key) {
		return true
	}
	switch key {
	case "backspace", "delete", "left", "right", "up", "down", "home", "end", "pgup", "pgdown", "enter",
		"ctrl+a", "ctrl+e", "ctrl+w", "ctrl+u", "ctrl+k", "ctrl+d", "ctrl+z", "ctrl+y", "ctrl+left", "ctrl+right",
		"ctrl+home", "ctrl+end", "alt+left", "alt+right", "alt+b", "alt+f", "alt+d", "alt+backspace":
		return true
	}
	return false
}

// Split undoes Bubble Tea's habit of packing characters that arrive together into one message ("jj" over a slow link),
// which no binding would match. Pasted text stays whole: it is only ever text.
func Split(k tea.KeyMsg) []tea.KeyMsg {
	if k.Type != tea.KeyRunes || k.Paste || len(k.Runes) < 2 {
		return []tea.KeyMsg{k}
	}
	out := make([]tea.KeyMsg, len(k.Runes))
	for i, r := range k.Runes {
		out[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: k.Alt}
		if r == ' ' {
			out[i].Type = tea.KeySpace
		}
	}
	return out
}
