package access

import (
	"slices"

	"caseroom/model"
)

// Effect is what the policy table says for a kind and a purpose.
type Effect string

// The effects of the table.
const (
	Nothing      Effect = "none"               // the kind has nothing to say here
	Show         Effect = "show"               // with a badge
	Warn         Effect = "warn"               // shown, with a banner and a reason to be read
	WithHandling Effect = "show-with-handling" // shown, with the handling sentence
	Pseudonyms   Effect = "pseudonyms"         // shown with pseudonyms for every name
	RedactNames  Effect = "redact-names"       // shown with bars for every name
	Mask         Effect = "mask"               // covered until revealed with a reason
	Redact       Effect = "redact"             // a bar with a code
	Hold         Effect = "hold"               // kept, not usable until decided
	ItemByItem   Effect = "item-by-item"       // a person decides each; until then as hold
	Withhold     Effect = "withhold"           // absent, counted by reason
	Hide         Effect = "hide"               // as if it did not exist
)

// strictness orders the effects; the strictest of several wins.
var strictness = []Effect{Nothing, Show, WithHandling, Warn, Pseudonyms, RedactNames, Redact, Mask, ItemByItem, Hold, Withhold, Hide}

// rank gives an effect's strictness; one that the table does not know ranks as the
// strictest, so that a misspelt policy can never open anything.
func (e Effect) rank() int {
	if i := slices.Index(strictness, e); i >= 0 {
		return i
	}
	return len(strictness)
}

// Known says whether the gate has a rule for the effect.
func (e Effect) Known() bool { return slices.Contains(strictness, e) }

// Condition is something recorded or true of the audience that lets a pack carry
// what the panel column would withhold.
type Condition string

// The conditions that the gate can judge. Any other, such as one that only a
// person's weighing record can meet, counts as not met: silence releases nothing.
const (
	NamedRecipient  Condition = "named-recipient"
	RecipientPolice Condition = "recipient-police"
	OtherBasis      Condition = "other-basis-recorded"
	LeaveOrRule     Condition = "leave-or-rule-recorded"
	Article18Ground Condition = "consent-claims-rights-or-public-interest"
	SamePurpose     Condition = "same-purpose"
)

// Rule is one row of the table.
type Rule struct {
	Kind         model.RestrictionKind
	Title        string
	Screen       Effect // cleared for the case
	NotNamed     Effect // cleared for the case, not on the restriction's list
	Panel        Effect
	PanelUnless  []Condition // any of them makes Panel into Show
	Publication  Effect
	PublicUnless []Condition
	Access       Effect // subject access
	AccessUnless []Condition
	Law          []model.Purpose // columns that nobody may loosen
	Code         string          // the code that stands on a bar, such as S2 P3
	Seals        bool            // sealed for named members even when no list is given
	Covers       string          // "address": only the address is covered, the rest is shown
	Handling     string
	Lines        bool     // what it says stands at the top and the bottom of each page
	Says         []string // what it will do, told before it is set
}

// Policy is the whole table.
type Policy struct{ Rules []Rule }

// Rule finds the row of a kind.
func (p *Policy) Rule(k model.RestrictionKind) (Rule, bool) {
	for _, r := range p.Rules {
		if r.Kind == k {
			return r, true
		}
	}
	return Rule{}, false
}
