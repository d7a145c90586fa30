package paper

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// titlePage says what this is, for whom, by whom, and how it is to be handled.
func (pr *printer) titlePage() {
	d := pr.doc
	pr.newPage()
	pr.mark("Title page", 0, 0)
	pr.y = 150
	pr.block(d.Partnership, style{10.5, false, inkMuted}, 15)
	pr.y += 26
	pr.rule(left, left+28, pr.y, 2, inkAccent)
	pr.y += 16
	pr.block(d.Kind, style{12, true, inkAccent}, 18)
	pr.y += 4
	size := titleSize(d.Title)
	pr.block(d.Title, style{size, true, inkStrong}, size*1.27)
	pr.y += 30
	for _, f := range pr.titleFacts() {
		pr.fact(f, strong)
	}
	if len(d.Handling) > 0 {
		pr.y += 18
		pr.need(60)
		pr.rule(left, right, pr.y, 0.5, inkRule)
		pr.y += 14
		pr.fact(Fact{"Handling", Plain(strings.Join(d.Handling, "\n"))}, style{9.5, true, inkStrong})
	}
}

// titleSize keeps a long title from filling the page.
func titleSize(title string) float64 {
	switch n := utf8.RuneCountInString(title); {
	case n <= 70:
		return 26
	case n <= 200:
		return 18
	}
	return 12
}

// block sets text over the full width.
func (pr *printer) block(text string, st style, pitch float64) {
	pr.row(row{cells: []cell{{x: left, width: fullWidth, lines: pr.lay(Plain(text), st, fullWidth)}}, pitch: pitch})
}

