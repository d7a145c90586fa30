package kit

import (
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
)

// Hint is a key and what it does, as the footer shows it.
type Hint struct{ Key, Word string }

// HelpRow is one action of a page as the help overlay shows it.
type HelpRow struct {
	Scope  Scope
	Action Action
	Keys   []string // as people read them: "ctrl+s", "Enter"
	Title  string
	Help   string
}

// Info is what people are told about an action.
func (m *Keymap) Info(a Action) (ActionInfo, bool) { i, ok := m.infos[a]; return i, ok }

// reached are the scopes that the footer speaks for: outwards to the first in which one types, or that is modal. A
// text inside a form is typed in both, and the form's keys work there.
func reached(scopes []Scope) []Scope {
	for i, s := range scopes {
		within := i+1 < len(scopes) && scopes[i+1].Text()
		if s.Modal() || s.Text() && !within {
			return scopes[:i+1]
		}
	}
	return scopes
}

// Hints are the footer's pairs for a page, in their order. offers says which actions can be asked for now; nil means
// all of them. The focused part owns the footer: while one types, only the keys of that part are told.
func (m *Keymap) Hints(scopes []Scope, offers func(Action) bool) []Hint {
	type ranked struct {
		Hint
		rank int
	}
	var all []ranked
	seen := map[Action]bool{}
	for _, s := range reached(scopes) {
		for _, r := range m.rows {
			if r.Scope != s || r.Foot == 0 || seen[r.Action] && r.Action != Typed {
				continue
			}
			b := m.binding(scopes, r, offers)
			if !b.Enabled() {
				continue
			}
			seen[r.Action] = true
			all = append(all, ranked{Hint{b.Help().Key, b.Help().Desc}, r.Foot})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return a.rank - b.rank })
	out := make([]Hint, len(all))
	for i, h := range all {
		out[i] = h.Hint
	}
	return out
}

// binding is a row as a page has it now: its help travels with its keys, and one that cannot be asked for is disabled,
// so that nothing tells of it.
func (m *Keymap) binding(scopes []Scope, r binding, offers func(Action) bool) key.Binding {
	shown := m.live(scopes, r)
	b := key.NewBinding(key.WithKeys(r.Keys...), key.WithHelp(shown, m.word(r)))
	b.SetEnabled(shown != "" && (offers == nil || r.Action == Typed || offers(r.Action)))
	return b
}

func (m *Keymap) word(r binding) string {
	info := m.infos[r.Action]
	switch {
	case r.Word != "":
		return r.Word
	case info.Word != "":
		return info.Word
	}
	return strings.ToLower(info.Title)
}

// live is the first key of a row that really asks for its action in these scopes, as the footer shows it; "" when an
// inner scope has taken them all.
func (m *Keymap) live(scopes []Scope, r binding) string {
	for _, k := range r.Keys {
		a, typed := m.Resolve(scopes, k)
		if a == r.Action || typed && r.Action == Typed {
			if r.Show != "" {
				return r.Show
			}
			return keyName(k)
		}
	}
	return ""
}

// KeyFor is the key that asks for an action in these scopes, as people read it; "" when there is none.
func (m *Keymap) KeyFor(scopes []Scope, a Action) string {
	for _, s := range scopes {
		for _, r := range m.rows {
			if r.Scope == s && r.Action == a {
				if k := m.live(scopes, binding{Keys: r.Keys, Action: a}); k != "" {
					return k
				}
			}
		}
	}
	return ""
}

// HelpRows are all actions of a page that have a key, from the inner scope outwards, each action once.
func (m *Keymap) HelpRows(scopes []Scope) []HelpRow {
	var out []HelpRow
	at := map[Action]int{}
	for _, s := range scopes {
		for _, r := range m.rows {
			if r.Scope != s || r.Action == Typed {
				continue
			}
			var keys []string
			for _, k := range r.Keys {
				if a, _ := m.Resolve(scopes, k); a == r.Action {
					keys = append(keys, keyName(k))
				}
			}
			if len(keys) == 0 {
				continue
			}
			if i, ok := at[r.Action]; ok {
				out[i].Keys = appendNew(out[i].Keys, keys)
				continue
			}
			info := m.infos[r.Action]
			at[r.Action] = len(out)
			out = append(out, HelpRow{s, r.Action, keys, info.Title, info.Help})
		}
	}
	return out
}

func appendNew(to, more []string) []string {
	for _, k := range more {
		if !slices.Contains(to, k) {
			to = append(to, k)
		}
	}
	return to
}

// keyName is a key as people read it: Enter, Esc, Space, F1, ctrl+s, j.
func keyName(key string) string {
	switch key {
	case " ":
		return "Space"
	case "pgdown":
		return "PgDn"
	case "pgup":
		return "PgUp"
	case "shift+tab":
		return "shift+Tab"
	}
	if strings.Contains(key, "+") && len(key) > 1 || len(key) < 2 {
		return key
	}
	return string(unicode.ToUpper(rune(key[0]))) + key[1:]
}
