package fonts

import (
	"bytes"
	"testing"

	"golang.org/x/image/font/sfnt"
)

// TestFacesCoverNames holds the faces to the letters that families in Britain sign their names with.
func TestFacesCoverNames(t *testing.T) {
	const text, fallback = "O’BrienZoëŁukaszŻółćÉireŴynSiânÇağrıĐặng…–€£", "ΕλένηОленаԱնիანაשרהفاطمةĐặngНатальяỹ▯→✓"
	for name, letters := range map[string]string{Regular: text[:len("O’BrienZoëŁukasz")], Bold: "O’BrienZoëŁukasz",
		FallbackRegular: text + fallback, FallbackBold: text + fallback} {
		data, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		font, err := sfnt.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var buf sfnt.Buffer
		for _, r := range letters {
			if g, err := font.GlyphIndex(&buf, r); err != nil || g == 0 {
				t.Errorf("%s has no shape for %q", name, r)
			}
		}
	}
}

func TestLicencesTravelWithTheFaces(t *testing.T) {
	for name, words := range map[string]string{TextLicence: "SIL OPEN FONT LICENSE", FallbackLicence: "Bitstream Vera"} {
		data, err := Read(name)
		if err != nil || !bytes.Contains(data, []byte(words)) {
			t.Errorf("%s: %v, or not the licence", name, err)
		}
	}
}
