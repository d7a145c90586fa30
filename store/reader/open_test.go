package reader

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// A compartment is a set of values of which somebody holds the key (7).
type compartment struct {
	tag    []byte
	newest uint64
	keys   map[uint64][]byte // by epoch
	naming []byte            // the key of the first epoch (7.7)
	about  descriptor
	names  [][]byte // of its descriptors' rows
}

// A descriptor is what a compartment says of itself (7.6).
type descriptor struct {
	Case string   `json:"case"`
	Home []string `json:"home"`
	Kind string   `json:"kind"`
	Past []struct {
		E uint64 `json:"e"`
		K []byte `json:"k"`
	} `json:"past"`
	Oversight *struct {
		Tag []uint16 `json:"tag"`
	} `json:"oversight"`
}

// A vault is a file that was opened with somebody's keys.
type vault struct {
	*checker
	compartments map[string]*compartment
	own          *place // of a member's own things; nil for the recovery sheet
	slot         []byte
	refused      []string // keys that this version does not know how to take
}

func (v *vault) place(c *compartment, bucket string, key []byte) place {
	return place{ws: v.h.ws, tag: c.tag, keys: c.keys, bucket: bucket, key: key}
}

// find looks for the value of a key.
func (c *checker) find(bucket string, key []byte) []byte {
	for _, r := range c.buckets[bucket] {
		if bytes.Equal(r.key, key) {
			return r.value
		}
	}
	return nil
}

// unlock opens a file with a label and a passphrase (17.2). The file is held
// to be sound.
func unlock(c *checker, label, passphrase string, weak bool) (*vault, error) {
	id, err := slotID(c.h.ws, label)
	if err != nil {
		return nil, err
	}
	slot := c.find("u", id)
	if slot == nil {
		return nil, errPassword
	}
	who, err := openSlot(slot, c.h.ws, []byte(passphrase), weak)
	if err != nil {
		return nil, err
	}
	v := &vault{checker: c, compartments: map[string]*compartment{}, slot: id}
	v.own = &place{ws: c.h.ws, tag: keyID(who.public()), keys: map[uint64][]byte{0: who.personal(c.h.ws)}}
	for _, r := range c.buckets["m"] {
		if len(r.key) != 24 || len(r.value) != 81 {
			continue
		}
		text, err := v.mine("m", r.key).short(r.value[8:], be.Uint64(r.value))
		switch {
		case err != nil: // another member's
		case len(text) != 37 || text[36] != 0:
			v.refused = append(v.refused, fmt.Sprintf("m %x: a key was locked by a newer version", r.key))
		default:
			v.offer(r.key[:8], uint64(be.Uint32(text)), text[4:36])
		}
	}
	for _, r := range c.buckets["w"] {
		if w, ok := parseWrap(r.value); ok {
			if key, err := who.unwrap(c.h.ws, w.tag, w.epoch, w.kcv, w.sealed); err == nil {
				v.offer(w.tag, be.Uint64(w.epoch), key)
			}
		}
	}
	err = v.noteKeys()
	v.oneOversight()
	return v, err
}

// oneOversight lets go of compartments of the kind oversight but the one that the
// root's descriptor names, and of those of a kind that nobody knows (7.3, 7.6).
func (v *vault) oneOversight() {
	var theirs string
	if root := v.compartments[string(v.h.root)]; root != nil && root.about.Oversight != nil {
		theirs = string(numbers(root.about.Oversight.Tag))
	}
	for _, tag := range sorted(v.compartments) {
		if kind := v.compartments[tag].about.Kind; kind != "" && (kind != "oversight" || tag != theirs) {
			v.refused = append(v.refused, fmt.Sprintf("compartment %x: it is another %s", tag, kind))
			delete(v.compartments, tag)
		}
	}
}

// mine is the place of a thing of the member's own (6.4).
func (v *vault) mine(bucket string, key []byte) place {
	p := *v.own
	p.bucket, p.key = bucket, key
	return p
}

// noteKeys takes the keys that format 0 kept in a member's note (10.6).
func (v *vault) noteKeys() error {
	sealed := v.find("m", v.slot)
	if sealed == nil {
		return nil
	}
	text, err := v.mine("m", v.slot).value(sealed)
	if err != nil {
		return fmt.Errorf("the member's note: %w", err)
	}
	var n struct {
		Keys []struct {
			T []uint16 `json:"t"`
			K []byte   `json:"k"`
			E uint64   `json:"e"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	for _, k := range n.Keys {
		v.offer(numbers(k.T), k.E, k.K)
	}
	return nil
}

// recoverWith opens a file with the recovery sheet (17.3).
func recoverWith(c *checker, typed string) (*vault, error) {
	secret, err := readSheet(typed)
	if err != nil {
		return nil, err
	}
	who := recoveryIdentity(secret)
	if !bytes.Equal(who.public(), c.h.recovery) {
		return nil, errors.New("the sheet is of another workspace")
	}
	v := &vault{checker: c, compartments: map[string]*compartment{}}
	for _, r := range c.buckets["x"] {
		value := r.value
		if len(r.key) == 24 {
			value = value[8:]
		}
		w, ok := parseWrap(value)
		if !ok {
			return nil, errors.New("a wrap for the sheet is damaged")
		}
		key, err := who.unwrap(c.h.ws, w.tag, w.epoch, w.kcv, w.sealed)
		if err != nil || !v.offer(w.tag, be.Uint64(w.epoch), key) {
			v.refused = append(v.refused, fmt.Sprintf("x %x: it opens no compartment", r.key))
		}
	}
	v.oneOversight()
	return v, nil
}

// offer takes a compartment's newest key, if it is that (17.2).
func (v *vault) offer(tag []byte, epoch uint64, key []byte) bool {
	if !bytes.Equal(v.kcv[string(tag)+string(u64(epoch))], checkValue(key)) {
		return false
	}
	if known := v.compartments[string(tag)]; known != nil && known.newest >= epoch {
		return known.newest == epoch
	}
	c := &compartment{tag: tag, newest: epoch, naming: key, keys: map[uint64][]byte{epoch: key}}
	for _, name := range []string{"self", "self/2"} {
		c.names = append(c.names, join(tag, blind(key, "group", []byte("compartment"))[:2],
			blind(key, "compartment", []byte(name))[:14]))
	}
	for _, name := range c.names {
		if v.describe(c, name) {
			v.compartments[string(tag)] = c
			return true
		}
	}
	return false
}

// describe opens a descriptor, and takes the keys of past epochs from it: all of
// them, in order, and each with the check value of its epoch's leaf (7.3, 7.6).
func (v *vault) describe(c *compartment, name []byte) bool {
	text, err := v.place(c, "r", name).value(v.find("r", name))
	if err == nil {
		text, err = plain(text)
	}
	word, rest, _ := bytes.Cut(text, []byte("\n"))
	if err != nil || string(word) != "compartment" || json.Unmarshal(rest, &c.about) != nil {
		return false
	}
	if uint64(len(c.about.Past))+1 != c.newest {
		return false
	}
	for i, p := range c.about.Past {
		if p.E != uint64(i)+1 || !bytes.Equal(v.kcv[string(c.tag)+string(u64(p.E))], checkValue(p.K)) {
			return false
		}
		if i == 0 {
			c.naming = p.K
		}
		c.keys[p.E] = p.K
	}
	return true
}

// plain gives the text of a record, a descriptor or a line of history, which
// may be packed (10.1).
func plain(text []byte) ([]byte, error) {
	if len(text) > 0 && text[0] == 3 {
		return unpack(text[1:])
	}
	return text, nil
}
