package intake

import (
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"caseroom/model"
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

// format gives cells a number format.
func format(t testing.TB, f *excelize.File, from, to, code string) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err == nil {
		err = f.SetCellStyle("Sheet1", from, to, style)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRealDatesAreAsHonestAsTheirCells(t *testing.T) {
	when := at("2024-03-12 14:05")
	for _, c := range []struct{ code, date, time string }{
		{"dd/mm/yyyy", "2024-03-12", ""},
		{"[$-809]dddd d mmmm yyyy;@", "2024-03-12", ""},
		{"m/d/yy", "2024-03-12", ""},
		{"dd/mm/yyyy hh:mm", "2024-03-12", "14:05"},
		{"d mmm yy h:mm AM/PM", "2024-03-12", "14:05"},
		{"mmmm yyyy", "Mar 2024", ""},
		{"mmm-yy", "Mar 2024", ""},
		{"yyyy", "2024", ""},
		{"d mmm", "2024-03-12", ""},
		{`"on "dd/mm/yyyy`, "2024-03-12", ""},
	} {
		file := sheetOf(t, [][]any{{"Date", "Event"}, {when, "Visit"}}, func(f *excelize.File) { format(t, f, "A2", "A2", c.code) })
		_, res := drafts(t, "d.xlsx", file, Options{})
		d := allOf(res)[0]
		if d.Get(Date) != c.date || d.Get(Time) != c.time {
			t.Errorf("%s: date %q time %q, want %q %q", c.code, d.Get(Date), d.Get(Time), c.date, c.time)
		}
		if _, err := model.ParseDate(d.When(), model.Day{Year: 2026, Month: 6, Day: 22}); err != nil {
			t.Errorf("%s: %v", c.code, err)
		}
	}
}

func TestTheFormatsOfNumbers(t *testing.T) {
	for _, c := range []struct{ code, raw, want string }{
		{"General", "7", "7"}, {"General", "0.1", "0.1"}, {"General", "1.1000000000000001", "1.1"}, {"General", "7700900123", "7700900123"},
		{"00000000000", "7700900123", "07700900123"}, {"0%", "0.45", "45%"}, {"0.00E+00", "45363", "45363"}, {`0 "days"`, "3", "3"},
		{"[Red]0", "3", "3"}, {"hh:mm", "0.5", "12:00"}, {"h:mm:ss", "0.354166666666667", "08:30"}, {"[h]:mm", "1.5", "36:00"}, {"[h]:mm", "0.25", "06:00"},
		{"mm:ss", "0.5", "12:00"}, {"yyyy-mm-dd", "60", "1900-02-28"}, {"yyyy-mm-dd", "1", "1900-01-01"}, {"yyyy-mm-dd", "61", "1900-03-01"},
		{"yyyy-mm-dd", "-4", "-4"}, {"yyyy-mm-dd", "9999999", "9999999"}, {"dd\\/mm\\/yyyy", "45363", "2024-03-12"},
	} {
		if got := parseFormat(c.code).shown(c.raw, false).text; got != c.want {
			t.Errorf("%s of %s is %q, want %q", c.code, c.raw, got, c.want)
		}
	}
	if got := builtin(14).shown("43901", true).text; got != "2024-03-12" {
		t.Errorf("from 1904 it is %q", got)
	}
	for _, id := range []int{14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47} {
		if f := builtin(id); !f.date() && !f.hour {
			t.Errorf("format %d shows no date", id)
		}
	}
}

func Test1904Dates(t *testing.T) {
	yes := true
	file := sheetOf(t, [][]any{{"Date", "Event"}, {43901, "Visit"}}, func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		format(t, f, "A2", "A2", "dd/mm/yyyy")
	})
	tab, res := drafts(t, "mac.xlsx", file, Options{})
	if got := allOf(res)[0].Get(Date); got != "2024-03-12" || !noted(tab, "1904") {
		t.Errorf("date is %q, notes %+v", got, tab.Notes)
	}
}

func TestTimesColumnsAndMidnights(t *testing.T) {
	file := sheetOf(t, [][]any{{"Date", "Time", "Event"}, {at("2024-03-12 00:00"), 0.5, "Visit"}, {at("2024-03-13 00:00"), "evening", "Call"}},
		func(f *excelize.File) {
			format(t, f, "A2", "A3", "dd/mm/yyyy hh:mm")
			format(t, f, "B2", "B2", "hh:mm")
		})
	tab, res := drafts(t, "m.xlsx", file, Options{})
	if got := allOf(res)[0].When(); got != "2024-03-12 12:00" {
		t.Errorf("when is %q", got)
	}
	if got := allOf(res)[1].When(); got != "2024-03-13" || allOf(res)[1].Words() != "Call\nTime: evening" || !noted(tab, "00:00") {
		t.Errorf("when is %q, words %q", got, allOf(res)[1].Words())
	}
}

func TestBareDayNumbersAreReadAndTold(t *testing.T) {
	tab, res := drafts(t, "b.xlsx", sheetOf(t, [][]any{{"Date", "Event"}, {45363, "Visit"}, {2019, "Move"}}, nil), Options{})
	if allOf(res)[0].Get(Date) != "2024-03-12" || allOf(res)[1].Get(Date) != "2019" || !noted(tab, "bare numbers") {
		t.Errorf("%q %q %+v", allOf(res)[0].Get(Date), allOf(res)[1].Get(Date), tab.Notes)
	}
}

func TestMergedCells(t *testing.T) {
	file := sheetOf(t, [][]any{
		{"Chronology for the review"},
		{"When", nil, "Who", nil, "What happened"},
		{"Date", "Time", "Agency", "Worker", nil},
		{"1/2/24", "09:00", "GP", "GP1", "Clinic"},
		{nil, "10:00", nil, nil, "Call"},
		{nil, "11:00", nil, nil, "Letter"},
	}, func(f *excelize.File) {
		for _, m := range [][2]string{{"A1", "E1"}, {"A2", "B2"}, {"C2", "D2"}, {"E2", "E3"}, {"A4", "A6"}, {"C4", "C5"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	tab, res := drafts(t, "m.xlsx", file, Options{})
	if tab.HeaderRow != 3 || len(allOf(res)) != 3 {
		t.Fatalf("header row %d, %d drafts, columns %+v", tab.HeaderRow, len(allOf(res)), tab.Columns)
	}
	for i, want := range []string{"1/2/24 09:00 GP Clinic", "1/2/24 10:00 GP Call", "1/2/24 11:00  Letter"} {
		d := allOf(res)[i]
		if got := strings.Join([]string{d.Get(Date), d.Get(Time), d.Get(Agency), d.Get(Text)}, " "); got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
	if !noted(tab, "3 merged cells") {
		t.Errorf("notes %+v", tab.Notes)
	}
}

func TestSheetsAndHiddenThingsAreReported(t *testing.T) {
	file := sheetOf(t, [][]any{{"Guidance"}, {"Fill in the next sheet"}}, func(f *excelize.File) {
		for i, name := range []string{"Events", "Old", "List"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			if i < 2 {
				_ = f.SetSheetRow(name, "A1", &[]any{"Date", "Agency", "Event"})
				_ = f.SetSheetRow(name, "A2", &[]any{"1/2/24", "GP", name})
				_ = f.SetSheetRow(name, "A3", &[]any{"2/2/24", "GP", name + " two"})
			}
		}
		_ = f.SetSheetVisible("Old", false)
		_ = f.SetRowVisible("Events", 3, false)
		_ = f.SetColVisible("Events", "B", false)
		_ = f.AddComment("Events", excelize.Comment{Cell: "C2", Author: "A", Paragraph: []excelize.RichTextRun{{Text: "ask the GP again"}}})
	})
	tab, res := drafts(t, "s.xlsx", file, Options{})
	if tab.Sheet != "Events" || len(allOf(res)) != 2 || !allOf(res)[1].Hidden || !tab.Columns[1].Hidden {
		t.Fatalf("sheet %q, drafts %+v", tab.Sheet, allOf(res))
	}
	for _, part := range []string{`"Sheet1" was not read`, `hidden sheet "Old" has headings`, `"List" was not read`, "1 rows are hidden", "1 columns are hidden", "cell C2 has a comment"} {
		if !noted(tab, part) {
			t.Errorf("no note says %q: %+v", part, tab.Notes)
		}
	}
	for _, n := range tab.Notes {
		if n.Kind == NoteComment && (!strings.Contains(n.Words, "ask the GP again") || strings.Contains(n.Text, "ask")) {
			t.Errorf("comment note is %+v", n)
		}
	}
	if _, res := drafts(t, "s.xlsx", file, Options{SkipHidden: true}); len(allOf(res)) != 1 {
		t.Errorf("%d drafts without hidden rows", len(allOf(res)))
	}
	if tab, _ := drafts(t, "s.xlsx", file, Options{Sheet: "old"}); tab.Sheet != "Old" {
		t.Errorf("sheet %q", tab.Sheet)
	}
	if say := wantErr(t, "s.xlsx", file, Options{Sheet: "none"}, ErrNoSheet); !strings.Contains(say, `"Events"`) {
		t.Errorf("it says %q", say)
	}
}

func TestFormulasErrorsAndKindsOfCell(t *testing.T) {
	sheet := `<worksheet><sheetData>
<row r="1"><c t="inlineStr"><is><r><t>Da</t></r><r><t>te</t></r><rPh><t>no</t></rPh></is></c><c t="inlineStr"><is><t>Event</t></is></c><c t="str"><f>1</f><v>Comment</v></c></row>
<row><c t="str"><f>TEXT(1)</f><v>1/2/24</v></c><c t="e"><f>A9</f><v>#REF!</v></c><c><f>B9</f></c></row>
<row r="9"><c r="A9" t="d"><v>2024-03-12T14:05:00</v></c><c r="B9" t="b"><v>1</v></c><c r="C9" t="str"><v>bell_x0007_ _x005F_ _xZZZZ_ a_x</v></c></row>
</sheetData></worksheet>`
	tab, res := drafts(t, "k.xlsx", rawBook(map[string]string{"xl/worksheets/sheet1.xml": sheet}), Options{})
	if len(allOf(res)) != 2 {
		t.Fatalf("drafts %+v, rejects %+v", allOf(res), res.Rejects)
	}
	a, b := allOf(res)[0], allOf(res)[1]
	if a.Get(Date) != "1/2/24" || a.Get(Text) != "#REF!" || !noted(tab, "B2 #REF!") || !noted(tab, "1 formulas have no value") {
		t.Errorf("%q %q %+v", a.Get(Date), a.Get(Text), tab.Notes)
	}
	if b.Get(Date) != "2024-03-12" || b.Get(Time) != "14:05" || b.Get(Text) != "TRUE" || b.Get(Comment) != "bell\a _ _xZZZZ_ a_x" || b.Origin.Row != 9 {
		t.Errorf("%q %q %q %q row %d", b.Get(Date), b.Get(Time), b.Get(Text), b.Get(Comment), b.Origin.Row)
	}
}

func TestStrictWorkbooksAndOddPackages(t *testing.T) {
	strict := "http://purl.oclc.org/ooxml/officeDocument/relationships/"
	file := rawBook(map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="` + strict + `officeDocument" Target="/xl/book.xml"/></Relationships>`,
		"xl/book.xml":                `<x:workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:q="r"><x:workbookPr date1904="true"/><x:sheets><x:sheet name="S" sheetId="1" q:id="rId7"/></x:sheets></x:workbook>`,
		"xl/_rels/book.xml.rels":     `<Relationships><Relationship Id="rId7" Type="` + strict + `worksheet" Target="/xl/Worksheets/Sheet1.xml"/></Relationships>`,
		"xl/worksheets\\sheet1.xml":  strings.NewReplacer("</", "</x:", "<", "<x:").Replace(rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Visit"})),
		"xl/_rels/workbook.xml.rels": "",
	})
	tab, res := drafts(t, "strict.xlsx", file, Options{})
	if len(allOf(res)) != 1 || allOf(res)[0].Get(Text) != "Visit" || !noted(tab, "1904") {
		t.Errorf("drafts %+v", allOf(res))
	}
}

func TestSharedStringsThatAreNotThereAreEmpty(t *testing.T) {
	sheet := strings.Replace(rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Visit"}), `</row></sheetData>`, `<c r="C2" t="s"><v>99</v></c><c r="D2" t="s"><v>-1</v></c></row></sheetData>`, 1)
	_, res := drafts(t, "x.xlsx", rawBook(map[string]string{"xl/worksheets/sheet1.xml": sheet}), Options{})
	if len(allOf(res)) != 1 || len(allOf(res)[0].Extras) != 0 {
		t.Errorf("drafts %+v", allOf(res))
	}
}

func TestPartsInUTF16(t *testing.T) {
	sheet := `<?xml version="1.0" encoding="UTF-16"?>` + rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Zoë’s visit"})
	wideSheet := append([]byte("\xff\xfe"), wide(sheet)...)
	_, res := drafts(t, "x.xlsx", rawBook(map[string]string{"xl/worksheets/sheet1.xml": string(wideSheet[:len(wideSheet)-2])}), Options{})
	if len(allOf(res)) != 1 || allOf(res)[0].Get(Text) != "Zoë’s visit" {
		t.Errorf("drafts %+v", allOf(res))
	}
}

func TestThreadedCommentsAreNotedOnce(t *testing.T) {
	rel := "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	file := rawBook(map[string]string{
		"xl/worksheets/sheet1.xml":            rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Visit"}),
		"xl/worksheets/_rels/sheet1.xml.rels": `<Relationships><Relationship Id="a" Type="` + rel + `comments" Target="../comments1.xml"/><Relationship Id="b" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t1.xml"/></Relationships>`,
		"xl/comments1.xml":                    `<comments><commentList><comment ref="B2"><text><t>[Threaded comment] Your version</t></text></comment></commentList></comments>`,
		"xl/threadedComments/t1.xml":          `<ThreadedComments><threadedComment ref="B2"><text>is this right?</text></threadedComment></ThreadedComments>`,
	})
	tab, _ := drafts(t, "x.xlsx", file, Options{})
	if len(tab.Notes) != 1 || tab.Notes[0].Words != "is this right?" || tab.Notes[0].Row != 2 {
		t.Errorf("notes %+v", tab.Notes)
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Visit"}), `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yy"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`)
	f.Add(`<worksheet><cols><col min="1" max="9" hidden="1"/></cols><sheetData><row><c t="str"><v>Date</v></c><c t="str"><v>Event</v></c></row><row><c><v>45363.5</v></c><c t="e"><v>#N/A</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`, `<styleSheet/>`)
	f.Fuzz(func(t *testing.T, sheet, styles string) {
		tab, err := Read(t.Context(), "x.xlsx", strings.NewReader(string(rawBook(map[string]string{
			"xl/worksheets/sheet1.xml": sheet, "xl/styles.xml": styles}))), Options{})
		if err != nil {
			return
		}
		if res := judged(t, tab, nil); len(allOf(res))+len(res.Rejects) != tab.Rows {
			t.Fatalf("%v of %d rows (%v)", res, tab.Rows, err)
		}
	})
}
