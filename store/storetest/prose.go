package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"caseroom/model"
)

// Prose invents the words of items for workspaces of any size: about 600 bytes each, the
// n-th most common word about 1/n as common as the first, with names, telephone numbers
// and references among them. The same seed gives the same words.
type Prose struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

// vocabulary is how many words it knows: about as many as a large partnership's file has.
const vocabulary = 60_000

// common are the words that lead, in the order of their frequency.
const common = `the and to was a of in she he that with had for her on at they were said by his is not as from mother school home visit
 child have been be this called about again social worker has father health will when after which there their nurse who came told well door
 play warm tea morning teacher flat visitor letter week family support plan meeting agreed asked gave saw spoke review kitchen garden brother sister
 bruising supervision housing telephone neighbour appointment surgery midwife playgroup library grandmother breakfast reading football bus settled cheerful`

// NewProse makes an inventor of words.
func NewProse(seed uint64) *Prose {
	p := &Prose{r: rand.New(rand.NewPCG(seed, 1)), words: strings.Fields(common)}
	p.zipf = rand.NewZipf(p.r, 1.07, 3, vocabulary-1)
	parts := strings.Fields("ba con der el fri gan hol in jes ka lo mun nor os pra qui res sta ther un ven wil yor zel")
	ends := []string{"", "s", "ing", "ed", "er", "ly", "ness", "ment"}
	seen := map[string]bool{}
	of := rand.New(rand.NewPCG(3, 4)) // all have one vocabulary
	for len(p.words) < vocabulary {
		w := ""
		for range 1 + of.IntN(3) {
			w += parts[of.IntN(len(parts))]
		}
		if w += ends[of.IntN(len(ends))]; !seen[w] {
			seen[w] = true
			p.words = append(p.words, w)
		}
	}
	return p
}

// Word gives the n-th most common word.
func (p *Prose) Word(n int) string { return p.words[n] }

// Name invents a person's name.
func (p *Prose) Name() string {
	title := func(w string) string { return strings.ToUpper(w[:1]) + w[1:] }
	return title(p.words[200+p.r.IntN(2000)]) + " " + title(p.words[3000+p.r.IntN(9000)])
}

// Item invents an item of a case, about some of these people.
func (p *Prose) Item(caseID model.ID, people ...model.ID) *model.Information {
	var b strings.Builder
	for b.Len() < 480+p.r.IntN(200) {
		w := p.words[p.zipf.Uint64()]
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
		for range 5 + p.r.IntN(12) {
			b.WriteByte(' ')
			b.WriteString(p.words[p.zipf.Uint64()])
		}
		b.WriteString(". ")
	}
	switch p.r.IntN(12) {
	case 0:
		fmt.Fprintf(&b, "%s rang from 01632 960%03d at %d:%02d.", p.Name(), p.r.IntN(1000), 8+p.r.IntN(10), p.r.IntN(60))
	case 1:
		fmt.Fprintf(&b, "See our record HV-%05d.", p.r.IntN(100_000))
	}
	day := model.Day{Year: 2023 + p.r.IntN(3), Month: time.Month(1 + p.r.IntN(12)), Day: 1 + p.r.IntN(28)}
	i := &model.Information{Head: model.Head{CaseID: caseID}, Channel: model.Channels()[p.r.IntN(len(model.Channels()))],
		Agency: []string{"Health visiting", "Housing", "Police", "Children's social care", "School"}[p.r.IntN(5)],
		Source: "record", Received: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), Occurred: model.ExactDate(day),
		Basis: []string{"6(1)(e)"}, Agreement: model.Agreement{State: "not-sought"}, Words: strings.TrimSpace(b.String())}
	for _, id := range people {
		if p.r.IntN(2) == 0 {
			i.Persons = append(i.Persons, id)
		}
	}
	return i
}