func (pr *printer) titleFacts() []Fact {
	d := pr.doc
	var to []string
	for _, r := range d.Recipients {
		to = append(to, joined(", ", r.Name, r.Role, r.Agency))
	}
	facts := []Fact{
		{"Copy", Plain(d.CopyNo)},
		{"For", Plain(strings.Join(to, "\n"))},
		{"Audience", Plain(d.Audience)},
		{"Case", Plain(d.CaseRef)},
		{"Reference", Plain(d.PackRef)},
		{"Purpose", Plain(d.Purpose)},
		{"Basis", Plain(d.Basis)},
		{"Made", Plain(joined(" by ", d.MadeAt.Format("Monday 2 January 2006, 15:04"), d.MadeBy))},
		{"Sign-off", Plain(signOff(d))},
		{"Holds", Plain(holds(d))},
	}
	kept := facts[:0]
	for _, f := range facts {
		if f.Value[0].Text != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func signOff(d Document) string {
	switch {
	case d.SignedBy != "":
		return "Signed off by " + d.SignedBy
	case d.SingleHanded != "":
		return "Released single-handed. " + d.SingleHanded
	}
	return "Not signed off: a preview, not to be passed on"
}

func holds(d Document) string {
	out := count(d.items(), "item")
	n := 0
	for _, w := range d.Withheld {
		n += w.Count
	}
	if n > 0 {
		out += "; " + fmt.Sprint(n) + " withheld (see what is withheld, at the end)"
	}
	return out
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func joined(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

func (pr *printer) section(s Section) {
	note := ""
	if len(s.Items) > 0 {
		note = count(len(s.Items), "item")
	}
	pr.heading(s.Heading, note)
	for _, w := range s.Paragraphs {
		pr.row(row{cells: []cell{{x: wordsLeft, width: wordsWidth, lines: pr.lay(w, body, wordsWidth)}}, pitch: bodyPitch, whole: 4})
		pr.y += 8
	}
	for _, f := range s.Facts {
		pr.fact(f, small)
	}
	if s.Table != nil {
		pr.table(*s.Table)
	}
	for i, it := range s.Items {
		pr.item(it, i == 0)
	}
}

// fact sets a label in the rail and its value beside it.
func (pr *printer) fact(f Fact, label style) {
	pr.row(row{cells: []cell{
		{x: left, width: railWidth, lines: pr.lay(Plain(f.Label), label, railWidth)},
		{x: wordsLeft, width: wordsWidth, lines: pr.lay(f.Value, body, wordsWidth)},
	}, pitch: bodyPitch, whole: 8})
	pr.y += 5
}

// item sets where words come from in the rail and the words beside it.
func (pr *printer) item(it Item, first bool) {
	rail := pr.rail(it)
	words := pr.itemWords(it)
	r := row{cells: []cell{{x: left, width: railWidth, lines: rail}, {x: wordsLeft, width: wordsWidth, lines: words}},
		pitch: bodyPitch, whole: 14, onBreak: func() {
			pr.artifact(func() { pr.say(it.Ref+", continued", style{8, false, inkMuted}, wordsLeft, pr.y+4, wordsWidth) })
			pr.y += 14
		}}
	height := float64(min(r.height(), r.whole)) * bodyPitch
	if !first {
		pr.y += 13
		if pr.room() < min(height, 3*bodyPitch)+13 || r.height() <= r.whole && pr.room() < height+13 {
			pr.newPage()
		} else {
			pr.rule(left, right, pr.y, 0.4, inkRule)
			pr.y += 13
		}
	} else if pr.room() < height && r.height() <= r.whole {
		pr.newPage()
	}
	pr.mark(joined("  ", it.Ref, it.When, it.Agency), 1, max(0, pr.y-6))
	pr.row(r)
}

func (pr *printer) rail(it Item) []line {
	var lines []line
	add := func(text string, st style) {
		if text != "" {
			lines = append(lines, pr.lay(Plain(text), st, railWidth)...)
		}
	}
	add(it.When, strong)
	add(it.Agency, style{9, false, inkText})
	add(joined(" · ", it.Time, it.Channel), small)
	add(it.Age, small)
	add(it.Ref, style{8.5, false, inkMuted})
	return lines
}

func (pr *printer) itemWords(it Item) []line {
	var lines []line
	for _, b := range it.Badges {
		lines = append(lines, pr.lay(Plain(b), style{9, true, inkRestricted}, wordsWidth)...)
	}
	for _, h := range it.Handling {
		lines = append(lines, pr.lay(Plain(h), style{9, false, inkRestricted}, wordsWidth)...)
	}
	if len(lines) > 0 {
		lines = append(lines, nil)
	}
	return append(lines, pr.lay(it.Words, body, wordsWidth)...)
}

// nothing says so where the document holds no item: an empty page would look like a fault.
func (pr *printer) nothing() {
	pr.heading("Items", "none")
	pr.row(row{cells: []cell{{x: wordsLeft, width: wordsWidth, lines: pr.lay(Plain(
		"This document holds no items. Either nothing was chosen for it, or all that was chosen is withheld."), body, wordsWidth)}}, pitch: bodyPitch})
}

// schedule tells what was left out, by reason and number and nothing else.
func (pr *printer) schedule() {
	if len(pr.doc.Withheld) == 0 {
		return
	}
	pr.heading("What is withheld", "")
	t := Table{Columns: []Column{{Heading: "Reason", Weight: 5}, {Heading: "Kind", Weight: 3}, {Heading: "How many", Weight: 1.4, Right: true}}}
	for _, w := range pr.doc.Withheld {
		t.Rows = append(t.Rows, []Words{Plain(w.Reason), Plain(w.Kind), Plain(fmt.Sprint(w.Count))})
	}
	pr.table(t)
}

// notes explains the signs on paper, and only those that are there.
func (pr *printer) notes() {
	notes := pr.noteTexts()
	if len(notes) == 0 {
		return
	}
	pr.heading("About this copy", "")
	for _, n := range notes {
		pr.row(row{cells: []cell{{x: wordsLeft, width: wordsWidth, lines: pr.lay(Plain(n), body, wordsWidth)}}, pitch: bodyPitch, whole: 8})
		pr.y += 8
	}
}

func (pr *printer) noteTexts() []string {
	var notes []string
	if pr.doc.covers() {
		notes = append(notes, "A grey bar stands where words were taken out. It says of what kind they were; "+
			"its length says nothing about theirs. The words are not in this file.")
	}
	for _, w := range pr.warned {
		notes = append(notes, fmt.Sprintf("%d %s.", w.Count, w.Text))
	}
	return notes
}

// covers says whether any words of the document are covered.
func (d Document) covers() bool {
	for _, s := range d.Sections {
		if s.covers() {
			return true
		}
	}
	return false
}

func (s Section) covers() bool {
	texts := append([]Words{}, s.Paragraphs...)
	for _, f := range s.Facts {
		texts = append(texts, f.Value)
	}
	if s.Table != nil {
		for _, row := range s.Table.Rows {
			texts = append(texts, row...)
		}
	}
	for _, it := range s.Items {
		texts = append(texts, it.Words)
	}
	for _, w := range texts {
		for _, run := range w {
			if run.Cover != nil {
				return true
			}
		}
	}
	return false
}
