package cases

import (
	"slices"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
)

func row(ref, title string, state model.State) view.CaseRow {
	var r view.CaseRow
	r.Ref, r.Title, r.State, r.Kind = ref, title, state, model.RapidReview
	r.Changed = time.Date(2026, time.June, 1, 9, 0, 0, 0, time.UTC)
	return r
}

func TestAlikeTitles(t *testing.T) {
	all := []view.CaseRow{row("1", "Child A", model.Gathering), row("2", "Child B and the river", model.Gathering),
		row("3", "Neglect in the first year of life", model.Gathering), row("4", "Twins: injury at the nursery", model.Closed)}
	for typed, want := range map[string][]string{
		"Child A at home":             {"1"},
		"child a":                     {"1"},
		"The child":                   nil,
		"Review of the case":          nil,
		"Neglect, first year":         {"3"},
		"Neglect of an older child":   {"3"},
		"A fall at a nursery, injury": {"4"},
		"":                            nil,
	} {
		var got []string
		for _, a := range alikeTitles(all, typed) {
			got = append(got, a.row.Ref)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is like %v, want %v", typed, got, want)
		}
	}
}

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		typed, name string
		want        bool
	}{
		{"Alfie Bramley", "Alfie Bramley", true},
		{"bramley alf", "Alfie Bramley", true},
		{"Zoe O'Neill", "Zoë O’Neill", true},
		{"Alfie", "Alfie Bramley", false},
		{"Alfie Brown", "Alfie Bramley", false},
		{"", "Alfie Bramley", false},
		{"Alfie", "", false},
	} {
		if got := sameName(c.typed, c.name); got != c.want {
			t.Errorf("%q and %q: %v", c.typed, c.name, got)
		}
	}
}

func TestArrangeKeepsEveryRowOnceInItsGroup(t *testing.T) {
	today := model.Day{Year: 2026, Month: time.June, Day: 22}
	old := row("5", "Child E", model.Closed)
	old.Changed = old.Changed.AddDate(-1, 0, 0)
	all := []view.CaseRow{row("1", "Child A", model.Closed), row("2", "Child B", model.OnHold), row("3", "Child C", model.Gathering), row("4", "Child D", model.Published), old}
	shown, heads := arrange(all, func(int) bool { return true }, today)
	var refs []string
	for _, i := range shown {
		refs = append(refs, all[i].Ref)
	}
	if !slices.Equal(refs, []string{"3", "2", "1", "4", "5"}) {
		t.Errorf("order %v", refs)
	}
	var from []int
	for _, h := range heads {
		from = append(from, h.From)
	}
	if !slices.Equal(from, []int{0, 1, 2, 4}) {
		t.Errorf("groups begin at %v: %+v", from, heads)
	}
}

func BenchmarkArrange10k(b *testing.B) {
	var all []view.CaseRow
	for range 10_000 {
		all = append(all, row("1", "Child A", model.Gathering))
	}
	for b.Loop() {
		arrange(all, func(int) bool { return true }, model.Day{Year: 2026, Month: time.June, Day: 22})
	}
}
