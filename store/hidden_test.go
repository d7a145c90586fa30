package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// planter makes words that stand nowhere else, and keeps them.
type planter struct{ words []string }

func (p *planter) word(field string) string {
	w := "zq" + strings.ToLower(field) + "xmark"
	p.words = append(p.words, w)
	return w
}

// information has a word of its own in every field that takes any.
func (p *planter) information(k model.ID, tag string) model.Information {
	w := func(f string) string { return p.word(tag + f) }
	return model.Information{
		Head: model.Head{CaseID: k}, Channel: model.Telephone, Agency: w("agency"), Source: w("source"), SourceRecord: w("record"),
		ReceivedBy: w("by"), Occurred: model.ExactDate(model.DayOf(storetest.Start())), Summary: w("summary"), Words: "Somebody said " + w("words"),
		ChildVoice: w("voice"), Themes: []string{w("theme")}, Significance: w("significance"), Categories: []string{w("category")},
		Basis: []string{w("basis")}, PurposeLock: w("lock"), Agreement: model.Agreement{State: "refused", Why: w("agreement")},
		Identity: w("identity"), Reliability: w("reliability"),
		Origin: model.Origin{FileHash: w("filehash"), File: w("file"), Sheet: w("sheet"), RowHash: w("rowhash")},
	}
}

func (p *planter) person(k model.ID, tag string) model.Person {
	w := func(f string) string { return p.word(tag + f) }
	return model.Person{Head: model.Head{CaseID: k}, Name: w("name"), Aliases: []string{w("alias")}, Pseudonym: w("pseudonym"),
		Part: model.Relative, Relation: w("relation"), NHS: "999 000 0018", Addresses: []string{w("address")}, Agency: w("agency"), Note: w("note")}
}

func (p *planter) restriction(on storetest.Thing, kind model.RestrictionKind, tag string, cleared ...model.ID) model.Restriction {
	w := func(f string) string { return p.word(tag + f) }
	return model.Restriction{Head: model.Head{CaseID: on.Case}, Target: on.ID, TargetNoun: on.Noun, Kind: kind, Reason: w("reason"),
		Authority: w("authority"), Handling: w("handling"), OtherBasis: w("basis"), Cleared: cleared}
}

// attach writes a file with marked words in its name and in it, and stages it.
func (p *planter) attach(t *testing.T, s *store.Session, tag string) model.Attachment {
	t.Helper()
	path := filepath.Join(t.TempDir(), p.word(tag+"file")+".txt")
	must(t, os.WriteFile(path, []byte("what the file says: "+p.word(tag+"body")), 0o600))
	a, err := s.Attach(context.Background(), path)
	must(t, err)
	return a
}

// staged is what both workspaces of a comparison begin with.
func stage(t *testing.T) (w *storetest.Workspace, open []storetest.Thing) {
	t.Helper()
	w = storetest.New(t)
	k := w.Case("A quiet case")
	w.Clear(k, storetest.Reviewer, storetest.Auditor)
	p := w.Person(k, "Maud Plainmark")
	i := w.Log(k, "The plainmark review was agreed", func(i *model.Information) { i.Persons = []model.ID{p.ID}; i.Summary = "Plainmark summary" })
	w.Log(k, "A second plainmark item")
	r := w.Restrict(i, model.MarkingKind)
	out, err := w.As(storetest.Manager).AddIncident(context.Background(), model.Incident{Head: model.Head{CaseID: k.ID}, What: "The plainmark incident"})
	must(t, err)
	n := storetest.Thing{Noun: model.NounIncident, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}
	w.Clock.Add(time.Hour)
	return w, []storetest.Thing{k, p, i, r, n}
}

