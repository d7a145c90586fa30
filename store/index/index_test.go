package index

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/model/query"
)

// drawer is a Source and Sink in memory. What is written is copied, as a file does.
type drawer map[string][]byte

func (d drawer) Block(name []byte) ([]byte, error) { return bytes.Clone(d[string(name)]), nil }

func (d drawer) Put(name, block []byte) error {
	if len(name) == 0 || len(name) > 16 {
		return fmt.Errorf("a name of %d bytes", len(name))
	}
	d[string(name)] = bytes.Clone(block)
	return nil
}

func (d drawer) Delete(name []byte) error {
	if _, ok := d[string(name)]; !ok {
		return fmt.Errorf("%q is not there to be deleted", name)
	}
	delete(d, string(name))
	return nil
}

// sheet is a record as the query sees it, of the same document.
type sheet struct{ Document }

func (s sheet) Words(key string) []string {
	switch key {
	case "":
		return append([]string{s.Ref}, s.Texts...)
	case "text":
		return s.Texts
	}
	var out []string
	for _, f := range s.Fields {
		if f.Key == key {
			out = append(out, f.Value)
		}
	}
	return out
}

func (s sheet) Dates(string) []model.HonestDate { return nil }
func (s sheet) Has(string, string) bool         { return s.Kind == 'i' }

func today() model.Day { return model.Day{Year: 2026, Month: time.June, Day: 22} }

func asks(t interface{ Fatalf(string, ...any) }, text string) query.Query {
	q, err := query.Parse(text, today())
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return q
}

func scope() Scope { return Scope{Prose: []string{"text"}, Field: []string{"channel", "agency"}} }

// commit carries a change through.
func commit(t interface{ Fatalf(string, ...any) }, c *Change, err error) *Change {
	if err == nil {
		err = c.Commit()
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// texts draws words that begin alike, share stems, and make identifiers.
func drawText(t *rapid.T) string {
	words := []string{"bruise", "bruised", "Bruising", "bruno", "bully", "bullies", "bullied", "hope", "hoping", "hop", "dying", "die", "Zoë", "O’Brien", "mother's",
		"999", "000", "0018", "9990000018", "01632", "960123", "+441632960123", "(01632)", "LS1", "4AP", "ls14ap", "INF-2026-7KQ4M2", "inf20267kq4m2", "7KQ4M2",
		"DD-2026-A014", "covid-19", "12", "elm", "close", "a", "at", "attic", "новость", "\n", strings.Repeat("long", 20), strings.Repeat("long", 20) + "er"}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 9).Draw(t, "words"), rapid.SampledFrom([]string{" ", ", ", "-", "  ", "\n"}).Draw(t, "between"))
}

func drawAsked(t *rapid.T) string {
	pieces := []string{"bruise", "bruis", "bru", "bullies", "bully", "hoping", "hop", "die", "zoe", "obrien", "mother", "999", "9990000018", "999 000 0018", "01632960123",
		"01632 960123", "+44 1632 960123", "LS1 4AP", "ls14ap", "INF-2026-7KQ4M2", "inf20267k", "7kq4m2", "dd-2026", "dd2026", "inf", "covid-19", "12 elm", `"elm close"`, `"bruise"`,
		"a", "at", "новость", strings.Repeat("long", 20), strings.Repeat("long", 20) + "e", "nothing", "channel:phone", "channel:any", "channel:none", `agency:"north police"`, "agency:pol",
		"text:bruise", "is:open", "received:2026", "person:any"}
	join := []string{" ", " or ", " -", " not "}
	out := rapid.SampledFrom(pieces).Draw(t, "piece")
	for range rapid.IntRange(0, 3).Draw(t, "pieces") {
		next := rapid.SampledFrom(pieces).Draw(t, "piece")
		if rapid.Bool().Draw(t, "bracketed") {
			next = "(" + next + ")"
		}
		out += rapid.SampledFrom(join).Draw(t, "join") + next
	}
	return out
}

