package query

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"caseroom/model"
)

func today() model.Day { return model.Day{Year: 2026, Month: time.June, Day: 22} }

// sheet is a record for tests: values by key.
type sheet map[string]string

func (s sheet) Words(key string) []string {
	if key == "" {
		return []string{s["text"], s["summary"], s["agency"]}
	}
	if s[key] == "" {
		return nil
	}
	return strings.Split(s[key], "|")
}

func (s sheet) Dates(key string) []model.HonestDate {
	if s[key] == "" {
		return nil
	}
	d, err := model.ParseDate(s[key], today())
	if err != nil {
		panic(err)
	}
	return []model.HonestDate{d}
}

func (s sheet) Has(key, flag string) bool { return slices.Contains(strings.Fields(s[key]), flag) }

func call() sheet {
	return sheet{"ref": "INF-2026-7KQ4M4", "type": "information", "case": "DD-2026-A014", "agency": "North Police", "channel": "telephone",
		"text":     "Called to the address by a neighbour. Zoë O’Brien’s bruise seen; 12 Elm Close.",
		"received": "20/6/26 14:05", "occurred": "about jan 2024", "review": "30/6/26", "theme": "neglect|domestic abuse", "age": "4", "is": "restricted incomplete", "has": "attachment"}
}

func TestMatch(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "neighbour": true, "NEIGHB": true, "bruis*": true, "ruise": false, "zoe obrien": true, `"zoe obrien"`: true, "o'brien": true, "nobody": false,
		`"elm close"`: true, `"elm clo"`: false, "elm clo": true, `"close elm"`: false, "12": true, "police": true,
		"neighbour nobody": false, "neighbour or nobody": true, "neighbour and zoe": true, "-nobody": true, "not nobody zoe": true, "-zoe": false, "not (zoe or nobody)": false,
		"(nobody or zoe) elm": true, "nobody or zoe elm": true, "zoe nobody or elm": true, "not not zoe": true, "-(nobody elm)": true, "--zoe": false,
		"channel:telephone": true, "channel:phone": true, "channel:tel": true, "channel:email,phone": true, "channel:email": false, "-channel:email": true, "by:phone": true,
		"from:police": true, `from:"north police"`: true, `from:"police"`: true, "agency:south": false, "case:DD-2026-A014": true, "case:dd-2026": true, "ref:7kq4m4": true,
		"theme:neglect": true, "tag:domestic": true, "theme:any": true, "theme:none": false, "voice:none": true, "voice:any": false, `theme:"any"`: false, "type:info": true, "type:case": false,
		"is:restricted": true, "is:closed": false, "is:closed,restricted": true, "has:attachment": true, "-has:voice": true,
		"received:2026": true, "received:2026-06": true, "received:20/6/26": true, "received:2026-06-19..2026-06-21": true, "received:..2026-06-19": false, "received:2026-06-21..": false,
		"received:<7d": true, "received:<2d": false, "received:2d": true, "received:<=2d": true, "received:>1d": true, "received:>2d": false, "received:>=2d": true, "received:<2026-06": false, "received:>=2026-06": true,
		`received:"20 jun".."21 jun"`: true, "received:yesterday": false, "received:-3d..today": true, "received:>2025": true, "received:<=2026": true, "received:21/6/26±1d": true, "received:23/6/26±2d": false,
		"occurred:2024": true, "occurred:2024-01": true, "occurred:2024-02": false, "occurred:15/1/24": true, "-occurred:2023": true, "on:any": true, "due:none": true, "due:any": false, "received:unknown": false, "due:unknown": true,
		"review:<14d": true, "review:<8d": false, "review:8d": true, "review:>7d": true, "review:>8d": false, "review:<1w": false, "review:<1m": true, "near:2024-02-03~7d": true,
		"review.before:eow": false, "review.by:eom": true, "review.before:eom": false, "review.after:eow": true, "review.since:eom": true, "review:som..eom": true, "review:sow..eow": false, "review:soy..eoy": true, "review:soq..eoq": true,
		"review:<6wd": false, "review:<7wd": true, "review.before:7wd": true, "received:<1wd": true, "received:>1wd": false, "received.after:yesterday": false, `received.by:"20 jun"`: true, `near:"2024-01-14"±7d`: true, `near:"2024-03-14"±7d`: false,
		"age:4": true, "age:<5": true, "age:>=5": false, "age:3..5": true, "age:5..": false, "age:any": true, "age:..4": true,
		"21:40": false, "“elm close”": true, "text:zoe": true, "summary:zoe": false, "zoë": true,
	} {
		q, err := Parse(text, today())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := q.Match(call()); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		text string
		at   int
		say  string
	}{
		{"chanel:phone", 0, "“chanel” is not a field here; the fields are age, agency"},
		{"zoe -colour:red", 5, "“colour” is not a field"},
		{`zoe "elm`, 4, "not closed"},
		{"zoe (elm", 4, "not closed"},
		{"zoe) elm", 3, "no bracket"},
		{")", 0, "no bracket"},
		{"()", 0, "nothing in these brackets"},
		{"or zoe", 0, "“or” needs"},
		{"zoe or", 4, "“or” needs"},
		{"zoe or or elm", 7, "“or” needs"},
		{"and", 0, "“and” needs"},
		{"zoe and", 4, "“and” needs"},
		{"zoe and or elm", 8, "“and” needs"},
		{"not", 0, "“not” needs"},
		{"zoe (not)", 5, "“not” needs"},
		{"zoe -", 4, "hyphen"},
		{"(zoe -)", 5, "hyphen"},
		{"theme:", 0, "needs a value"},
		{"zoe &", 4, "no letter or figure"},
		{"received:31/4/24", 0, "April has 30 days"},
		{"received:soon", 0, "not understood"},
		{"received:..", 0, "on one side at least"},
		{"received:2024..2023", 0, "the second date is before"},
		{"received:<unknown x", 0, ""},
		{"due.befor:eom", 0, "“due.befor” is not known"},
		{"zoe due.before:<7d", 4, "needs one date"},
		{"due.before:1/1/24..", 0, "needs one date"},
		{"channel.before:eom", 0, "is not a date"},
		{"due.before:soon", 0, "not understood"},
		{"colour.before:eom", 0, "“colour” is not a field"},
		{"a:0", 0, "“a” is not a field"},
		{"due.:eom x:y", 9, "“x” is not a field"},
		{"due:<xwd", 0, "not understood"},
		{"received:<0d", 0, "no day is less"},
		{"received:<9999y", 0, "longer ago"},
		{"age:young", 0, "not a whole number"},
		{"age:5..3", 0, "greater"},
		{"age:<", 0, "not a whole number"},
		{"is:lost", 0, "there are open, closed"},
		{strings.Repeat("(", 50) + "a", 41, "inside one another"},
		{strings.Repeat("a", 2001), 2000, "at most 2000"},
	} {
		_, err := Parse(tt.text, today())
		var e *Error
		if tt.say == "" {
			continue
		}
		if !errors.As(err, &e) || e.At != tt.at || !strings.Contains(e.Reason, tt.say) {
			t.Errorf("%q: %v, want %q at %d", tt.text, err, tt.say, tt.at)
		}
		if err != nil && model.KindOf(err) != model.Invalid {
			t.Errorf("%q: the error is of the kind %s", tt.text, model.KindOf(err))
		}
	}
	if _, err := ParseFor(Pick("ref", "title"), "channel:phone", today()); err == nil || !strings.Contains(err.Error(), "the fields are ref, title") {
		t.Errorf("a list without channels took one: %v", err)
	}
}

