package paper

import (
	"fmt"
	"strings"
	"time"
)

// The sample is invented: no child, family or agency of it exists.

var sampleAgencies = []string{"Northmoor Police", "Elmbridge Primary School", "Northmoor Hospitals NHS Trust", "Children’s Social Care", "Health visiting"}

var sampleWords = []string{
	"Telephone call from the school office. The class teacher had noticed that P01 was tired on three mornings that week and had come without a coat. Mother was spoken to at the gate and said that the boiler had failed; the landlord was called the same day.",
	"Home visit, announced. The house was warm and tidy. P01 showed the worker a drawing of the garden and said: “This is where the hens will live.” P03 described being worn out by nights with the baby and asked about the sleep clinic.",
	"Attended the minor injuries unit with a graze to the left knee after a fall from a scooter. The account given by P03 and by P01 agreed. Cleaned and dressed, no follow-up.\n\nThe nurse recorded that P01 was talkative and asked to keep the plaster for show and tell.",
	"Strategy discussion. Police, health and social care agreed that the threshold for a single-agency assessment was met. Actions: social worker to visit within three working days; school to share attendance; health visitor to weigh the baby.",
}

func sampleItem(i int) Item {
	day := time.Date(2024, 1, 8, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 5*i)
	it := Item{
		Ref: fmt.Sprintf("INF-2026-%05d", i+1), When: day.Format("Mon 2 Jan 2006"), Time: "14:05", Agency: sampleAgencies[i%len(sampleAgencies)],
		Age: fmt.Sprintf("P01 aged %d years", 6+i/80), Channel: "telephone", Words: Plain(sampleWords[i%len(sampleWords)]),
		Occurred: map[string]any{"text": day.Format("2 Jan 2006"), "from": day.Format("2006-01-02"), "to": day.Format("2006-01-02"), "precision": "day"},
	}
	if i%7 == 3 {
		it.When, it.Time = "about "+day.Format("January 2006"), ""
		it.Badges = []string{"[R] police-sensitive"}
		it.Handling = []string{"Not to be copied on. Ask Northmoor Police before it is quoted."}
	}
	if i%5 == 2 {
		it.Words = Words{{Text: "P03 had moved with the children to "}, {Cover: &Cover{Kind: "address covered", Code: "S2 P3"}},
			{Text: " and asked that the address should not be passed on. The health visitor, "}, {Cover: &Cover{Kind: "name covered"}},
			{Text: ", will visit there on Thursday and write to the surgery."}}
	}
	return it
}

func sample(items int) Document {
	d := Document{
		Kind: "Panel pack", Title: "Local learning review: Child A", CaseRef: "DD-2026-A014", PackRef: "PACK-2026-7KQ4M2",
		Audience: "Review panel, health", CopyNo: "3 of 5", Marking: "OFFICIAL-SENSITIVE", Partnership: "Northmoor Safeguarding Children Partnership",
		Recipients: []Recipient{{"Zoë O’Brien", "Designated nurse", "Northmoor Hospitals NHS Trust"}, {"Łukasz Żółć", "Panel member", "Health visiting"}},
		Purpose:    "To prepare for the panel meeting of 3 December 2026", Basis: "Children Act 2004, section 16H; UK GDPR Article 6(1)(e) and 9(2)(g)",
		MadeAt: time.Date(2026, 11, 22, 14, 5, 0, 0, time.FixedZone("GMT", 0)), MadeBy: "R. Adeyemi", SignedBy: "T. Hughes",
		Handling: []string{"For the person named on this copy only.", "Keep it locked away or encrypted. Bring it to the meeting.", "Destroy it by 31 January 2027 and tell the business team."},
		Withheld: []Withheld{{"Legal privilege", "information", 2}, {"Adoption record", "information", 1}, {"Consent withdrawn, no other basis recorded", "information", 4}},
	}
	sum := Section{Heading: "Summary", Paragraphs: []Words{
		Plain("Child A lived with their mother, P03, a younger sibling, P02, and from the spring of 2024 with their grandmother, Ελένη. The family was known to five agencies. This pack brings together what each of them recorded between January 2024 and the incident."),
		{{Text: "Where two agencies tell an event differently, both accounts are here. The father’s present address "}, {Cover: &Cover{Kind: "address covered", Code: "S2 P3"}}, {Text: " is covered throughout."}},
	}, Facts: []Fact{{"Kind of review", Plain("Local learning review")}, {"Period", Plain("8 January 2024 to 14 June 2026")}, {"Lead reviewer", Plain("Олена Коваль")}}}
	people := Section{Heading: "People", Table: &Table{
		Columns: []Column{{"Known as", 1, false}, {"Who", 2.2, false}, {"Role", 2, false}, {"Born", 1.2, true}},
		Rows: [][]Words{
			{Plain("P01"), Plain("Child A, the subject of this review"), Plain("subject"), Plain("May 2017")},
			{Plain("P02"), Plain("Younger sibling"), Plain("sibling"), Plain("about 2023")},
			{Plain("P03"), Plain("Mother"), Plain("mother, holds parental responsibility"), Plain("1991")},
			{Plain("P04"), Words{{Text: "Father, "}, {Cover: &Cover{Kind: "name covered"}}}, Plain("father"), Plain("not known")},
		}}}
	chronology := Section{Heading: "Chronology"}
	for i := range items {
		chronology.Items = append(chronology.Items, sampleItem(i))
	}
	d.Sections = []Section{sum, people, chronology}
	if items > 0 {
		d.Sections = append(d.Sections, Section{Heading: "Contacts by agency", Table: sampleTable(30)})
	}
	return d
}

func sampleTable(rows int) *Table {
	t := &Table{Columns: []Column{{"Date", 1.1, false}, {"Agency", 1.6, false}, {"What is recorded", 4, false}, {"Item", 1.5, false}}}
	for i := range rows {
		it := sampleItem(i)
		t.Rows = append(t.Rows, []Words{Plain(it.When), Plain(it.Agency), Plain(strings.Repeat(sampleWords[i%4], 1+i%2)), Plain(it.Ref)})
	}
	return t
}
