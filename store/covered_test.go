package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// TestWhatIsMaskedIsCovered plants words in every field of what is masked: an item with
// its earlier revision, a person with what concerns them, a whole case. No reader gives
// one of them to anybody, whoever set the restriction included, and no document.
func TestWhatIsMaskedIsCovered(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	p := &planter{}
	k := open[0]
	s := w.As(storetest.Manager)
	mask := func(on storetest.Thing) {
		_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: on.Case}, Target: on.ID, TargetNoun: on.Noun, Kind: "adoption", Reason: "adoption record"})
		must(t, err)
	}

	at := p.attach(t, s, "masked")
	i := p.information(k.ID, "masked")
	i.Attachments = []model.Attachment{at}
	out, err := s.Log(ctx, i)
	must(t, err)
	item := storetest.Thing{Noun: model.NounInformation, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}
	v, err := s.Item(ctx, item.ID)
	must(t, err)
	later := p.information(k.ID, "later")
	later.Head, later.Received, later.Attachments = v.Head, v.Received, v.Attachments
	_, err = s.Correct(ctx, later, p.word("why"))
	must(t, err)
	mask(item)

	born := p.person(k.ID, "person")
	born.Pseudonym = "P09"
	out, err = s.AddPerson(ctx, born)
	must(t, err)
	who := storetest.Thing{Noun: model.NounPerson, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}
	about := p.information(k.ID, "about")
	about.Persons = []model.ID{who.ID}
	_, err = s.Log(ctx, about)
	must(t, err)
	_, err = s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: p.word("what"), Where: p.word("where"), Children: []model.ID{who.ID}})
	must(t, err)
	mask(who)

	out, err = s.AddCase(ctx, store.NewCase{Kind: model.LCSPR, Title: p.word("title"), Area: p.word("area"), Summary: p.word("summary"), Lead: p.word("lead"), Subject: p.word("subject")})
	must(t, err)
	whole := storetest.Thing{Noun: model.NounCase, ID: out.IDs[0], Ref: out.Refs[0], Case: out.IDs[0]}
	_, err = s.Log(ctx, p.information(whole.ID, "within"))
	must(t, err)
	mask(whole)

	// The words of kinds and of the file's own making are no secret of the item.
	a := aim{open: []storetest.Thing{k, item, who, whole}, secret: []storetest.Thing{item}, file: at.ID, words: p.words, dir: t.TempDir()}
	for _, label := range []string{storetest.Manager, storetest.Second, storetest.Business} {
		for name, read := range readers() {
			leaks(t, name, label, answers(dump(read(w.Reopen(label), a))), p.words)
		}
	}
	w.As(storetest.Manager)
	for name, body := range documents(t, w, k) {
		leaks(t, name, "the panel", strings.ToLower(body), p.words)
	}

	// A reason uncovers it, for this session alone.
	s = w.As(storetest.Manager)
	must(t, s.Reveal(ctx, item.Noun, item.ID, "the court asked"))
	v, err = s.Item(ctx, item.ID)
	must(t, err)
	if !strings.Contains(v.Words, "zqlaterwordsxmark") {
		t.Errorf("revealed, it still reads %q", v.Words)
	}
	if v, _ = w.Reopen(storetest.Manager).Item(ctx, item.ID); v.Words != "" {
		t.Errorf("in the next session it still reads %q", v.Words)
	}
}

// documents builds a pack of a case, has it signed by the second manager, writes it in
// every format and gives what can be read in each.
func documents(t *testing.T, w *storetest.Workspace, k storetest.Thing, with ...func(*store.PackOptions)) map[string]string {
	t.Helper()
	ctx := context.Background()
	o := store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "the review panel"}}
	for _, f := range with {
		f(&o)
	}
	built, err := w.As(storetest.Manager).BuildPack(ctx, o)
	must(t, err)
	_, err = w.As(storetest.Second).SignPack(ctx, built.IDs[0])
	must(t, err)
	out := map[string]string{}
	for _, f := range []paper.Format{paper.JSON, paper.PDF} {
		to := filepath.Join(t.TempDir(), "pack."+string(f))
		_, err := w.As(storetest.Manager).WritePack(ctx, built.IDs[0], f, to, false)
		must(t, err)
		raw, err := os.ReadFile(to)
		must(t, err)
		out["the "+string(f)+" pack"] = readable(t, f, raw)
	}
	return out
}

