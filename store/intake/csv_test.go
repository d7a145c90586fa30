package intake

import (
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCSVWithTitleRowsAboveItsHeadings(t *testing.T) {
	tab, res := drafts(t, "hv.csv", []byte(agencyCSV), Options{})
	if tab.HeaderRow != 4 || len(allOf(res)) != 2 || len(res.Rejects) != 0 {
		t.Fatalf("header row %d, %d drafts, %d rejects", tab.HeaderRow, len(allOf(res)), len(res.Rejects))
	}
	d := allOf(res)[0]
	want := map[Field]string{Date: "12/03/2024", Time: "14:05", Text: "Home visit, both parents at home",
		ChildVoice: `"I like my bike"`, Agency: "Riverside Health Visiting"}
	for f, v := range want {
		if d.Get(f) != v {
			t.Errorf("%s is %q, want %q", f, d.Get(f), v)
		}
	}
	if d.Origin.Row != 5 || d.Origin.File != "hv.csv" || len(d.Origin.FileHash) != 64 || d.When() != "12/03/2024 14:05" {
		t.Errorf("origin %+v, when %q", d.Origin, d.When())
	}
	if got := allOf(res)[1].Get(Date); got != "? 22 may 2016" {
		t.Errorf("an unsure date came out as %q", got)
	}
}

func TestDelimitersAndQuotes(t *testing.T) {
	for _, c := range []struct{ name, file, event, agency, warn string }{
		{"comma", "Date,Event,Agency\n1/2/24,\"a, b\",GP\n", "a, b", "GP", ""},
		{"semicolon", "Date;Event;Agency\r\n1/2/24;a, b, c;GP\r\n", "a, b, c", "GP", ""},
		{"tab", "Date\tEvent\tAgency\n1/2/24\ta, b; c\tGP\n", "a, b; c", "GP", ""},
		{"pipe", "Date|Event|Agency\n1/2/24|a,b|GP\n", "a,b", "GP", ""},
		{"sep line", "sep=;\r\nDate;Event;Agency\r\n1/2/24;a;GP\r\n", "a", "GP", ""},
		{"lone CR", "Date,Event,Agency\r1/2/24,a,GP\r", "a", "GP", ""},
		{"lines in a cell", "Date,Event,Agency\n1/2/24,\"one\r\ntwo\n\nthree\",GP\n", "one\ntwo\n\nthree", "GP", ""},
		{"blank before a quote", "Date, Event, Agency\n1/2/24, \"a, b\", GP\n", "a, b", "GP", ""},
		{"doubled quotes", "Date,Event,Agency\n1/2/24,\"said \"\"no\"\"\",GP\n", `said "no"`, "GP", ""},
		{"quote within", "Date,Event,Agency\n1/2/24,\"said \"no\" twice\",GP\n", `said "no" twice`, "GP", "line 2: a quotation mark stands inside"},
		{"quote in plain text", "Date,Event,Agency\n1/2/24,said \"no\",GP\n", `said "no"`, "GP", ""},
		{"never closed", "Date,Event,Agency\n1/2/24,\"oops,GP\n2/2/24,b,GP\n", `"oops`, "GP", "line 2: a quotation mark is opened and not closed"},
		{"closed by a later cell", "Date,Event,Agency\n1/2/24,\"oops,GP\n2/2/24,\"b\",GP\n", `"oops`, "GP", "line 2: a quotation mark is opened"},
		{"no end of line", "Date,Event,Agency\n1/2/24,a,GP", "a", "GP", ""},
		{"zero bytes", "Date,Event,Agency\n1/2/24,a\x00b\x1b[2J\u202ec,GP\n", "a\x00b\x1b[2J\u202ec", "GP", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab, res := drafts(t, "x.csv", []byte(c.file), Options{})
			if len(allOf(res)) == 0 {
				t.Fatalf("no drafts; rejects %+v", res.Rejects)
			}
			d := allOf(res)[0]
			if d.Get(Text) != c.event || d.Get(Agency) != c.agency || d.Get(Date) != "1/2/24" {
				t.Errorf("got %q, %q, %q", d.Get(Date), d.Get(Text), d.Get(Agency))
			}
			if c.warn != "" && !noted(tab, c.warn) || c.warn == "" && len(tab.Notes) > 0 {
				t.Errorf("notes are %+v", tab.Notes)
			}
		})
	}
}

// A mark that is never closed must not swallow the rows after it.
func TestAnOpenQuoteLosesNoRow(t *testing.T) {
	var b strings.Builder
	b.WriteString("Date,Event\n")
	for i := range 500 {
		if i == 7 {
			b.WriteString("1/2/24,\"never closed\n")
		}
		b.WriteString("1/2/24,\"visit, \"\"home\"\"\"\n")
	}
	_, res := drafts(t, "x.csv", []byte(b.String()), Options{})
	if len(allOf(res)) != 501 {
		t.Fatalf("%d rows, want 501", len(allOf(res)))
	}
}