// hide puts into a workspace what nobody but its first manager may know of.
func hide(t *testing.T, w *storetest.Workspace, open []storetest.Thing, p *planter) (secret []storetest.Thing, file model.ID) {
	t.Helper()
	ctx, k, me := context.Background(), open[0].ID, w.ID(storetest.Manager)
	add := func(n model.Noun, k model.ID, ids []model.ID, refs []string) storetest.Thing {
		x := storetest.Thing{Noun: n, ID: ids[0], Ref: refs[0], Case: k}
		secret = append(secret, x)
		return x
	}

	// An item that the business team logged and corrected themselves.
	s := w.As(storetest.Business)
	at := p.attach(t, s, "first")
	i := p.information(k, "first")
	i.Attachments = []model.Attachment{at}
	out, err := s.Log(ctx, i)
	must(t, err)
	item := add(model.NounInformation, k, out.IDs, out.Refs)
	v, err := s.Item(ctx, item.ID)
	must(t, err)
	fixed := p.information(k, "fixed")
	fixed.Head, fixed.Attachments, fixed.Received = v.Head, v.Attachments, v.Received
	_, err = s.Correct(ctx, fixed, p.word("correctwhy"))
	must(t, err)

	// The manager keeps it, a person with what concerns them, and more.
	s = w.As(storetest.Manager)
	keep := func(on storetest.Thing, kind model.RestrictionKind, tag string, cleared ...model.ID) storetest.Thing {
		out, err := s.Restrict(ctx, p.restriction(on, kind, tag, cleared...))
		must(t, err)
		return add(model.NounRestriction, on.Case, out.IDs, out.Refs)
	}
	x := keep(item, model.MarkingKind, "marking")
	_, err = s.Lift(ctx, x.ID, p.word("liftwhy"))
	must(t, err)
	keep(item, model.NeedToKnow, "ntk", me)
	keep(item, "consent-withheld", "second")

	person := p.person(k, "person")
	person.Parents = []model.ID{open[1].ID}
	out, err = s.AddPerson(ctx, person)
	must(t, err)
	who := add(model.NounPerson, k, out.IDs, out.Refs)
	n, err := s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k}, What: p.word("incidentwhat"), Where: p.word("incidentwhere"), Children: []model.ID{who.ID}})
	must(t, err)
	add(model.NounIncident, k, n.IDs, n.Refs)
	keep(who, model.LegalPrivilege, "privilege", me)
	about := p.information(k, "about")
	about.Persons = []model.ID{who.ID}
	out, err = s.Log(ctx, about)
	must(t, err)
	add(model.NounInformation, k, out.IDs, out.Refs)

	out, err = s.BuildPack(ctx, store.PackOptions{CaseID: k, Audience: model.Audience{Name: p.word("audience"), Named: []string{storetest.Manager}}})
	must(t, err)
	add(model.NounPack, k, out.IDs, out.Refs)

	// A whole case.
	out, err = s.AddCase(ctx, store.NewCase{Kind: model.LCSPR, Ref: strings.ToUpper(p.word("caseref")), Title: p.word("casetitle"), Area: p.word("casearea"),
		Summary: p.word("casesummary"), Lead: p.word("caselead"), Subject: p.word("casesubject")})
	must(t, err)
	whole := add(model.NounCase, out.IDs[0], out.IDs, out.Refs)
	out, err = s.Log(ctx, p.information(whole.ID, "whole"))
	must(t, err)
	add(model.NounInformation, whole.ID, out.IDs, out.Refs)
	keep(whole, model.NeedToKnow, "wholecase", me)
	_, err = s.SetCase(ctx, whole.ID, map[string]string{"summary": p.word("caselater")}, p.word("casewhy"))
	must(t, err)
	_, err = s.SaveDraft(ctx, viewDraft(p))
	must(t, err)
	// The case's reference last: the import probe asks for it.
	secret = append(secret, whole)
	return secret, at.ID
}

