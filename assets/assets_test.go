package assets

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// strictly parses a table and refuses keys that nobody reads.
func strictly(t *testing.T, b []byte, into any) {
	t.Helper()
	d := toml.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v", err)
	}
}

type restrictionRow struct {
	Name, Title, Short, About string
	Seals                     bool
	DefaultNamed              string   `toml:"default_named"`
	NotNamedChoices           []string `toml:"not_named_choices"`
	Covers                    string
	Holds, Lines              bool
	Cleared                   string
	NotNamed                  string `toml:"not_named"`
	Panel                     string
	PanelUnless               []string `toml:"panel_unless"`
	Publication               string
	PublicationUnless         []string `toml:"publication_unless"`
	PublicationTells          []string `toml:"publication_tells"`
	SubjectAccess             string   `toml:"subject_access"`
	SubjectAccessUnless       []string `toml:"subject_access_unless"`
	SubjectAccessWhen         []string `toml:"subject_access_when"`
	ItemByItem                []string `toml:"item_by_item"`
	Law                       []string
	Code, Handling            string
	Says                      []string
}

type restrictionTable struct {
	Version int
	Effect  []struct {
		Name  string
		Rank  int
		Words string
	}
	Condition []struct{ Name, Words string }
	Kind      []restrictionRow
}

func restrictionsTable(t *testing.T) restrictionTable {
	var x restrictionTable
	strictly(t, Restrictions(), &x)
	return x
}

// The default table, one row a kind: screen, not named, panel, publication, subject access, code; then the columns that are law.
const defaultTable = `
need-to-know             | show               | hide | withhold unless named-recipient | withhold | item-by-item | |
legal-privilege          | show               | hide | withhold | withhold | withhold | S2 P4 Para 19 | panel publication subject_access
adoption                 | mask               | mask | withhold | withhold | withhold | S4 | panel publication subject_access
confidential-address     | mask               | mask | redact | redact | redact unless askers-own | | panel publication
third-party              | show               |      | show | redact-names | redact unless consent-or-weighing-recorded professional-acting-officially | S2 P3 |
consent-withheld         | warn               |      | withhold unless other-basis-recorded | withhold | show | |
consent-withdrawn        | warn               |      | withhold unless other-basis-recorded | withhold | show | |
police-sensitive         | show               |      | withhold unless recipient-police named-recipient | withhold | withhold | S2 P1 Para 2 |
criminal-proceedings     | warn               |      | show-with-handling | hold | item-by-item | |
reporting-restriction    | show               |      | pseudonyms | redact-names | show | | publication
family-court             | show               |      | withhold unless leave-or-rule-recorded | withhold | withhold | S3 | panel publication
serious-harm-health      | show               |      | show | withhold | hold unless health-opinion-under-six-months | | subject_access
serious-harm-social-work | show               |      | show | withhold | withhold when serious-harm-test-met | S3 P3 Para 11 |
serious-harm-education   | show               |      | show | withhold | withhold when serious-harm-test-met | S3 P4 Para 19 |
child-abuse-data         | show               |      | show | withhold | withhold when asker-has-parental-responsibility not-in-childs-interests | S3 Para 21 |
child-wish               | warn               |      | warn | withhold | withhold when asker-was-to-be-kept-from | |
article-18               | warn               |      | withhold unless consent-claims-rights-or-public-interest | withhold | show | | panel
article-21               | warn               |      | hold | withhold | show | |
purpose-lock             | show               |      | withhold unless same-purpose | withhold | item-by-item | | panel
marking                  | show-with-handling |      | show-with-handling | withhold unless originator-lowered | show | |`