// Every opening mark could look to the end of the file for its partner.
func TestManyOpenQuotesTakeLinearWork(t *testing.T) {
	file := "Date,Event\n" + strings.Repeat("1/2/24,\"a\n", 60_000)
	tab, res := drafts(t, "x.csv", []byte(file), Options{})
	if len(allOf(res)) != 60_000 || !noted(tab, "more lines have quotation marks") {
		t.Fatalf("%d rows, notes %+v", len(allOf(res)), tab.Notes)
	}
}

func TestARowLongerThanItsHeadingsIsRefused(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Event,\n1/2/24,one, two\n1/2/24,one,two,three\n"), Options{})
	if len(allOf(res)) != 1 || len(res.Rejects) != 1 || res.Rejects[0].Row != 3 {
		t.Fatalf("drafts %+v rejects %+v", allOf(res), res.Rejects)
	}
	if got := allOf(res)[0].Words(); got != "one\nColumn C: two" {
		t.Errorf("words are %q", got)
	}
}

func TestWideFiles(t *testing.T) {
	head := "Date,Event" + strings.Repeat(",More", 9_998) + "\n1/2/24,a" + strings.Repeat(",b", 9_998) + "\n"
	tab, res := drafts(t, "wide.csv", []byte(head), Options{})
	if len(tab.Columns) != 10_000 || len(allOf(res)[0].Extras) != 9_998 {
		t.Errorf("%d columns, %d extras", len(tab.Columns), len(allOf(res)[0].Extras))
	}
	wider := "Date,Event" + strings.Repeat(",More", 19_998) + "\n1/2/24,a\n"
	if say := wantErr(t, "wider.csv", []byte(wider), Options{}, ErrTooLarge); !strings.Contains(say, "16384 columns") {
		t.Errorf("it says %q", say)
	}
}

// Where the strict rules hold, the scan reads what a strict writer wrote.
func TestTheScanReadsWhatAStrictWriterWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab \",;\t\n'é=")), 0, 12, -1)
		want := rapid.SliceOfN(rapid.SliceOfN(text, 2, 5), 1, 8).Draw(t, "records")
		delim := rapid.SampledFrom([]rune(",;\t")).Draw(t, "delimiter")
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = delim
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		scan := newScan(b.String(), byte(delim), func(line int, what string) { t.Fatalf("line %d: %s", line, what) })
		for i, record := range want {
			cells, _, ok := scan.next(100)
			if !ok || len(cells) != len(record) {
				t.Fatalf("record %d has %d cells, want %d", i, len(cells), len(record))
			}
			for k := range record {
				if cells[k].text != cleanCell(record[k]) {
					t.Fatalf("cell %d is %q, want %q", k, cells[k].text, record[k])
				}
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(agencyCSV))
	f.Add([]byte("Date;Event\r\n1/2/24;\"a\r\n\"\"b\";\r\n"))
	f.Add([]byte("sep=;\nDate;Event\n\"1/2/24\";\"a\n2/2/24;\"b\"\n"))
	f.Add([]byte("\xff\xfeD\x00a\x00t\x00e\x00,\x00E\x00v\x00e\x00n\x00t\x00\n\x001\x00,\x00b\x00"))
	f.Add([]byte("Date,Event\n1,caf\xe9\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tab, err := Read(t.Context(), "x.csv", strings.NewReader(string(b)), Options{})
		if err != nil {
			return
		}
		res := judged(t, tab, nil)
		if len(allOf(res))+len(res.Rejects) != tab.Rows {
			t.Fatalf("%d drafts and %d rejects of %d rows", len(allOf(res)), len(res.Rejects), tab.Rows)
		}
		var w strings.Builder
		if err := res.WriteRejects(&w); err != nil {
			t.Fatal(err)
		}
	})
}

// The scan moves on at each record and accounts for every byte.
func FuzzScan(f *testing.F) {
	f.Add("a,b\n\"c\"\"d\",\"e\nf\"\n", byte(','))
	f.Add("\"a\n\"b\";c", byte(';'))
	f.Fuzz(func(t *testing.T, s string, d byte) {
		if d == '"' || d == '\n' || d == '\r' || d >= 0x80 {
			return
		}
		scan := newScan(s, d, func(int, string) {})
		for last := -1; ; last = scan.pos {
			if _, _, ok := scan.next(100); !ok {
				break
			}
			if scan.pos <= last {
				t.Fatal("the scan stands still")
			}
		}
		if scan.pos != len(s) {
			t.Fatalf("the scan ended at %d of %d", scan.pos, len(s))
		}
	})
}
