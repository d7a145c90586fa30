package store_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// The table of clearances beside the keys in the file (N1): whose identity leads to which
// compartment's key, in rows and in wraps, is exactly what the table says, and the recovery
// sheet leads to all of them.

// table is the model: labels in maps, no keys.
type table struct {
	t        *testing.T
	w        *storetest.Workspace
	members  map[string]model.Role // of those who are there
	cases    []storetest.Thing
	cleared  map[model.ID]map[string]bool // by case
	lists    map[model.ID][]string        // by restriction, also lifted ones
	live     []storetest.Thing            // restrictions in force
	things   []storetest.Thing            // what a restriction may be set on
	where    map[seal.Tag]store.Opened    // every compartment that anybody ever held
	steps    int
	compared int
	left     int  // keys of parts that nobody else who could know holds
	moved    bool // somebody lost something: what others hold is closed out before it is compared
}

func (m *table) labels() []string { return slices.Sorted(maps.Keys(m.members)) }

// anyone draws a member who is there, with a role or any.
func (m *table) anyone(r *rapid.T, roles ...model.Role) string {
	var out []string
	for _, l := range m.labels() {
		if len(roles) == 0 || slices.Contains(roles, m.members[l]) {
			out = append(out, l)
		}
	}
	return rapid.SampledFrom(out).Draw(r, "member")
}