func drawDocument(t *rapid.T, ref string) Document {
	d := Document{Ref: ref, Kind: rapid.SampledFrom([]byte("ipc")).Draw(t, "kind"), Case: CaseID{rapid.Byte().Draw(t, "case") % 4},
		Locator: rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "locator"),
		Texts:   []string{drawText(t), drawText(t)}}
	if rapid.Bool().Draw(t, "channel") {
		d.Fields = append(d.Fields, Field{"channel", rapid.SampledFrom([]string{"telephone", "email"}).Draw(t, "channel")})
	}
	if rapid.Bool().Draw(t, "agency") {
		d.Fields = append(d.Fields, Field{"agency", rapid.SampledFrom([]string{"North Police", "police north", "Health"}).Draw(t, "agency")})
	}
	return d
}

// model of the index: what is alive, by number.
type twin struct {
	d    drawer
	ix   *Index
	live map[Doc]Document
	refs int
	mark uint64
}

func (w *twin) ref(t *rapid.T) string {
	w.refs++
	return fmt.Sprintf(rapid.SampledFrom([]string{"INF-2026-%04dQZ", "DD-2026-A%03d", "odd one %d", "plain%d", "12-%d"}).Draw(t, "form"), w.refs)
}

func (w *twin) someRef(t *rapid.T) string {
	var refs []string
	for _, d := range w.live {
		refs = append(refs, d.Ref)
	}
	slices.Sort(refs)
	return rapid.SampledFrom(append(refs, "INF-2026-NOSUCH")).Draw(t, "ref")
}

func (w *twin) drop(fits func(n Doc, d Document) bool) {
	for n, d := range w.live {
		if fits(n, d) {
			delete(w.live, n)
		}
	}
}

func (w *twin) apply(t *rapid.T) {
	b := Batch{Mark: w.mark + 1}
	var add []Document
	for range rapid.IntRange(0, 2).Draw(t, "added") {
		add = append(add, drawDocument(t, w.ref(t)))
	}
	switch rapid.IntRange(0, 5).Draw(t, "dropped") {
	case 0:
		ref := w.someRef(t)
		b.Refs = []string{ref}
		w.drop(func(_ Doc, d Document) bool { return d.Ref == ref })
		if ref != "INF-2026-NOSUCH" && rapid.Bool().Draw(t, "replaced") {
			add = append(add, drawDocument(t, ref))
		}
	case 1:
		k := CaseID{rapid.Byte().Draw(t, "case") % 4}
		b.Cases = []CaseID{k}
		w.drop(func(_ Doc, d Document) bool { return d.Case == k })
	case 2:
		n := Doc(rapid.IntRange(0, 60).Draw(t, "doc"))
		b.Drop = []Doc{n}
		w.drop(func(m Doc, _ Document) bool { return m == n })
	}
	if rapid.IntRange(0, 2).Draw(t, "moved") == 0 {
		n := Doc(rapid.IntRange(0, 60).Draw(t, "doc"))
		to := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "locator")
		b.Move = []Move{{n, []byte("not here")}, {n, to}}
		if d, ok := w.live[n]; ok {
			d.Locator = to
			w.live[n] = d
		}
	}
	b.Add = prepared(add...)
	c, err := w.ix.Apply(w.d, w.d, b)
	w.added(commit(t, c, err), add)
}

func (w *twin) added(c *Change, docs []Document) {
	for i, d := range docs {
		w.live[c.First+Doc(i)] = d
	}
	w.mark++
}

func (w *twin) build(t *rapid.T) {
	b := w.ix.Builder()
	var docs []Document
	for range rapid.IntRange(0, 40).Draw(t, "built") {
		docs = append(docs, drawDocument(t, w.ref(t)))
		if err := b.Add(&docs[len(docs)-1]); err != nil {
			t.Fatalf("%v", err)
		}
	}
	c, err := b.Flush(w.d, w.mark+1)
	w.added(commit(t, c, err), docs)
}