// readable gives the text of a document, for a PDF read by code that did not make it.
func readable(t *testing.T, f paper.Format, raw []byte) string {
	t.Helper()
	if f != paper.PDF {
		return string(raw)
	}
	r, err := pdf.NewReader(bytes.NewReader(raw), int64(len(raw)))
	must(t, err)
	var b strings.Builder
	for n := 1; n <= r.NumPage(); n++ {
		text, err := r.Page(n).GetPlainText(nil)
		must(t, err)
		b.WriteString(text)
	}
	return b.String() + string(raw)
}

const (
	keptStreet = "14 Tamarisk Row"
	keptCode   = "SM7 9QX"
	kept       = keptStreet + ", Saltmarsh, " + keptCode
)

// addressWords are what nobody may read.
func addressWords() []string { return []string{"tamarisk row", "sm7 9qx", "sm79qx"} }

// TestAKeptAddressIsCoveredEverywhere writes an address that must not be known into
// every field of every record of the case, and asks for all of it in every way.
func TestAKeptAddressIsCoveredEverywhere(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k, said := open[0], "They are at "+kept+" now"
	s := w.As(storetest.Manager)
	who := w.Person(k, "Joan Keeper", func(p *model.Person) { p.Addresses, p.Note, p.Relation = []string{kept}, said, said })
	w.Person(k, "Her brother", func(p *model.Person) { p.Addresses, p.Note, p.Agency = []string{kept}, said, said })
	x := w.Restrict(who, model.ConfidentialAddress)

	i := model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Agency: said, Source: said, SourceRecord: said, ReceivedBy: said,
		Summary: said, Words: said, ChildVoice: said, Themes: []string{said}, Significance: said, Categories: []string{said}, Basis: []string{said},
		PurposeLock: said, Agreement: model.Agreement{State: "given", Why: said}, Identity: said, Reliability: said,
		Attachments: []model.Attachment{{ID: "letter", Name: kept + ".txt"}}, Origin: model.Origin{File: said, Sheet: said}}
	loose, on := i, i
	on.Persons = []model.ID{who.ID}
	out, err := s.Log(ctx, loose)
	must(t, err)
	item := storetest.Thing{Noun: model.NounInformation, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}
	_, err = s.Log(ctx, on)
	must(t, err)
	_, err = s.Correct(ctx, model.Information{Head: headOf(t, s, item), Words: "said otherwise"}, said)
	must(t, err)
	out, err = s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: said, Where: kept})
	must(t, err)
	incident := storetest.Thing{Noun: model.NounIncident, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}

	f, err := s.CaseFile(ctx, k.ID)
	must(t, err)
	c := f.Case
	c.Title, c.Summary, c.Area, c.Lead, c.Reason, c.Lines = said, said, said, said, said, []string{said}
	c.KeyDates = []model.KeyDate{{Kind: "incident-known", Note: said}}
	c.Criteria = []model.Criterion{{Name: said, Why: said}}
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActCaseSet, Why: said}).Put(&c))
	must(t, err)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: item.ID, TargetNoun: item.Noun, Kind: "police-sensitive",
		Reason: said, Authority: said, Handling: said, OtherBasis: said})
	must(t, err)
	r, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: item.ID, TargetNoun: item.Noun, Kind: model.MarkingKind, Reason: said})
	must(t, err)
	lift, err := s.Lift(ctx, r.IDs[0], said)
	must(t, err)
	out, err = s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: said, Named: []string{kept}, Agency: said, PurposeOf: said}})
	must(t, err)
	pack := storetest.Thing{Noun: model.NounPack, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}

	a := aim{open: []storetest.Thing{k, who, item, incident, x, pack, {Noun: model.NounRestriction, ID: lift.IDs[0], Ref: lift.Refs[0], Case: k.ID}},
		file: "letter", words: []string{`"tamarisk row"`, "sm7", `"14 tamarisk"`, "SM79QX"}, dir: t.TempDir()}
	for _, label := range []string{storetest.Manager, storetest.Second, storetest.Business} {
		s := w.Reopen(label)
		for name, read := range readers() {
			leaks(t, name, label, answers(dump(read(s, a))), addressWords())
		}
		for _, q := range a.words {
			found(t, s, q)
		}
	}
	for name, body := range documents(t, w, k, func(o *store.PackOptions) { o.Filter = "-ref:" + item.Ref }) {
		leaks(t, name, "the panel", strings.ToLower(body), addressWords())
	}
}

// found fails when a search finds anything.
func found(t *testing.T, s *store.Session, text string) {
	t.Helper()
	for _, h := range search(t, s, text) {
		t.Errorf("searching for %s finds %s", text, h.Ref)
	}
}

func search(t *testing.T, s *store.Session, text string) []view.Hit {
	t.Helper()
	hits, err := s.Search(context.Background(), parsed(t, s, text), 0, nil)
	must(t, err)
	return hits
}

