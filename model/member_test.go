package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestValidLabel(t *testing.T) {
	for _, s := range []string{"A", "R. Adeyemi", "Zoë", "名", strings.Repeat("ä", 40), "O'Neil-Smith"} {
		if err := ValidLabel(s); err != nil {
			t.Errorf("%q is refused: %v", s, err)
		}
	}
	for _, s := range []string{"", "  ", " A", "A ", "A\n", "\tA", "a\x00b", "a\x7fb", strings.Repeat("ä", 41), "\xff", "a\x1b[31m"} {
		refusedOn(t, ValidLabel(s), "name")
	}
}

// TestRoles holds the table of rights against the design's, row by row.
func TestRoles(t *testing.T) {
	table := map[Right][]Role{
		RightCreate:   {Manager, BusinessTeam},
		RightLog:      {Manager, BusinessTeam, Reviewer},
		RightLift:     {Manager},
		RightLiftOwn:  {Reviewer},
		RightProfile:  {Manager},
		RightReveal:   {Manager, BusinessTeam, Governance},
		RightClear:    {Manager},
		RightEnrol:    {Manager},
		RightPack:     {Manager, BusinessTeam, Governance},
		RightSign:     {Manager, Governance},
		RightComment:  {Manager, BusinessTeam, Reviewer, Governance},
		RightEnvelope: {Manager, Governance, Auditor},
		RightBackup:   {Manager, BusinessTeam, Reviewer, Governance, Auditor},
	}
	for right, roles := range table {
		for _, r := range Roles() {
			if got, want := r.May(right), slices.Contains(roles, r); got != want {
				t.Errorf("%s may %s: %v", r, right, got)
			}
		}
		if Role("visitor").May(right) {
			t.Errorf("a role that is none may %s", right)
		}
	}
	for _, r := range Roles() {
		if got, err := ParseRole(strings.ToUpper(string(r))); err != nil || got != r {
			t.Errorf("%s is read as %s, %v", r, got, err)
		}
		if r.Title() == "" || strings.Contains(r.Title(), "-") {
			t.Errorf("%s is called %q", r, r.Title())
		}
		if r.May("fly") {
			t.Errorf("%s may do what no table has", r)
		}
	}
	refusedOn(t, (&Member{Label: "A", Role: "visitor"}).Validate(), "role")
}

func TestSmallNouns(t *testing.T) {
	for name, c := range map[string]struct {
		r     Record
		field string
	}{
		"a person without a name":     {&Person{Name: " ", Part: Subject}, "name"},
		"a person without a part":     {&Person{Name: "A"}, "part"},
		"a wrong NHS number":          {&Person{Name: "A", Part: Subject, NHS: "999 000 0019"}, "nhs"},
		"a wrong UPN":                 {&Person{Name: "A", Part: Subject, UPN: "A12345678901"}, "upn"},
		"an incident of nothing":      {&Incident{}, "what"},
		"a pack for nobody":           {&Pack{}, "audience"},
		"a profile of nobody":         {&Profile{Origin: "A"}, "partnership"},
		"a profile with a wrong sign": {&Profile{Partnership: "P", Origin: "ab"}, "origin"},
	} {
		err := c.r.Validate()
		var e *Error
		if !errors.As(err, &e) || e.Kind != Invalid || e.Field != c.field {
			t.Errorf("%s gave %#v", name, err)
		}
	}
	good := Person{Name: "A", Part: Subject, NHS: "999 000 0018", Aliases: []string{"B"}}
	if err := good.Validate(); err != nil || !slices.Equal(good.Names(), []string{"A", "B"}) {
		t.Errorf("%v, %v", err, good.Names())
	}
	for _, r := range []Record{&Clearance{MemberID: "m"}, &Clearance{Head: Head{CaseID: "k"}}, &Keyslot{MemberID: "m"}, &Keyslot{Bytes: []byte("b")}} {
		if r.Validate() == nil {
			t.Errorf("%+v may be saved", r)
		}
	}
}

// TestChanges holds what a change says of itself.
func TestChanges(t *testing.T) {
	i := &Information{Head: Head{ID: "i", Rev: 4}}
	c := (&Change{Act: ActCorrect}).Put(i).Remove(i)
	if len(c.Ops) != 2 || c.Ops[0].Base != 4 || c.Ops[0].Put != Record(i) || c.Ops[1].Put != nil || c.Ops[1].Noun != NounInformation || c.Ops[1].ID != "i" {
		t.Errorf("the operations are %+v", c.Ops)
	}
	for _, a := range []Act{ActPackWrite, ActGrant, ActEnrol, ActPassphrase} {
		if !a.Leaves() {
			t.Errorf("%s can be taken back", a)
		}
	}
	for _, a := range []Act{ActLog, ActCorrect, ActRestrict, ActLift, ActPersonAdd, ActCaseSet, ActImport, ActProfile} {
		if a.Leaves() {
			t.Errorf("%s cannot be taken back", a)
		}
		if a.Words() == string(a) {
			t.Errorf("%s has no words", a)
		}
	}
}

// TestErrors holds how an error speaks, and that what is missing and what is hidden are
// told in the same words.
func TestErrors(t *testing.T) {
	cause := errors.New("the cause")
	e := Fail(Denied, "%s may not", "she").Do("ask %s", "him").On("field").Because(cause)
	if e.Error() != "she may not: ask him" || e.Field != "field" || !errors.Is(e, cause) || strings.Contains(e.Error(), "cause") {
		t.Errorf("it says %q", e)
	}
	if Fail(Denied, "no").Error() != "no" {
		t.Error("an error without a hint has one")
	}
	if KindOf(fmt.Errorf("around it: %w", e)) != Denied || KindOf(cause) != Failed || KindOf(nil) != Failed {
		t.Error("kinds are lost on the way")
	}
	if a, b := Missing("X-1"), Missing("X-1"); a.Error() != b.Error() || a.Kind != NotFound || !strings.Contains(a.Error(), "X-1") {
		t.Errorf("%q and %q", a, b)
	}
}
