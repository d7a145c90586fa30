package model

import (
	"slices"
	"strings"
	"time"
)

// RestrictionKind is one of the kinds of the policy table (see model/access).
type RestrictionKind string

// The kinds that rules of the program name. The table in assets has all of them.
const (
	NeedToKnow          RestrictionKind = "need-to-know"
	LegalPrivilege      RestrictionKind = "legal-privilege"
	ConfidentialAddress RestrictionKind = "confidential-address"
	ReportingOrder      RestrictionKind = "reporting-restriction"
	PurposeLock         RestrictionKind = "purpose-lock"
	MarkingKind         RestrictionKind = "marking"
)

// RestrictionKinds lists all of them, in the order of the contract.
func RestrictionKinds() []RestrictionKind {
	return []RestrictionKind{NeedToKnow, "third-party", "consent-withheld", "consent-withdrawn", LegalPrivilege,
		"police-sensitive", "criminal-proceedings", ReportingOrder, "family-court", "serious-harm-health",
		"serious-harm-social-work", "serious-harm-education", "child-abuse-data", "child-wish", "adoption",
		ConfidentialAddress, "article-18", "article-21", PurposeLock, MarkingKind}
}

// Restriction is a flag on a case, a person or an item, and by that on all that is
// in or about it. If Cleared is not empty what it covers is sealed under a key of
// its own that only those members hold.
type Restriction struct {
	Head
	Target     ID              `json:"target"` // a case, a person or an item of information
	TargetNoun Noun            `json:"target_noun"`
	Kind       RestrictionKind `json:"kind"`
	Reason     string          `json:"reason"`
	Authority  string          `json:"authority,omitempty"`
	From       Day             `json:"from"`
	ReviewOn   Day             `json:"review_on"`
	Until      Day             `json:"until"`
	Cleared    []ID            `json:"cleared,omitempty"` // members; only for kinds that seal, or where given
	Handling   string          `json:"handling,omitempty"`
	OtherBasis string          `json:"other_basis,omitempty"` // the condition that lets a pack carry it, recorded
	Lifted     *Lifting        `json:"lifted,omitempty"`
}

// Lifting says who lifted a restriction, when and why.
type Lifting struct {
	By  ID        `json:"by"`
	At  time.Time `json:"at"`
	Why string    `json:"why"`
}

// Noun is [NounRestriction].
func (*Restriction) Noun() Noun { return NounRestriction }

// Validate checks the kind, the reason and the dates.
func (r *Restriction) Validate() error {
	if !slices.Contains(RestrictionKinds(), r.Kind) {
		return Fail(Invalid, "%q is not a kind of restriction", r.Kind).
			Do("list them with: caseroom restrict --help").On("kind")
	}
	if strings.TrimSpace(r.Reason) == "" {
		return Fail(Invalid, "a restriction needs a reason").Do("say why, in a sentence that will still make sense in ten years").On("reason")
	}
	if r.Target == "" || r.CaseID == "" {
		return Fail(Invalid, "a restriction needs something that it restricts").On("ref")
	}
	if !r.Until.IsZero() && !r.From.IsZero() && r.Until.Before(r.From) {
		return Fail(Invalid, "the restriction would end before it begins").On("until")
	}
	return nil
}

// InForce says whether it holds on a day: not lifted and not past its end.
func (r *Restriction) InForce(on Day) bool {
	return r.Lifted == nil && (r.Until.IsZero() || !r.Until.Before(on))
}

// Seals says whether what it covers is sealed for named members.
func (r *Restriction) Seals() bool { return len(r.Cleared) > 0 && r.Lifted == nil }
