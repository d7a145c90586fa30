package intake

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"caseroom/model"
)

func plainSheet(t testing.TB) []byte {
	return sheetOf(t, [][]any{{"Date", "Event"}, {"1/2/24", "Visit"}}, nil)
}

func TestWhatIsRefused(t *testing.T) {
	whole := plainSheet(t)
	old := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), bytes.Repeat([]byte{0}, 600)...)
	copy(old[600:], wide("Workbook"))
	old = append(old, wide("Workbook")...)
	mail := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), wide("__properties_version1.0")...)
	for _, c := range []struct {
		name string
		file []byte
		want error
		say  string
	}{
		{"empty.csv", nil, ErrEmpty, "is empty"},
		{"old.xlsx", old, ErrOldExcel, "save it as .xlsx"},
		{"mail.msg", mail, ErrNotTable, "Outlook"},
		{"scan.csv", []byte("%PDF-1.7\n"), ErrNotTable, "a PDF document"},
		{"page.xls", []byte("\n<html><table><tr><td>Date"), ErrNotTable, "a web page"},
		{"cut.xlsx", whole[:len(whole)*2/3], ErrDamaged, "cut short"},
		{"letter.xlsx", rawBook(map[string]string{"_rels/.rels": "<Relationships/>", "xl/workbook.xml": "", "word/document.xml": "<w/>"}), ErrNoRows, ""},
		{"noise.csv", bytes.Repeat([]byte{1, 2, 3, 'a'}, 500), ErrNotTable, "not text"},
		{"blank.csv", []byte("\n,,\n \n"), ErrNoRows, "no rows"},
		{"heads.csv", []byte("Date,Event\n,,\n"), ErrNoRows, "no rows"},
		{"story.csv", []byte("Dear all,\nplease find the chronology attached,\nregards\n"), ErrNoHeadings, "no row of known headings"},
		{"heads.xlsx", sheetOf(t, [][]any{{"Date", "Event"}}, nil), ErrNoRows, "no rows"},
		{"nothing.xlsx", sheetOf(t, nil, nil), ErrNoRows, "no rows"},
		{"names.csv", []byte("First name,Surname\nA,B\n"), ErrNoHeadings, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			say := wantErr(t, c.name, c.file, Options{}, c.want)
			if !strings.Contains(say, c.say) || !strings.HasPrefix(say, `"`+c.name+`"`) {
				t.Errorf("it says %q", say)
			}
			if model.KindOf(errOf(c.file, Options{})) == model.Failed {
				t.Errorf("%q has no kind", say)
			}
		})
	}
}

func errOf(b []byte, o Options) error {
	_, err := Read(context.Background(), "x", bytes.NewReader(b), o)
	return err
}

func TestZipsThatAreNoWorkbook(t *testing.T) {
	for part, say := range map[string]string{"word/document.xml": "Word", "xl/workbook.bin": ".xlsb", "content.xml": "OpenDocument", "notes.txt": "a zip file"} {
		file := rawBook(map[string]string{"_rels/.rels": "<Relationships/>", part: "<x/>"})
		// The book's own parts are in it too, so the workbook is found without relations
		// unless they say otherwise.
		file = bytes.ReplaceAll(file, []byte("xl/workbook.xml"), []byte("xl/workbook.foo"))
		if got := wantErr(t, "x.xlsx", file, Options{}, ErrNotTable); !strings.Contains(got, say) {
			t.Errorf("with %s it says %q", part, got)
		}
	}
}

func TestOpenRefusesWhatIsNoPlainFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := makePipe(pipe); err != nil {
		t.Skip("no pipes here")
	}
	for path, want := range map[string]error{dir: ErrDirectory, filepath.Join(dir, "none.csv"): ErrMissing, pipe: ErrNotPlain} {
		if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	file := filepath.Join(dir, "no suffix at all")
	if err := os.WriteFile(file, plainSheet(t), 0o600); err != nil {
		t.Fatal(err)
	}
	tab, err := Open(context.Background(), file, Options{})
	if err != nil || tab.Format != "xlsx" || tab.File != "no suffix at all" {
		t.Errorf("%+v, %v", tab, err)
	}
}

func TestNamesInSentencesAreHarmless(t *testing.T) {
	name := "/secret folder/\x1b[2J" + strings.Repeat("n", 2000) + ".csv"
	say := wantErr(t, name, []byte("a"), Options{}, ErrNoHeadings)
	if strings.Contains(say, "secret folder") || strings.ContainsRune(say, 0x1b) || len(say) > 400 {
		t.Errorf("it says %q", say)
	}
}

