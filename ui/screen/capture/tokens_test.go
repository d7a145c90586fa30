package capture

import (
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/ui/uitest"
)

func TestTokensAreRead(t *testing.T) {
	about := func(text string) model.HonestDate {
		d, err := model.ParseDate(text, day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, x := range []struct {
		line string
		want tokens
	}{
		{"", tokens{}},
		{"tel", tokens{Channel: model.Telephone}},
		{"tel pol", tokens{Channel: model.Telephone, Agency: "Police"}},
		{"TEL Pol", tokens{Channel: model.Telephone, Agency: "Police"}},
		{"tel pol Sgt Ahmed 07700 900123", tokens{Channel: model.Telephone, Agency: "Police", Source: "Sgt Ahmed 07700 900123"}},
		{"pol Sgt Ahmed", tokens{Agency: "Police", Source: "Sgt Ahmed"}},
		{"em social care Mrs Lane", tokens{Channel: model.Email, Agency: "Children's social care", Source: "Mrs Lane"}},
		{"tel health visitor", tokens{Channel: model.Telephone, Agency: "Health visiting"}},
		{"tel hosp", tokens{Channel: model.Telephone, Agency: "Hospital"}},
		{"tel surg Dr Vale", tokens{Channel: model.Telephone, Agency: "GP", Source: "Dr Vale"}},
		{"tel scho", tokens{Channel: model.Telephone, Source: "scho"}},     // School, School nursing: not told apart
		{"tel school", tokens{Channel: model.Telephone, Agency: "School"}}, // a whole name wins
		{"tel school nurse Kim", tokens{Channel: model.Telephone, Agency: "School nursing", Source: "Kim"}},
		{"tel Dana tel", tokens{Channel: model.Telephone, Source: "Dana tel"}}, // only the first word is a channel
		{"tel Dana pol", tokens{Channel: model.Telephone, Source: "Dana pol"}},
		{`tel "pol Potter"`, tokens{Channel: model.Telephone, Source: "pol Potter"}}, // quotes: not the police
		{"@DD-2026-A014 tel pol", tokens{Channel: model.Telephone, Agency: "Police", Case: "DD-2026-A014"}},
		{"tel @A014 pol Kim", tokens{Channel: model.Telephone, Agency: "Police", Case: "A014", Source: "Kim"}},
		{"tel #injury #injury #home_life !urgent !key", tokens{Channel: model.Telephone, Themes: []string{"injury", "home life", "urgent"}, Significance: "key"}},
		{`#"home life"`, tokens{Themes: []string{"home life"}}},
		{"~12/3/24", tokens{Occurred: about("12/3/24")}},
		{"tel ~12 mar 2024 pol", tokens{Channel: model.Telephone, Occurred: about("12 mar 2024"), Agency: "Police"}},
		{"~?mar 2024", tokens{Occurred: about("?mar 2024")}},
		{`~"about June 2019" Dana`, tokens{Occurred: about("about June 2019"), Source: "Dana"}},
		{"~between 7 and 18 oct 2024 tel", tokens{Occurred: about("between 7 and 18 oct 2024"), Channel: model.Telephone}},
		{"~ 12/3/24", tokens{Occurred: about("12/3/24")}},
		{"%6(1)(e) %public-task %9", tokens{Basis: []string{"6(1)(e)", "9(2)(g)"}}},
		{"@ # ! % ~", tokens{}},
		{"tel pol Sgt Ahmed 07700 900123 @DD-2026-A014 !urgent #injury ~12/3/24 %6(1)(e)", tokens{Channel: model.Telephone, Agency: "Police",
			Source: "Sgt Ahmed 07700 900123", Case: "DD-2026-A014", Themes: []string{"urgent", "injury"}, Occurred: about("12/3/24"), Basis: []string{"6(1)(e)"}}},
	} {
		uitest.Same(t, x.line, parse(x.line, lexicon(), day), x.want)
	}
}

func TestTokensThatAreNotUnderstoodAreTold(t *testing.T) {
	for line, typed := range map[string]string{"~31/2/24": "~31/2/24", "tel ~soon pol": "~soon", "%6": "%6", "%nothing": "%nothing"} {
		got := parse(line, lexicon(), day)
		if len(got.Problems) != 1 || got.Problems[0].Typed != typed || got.Problems[0].Why == "" {
			t.Errorf("%q: %#v", line, got.Problems)
		}
	}
	if got := parse("tel ~soon pol", lexicon(), day); got.Channel != model.Telephone || got.Agency != "Police" {
		t.Errorf("one bad token spoils its neighbours: %#v", got)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"tel pol Sgt Ahmed ~12/3/24 #injury", `"`, `~"`, "@\x00", "%\xff", "~ ~ ~", "#\u202e!", strings.Repeat("~1 ", 50)} {
		f.Add(s)
	}
	lex := lexicon()
	f.Fuzz(func(t *testing.T, line string) {
		got := parse(line, lex, day)
		if got.Channel != "" && lex.label(got.Channel) == string(got.Channel) {
			t.Errorf("a channel from nowhere: %q", got.Channel)
		}
		for _, p := range got.Problems {
			if p.Why == "" || !strings.Contains(line, p.Typed[1:]) {
				t.Errorf("%q: a problem with what was not typed: %#v", line, p)
			}
		}
		for _, b := range got.Basis {
			if !strings.Contains(lex.basisWords(b), " ") {
				t.Errorf("a basis from nowhere: %q", b)
			}
		}
	})
}
