package storetest

import (
	"bytes"
	"context"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
)

// Thing names a record that a builder made.
type Thing struct {
	Noun model.Noun
	ID   model.ID
	Ref  string
	Case model.ID
}

// Case opens a case as the member whose session is open, the manager where none is.
func (w *Workspace) Case(title string) Thing {
	w.tb.Helper()
	out, err := w.open().AddCase(context.Background(), store.NewCase{Kind: model.RapidReview, Title: title})
	w.must(err)
	return thing(model.NounCase, out.IDs[0], out)
}

// Person adds a person to a case. with changes what is added first.
func (w *Workspace) Person(k Thing, name string, with ...func(*model.Person)) Thing {
	w.tb.Helper()
	p := model.Person{Head: model.Head{CaseID: k.ID}, Name: name, Part: model.Relative}
	for _, f := range with {
		f(&p)
	}
	out, err := w.open().AddPerson(context.Background(), p)
	w.must(err)
	return thing(model.NounPerson, k.ID, out)
}

// Log logs an item of information. with changes what is logged first.
func (w *Workspace) Log(k Thing, words string, with ...func(*model.Information)) Thing {
	w.tb.Helper()
	i := model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Agency: "Housing", Words: words, Basis: []string{"6(1)(e)"},
		Occurred: model.ExactDate(model.DayOf(w.Clock.Now())), Agreement: model.Agreement{State: "given"}}
	for _, f := range with {
		f(&i)
	}
	out, err := w.open().Log(context.Background(), i)
	w.must(err)
	return thing(model.NounInformation, k.ID, out)
}

// Restrict sets a restriction, for the members of these labels where any are given.
func (w *Workspace) Restrict(on Thing, kind model.RestrictionKind, cleared ...string) Thing {
	w.tb.Helper()
	s := w.open()
	ids, err := s.MemberIDs(cleared)
	w.must(err)
	r := model.Restriction{Head: model.Head{CaseID: on.Case}, Target: on.ID, TargetNoun: on.Noun, Kind: kind,
		Reason: "said in confidence", Cleared: ids}
	out, err := s.Restrict(context.Background(), r)
	w.must(err)
	return thing(model.NounRestriction, on.Case, out)
}

// Clear clears members for a case.
func (w *Workspace) Clear(k Thing, labels ...string) {
	w.tb.Helper()
	for _, l := range labels {
		_, err := w.open().ClearMember(context.Background(), l, k.ID)
		w.must(err)
	}
}

// ID gives the ID of a member of the cast.
func (w *Workspace) ID(label string) model.ID {
	w.tb.Helper()
	ids, err := w.open().MemberIDs([]string{label})
	w.must(err)
	return ids[0]
}

// Body reads the whole of an attachment.
func Body(ctx context.Context, s *store.Session, item, attachment model.ID) (model.Attachment, []byte, error) {
	var b bytes.Buffer
	a, err := s.Body(ctx, item, attachment, &b)
	return a, b.Bytes(), err
}

func thing(n model.Noun, k model.ID, out view.Applied) Thing {
	return Thing{Noun: n, ID: out.IDs[0], Ref: out.Refs[0], Case: k}
}

// open is the session that builders write with.
func (w *Workspace) open() *store.Session {
	w.tb.Helper()
	if w.session == nil {
		return w.Reopen(Manager)
	}
	return w.session
}

func (w *Workspace) must(err error) {
	w.tb.Helper()
	if err != nil {
		w.tb.Fatal(err)
	}
}
