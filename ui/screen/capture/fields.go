package capture

import (
	"strconv"
	"strings"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// The names of the form's fields. Errors of the workspace name some of them.
const (
	fieldCase      = "case"
	fieldChannel   = "channel"
	fieldAgency    = "agency"
	fieldSource    = "source"
	fieldRecord    = "source_record"
	fieldReceived  = "received"
	fieldOccurred  = "occurred"
	fieldSequence  = "sequence"
	fieldSummary   = "summary"
	fieldWords     = "text"
	fieldVoice     = "child_voice"
	fieldPersons   = "persons"
	fieldThemes    = "themes"
	fieldWeight    = "significance"
	fieldCategory  = "categories"
	fieldBasis     = "basis"
	fieldLock      = "purpose_lock"
	fieldAgreement = "agreement"
	fieldWhy       = "agreement_why"
	fieldIdentity  = "identity"
	fieldReliable  = "reliability"
	fieldReason    = "why"
)

// reckoning is what dates are read against.
type reckoning struct {
	now   time.Time
	today model.Day
}

// fields lists the form, in the order of a call: where it came from, when, what was said, whom about, how it may be held.
func (f *Form) fields() []widget.Field {
	var out []widget.Field
	if f.correcting() {
		out = append(out, widget.Field{Name: fieldReason, Label: "Why corrected", Section: "This correction", Required: true,
			Help: "What stood there before is kept; the reason stands beside it."})
	} else {
		out = append(out, widget.Field{Name: fieldCase, Label: "Case", Section: "Where it belongs", Kind: widget.FieldChoice, Required: true})
	}
	out = append(out, f.sourceFields()...)
	out = append(out, f.wordFields()...)
	return append(out, f.holdFields()...)
}

func (f *Form) sourceFields() []widget.Field {
	r := f.reckon()
	return []widget.Field{
		{Name: fieldChannel, Label: "Came by", Section: "Where it came from", Kind: widget.FieldChoice, Options: f.channelOptions()},
		{Name: fieldAgency, Label: "Agency", Echo: f.echoAgency, Help: "A short form will do: pol, hv, csc."},
		{Name: fieldSource, Label: "From", Help: "The person or the post that it came from."},
		{Name: fieldRecord, Label: "Their record", Help: "What they read from: record of visit, crime report, letter of 3 May."},
		{Name: fieldIdentity, Label: "Identity", Help: "How the caller was checked: rang back on the number in the directory.", Hidden: notSpoken},
		{Name: fieldReceived, Label: "Received", Echo: r.echoMoment, Help: "When it came in; left empty it is now."},
		{Name: fieldOccurred, Label: "Happened", Echo: r.echoDate, Help: "As exactly as it was told: 12/3/24, mar 2024, about 2019, between 7 and 18 oct, not known."},
		{Name: fieldSequence, Label: "Order", Check: checkOrder, Help: "A number that orders the items of one day without times."},
	}
}

func (f *Form) wordFields() []widget.Field {
	return []widget.Field{
		{Name: fieldSummary, Label: "Summary", Section: "What was said", Help: "One line for the chronology; left empty it is the first words."},
		{Name: fieldWords, Label: "Words", Kind: widget.FieldLong, Rows: 8, Required: true},
		{Name: fieldVoice, Label: "Child's voice", Kind: widget.FieldLong, Rows: 2, Help: "What the child said or showed, in their own words."},
		{Name: fieldPersons, Label: "About", Section: "Whom and what it is about", Kind: widget.FieldMany},
		{Name: fieldThemes, Label: "Themes", Help: "With commas between: neglect, injury, housing."},
		{Name: fieldWeight, Label: "Significance", Kind: widget.FieldChoice, Options: []kit.Option{{ID: "key", Text: "key"}, {ID: "usual", Text: "usual"}, {ID: "minor", Text: "minor"}}},
		{Name: fieldReliable, Label: "Reliability", Help: "Seen, heard from somebody else, or thought likely; by whom."},
	}
}

func (f *Form) holdFields() []widget.Field {
	return []widget.Field{
		{Name: fieldBasis, Label: "Legal basis", Section: "How it may be held", Kind: widget.FieldMany, Options: f.basisOptions()},
		{Name: fieldCategory, Label: "Categories", Kind: widget.FieldMany, Options: []kit.Option{
			{ID: "special", Text: "special category", Note: "health, beliefs, origin: Article 9"}, {ID: "criminal", Text: "criminal offences", Note: "Article 10"}}},
		{Name: fieldLock, Label: "Purpose lock", Kind: widget.FieldChoice, Options: []kit.Option{{ID: "", Text: "none"},
			{ID: "s16H", Text: "section 16H", Note: "for the practice review only"}, {ID: "s16N", Text: "section 16N", Note: "for the child death review only"}}},
		{Name: fieldAgreement, Label: "Agreement", Kind: widget.FieldChoice, Help: "Whether the person it is about was asked.", Options: []kit.Option{
			{ID: "", Text: "not yet said"}, {ID: "given", Text: "given"}, {ID: "refused", Text: "refused"}, {ID: "sought", Text: "sought, no answer yet"}, {ID: "not-sought", Text: "not sought"}}},
		{Name: fieldWhy, Label: "Why", Help: "Such as: asking would have put the child at risk.", Hidden: func(v widget.Values) bool { return v[fieldAgreement] == "" }},
	}
}

// notSpoken hides the question of identity for what did not come by word of mouth, unless it was answered.
func notSpoken(v widget.Values) bool {
	c := model.Channel(v[fieldChannel])
	return c != model.Telephone && c != model.Verbal && v[fieldIdentity] == ""
}

func (f *Form) channelOptions() []kit.Option {
	var out []kit.Option
	for _, c := range f.lex.Channels {
		out = append(out, kit.Option{ID: string(c.Name), Text: c.Label, Note: strings.Join(c.Tokens[:min(len(c.Tokens), 2)], " ")})
	}
	return out
}

func (f *Form) basisOptions() []kit.Option {
	var out []kit.Option
	for _, b := range f.lex.Bases {
		out = append(out, kit.Option{ID: b.Code, Text: b.Code + " " + b.Words, Note: b.Note})
	}
	return out
}

func caseOptions(cases []view.CaseRow) []kit.Option {
	out := make([]kit.Option, len(cases))
	for i, c := range cases {
		out[i] = kit.Option{ID: c.Ref, Text: c.Ref + " " + c.Kind.Title(), Note: string(c.State)}
	}
	return out
}

// personOptions name the people of a case: by pseudonym when names are masked.
func personOptions(people []view.PersonView, masked bool) []kit.Option {
	var out []kit.Option
	for _, p := range people {
		o := kit.Option{ID: string(p.ID), Text: p.Pseudonym, Note: p.Relation}
		if !masked && p.Name != "" {
			o.Text = p.Name + " " + p.Pseudonym
		}
		if o.Note == "" {
			o.Note = string(p.Part)
		}
		out = append(out, o)
	}
	return out
}

// echoAgency says which agency a short form stands for. A name that the directory does not have is taken as it is.
func (f *Form) echoAgency(v string) (string, bool) {
	name, _ := f.lex.agency(v)
	switch {
	case name == "":
		return "not in the directory; kept as it is", true
	case name == strings.TrimSpace(v):
		return "", false // there is nothing to add
	}
	return name, true
}

func (r reckoning) echoDate(v string) (string, bool) {
	d, err := model.ParseDate(v, r.today)
	if err != nil {
		return kit.Sentence(kit.Advice(err)), false
	}
	return d.String(), true
}

func (r reckoning) echoMoment(v string) (string, bool) {
	at, timed, err := model.ParseMoment(v, r.now, r.now.Location())
	switch {
	case err != nil:
		return kit.Sentence(kit.Advice(err)), false
	case at.After(r.now.Add(time.Minute)):
		return "This is still to come.", false
	case timed:
		return at.Format("Mon 2 January 2006, 15:04"), true
	}
	return at.Format("Mon 2 January 2006"), true
}

func checkOrder(v string) string {
	if v = strings.TrimSpace(v); v == "" {
		return ""
	}
	if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 9999 {
		return "A whole number up to 9999, such as 1 or 20."
	}
	return ""
}
