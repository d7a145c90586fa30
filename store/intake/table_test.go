package intake

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustMap(t *testing.T, s string) *Map {
	t.Helper()
	m, err := ParseMap([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMapSaysWhichHeadingIsWhich(t *testing.T) {
	m := mustMap(t, `
date = "Wann"
text = ["Was", "MEHR  dazu"]
ignore = "Row ID"
child-voice = "column E"
[constants]
agency = "Health visiting"
source = "not said"
[columns]
source = "Wer"
`)
	file := "some title,,,,,\nRow ID,Wann,Was,Mehr dazu,,Wer\n1,1/2/24,Visit,twice,bike,HV1\n2,2/2/24,Call,,,\n"
	tab, res := drafts(t, "x.csv", []byte(file), Options{Map: m})
	if tab.HeaderRow != 2 || len(allOf(res)) != 2 {
		t.Fatalf("%+v", tab)
	}
	d := allOf(res)[0]
	got := fmt.Sprint(d.Get(Date), "|", d.Get(Text), "|", d.Get(ChildVoice), "|", d.Get(Agency), "|", d.Get(Source), "|", d.Extras)
	if want := "1/2/24|Visit\nMEHR  dazu: twice|bike|Health visiting|HV1|[]"; got != strings.Replace(want, "MEHR  dazu", "Mehr dazu", 1) {
		t.Errorf("got %q", got)
	}
	if allOf(res)[1].Get(Source) != "not said" {
		t.Errorf("an empty cell took %q", allOf(res)[1].Get(Source))
	}
	if last := tab.Columns[len(tab.Columns)-1]; last.How != Constant || last.Letter() != "" {
		t.Errorf("last column is %+v", last)
	}
}

func TestAMapCanNameTheHeaderRow(t *testing.T) {
	file := "Date,Event\nFrom,To do\n1/2/24,Visit\n"
	_, res := drafts(t, "x.csv", []byte(file), Options{Map: mustMap(t, "header-row = 2\ntext = \"To do\"")})
	if len(allOf(res)) != 1 || allOf(res)[0].Get(Text) != "Visit" || allOf(res)[0].Get(Date) != "1/2/24" {
		t.Errorf("%+v", allOf(res))
	}
}

func TestMapsThatDoNotFit(t *testing.T) {
	for text, say := range map[string]string{
		`date = When`:             "line 1 of the column map cannot be read",
		`colour = "When"`:         "the fields are date, time",
		`date = 7`:                "date wants a heading",
		`header-row = "x"`:        "header-row wants",
		"constants = \"x\"":       "name of a section",
		"[constants]\ncolour = 1": "not a field",
	} {
		if _, err := ParseMap([]byte(text)); !errors.Is(err, ErrMapping) || !strings.Contains(err.Error(), say) {
			t.Errorf("%q gives %v", text, err)
		}
	}
	say := wantErr(t, "x.csv", []byte("Date,Event\n1/2/24,a\n"), Options{Map: mustMap(t, `agency = "Organ"`)}, ErrMapping)
	if !strings.Contains(say, `no heading "Organ" for agency`) || !strings.Contains(say, `"Date", "Event"`) {
		t.Errorf("it says %q", say)
	}
}

func TestManyCasesInOneFile(t *testing.T) {
	file := "Review no,Date,Event\nDD-1,1/2/24,a\nDD-2,1/2/24,b\n"
	_, res := drafts(t, "x.csv", []byte(file), Options{Map: &Map{Columns: map[Field][]string{Case: {"review NO"}}}})
	if len(allOf(res)) != 2 || allOf(res)[1].Get(Case) != "DD-2" {
		t.Errorf("%+v", allOf(res))
	}
}

func TestRowsThatSayNothing(t *testing.T) {
	file := "Date,Agency,Event,Ref\n1/2/24,GP,,\n,GP,,\n,GP,Undated letter,\nDate,Agency,Event,Ref\n1/2/24,,,R7\n"
	tab, res := drafts(t, "x.csv", []byte(file), Options{})
	if len(allOf(res)) != 2 || len(res.Rejects) != 2 || !noted(tab, "headings are repeated 1 times") {
		t.Fatalf("%+v %+v", allOf(res), res.Rejects)
	}
	if r := res.Rejects; r[0].Row != 2 || !strings.Contains(r[0].Reason, "no words") || !strings.Contains(r[1].Reason, "no date and no words") {
		t.Errorf("%+v", r)
	}
}

func TestAuthorsNotesAreMarked(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Source,Event\n1/2/24,# check,a\n1/2/24,¬ x,b\n1/2/24,HV1,c\n"), Options{})
	for i, want := range []bool{true, true, false} {
		if allOf(res)[i].AuthorNote != want {
			t.Errorf("row %d: %v", i, allOf(res)[i].AuthorNote)
		}
	}
}

func TestTheSameRowIsKnownAgain(t *testing.T) {
	_, a := drafts(t, "a.csv", []byte("Date,Event,Agency\n1/2/24,Visit,GP\n1/2/24,Visit,GP\n1/2/24,visit,GP\n"), Options{})
	_, moved := drafts(t, "c.csv", []byte("title\n agency ;EVENT;;date\nGP;\"Visit \";;1/2/24\n"), Options{})
	_, sheet := drafts(t, "d.xlsx", sheetOf(t, [][]any{{"Date", "Event", "Agency"}, {"1/2/24", "Visit", "GP"}}, nil), Options{})
	one := allOf(a)[0].Origin.RowHash
	if one != allOf(a)[1].Origin.RowHash || one != allOf(moved)[0].Origin.RowHash || one != allOf(sheet)[0].Origin.RowHash {
		t.Error("the same row has several hashes")
	}
	if one == allOf(a)[2].Origin.RowHash {
		t.Error("other words have the same hash")
	}
}

func TestRejectsCanBePutRightAndComeBack(t *testing.T) {
	file := "Agency: Riverside\n\nDate,Event,Sum\n1/2/24,kept,=1+1\n31/2/24,\"=HYPERLINK(\"\"x\"\")\nand more\",-3\n\t@x,'+7,'quoted'\n"
	refuse := func(d *Draft) error {
		if d.Get(Date) != "1/2/24" {
			return fmt.Errorf("%q is no date, there are 29 days", d.Get(Date))
		}
		return nil
	}
	tab := read(t, "x.csv", []byte(file), Options{})
	res := judged(t, tab, refuse)
	if len(res.Rejects) != 2 {
		t.Fatalf("%+v", res)
	}
	var out bytes.Buffer
	if err := res.WriteRejects(&out); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffWhy it was refused,Row in the refused file,Agency,Date,Event,Sum\n" +
		"\"\"\"31/2/24\"\" is no date, there are 29 days\",5,Riverside,31/2/24,\"'=HYPERLINK(\"\"x\"\")\nand more\",'-3\n" +
		"\"\"\"@x\"\" is no date, there are 29 days\",6,Riverside,'@x,''+7,'quoted'\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	mended := strings.Replace(out.String(), "Riverside,31/2/24", "Riverside,29/2/24", 1)
	_, back := drafts(t, "rejects.csv", []byte(mended), Options{})
	d := allOf(back)[0]
	if d.Get(Date) != "29/2/24" || d.Get(Text) != "=HYPERLINK(\"x\")\nand more" || d.Get(Agency) != "Riverside" || fmt.Sprint(d.Extras) != "[{Sum -3}]" {
		t.Errorf("came back as %+v", d)
	}
	if got := allOf(back)[1]; got.Get(Text) != "'+7" || fmt.Sprint(got.Extras) != "[{Sum 'quoted'}]" {
		t.Errorf("came back as %+v", got)
	}
}

func TestMarksComeOffAsTheyWentOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("'=+-@\t\r\nab＝é"))).Draw(t, "cell")
		if got := unmark(mark(s)); got != s {
			t.Fatalf("%q comes back as %q", s, got)
		}
		if m := strings.TrimLeft(mark(s), " "); m != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(m)[0]) {
			t.Fatalf("%q is written as %q", s, m)
		}
	})
}