func TestRestrictionTableIsTheDefaultOne(t *testing.T) {
	x := restrictionsTable(t)
	got := map[string]string{}
	for _, k := range x.Kind {
		cells := []string{k.Name, k.Cleared, k.NotNamed, cell(k.Panel, k.PanelUnless, nil), cell(k.Publication, k.PublicationUnless, nil),
			cell(k.SubjectAccess, k.SubjectAccessUnless, k.SubjectAccessWhen), k.Code, strings.Join(k.Law, " ")}
		got[k.Name] = strings.Join(cells, "|")
	}
	lines := strings.Split(strings.TrimSpace(defaultTable), "\n")
	if len(lines) != 20 || len(x.Kind) != 20 {
		t.Errorf("%d rows wanted, %d given, 20 are the contract", len(lines), len(x.Kind))
	}
	for _, line := range lines {
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if want := strings.Join(cells, "|"); got[cells[0]] != want {
			t.Errorf("%s:\n got %s\nwant %s", cells[0], got[cells[0]], want)
		}
	}
}

func cell(effect string, unless, when []string) string {
	if len(unless) > 0 {
		effect += " unless " + strings.Join(unless, " ")
	}
	if len(when) > 0 {
		effect += " when " + strings.Join(when, " ")
	}
	return effect
}

func TestRestrictionVocabularyIsClosed(t *testing.T) {
	x := restrictionsTable(t)
	effects, conditions := map[string]bool{}, map[string]bool{}
	for i, e := range x.Effect {
		effects[e.Name] = true
		if e.Rank != i || e.Words == "" {
			t.Errorf("effect %s: rank %d in place %d, words %q", e.Name, e.Rank, i, e.Words)
		}
	}
	used := map[string]bool{}
	for _, c := range x.Condition {
		conditions[c.Name] = true
	}
	for _, k := range x.Kind {
		for _, e := range []string{k.Cleared, k.Panel, k.Publication, k.SubjectAccess} {
			if !effects[e] {
				t.Errorf("%s: no effect is called %q", k.Name, e)
			}
		}
		if k.Seals != (k.NotNamed == "hide") || k.Seals && k.DefaultNamed == "" {
			t.Errorf("%s: seals %v, not named %q, default named %q do not go together", k.Name, k.Seals, k.NotNamed, k.DefaultNamed)
		}
		for _, c := range slices.Concat(k.PanelUnless, k.PublicationUnless, k.SubjectAccessUnless, k.SubjectAccessWhen) {
			used[c] = true
			if !conditions[c] {
				t.Errorf("%s: no condition is called %q", k.Name, c)
			}
		}
		for _, c := range slices.Concat(k.Law, k.ItemByItem) {
			if !slices.Contains([]string{"panel", "publication", "subject_access"}, c) {
				t.Errorf("%s: %q is no column", k.Name, c)
			}
		}
		if k.Title == "" || k.Short == "" || k.About == "" || k.Handling == "" || len(k.Says) < 2 {
			t.Errorf("%s lacks words for people", k.Name)
		}
	}
	for c := range conditions {
		if !used[c] {
			t.Errorf("the condition %s is used nowhere", c)
		}
	}
}

// Whoever is about to restrict must hear of every column that does more than show.
func TestSaysTellsWhatItDoes(t *testing.T) {
	for _, k := range restrictionsTable(t).Kind {
		says := strings.Join(k.Says, " ")
		if k.Publication != "show" && !strings.Contains(says, "publi") {
			t.Errorf("%s: says nothing of publication", k.Name)
		}
		if len(k.Law) > 0 && !strings.Contains(says, "law") {
			t.Errorf("%s: does not say that it is law", k.Name)
		}
	}
}

func TestAgencies(t *testing.T) {
	var x struct {
		Version int
		Kind    []struct {
			Code, Name, Group, Statutory, Professional string
			Aliases                                    []string
			Police                                     bool
		}
	}
	strictly(t, Agencies(), &x)
	seen := map[string]string{}
	for _, k := range x.Kind {
		for _, a := range append([]string{k.Code, strings.ToLower(k.Name)}, k.Aliases...) {
			if other, taken := seen[a]; taken && other != k.Code {
				t.Errorf("%q stands for %s and for %s", a, other, k.Code)
			}
			seen[a] = k.Code
		}
		if !slices.Contains([]string{"Health", "Police", "Education", "Social care", "Housing", "Justice", "Voluntary", "Public", "Other"}, k.Group) {
			t.Errorf("%s: no lane is called %q", k.Code, k.Group)
		}
		if !slices.Contains([]string{"", "partner", "relevant"}, k.Statutory) || k.Professional == "" || k.Police != (k.Code == "pol") {
			t.Errorf("%s: %+v", k.Code, k)
		}
	}
	for _, code := range strings.Fields("pol gp hv csc sch nur amb hou mid camhs prob hosp fire yot vol cafcass coroner pub") {
		if seen[code] == "" {
			t.Errorf("capture does not know %s", code)
		}
	}
}

