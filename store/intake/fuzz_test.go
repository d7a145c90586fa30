package intake

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// T8: what comes in from other programs, beside the text of tables and sheets.

// FuzzMap: a column map is read or refused.
func FuzzMap(f *testing.F) {
	f.Add([]byte("date = \"When\"\ntext = [\"What\", \"More\"]\nignore = [\"ID\"]\nsheet = \"S\"\nheader-row = 4\n[constants]\nagency = \"Health\"\n"))
	f.Add([]byte("[columns]\ndate = [[]]\n"))
	f.Add([]byte("header-row = -1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ParseMap(raw)
		if err != nil {
			return
		}
		if m.HeaderRow < 0 || m.HeaderRow >= 1<<20 {
			t.Fatalf("the headings stand in row %d", m.HeaderRow)
		}
		tab, err := Read(t.Context(), "x.csv", strings.NewReader("When,What\n1/2/26,something\n"), Options{Map: m})
		if err == nil {
			judged(t, tab, nil)
		}
	})
}

// FuzzWorkbook: any bytes under the name of a workbook, also those of an archive that was
// tampered with.
func FuzzWorkbook(f *testing.F) {
	book := rawBook(map[string]string{"xl/worksheets/sheet1.xml": rawSheet([]string{"Date", "Event"}, []string{"1/2/24", "Visit"}),
		"xl/sharedStrings.xml": "<sst><si><t>Visit</t></si></sst>"})
	f.Add(book)
	f.Add(bytes.ReplaceAll(book, []byte("xl/workbook.xml"), []byte("../../book.xml ")))
	f.Add(book[:len(book)/2])
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			return
		}
		for _, name := range []string{"x.xlsx", "x.xls", "x.csv", "x"} {
			tab, err := Read(t.Context(), name, bytes.NewReader(raw), Options{})
			if err != nil {
				if !utf8.ValidString(err.Error()) {
					t.Fatalf("%s: %q", name, err)
				}
				continue
			}
			if res := judged(t, tab, nil); len(allOf(res))+len(res.Rejects) != tab.Rows {
				t.Fatalf("%s: %d drafts and %d rejects of %d rows", name, len(allOf(res)), len(res.Rejects), tab.Rows)
			}
		}
	})
}