func TestTerms(t *testing.T) {
	q, err := Parse(`bruis* -closed "elm close" channel:phone (text:zoe or not not ann) not (bob)`, today())
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(q.Terms(), "|"); got != "bruis|elm close|zoe|ann" {
		t.Errorf("terms %s", got)
	}
}

func TestZeroQuery(t *testing.T) {
	if !(Query{}).Match(sheet{}) || !(Query{}).Empty() {
		t.Error("the zero query does not match everything")
	}
}

// drawQuery writes a query as people do.
func drawQuery(t *rapid.T) string {
	pieces := []string{"zoe", "nobody", `"elm close"`, "-zoe", "not", "or", "and", "(", ")", "channel:phone", "-channel:email", "received:2026", "received:<7d", "age:<5", "theme:any", "999", "000", "0018", "review.before:eom", "review:<7wd",
		"is:restricted", `theme:"domestic abuse"`, "bruis*", "--x", "–é", `received:"1 jun".."30 jun"`, "a,b", "theme:a,neglect"}
	var out []string
	for range rapid.IntRange(0, 9).Draw(t, "pieces") {
		out = append(out, rapid.SampledFrom(pieces).Draw(t, "piece"))
	}
	return strings.Join(out, rapid.SampledFrom([]string{" ", "  "}).Draw(t, "space"))
}

func TestStringParsesToTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkRound(t, drawQuery(t)) })
}

func checkRound(t interface{ Fatalf(string, ...any) }, text string) {
	q, err := Parse(text, today())
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.At < 0 || e.At > len([]rune(text)) || e.Reason == "" {
			t.Fatalf("%q: an error without place or reason: %#v", text, err)
		}
		return
	}
	again, err := Parse(q.String(), today())
	if err != nil || again.String() != q.String() || again.Match(call()) != q.Match(call()) || again.Match(sheet{}) != q.Match(sheet{}) {
		t.Fatalf("%q is written %q, which is %q, %v", text, q, again, err)
	}
}

// The laws of and, or and not hold for whatever can be asked.
func TestLogic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, errA := Parse(drawQuery(t), today())
		b, errB := Parse(drawQuery(t), today())
		if errA != nil || errB != nil || a.Empty() || b.Empty() {
			return
		}
		for text, want := range map[string]bool{
			"(" + a.String() + ") (" + b.String() + ")":      a.Match(call()) && b.Match(call()),
			"(" + a.String() + ") or (" + b.String() + ")":   a.Match(call()) || b.Match(call()),
			"not (" + a.String() + ")":                       !a.Match(call()),
			"not (" + a.String() + " or " + b.String() + ")": !a.Match(call()) && !b.Match(call()),
		} {
			q, err := Parse(text, today())
			if err != nil || q.Match(call()) != want {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}

func TestKeysAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys() {
		for _, name := range append([]string{k.Name}, k.Aliases...) {
			if seen[name] || name != strings.ToLower(name) {
				t.Errorf("the name %q serves twice or has capitals", name)
			}
			seen[name] = true
		}
		if k.Help == "" || (k.Kind == Flag) != (k.Name == "is" || k.Name == "has") {
			t.Errorf("%q lacks its help or has the wrong kind", k.Name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`zoe -channel:email "elm close" or (received:<7d not age:3..5)`, `"`, "-(", "a:b", "received:2024-01..", "is:open,closed", "\x00–“”", "near:2024-03-14±7d", "İ:ß", "or:or"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkRound(t, text) })
}

func BenchmarkMatchWords(b *testing.B) {
	q, err := Parse(`zebra "elm close"`, today())
	if err != nil {
		b.Fatal(err)
	}
	r := sheet{"text": strings.Repeat("Called to the address by a neighbour at 21:32. Child A was seen asleep upstairs; the mother's sister rang. ", 6)}
	b.SetBytes(int64(len(r["text"])))
	for b.Loop() {
		q.Match(r)
	}
}

func TestIdentifiersAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, tt := range []struct {
		text  string
		finds string // parted by |
		not   string
	}{
		{"NHS number 999 000 0018, given twice", `999 000 0018|9990000018|999-000-0018|999 0000018|999|000`, "9990000019|999 000 0019|990000"},
		{"NHS number 9990000018.", "999 000 0018|999-000-0018|9990000018|999", "000|0018"},
		{"Rang from +44 1632 960123 and (01632) 960 124.", "01632960123|01632 960123|01632 960124|+44 1632 960123|+441632960123|960", "01632960125"},
		{"rang +441632960123", "01632 960123|+44 1632 960123", "960123"},
		{"at LS1 4AP", "LS1 4AP|ls14ap|ls1|4ap", "ls1 4aq|s14ap"},
		{"at LS14AP", "LS1 4AP|ls14ap|ls1", "4ap"},
		{"see INF-2026-7KQ4M2 and DD/2026/A014", "INF-2026-7KQ4M2|inf20267kq4m2|inf20267|inf-2026-7k|7kq4m2|2026-7kq4m2|dd-2026-a014|dd2026a014|dd-2026", "inf-2026-a014|7kq4m2-inf"},
		{"INF 2026 7KQ4M2", "INF-2026-7KQ4M2|7kq4m2", "inf20267kq4m2"},
		{"about covid-19; a 4-year-old", "covid-19|covid19|4-year-old|4yearold", "covid-18"},
	} {
		for want, list := range map[bool]string{true: tt.finds, false: tt.not} {
			for _, asked := range strings.Split(list, "|") {
				q, err := Parse(asked, today())
				if err != nil || q.Match(sheet{"text": tt.text}) != want {
					t.Errorf("%q in %q: want %v, %v", asked, tt.text, want, err)
				}
			}
		}
	}
}

