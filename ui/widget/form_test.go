package widget_test

import (
	"slices"
	"strings"
	"testing"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

func typeInto(f *widget.Form, keys ...string) (last widget.FormEvent) {
	for _, k := range uitest.Keys(keys...) {
		last = f.Update(k)
	}
	return last
}

func formFrame(t *testing.T, f *widget.Form, w, h int) string {
	c := kit.NewCanvas(w, h, uitest.Theme(t, "mono"))
	f.Draw(c)
	return c.Plain()
}

func TestAFormBlocksOnlyWhenItIsSaved(t *testing.T) {
	f := someForm()
	f.Do(kit.NextField)
	f.Do(kit.NextField)
	if f.Focused() != "date" {
		t.Fatalf("focus on %s", f.Focused())
	}
	if !strings.Contains(formFrame(t, f, 80, 24), "This is needed.") {
		t.Error("the field that was left says nothing")
	}
	typeInto(f, "x")
	if got := formFrame(t, f, 80, 24); !strings.Contains(got, "This is not a date.") {
		t.Errorf("the echo does not tell while one types:\n%s", got)
	}
	if e, _ := f.Do(kit.Save); e.Submit || f.Focused() != "kind" || f.Errors() != 3 {
		t.Errorf("saved with errors: %+v, focus %s, %d errors", e, f.Focused(), f.Errors())
	}
	typeInto(f, "down")
	if e, _ := f.Do(kit.Open); !e.Changed || f.Values()["kind"] != "em" {
		t.Errorf("Enter after a move did not choose: %+v %v", e, f.Values())
	}
	f.Focus("date")
	typeInto(f, "backspace")
	f.Focus("words")
	typeInto(f, "Rang back.", "enter", "Will ring.")
	e, _ := f.Do(kit.Save)
	if !e.Submit || f.Values()["words"] != "Rang back.\nWill ring." || f.Values()["date"] != "12/3/24" {
		t.Errorf("not saved: %+v %v", e, f.Values())
	}
}

func TestPassingThroughAChoiceChoosesNothing(t *testing.T) {
	f := someForm()
	f.Do(kit.Open)
	f.Do(kit.PrevField)
	f.Do(kit.NextField)
	if v := f.Values()["kind"]; v != "" {
		t.Errorf("chosen %q", v)
	}
	f.Focus("kind")
	typeInto(f, "pap")
	f.Do(kit.NextField)
	if v := f.Values()["kind"]; v != "pap" {
		t.Errorf("letters typed, then Tab: %q", v)
	}
}

func TestSeveralAreChosenWithTheSpaceBar(t *testing.T) {
	f := someForm()
	f.Focus("about")
	typeInto(f, "down", "down", "space", "up", "space")
	if got := f.Values().List("about"); !slices.Equal(got, []string{"P01", "P04"}) {
		t.Errorf("chosen %v", got)
	}
	if got := formFrame(t, f, 80, 24); !strings.Contains(got, "● Child A") || !strings.Contains(got, "○ P03, mother") {
		t.Errorf("not shown:\n%s", got)
	}
}

func TestEveryFieldCanBeReachedAndIsSeen(t *testing.T) {
	var fields []widget.Field
	for i := range 40 {
		fields = append(fields, widget.Field{Name: string(rune('A' + i)), Label: "Field " + string(rune('A'+i)), Section: map[bool]string{true: "Part"}[i%7 == 0], Kind: widget.FieldKind(i % 4), Options: []kit.Option{{ID: "x", Text: "x"}}})
	}
	f := widget.NewForm(fields, widget.Values{})
	for i := range 80 {
		want := fields[i%40].Name
		if f.Focused() != want {
			t.Fatalf("focus on %s, want %s", f.Focused(), want)
		}
		for _, size := range [][2]int{{80, 20}, {60, 16}, {40, 10}} {
			if got := formFrame(t, f, size[0], size[1]); !strings.Contains(got, "Field "+want) || !strings.Contains(got, ">") {
				t.Fatalf("field %s is not on screen at %v:\n%s", want, size, got)
			}
		}
		f.Do(kit.NextField)
	}
	f.Do(kit.GotoField)
	typeInto(f, "2", "7")
	if f.Focused() != fields[26].Name {
		t.Errorf("field 27 by number: focus on %s", f.Focused())
	}
	f.Do(kit.GotoField)
	typeInto(f, "9")
	if f.Focused() != fields[8].Name {
		t.Errorf("field 9 by number: focus on %s", f.Focused())
	}
}

func TestASecretNeverEntersTheValues(t *testing.T) {
	v := widget.Values{}
	f := widget.NewForm([]widget.Field{{Name: "pass", Label: "Passphrase", Kind: widget.FieldSecret, Required: true}}, v)
	typeInto(f, "correct horse")
	if len(v) != 0 || string(f.Secret("pass")) != "correct horse" || strings.Contains(formFrame(t, f, 80, 10), "horse") {
		t.Errorf("values %v, secret %q", v, f.Secret("pass"))
	}
	if e, _ := f.Do(kit.Save); !e.Submit {
		t.Error("not saved")
	}
	f.Wipe()
	if len(f.Secret("pass")) != 0 {
		t.Error("not wiped")
	}
}

func TestADraftIsTakenUp(t *testing.T) {
	f := someForm()
	f.Values()["words"] = "kept from before"
	f.Values()["from"] = "Sgt Okafor"
	f.Load()
	f.SetAside("from", "Someone changed this meanwhile: it now stands as Sgt Ahmed.")
	f.SetError("date", "The case closed before this day.")
	got := formFrame(t, f, 80, 24)
	for _, want := range []string{"kept from before", "Sgt Okafor", "Someone changed this", "The case closed"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not shown:\n%s", want, got)
		}
	}
	if f.Focused() != "date" {
		t.Errorf("focus on %s", f.Focused())
	}
}

func TestAQuestionThatDoesNotApplyIsLeftOut(t *testing.T) {
	f := widget.NewForm([]widget.Field{{Name: "a", Label: "First"}, {Name: "b", Label: "Second", Required: true, Hidden: func(v widget.Values) bool { return v["a"] == "" }}, {Name: "c", Label: "Third"}}, widget.Values{})
	if e, _ := f.Do(kit.Save); !e.Submit || strings.Contains(formFrame(t, f, 80, 10), "Second") {
		t.Error("a hidden field blocks or is shown")
	}
	f.Do(kit.NextField)
	if f.Focused() != "c" {
		t.Errorf("focus on %s", f.Focused())
	}
	f.Focus("a")
	typeInto(f, "x")
	if e, _ := f.Do(kit.Save); e.Submit || f.Focused() != "b" {
		t.Errorf("%+v, focus on %s", e, f.Focused())
	}
}
