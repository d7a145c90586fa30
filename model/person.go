package model

import (
	"slices"
	"strings"
)

// Person is somebody in a case: a child who is its subject, a relative, a
// professional. The same human being in two cases is two records, each sealed with
// its case.
type Person struct {
	Head
	Name      string     `json:"name"`
	Aliases   []string   `json:"aliases,omitempty"`
	Pseudonym string     `json:"pseudonym"` // P01, Child A: one all case long
	Part      Part       `json:"part"`
	Relation  string     `json:"relation,omitempty"` // mother, health visitor, neighbour
	Born      HonestDate `json:"born"`
	Died      HonestDate `json:"died"`
	NHS       string     `json:"nhs,omitempty"`
	UPN       string     `json:"upn,omitempty"`
	Addresses []string   `json:"addresses,omitempty"`
	// Former keeps the addresses that were corrected away, so that one that was kept
	// confidential stays so wherever it is still written. The store fills it in.
	Former  []string `json:"former_addresses,omitempty"`
	Agency  string   `json:"agency,omitempty"` // of a professional
	Parents []ID     `json:"parents,omitempty"`
	Note    string   `json:"note,omitempty"`
}

// Part is a person's part in a case.
type Part string

// The parts.
const (
	Subject      Part = "subject"
	Relative     Part = "relative"
	Professional Part = "professional"
	Other        Part = "other"
)

// Parts lists them in the order of a case's page of people.
func Parts() []Part { return []Part{Subject, Relative, Professional, Other} }

// Noun is [NounPerson].
func (*Person) Noun() Noun { return NounPerson }

// Validate checks the name, the part and the check digits of the identifiers.
func (p *Person) Validate() error {
	if strings.TrimSpace(p.Name) == "" {
		return Fail(Invalid, "a person needs a name").Do("write \"unknown man\" or a pseudonym if it is not known").On("name")
	}
	if !slices.Contains(Parts(), p.Part) {
		return Fail(Invalid, "%q is not a part that a person can have in a case", p.Part).
			Do("use one of subject, relative, professional, other").On("part")
	}
	if p.NHS != "" {
		if _, err := NHSNumber(p.NHS); err != nil {
			return err
		}
	}
	if p.UPN != "" {
		if _, err := UPN(p.UPN); err != nil {
			return err
		}
	}
	return nil
}

// Names gives every name that the person is known by, the full one first.
func (p *Person) Names() []string { return append([]string{p.Name}, p.Aliases...) }

// Agency is a body that supplies or receives information: a row of the directory.
type Agency struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Aliases []string `json:"aliases,omitempty"` // what people type in capture
}
