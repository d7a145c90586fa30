package invent

import (
	"fmt"
	"slices"
	"strings"

	"caseroom/model"
)

// furnish adds what a complete entry has: bases, agreement, identity, significance,
// files; and leaves some of it out, as a busy day does.
func (b *builder) furnish(i *model.Information, s *scene, kind string) {
	d := b.dice
	i.Significance = "usual"
	if s.weight == "key" {
		i.Significance = "key"
	} else if d.chance(14) {
		i.Significance = "minor"
	}
	i.Categories = categoriesOf(kind)
	fresh := b.o.Today.Sub(model.DayOf(i.Received)) < 7 // what came earlier has mostly been completed since
	if !d.chance(share(fresh, 20, 2)) {
		i.Basis = b.basisOf(kind)
	}
	if s.restrict == "purpose-lock" {
		i.PurposeLock = "s16H"
		if s.lock != "" {
			i.PurposeLock = s.lock
		}
		i.Basis = []string{i.PurposeLock, "6(1)(c)", "9(2)(h)"}
	}
	i.Agreement = agreementOf(d, s, b.plot.death, share(fresh, 20, 2))
	if spoken := i.Channel == model.Telephone || i.Channel == model.Verbal; spoken && !d.chance(share(fresh, 30, 2)) {
		i.Identity = of(d, phrases(`rang back on the number of the switchboard|known to the business team|two questions from the record answered|
			staff card shown at the desk|rang back on the number held`))
	}
	if s.stage == "" && i.Channel == model.Email && d.chance(45) {
		b.origin(i, kind)
	}
	if d.chance(18) || i.Channel == model.Paper || i.Channel == model.Recording {
		i.Attachments = []model.Attachment{b.attachment(i, s)}
	}
	switch d.n(320) { // a few that cannot leave yet
	case 0:
		i.Channel = ""
	case 1:
		i.Agency, i.Source = "", ""
	}
}

func categoriesOf(kind string) []string {
	switch {
	case strings.Contains(" pol prob yot ", " "+kind+" "):
		return []string{"criminal"}
	case strings.Contains(" hv mid gp hosp sn camhs amb dn phy ot slt lacn drug amh me icb ", " "+kind+" "):
		return []string{"special"}
	}
	return nil
}

// basisOf gives the codes of the usual bases (assets/bases.toml has the words).
func (b *builder) basisOf(kind string) []string {
	power := "s16H"
	if b.plot.death {
		power = "s16N"
	}
	switch {
	case slices.Contains(categoriesOf(kind), "criminal"):
		return []string{"6(1)(e)", "10", "sch1-36"}
	case slices.Contains(categoriesOf(kind), "special"):
		return []string{"6(1)(e)", "9(2)(h)", "sch1-2", power}
	case kind == "vol" || kind == "spt":
		return []string{"6(1)(ea)", "9(2)(g)", "sch1-18"}
	case kind == "fam" || kind == "pub":
		return []string{"6(1)(e)", "9(2)(g)", "sch1-18"}
	}
	return of(b.dice, [][]string{{"6(1)(e)", "9(2)(g)", "sch1-18"}, {"6(1)(e)", "9(2)(g)", "sch1-18", power}, {"6(1)(c)", power}})
}

// share is one of two percentages.
func share(first bool, then, otherwise int) int {
	if first {
		return then
	}
	return otherwise
}

// agreementOf says how the person's agreement stands; in so many of a hundred nobody
// has said yet.
func agreementOf(d *dice, s *scene, death bool, unsaid int) model.Agreement {
	if s.restrict == "consent-withheld" && s.pick == "rare" {
		return model.Agreement{State: "refused", Why: "asked, and said no"}
	}
	if d.chance(unsaid) {
		return model.Agreement{}
	}
	switch n := d.n(100); {
	case n < 10:
		return model.Agreement{State: "given", Why: of(d, phrases("by telephone, for this review|in writing|at the home visit"))}
	case n < 14:
		return model.Agreement{State: "refused", Why: "would rather not; another basis is relied on"}
	case n < 18:
		return model.Agreement{State: "sought", Why: "letter sent, no answer yet"}
	case death:
		return model.Agreement{State: "not-sought", Why: "statutory review of a death; the family has the leaflet"}
	}
	return model.Agreement{State: "not-sought", Why: of(d, phrases(`asking could put a child at risk|statutory review: agreement is not the basis|
		cannot reasonably be obtained|would prejudice enquiries under way`))}
}

// origin says which row of which spreadsheet the item was typed from.
func (b *builder) origin(i *model.Information, kind string) {
	b.rows[kind]++
	i.Origin = model.Origin{File: fmt.Sprintf("%s chronology, %s.xlsx", i.Agency, b.out.Case.Ref), Sheet: "Chronology", Row: 3 + b.rows[kind]}
}

// attachment names a file. Only its name: the bytes of an invented file are nobody's.
func (b *builder) attachment(i *model.Information, s *scene) model.Attachment {
	name, kind := capital(strings.ReplaceAll(i.SourceRecord, "/", "-")), "application/pdf"
	switch {
	case strings.Contains(s.record, "body map"):
		name, kind = "Body map", "image/png"
	case i.Channel == model.Recording:
		name, kind = "Recording", "audio/mpeg"
	case i.Channel == model.Paper:
		name += ", scanned"
	case b.dice.chance(40):
		kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	ending := map[string]string{"application/pdf": ".pdf", "image/png": ".png", "audio/mpeg": ".mp3"}[kind]
	if ending == "" {
		ending = ".docx"
	}
	return model.Attachment{ID: b.dice.id(), Name: fmt.Sprintf("%s %s%s", name, model.DayOf(i.Received), ending), Type: kind}
}

// correction takes an earlier item of the same agency and puts its date right.
func (b *builder) correction(note *model.Information) {
	for _, i := range b.out.Information {
		exact := i.Occurred.Precision == model.DateExact && i.Occurred.Time == ""
		if i == note || i.Agency != note.Agency || !exact || i.Received.After(note.Received) || note.Agency == "" {
			continue
		}
		right := *i
		right.Occurred = model.ExactDate(i.Occurred.From.Add(-1))
		right.Reliability = "corrected by the agency"
		b.out.Corrections = append(b.out.Corrections, Correction{Item: &right, Why: "the agency put the date right: the visit was the day before",
			By: note.MadeBy, At: note.Received})
		return
	}
}
