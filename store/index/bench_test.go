package index

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"caseroom/model/query"
)

// invented writes texts of about 90 words, the words spread as in English: the
// n-th most common is about 1/n as common as the first.
type invented struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

const vocabulary = 60_000

func newInvented() *invented {
	g := &invented{r: rand.New(rand.NewPCG(1, 2))}
	g.zipf = rand.NewZipf(g.r, 1.07, 3, vocabulary-1)
	parts := []string{"ba", "con", "der", "el", "fri", "gan", "hol", "in", "jes", "ka", "lo", "mun", "nor", "os", "pra", "qui", "res", "sta", "ther", "un", "ven", "wil", "yor", "zel"}
	ends := []string{"", "s", "ing", "ed", "er", "ly", "ness", "ment"}
	seen := map[string]bool{}
	for len(g.words) < vocabulary {
		w := ""
		for range 1 + g.r.IntN(3) {
			w += parts[g.r.IntN(len(parts))]
		}
		w += ends[g.r.IntN(len(ends))]
		if !seen[w] {
			seen[w] = true
			g.words = append(g.words, w)
		}
	}
	return g
}

// document invents the n-th: fifty to a case, at the place of a page of sixteen.
func (g *invented) document(n int) Document {
	var b strings.Builder
	for i := range 70 + g.r.IntN(40) {
		if i > 0 {
			b.WriteByte(' ')
		}
		w := g.words[g.zipf.Uint64()]
		if i%12 == 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
		if i%12 == 11 {
			b.WriteByte('.')
		}
	}
	if g.r.IntN(10) == 0 {
		fmt.Fprintf(&b, " Rang from 01632 960%03d at %d:%02d.", g.r.IntN(1000), g.r.IntN(24), g.r.IntN(60))
	}
	k := n / 50
	var d Document
	d.Kind = 'i'
	binary.BigEndian.PutUint64(d.Case[:], uint64(k)*0x9E3779B97F4A7C15)
	d.Locator = binary.BigEndian.AppendUint32(append([]byte(nil), d.Case[:8]...), uint32(n%50/16))
	d.Locator = append(d.Locator, byte(n%16))
	d.Ref = "INF-2026-" + strconv.FormatUint(1<<35|g.r.Uint64()>>34, 32)[1:7]
	d.Texts = []string{b.String()}
	return d
}

// filled is an index of many documents.
type filled struct {
	d     drawer
	ix    *Index
	texts int // bytes
	took  time.Duration
	peak  uint64
}

func fill(b *testing.B, n int) *filled {
	f := &filled{d: drawer{}}
	ix, err := Open(f.d)
	if err != nil {
		b.Fatal(err)
	}
	f.ix = ix
	g, builder := newInvented(), ix.Builder()
	var docs []Document
	for i := 0; i < n; i += len(docs) {
		docs = docs[:0]
		for k := i; k < min(n, i+1000); k++ {
			docs = append(docs, g.document(k))
		}
		begun := time.Now()
		for k := range docs {
			f.texts += len(docs[k].Texts[0])
			if err := builder.Add(&docs[k]); err != nil {
				b.Fatal(err)
			}
		}
		if builder.Full() || i+len(docs) == n {
			c, err := builder.Flush(f.d, uint64(i))
			if err == nil {
				err = c.Commit()
			}
			if err != nil {
				b.Fatal(err)
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			f.peak = max(f.peak, m.HeapAlloc-uint64(f.bytes()))
		}
		f.took += time.Since(begun)
	}
	return f
}

func (f *filled) bytes() int {
	n := 0
	for k, v := range f.d {
		n += len(k) + len(v)
	}
	return n
}

func (f *filled) report() string {
	kinds := map[byte]int{}
	for k, v := range f.d {
		kinds[k[4]] += len(v)
	}
	out := ""
	for k, n := range kinds {
		out += fmt.Sprintf(" %c %.2f%%", k, 100*float64(n)/float64(f.texts))
	}
	return out
}

func sizes() []int {
	out := []int{10_000, 100_000}
	if os.Getenv("CASEROOM_INDEX_L") != "" {
		out = append(out, 1_000_000)
	}
	return out
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range sizes() {
		f := fill(b, n)
		b.Run(fmt.Sprintf("%d/build", n), func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(float64(n)/f.took.Seconds(), "docs/s")
			b.ReportMetric(float64(f.bytes())/float64(f.texts)*100, "%text")
			b.ReportMetric(float64(f.peak)/(1<<20), "MiB-heap")
			b.ReportMetric(0, "ns/op")
			b.Log(f.report(), f.ix.Figures())
		})
		words := newInvented().words
		for _, ask := range []struct{ name, text string }{
			{"common", words[20]}, {"medium", words[800]}, {"rare", words[50_000]}, {"and", words[20] + " " + words[30]},
			{"or", words[20] + " or " + words[800]}, {"not", words[20] + " -" + words[30]}, {"prefix", words[40][:3]}, {"letter", "s"}, {"phrase", `"` + words[20] + " " + words[30] + `"`},
		} {
			q, err := query.Parse(ask.text, today())
			if err != nil {
				b.Fatal(err)
			}
			f.bench(b, fmt.Sprintf("%d/%s", n, ask.name), q.Plan())
		}
		f.benchPlaces(b, n)
	}
}

// bench searches and takes the first fifty, with nothing decoded and with all hot.
func (f *filled) bench(b *testing.B, name string, p query.Plan) {
	search := func(b *testing.B) int {
		a, err := f.ix.Search(f.d, p, Scope{})
		if err != nil {
			b.Fatal(err)
		}
		var docs []Doc
		for h := range a.Hits() {
			if docs = append(docs, h.Doc); len(docs) == 50 {
				break
			}
		}
		if _, err := f.ix.Places(f.d, docs); err != nil {
			b.Fatal(err)
		}
		_, n := a.Count()
		return n
	}
	b.Run(name+"/cold", func(b *testing.B) {
		n := 0
		for b.Loop() {
			f.ix.Forget()
			n = search(b)
		}
		b.ReportMetric(float64(n), "hits")
	})
	b.Run(name+"/warm", func(b *testing.B) {
		for b.Loop() {
			search(b)
		}
	})
}

func (f *filled) benchPlaces(b *testing.B, n int) {
	g := newInvented()
	ref := g.document(0).Ref
	b.Run(fmt.Sprintf("%d/lookup/cold", n), func(b *testing.B) {
		for b.Loop() {
			f.ix.Forget()
			if _, ok, err := f.ix.Lookup(f.d, ref); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run(fmt.Sprintf("%d/apply", n), func(b *testing.B) {
		i := n
		docs := make([]Document, 1000)
		for k := range docs {
			docs[k] = g.document(n + k)
		}
		for b.Loop() {
			c, err := f.ix.Apply(f.d, f.d, Batch{Add: prepared(docs[i%1000]), Mark: uint64(i)})
			if err == nil {
				err = c.Commit()
			}
			if err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}
