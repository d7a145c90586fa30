package capture

import (
	"context"
	"fmt"
	"sync"
	"time"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/ui/uitest"
)

func lexicon() Lexicon {
	return Lexicon{
		Channels: []Channel{
			{model.Telephone, "phone", []string{"tel", "phone", "call"}}, {model.Verbal, "in person", []string{"ver", "visit"}},
			{model.Email, "email", []string{"em", "mail"}}, {model.Paper, "paper", []string{"pap", "letter"}}, {model.OtherWay, "another way", []string{"oth"}},
		},
		Agencies: []model.Agency{
			{Name: "Children's social care", Aliases: []string{"csc", "social care"}}, {Name: "Police", Aliases: []string{"pol", "ppu"}},
			{Name: "GP", Aliases: []string{"gp", "surgery"}}, {Name: "Health visiting", Aliases: []string{"hv", "health visitor"}},
			{Name: "Hospital", Aliases: []string{"hosp", "ward"}}, {Name: "School nursing", Aliases: []string{"sn", "school nurse"}},
			{Name: "School", Aliases: []string{"sch"}},
		},
		Bases: []Basis{{Code: "6(1)(c)", Words: "legal obligation"}, {Code: "6(1)(e)", Words: "public task"}, {Code: "9(2)(g)", Words: "substantial public interest"}, {Code: "reg-16", Words: "working together"}},
	}
}

// fake is a small workspace in memory.
type fake struct {
	uitest.DraftBox
	mu     sync.Mutex
	cases  []view.CaseRow
	people []view.PersonView
	items  map[model.ID]model.Information
	serial int
	fail   error // of the next write
}

var day = model.Day{Year: 2026, Month: time.June, Day: 22}

func newFake() *fake {
	row := func(id, ref, title string) view.CaseRow {
		return view.CaseRow{Case: model.Case{Head: model.Head{ID: model.ID(id), Ref: ref, CaseID: model.ID(id)}, Kind: model.RapidReview, Title: title, State: model.Gathering}}
	}
	person := func(id, name, pseudonym, relation string, part model.Part) view.PersonView {
		return view.PersonView{Person: model.Person{Head: model.Head{ID: model.ID(id)}, Name: name, Pseudonym: pseudonym, Relation: relation, Part: part}}
	}
	return &fake{
		cases:  []view.CaseRow{row("c14", "DD-2026-A014", "Child A"), row("c9", "CD-2026-A009", "Child H"), row("c11", "DD-2026-A011", "Child D")},
		people: []view.PersonView{person("p1", "Robin Marsh", "P01", "", model.Subject), person("p3", "Dana Marsh", "P03", "mother", model.Relative), person("p4", "Lee Orchard", "P04", "father", model.Relative)},
		items: map[model.ID]model.Information{"i1": {Head: model.Head{ID: "i1", Ref: "INF-2026-8NHC4T", CaseID: "c14", Rev: 4}, Channel: model.Email, Agency: "Health visiting",
			Source: "Ms Quill", SourceRecord: "record of visit", Received: time.Date(2026, 6, 9, 9, 30, 0, 0, time.UTC), Occurred: model.ExactDate(model.Day{Year: 2023, Month: 11, Day: 14}),
			Summary: "Home visit", Words: "The flat was warm and clean.\nShe came to the worker with a book.", Persons: []model.ID{"p1", "p3"}, Themes: []string{"home"}}},
	}
}

func (f *fake) Day() model.Day { return day }
func (f *fake) Cases(context.Context) ([]view.CaseRow, error) {
	return f.cases, nil
}
func (f *fake) CaseFile(_ context.Context, id model.ID) (*view.CaseFile, error) {
	for _, c := range f.cases {
		if c.ID == id {
			return &view.CaseFile{CaseRow: c, People: f.people}, nil
		}
	}
	return nil, model.Missing(string(id))
}
func (f *fake) Find(_ context.Context, ref string) (model.Noun, model.ID, model.ID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.items {
		if i.Ref == ref {
			return model.NounInformation, i.ID, i.CaseID, nil
		}
	}
	return "", "", "", model.Missing(ref)
}
func (f *fake) Item(_ context.Context, id model.ID) (view.InfoView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, ok := f.items[id]
	if !ok {
		return view.InfoView{}, model.Missing(string(id))
	}
	return view.InfoView{Information: i, Decision: access.Decision{Effect: access.Show}}, nil
}
func (f *fake) failing() error {
	err := f.fail
	f.fail = nil
	return err
}
func (f *fake) Log(_ context.Context, i model.Information) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.failing(); err != nil {
		return view.Applied{}, err
	}
	if err := i.Validate(); err != nil {
		return view.Applied{}, err
	}
	f.serial++
	i.ID, i.Ref, i.Rev = model.ID(fmt.Sprint("n", f.serial)), fmt.Sprintf("INF-2026-%05dX", f.serial), 1
	f.items[i.ID] = i
	return view.Applied{Refs: []string{i.Ref}, IDs: []model.ID{i.ID}, Words: "logged information " + i.Ref, Undo: true}, nil
}
func (f *fake) Correct(_ context.Context, i model.Information, why string) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.failing(); err != nil {
		return view.Applied{}, err
	}
	if f.items[i.ID].Rev != i.Rev {
		return view.Applied{}, model.Fail(model.Conflict, "%s was changed since it was read", i.Ref)
	}
	i.Rev++
	f.items[i.ID] = i
	return view.Applied{Refs: []string{i.Ref}, Words: "corrected information " + i.Ref + " (" + why + ")", Undo: true}, nil
}
