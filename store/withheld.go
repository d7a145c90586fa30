package store

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/redact"
	"caseroom/store/paper"
)

// withheld is what a pack must not carry, as texts that its file is searched for.
// What is nobody else's stops a pack. What others may say as well (a first name, "home
// visit", where a row was copied from) is pointed out, and whoever checks decides:
// a stop that cannot be put right would only teach people to go around the door.
type withheld struct {
	stops, looks []paper.Needle
	open         map[string]bool // what the pack may say of what it carries, folded
}

// needles gathers everything that the pack must not carry: the words of what is left
// out and what is recorded with them, who the people are that the audience may not
// know of, addresses and names that are covered, and why things are withheld.
func (b *binder) needles() withheld {
	w := withheld{open: map[string]bool{}}
	b.carried(&w)
	b.leftOut(&w)
	b.unknown(&w)
	b.addresses(&w)
	for _, n := range b.secretNeedles {
		w.stops = append(w.stops, paper.Needle{Text: n.Text, Why: n.Why})
	}
	if b.names != nil {
		for _, n := range b.nameNeedles() {
			w.add(!n.Cased, n.Text, n.Why)
		}
	}
	return w
}

// add puts a text among those that stop, or those to look at. Two or three letters are
// no ground for either.
func (w *withheld) add(stops bool, text, why string) {
	n := paper.Needle{Text: strings.TrimSpace(text), Why: why}
	switch {
	case n.Text == "":
	case stops:
		w.stops = append(w.stops, n)
	case letters(n.Text) > 3:
		w.looks = append(w.looks, n)
	}
}

// field adds what is recorded beside the words. What the pack's own items have recorded
// too is not told apart from theirs.
func (w *withheld) field(stops func(string) bool, text, why string) {
	if !w.open[model.Fold(text)] {
		w.add(stops(text), text, why)
	}
}

// passage adds a text that was left out, and its sentences. Two short words are said
// of many things.
func (w *withheld) passage(text, why string) {
	if len(strings.Fields(text)) < 3 && letters(text) < 12 {
		w.add(false, text, why)
		return
	}
	w.stops = append(w.stops, paper.Passage(text, why)...)
}

// carried notes what the items of the pack have recorded, and the agencies.
func (b *binder) carried(w *withheld) {
	for _, it := range b.pack.Items {
		i, _ := b.k.find(model.NounInformation, it.ID).(*model.Information)
		if i == nil {
			continue
		}
		if _, _, left := b.leaves(i); left {
			continue
		}
		for _, t := range []string{i.Agency, i.Source, i.SourceRecord, i.Identity, i.Agreement.Why, i.Origin.File} {
			w.open[model.Fold(t)] = true
		}
		for _, a := range i.Attachments {
			w.open[model.Fold(a.Name)] = true
		}
	}
	for _, p := range b.k.people {
		if b.decide(p).Readable() {
			w.open[model.Fold(p.Agency)] = true
			for _, n := range b.identity(p) {
				w.open[model.Fold(n.Text)] = true
			}
		}
	}
}

// leftOut adds the items and incidents that are withheld, and the restrictions' reasons.
func (b *binder) leftOut(w *withheld) {
	for _, i := range b.k.info {
		why, _, left := b.leaves(i)
		if !left {
			continue
		}
		for _, text := range []string{i.Words, i.Summary, i.ChildVoice} {
			w.passage(text, "words of "+i.Ref+" ("+why+")")
		}
		w.add(true, i.Ref, "reference of an item that was left out")
		for _, part := range strings.FieldsFunc(i.Source, func(r rune) bool { return strings.ContainsRune(",;()", r) }) {
			w.field(somebody, part, "source of "+i.Ref)
		}
		w.field(numbered, i.SourceRecord, "record that "+i.Ref+" is from")
		w.field(several, i.Identity, "how the caller of "+i.Ref+" was known")
		w.field(several, i.Agreement.Why, "agreement to "+i.Ref)
		w.field(fileName, i.Origin.File, "file that "+i.Ref+" is from")
		for _, a := range i.Attachments {
			w.field(fileName, a.Name, "file name of "+i.Ref)
		}
	}
	for _, i := range b.k.incidents {
		if b.decide(i).Readable() {
			continue
		}
		w.passage(i.What, "words of an incident that was left out")
		w.field(several, i.Where, "place of an incident that was left out")
	}
	for _, x := range b.k.restrictions {
		if x.InForce(b.day) && b.withholds(x) {
			w.field(several, x.Reason, "reason of "+x.Ref)
			w.field(numbered, x.Authority, "authority of "+x.Ref)
		}
	}
}

