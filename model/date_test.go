package model

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func mustDate(t *testing.T, text string) HonestDate {
	t.Helper()
	d, err := ParseDate(text, monday())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDayArithmetic(t *testing.T) {
	d := Day{2024, time.January, 31}
	for _, tt := range []struct{ got, want string }{
		{d.Add(1).String(), "2024-02-01"},
		{d.Add(-31).String(), "2023-12-31"},
		{d.AddMonths(1).String(), "2024-02-29"},
		{d.AddMonths(13).String(), "2025-02-28"},
		{d.AddMonths(-2).String(), "2023-11-30"},
		{Day{}.Add(4).String(), ""},
		{d.Long(), "Wed 31 January 2024"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
	for _, bad := range []string{"2024-02-30", "2024-1-1", "12/3/24", "2024-03-12T00:00"} {
		if d, err := parseDay(bad); err == nil {
			t.Errorf("%q was read as the day %s", bad, d)
		}
	}
}

func TestDayProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := drawDay(t, "day"), rapid.IntRange(-20000, 20000).Draw(t, "n")
		e := d.Add(n)
		if e.Sub(d) != n || e.Add(-n) != d || (n > 0) != e.After(d) {
			t.Fatalf("%s and %d days is %s", d, n, e)
		}
		if back, err := parseDay(d.String()); err != nil || back != d {
			t.Fatalf("%s read back as %s, %v", d, back, err)
		}
		months := rapid.IntRange(-400, 400).Draw(t, "months")
		m := d.AddMonths(months)
		if want := (int(d.Month) - 1 + months%12 + 12) % 12; int(m.Month)-1 != want || m.Day > d.Day {
			t.Fatalf("%s and %d months is %s", d, months, m)
		}
	})
}

func TestAges(t *testing.T) {
	born := Day{2022, time.February, 4}
	for _, tt := range []struct{ when, want string }{
		{"before Sep 2023", "<1y 7m"}, {"14 Nov 2023", "1y 9m"}, {"about Jan 2024", "1y 11m"}, {"12 Mar 2024 21:40", "2y 1m"},
		{"2 Sep 2024", "2y 6m"}, {"7 to 18 Oct 2024", "2y 8m"}, {"Nov 2024", "2y 9m"}, {"3 Dec 2024 08:55", "2y 9m"},
		{"3 feb 2022", "unborn"}, {"4 feb 2022", "0y 0m"}, {"2024", "1y to 2y"}, {"after 11 mar 2024", ">2y 1m"}, {"not known", ""}, {"before 2022", "unborn"},
	} {
		if got := AgeAt(born, mustDate(t, tt.when)); got != tt.want {
			t.Errorf("at %s: %q, want %q", tt.when, got, tt.want)
		}
	}
	if got := AgeOn(Day{2020, 2, 29}, Day{2021, 2, 28}); got != "0y 11m" {
		t.Errorf("born on 29 February: %s on 28 February", got)
	}
}

func TestChronologicalOrder(t *testing.T) {
	inOrder := []string{"before sep 2023", "14 Nov 2023", "12 Mar 2024", "12 Mar 2024 21:40", "12 mar 2024 22:05", "12 to 14 mar 2024",
		"mar 2025", "2026", "after jan 2026", "not known"}
	var dates []HonestDate
	for i := range inOrder {
		dates = append(dates, mustDate(t, inOrder[(i*7+3)%len(inOrder)]))
	}
	slices.SortFunc(dates, HonestDate.Compare)
	for i, d := range dates {
		if d.Text != inOrder[i] {
			t.Errorf("place %d: %s, want %s", i, d.Text, inOrder[i])
		}
	}
}

func TestOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawDate(t), drawDate(t), drawDate(t)
		if a.Compare(b) != -b.Compare(a) {
			t.Fatalf("%s and %s", a, b)
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Fatalf("%s, %s, %s", a, b, c)
		}
	})
}