// both does in the two workspaces what everybody may know of.
func both(t *testing.T, w *storetest.Workspace, open []storetest.Thing) {
	t.Helper()
	ctx := context.Background()
	w.Clock.Set(storetest.Start().Add(3 * time.Hour))
	s := w.As(storetest.Manager)
	_, err := s.BuildPack(ctx, store.PackOptions{CaseID: open[0].ID, Audience: model.Audience{Name: "the review panel"}})
	must(t, err)
	s = w.As(storetest.Business)
	f, err := s.CaseFile(ctx, open[0].ID)
	must(t, err)
	for _, v := range f.Information {
		if v.ID == open[2].ID {
			i := v.Information
			i.Words += ", and said again"
			_, err = s.Correct(ctx, i, "put right")
			must(t, err)
		}
	}
	_, err = s.SetCase(ctx, open[0].ID, map[string]string{"lead": "Cat"}, "")
	must(t, err)
	w.Close()
}

// N2: TestWhatIsHiddenIsNowhere is the table test of the gate. Each member who may not know
// of a thing asks for it in every way that there is, in a workspace that has it and in
// a twin that has not: the answers are the same, to the letter and to the count.
func TestWhatIsHiddenIsNowhere(t *testing.T) {
	with, open := stage(t)
	without := with.Twin()
	p := &planter{}
	secret, file := hide(t, with, open, p)
	both(t, with, open)
	both(t, without, open)
	a := aim{open: open, secret: secret, file: file, words: p.words, dir: t.TempDir()}

	told, members := 0, outsiders()
	for _, label := range members {
		t.Run(label, func(t *testing.T) {
			told += compare(t, with, without, label, a)
		})
	}
	t.Logf("N2: %d members ask by %d ways of reading and %d of writing for %d things and %d words: %d KiB of answers, 0 bytes of what is kept from them",
		len(members), len(readers()), len(writers()), len(a.all()), len(a.words), told>>10)
}

// outsiders are the members who may not know of what hide hides.
func outsiders() []string {
	return []string{storetest.Second, storetest.Business, storetest.Reviewer, storetest.Governance, storetest.Auditor}
}

// compare runs every probe on both workspaces, and says how much was told.
func compare(t *testing.T, with, without *storetest.Workspace, label string, a aim) (told int) {
	t.Helper()
	needles := append([]string{}, a.words...)
	for _, x := range a.secret {
		needles = append(needles, x.Ref, string(x.ID))
	}
	if label == storetest.Governance || label == storetest.Auditor { // not cleared, or of a role that never reads case words
		needles = append(needles, "plainmark", "A quiet case")
	}
	for name, p := range readers() {
		got, want := p(with.As(label), a), p(without.As(label), a)
		if d := difference(unminted(dump(got)), unminted(dump(want))); d != "" {
			t.Errorf("%s tells %s that something is there: %s", name, label, d)
		}
		told += len(dump(got))
		leaks(t, name, label, answers(dump(got)), needles)
	}
	with, without = with.Twin(), without.Twin()
	for name, p := range writers() {
		got, want := p(with.As(label), a), p(without.As(label), a)
		if d := difference(unminted(dump(got)), unminted(dump(want))); d != "" {
			t.Errorf("%s tells %s that something is there: %s", name, label, d)
		}
		told += len(dump(got))
	}
	return told
}

// answers drops the lines of errors, which repeat what was asked for; they are held
// word for word against the twin's.
func answers(dump string) string {
	var out []string
	for l := range strings.Lines(dump) {
		if !strings.Contains(l, " = error ") {
			out = append(out, l)
		}
	}
	return strings.ToLower(strings.Join(out, ""))
}

func leaks(t *testing.T, name, label, text string, needles []string) {
	t.Helper()
	for _, n := range needles {
		if at := strings.Index(text, strings.ToLower(n)); at >= 0 {
			line := text[strings.LastIndex(text[:at], "\n")+1:]
			line, _, _ = strings.Cut(line, "\n")
			t.Errorf("%s tells %s %q: %s", name, label, n, line)
		}
	}
}

