package store

import (
	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// What is taken up at unlock, and what goes through the whole workspace at once.

// takeRoot takes the workspace's own compartment and the oversight from the member's rows,
// or from what came just now, and puts the other keys that came by.
func (s *Session) takeRoot(tx *bolt.Tx, came []*compartment) error {
	var err error
	if s.root, err = s.openRoom(tx, s.header.Root); err != nil {
		return err
	}
	s.loose = map[seal.Tag]*compartment{}
	for _, c := range came {
		switch {
		case c.tag == s.header.Root:
			s.root = c
		case c.kind == "":
			s.loose[c.tag] = c
		}
	}
	if s.root == nil {
		return noRoot()
	}
	for _, c := range came { // which one it is the workspace's own says: anybody can make another
		if c.kind == kindOversight && s.root.over != nil && c.tag == s.root.over.Tag {
			s.oversight = c
		}
	}
	if s.oversight == nil && s.root.over != nil {
		s.oversight, err = s.openRoom(tx, s.root.over.Tag)
	}
	return err
}

// takeIn puts a compartment where it belongs. One of a kind that this version does not
// know is left alone.
func (s *Session) takeIn(c *compartment) {
	switch {
	case c.tag == s.header.Root:
		s.root = c
	case c.kind == kindOversight:
		s.oversight = c
	case c.kind == "":
		s.adopt(c)
	}
}

func noRoot() error {
	return model.Fail(model.Corrupt, "this member has no key of the workspace").
		Do("ask a manager to add you again, or restore a backup")
}

// arrange makes compartments of all rows, and of what came since, and sorts them under
// their cases: for what goes through the whole workspace at once.
func (s *Session) arrange(tx *bolt.Tx, came []*compartment) error {
	s.heads.whole = true
	var overs []*compartment
	take := func(c *compartment) error {
		if c.caseID == "" {
			if err := c.describe(tx); err != nil {
				return err
			}
		}
		if c.kind == kindOversight { // which one it is the workspace's own says
			overs = append(overs, c)
			return nil
		}
		s.takeIn(c)
		return nil
	}
	if err := s.eachRoom(tx, came, take); err != nil {
		return err
	}
	if s.root == nil {
		return noRoot()
	}
	for _, c := range overs {
		if s.root.over != nil && c.tag == s.root.over.Tag {
			s.oversight = c
		}
	}
	return nil
}

// eachRoom goes through the compartments that the member has rows of, and those that came.
func (s *Session) eachRoom(tx *bolt.Tx, came []*compartment, take func(*compartment) error) error {
	if err := s.rows.each(tx, nil, take); err != nil {
		return err
	}
	for _, c := range came {
		if err := take(c); err != nil {
			return err
		}
	}
	return nil
}

// adopt puts a compartment under its case, the case's own first.
func (s *Session) adopt(c *compartment) {
	h := s.heads.held[c.caseID]
	if h == nil {
		h = &caseHead{}
		s.heads.held[c.caseID] = h
	}
	h.adopt(c)
}
