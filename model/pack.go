package model

import (
	"strings"
	"time"
)

// PackState is how far a pack has come through the one door.
type PackState string

// The states of a pack, in order.
const (
	PackBuilt   PackState = "built"
	PackSigned  PackState = "signed-off"
	PackWritten PackState = "released"
)

// Audience is whom a pack is for: it decides the column of the policy table that
// the gate reads.
type Audience struct {
	Name      string   `json:"name"`
	Column    Purpose  `json:"column"`           // panel-pack, publication or subject-access
	Named     []string `json:"named,omitempty"`  // recipients by name or label
	Agency    string   `json:"agency,omitempty"` // the recipient's agency
	Police    bool     `json:"police,omitempty"`
	PurposeOf string   `json:"purpose,omitempty"` // the function that it serves, such as s16H
}

// Purpose is why somebody reads. The gate answers differently to each.
type Purpose string

// The purposes.
const (
	OnScreen      Purpose = "screen"
	PanelPack     Purpose = "panel-pack"
	Publication   Purpose = "publication"
	SubjectAccess Purpose = "subject-access"
)

// PackItem is one item of a pack as it was when the pack was built. Rev fixes the
// words: a later correction makes the check say so.
type PackItem struct {
	ID  ID     `json:"id"`
	Ref string `json:"ref"`
	Rev uint64 `json:"rev"`
}

// Withheld is a line of the schedule: how many were left out, and by what.
type Withheld struct {
	Reason string `json:"reason"`
	Kind   string `json:"kind,omitempty"`
	Count  int    `json:"count"`
}

// SignOffRecord is the second person's word.
type SignOffRecord struct {
	By           ID        `json:"by"`
	At           time.Time `json:"at"`
	SingleHanded string    `json:"single_handed,omitempty"` // the reason, where the profile allows it
	Document     string    `json:"document,omitempty"`      // SHA-256, hex, of what was signed: the store says of what
}

// Written is a row of the register: one file that left.
type Written struct {
	Format  string    `json:"format"`
	At      time.Time `json:"at"`
	By      ID        `json:"by"`
	SHA256  string    `json:"sha256"`
	Size    int64     `json:"size"`
	Name    string    `json:"name"`    // the file's base name
	Needles int       `json:"needles"` // withheld strings that the file was searched for
	Copy    int       `json:"copy"`
}

// Pack is what leaves: items chosen for one audience, restrictions applied.
type Pack struct {
	Head
	Audience      Audience       `json:"audience"`
	State         PackState      `json:"state"`
	Pseudonymised bool           `json:"pseudonymised,omitempty"`
	Filter        string         `json:"filter,omitempty"`
	Items         []PackItem     `json:"items"`
	Withheld      []Withheld     `json:"withheld,omitempty"`
	Signed        *SignOffRecord `json:"signed,omitempty"`
	Out           []Written      `json:"out,omitempty"`
	SingleHanded  string         `json:"single_handed,omitempty"`
}

// Noun is [NounPack].
func (*Pack) Noun() Noun { return NounPack }

// Validate checks the audience and that it is one: nobody outside reads as on screen.
func (p *Pack) Validate() error {
	if strings.TrimSpace(p.Audience.Name) == "" {
		return Fail(Invalid, "a pack needs an audience").On("audience")
	}
	switch p.Audience.Column {
	case PanelPack, Publication, SubjectAccess:
		return nil
	}
	return Fail(Invalid, "%q is not a purpose of a pack", p.Audience.Column).Do("use panel-pack, publication or subject-access").On("for")
}