func TestStemsAreOfTheCallersChoice(t *testing.T) {
	stem := func(w string) string { return strings.TrimSuffix(strings.TrimSuffix(w, "ing"), "es") }
	r := sheet{"text": "two bruises seen", "theme": "bruises"}
	for asked, want := range map[string]bool{"bruising": true, "text:bruising": true, "theme:bruising": false, `"bruising"`: false, "not bruising": false, "bruis": true, "seeing seen": false} {
		q, err := Parse(asked, today())
		if err != nil || q.MatchWith(r, stem) != want || (want && asked != "bruis" && q.Match(r)) {
			t.Errorf("%q: want %v, %v", asked, want, err)
		}
	}
}

func TestPlan(t *testing.T) {
	var write func(p Plan) string
	write = func(p Plan) string {
		var kids []string
		for _, k := range p.Kids {
			kids = append(kids, write(k))
		}
		name := [...]string{"all", "and", "or", "not", "word", "phrase", "any", "other"}[p.Op]
		if p.Stems {
			name += "~"
		}
		if p.Whole {
			name += "!"
		}
		return name + "(" + strings.Join(append(append([]string{p.Key}, p.Words...), kids...), ",") + ")"
	}
	for asked, want := range map[string]string{
		"":                         "all()",
		`bruis -"elm close"`:       "and(,word~(,bruis),not(,phrase!(,elm,close)))",
		`"elm" or theme:a,b`:       "or(,word!(,elm),or(,word(theme,a),word(theme,b)))",
		"999 000 0018":             "or(,phrase(,999,000,0018),word(,9990000018))",
		"ref:inf-2026-7k":          "or(,phrase(ref,inf,2026,7k),word(ref,inf20267k))",
		"theme:any voice:none":     "and(,any(theme),not(,any(voice)))",
		"received:<7d is:open":     "and(,other(received),other(is))",
		"due:none":                 "other(due)",
		"text:zoe title:zoe":       "and(,word~(text,zoe),word~(title,zoe))",
		"(zoe (elm or 12)) or not": "",
	} {
		q, err := Parse(asked, today())
		if err != nil {
			if want != "" {
				t.Errorf("%q: %v", asked, err)
			}
			continue
		}
		if got := write(q.Plan()); got != want {
			t.Errorf("%q is %s, want %s", asked, got, want)
		}
	}
}

// What is cut is what model.Words cuts, and identifiers besides; folded first or not.
func TestCutterAgreesWithWords(t *testing.T) {
	pieces := []string{"a", "Zoë", "O'", "’s", "'", "`", "12", "999", "000", "0018", "+44", "LS1", "4AP", "-", "/", ")", " ", "\n", "\t", "ﬁ", "İ", "\u0301", "новость", "\xff", "·", "s", "'s", "B"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "pieces"), "")
		checkCut(t, text)
	})
}

func checkCut(t interface{ Fatalf(string, ...any) }, text string) {
	var c Cutter
	var words, all, folded []string
	c.Words(text, func(w []byte) { words = append(words, string(w)) })
	c.Each(text, func(w []byte) { all = append(all, string(w)) })
	c.Each(model.Fold(text), func(w []byte) { folded = append(folded, string(w)) })
	if want := model.Words(text); !slices.Equal(words, want) || !slices.Equal(all[:len(words)], want) {
		t.Fatalf("%q is cut into %q, want %q", text, words, want)
	}
	if !slices.Equal(all, folded) {
		t.Fatalf("%q is cut into %q and, folded, %q", text, all, folded)
	}
}

func FuzzCutter(f *testing.F) {
	for _, s := range []string{"Mother's 999 000 0018, +44 1632 960123", "LS1 4AP INF-2026-7KQ4M2", "O’Brien-Łukasz", "''a''s", "\xffa'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkCut(t, text) })
}
