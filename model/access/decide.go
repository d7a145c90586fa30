package access

import (
	"cmp"
	"slices"
	"strings"

	"caseroom/model"
)

// Viewer is who reads: a member, or (for a pack) its audience.
type Viewer struct {
	Member   model.ID
	Role     model.Role
	Audience *model.Audience // set for packs
	Named    []model.ID      // the members that the audience names
}

// Subject is what is read.
type Subject struct {
	Noun     model.Noun
	Cleared  bool                 // the viewer holds the key of the compartment that it lies in
	Covering []*model.Restriction // in force, on it or on what it is part of
	Revealed bool                 // uncovered in this session, with a reason in the ledger
}

// Cover says how much of a subject is covered.
type Cover int

// The extents, from nothing to everything.
const (
	CoverNone Cover = iota
	CoverAddress
	CoverWords
)

// Reason is why a decision fell as it did; it may be told to whoever may see the
// subject. The restriction itself is not named: it may be hidden from them.
type Reason struct {
	Kind   model.RestrictionKind
	Title  string
	Effect Effect
	Say    string // the restriction's own reason
}

// Decision is the gate's answer.
type Decision struct {
	Effect   Effect
	Cover    Cover
	Reasons  []Reason
	Handling []string
	Markings []string // lines for the top and the bottom of each page of a pack
	// Pseudonymise and RedactNames ask the pack to replace or to cover every name.
	Pseudonymise, RedactNames bool
}

// Visible says whether the viewer may know that the subject exists.
func (d Decision) Visible() bool { return d.Effect != Hide }

// Readable says whether the subject's own words may be shown, at least in part.
func (d Decision) Readable() bool {
	switch d.Effect {
	case Hide, Withhold, Hold, ItemByItem:
		return false
	}
	return d.Cover != CoverWords
}

// Restricted says whether anything is to be signed with [R].
func (d Decision) Restricted() bool { return len(d.Reasons) > 0 }

// Decide is the one gate of reading. An audience reads for what leaves: on screen it is
// shown nothing.
func Decide(p *Policy, v Viewer, why model.Purpose, s Subject) Decision {
	if !s.Cleared || v.Role == model.Auditor || why == model.OnScreen && v.Audience != nil {
		return Decision{Effect: Hide}
	}
	d := Decision{Effect: Show}
	for _, r := range s.Covering {
		rule, known := p.Rule(r.Kind)
		if !known {
			return Decision{Effect: Hide}
		}
		e := effect(rule, v, why, r)
		if e.rank() >= Hide.rank() { // one that the table does not know hides
			return Decision{Effect: Hide}
		}
		d.add(rule, r, e, s.Revealed)
	}
	return d
}

// add joins one restriction's effect to the decision.
func (d *Decision) add(rule Rule, r *model.Restriction, e Effect, revealed bool) {
	d.Reasons = append(d.Reasons, Reason{Kind: r.Kind, Title: rule.Title, Effect: e, Say: r.Reason})
	d.handle(rule, r, e)
	if rule.Lines {
		d.Markings = append(d.Markings, strings.TrimSpace(cmp.Or(r.Handling, r.Reason)))
	}
	if (e == Mask || e == Redact) && !revealed {
		c := CoverWords
		if rule.Covers == "address" {
			c = CoverAddress
		}
		d.Cover = max(d.Cover, c)
	}
	if e == Mask && revealed {
		e = Warn
	}
	d.Pseudonymise = d.Pseudonymise || e == Pseudonyms
	d.RedactNames = d.RedactNames || e == RedactNames
	if e.rank() > d.Effect.rank() {
		d.Effect = e
	}
}

// handle adds the sentences that travel with what is shown: the restriction's own, and
// the kind's where its effect is to be shown with a warning or an instruction.
func (d *Decision) handle(rule Rule, r *model.Restriction, e Effect) {
	for _, h := range []struct {
		words string
		told  bool
	}{{rule.Handling, e == WithHandling || e == Warn}, {r.Handling, true}} {
		if w := strings.TrimSpace(h.words); h.told && w != "" && !slices.Contains(d.Handling, w) {
			d.Handling = append(d.Handling, w)
		}
	}
}

// effect reads one cell of the table, with its conditions.
func effect(rule Rule, v Viewer, why model.Purpose, r *model.Restriction) Effect {
	switch why {
	case model.OnScreen:
		if len(r.Cleared) > 0 && !slices.Contains(r.Cleared, v.Member) {
			if rule.NotNamed == "" || rule.NotNamed == Nothing || rule.NotNamed == Show {
				return Hide // a list was given to a kind that has no column for it
			}
			return rule.NotNamed
		}
		return rule.Screen
	case model.PanelPack:
		if unless(rule.PanelUnless, v, r) {
			return Show
		}
		if len(r.Cleared) > 0 && !named(v, r) {
			return Withhold // sealed for people who are not among the recipients
		}
		return rule.Panel
	case model.Publication:
		if unless(rule.PublicUnless, v, r) {
			return Show
		}
		return rule.Publication
	case model.SubjectAccess:
		if unless(rule.AccessUnless, v, r) {
			return Show
		}
		return rule.Access
	}
	return Hide
}

// unless says whether any condition of the row holds.
func unless(cs []Condition, v Viewer, r *model.Restriction) bool {
	return slices.ContainsFunc(cs, func(c Condition) bool { return holds(c, v, r) })
}

func holds(c Condition, v Viewer, r *model.Restriction) bool {
	a := v.Audience
	if a == nil {
		return false
	}
	switch c {
	case NamedRecipient:
		return named(v, r)
	case RecipientPolice:
		return a.Police
	case OtherBasis, LeaveOrRule, Article18Ground:
		return strings.TrimSpace(r.OtherBasis) != ""
	case SamePurpose:
		return a.PurposeOf != "" && strings.EqualFold(a.PurposeOf, r.Authority)
	}
	return false
}

// named says whether every recipient is on the restriction's list: one who is not
// would read what was kept from them.
func named(v Viewer, r *model.Restriction) bool {
	if len(v.Named) == 0 || len(r.Cleared) == 0 {
		return false
	}
	for _, id := range v.Named {
		if !slices.Contains(r.Cleared, id) {
			return false
		}
	}
	return true
}
