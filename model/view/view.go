package view

import (
	"time"

	"caseroom/model"
	"caseroom/model/access"
)

// CaseRow is a case as a list shows it.
type CaseRow struct {
	model.Case
	Restricted int             // restrictions in force that the viewer may know of, in the whole case
	Decision   access.Decision // of the case itself
}

// CaseFile is a case with all that the viewer may see of it, in the order in which
// its page shows it. It is a copy: nothing in it changes after it was given.
type CaseFile struct {
	CaseRow
	People       []PersonView
	Incidents    []model.Incident
	Information  []InfoView // by occurred date, then by sequence, then by received
	Restrictions []RestrictionView
	Packs        []model.Pack
	Cleared      []string            // labels of the members who hold the case's key
	Names        map[model.ID]string // of people in it, as this viewer may see them
}

// InfoView is an item as the gate lets this viewer see it. If Decision.Readable is
// false its Words, Summary, ChildVoice and Source are empty; if the address is
// covered the words hold "[address covered]" in its place.
type InfoView struct {
	model.Information
	CaseRef  string
	Decision access.Decision
	Labels   []string // the titles of the restrictions, such as "confidential address"
	Kinds    []string // their kinds, in kebab-case
	About    []string // the people concerned, by the names that this viewer may see
}

// PersonView is a person as the gate lets this viewer see them.
type PersonView struct {
	model.Person
	CaseRef  string
	Decision access.Decision
	Labels   []string
	Kinds    []string
}

// RestrictionView is a restriction with what it covers named.
type RestrictionView struct {
	model.Restriction
	CaseRef     string
	TargetRef   string
	TargetWords string   // "item", "person P03", "the whole case"
	Title       string   // of the kind
	Named       []string // labels of the members on its list
	SetBy       string
	InForce     bool
	Effect      access.Effect // on this viewer's screen
}

// Hit is one answer of a search.
type Hit struct {
	Noun    model.Noun
	ID      model.ID
	Ref     string
	CaseID  model.ID
	CaseRef string
	Title   string
	Snippet string // around the first word found
	When    string // short form of the date
	Agency  string
	Score   int
}

// HistoryEntry is one revision of one thing.
type HistoryEntry struct {
	Rev    uint64
	At     time.Time
	By     string // label
	Act    model.Act
	Why    string
	Ref    string
	Noun   model.Noun
	Fields []string     // names of the fields that changed
	Before model.Record // nil for the first revision
}

// AuditRow is one act in the ledger. Of acts in compartments that the viewer is not
// cleared for only those roles that see the envelope get a row, with nothing in it
// but the time, the act's class and the signer.
type AuditRow struct {
	Leaf    uint64
	At      time.Time
	By      string
	Act     model.Act
	Noun    model.Noun
	Ref     string
	CaseRef string
	Why     string
	Closed  bool // an envelope only
}

// OversightRow is one line of the oversight: an override, a decision to share, a
// single-handed release or a use of the recovery key. The ids are opaque; the references
// are empty of what the viewer may not know of.
type OversightRow struct {
	Leaf    uint64 // where it stands in the ledger; 0 if that was begun anew since
	At      time.Time
	By      string
	Act     model.Act
	Noun    model.Noun
	ID      model.ID
	CaseID  model.ID
	Ref     string
	CaseRef string
	Why     string
}

// MemberRow is a member as a list shows them.
type MemberRow struct {
	model.Member
	Cases int // cases that both the viewer and the member are cleared for
	Me    bool
}

// Draft is something typed and not yet saved. Data is the screen's own form of it.
type Draft struct {
	ID     string
	Screen string // which screen or form it belongs to
	About  string // reference of the case or item, for the row on Today
	At     time.Time
	Data   []byte
}

// AgencyRow is an agency of the directory with what the viewer may see from it.
type AgencyRow struct {
	model.Agency
	Items int
	Cases int
}

// Today is what exists and what waits, counted through the gate.
type Today struct {
	Day         model.Day
	Partnership string
	OpenCases   int
	ClosedCases int
	Members     int
	ToReview    []RestrictionView // restrictions whose review date has come or comes within 14 days, and those that end
	Unfinished  []InfoView        // items with open capture debts, newest first, at most 50
	UnfinishedN int
	ToSign      []model.Pack // packs that wait for this member's sign-off
	ToWrite     []model.Pack // signed, not yet written, built by this member
	Drafts      []Draft
	Lately      []CaseRow // open cases, most lately changed first
	Due         []Due     // what has to be seen to in the workspace as a whole
}

// Applied is what a change did.
type Applied struct {
	Change model.ID
	Act    model.Act
	Refs   []string // of the records put, in the order of the operations
	IDs    []model.ID
	Cases  []model.ID // whose lists and pages have to be asked for again
	Words  string     // one sentence for the foot of the screen
	Undo   bool       // whether it can be taken back
}
