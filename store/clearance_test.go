package store_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// The plain model of who sees what: maps and lists, no keys.

type plainItem struct {
	storetest.Thing
	about model.ID // a person, or nobody
}

type plainList struct {
	storetest.Thing
	on    storetest.Thing
	names []string
	live  bool
}

// plain is a case as the model has it.
type plain struct {
	k       storetest.Thing
	items   []plainItem
	people  []storetest.Thing
	lists   []plainList
	cleared []string
}

func (p plain) copy() plain {
	p.items, p.people, p.lists, p.cleared = slices.Clone(p.items), slices.Clone(p.people), slices.Clone(p.lists), slices.Clone(p.cleared)
	return p
}

// over gives the lists in force that cover a thing, about a person or nobody.
func (p plain) over(x storetest.Thing, about model.ID) (home string, names []string) {
	var ids []string
	names = slices.Clone(p.cleared)
	for _, l := range p.lists {
		if !l.live || l.on.ID != x.ID && l.on.ID != p.k.ID && (about == "" || l.on.ID != about) && l.ID != x.ID {
			continue
		}
		if len(ids) == 0 {
			names = slices.Clone(l.names) // who holds the key of a sealed part is who is on its list
		} else {
			names = slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(l.names, n) })
		}
		ids = append(ids, string(l.ID))
	}
	slices.Sort(ids)
	return strings.Join(ids, "+"), names
}

// list is a list's own home: it is kept with what it is on.
func (p plain) list(l plainList) (home string, names []string) {
	about := l.on.ID
	for _, i := range p.items {
		if i.ID == l.on.ID && i.about != "" {
			return p.overTwo(l, i)
		}
	}
	return p.over(storetest.Thing{ID: l.ID}, about)
}

// overTwo is over for a list on an item that concerns somebody.
func (p plain) overTwo(l plainList, i plainItem) (string, []string) {
	q := p.copy()
	for n := range q.lists {
		if q.lists[n].on.ID == i.about {
			q.lists[n].on.ID = i.ID
		}
	}
	return q.over(storetest.Thing{ID: l.ID}, i.ID)
}

// homes gives every home that something has now, with its members.
func (p plain) homes() map[string][]string {
	out := map[string][]string{}
	put := func(home string, names []string) {
		if home != "" {
			slices.Sort(names)
			out[home] = names
		}
	}
	put(p.over(p.k, ""))
	for _, i := range p.items {
		put(p.over(i.Thing, i.about))
	}
	for _, x := range p.people {
		put(p.over(x, ""))
	}
	for _, l := range p.lists {
		put(p.list(l))
	}
	return out
}

// sees gives what a member may know of, by ID.
func (p plain) sees(label string) (ids []string) {
	if _, names := p.over(p.k, ""); !slices.Contains(names, label) {
		return nil
	}
	for _, i := range p.items {
		if _, names := p.over(i.Thing, i.about); slices.Contains(names, label) {
			ids = append(ids, string(i.ID))
		}
	}
	for _, x := range p.people {
		if _, names := p.over(x, ""); slices.Contains(names, label) {
			ids = append(ids, string(x.ID))
		}
	}
	slices.Sort(ids)
	return ids
}

// machine is the workspace beside its model.
type machine struct {
	t     *testing.T
	w     *storetest.Workspace
	s     *store.Session
	now   plain
	was   []plain             // what undo goes back to
	rooms map[string][]string // every home that ever was, with those who were given its key
	named map[string][]string // every list that ever was, by ID
}

func (m *machine) any(r *rapid.T) storetest.Thing {
	all := []storetest.Thing{m.now.k}
	for _, i := range m.now.items {
		all = append(all, i.Thing)
	}
	return rapid.SampledFrom(append(all, m.now.people...)).Draw(r, "thing")
}

// done remembers the state before a change that can be taken back.
func (m *machine) done(before plain) {
	m.was = append(m.was, before)
	m.note()
}

func (m *machine) note() {
	for home, names := range m.now.homes() {
		if _, there := m.rooms[home]; !there {
			m.rooms[home] = names
		}
	}
}

func (m *machine) log(r *rapid.T) {
	before := m.now.copy()
	var about []model.ID
	item := plainItem{}
	if len(m.now.people) > 0 && rapid.Bool().Draw(r, "about somebody") {
		item.about = rapid.SampledFrom(m.now.people).Draw(r, "whom").ID
		about = []model.ID{item.about}
	}
	item.Thing = m.w.Log(m.now.k, fmt.Sprint("item ", len(m.now.items)), func(i *model.Information) { i.Persons = about })
	m.now.items = append(m.now.items, item)
	m.done(before)
}

func (m *machine) person(*rapid.T) {
	before := m.now.copy()
	m.now.people = append(m.now.people, m.w.Person(m.now.k, fmt.Sprint("person ", len(m.now.people))))
	m.done(before)
}

// concern corrects an item to be about somebody else.
func (m *machine) concern(r *rapid.T) {
	if len(m.now.items) == 0 || len(m.now.people) == 0 {
		r.Skip()
	}
	before := m.now.copy()
	n := rapid.IntRange(0, len(m.now.items)-1).Draw(r, "item")
	whom := rapid.SampledFrom(m.now.people).Draw(r, "whom").ID
	v, err := m.s.Item(context.Background(), m.now.items[n].ID)
	must(m.t, err)
	if len(v.Persons) == 1 && v.Persons[0] == whom {
		r.Skip()
	}
	i := v.Information
	i.Persons = []model.ID{whom}
	_, err = m.s.Correct(context.Background(), i, "it concerns them")
	must(m.t, err)
	m.now.items[n].about = whom
	m.done(before)
}