// held draws a case that somebody can open.
func (m *table) held(r *rapid.T, s *store.Session) storetest.Thing {
	var out []storetest.Thing
	for _, k := range m.cases {
		if _, err := s.CaseFile(context.Background(), k.ID); err == nil {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		r.Skip()
	}
	return rapid.SampledFrom(out).Draw(r, "case")
}

func (m *table) open(r *rapid.T) {
	if len(m.cases) > 4 {
		r.Skip()
	}
	who := m.anyone(r, model.Manager, model.BusinessTeam)
	m.w.As(who)
	k := m.w.Case(fmt.Sprint("case ", len(m.cases)))
	m.cases = append(m.cases, k)
	m.cleared[k.ID] = map[string]bool{who: true}
	for l, role := range m.members {
		if role == model.Manager || role == model.BusinessTeam {
			m.cleared[k.ID][l] = true
		}
	}
	p := m.w.Person(k, "Maud Elmwright")
	m.things = append(m.things, k, p, m.w.Log(k, "One item"), m.w.Log(k, "About Maud", func(i *model.Information) { i.Persons = []model.ID{p.ID} }))
}

func (m *table) grant(r *rapid.T) {
	s := m.w.As(m.anyone(r, model.Manager))
	k, whom := m.held(r, s), m.anyone(r)
	if _, err := s.ClearMember(context.Background(), whom, k.ID); err != nil {
		r.Skip()
	}
	m.cleared[k.ID][whom] = true
}

func (m *table) restrict(r *rapid.T) {
	who := m.anyone(r, model.Manager)
	s := m.w.As(who)
	on := rapid.SampledFrom(m.things).Draw(r, "thing")
	names := []string{who}
	for _, l := range m.labels() {
		if l != who && rapid.IntRange(0, 2).Draw(r, l) > 0 {
			names = append(names, l)
		}
	}
	ids, err := s.MemberIDs(names)
	must(m.t, err)
	out, err := s.Restrict(context.Background(), model.Restriction{Head: model.Head{CaseID: on.Case}, Target: on.ID, TargetNoun: on.Noun,
		Kind: model.NeedToKnow, Reason: "said in confidence", Cleared: ids})
	if err != nil {
		r.Skip() // not theirs to see, or nobody would be on every list
	}
	l := storetest.Thing{Noun: model.NounRestriction, ID: out.IDs[0], Case: on.Case}
	m.lists[l.ID] = names
	m.live = append(m.live, l)
}

func (m *table) lift(r *rapid.T) {
	if len(m.live) == 0 {
		r.Skip()
	}
	n := rapid.IntRange(0, len(m.live)-1).Draw(r, "list")
	if _, err := m.w.As(m.anyone(r, model.Manager)).Lift(context.Background(), m.live[n].ID, "over"); err != nil {
		r.Skip()
	}
	m.live = slices.Delete(m.live, n, n+1)
}

// offLists takes somebody off the lists that a member holds: what they can be on they see.
func (m *table) offLists(s *store.Session, k model.ID, whom string) {
	for _, id := range s.HeldLists(k) {
		m.lists[id] = slices.DeleteFunc(m.lists[id], func(l string) bool { return l == whom })
	}
}

func (m *table) revoke(r *rapid.T) {
	who := m.anyone(r, model.Manager)
	s := m.w.As(who)
	k, whom := m.held(r, s), m.anyone(r)
	if _, err := s.RevokeMember(context.Background(), whom, k.ID); err != nil {
		r.Skip()
	}
	m.offLists(s, k.ID, whom)
	delete(m.cleared[k.ID], whom)
	m.moved = true
	m.apart(r, s, k, whom)
	if rapid.Bool().Draw(r, "sealed anew at once") {
		must(m.t, m.w.As(who).Reseal(context.Background(), nil))
	}
}

// apart sees that nobody holds, with what is in the file at once, what was taken from them
// by somebody who holds it and sees every list of it.
func (m *table) apart(r *rapid.T, s *store.Session, k storetest.Thing, whom string) {
	lists, mine := s.HeldLists(k.ID), map[seal.Tag]bool{}
	for _, key := range s.HeldKeys() {
		mine[key.Tag] = true
	}
	m.w.Close()
	theirs, err := store.OpensKeys(m.w.Path, m.w.Options(), whom, m.w.Passphrase(whom))
	must(m.t, err)
	for _, key := range theirs {
		known := !slices.ContainsFunc(key.Home, func(id model.ID) bool { return !slices.Contains(lists, id) })
		if key.Case == k.ID && mine[key.Tag] && known {
			r.Fatalf("%s still opens %v of case %s", whom, key.Home, key.Case)
		}
	}
}

func (m *table) remove(r *rapid.T) {
	who, whom := m.anyone(r, model.Manager), m.anyone(r)
	if len(m.members) < 5 || whom == storetest.Manager && who != whom { // who checks the workspace at the end
		r.Skip()
	}
	s := m.w.As(who)
	if who == whom {
		_, err := s.RemoveMember(context.Background(), whom)
		refused(m.t, err, model.Denied, "removing oneself")
		return
	}
	_, err := s.RemoveMember(context.Background(), whom)
	must(m.t, err)
	delete(m.members, whom)
	m.moved = true
}

func (m *table) enrol(r *rapid.T) {
	if len(m.members) > 7 {
		r.Skip()
	}
	label := fmt.Sprint("New", m.steps)
	role := rapid.SampledFrom(model.Roles()).Draw(r, "role")
	words := []byte("for once, " + label)
	_, err := m.w.As(m.anyone(r, model.Manager)).Enrol(context.Background(), label, "", role, words, storetest.Costs())
	must(m.t, err)
	m.members[label] = role
	m.w.SetPassphrase(label, words)
}

func (m *table) role(r *rapid.T) {
	whom, role := m.anyone(r), rapid.SampledFrom(model.Roles()).Draw(r, "role")
	if whom == storetest.Manager { // who checks the workspace at the end
		r.Skip()
	}
	if _, err := m.w.As(m.anyone(r, model.Manager)).SetRole(context.Background(), whom, role); err != nil {
		r.Skip() // their own, or the one that they have
	}
	m.members[whom] = role
}

func (m *table) passphrase(r *rapid.T) {
	who := m.anyone(r)
	words := []byte(fmt.Sprint("words number ", m.steps))
	s := m.w.As(who)
	var err error
	if rapid.Bool().Draw(r, "known to another") {
		_, err = s.SetPassphraseKnown(context.Background(), words, storetest.Costs())
	} else {
		_, err = s.SetPassphrase(context.Background(), words, storetest.Costs())
	}
	must(m.t, err)
	m.w.SetPassphrase(who, words)
	if rapid.Bool().Draw(r, "at once") {
		must(m.t, s.Reseal(context.Background(), nil))
	}
}

func (m *table) rotate(r *rapid.T) {
	s := m.w.As(m.anyone(r, model.Manager))
	if rapid.Bool().Draw(r, "all") {
		must(m.t, s.Rotate(context.Background()))
	} else {
		must(m.t, s.Rotate(context.Background(), m.held(r, s).ID))
	}
}

// settle lets everybody close out what somebody who was taken off a list by another still
// held: they hold it, and the other did not.
func (m *table) settle() {
	for range 2 { // a wrap that was on its way becomes a row first
		for _, l := range m.labels() {
			must(m.t, m.w.As(l).Reseal(context.Background(), nil))
		}
	}
	for _, k := range m.cases { // a removed member stands on no list that anybody holds
		for l := range m.cleared[k.ID] {
			if m.members[l] == "" && m.managed(k.ID) {
				delete(m.cleared[k.ID], l)
			}
		}
	}
	m.moved = false
}

func (m *table) managed(k model.ID) bool {
	return slices.ContainsFunc(m.labels(), func(l string) bool { return m.cleared[k][l] && m.members[l] == model.Manager })
}

// may says whether the table lets a member hold a compartment.
func (m *table) may(label string, of store.Opened) bool {
	if of.Oversight { // it follows the role
		return m.members[label].May(model.RightEnvelope)
	}
	if of.Case == "" {
		return true
	}
	if len(of.Home) == 0 {
		return m.cleared[of.Case][label]
	}
	return !slices.ContainsFunc(of.Home, func(id model.ID) bool { return !slices.Contains(m.lists[id], label) })
}

// closable says whether somebody else holds a part of a case and sees every list that
// makes it: only they can know that somebody is to lose it.
func (m *table) closable(of store.Opened, label string, holders map[string]bool) bool {
	for l := range holders {
		if l == label || !m.may(l, of) {
			continue
		}
		lists := m.w.As(l).HeldLists(of.Case)
		if !slices.ContainsFunc(of.Home, func(id model.ID) bool { return !slices.Contains(lists, id) }) {
			return true
		}
	}
	return false
}

// check compares, on the file as it lies.
func (m *table) check(r *rapid.T) {
	m.steps++
	if m.moved {
		m.settle()
	}
	wrong := m.differs(r)
	if wrong != "" { // a list may have come to be seen by somebody who can close out only now
		m.settle()
		wrong = m.differs(r)
	}
	if wrong != "" {
		r.Fatal(wrong)
	}
}

// differs says where the keys in the file are not what the table says.
func (m *table) differs(r *rapid.T) string {
	m.w.Close()
	raw, err := os.ReadFile(m.w.Path)
	must(m.t, err)
	path := filepath.Join(m.w.Dir, "copy.caseroom")
	must(m.t, os.WriteFile(path, raw, 0o600))
	newest, err := store.NewestEpochs(path, m.w.Options())
	must(m.t, err)
	holds := map[seal.Tag]map[string]bool{}
	for _, l := range m.labels() {
		keys, err := store.OpensKeys(path, m.w.Options(), l, m.w.Passphrase(l))
		must(m.t, err)
		for _, k := range keys {
			if k.Epoch != newest[k.Tag] {
				r.Fatalf("%s has a key of epoch %d of %x, whose newest is %d", l, k.Epoch, k.Tag, newest[k.Tag])
			}
			if holds[k.Tag] == nil {
				holds[k.Tag] = map[string]bool{}
			}
			holds[k.Tag][l], m.where[k.Tag] = true, k
		}
	}
	kept, err := store.OpensRecovery(path, m.w.Options(), storetest.Recovery(m.t))
	must(m.t, err)
	if !maps.Equal(kept, newest) {
		return fmt.Sprintf("the recovery sheet leads to %d compartments' newest keys, of %d", len(kept), len(newest))
	}
	for tag, of := range m.where {
		if _, there := newest[tag]; !there {
			return fmt.Sprintf("the key of %v of case %s is not kept for recovery", of.Home, of.Case)
		}
		for _, l := range m.labels() {
			m.compared++
			if holds[tag][l] && !m.may(l, of) && !m.closable(of, l, holds[tag]) {
				m.left++
				continue
			}
			if holds[tag][l] != m.may(l, of) {
				return fmt.Sprintf("%s: holds the key of %v of case %s: %v; the table says %v", l, of.Home, of.Case, holds[tag][l], m.may(l, of))
			}
		}
	}
	return ""
}

// N1: random things are done to clearances, lists, members and passphrases, and after each
// the keys in the file are compared, as sets, with the table.
func TestKeysAreTheTable(t *testing.T) {
	inMemory(t)
	rounds, sum := 4, table{}
	if *long {
		rounds = 1000
	}
	began := time.Now()
	for n := 0; n < rounds && time.Since(began) < 9*time.Minute; n++ {
		rapid.Check(t, func(r *rapid.T) {
			if time.Since(began) < 9*time.Minute { // a round of the long form alone takes minutes
				walkTable(t, r, &sum)
			}
		})
	}
	t.Logf("N1: %d steps, %d pairs of a member and a compartment compared, no difference; %d times a part of a case was left with somebody because nobody else held it",
		sum.steps, sum.compared, sum.left)
}

func walkTable(t *testing.T, r *rapid.T, sum *table) {
	m := &table{t: t, w: storetest.New(t), members: maps.Clone(storetest.Roles()), cleared: map[model.ID]map[string]bool{},
		lists: map[model.ID][]string{}, where: map[seal.Tag]store.Opened{}}
	m.open(r)
	r.Repeat(map[string]func(*rapid.T){"open": m.open, "grant": m.grant, "restrict": m.restrict, "restrict more": m.restrict, "lift": m.lift,
		"revoke": m.revoke, "revoke more": m.revoke, "remove": m.remove, "enrol": m.enrol, "passphrase": m.passphrase, "role": m.role, "rotate": m.rotate, "": m.check})
	sum.steps, sum.compared, sum.left = sum.steps+m.steps, sum.compared+m.compared, sum.left+m.left
	if problems := m.w.Check(); len(problems) > 0 {
		r.Fatal(problems)
	}
	m.w.Damaged() // it was checked, and makes room
	must(t, os.RemoveAll(m.w.Dir))
}