// N3: the index, the first page and the notes of a member hold nothing of what is kept from
// them, and no member's key opens another's: what would be found there is asked for with no
// gate before it.
func TestViewsHoldOnlyWhatIsSeen(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	p := &planter{}
	for _, label := range outsiders() { // views as they were before, too
		s := w.As(label)
		must(t, s.Reindex(ctx, nil))
		_, err := s.Today(ctx)
		must(t, err)
	}
	secret, _ := hide(t, w, open, p)
	asked, foreign, rows, size, ids := 0, 0, 0, 0, map[string]bool{}
	for _, label := range outsiders() {
		for _, when := range []string{"as it was left", "brought up to date"} {
			s := w.As(label)
			if when == "brought up to date" {
				must(t, s.Reindex(ctx, nil))
				_, err := s.Today(ctx)
				must(t, err)
				s = w.Reopen(label) // what is kept is kept at the close
			}
			words := slices.Clone(p.words)
			for _, x := range secret {
				words = append(words, x.Ref, string(x.ID))
			}
			own, opened, others, texts := store.ViewRows(s)
			if own != opened || others > 0 {
				t.Errorf("%s, %s: their key opens %d of their %d rows, and %d of others'", label, when, opened, own, others)
			}
			rows += opened
			// The id of a case whose key they still hold they read in its description too: the
			// directory says it to itself, and it is counted. Nothing else of it may be there.
			known := []string{}
			for _, k := range s.HeldKeys() {
				known = append(known, string(k.Case))
			}
			for _, text := range texts {
				size += len(text)
				leaks(t, "a view "+when, label, strings.ToLower(string(text)), slices.DeleteFunc(slices.Clone(words), func(w string) bool {
					if slices.Contains(known, w) && bytes.Contains(text, []byte(w)) {
						ids[label+w] = true
						return true
					}
					return false
				}))
			}
			for _, word := range words {
				asked++
				foreign += max(0, store.IndexHas(s, word))
			}
			if label == storetest.Second && when == "brought up to date" && store.IndexHas(s, "plainmark") == 0 {
				t.Error("the index finds nothing at all: the test proves nothing")
			}
		}
	}
	if foreign > 0 {
		t.Errorf("%d hits in indexes of what is kept from their members", foreign)
	}
	t.Logf("N3: %d rows of views opened, %d KiB, each by its member's key alone; %d words and references asked of the indexes themselves: %d found; %d times the bare id of a case that is kept from a member who still holds its first key",
		rows, size>>10, asked, foreign, len(ids))
}

// TestLinksToWhatIsHidden sees that an ID in a list of links tells nothing either, and
// that whoever corrects a record without seeing such a link does not cut it.
func TestLinksToWhatIsHidden(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	w.As(storetest.Manager)
	mother := w.Person(k, "A mother")
	child := w.Person(k, "A child", func(p *model.Person) { p.Parents = []model.ID{open[1].ID, mother.ID} })
	other := w.Log(k, "another account of it")
	item := w.Log(k, "one account of it", func(i *model.Information) { i.Alike = []model.ID{open[2].ID, other.ID} })
	w.Restrict(mother, model.NeedToKnow, storetest.Manager)
	w.Restrict(other, model.NeedToKnow, storetest.Manager)

	s := w.As(storetest.Business)
	p, err := s.Person(ctx, child.ID)
	must(t, err)
	i, err := s.Item(ctx, item.ID)
	must(t, err)
	if !slices.Equal(p.Parents, []model.ID{open[1].ID}) || !slices.Equal(i.Alike, []model.ID{open[2].ID}) {
		t.Errorf("the links are %v and %v", p.Parents, i.Alike)
	}
	p.Parents, p.Note = nil, "the father's name was wrong"
	_, err = s.SetPerson(ctx, p.Person, "")
	must(t, err)
	i.Words += ", put right"
	_, err = s.Correct(ctx, i.Information, "")
	must(t, err)

	s = w.As(storetest.Manager)
	p, err = s.Person(ctx, child.ID)
	must(t, err)
	i, err = s.Item(ctx, item.ID)
	must(t, err)
	if !slices.Equal(p.Parents, []model.ID{mother.ID}) || !slices.Equal(i.Alike, []model.ID{open[2].ID, other.ID}) {
		t.Errorf("after being corrected by who did not see them the links are %v and %v", p.Parents, i.Alike)
	}
}
