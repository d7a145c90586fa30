package model

import (
	"slices"
	"strings"
)

// CaseKind is one of the five kinds of review that a partnership carries.
type CaseKind string

// The five kinds.
const (
	RapidReview         CaseKind = "rapid-review"
	LCSPR               CaseKind = "lcspr" // local child safeguarding practice review
	LocalLearningReview CaseKind = "local-learning-review"
	ChildDeathReview    CaseKind = "child-death-review"
	MultiAgencyAudit    CaseKind = "multi-agency-audit"
)

// CaseKinds lists the kinds in the order in which forms offer them.
func CaseKinds() []CaseKind {
	return []CaseKind{RapidReview, LCSPR, LocalLearningReview, ChildDeathReview, MultiAgencyAudit}
}

// ParseCaseKind reads a kind's kebab-case name.
func ParseCaseKind(s string) (CaseKind, error) {
	for _, k := range CaseKinds() {
		if strings.EqualFold(s, string(k)) {
			return k, nil
		}
	}
	return "", Fail(Invalid, "%q is not a kind of case", s).
		Do("use one of rapid-review, lcspr, local-learning-review, child-death-review, multi-agency-audit").On("kind")
}

// Title says the kind as a heading would.
func (k CaseKind) Title() string {
	switch k {
	case RapidReview:
		return "Rapid review"
	case LCSPR:
		return "LCSPR"
	case LocalLearningReview:
		return "Local review"
	case ChildDeathReview:
		return "Child death"
	case MultiAgencyAudit:
		return "Audit"
	}
	return string(k)
}

// State is where a case stands on its way.
type State string

// The states. Which of them a kind uses, and what may follow what, is in states.go.
const (
	Notified  State = "notified"
	Scoping   State = "scoping"
	Gathering State = "gathering"
	Analysis  State = "analysis"
	Drafting  State = "drafting"
	PanelSet  State = "panel"
	Decision  State = "decision"
	SignOff   State = "sign-off"
	OnHold    State = "on-hold"
	Published State = "published"
	Closed    State = "closed"
)

// KeyDate is a day on which something happened that a clock of the case starts or
// stops at; its kinds are the clock events of cases in the command-line contract.
type KeyDate struct {
	Kind string     `json:"kind"`
	On   HonestDate `json:"on"`
	Note string     `json:"note,omitempty"`
}

// Criterion is one test of regulation 11 (SI 2018/789) or a local one, answered
// yes or no with the reason.
type Criterion struct {
	Name   string `json:"name"`
	Answer string `json:"answer,omitempty"` // yes, no or not yet (empty)
	Why    string `json:"why,omitempty"`
}

// Case is one review. Its people, information and restrictions are records of
// their own that name it in CaseID.
type Case struct {
	Head
	Kind     CaseKind    `json:"kind"`
	Title    string      `json:"title"`
	State    State       `json:"state"`
	Before   State       `json:"before,omitempty"` // where it stood when it was put on hold
	Area     string      `json:"area,omitempty"`
	Summary  string      `json:"summary,omitempty"`
	Lead     string      `json:"lead,omitempty"`
	Opened   Day         `json:"opened"`
	KeyDates []KeyDate   `json:"key_dates,omitempty"`
	Criteria []Criterion `json:"criteria,omitempty"`
	Lines    []string    `json:"lines,omitempty"`  // lines of enquiry
	Reason   string      `json:"reason,omitempty"` // given with the last guarded step
}

// Noun is [NounCase].
func (*Case) Noun() Noun { return NounCase }

// Validate checks kind, title and state.
func (c *Case) Validate() error {
	if _, err := ParseCaseKind(string(c.Kind)); err != nil {
		return err
	}
	if strings.TrimSpace(c.Title) == "" {
		return Fail(Invalid, "a case needs a title").On("title")
	}
	if !slices.Contains(StatesOf(c.Kind), c.State) {
		return Fail(Invalid, "a %s cannot be in the state %q", strings.ToLower(c.Kind.Title()), c.State).
			Do("it goes through %s", joinStates(StatesOf(c.Kind))).On("state")
	}
	return nil
}

// Closed says whether nothing more is expected of it.
func (c *Case) IsClosed() bool { return c.State == Closed || c.State == Published }

// Incident is what happened: one incident may concern several children, and one
// child may have several reviews.
type Incident struct {
	Head
	When     HonestDate `json:"when"`
	Where    string     `json:"where,omitempty"`
	What     string     `json:"what"`
	Children []ID       `json:"children,omitempty"` // people of this case
}

// Noun is [NounIncident].
func (*Incident) Noun() Noun { return NounIncident }

// Validate checks that it says what happened.
func (i *Incident) Validate() error {
	if strings.TrimSpace(i.What) == "" {
		return Fail(Invalid, "an incident needs a sentence that says what happened").On("what")
	}
	return nil
}
