package capture

import (
	"cmp"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// momentLayout is how the form writes the moment of receipt; ParseMoment reads it back.
const momentLayout = "2 Jan 2006 15:04"

// valuesOf lays an item out in the fields.
func valuesOf(i model.Information, r reckoning) widget.Values {
	v := widget.Values{
		fieldChannel: string(i.Channel), fieldAgency: i.Agency, fieldSource: i.Source, fieldRecord: i.SourceRecord,
		fieldOccurred: cmp.Or(i.Occurred.Text, i.Occurred.String()), fieldSummary: i.Summary, fieldWords: i.Words, fieldVoice: i.ChildVoice,
		fieldThemes: strings.Join(i.Themes, ", "), fieldWeight: i.Significance, fieldLock: i.PurposeLock, fieldAgreement: i.Agreement.State,
		fieldWhy: i.Agreement.Why, fieldIdentity: i.Identity, fieldReliable: i.Reliability,
	}
	if !i.Received.IsZero() {
		v[fieldReceived] = i.Received.In(r.now.Location()).Format(momentLayout)
	}
	if i.Sequence != 0 {
		v[fieldSequence] = strconv.Itoa(i.Sequence)
	}
	v.SetList(fieldCategory, i.Categories)
	v.SetList(fieldBasis, i.Basis)
	var about []string
	for _, id := range i.Persons {
		about = append(about, string(id))
	}
	v.SetList(fieldPersons, about)
	return v
}

// applyValues writes into i what differs between first, which the form was opened with, and v. Fields that were not
// touched keep what the item holds, to the byte. The form has checked the values already; what still cannot be read
// comes back as the field and the reason.
func applyValues(i *model.Information, first, v widget.Values, lex Lexicon, r reckoning) (field, wrong string) {
	differs := func(name string) bool { return v[name] != first[name] }
	for name, to := range map[string]*string{fieldSource: &i.Source, fieldRecord: &i.SourceRecord, fieldSummary: &i.Summary,
		fieldWords: &i.Words, fieldVoice: &i.ChildVoice, fieldWeight: &i.Significance, fieldLock: &i.PurposeLock,
		fieldAgreement: &i.Agreement.State, fieldWhy: &i.Agreement.Why, fieldIdentity: &i.Identity, fieldReliable: &i.Reliability} {
		if differs(name) {
			*to = v[name]
		}
	}
	if differs(fieldChannel) {
		i.Channel = model.Channel(v[fieldChannel])
	}
	if differs(fieldAgency) {
		name, _ := lex.agency(v[fieldAgency])
		i.Agency = cmp.Or(name, strings.TrimSpace(v[fieldAgency]))
	}
	applyLists(i, first, v)
	return applyDates(i, first, v, r)
}

func applyLists(i *model.Information, first, v widget.Values) {
	if v[fieldCategory] != first[fieldCategory] {
		i.Categories = v.List(fieldCategory)
	}
	if v[fieldBasis] != first[fieldBasis] {
		i.Basis = v.List(fieldBasis)
	}
	if v[fieldPersons] != first[fieldPersons] {
		i.Persons = nil
		for _, id := range v.List(fieldPersons) {
			i.Persons = append(i.Persons, model.ID(id))
		}
	}
	if v[fieldThemes] != first[fieldThemes] {
		i.Themes = nil
		for _, t := range strings.Split(v[fieldThemes], ",") {
			if t = strings.TrimSpace(t); t != "" {
				i.Themes = append(i.Themes, t)
			}
		}
	}
}

func applyDates(i *model.Information, first, v widget.Values, r reckoning) (field, wrong string) {
	if text := strings.TrimSpace(v[fieldReceived]); v[fieldReceived] != first[fieldReceived] && text != "" {
		at, _, err := model.ParseMoment(text, r.now, r.now.Location())
		if err != nil {
			return fieldReceived, kit.Sentence(kit.Advice(err))
		}
		i.Received = at
	}
	if text := strings.TrimSpace(v[fieldOccurred]); v[fieldOccurred] != first[fieldOccurred] {
		i.Occurred = model.HonestDate{}
		if text != "" {
			d, err := model.ParseDate(text, r.today)
			if err != nil {
				return fieldOccurred, kit.Sentence(kit.Advice(err))
			}
			i.Occurred = d
		}
	}
	if text := strings.TrimSpace(v[fieldSequence]); v[fieldSequence] != first[fieldSequence] {
		i.Sequence, _ = strconv.Atoi("0" + text) // checked when the field was left: digits or nothing
	}
	return "", ""
}

// differences names the fields in which two states of an item differ, with what the second holds, for the remarks beside
// them.
func differences(a, b widget.Values) map[string]string {
	out := map[string]string{}
	for name := range b {
		if a[name] != b[name] {
			out[name] = cmp.Or(strings.ReplaceAll(b[name], "\n", " "), "empty")
		}
	}
	return out
}
