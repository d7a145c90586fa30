package model

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestInformationValidate(t *testing.T) {
	good := Information{Head: Head{CaseID: "k"}, Words: "words"}
	if err := good.Validate(); err != nil {
		t.Fatalf("the least there can be is refused: %v", err)
	}
	for field, spoil := range map[string]func(*Information){
		"case":      func(i *Information) { i.CaseID = "" },
		"channel":   func(i *Information) { i.Channel = "pigeon" },
		"text":      func(i *Information) { i.Words = " \n" },
		"agreement": func(i *Information) { i.Agreement.State = "perhaps" },
	} {
		i := good
		spoil(&i)
		refusedOn(t, i.Validate(), field)
	}
	for _, i := range []Information{{Summary: "s"}, {Attachments: []Attachment{{Name: "a"}}}} {
		i.CaseID = "k"
		if err := i.Validate(); err != nil {
			t.Errorf("%+v is refused: %v", i, err)
		}
	}
}

func TestDebts(t *testing.T) {
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	full := Information{Channel: Telephone, Agency: "Housing", Received: at, Basis: []string{"6(1)(e)"}, Identity: "called back", Agreement: Agreement{State: "given"}}
	if owing := full.Owing(); len(owing) != 0 {
		t.Errorf("a complete item owes %v", owing)
	}
	for name, spoil := range map[string]func(*Information){
		"channel":   func(i *Information) { i.Channel = "" },
		"source":    func(i *Information) { i.Agency = "" },
		"date":      func(i *Information) { i.Received = time.Time{} },
		"basis":     func(i *Information) { i.Basis = nil },
		"identity":  func(i *Information) { i.Identity = "" },
		"agreement": func(i *Information) { i.Agreement = Agreement{} },
	} {
		i := full
		spoil(&i)
		if owing := i.Owing(); !slices.Equal(owing, []string{name}) {
			t.Errorf("without %s it owes %v", name, owing)
		}
	}
	var names []string
	for _, d := range (&Information{}).Debts() {
		names = append(names, d.Name)
		if stops := slices.Contains([]string{"channel", "source", "date"}, d.Name); d.Stops != stops {
			t.Errorf("%s stops is %v", d.Name, d.Stops)
		}
	}
	if want := []string{"channel", "source", "date", "basis", "identity", "agreement"}; !slices.Equal(names, want) {
		t.Errorf("the debts are %v", names)
	}
	for _, c := range Channels() {
		owes := slices.Contains((&Information{Channel: c}).Owing(), "identity")
		if spoken := c == Telephone || c == Verbal; owes != spoken {
			t.Errorf("for %s identity is owed: %v", c, owes)
		}
		if got, err := ParseChannel(strings.ToUpper(string(c))); err != nil || got != c {
			t.Errorf("%s is read as %s, %v", c, got, err)
		}
	}
	if s := (&Information{Source: "a neighbour"}); slices.Contains(s.Owing(), "source") {
		t.Error("a person is no source")
	}
	if _, err := ParseChannel("pigeon"); KindOf(err) != Invalid {
		t.Errorf("a channel that is none gave %v", err)
	}
}

func TestLine(t *testing.T) {
	if got := (&Information{Summary: "the summary", Words: "the words"}).Line(); got != "the summary" {
		t.Errorf("the line is %q", got)
	}
	if got := (&Information{Words: strings.Repeat("word ", 40)}).Line(); len(strings.Fields(got)) > 15 || !strings.HasPrefix(got, "word word") {
		t.Errorf("the line is %q", got)
	}
}

func TestRestrictionValidate(t *testing.T) {
	day := func(s string) Day {
		d, err := ParseDate(s, DayOf(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)))
		must(t, err)
		return d.From
	}
	good := Restriction{Head: Head{CaseID: "k"}, Target: "i", Kind: NeedToKnow, Reason: "r", From: day("10/3/2026"), Until: day("10/3/2026")}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Restriction){
		"kind":   func(r *Restriction) { r.Kind = "secret" },
		"reason": func(r *Restriction) { r.Reason = "\t " },
		"ref":    func(r *Restriction) { r.Target = "" },
		"until":  func(r *Restriction) { r.Until = day("9/3/2026") },
	} {
		r := good
		spoil(&r)
		refusedOn(t, r.Validate(), field)
	}
	for _, c := range []struct {
		on   string
		want bool
	}{{"9/3/2026", true}, {"10/3/2026", true}, {"11/3/2026", false}} {
		if got := good.InForce(day(c.on)); got != c.want {
			t.Errorf("on %s it is in force: %v", c.on, got)
		}
	}
	open, lifted, listed := good, good, good
	open.Until = Day{}
	lifted.Lifted = &Lifting{}
	listed.Cleared = []ID{"a"}
	if !open.InForce(day("1/1/2080")) || lifted.InForce(day("9/3/2026")) {
		t.Error("a restriction without an end ends, or a lifted one holds")
	}
	if good.Seals() || !listed.Seals() {
		t.Error("what seals is not who is named")
	}
	listed.Lifted = &Lifting{}
	if listed.Seals() {
		t.Error("a lifted restriction seals")
	}
}

// TestEveryKindIsListedOnce holds the list of kinds against the contract's twenty.
func TestEveryKindIsListedOnce(t *testing.T) {
	kinds := RestrictionKinds()
	slices.Sort(kinds)
	if len(kinds) != 20 || len(slices.Compact(kinds)) != 20 {
		t.Errorf("%d kinds, some twice: %v", len(kinds), kinds)
	}
	for _, k := range []RestrictionKind{NeedToKnow, LegalPrivilege, ConfidentialAddress, ReportingOrder, PurposeLock, MarkingKind} {
		if !slices.Contains(kinds, k) {
			t.Errorf("%s is not in the list", k)
		}
	}
}

// TestEveryNounIsWritten writes each noun as JSON and reads it back, but for the
// revision, which the store keeps beside it.
func TestEveryNounIsWritten(t *testing.T) {
	for _, n := range []Noun{NounProfile, NounMember, NounKeyslot, NounCase, NounIncident, NounPerson, NounInformation, NounRestriction, NounClearance, NounPack} {
		r := New(n)
		if r == nil || r.Noun() != n {
			t.Fatalf("%s gives %v", n, r)
		}
		fill(reflect.ValueOf(r).Elem())
		r.Base().Rev = 7
		b, err := json.Marshal(r)
		must(t, err)
		back := New(n)
		must(t, json.Unmarshal(b, back))
		if back.Base().Rev != 0 {
			t.Errorf("%s keeps its revision in its words", n)
		}
		r.Base().Rev = 0
		if !reflect.DeepEqual(r, back) {
			t.Errorf("%s comes back as\n%+v\ninstead of\n%+v", n, back, r)
		}
		if New(n).Validate() == nil {
			t.Errorf("an empty %s may be saved", n)
		}
	}
	if New("nonsense") != nil {
		t.Error("there is a record of no noun")
	}
}

// fill puts something into every field.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		switch x := v.Addr().Interface().(type) {
		case *time.Time:
			*x = time.Date(2026, 3, 10, 9, 8, 7, 0, time.UTC)
			return
		case *Day:
			*x = DayOf(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC))
			return
		case *HonestDate:
			*x = ExactDate(DayOf(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint64:
		v.SetUint(3)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k)
		fill(e)
		v.SetMapIndex(k, e)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Uint8:
		v.SetUint(9)
	}
}
