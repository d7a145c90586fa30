package intake

import (
	"strings"
	"testing"

	"caseroom/model"
)

func TestHeadingsOfTheTemplates(t *testing.T) {
	m := newMatcher()
	for heading, want := range map[string]Field{
		"Date": Date, "DATE": Date, "Date of event": Date, "Date of Event (dd/mm/yyyy)*": Date, "1. Date": Date, "Date/Time": Date, "Event date": Date,
		"Date of contact / event": Date, "Dtae of event": Date, "Start date": Date, "End Date": EndDate, "Time": Time, "Time of event (24 hr)": Time,
		"Seq. No.": Sequence, "#": Sequence, "Agency": Agency, "Agency / Service": Agency, "Name of organisation": Agency, "Organization": Agency,
		"Source of information": Source, "Source of Info.": Source, "Name of professional": Source, "Source record": SourceRecord,
		"Event/contact": Text, "Significant Event": Text, "Signifcant event": Text, "What happened?": Text, "Brief details of the incident and who it involved": Text,
		"Summary": Summary, "Type of contact": Summary, "Who present": Present, "Those present": Present, "Child seen / child's voice": ChildVoice,
		"Voice of the child": ChildVoice, "Child’s wishes & feelings": ChildVoice, "Child's words or lived experience": ChildVoice,
		"Action and outcome": Action, "Action taken / Outcome": Action, "Outcomes": Action, "Professional comment": Comment, "Analysis & comment": Comment,
		"Agency comment (good practice, gaps)": Comment, "Significance": Significance, "How received": Channel, "Date received": Received,
		"Lawful basis for sharing": Basis, "Case ref": Case, "Family member(s) involved": People, "Child": People,
		// These look like a field and are another thing.
		"Date of birth": None, "DOB": None, "Child's date of birth": None, "Date recorded": None, "Review date": None, "NHS number": None, "Contact details": None,
		"": None, "Dale": None, "Postcode": None, "Number of children": None, "Date case closed": None,
	} {
		if got, how := m.field(heading); got != want {
			t.Errorf("%q is %q (%s), want %q", heading, got, how, want)
		}
	}
}

func TestEachSynonymBelongsToOneField(t *testing.T) {
	seen := map[string]Field{}
	for f, list := range synonyms() {
		for _, s := range list {
			if other, twice := seen[s]; twice {
				t.Errorf("%q is both %s and %s", s, f, other)
			}
			seen[s] = f
			if plainHeading(s) != s {
				t.Errorf("%q is not written as headings are compared: %q", s, plainHeading(s))
			}
		}
	}
	for _, s := range neverMapped() {
		if f, twice := seen[s]; twice {
			t.Errorf("%q is never mapped and is %s", s, f)
		}
	}
}

func TestFieldNames(t *testing.T) {
	for _, f := range Fields() {
		if got, ok := ParseField(strings.ToUpper(strings.ReplaceAll(f.String(), "-", " "))); !ok || got != f || f.Label() == "" {
			t.Errorf("%s is read as %s, labelled %q", f, got, f.Label())
		}
	}
	if _, ok := ParseField("colour"); ok {
		t.Error("colour is a field")
	}
}

func TestARowOfEventsIsNoRowOfHeadings(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Event,Agency\nDate of contact unclear,Home visit with details and actions,GP\n1/2/24,Summary of contact with the school,School\n"), Options{})
	if len(allOf(res)) != 2 {
		t.Errorf("%d drafts", len(allOf(res)))
	}
}

