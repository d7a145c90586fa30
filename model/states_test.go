package model

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStep(t *testing.T) {
	for _, c := range []struct {
		kind     CaseKind
		from, to State
		why      string
		want     Kind // of the refusal; empty where the step is allowed
	}{
		{RapidReview, Notified, Gathering, "", ""},
		{RapidReview, Notified, Notified, "", ""},
		{RapidReview, Gathering, Notified, "", Denied},
		{RapidReview, Gathering, Notified, "sent back by the panel", ""},
		{RapidReview, Notified, Decision, "", Denied},
		{RapidReview, Notified, Decision, "  ", Denied},
		{RapidReview, Notified, Decision, "decided on the papers", ""},
		{RapidReview, Decision, Closed, "", ""},
		{RapidReview, Notified, Closed, "", Denied},
		{RapidReview, Closed, Decision, "", Denied},
		{RapidReview, Closed, Decision, "reopened", ""},
		{RapidReview, Gathering, OnHold, "", Denied},
		{RapidReview, Gathering, OnHold, "an inquest", ""},
		{RapidReview, Closed, OnHold, "an inquest", Denied},
		{RapidReview, Gathering, Published, "it is out", Invalid},
		{RapidReview, Gathering, "nonsense", "x", Invalid},
		{LCSPR, SignOff, Published, "", ""},
		{LCSPR, Published, Closed, "", ""},
		{LocalLearningReview, SignOff, Closed, "", ""},
		{LocalLearningReview, SignOff, Published, "x", Invalid},
		{ChildDeathReview, Analysis, PanelSet, "", ""},
		{MultiAgencyAudit, Drafting, Closed, "", ""},
	} {
		err := step(c.kind, c.from, c.to, c.why)
		if (err == nil) != (c.want == "") || err != nil && KindOf(err) != c.want {
			t.Errorf("%s from %s to %s because %q: %v", c.kind, c.from, c.to, c.why, err)
		}
	}
}

// TestEveryKindHasItsWay sees that each kind begins somewhere, ends closed, can be put
// on hold, and can be walked from end to end without a reason.
func TestEveryKindHasItsWay(t *testing.T) {
	for _, k := range CaseKinds() {
		all := StatesOf(k)
		if FirstState(k) != all[0] || all[len(all)-1] != OnHold || all[len(all)-2] != Closed {
			t.Errorf("%s goes through %v", k, all)
		}
		for n := 1; n < len(all)-1; n++ {
			if err := step(k, all[n-1], all[n], ""); err != nil {
				t.Errorf("%s: %v", k, err)
			}
		}
		all[0] = "spoilt"
		if FirstState(k) == "spoilt" {
			t.Error("StatesOf hands out its own table")
		}
		if k.Title() == string(k) {
			t.Errorf("%s has no title", k)
		}
		if got, err := ParseCaseKind(string(k)); err != nil || got != k {
			t.Errorf("%s is read as %s, %v", k, got, err)
		}
	}
	if _, err := ParseCaseKind("serious-case-review"); KindOf(err) != Invalid {
		t.Errorf("a kind that is none gave %v", err)
	}
}

