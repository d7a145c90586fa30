package store

import (
	"bytes"
	"maps"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// aDirPage is a page of the directory with one case of every sort of thing that it says.
func aDirPage(f *testing.F) *dirPage {
	text, err := encodeRow(view.CaseRow{Case: model.Case{Title: "A case", Lines: []string{"housing"}}, Restricted: 2})
	if err != nil {
		f.Fatal(err)
	}
	p := newDirPage()
	p.cases["case-a"] = &listed{tags: []seal.Tag{{1}, {2}}, held: true, readable: true, mixed: true, day: model.Day{Year: 2026, Month: 3, Day: 10},
		next: model.Day{Year: 2026, Month: 12, Day: 31}, ends: []model.Day{{Year: 2027, Month: 1, Day: 1}}, ref: "dd-2026-a001", cleared: []model.ID{"ada", "ben"},
		front: frontCase{Closed: true, counted: true, Unfinished: 300}, text: text}
	p.cases["case-b"] = &listed{closed: true}
	p.rooms[seal.Tag{1}], p.rooms[seal.Tag{2}] = "case-a", "case-a"
	p.refs["dd-2026-a001"] = "case-a"
	return p
}

// FuzzDirPage: a page of the directory, whoever sealed it, is read or refused, and what is read
// is written the same.
func FuzzDirPage(f *testing.F) {
	whole := aDirPage(f).encode()
	f.Add(whole)
	f.Add(newDirPage().encode())
	f.Add(whole[:len(whole)/2])
	f.Add(append([]byte{0xff, 0xff, 0xff, 0x7f}, whole...))
	f.Fuzz(func(t *testing.T, plain []byte) {
		p := newDirPage()
		if !p.decode(plain) {
			return
		}
		back := newDirPage()
		if !back.decode(p.encode()) {
			t.Fatal("a page that was read does not come back")
		}
		same := func(a, b *listed) bool { return bytes.Equal(a.append(nil), b.append(nil)) }
		if !maps.EqualFunc(p.cases, back.cases, same) || !maps.Equal(p.rooms, back.rooms) || !maps.Equal(p.refs, back.refs) {
			t.Fatal("a page comes back as another")
		}
		for _, l := range p.cases {
			if row, err := l.shown(); err == nil && row == nil && len(l.text) > 0 {
				t.Fatal("a row is neither shown nor refused")
			}
		}
	})
}