func TestChannels(t *testing.T) {
	var x struct {
		Version int
		Channel []struct {
			Name, Label       string
			Tokens            []string
			VerbalInstruction bool `toml:"verbal_instruction"`
		}
	}
	strictly(t, Channels(), &x)
	var names, tokens []string
	for _, c := range x.Channel {
		names = append(names, c.Name)
		tokens = append(tokens, c.Tokens...)
	}
	sameNames(t, names, "verbal paper telephone email online-form website recording lms other")
	for _, w := range strings.Fields("tel em pap ver frm img oth") {
		if !slices.Contains(tokens, w) {
			t.Errorf("capture does not know the channel %s", w)
		}
	}
	slices.Sort(tokens)
	if len(slices.Compact(slices.Clone(tokens))) != len(tokens) {
		t.Errorf("a token stands for two channels: %v", tokens)
	}
}

func TestBases(t *testing.T) {
	var x struct {
		Version int
		Basis   []struct {
			Code, Group, Words, Note, Source string
			Criminal                         bool
			Purpose                          string
		}
	}
	strictly(t, Bases(), &x)
	seen, groups := map[string]bool{}, map[string]int{}
	for _, b := range x.Basis {
		if seen[b.Code] || b.Words == "" || b.Source == "" {
			t.Errorf("%s comes twice or lacks words or a source", b.Code)
		}
		seen[b.Code] = true
		groups[b.Group]++
	}
	for g, n := range map[string]int{"article-6": 7, "article-9": 10, "article-10": 1, "schedule-1": 8} {
		if groups[g] != n {
			t.Errorf("%s has %d rows, want %d", g, groups[g], n)
		}
	}
}

func TestProfile(t *testing.T) {
	var x struct {
		Version                          int
		Partnership                      string
		Areas                            []string
		ControllerRole                   string `toml:"controller_role"`
		Controller, DPO, Marking, Origin string
		CaseReference                    string   `toml:"case_reference"`
		RecordReference                  string   `toml:"record_reference"`
		SingleHanded                     bool     `toml:"single_handed"`
		ClearByDefault                   []string `toml:"clear_by_default"`
		IdleMinutes                      int      `toml:"idle_minutes"`
		HiddenSays                       string   `toml:"hidden_says"`
		RapidReviewStarts                string   `toml:"rapid_review_starts"`
		FOI, Invented                    bool
		Prefixes                         map[string]string
	}
	strictly(t, Profile(), &x)
	if x.Marking != "OFFICIAL-SENSITIVE" || x.SingleHanded || x.RapidReviewStarts != "sin-received" || len(x.Prefixes) != 5 {
		t.Errorf("%+v", x)
	}
	sameNames(t, x.ClearByDefault, "manager business-team")
}

// sameNames holds a list against the command-line contract, whatever the order.
func sameNames(t *testing.T, got []string, want string) {
	t.Helper()
	w := strings.Fields(want)
	slices.Sort(w)
	g := slices.Sorted(slices.Values(got))
	if !slices.Equal(g, w) {
		t.Errorf("got %v, want %v", g, w)
	}
}

func TestNobodyCanChangeTheTables(t *testing.T) {
	b := Restrictions()
	clear(b)
	if bytes.Equal(b, Restrictions()) {
		t.Error("one caller changed the table for the next")
	}
}

func TestDocsAndKeysAreThere(t *testing.T) {
	pages, err := fs.Glob(Docs(), "*.md")
	if err != nil || !slices.Contains(pages, "manual.md") {
		t.Errorf("pages %v, %v", pages, err)
	}
	if !json.Valid(Keys()) {
		t.Error("the key table is not JSON")
	}
}
