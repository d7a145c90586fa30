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
		s, name, _ := decode(b)
		if !utf8.ValidString(s) || name == "" {
			t.Fatalf("%q is not text of %q", s, name)
		}
		if name == "UTF-8" && len(b)-len(s) > 3 {
			t.Fatal("bytes of valid text were lost")
		}
	})
}
