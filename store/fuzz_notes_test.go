package store

import (
	"os"
	"path/filepath"
	"testing"

	"caseroom/model"
)

// T8: what lies beside a workspace, and what is typed from paper.

// FuzzNotes: the device's note and the note of who has the file, whoever wrote them, are read
// or passed over.
func FuzzNotes(f *testing.F) {
	f.Add([]byte(`{"label":"PK","at":"2026-03-10T09:00:00Z","clean":true,"ws":"a1","leaves":7,"root":"00","file":{"size":1}}`))
	f.Add([]byte(`{"member":"PK","host":"desk","pid":1,"since":"2026-03-10T09:00:00Z"}`))
	f.Add([]byte(`{"leaves":-1}`))
	dir := f.TempDir()
	state, path := newDeviceState(dir), filepath.Join(dir, "w.caseroom")
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, name := range []string{state.file(path), lockNotePath(path)} {
			if err := os.WriteFile(name, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		n := state.read(path)
		if h := n.head(); h.Leaves == 0 && h.Sum != [32]byte{} && n.Leaves != 0 {
			t.Fatal("a head without a size")
		}
		if n.untouched(path) {
			t.Fatal("a file that is not there counts as untouched")
		}
		_ = state.all()
		if model.KindOf(heldBy(path)) != model.Busy {
			t.Fatal("a note changes what is wrong")
		}
	})
}

// FuzzHeads: eight words, or nothing.
func FuzzHeads(f *testing.F) {
	f.Add("acorn zebra acorn zebra acorn zebra acorn zebra")
	f.Add(" ACORN\tzebra acorn zebra acorn zebra acorn  zebra\n")
	f.Add("acorn")
	f.Fuzz(func(t *testing.T, text string) {
		heads, err := parseHeads([]string{text})
		if err == nil && len(heads) != 1 || err != nil && model.KindOf(err) != model.Invalid {
			t.Fatalf("%q: %v, %v", text, heads, err)
		}
	})
}

// FuzzRecordText: the text of a record, as an insider may write it, is read or refused, and
// what is read is written the same. A glance at it says nothing else.
func FuzzRecordText(f *testing.F) {
	for _, n := range detailNouns() {
		f.Add(string(n)+" 3\n{}", uint8(0))
		f.Add(string(n)+"\n{\"id\":\"x\"}", uint8(4))
	}
	f.Add("information 99999999999999999999\n{}", uint8(7))
	f.Fuzz(func(t *testing.T, text string, noun uint8) {
		glanceAgrees(t, []byte(text))
		all := detailNouns()
		for _, n := range []model.Noun{all[int(noun)%len(all)], model.NounInformation} {
			r, ok, err := decode([]byte(text), n, 3)
			if err != nil || !ok {
				continue
			}
			again, err := encode(r)
			if err != nil {
				continue // a date that JSON cannot say
			}
			back, ok, err := decode(again, n, 3)
			if err != nil || !ok || back.Base().Rev != r.Base().Rev {
				t.Fatalf("%q does not come back: %v", again, err)
			}
		}
	})
}
