package model

import "time"

// ID names a record for ever: 26 random letters and digits, minted by the store.
type ID string

// Noun says what kind of record a value is.
type Noun string

// The nouns that are stored.
const (
	NounProfile     Noun = "profile"
	NounMember      Noun = "member"
	NounKeyslot     Noun = "keyslot"
	NounCase        Noun = "case"
	NounIncident    Noun = "incident"
	NounPerson      Noun = "person"
	NounInformation Noun = "information"
	NounRestriction Noun = "restriction"
	NounClearance   Noun = "clearance"
	NounPack        Noun = "pack"
)

// Head is what every record has. A record with an empty CaseID belongs to the
// workspace and is readable by every member; any other is sealed with its case.
type Head struct {
	ID      ID        `json:"id"`
	Ref     string    `json:"ref,omitempty"`
	CaseID  ID        `json:"case_id,omitempty"`
	Rev     uint64    `json:"-"` // the revision that was read; 0 for a new record. The store keeps it beside the sealed value.
	Made    time.Time `json:"made"`
	MadeBy  ID        `json:"made_by,omitempty"`
	Changed time.Time `json:"changed"`
}

// Base gives the head, so that the store can fill it in.
func (h *Head) Base() *Head { return h }

// Record is anything stored. Pointers to the nouns of this package implement it.
type Record interface {
	// Noun says what it is.
	Noun() Noun
	// Base gives its head to read and to fill in.
	Base() *Head
	// Validate says what is wrong with it, in words, with the field named; nil if
	// it may be stored. It knows the record alone, not its neighbours.
	Validate() error
}

// New gives an empty record of a noun, or nil for an unknown one.
func New(n Noun) Record {
	switch n {
	case NounProfile:
		return &Profile{}
	case NounMember:
		return &Member{}
	case NounKeyslot:
		return &Keyslot{}
	case NounCase:
		return &Case{}
	case NounIncident:
		return &Incident{}
	case NounPerson:
		return &Person{}
	case NounInformation:
		return &Information{}
	case NounRestriction:
		return &Restriction{}
	case NounClearance:
		return &Clearance{}
	case NounPack:
		return &Pack{}
	}
	return nil
}
