package model

import (
	"strings"
	"unicode/utf8"
)

// Role says what a member may do. Rights only ever add (see [Role.May]).
type Role string

// The five roles.
const (
	Manager      Role = "manager"
	BusinessTeam Role = "business-team"
	Reviewer     Role = "reviewer"
	Governance   Role = "governance"
	Auditor      Role = "auditor"
)

// Roles lists the roles in the order in which forms offer them.
func Roles() []Role { return []Role{Manager, BusinessTeam, Reviewer, Governance, Auditor} }

// ParseRole reads a role's kebab-case name.
func ParseRole(s string) (Role, error) {
	for _, r := range Roles() {
		if strings.EqualFold(s, string(r)) {
			return r, nil
		}
	}
	return "", Fail(Invalid, "%q is not a role", s).
		Do("use one of manager, business-team, reviewer, governance, auditor").On("role")
}

// Title says the role as a person would.
func (r Role) Title() string {
	switch r {
	case BusinessTeam:
		return "business team"
	case Reviewer:
		return "panel member"
	case Governance:
		return "governance"
	}
	return string(r)
}

// Right is something that a role may allow. The table is DESIGN's, "Roles and what
// they may do"; all but the ones marked there also need clearance for the case,
// which the gate checks.
type Right string

// The rights of the table.
const (
	RightCreate   Right = "create cases and people"
	RightLog      Right = "log, correct and restrict information"
	RightLift     Right = "lift any restriction"
	RightLiftOwn  Right = "lift one's own restriction on the day it was set"
	RightProfile  Right = "change the profile and the policy"
	RightReveal   Right = "uncover or override with a reason"
	RightClear    Right = "clear members for cases"
	RightEnrol    Right = "add members and set roles"
	RightPack     Right = "build, check and write packs"
	RightSign     Right = "sign off packs"
	RightComment  Right = "comment and return"
	RightEnvelope Right = "see the ledger's envelope of everybody's acts"
	RightBackup   Right = "back up and verify"
)

var rights = map[Role][]Right{
	Manager: {RightCreate, RightLog, RightLift, RightProfile, RightReveal, RightClear, RightEnrol, RightPack,
		RightSign, RightComment, RightEnvelope, RightBackup},
	BusinessTeam: {RightCreate, RightLog, RightReveal, RightPack, RightComment, RightBackup},
	Reviewer:     {RightLog, RightLiftOwn, RightComment, RightBackup},
	Governance:   {RightReveal, RightPack, RightSign, RightComment, RightEnvelope, RightBackup},
	Auditor:      {RightEnvelope, RightBackup},
}

// May says whether the role has the right.
func (r Role) May(x Right) bool {
	for _, have := range rights[r] {
		if have == x {
			return true
		}
	}
	return false
}

// Member is a person with a passphrase of their own on this workspace. Label is
// short, unique and stands in the clear in the file; Name is sealed.
type Member struct {
	Head
	Label string `json:"label"`
	Name  string `json:"name,omitempty"`
	Role  Role   `json:"role"`
	KeyID string `json:"key_id"` // of the public keys that their changes are signed with
	// OneTime says that the passphrase was given by somebody else. Until the member
	// has set their own they cannot sign anything off.
	OneTime bool `json:"one_time,omitempty"`
	Gone    bool `json:"gone,omitempty"`
}

// Noun is [NounMember].
func (*Member) Noun() Noun { return NounMember }

// Validate checks the label and the role.
func (m *Member) Validate() error {
	if err := ValidLabel(m.Label); err != nil {
		return err
	}
	_, err := ParseRole(string(m.Role))
	return err
}

// ValidLabel checks a member's label: 1 to 40 characters, no control characters,
// no space at either end.
func ValidLabel(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return Fail(Invalid, "a member needs a name").On("name")
	case s != strings.TrimSpace(s):
		return Fail(Invalid, "a member's name cannot begin or end with a space").On("name")
	case utf8.RuneCountInString(s) > 40:
		return Fail(Invalid, "a member's name can have 40 characters at most").
			Do("initials or a short name are enough: it is the one name that stands in the clear").On("name")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
		return Fail(Invalid, "a member's name cannot have control characters").On("name")
	}
	return nil
}

// Keyslot is a member's sealed identity under a passphrase. It is written by the
// same one way as everything else; its bytes are made by store/seal and mean
// nothing here.
type Keyslot struct {
	Head
	MemberID ID     `json:"member_id"`
	Bytes    []byte `json:"bytes"`
}

// Noun is [NounKeyslot].
func (*Keyslot) Noun() Noun { return NounKeyslot }

// Validate checks that there is something in it.
func (k *Keyslot) Validate() error {
	if k.MemberID == "" || len(k.Bytes) == 0 {
		return Fail(Invalid, "a keyslot needs a member and a sealed identity")
	}
	return nil
}

// Clearance says that a member holds the key of a case. It lives in the case's own
// compartment, so only those who are cleared know who else is.
type Clearance struct {
	Head
	MemberID ID `json:"member_id"`
}

// Noun is [NounClearance].
func (*Clearance) Noun() Noun { return NounClearance }

// Validate checks that it names a member and a case.
func (c *Clearance) Validate() error {
	if c.MemberID == "" || c.CaseID == "" {
		return Fail(Invalid, "a clearance needs a member and a case")
	}
	return nil
}

// Profile is what the partnership has set for this workspace.
type Profile struct {
	Head
	Partnership    string              `json:"partnership"`
	Areas          []string            `json:"areas,omitempty"`
	ControllerRole string              `json:"controller_role,omitempty"` // controller or processor: the two source notices differ
	DPO            string              `json:"dpo,omitempty"`
	Marking        string              `json:"marking"`
	Origin         string              `json:"origin"` // the letter that this file's case references carry
	Prefixes       map[CaseKind]string `json:"prefixes,omitempty"`
	SingleHanded   bool                `json:"single_handed,omitempty"` // whether one person may release alone, with a reason
	ClearByDefault []Role              `json:"clear_by_default,omitempty"`
	IdleMinutes    int                 `json:"idle_minutes,omitempty"`
	Invented       bool                `json:"invented,omitempty"` // a demonstration: nothing in it is real
	Drilled        Day                 `json:"drilled,omitzero"`   // when the recovery sheet was last typed back
}

// Noun is [NounProfile].
func (*Profile) Noun() Noun { return NounProfile }

// Validate checks the partnership's name and the origin letter.
func (p *Profile) Validate() error {
	if strings.TrimSpace(p.Partnership) == "" {
		return Fail(Invalid, "the partnership needs a name").On("partnership")
	}
	if len(p.Origin) != 1 || p.Origin[0] < 'A' || p.Origin[0] > 'Z' {
		return Fail(Invalid, "the origin of references is one letter from A to Z").On("origin")
	}
	return nil
}