func TestPasswords(t *testing.T) {
	locked, err := excelize.Encrypt(plainSheet(t), &excelize.Options{Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "p.xlsx", locked, Options{}, ErrPassword)
	wantErr(t, "p.xlsx", locked, Options{Password: "wrong"}, ErrWrongPassword)
	_, res := drafts(t, "p.xlsx", locked, Options{Password: "correct horse"})
	if len(allOf(res)) != 1 || allOf(res)[0].Get(Text) != "Visit" {
		t.Errorf("drafts are %+v", allOf(res))
	}
	for cut := len(locked) - 1; cut > 600; cut -= 2500 {
		tab, err := Read(context.Background(), "p.xlsx", bytes.NewReader(locked[:cut]), Options{Password: "correct horse"})
		if err == nil && tab.Rows != 1 { // the last sectors may be padding
			t.Fatalf("a protected file cut at %d was read as %d rows", cut, tab.Rows)
		}
	}
	readOnly, err := excelize.Encrypt(plainSheet(t), &excelize.Options{Password: "VelvetSweatshop"})
	if err != nil {
		t.Fatal(err)
	}
	drafts(t, "readonly.xlsx", readOnly, Options{})
}

func TestEveryCutOfAWorkbookIsRefused(t *testing.T) {
	whole := plainSheet(t)
	for cut := len(whole) - 23; cut > 0; cut -= 211 {
		if errOf(whole[:cut], Options{}) == nil {
			t.Fatalf("a workbook cut at %d of %d was read", cut, len(whole))
		}
	}
}

func TestLimits(t *testing.T) {
	sheet := plainSheet(t)
	bomb := rawBook(map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + strings.Repeat("<!--                                -->", 1<<16) + "</worksheet>"})
	far := rawBook(map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>`})
	many := []byte("Date,Event\n" + strings.Repeat("1/2/24,a\n", 20))
	for name, c := range map[string]struct {
		file   []byte
		limits Limits
		say    string
	}{
		"file":    {sheet, Limits{FileBytes: 100}, "is larger than"},
		"unzip":   {bomb, Limits{UnzippedBytes: 1 << 20}, "unpacks to more than 1 MiB"},
		"column":  {far, Limits{}, "columns"},
		"rows":    {many, Limits{Rows: 10}, "more than 10 rows"},
		"cells":   {many, Limits{Cells: 10}, "more than 10 cells"},
		"text":    {many, Limits{TextBytes: 10}, "of text"},
		"stretch": {[]byte("Date,Event" + strings.Repeat("\n1"+strings.Repeat(",", 15000)+"x", 30)), Limits{Cells: 100_000}, "more than 100000 cells"},
	} {
		if say := wantErr(t, name, c.file, Options{Limits: c.limits}, ErrTooLarge); !strings.Contains(say, c.say) {
			t.Errorf("%s: it says %q", name, say)
		}
	}
}

func TestReadingCanBeStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for name, file := range map[string][]byte{"a.csv": []byte("Date,Event\n" + strings.Repeat("1/2/24,a\n", 1000)), "a.xlsx": plainSheet(t)} {
		if _, err := Read(ctx, name, bytes.NewReader(file), Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No part of a sheet may reach a disk, however large: a protected workbook whose sheet
// unpacks to more than 16 MiB is read with every temporary folder watched.
func TestNothingIsWrittenToATemporaryFolder(t *testing.T) {
	tmp := t.TempDir()
	for _, v := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(v, tmp)
	}
	rows := make([][]string, 0, 30_001)
	rows = append(rows, []string{"Date", "Event", "Agency"})
	for range 30_000 {
		rows = append(rows, []string{"1/2/24", "Canary " + strings.Repeat("long words ", 50), "GP"})
	}
	sheet := rawSheet(rows...)
	if len(sheet) < 17<<20 {
		t.Fatalf("the sheet has only %d bytes", len(sheet))
	}
	file, err := excelize.Encrypt(rawBook(map[string]string{"xl/worksheets/sheet1.xml": sheet}), &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	look := func() {
		entries, err := os.ReadDir(tmp)
		if err != nil || len(entries) != 0 {
			t.Fatalf("the temporary folder holds %v (%v)", entries, err)
		}
	}
	tab := read(t, "big.xlsx", file, Options{Password: "x", Progress: func(int) { look() }})
	look()
	if tab.Rows != 30_000 {
		t.Errorf("%d rows", tab.Rows)
	}
}