// withholds says whether a restriction by itself keeps what it is on from the audience.
func (b *binder) withholds(x *model.Restriction) bool {
	return !access.Decide(b.policy, b.viewer, b.purpose, access.Subject{Cleared: true, Covering: []*model.Restriction{x}}).Readable()
}

// identity makes needles of who somebody is: names, numbers, addresses.
func (b *binder) identity(p *model.Person) []redact.Needle {
	out := append(redact.Names(p.Names(), "", "name"), numberNeedles(p)...)
	for _, a := range slices.Concat(p.Addresses, p.Former) {
		out = append(out, redact.Address(a, "address")...)
	}
	return out
}

// unknown adds the people whom the audience may not know of, but for what somebody
// whom it may know of is called as well.
func (b *binder) unknown(w *withheld) {
	for _, p := range b.k.people {
		if b.decide(p).Readable() {
			continue
		}
		for _, n := range b.identity(p) {
			if !w.open[model.Fold(n.Text)] {
				w.add(n.Loose || tells(n, p), n.Text, n.Why+" of a person who is withheld")
			}
		}
	}
}

// tells says whether a form of a name is one person's: of single words only a surname
// of some length that is no everyday word.
func tells(n redact.Needle, p *model.Person) bool {
	if strings.ContainsAny(n.Text, " ,") {
		return true
	}
	return !n.Cased && letters(n.Text) > 3 && slices.ContainsFunc(p.Names(), func(name string) bool {
		words := strings.Fields(name)
		return len(words) > 0 && strings.EqualFold(strings.Trim(words[len(words)-1], ".'’"), n.Text)
	})
}

// addresses adds what looks like one in texts whose addresses are covered.
func (b *binder) addresses(w *withheld) {
	of := func(rec model.Record, texts ...string) {
		if d := b.decide(rec); !d.Readable() || d.Cover != access.CoverAddress {
			return
		}
		for _, t := range texts {
			for _, h := range redact.Addresses(t) {
				w.add(true, t[h.From:h.To], "address")
			}
		}
	}
	of(b.k.rec, b.k.rec.Title, b.k.rec.Summary)
	for _, i := range b.k.info {
		of(i, i.Words, i.Summary, i.ChildVoice, i.Source, i.SourceRecord, i.Identity, i.Agreement.Why, i.Significance)
	}
	for _, p := range b.k.people {
		of(p, p.Note, p.Relation, p.Agency)
		if d := b.decide(p); d.Cover == access.CoverAddress {
			for _, a := range slices.Concat(p.Addresses, p.Former) {
				for _, n := range redact.Address(a, "address") {
					w.add(true, n.Text, n.Why)
				}
			}
		}
	}
	for _, i := range b.k.incidents {
		of(i, i.What, i.Where)
	}
}

func letters(s string) int { return utf8.RuneCountInString(strings.Join(strings.Fields(s), "")) }

// several: a sentence, or something with a long number in it.
func several(s string) bool { return len(strings.Fields(s)) >= 5 || numbered(s) }

// numbered: a word with at least five figures in it, which is a record or a telephone
// number and not a year or a section.
func numbered(s string) bool {
	return slices.ContainsFunc(strings.Fields(s), func(word string) bool {
		run, best := 0, 0
		for _, r := range word {
			if run++; !unicode.IsDigit(r) {
				run = 0
			}
			best = max(best, run)
		}
		return best >= 5
	})
}

// fileName: long enough, and with an ending, so that it is no word.
func fileName(s string) bool { return letters(s) >= 8 && strings.Contains(s, ".") }

// somebody: two words and more with a name among them, and not only what somebody does.
func somebody(s string) bool {
	words := strings.Fields(s)
	return len(words) > 1 && slices.ContainsFunc(words, func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		return unicode.IsUpper(first) && letters(w) > 2 && !work(strings.ToLower(w))
	})
}

// work tells whether a word is of what people do, and not of what they are called.
func work(w string) bool {
	switch w {
	case "mr", "mrs", "miss", "prof", "the", "and", "for", "our", "her", "his", "their",
		"social", "worker", "health", "visitor", "school", "primary", "secondary", "college", "nursery", "nurse", "teacher", "head", "deputy",
		"practice", "manager", "doctor", "surgery", "hospital", "ward", "clinic", "community", "midwife", "police", "officer", "constable",
		"sergeant", "inspector", "housing", "support", "family", "friend", "mother", "father", "parent", "grandmother", "grandfather", "aunt",
		"uncle", "sister", "brother", "foster", "carer", "neighbour", "anonymous", "caller", "member", "public", "duty", "desk", "team", "leader",
		"lead", "early", "help", "youth", "children's", "children", "services", "service", "safeguarding", "designated", "named", "council",
		"local", "authority", "probation", "ambulance", "service's", "pharmacist", "dentist", "trust", "department", "education", "welfare":
		return true
	}
	return false
}
