package intake

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

func TestEncodings(t *testing.T) {
	for name, want := range map[string]string{
		"windows1252.csv": "Windows-1252", "utf8-bom.csv": "UTF-8", "utf16le-bom.csv": "UTF-16 LE", "utf16be-bom.csv": "UTF-16 BE",
		"utf16le.csv": "UTF-16 LE", "utf16be.csv": "UTF-16 BE", "mixed.csv": "UTF-8 mixed with Windows-1252",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			tab, res := drafts(t, name, b, Options{})
			last := allOf(res)[len(allOf(res))-1]
			if tab.Encoding != want {
				t.Errorf("encoding is %s, want %s", tab.Encoding, want)
			}
			if got := last.Get(Text); got != "Zoë’s aunt rang – “all is well”, £5 for the café" {
				t.Errorf("text is %q", got)
			}
			if last.Get(Action) != "No further action" {
				t.Errorf("action is %q", last.Get(Action))
			}
			if sure := want == "UTF-8" || len(want) == 9; sure == noted(tab, "Windows-1252") {
				t.Errorf("notes are %+v", tab.Notes)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("caf\xe9 \xc3\xa9"))
	f.Add([]byte("\xff\xfea\x00\x00\xd8"))
	f.Add([]byte("\x00a\x00b\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var e encodings
		for at := 0; at < len(b); at += 3 {
			e.add(b[at:min(at+3, len(b))])
		}
		e.end()
		name, _ := e.name()
		if s := decoded(string(b)); !utf8.ValidString(s) || name == "" || (name == "UTF-8") != (s == string(b)) {
			t.Fatalf("%q is not text of %q", s, name)
		}
		if all := (encodings{}); len(b) > 0 {
			all.add(b)
			all.end()
			if all.odd != e.odd || all.multi != e.multi || all.line != e.line || all.first != e.first {
				t.Fatalf("in one part %+v, in many %+v", all, e)
			}
		}
		if order, name, mark := wide16(b); order != nil {
			in, out := newBlocks(1<<30), newBlocks(1<<30)
			_, _ = in.Write(b)
			if _, err := decode16(in, int64(mark), order, out); err != nil || name == "" || !utf8.Valid(out.last) {
				t.Fatalf("%q: %v", name, err)
			}
		}
	})
}
