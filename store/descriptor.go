package store

import (
	"bytes"
	"encoding/json"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

const nounCompartment model.Noun = "compartment"

// descriptor says what a compartment is, to those who hold its newest key. It hands them
// the keys of the epochs before: one row, or one wrap, is enough to read everything.
type descriptor struct {
	Case  model.ID   `json:"case"`
	Home  []model.ID `json:"home,omitempty"`
	Past  []pastText `json:"past,omitempty"`
	Mixed bool       `json:"mixed,omitempty"` // not everything is sealed anew yet
	Kind  string     `json:"kind,omitempty"`  // kindOversight; empty for a case's, and the workspace's own
	Over  *overseen  `json:"oversight,omitempty"`
}

type pastText struct {
	Epoch uint64 `json:"e"`
	Key   []byte `json:"k"`
}

// describe reads the descriptor of a compartment whose key has just been taken up: the
// first of the two that can be read.
func (c *compartment) describe(tx *bolt.Tx) error {
	keys, err := c.selfKeys()
	if err != nil {
		return unreadable(err)
	}
	for _, key := range keys {
		if err = c.describedAt(tx, key); err == nil {
			return nil
		}
	}
	return err
}

// describedAt reads one of the two.
func (c *compartment) describedAt(tx *bolt.Tx, key []byte) error {
	v := tx.Bucket(bucketRecords).Get(key)
	if v == nil {
		return unreadable(nil)
	}
	text, _, err := c.openValue(bucketRecords, key, v)
	if err != nil {
		return err
	}
	defer seal.Zero(text)
	var d descriptor
	head, body, _ := bytes.Cut(text, []byte("\n"))
	if string(head) != string(nounCompartment) {
		return unreadable(nil)
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return unreadable(err)
	}
	if err := c.takePast(d.Past); err != nil {
		return err
	}
	c.caseID, c.home, c.mixed, c.kind, c.over = d.Case, d.Home, d.Mixed, d.Kind, d.Over
	return nil
}

// selfKeys are where the descriptor stands: twice, because without it what was written in
// earlier epochs is lost; and under names that the newest key alone makes, because it is
// read before the first is known.
func (c *compartment) selfKeys() (keys [2][]byte, err error) {
	s, err := c.open()
	if err != nil {
		return keys, err
	}
	g := s.BlindName("group", string(nounCompartment))
	for n, name := range []string{"self", "self/2"} {
		b := s.BlindName(string(nounCompartment), name)
		keys[n] = append(append(append(make([]byte, 0, 24), c.tag[:]...), g[:2]...), b[:14]...)
	}
	return keys, nil
}

// isSelf says whether a record is a descriptor of the compartment.
func (c *compartment) isSelf(key []byte) bool {
	keys, err := c.selfKeys()
	return err == nil && (bytes.Equal(key, keys[0]) || bytes.Equal(key, keys[1]))
}

// takePast takes the keys of earlier epochs from a descriptor: all of them, in order. The
// first is the one that names are made with.
func (c *compartment) takePast(texts []pastText) error {
	if uint64(len(texts))+1 != c.epoch {
		return unreadable(nil)
	}
	var past []*pastKey
	for n, t := range texts {
		k, err := seal.KeyFromBytes(t.Key)
		if err != nil || t.Epoch != uint64(n)+1 {
			return unreadable(err)
		}
		seal.Zero(t.Key)
		past = append(past, &pastKey{epoch: t.Epoch, key: k})
	}
	c.past = past
	return nil
}

// describe writes what a compartment is into itself, twice.
func (w *writer) describe(c *compartment, op ledger.Op) error { return w.describeAs(c, c.over, op) }

func (w *writer) describeAs(c *compartment, over *overseen, op ledger.Op) error {
	keys, err := c.selfKeys()
	if err != nil {
		return err
	}
	return w.describeAt(c, over, op, keys[:]...)
}

// describeAgain writes those of a compartment's descriptors that are not there: because
// one was lost, or the compartment came from format 0, which wrote one.
func (w *writer) describeAgain(c *compartment, op ledger.Op) error {
	keys, err := c.selfKeys()
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(keys[:], func(k []byte) bool { return w.tx.Bucket(bucketRecords).Get(k) != nil })
	return w.describeAt(c, c.over, op, gone...)
}

func (w *writer) describeAt(c *compartment, over *overseen, op ledger.Op, keys ...[]byte) error {
	d := descriptor{Case: c.caseID, Home: c.home, Mixed: c.mixed, Kind: c.kind, Over: over}
	for _, p := range c.past {
		d.Past = append(d.Past, pastText{p.epoch, p.key.Bytes()})
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	plain := append([]byte(string(nounCompartment)+"\n"), body...)
	defer seal.Zero(plain)
	seal.Zero(body)
	for _, key := range keys {
		if err := w.value(c, bucketRecords, key, plain, op, detail{}); err != nil {
			return err
		}
	}
	return nil
}
