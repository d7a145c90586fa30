package today

import (
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

func TestDaysLeft(t *testing.T) {
	today := model.Day{Year: 2026, Month: time.June, Day: 22}
	for _, c := range []struct {
		add  int
		want string
		tone kit.Token
	}{{-30, "30 d late", kit.Danger}, {-1, "1 d late", kit.Danger}, {0, "today", kit.Warn}, {5, "5 d left", kit.Warn}, {6, "6 d left", kit.Text}} {
		if got, tone := daysLeft(today.Add(c.add), today); got != c.want || tone != c.tone {
			t.Errorf("%+d: %q %v", c.add, got, tone)
		}
	}
}

func TestGroupsWithoutRowsAreLeftOut(t *testing.T) {
	signs := kit.FullSigns()
	rows, groups := rowsOf(view.Today{}, &signs)
	if len(rows) != 0 || len(groups) != 0 {
		t.Errorf("%d rows and %d groups of nothing", len(rows), len(groups))
	}
	many := view.Today{UnfinishedN: 300}
	for range 50 {
		many.Unfinished = append(many.Unfinished, view.InfoView{})
	}
	rows, groups = rowsOf(many, &signs)
	if len(rows) != mostItems || groups[0].Note != "300, the newest 8" {
		t.Errorf("%d rows, %+v", len(rows), groups)
	}
}

func TestARestrictionIsTakenByWhatComesFirst(t *testing.T) {
	signs := kit.FullSigns()
	today := model.Day{Year: 2026, Month: time.June, Day: 22}
	v := view.RestrictionView{CaseRef: "DD-2026-A014"}
	v.ReviewOn, v.Until = today.Add(10), today.Add(-2)
	rows, _ := rowsOf(view.Today{Day: today, ToReview: []view.RestrictionView{v}}, &signs)
	if r := rows[0]; r.left != "2 d late" || r.sign != signs.Overdue || r.to.Arg != "restrictions" || !r.restricted {
		t.Errorf("%+v", r)
	}
	if got := overdueWords(&v, today); got != "It ended 2 days ago" {
		t.Errorf("%q", got)
	}
}

// TestEveryRowOpensOrSaysSomething: no row is dead.
func TestEveryRowOpensOrSaysSomething(t *testing.T) {
	signs := kit.FullSigns()
	full := view.Today{OpenCases: 1, ToReview: []view.RestrictionView{{}}, Unfinished: []view.InfoView{{}}, UnfinishedN: 1, ToSign: []model.Pack{{}}, ToWrite: []model.Pack{{}},
		Drafts: []view.Draft{{Screen: "capture"}, {Screen: "case"}, {Screen: "person"}}, Lately: []view.CaseRow{{}}}
	rows, _ := rowsOf(full, &signs)
	if len(rows) != 9 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.to.Kind == "" && r.say == "" {
			t.Errorf("%+v opens nothing", r)
		}
	}
}
