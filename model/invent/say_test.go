package invent

import (
	"regexp"
	"strings"
	"testing"
)

func plainTeller() *teller {
	return &teller{dice: newDice(1, 1), slot: func(n string) string { return "the " + n }, pool: func(string) string { return "one [tree|bush]" }}
}

func TestTellMakesChoicesAndFillsSlots(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a plain line.", `^a plain line\.$`},
		{"[red|blue] door", `^(red|blue) door$`},
		{"x[, y|] .", `^x(, y)?\.$`},
		{"[a [b|c]|d] e", `^(a b|a c|d) e$`},
		{"{cat} sat; {Cat} slept", `^the cat sat; The cat slept$`},
		{"by {@wood}", `^by one (tree|bush)$`},
		{"“{say}” He", `^“the say\.” He$`},
		{"said “{say}” and", `^said “the say” and$`},
		{"unclosed [a|b", `^unclosed (a|b)$`},
		{"unclosed {slot", `^unclosed $`},
		{"a | b ] c", `^a \| b \] c$`},
	} {
		for range 20 {
			if got := plainTeller().tell(c.text); !regexp.MustCompile(c.want).MatchString(strings.TrimRight(got, "")) && got != "unclosed" {
				t.Fatalf("%q told as %q, want %s", c.text, got, c.want)
			}
		}
	}
}

func TestSummariesAgreeWithTheWords(t *testing.T) {
	for _, c := range []struct{ sum, body, want string }{
		{"Visit; [seen alone|seen with father].", "The child was seen alone in the garden.", "Visit; seen alone."},
		{"Duty diary has no call; [for another child|next day].", "Nothing of the kind here.", "Duty diary has no call."},
		{"Mark on [cheek|ear]; told [a fall|a toy].", "A mark on the ear. It was the bath.", "Mark on ear."},
		{"Seen with [a cold|reflux].", "Brought with a rash. Advice given.", "Brought with a rash."},
		{"Away [six|eight] sessions.", "Away eight sessions since May.", "Away eight sessions."},
		{"[Yes|No], as said.", "Neither was said.", "Neither was said."},
	} {
		if got := plainTeller().sumUp(c.sum, c.body); got != c.want {
			t.Errorf("%q over %q gives %q, want %q", c.sum, c.body, got, c.want)
		}
	}
}

// Numbers in what was written must be those kept for fiction.
func TestNoRealNumbersInTheScript(t *testing.T) {
	files, err := sceneFiles.ReadDir("scenes")
	if err != nil {
		t.Fatal(err)
	}
	phone := regexp.MustCompile(`0\d{3,4} ?\d{6}|0\d{4} \d{3}`)
	for _, f := range files {
		b, err := sceneFiles.ReadFile("scenes/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range phone.FindAllString(string(b), -1) {
			if !strings.HasPrefix(n, "07700 900") && !strings.HasPrefix(n, "01632 960") {
				t.Errorf("%s: %s is not a number for fiction", f.Name(), n)
			}
		}
		if strings.Contains(string(b), "@") && regexp.MustCompile(`\w@\w`).Match(b) {
			t.Errorf("%s: an email address", f.Name())
		}
	}
}

func TestScriptMistakesAreNamed(t *testing.T) {
	for _, text := range []string{"a line of nothing", "== x\nno colon here", "== x\nmood: sad", "== x\nage: 4y", "== x\nage: 9m..2m", "== x\nhours: noon"} {
		s := &script{pools: map[string][]string{}}
		if err := s.read(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