func (m *machine) restrict(r *rapid.T) {
	before := m.now.copy()
	on := m.any(r)
	names := []string{storetest.Manager} // who is on no list could not go on
	for _, l := range []string{storetest.Second, storetest.Business, storetest.Reviewer} {
		if rapid.Bool().Draw(r, l) {
			names = append(names, l)
		}
	}
	l := plainList{Thing: m.w.Restrict(on, model.NeedToKnow, names...), on: on, names: names, live: true}
	m.now.lists, m.named[string(l.ID)] = append(m.now.lists, l), names
	m.done(before)
}

func (m *machine) lift(r *rapid.T) {
	var live []int
	for n, l := range m.now.lists {
		if l.live {
			live = append(live, n)
		}
	}
	if len(live) == 0 {
		r.Skip()
	}
	before := m.now.copy()
	n := rapid.SampledFrom(live).Draw(r, "list")
	_, err := m.s.Lift(context.Background(), m.now.lists[n].ID, "over")
	must(m.t, err)
	m.now.lists[n].live = false
	m.done(before)
}

func (m *machine) undo(r *rapid.T) {
	if len(m.was) == 0 {
		r.Skip()
	}
	_, err := m.s.Undo(context.Background())
	must(m.t, err)
	cleared := m.now.cleared
	m.now, m.was = m.was[len(m.was)-1], m.was[:len(m.was)-1]
	m.now.cleared = cleared // handing a key out is never taken back
	m.note()
}

func (m *machine) clear(r *rapid.T) {
	if slices.Contains(m.now.cleared, storetest.Reviewer) {
		r.Skip()
	}
	if home, _ := m.now.over(m.now.k, ""); home != "" {
		r.Skip()
	}
	m.w.Clear(m.now.k, storetest.Reviewer)
	m.now.cleared = append(m.now.cleared, storetest.Reviewer)
}

// check holds what every member sees and holds against the model, on a copy of the file.
func (m *machine) check(r *rapid.T) {
	raw, err := os.ReadFile(m.w.Path)
	must(m.t, err)
	path := filepath.Join(m.t.TempDir(), "copy.caseroom")
	must(m.t, os.WriteFile(path, raw, 0o600))
	defer os.Remove(path)
	m.compare(r, storetest.Manager, m.s)
	for _, label := range []string{storetest.Second, storetest.Business, storetest.Reviewer, storetest.Governance} {
		s, err := enteredAs(path, m.w.Options(), label)
		must(m.t, err)
		m.compare(r, label, s)
		must(m.t, s.Close())
	}
}

// past says whether a home can be that of an earlier revision, for somebody whom every
// one of its lists names.
func (m *machine) past(home, label string) bool {
	for _, id := range strings.Split(home, "+") {
		if !slices.Contains(m.named[id], label) {
			return false
		}
	}
	return strings.Contains(home, "+")
}

func (m *machine) compare(r *rapid.T, label string, s *store.Session) {
	var ids []string
	if f, err := s.CaseFile(context.Background(), m.now.k.ID); err == nil {
		for _, v := range f.Information {
			ids = append(ids, string(v.ID))
		}
		for _, v := range f.People {
			ids = append(ids, string(v.ID))
		}
	}
	slices.Sort(ids)
	if want := m.now.sees(label); !slices.Equal(ids, want) {
		r.Fatalf("%s sees %v and should see %v", label, ids, want)
	}
	want := map[string]bool{}
	for home, names := range m.rooms {
		if slices.Contains(names, label) {
			want[home] = true
		}
	}
	if slices.Contains(m.now.cleared, label) {
		want[""] = true
	}
	have := map[string]bool{}
	for _, k := range s.HeldKeys() {
		if k.Case == m.now.k.ID {
			if want[k.Home] || !m.past(k.Home, label) {
				have[k.Home] = true
			}
		}
	}
	if !maps.Equal(have, want) {
		r.Fatalf("%s holds the keys of %v and was given those of %v", label, slices.Sorted(maps.Keys(have)), slices.Sorted(maps.Keys(want)))
	}
}

// TestWhoSeesWhat does random things to a case beside a plain model: what members see,
// and the keys that they hold, are always exactly what the lists say.
func TestWhoSeesWhat(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{t: t, w: storetest.New(t), rooms: map[string][]string{}, named: map[string][]string{}}
		m.s = m.w.As(storetest.Manager)
		m.now.k = m.w.Case("The case")
		m.now.cleared = []string{storetest.Manager, storetest.Second, storetest.Business}
		m.person(r)
		m.log(r)
		r.Repeat(map[string]func(*rapid.T){"log": m.log, "person": m.person, "concern": m.concern, "restrict": m.restrict, "lift": m.lift,
			"undo": m.undo, "clear": m.clear, "": m.check})
		m.w.Close()
		if problems := m.w.Check(); len(problems) > 0 {
			r.Fatal(problems)
		}
	})
}
