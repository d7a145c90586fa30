package model

import (
	"testing"
	"time"
)

// FuzzParseMoment: what is typed as a moment is one within the years that the program
// reckons with, or is refused (T8).
func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"now", "21:40", "9.15pm", "12/3/24 21:40", "2021-04-03T21:40-05:00", "29 mar 2026 01:30", "25 oct 2026 01:30", "midnight", "\xff", "9999-12-31T23:59:59+23:59"} {
		f.Add(s)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		london = time.UTC
	}
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, london)
	f.Fuzz(func(t *testing.T, text string) {
		at, _, err := ParseMoment(text, now, london)
		if err == nil && (at.Year() < FirstYear-1 || at.Year() > LastYear+1) {
			t.Fatalf("%q is %v", text, at)
		}
	})
}