func TestColumnsThatShareOrMissAField(t *testing.T) {
	file := "Date,Date of birth,Event,Further detail,Action,Outcome,Child seen,Comment,Date of contact,Colour\n" +
		"1/2/24,3/4/15,Visit,Both at home,Called,Referred,Yes,Good,2/2/24,blue\n"
	tab, res := drafts(t, "x.csv", []byte(file), Options{})
	d := allOf(res)[0]
	for f, want := range map[Field]string{Date: "1/2/24", Action: "Called\nOutcome: Referred", ChildVoice: "Child seen: Yes", Comment: "Good",
		Text: "Visit\nFurther detail: Both at home"} {
		if d.Get(f) != want {
			t.Errorf("%s is %q, want %q", f, d.Get(f), want)
		}
	}
	want := "Visit\nFurther detail: Both at home\nComment: Good\nDate of birth: 3/4/15\nDate of contact: 2/2/24\nColour: blue"
	if got := d.Words(Comment); got != want {
		t.Errorf("words are %q, want %q", got, want)
	}
	for i, how := range []How{Exact, Kept, Exact, Alike, Exact, Exact, Exact, Exact, Kept, Kept} {
		if tab.Columns[i].How != how || tab.Columns[i].Filled != 1 {
			t.Errorf("column %s is %+v, want %s", tab.Columns[i].Letter(), tab.Columns[i], how)
		}
	}
}

func TestNoCellIsLost(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Time,Event,Agency,Source,Who,Ref,\n1/2/24,dusk,Visit,GP,HV1,Mum,R7,tail\n"), Options{})
	d := allOf(res)[0]
	all := d.Words(Fields()...)
	for _, v := range []string{"1/2/24", "dusk", "Visit", "GP", "HV1", "Mum", "R7", "tail"} {
		if !strings.Contains(all, v) {
			t.Errorf("%q is lost in %q", v, all)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"date", "date", 0}, {"dtae", "date", 1}, {"dat", "date", 1}, {"dates", "date", 1}, {"bate", "date", 1}, {"agency", "source", 3}} {
		if got := distance(c.a, c.b, 3); got != c.want {
			t.Errorf("%s to %s is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestWhen(t *testing.T) {
	day := model.Day{Year: 2026, Month: 6, Day: 22}
	for _, c := range []struct{ row, want, honest string }{
		{"12/03/2024,14:05,,", "12/03/2024 14:05", "Tue 12 March 2024, 14:05"},
		{"12/03/2024 14:05:00,,,", "12/03/2024 14:05", "Tue 12 March 2024, 14:05"},
		{"12/03/2024 00:00:00,14:05,,", "12/03/2024 14:05", "Tue 12 March 2024, 14:05"},
		{"12/03/2024 14:05,14:05:00,,", "12/03/2024 14:05:00", "Tue 12 March 2024, 14:05"},
		{"2024-03-12T14:05:00,,,", "2024-03-12 14:05", "Tue 12 March 2024, 14:05"},
		{"12/03/2024 at 2:05pm,,,", "12/03/2024 2:05pm", "Tue 12 March 2024, 14:05"},
		{"12/03/2024,,12/03/2024,", "12/03/2024", "Tue 12 March 2024"},
		{"12/03/2024,09:00,12/03/2024,10:00", "12/03/2024 09:00 to 12/03/2024 10:00", "Tue 12 March 2024, 09:00 to 10:00"},
		{"12/03/2024,,14/03/2024,", "12/03/2024 to 14/03/2024", "between 12 and 14 March 2024"},
		{",,14/03/2024,", "by 14/03/2024", ""},
		{"? 22 may 2016,,,", "? 22 may 2016", "about 22 May 2016"},
		{",,,", "", ""},
		{"early April 2021,evening,,", "early April 2021", ""},
	} {
		// The first row keeps the others from being a column of midnights.
		_, res := drafts(t, "x.csv", []byte("Date,Time,End date,End time,Event\n1/1/24 09:01,,,,a\n"+c.row+",b\n"), Options{})
		got := allOf(res)[1].When()
		if got != c.want {
			t.Errorf("%s is %q, want %q", c.row, got, c.want)
			continue
		}
		if got == "" {
			continue
		}
		d, err := model.ParseDate(got, day)
		if err != nil || c.honest != "" && d.String() != c.honest {
			t.Errorf("%q means %q (%v), want %q", got, d.String(), err, c.honest)
		}
	}
}
