package store

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"caseroom/model"
)

// glanceAgrees holds a glance against decode: what it says yes to decode reads, as it says.
func glanceAgrees(t interface{ Fatalf(string, ...any) }, text []byte) bool {
	g, ok := glance(text)
	if !ok {
		return false
	}
	r, is, err := decode(text, model.NounInformation, 0)
	if err != nil || !is {
		t.Fatalf("a glance at %q says yes, and it cannot be read: %v", text, err)
	}
	b := r.Base()
	if string(b.ID) != g.id || b.Ref != g.ref || len(r.(*model.Information).Attachments) > 0 {
		t.Fatalf("a glance at %q says %+v, and it is %+v", text, g, r)
	}
	return true
}

// drawItem invents an item as it could be written, without attachments.
func drawItem(t *rapid.T) *model.Information {
	words := rapid.StringOf(rapid.RuneFrom([]rune("abc \"\\\n\t<&>é“\u2028\x01😀")))
	when := func(label string) time.Time {
		return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, label), rapid.Int64Range(0, 999_999_999).Draw(t, label)).UTC()
	}
	i := &model.Information{Head: model.Head{ID: newID(), Ref: "INF-2026-7KQ4M2", CaseID: newID(), Made: when("made"), MadeBy: newID(), Changed: when("changed")},
		Channel: model.Telephone, Agency: words.Draw(t, "agency"), Source: words.Draw(t, "source"), Received: when("received"),
		Sequence: rapid.IntRange(-3, 2_000_000_000).Draw(t, "sequence"), Summary: words.Draw(t, "summary"), Words: words.Draw(t, "words"),
		Themes: rapid.SliceOf(words).Draw(t, "themes"), Alike: []model.ID{newID()}[:rapid.IntRange(0, 1).Draw(t, "alike")],
		Origin: model.Origin{File: words.Draw(t, "file"), Row: rapid.IntRange(0, 999_999).Draw(t, "row")}}
	i.Occurred = model.ExactDate(model.DayOf(when("occurred")))
	i.Agreement = model.Agreement{State: "given", Why: words.Draw(t, "why")}
	return i
}

// TestGlance: every item that is written in the house's way a glance can tell of; and of
// whatever stands there instead it says nothing that is not so.
func TestGlance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawItem(t)
		text, err := encode(i)
		if err != nil {
			t.Fatal(err)
		}
		if !glanceAgrees(t, text) && i.Sequence < 1_000_000_000 {
			t.Fatalf("a glance does not know %q", text)
		}
		for range 20 {
			other := bytes.Clone(text)
			at := rapid.IntRange(0, len(other)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				other[at] = rapid.SampledFrom([]byte("\"\\,:{}[]0-1eE.n\x00\x1f\x80 u")).Draw(t, "byte")
			case 1:
				other = append(other[:at], other[at+1:]...)
			case 2:
				other = other[:at]
			case 3: // a part of it twice
				to := rapid.IntRange(at, len(other)).Draw(t, "to")
				other = append(other[:to:to], text[at:]...)
			}
			glanceAgrees(t, other)
		}
	})
}

// TestGlanceLeavesToDecode: what is not written in the house's way is decoded.
func TestGlanceLeavesToDecode(t *testing.T) {
	i := &model.Information{Head: model.Head{ID: newID(), Ref: "INF-2026-7KQ4M2"}, Words: "Seen at home."}
	plain, err := encode(i)
	if err != nil {
		t.Fatal(err)
	}
	if !glanceAgrees(t, plain) {
		t.Fatalf("a glance does not know %q", plain)
	}
	with := *i
	with.Attachments = []model.Attachment{{ID: newID(), Name: "letter.txt"}}
	attached, err := encode(&with)
	if err != nil {
		t.Fatal(err)
	}
	in := func(from, to string) []byte { return []byte(strings.Replace(string(plain), from, to, 1)) }
	for what, text := range map[string][]byte{
		"attachments":             attached,
		"a name in capitals":      in(`"words"`, `"WORDS"`),
		"a name of none":          in(`"words"`, `"quern":1,"words"`),
		"a field twice":           in(`"words":"Seen at home."`, `"words":"Seen at home.","words":""`),
		"another order":           in(`"channel":"","agency":""`, `"agency":"","channel":""`),
		"null":                    in(`"Seen at home."`, `null`),
		"a space":                 in(`"words":`, `"words": `),
		"an escape in the name":   in(`INF-2026`, `\u0049NF-2026`),
		"more behind it":          append(bytes.Clone(plain), ' '),
		"no revision":             in("information 0", "information"),
		"another noun":            in("information", "incident"),
		"a time that is none":     in(`"received":"0001`, `"received":"none`),
		"a day that is none":      in(`"from":""`, `"from":"2024-02-30"`),
		"a control character":     in("Seen", "S\x01en"),
		"a fraction for a number": in(`"words"`, `"sequence":1.5,"words"`),
	} {
		if bytes.Equal(text, plain) {
			t.Errorf("%s: nothing was changed in %q", what, plain)
		}
		if _, ok := glance(text); ok {
			t.Errorf("%s: a glance says yes to %q", what, text)
		}
	}
}
