package invent

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"caseroom/model"
)

// Options says what to invent. The same options give the same world.
type Options struct {
	Seed  uint64
	Today model.Day // what the dates are reckoned from
	Cases int       // 0 means 40
	Items int       // items a case, on average; 0 means 36
	// Zone is where received times are told; nil means UTC.
	Zone *time.Location
	// Members are the people who log and restrict. A store that has enrolled them
	// already gives them here with their own IDs; empty means those of [Members].
	Members []model.Member
}

// World is the partnership without its cases.
type World struct {
	Profile  model.Profile
	Members  []model.Member
	Agencies []model.Agency
}

// Dossier is one case with all that belongs to it. Every record has its ID, its
// reference and its case filled in; the IDs in it agree with one another.
type Dossier struct {
	Case         *model.Case
	Incident     *model.Incident // nil for an audit
	People       []*model.Person
	Information  []*model.Information // in the order received
	Restrictions []*model.Restriction
	Corrections  []Correction
	Cleared      []model.ID // members cleared by name, beside the roles cleared by default
}

// Correction is a later word about an item: to be applied as a change of its own,
// so that the original stays in the history.
type Correction struct {
	Item *model.Information // the item as corrected; its ID is that of the original
	Why  string
	By   model.ID
	At   time.Time
}

// Generate gives the partnership and its cases, one dossier at a time.
func Generate(o Options) (World, iter.Seq[Dossier], error) {
	if o.Today.IsZero() {
		return World{}, nil, fmt.Errorf("the invented partnership needs a today to reckon its dates from")
	}
	if o.Cases <= 0 {
		o.Cases = 40
	}
	if o.Items <= 0 {
		o.Items = 36
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if len(o.Members) == 0 {
		o.Members = Members()
	}
	s, err := readScript()
	if err != nil {
		return World{}, nil, err
	}
	w := World{Profile: profile(), Members: o.Members, Agencies: agencies()}
	return w, func(yield func(Dossier) bool) {
		m := newMaker(o, s, w)
		for i := range o.Cases {
			if !yield(m.dossier(i)) {
				return
			}
		}
	}, nil
}

func profile() model.Profile {
	return model.Profile{
		Partnership:    "Northmoor Safeguarding Children Partnership",
		Areas:          []string{"Northmoor", "Eastholme"},
		ControllerRole: "controller",
		DPO:            "data.protection@northmoor.example.org, 01632 960114",
		Marking:        "OFFICIAL-SENSITIVE",
		Origin:         "A",
		Prefixes: map[model.CaseKind]string{model.RapidReview: "DD", model.LCSPR: "DD", model.LocalLearningReview: "DD",
			model.ChildDeathReview: "CD", model.MultiAgencyAudit: "MA"},
		ClearByDefault: []model.Role{model.Manager, model.BusinessTeam},
		IdleMinutes:    10,
		Invented:       true,
	}
}

// Members are the invented team: two managers, two of the business team, two panel
// members, the data protection officer and an auditor. Their IDs are their own until
// a store has given them others (see [Options]).
func Members() []model.Member {
	d := newDice(0, 0)
	var out []model.Member
	for _, m := range []struct {
		label, name string
		role        model.Role
	}{
		{"R. Adeyemi", "Ruth Adeyemi, business manager", model.Manager},
		{"D. Marchetti", "Dario Marchetti, deputy business manager", model.Manager},
		{"T. Leigh", "Theresa Leigh, review co-ordinator", model.BusinessTeam},
		{"M. Ashdown", "Mina Ashdown, administrator", model.BusinessTeam},
		{"J. Castell", "Jean Castell, independent reviewer", model.Reviewer},
		{"H. Banerjee", "Dr Hari Banerjee, designated doctor", model.Reviewer},
		{"S. Whitlock", "Simon Whitlock, data protection officer", model.Governance},
		{"P. Fenn", "Pauline Fenn, auditor", model.Auditor},
	} {
		out = append(out, model.Member{Head: model.Head{ID: d.id()}, Label: m.label, Name: m.name, Role: m.role})
	}
	return out
}

// kindNames are the agencies that have one body for the whole area, by kind.
func kindNames() map[string]string {
	return map[string]string{
		"csc": "Children's social care", "pol": "Police", "icb": "Integrated care board", "hv": "Health visiting", "mid": "Midwifery",
		"hosp": "Hospital", "amb": "Ambulance", "sn": "School nursing", "camhs": "CAMHS", "lacn": "Looked-after children's nursing",
		"dn": "Community nursing", "phy": "Physiotherapy", "ot": "Occupational therapy", "slt": "Speech and language therapy",
		"me": "Medical examiner", "drug": "Drug and alcohol service", "amh": "Adult mental health", "ews": "Education welfare",
		"eh": "Early help", "fos": "Fostering and adoption", "home": "Heron House children's home", "hou": "Housing",
		"fire": "Fire and rescue", "prob": "Probation", "yot": "Youth justice", "cafcass": "Cafcass", "coroner": "Coroner",
		"court": "Family court", "legal": "Legal services", "dbs": "Disclosure and Barring Service", "ber": "Bereavement service",
		"pub": "Member of the public", "fam": "Family member", "scp": "Eastholme partnership",
	}
}

// laneOf is the lane of the chronology that a kind of agency is drawn in.
func laneOf(code string) string {
	for lane, codes := range map[string]string{"Police": "pol", "Education": "sch nur ews", "Social care": "csc eh fos home", "Housing": "hou",
		"Justice": "prob yot cafcass coroner court", "Voluntary": "vol spt ber", "Public": "pub fam", "Other": "fire legal dbs scp"} {
		if slices.Contains(words(codes), code) {
			return lane
		}
	}
	return "Health"
}

// agencies is the directory: the bodies above, and every school, nursery, surgery,
// club and charity by its own name. Kind is the lane.
func agencies() []model.Agency {
	var out []model.Agency
	names := kindNames()
	for _, code := range words(`csc pol icb hv mid hosp amb sn camhs lacn dn phy ot slt me drug amh ews eh fos home hou fire prob yot
		cafcass coroner court legal dbs ber pub fam scp`) {
		out = append(out, model.Agency{Name: names[code], Kind: laneOf(code), Aliases: []string{code}})
	}
	out = append(out, named("sch", append(primaries(), secondaries()...))...)
	out = append(out, named("nur", nurseries())...)
	out = append(out, named("gp", surgeries())...)
	out = append(out, named("vol", charities())...)
	return append(out, named("spt", clubs())...)
}

func named(code string, list []string) []model.Agency {
	var out []model.Agency
	for _, n := range list {
		out = append(out, model.Agency{Name: capital(n), Kind: laneOf(code)})
	}
	return out
}

func charities() []string {
	return phrases("Harbour Refuge|Northmoor Young Carers|The Lantern Project|Saltings Foodbank|Next Bus youth mentoring|The Tern hospice")
}