// TestHolds puts a case on hold anywhere and takes it up again where it stood.
func TestHolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.SampledFrom(CaseKinds()).Draw(r, "kind")
		c := &Case{Kind: k, Title: "T", State: FirstState(k)}
		for range rapid.IntRange(0, 12).Draw(r, "steps") {
			to := rapid.SampledFrom(append(StatesOf(k), "nonsense")).Draw(r, "to")
			why := rapid.SampledFrom([]string{"", "a reason"}).Draw(r, "why")
			was := *c
			err := c.MoveTo(to, why)
			switch {
			case err != nil && (c.State != was.State || c.Before != was.Before || c.Reason != was.Reason):
				r.Fatalf("a refused step from %s to %s left it %s (before %s)", was.State, to, c.State, c.Before)
			case err == nil && c.State != to:
				r.Fatalf("after going to %s it stands at %s", to, c.State)
			case err == nil && (c.State == OnHold) != (c.Before != ""):
				r.Fatalf("at %s it stood before at %q", c.State, c.Before)
			case c.Before == OnHold:
				r.Fatalf("it was on hold before it was put on hold")
			}
			if verr := c.Validate(); verr != nil {
				r.Fatalf("it cannot be saved: %v", verr)
			}
		}
	})
	c := &Case{Kind: RapidReview, State: Gathering}
	must(t, c.MoveTo(OnHold, "an inquest"))
	if err := c.MoveTo(PanelSet, ""); KindOf(err) != Denied {
		t.Errorf("leaving a hold elsewhere without a reason gave %v", err)
	}
	must(t, c.MoveTo(OnHold, ""))
	if c.Before != Gathering || c.Reason != "an inquest" {
		t.Errorf("still on hold it is %+v", c)
	}
	must(t, c.MoveTo(Gathering, ""))
	if c.Before != "" || c.State != Gathering {
		t.Errorf("taken up again it is %+v", c)
	}
}

func TestCaseValidate(t *testing.T) {
	for name, c := range map[string]Case{
		"kind":  {Kind: "x", Title: "T", State: Notified},
		"title": {Kind: RapidReview, Title: " \t", State: Notified},
		"state": {Kind: RapidReview, Title: "T", State: Published},
	} {
		refusedOn(t, c.Validate(), name)
	}
	for _, s := range []State{Closed, Published} {
		if !(&Case{State: s}).IsClosed() {
			t.Errorf("%s is not closed", s)
		}
	}
	if (&Case{State: OnHold}).IsClosed() {
		t.Error("a case on hold is closed")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusedOn fails unless err is of the kind invalid and names the field.
func refusedOn(t testing.TB, err error, field string) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok || e.Kind != Invalid || e.Field != field || e.Say == "" {
		t.Errorf("a wrong %s gave %v", field, err)
	}
}

// TestWays holds each kind's way against the practice of the five reviews.
func TestWays(t *testing.T) {
	for kind, want := range map[CaseKind]string{
		RapidReview:         "notified gathering panel decision closed on-hold",
		LCSPR:               "scoping gathering analysis drafting sign-off published closed on-hold",
		LocalLearningReview: "scoping gathering analysis drafting sign-off closed on-hold",
		ChildDeathReview:    "notified gathering analysis panel closed on-hold",
		MultiAgencyAudit:    "scoping gathering analysis drafting closed on-hold",
	} {
		way := StatesOf(kind)
		if got := strings.ReplaceAll(joinStates(way), ",", ""); got != want {
			t.Errorf("%s goes %s, want %s", kind, got, want)
		}
		for _, from := range way[:len(way)-2] {
			if step(kind, from, OnHold, "") == nil || step(kind, from, OnHold, "an inquest") != nil {
				t.Errorf("%s: a hold from %s needs a reason and nothing else", kind, from)
			}
		}
		last := way[len(way)-3]
		if step(kind, Closed, last, "") == nil || step(kind, Closed, last, "new facts") != nil {
			t.Errorf("%s: reopening it at %s needs a reason and nothing else", kind, last)
		}
	}
}

func TestStatesAreOrdered(t *testing.T) {
	for _, k := range CaseKinds() {
		seen := StatesOf(k)
		slices.Sort(seen)
		if len(slices.Compact(seen)) != len(StatesOf(k)) {
			t.Errorf("%s passes a state twice: %v", k, StatesOf(k))
		}
	}
}

func TestTitlesOfStates(t *testing.T) {
	for s, want := range map[State]string{"": "", Notified: "Notified", SignOff: "Sign-off", PanelSet: "Panel set", OnHold: "On hold"} {
		if got := s.Title(); got != want {
			t.Errorf("%q is called %q", s, got)
		}
	}
}
