package kit_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func headLine(t testing.TB, w int, hd kit.Head) string {
	c := kit.NewCanvas(w, 24, uitest.Theme(t, "mono"))
	kit.DrawHead(c, hd)
	return strings.TrimRight(strings.Split(c.Plain(), "\n")[0], " ")
}

func TestWhatTheHeaderDropsWhenItIsTight(t *testing.T) {
	hd := kit.Head{Crumbs: []string{"Cases", "DD-2026-A014", "INF-2026-8NHC4T"}, Marking: "OFFICIAL-SENSITIVE", Mask: "names masked", Member: "R. Adeyemi"}
	for _, c := range []struct {
		w    int
		want string
	}{
		{120, " Caseroom  Cases › DD-2026-A014 › INF-2026-8NHC4T   OFFICIAL-SENSITIVE                        names masked   R. Adeyemi"},
		{100, " Caseroom  Cases › DD-2026-A014 › INF-2026-8NHC4T   OFFICIAL-SENSITIVE    names masked   R. Adeyemi"},
		{90, " Cases › DD-2026-A014 › INF-2026-8NHC4T   OFFICIAL-SENSITIVE    names masked   R. Adeyemi"},
		{80, " Cases › DD-2026-A014 › INF-2026-8NHC4T   OFFICIAL-SENSITIVE       names masked"},
		{72, " Cases › … › INF-2026-8NHC4T   OFFICIAL-SENSITIVE          names masked"},
		{60, " … › INF-2026-8NHC4T   OFFICIAL-SENSITIVE      names masked"},
	} {
		if got := headLine(t, c.w, hd); got != c.want {
			t.Errorf("%d wide:\n got %q\nwant %q", c.w, got, c.want)
		}
	}
}

func TestTheMarkingAndTheMaskNeverGo(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := rapid.IntRange(60, 200).Draw(r, "w")
		crumbs := rapid.SliceOfN(rapid.StringMatching(`[A-Z][a-z0-9 -]{0,40}`), 1, 5).Draw(r, "crumbs")
		got := headLine(t, w, kit.Head{Crumbs: crumbs, Marking: "OFFICIAL-SENSITIVE", Mask: "names masked", Member: "R. Adeyemi"})
		if !strings.Contains(got, "OFFICIAL-SENSITIVE   ") || !strings.Contains(got, "names masked") {
			r.Fatalf("%d wide: %q", w, got)
		}
	})
}

func TestWhatTheFooterDropsWhenItIsTight(t *testing.T) {
	hints := []kit.Hint{{Key: "Enter", Word: "open"}, {Key: "c", Word: "capture"}, {Key: "/", Word: "search"}, {Key: ":", Word: "commands"}, {Key: "?", Word: "help"}, {Key: "F12", Word: "lock"}}
	line := func(w int, state string) string {
		c := kit.NewCanvas(w, 6, uitest.Theme(t, "mono"))
		kit.DrawFoot(c, kit.Foot{Hints: hints, State: state})
		return strings.TrimRight(strings.Split(c.Plain(), "\n")[5], " ")
	}
	for _, c := range []struct {
		w     int
		state string
		want  string
	}{
		{80, "saved 14:05", " Enter open  c capture  / search  : commands  ? help  F12 lock      saved 14:05"},
		{70, "saved 14:05", " Enter open  c capture  / search  : commands  ? help      saved 14:05"},
		{60, "draft saved 14:05:09", " Enter open  c capture  ? help         draft saved 14:05:09"},
		{34, "NOT SAVED: disk full", " ? help      NOT SAVED: disk full"},
		{24, "NOT SAVED: disk full", "   NOT SAVED: disk full"},
		{14, "NOT SAVED: disk full", " NOT SAVED: …"},
	} {
		if got := line(c.w, c.state); got != c.want {
			t.Errorf("%d wide:\n got %q\nwant %q", c.w, got, c.want)
		}
	}
}

func TestBelowTheSmallestSizeOneSentence(t *testing.T) {
	if !kit.TooSmall(59, 24) || !kit.TooSmall(80, 19) || kit.TooSmall(60, 20) {
		t.Error("the smallest size is not 60 by 20")
	}
	c := kit.NewCanvas(40, 12, uitest.Theme(t, "mono"))
	kit.SmallSentence(c)
	if got := strings.Join(strings.Fields(c.Plain()), " "); got != "Caseroom needs 60 columns and 20 rows; this window has 40 and 12. Nothing is lost: make it larger." {
		t.Errorf("%q", got)
	}
}
