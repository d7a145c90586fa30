package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/paper"
)

// document is the pack as it leaves: all of it read as the audience reads.
func (b *binder) document(s *Session) paper.Document {
	p := *b.pack
	b.coverPack(&p)
	row, _ := b.row()
	doc := paper.Document{
		Kind: packTitle(p.Audience.Column), Title: orText(b.text(row.Title), b.caseRef), CaseRef: b.caseRef, PackRef: p.Ref, Audience: p.Audience.Name,
		CopyNo: fmt.Sprint(len(p.Out) + 1), Marking: s.profile.Marking, Partnership: s.profile.Partnership,
		Purpose: orText(p.Audience.PurposeOf, "safeguarding review"), MadeAt: s.Now().In(london()), MadeBy: s.labelOf(p.MadeBy),
	}
	for _, n := range p.Audience.Named {
		doc.Recipients = append(doc.Recipients, paper.Recipient{Name: n, Agency: p.Audience.Agency})
	}
	if len(doc.Recipients) == 0 {
		doc.Recipients = []paper.Recipient{{Name: p.Audience.Name, Agency: p.Audience.Agency}}
	}
	if p.Signed != nil {
		doc.SignedBy, doc.SingleHanded = s.labelOf(p.Signed.By), p.Signed.SingleHanded
		if doc.SingleHanded != "" {
			doc.SignedBy = ""
		}
	}
	doc.Withheld = schedule(p.Withheld)
	doc.Sections = []paper.Section{b.about(row), b.people(), b.chronology(&doc)}
	return doc
}

func schedule(ws []model.Withheld) (out []paper.Withheld) {
	for _, w := range ws {
		out = append(out, paper.Withheld{Reason: w.Reason, Kind: w.Kind, Count: w.Count})
	}
	return out
}

