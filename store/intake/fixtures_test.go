package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// read reads bytes as a file and fails the test when that fails.
func read(t testing.TB, name string, b []byte, o Options) *Table {
	t.Helper()
	tab, err := Read(context.Background(), name, bytes.NewReader(b), o)
	if err != nil {
		t.Fatalf("reading %s: %v", name, err)
	}
	return tab
}

// drawn is what a table came to.
type drawn struct {
	*Result
	good []Draft
}

// judged goes through all rows of a table, which are refused for what the table says, and
// for what check says, which may be nil.
func judged(t testing.TB, tab *Table, check func(*Draft) error) *drawn {
	t.Helper()
	out := &drawn{Result: tab.Result()}
	for n := range tab.Rows {
		d, reason, err := tab.Draft(n)
		if err != nil {
			t.Fatal(err)
		}
		if reason == "" && check != nil {
			if err := check(&d); err != nil {
				reason = err.Error()
			}
		}
		if reason != "" {
			out.Refuse(n, reason)
			continue
		}
		out.good = append(out.good, d)
	}
	return out
}

// drafts reads bytes to their end, without a check.
func drafts(t testing.TB, name string, b []byte, o Options) (*Table, *drawn) {
	t.Helper()
	tab := read(t, name, b, o)
	return tab, judged(t, tab, nil)
}

// wantErr reads bytes that have to be refused for a reason.
func wantErr(t *testing.T, name string, b []byte, o Options, want error) string {
	t.Helper()
	_, err := Read(context.Background(), name, bytes.NewReader(b), o)
	if !errors.Is(err, want) {
		t.Fatalf("%s: got error %v, want %v", name, err, want)
	}
	return err.Error()
}

// sheetOf builds a workbook of one sheet from rows of values.
func sheetOf(t testing.TB, rows [][]any, edit func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		at := fmt.Sprintf("A%d", i+1)
		if err := f.SetSheetRow("Sheet1", at, &r); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(f)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rawBook packs parts of a workbook by hand, for what a library would not write.
func rawBook(parts map[string]string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	all := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="Chronology" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(all[name]))
	}
	_ = z.Close()
	return out.Bytes()
}

// rawSheet gives a sheet part with text cells.
func rawSheet(rows ...[]string) string {
	var b strings.Builder
	b.WriteString(`<worksheet><sheetData>`)
	for i, r := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for k, c := range r {
			fmt.Fprintf(&b, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, letters(k), i+1, c)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

func noted(t *Table, part string) bool {
	for _, n := range t.Notes {
		if strings.Contains(n.Text, part) {
			return true
		}
	}
	return false
}

const agencyCSV = "Health visiting chronology,,,\nAgency: Riverside Health Visiting,,,\n,,,\n" +
	"Date,Time,Event/contact,Child's voice\n" +
	"12/03/2024,14:05,\"Home visit, both parents at home\",\"\"\"I like my bike\"\"\"\n" +
	"? 22 may 2016,,Clinic,\n"

// allOf are all drafts that a table came to.
func allOf(r *drawn) []Draft { return r.good }
