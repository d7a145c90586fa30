package store

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"reflect"

	"caseroom/store/seal"
)

// Secret is a run of bytes that must not outlive a session.
type Secret struct {
	Kind string
	Raw  []byte
}

// Secrets gives every key that a session holds or works with, for a test that looks for
// them in the memory of another process: those that are kept, and those that are derived.
func Secrets(s *Session) (out []Secret) {
	add := func(kind string, raw []byte) { out = append(out, Secret{kind, raw}) }
	derived := func(secret []byte, label string) []byte {
		k, err := hkdf.Key(sha256.New, secret, nil, label, seal.KeySize)
		if err != nil {
			return nil
		}
		return k
	}
	both := func(of string, key []byte) {
		add(of, key)
		add("record key of "+of, derived(key, "caseroom/0/record-key"))
		add("name key of "+of, derived(key, "caseroom/0/name-key"))
	}
	for _, c := range s.heldRooms() {
		both("compartment key", c.key.Bytes())
		for _, p := range c.past {
			add("earlier compartment key", p.key.Bytes())
		}
		if s.ownRoom(c.tag) != c {
			c.zero()
		}
	}
	id := reflect.ValueOf(s.identity).Elem()
	seeds := [2][]byte{}
	for n, field := range []string{"kemSeed", "signSeed"} {
		v := id.FieldByName(field)
		for i := range v.Len() {
			seeds[n] = append(seeds[n], byte(v.Index(i).Uint()))
		}
		add("identity, "+field, seeds[n])
	}
	info := "caseroom/0/personal"
	own := s.identity.ID()
	for _, f := range [][]byte{s.header.WS[:], own[:]} {
		info += string(binary.BigEndian.AppendUint32(nil, uint32(len(f)))) + string(f)
	}
	both("personal key", derived(append(append([]byte{}, seeds[0]...), seeds[1]...), info))
	return out
}