func (w *twin) tidy(t *rapid.T, step func(context.Context, Source, Sink) (*Change, bool, error)) {
	for range 50 {
		c, more, err := step(context.Background(), w.d, w.d)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if c == nil {
			return
		}
		commit(t, c, nil)
		if !more {
			return
		}
	}
	t.Fatalf("tidying never ends")
}

func (w *twin) merge(t *rapid.T) {
	w.tidy(t, w.ix.Fold)
	if len(w.ix.segments) < 2 {
		return
	}
	c, err := w.ix.merge(context.Background(), w.ix.reading(w.d), w.d, w.ix.segments[:2])
	commit(t, c, err)
}

func (w *twin) reopen(t *rapid.T) {
	ix, err := Open(w.d)
	if err != nil {
		t.Fatalf("%v", err)
	}
	w.ix = ix
}

// ask compares an answer with what looking at every record gives.
func (w *twin) ask(t *rapid.T) {
	text := drawAsked(t)
	q := asks(t, text)
	sc := scope()
	if rapid.Bool().Draw(t, "one case") {
		sc.Case = &CaseID{1}
	}
	if rapid.Bool().Draw(t, "one kind") {
		sc.Kinds = []byte("i")
	}
	a, err := w.ix.Search(w.d, q.Plan(), sc)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	found := map[Doc]Hit{}
	for h := range a.Hits() {
		if _, twice := found[h.Doc]; twice {
			t.Fatalf("%q: document %d comes twice", text, h.Doc)
		}
		found[h.Doc] = h
	}
	for n, d := range w.live {
		want := q.MatchWith(sheet{d}, Stem) && (sc.Case == nil || *sc.Case == d.Case) && (len(sc.Kinds) == 0 || d.Kind == 'i')
		h, maybe := found[n]
		if (want && !maybe) || (!want && h.Sure) {
			t.Fatalf("%q finds %v (%+v) of %d %+v, which fits %v", text, maybe, h, n, d, want)
		}
		delete(found, n)
	}
	if len(found) > 0 {
		t.Fatalf("%q finds what is not there: %v", text, found)
	}
	if sure, most := a.Count(); a.Certain() != (sure == most) {
		t.Fatalf("%q: %d, %d, %v", text, sure, most, a.Certain())
	}
}

// places looks everything up.
func (w *twin) places(t *rapid.T) {
	for n, d := range w.live {
		p, ok, err := w.ix.Lookup(w.d, d.Ref)
		if err != nil || !ok || p.Doc != n || p.Kind != d.Kind || p.Case != d.Case || !bytes.Equal(p.Locator, d.Locator) {
			t.Fatalf("%q is found at %+v, %v, %v; it is %d %+v", d.Ref, p, ok, err, n, d)
		}
		all, err := w.ix.Places(w.d, []Doc{n, 1 << 31})
		if err != nil || len(all) != 1 || all[0].Doc != n || !bytes.Equal(all[0].Locator, d.Locator) {
			t.Fatalf("document %d is at %v, %v", n, all, err)
		}
	}
	if _, ok, err := w.ix.Lookup(w.d, "INF-2026-NOSUCH"); ok || err != nil {
		t.Fatalf("a reference that nothing has is found, %v", err)
	}
	f := w.ix.Figures()
	if f.Docs-f.Dead != len(w.live) || f.Mark != w.mark {
		t.Fatalf("figures %+v for %d documents and mark %d", f, len(w.live), w.mark)
	}
}

func TestAnswersAreThoseOfLookingAtEveryRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &twin{d: drawer{}, live: map[Doc]Document{}}
		w.reopen(t)
		t.Repeat(map[string]func(*rapid.T){
			"apply":  w.apply,
			"apply2": w.apply,
			"build":  w.build,
			"fold":   func(t *rapid.T) { w.tidy(t, w.ix.Fold) },
			"purge":  func(t *rapid.T) { w.tidy(t, w.ix.Purge) },
			"merge":  w.merge,
			"reopen": w.reopen,
			"forget": func(*rapid.T) { w.ix.Forget() },
			"ask":    w.ask,
			"ask2":   w.ask,
			"":       w.places,
		})
	})
}