func TestOverlapsAndFuture(t *testing.T) {
	day := func(iso string) Day {
		d, err := parseDay(iso)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		when, first, last string
		want              bool
	}{
		{"mar 2024", "2024-03-31", "", true}, {"mar 2024", "2024-04-01", "", false}, {"mar 2024", "", "2024-03-01", true}, {"mar 2024", "", "2024-02-29", false},
		{"before sep 2023", "2023-08-31", "", true}, {"before sep 2023", "2023-09-01", "", false}, {"before sep 2023", "", "1990-01-01", true},
		{"after 2023", "2030-01-01", "", true}, {"after 2023", "", "2023-12-31", false},
		{"not known", "2020-01-01", "", false}, {"not known", "", "", true},
	} {
		if got := mustDate(t, tt.when).Overlaps(day(tt.first), day(tt.last)); got != tt.want {
			t.Errorf("%s in %s to %s: %v", tt.when, tt.first, tt.last, got)
		}
	}
	for when, want := range map[string]bool{"23/6/26": true, "22/6/26": false, "june 2026": false, "july 2026": true, "before 2040": false, "not known": false} {
		if got := mustDate(t, when).Future(monday()); got != want {
			t.Errorf("%s in the future: %v", when, got)
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	for text, want := range map[string]string{"9.15pm": "21:15", "2210": "22:10", "21.40": "21:40", " 9 pm ": "21:00", "noon": "12:00", "00:20": "00:20"} {
		if got, err := timeOfDay(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"26:00", "later", "", "midnight", "12/3/24", "9.15pm 10pm"} {
		if got, err := timeOfDay(bad); err == nil {
			t.Errorf("%q was read as %s", bad, got)
		}
	}
}

func TestValid(t *testing.T) {
	good := mustDate(t, "12/3/24 21:15 to 22:10")
	if err := good.Valid(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*HonestDate){
		"an end before its start": func(d *HonestDate) { d.EndTime = "21:00" },
		"an end and no start":     func(d *HonestDate) { d.Time = "" },
		"no such time":            func(d *HonestDate) { d.Time = "26:00" },
		"a time of a month":       func(d *HonestDate) { *d = mustDate(t, "mar 2024"); d.Time = "21:40" },
		"no such day":             func(d *HonestDate) { d.From.Day, d.To.Day = 32, 32 },
		"days that do not fit":    func(d *HonestDate) { d.To = d.To.Add(1) },
	} {
		d := good
		spoil(&d)
		if err := d.Valid(); KindOf(err) != Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseMoment(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 22, 13, 5, 9, 0, time.UTC)
	for _, tt := range []struct {
		text, want string
		timed      bool
	}{
		{"12/3/24", "2024-03-12T00:00:00Z", false}, {"12/7/24", "2024-07-12T00:00:00+01:00", false}, {"12/7/24 21:40", "2024-07-12T21:40:00+01:00", true},
		{"2024-07-12T21:40:30Z", "2024-07-12T22:40:30+01:00", true}, {"now", "2026-06-22T14:05:09+01:00", true}, {"9.15am", "2026-06-22T09:15:00+01:00", true},
		{"yesterday 16:38", "2026-06-21T16:38:00+01:00", true}, {"27/10/24 01:30", "2024-10-27T01:30:00+01:00", true}, {"27/10/24 02:30", "2024-10-27T02:30:00Z", true},
	} {
		at, timed, err := ParseMoment(tt.text, now, london)
		if err != nil || at.Format(time.RFC3339) != tt.want || timed != tt.timed {
			t.Errorf("%q: %s, %v, %v", tt.text, at.Format(time.RFC3339), timed, err)
		}
	}
	for _, bad := range []string{"", "mar 2024", "about 12/3/24", "not known", "31/3/24 01:30", "12/3/24 21:40-22:10", "21:61"} {
		if at, _, err := ParseMoment(bad, now, london); err == nil {
			t.Errorf("%q was read as %s", bad, at)
		}
	}
}

// The rule for summer time is written out here because the model has no table of
// zones; it has to agree with the table wherever that is at hand.
func TestSummerTimeAgreesWithTheZone(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Date(1996, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2037; at = at.Add(time.Hour) {
		if _, offset := at.In(london).Zone(); (offset == 3600) != summerTime(at) {
			t.Fatalf("%s: offset %d", at, offset)
		}
	}
}
