package store

import (
	"fmt"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"caseroom/assets"
	"caseroom/model"
	"caseroom/model/access"
)

// settings is what the shipped assets say, parsed once into the model's
// plain structs.
type settings struct {
	policy    *access.Policy
	directory []model.Agency
	police    map[string]bool
	channels  []ChannelRow
	bases     []BasisRow
	profile   model.Profile
}

// ChannelRow is a channel with the words that capture takes for it.
type ChannelRow struct {
	Name   model.Channel
	Label  string
	Tokens []string
}

// BasisRow is a legal basis that information may be held on.
type BasisRow struct {
	Code, Group, Words, Note, Source string
}

// loadSettings gives the tables. They are built in, and nobody changes them: to parse them
// once is enough, and each unlock is the quicker for it.
var loadSettings = sync.OnceValues(parseSettings)

// parseSettings parses every table. An asset that does not parse is a defect of the
// build, told as such; a test opens each of them.
func parseSettings() (*settings, error) {
	var s settings
	for _, load := range []func(*settings) error{loadPolicy, loadAgencies, loadChannels, loadBases, loadProfile} {
		if err := load(&s); err != nil {
			return nil, model.Fail(model.Failed, "this copy of Caseroom is built with a table that cannot be read").Because(err)
		}
	}
	return &s, nil
}

type policyFile struct {
	Version int
	Effect  []struct {
		Name, Words string
		Rank        int
	}
	Condition []struct{ Name, Words string }
	Kind      []policyRow
}

type policyRow struct {
	Name, Title, Short, About, Covers, Cleared, Panel, Publication, Code, Handling string

	Seals, Holds, Lines bool
	DefaultNamed        string             `toml:"default_named"`
	NotNamedChoices     []string           `toml:"not_named_choices"`
	NotNamed            string             `toml:"not_named"`
	PanelUnless         []access.Condition `toml:"panel_unless"`
	PublicationUnless   []access.Condition `toml:"publication_unless"`
	PublicationTells    []string           `toml:"publication_tells"`
	SubjectAccess       string             `toml:"subject_access"`
	SubjectAccessUnless []access.Condition `toml:"subject_access_unless"`
	SubjectAccessWhen   []string           `toml:"subject_access_when"`
	ItemByItem          []string           `toml:"item_by_item"`
	Law                 []string
	Says                []string
}

func (r policyRow) rule() (access.Rule, error) {
	out := access.Rule{
		Kind: model.RestrictionKind(r.Name), Title: r.Title,
		Screen: access.Effect(r.Cleared), NotNamed: access.Effect(r.NotNamed),
		Panel: access.Effect(r.Panel), PanelUnless: r.PanelUnless,
		Publication: access.Effect(r.Publication), PublicUnless: r.PublicationUnless,
		Access: access.Effect(r.SubjectAccess), AccessUnless: r.SubjectAccessUnless,
		Code: r.Code, Seals: r.Seals, Covers: r.Covers, Handling: r.Handling, Lines: r.Lines, Says: r.Says,
	}
	for _, col := range r.Law {
		p, ok := map[string]model.Purpose{"panel": model.PanelPack, "publication": model.Publication,
			"subject_access": model.SubjectAccess}[col]
		if !ok {
			return out, fmt.Errorf("%s: law names the unknown column %q", r.Name, col)
		}
		out.Law = append(out.Law, p)
	}
	if out.NotNamed == "" { // the kind has no such column; the gate hides it from whoever is not on a list
		out.NotNamed = access.Nothing
	}
	for _, e := range []access.Effect{out.Screen, out.NotNamed, out.Panel, out.Publication, out.Access} {
		if !e.Known() {
			return out, fmt.Errorf("%s: %q is not an effect", r.Name, e)
		}
	}
	return out, nil
}

func loadPolicy(s *settings) error {
	var f policyFile
	if err := strict(assets.Restrictions(), &f); err != nil {
		return fmt.Errorf("restrictions: %w", err)
	}
	s.policy = &access.Policy{}
	for _, row := range f.Kind {
		rule, err := row.rule()
		if err != nil {
			return fmt.Errorf("restrictions: %w", err)
		}
		s.policy.Rules = append(s.policy.Rules, rule)
	}
	for _, k := range model.RestrictionKinds() {
		if _, ok := s.policy.Rule(k); !ok {
			return fmt.Errorf("restrictions: no row for %s", k)
		}
	}
	return nil
}

func loadAgencies(s *settings) error {
	var f struct {
		Version int
		Kind    []struct {
			Code, Name, Group, Statutory, Professional string
			Aliases                                    []string
			Police                                     bool
		}
	}
	if err := strict(assets.Agencies(), &f); err != nil {
		return fmt.Errorf("agencies: %w", err)
	}
	s.police = map[string]bool{}
	for _, k := range f.Kind {
		s.directory = append(s.directory, model.Agency{Name: k.Name, Kind: k.Group, Aliases: append([]string{k.Code}, k.Aliases...)})
		if k.Police {
			s.police[strings.ToLower(k.Name)] = true
		}
	}
	return nil
}

func loadChannels(s *settings) error {
	var f struct {
		Version int
		Channel []struct {
			Name, Label       string
			Tokens            []string
			VerbalInstruction bool `toml:"verbal_instruction"`
		}
	}
	if err := strict(assets.Channels(), &f); err != nil {
		return fmt.Errorf("channels: %w", err)
	}
	for _, c := range f.Channel {
		name, err := model.ParseChannel(c.Name)
		if err != nil {
			return err
		}
		s.channels = append(s.channels, ChannelRow{Name: name, Label: c.Label, Tokens: c.Tokens})
	}
	return nil
}

func loadBases(s *settings) error {
	var f struct {
		Version int
		Basis   []struct {
			Code, Group, Words, Note, Source, Purpose string
			Criminal                                  bool
		}
	}
	if err := strict(assets.Bases(), &f); err != nil {
		return fmt.Errorf("bases: %w", err)
	}
	for _, b := range f.Basis {
		s.bases = append(s.bases, BasisRow{Code: b.Code, Group: b.Group, Words: b.Words, Note: b.Note, Source: b.Source})
	}
	return nil
}

func loadProfile(s *settings) error {
	var f struct {
		Marking, Origin string
		ControllerRole  string       `toml:"controller_role"`
		SingleHanded    bool         `toml:"single_handed"`
		ClearByDefault  []model.Role `toml:"clear_by_default"`
		IdleMinutes     int          `toml:"idle_minutes"`
		Prefixes        map[model.CaseKind]string
	}
	if err := toml.Unmarshal(assets.Profile(), &f); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	s.profile = model.Profile{Marking: f.Marking, Origin: f.Origin, ControllerRole: f.ControllerRole,
		SingleHanded: f.SingleHanded, ClearByDefault: f.ClearByDefault, IdleMinutes: f.IdleMinutes, Prefixes: f.Prefixes}
	return nil
}

// strict parses TOML and refuses a key that the program has no use for: a setting
// that is silently ignored is worse than one that is refused.
func strict(b []byte, into any) error {
	d := toml.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