func TestRejectsOfRowsLongerThanTheHeadingsAreRefusedAgain(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Event\n1/2/24,a,b\n"), Options{})
	var out bytes.Buffer
	if err := res.WriteRejects(&out); err != nil {
		t.Fatal(err)
	}
	if _, again := drafts(t, "x.csv", out.Bytes(), Options{}); len(again.Rejects) != 1 {
		t.Errorf("%s gives %+v", out.String(), again)
	}
}

func TestLaterRefusalsJoinTheRejects(t *testing.T) {
	_, res := drafts(t, "x.csv", []byte("Date,Event\n1/2/24,a\n"), Options{})
	res.Refuse(0, "no such case")
	var out bytes.Buffer
	if err := res.WriteRejects(&out); err != nil || !strings.Contains(out.String(), "no such case,2,1/2/24,a") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestFaithfulCells(t *testing.T) {
	odd := "\x1b]0;title\a \u202eabc\u200f \u0000 \u009b31m 👩\u200d👧 e\u0301 " + strings.Repeat("name ", 400) + "x"
	_, res := drafts(t, "x.csv", []byte("Date,Event\n1/2/24,\""+odd+"\"\n"), Options{})
	if got := allOf(res)[0].Get(Text); got != odd {
		t.Errorf("got %q", got)
	}
}

func benchRows(n int) [][]string {
	rows := [][]string{{"Date", "Time", "Agency", "Source of information", "Event/contact", "Who present", "Child's voice", "Action and outcome"}}
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("%d/%d/2024", i%28+1, i%12+1), fmt.Sprintf("%02d:%02d", i%24, i%60), "Riverside Health Visiting", "HV1 diary",
			fmt.Sprintf("Home visit number %d; both parents were there and the house was warm.", i), "Mother, father", "Played with a red bus", "To see again in two weeks"})
	}
	return rows
}

func BenchmarkCSV10000(b *testing.B) {
	var s strings.Builder
	for _, r := range benchRows(10_000) {
		s.WriteString(`"` + strings.Join(r, `","`) + "\"\r\n")
	}
	bench(b, []byte(s.String()))
}

func BenchmarkXLSX10000(b *testing.B) {
	var rows [][]any
	for _, r := range benchRows(10_000) {
		var cells []any
		for _, c := range r {
			cells = append(cells, c)
		}
		rows = append(rows, cells)
	}
	bench(b, sheetOf(b, rows, nil))
}

func bench(b *testing.B, file []byte) {
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, res := drafts(b, "bench", file, Options{}); len(allOf(res)) != 10_000 {
			b.Fatal(len(allOf(res)))
		}
	}
}