// headOf gives the head of an item as it stands.
func headOf(t *testing.T, s *store.Session, item storetest.Thing) model.Head {
	t.Helper()
	var head model.Head
	must(t, s.Information(context.Background(), func(v view.InfoView) bool {
		if v.ID == item.ID {
			head = v.Head
		}
		return true
	}))
	return head
}

// TestCorrectingKeepsWhatIsCovered sees that nobody overwrites an address that they were
// not shown.
func TestCorrectingKeepsWhatIsCovered(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	who := w.Person(open[0], "Joan Keeper", func(p *model.Person) { p.Addresses = []string{kept} })
	i := w.Log(open[0], "She is at "+kept)
	w.Restrict(who, model.ConfidentialAddress)
	s := w.As(storetest.Business)
	v, err := s.Item(ctx, i.ID)
	must(t, err)
	v.Words = strings.Replace(v.Words, "She", "They", 1)
	_, err = s.Correct(ctx, v.Information, "put right")
	refused(t, err, model.Denied, "saving a covered address")
	must(t, s.Reveal(ctx, model.NounInformation, i.ID, "to put it right"))
	v, err = s.Item(ctx, i.ID)
	must(t, err)
	v.Words = strings.Replace(v.Words, "She", "They", 1)
	_, err = s.Correct(ctx, v.Information, "put right")
	must(t, err)
	if v, _ = s.Item(ctx, i.ID); v.Words != "They is at "+kept {
		t.Errorf("it now reads %q", v.Words)
	}
}

// TestALetterWithAKeptAddress sees that the file that came with an item is not handed
// out while an address in the item is covered: it may stand in the file.
func TestALetterWithAKeptAddress(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	who := w.Person(open[0], "Joan Keeper", func(p *model.Person) { p.Addresses = []string{kept} })
	s := w.As(storetest.Manager)
	path := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(path, []byte("at "+kept), 0o600))
	at, err := s.Attach(ctx, path)
	must(t, err)
	i := w.Log(open[0], "A letter", func(i *model.Information) {
		i.Persons, i.Attachments = []model.ID{who.ID}, []model.Attachment{at}
	})
	w.Restrict(who, model.ConfidentialAddress)
	_, body, err := storetest.Body(ctx, s, i.ID, at.ID)
	refused(t, err, model.Denied, "the letter of an item with a covered address")
	if len(body) > 0 {
		t.Error("the letter was given all the same")
	}
	must(t, s.Reveal(ctx, model.NounInformation, i.ID, "to read it"))
	_, body, err = storetest.Body(ctx, s, i.ID, at.ID)
	must(t, err)
	if string(body) != "at "+kept {
		t.Errorf("the letter reads %q", body)
	}
}

// TestCoveredWordsTellNoLength sees that what stands in a word's place is always the same.
func TestCoveredWordsTellNoLength(t *testing.T) {
	w, open := stage(t)
	long := "221 Very Long Saltmarsh Harbour Crescent, Saltmarsh, SM7 9QX"
	a := w.Person(open[0], "Joan Keeper", func(p *model.Person) { p.Addresses = []string{keptStreet, long} })
	i := w.Log(open[0], "First "+keptStreet+" and then "+long+" it was")
	w.Restrict(a, model.ConfidentialAddress)
	v, err := w.As(storetest.Manager).Item(context.Background(), i.ID)
	must(t, err)
	marks := regexp.MustCompile(`\[[^\]]*\]`).FindAllString(v.Words, -1)
	if len(marks) != 2 || marks[0] != marks[1] || strings.ContainsAny(v.Words, "0123456789") {
		t.Errorf("it reads %q", v.Words)
	}
}

// TestAnAddressThatWasCorrected stays covered where it is still written.
func TestAnAddressThatWasCorrected(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	k := open[0]
	who := w.Person(k, "Joan Keeper", func(p *model.Person) { p.Addresses = []string{"14 Larkspur Close, Northmoor"} })
	i := w.Log(k, "She was seen at 14 Larkspur Close in May.")
	w.Restrict(who, model.ConfidentialAddress)
	must(t, s.Reveal(ctx, model.NounPerson, who.ID, "a new address came"))
	p, err := s.Person(ctx, who.ID)
	must(t, err)
	p.Addresses = []string{"3 Tamarisk Row, Northmoor"}
	_, err = s.SetPerson(ctx, p.Person, "moved")
	must(t, err)
	v, err := s.Item(ctx, i.ID)
	must(t, err)
	if strings.Contains(v.Words, "Larkspur") {
		t.Errorf("the earlier address is shown: %q", v.Words)
	}
}