// signature is the SHA-256 of what a sign-off is about: the document without what every
// copy has of its own (its number, its time, the sign-off). Of the schedule it has the
// lines that stand in the record: what is sealed for named members is counted for each
// reader, and two who see the same words must come to the same sum.
func (b *binder) signature(s *Session) (string, error) {
	doc := b.document(s)
	doc.CopyNo, doc.MadeAt, doc.SignedBy, doc.SingleHanded, doc.Withheld = "1", time.Unix(0, 0).UTC(), "", "", nil
	if stored, ok := b.k.find(model.NounPack, b.pack.ID).(*model.Pack); ok {
		doc.Withheld = schedule(stored.Withheld)
	}
	h := sha256.New()
	if _, err := paper.Write(h, paper.JSON, doc); err != nil {
		return "", model.Fail(model.Failed, "the pack cannot be drawn: %s", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func packTitle(c model.Purpose) string {
	switch c {
	case model.Publication:
		return "Pack for publication"
	case model.SubjectAccess:
		return "Subject access pack"
	}
	return "Panel pack"
}

func (b *binder) about(row view.CaseRow) paper.Section {
	sec := paper.Section{Heading: "The case", Facts: []paper.Fact{
		{Label: "Reference", Value: paper.Plain(row.Ref)},
		{Label: "Kind", Value: paper.Plain(row.Kind.Title())},
		{Label: "State", Value: paper.Plain(string(row.State))},
		{Label: "Opened", Value: paper.Plain(row.Opened.Long())},
	}}
	if row.Area != "" {
		sec.Facts = append(sec.Facts, paper.Fact{Label: "Area", Value: paper.Plain(row.Area)})
	}
	if d := b.decide(b.k.rec); row.Summary != "" && d.Readable() {
		sec.Paragraphs = []paper.Words{b.runs(row.Summary)}
	}
	return sec
}

// people lists those whom the audience may know of.
func (b *binder) people() paper.Section {
	t := &paper.Table{Columns: []paper.Column{{Heading: "Who", Weight: 3}, {Heading: "Part", Weight: 2}, {Heading: "Relation", Weight: 3}, {Heading: "Born", Weight: 2}}}
	for _, p := range b.k.people {
		v, ok := b.person(p)
		if !ok || !v.Decision.Readable() || b.sealed(p) && !b.concerns(p.ID) {
			continue
		}
		born := ""
		if !v.Born.IsZero() && b.names == nil {
			born = v.Born.Short()
		}
		t.Rows = append(t.Rows, []paper.Words{b.runs(v.Name), paper.Plain(string(v.Part)), b.runs(v.Relation), paper.Plain(born)})
	}
	if len(t.Rows) == 0 {
		return paper.Section{Heading: "People", Paragraphs: []paper.Words{paper.Plain("Nobody is listed for this audience.")}}
	}
	return paper.Section{Heading: "People", Table: t}
}

// concerns says whether an item of the pack is about a person. One who is sealed for
// named members is listed only then: the pack is sealed with them, and else might be
// read by a member who is not to know of them.
func (b *binder) concerns(id model.ID) bool {
	return slices.ContainsFunc(b.pack.Items, func(it model.PackItem) bool {
		i, ok := b.k.find(model.NounInformation, it.ID).(*model.Information)
		return ok && i != nil && slices.Contains(i.Persons, id)
	})
}

func (b *binder) chronology(doc *paper.Document) paper.Section {
	sec := paper.Section{Heading: "Chronology"}
	born := b.bornOn()
	for _, it := range b.pack.Items {
		rec, _ := b.k.find(model.NounInformation, it.ID).(*model.Information)
		if rec == nil {
			continue // the check stops before this; nothing is made up here
		}
		v, ok := b.info(rec)
		if !ok || !v.Decision.Readable() {
			continue
		}
		item := paper.Item{Ref: v.Ref, When: v.Occurred.Short(), Agency: b.text(v.Agency), Channel: string(v.Channel),
			Occurred: v.Occurred, Badges: v.Labels, Handling: v.Decision.Handling, Words: b.words(v)}
		if !born.IsZero() {
			item.Age = model.AgeAt(born, v.Occurred)
		}
		for _, h := range v.Decision.Handling {
			if !slices.Contains(doc.Handling, h) {
				doc.Handling = append(doc.Handling, h)
			}
		}
		doc.Marking = marked(doc.Marking, v.Decision.Markings)
		sec.Items = append(sec.Items, item)
	}
	return sec
}

// markingRoom is how long the line at the top and the bottom of a page can be.
const markingRoom = 40

// marked adds the markings of what a pack carries to the line that stands at the top and
// the bottom of its pages: in capitals, each once, as many words as the line has room for.
// The whole of it stands with the item.
func marked(line string, markings []string) string {
	for _, m := range markings {
		add := ""
		for _, w := range strings.Fields(strings.ToUpper(m)) {
			next := strings.TrimSpace(add + " " + w)
			if utf8.RuneCountInString(line+" · "+next) > markingRoom {
				break
			}
			add = next
		}
		if add != "" && !strings.Contains(line, add) {
			line += " · " + add
		}
	}
	return line
}

// bornOn is the birthday that ages are counted from: the one subject's, if it is known.
func (b *binder) bornOn() model.Day {
	var day model.Day
	for _, p := range b.k.people {
		if p.Part != model.Subject || p.Born.From.IsZero() || p.Born.From != p.Born.To {
			continue
		}
		if !day.IsZero() {
			return model.Day{} // several children: an age would be somebody else's
		}
		day = p.Born.From
	}
	return day
}

// words are an item's as they leave: summary, text, the child's voice.
func (b *binder) words(v view.InfoView) paper.Words {
	text := v.Words
	if v.Summary != "" && !strings.HasPrefix(text, v.Summary) {
		text = strings.TrimSpace(v.Summary + "\n\n" + text)
	}
	if v.ChildVoice != "" && !strings.Contains(text, v.ChildVoice) {
		text += "\n\nThe child's own words: " + v.ChildVoice
	}
	return b.runs(text)
}

// runs turns "[address covered]" and "[name covered]" into bars.
func (b *binder) runs(text string) paper.Words {
	text = b.text(text)
	code := ""
	if r, ok := b.policy.Rule(model.ConfidentialAddress); ok {
		code = r.Code
	}
	var out paper.Words
	for text != "" {
		at, kind := nextBar(text)
		if at < 0 {
			return append(out, paper.Run{Text: text})
		}
		if at > 0 {
			out = append(out, paper.Run{Text: text[:at]})
		}
		out = append(out, paper.Run{Cover: &paper.Cover{Kind: kind, Code: code}})
		text = text[at+len(kind)+2:]
	}
	return out
}

// nextBar finds the first "[… covered]" that this program put there.
func nextBar(s string) (at int, kind string) {
	at = -1
	for _, k := range []string{"address covered", "name covered", "NHS number covered", "pupil number covered"} {
		if i := strings.Index(s, "["+k+"]"); i >= 0 && (at < 0 || i < at) {
			at, kind = i, k
		}
	}
	return at, kind
}
