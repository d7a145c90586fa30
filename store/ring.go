package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// keyring is a member's own list of the keys that they hold. Seen is the number of
// the last wrap that they have tried: later ones may be theirs.
type keyring struct {
	Seen     uint64      `json:"seen"`
	Keys     []ringEntry `json:"keys"`
	Recovery []byte      `json:"recovery,omitempty"` // SHA-256 of the recovery key as this member first met it
}

type ringEntry struct {
	Tag   seal.Tag   `json:"t"`
	Key   []byte     `json:"k"`
	Epoch uint64     `json:"e"`
	Case  model.ID   `json:"c,omitempty"`
	Home  []model.ID `json:"h,omitempty"`
}

func (r *keyring) add(c *compartment) {
	if !slices.ContainsFunc(r.Keys, func(e ringEntry) bool { return e.Tag == c.tag }) {
		r.Keys = append(r.Keys, ringEntry{Tag: c.tag, Key: c.key.Bytes(), Epoch: c.epoch, Case: c.caseID, Home: c.home})
	}
}

// pin holds the recovery key against the one that this member met first: every new
// compartment is wrapped to it. It says whether it was met just now.
func (r *keyring) pin(h header) (bool, error) {
	now := recoveryPin(h)
	if len(r.Recovery) == 0 {
		r.Recovery = now
		return true, nil
	}
	if !bytes.Equal(r.Recovery, now) {
		return false, model.Fail(model.Corrupt, "the recovery key of this workspace is not the one that it had").
			Do("run caseroom verify, do not write to it, and restore a copy")
	}
	return false, nil
}

func recoveryPin(h header) []byte {
	sum := sha256.Sum256(h.Recovery)
	return sum[:]
}

func (r *keyring) zero() {
	for _, e := range r.Keys {
		seal.Zero(e.Key)
	}
	r.Keys = nil
}

func (e ringEntry) compartment(ws seal.WorkspaceID) (*compartment, error) {
	k, err := seal.KeyFromBytes(e.Key)
	if err != nil {
		return nil, unreadable(err)
	}
	return &compartment{tag: e.Tag, key: k, epoch: e.Epoch, caseID: e.Case, home: e.Home, ws: ws}, nil
}

// save seals the keyring under the member's identity.
func (r *keyring) save(tx *bolt.Tx, ws seal.WorkspaceID, label string, id *seal.Identity) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	defer seal.Zero(plain)
	return sealPersonal(tx, bucketRings, slotKey(ws, label), plain, ws, id)
}

// loadRing opens the keyring; a member who has just been enrolled has none yet.
func loadRing(tx *bolt.Tx, ws seal.WorkspaceID, label string, id *seal.Identity) (*keyring, error) {
	plain, err := openPersonal(tx, bucketRings, slotKey(ws, label), ws, id)
	if err != nil {
		return nil, err
	}
	defer seal.Zero(plain)
	r := &keyring{}
	if plain != nil && json.Unmarshal(plain, r) != nil {
		return nil, unreadable(nil)
	}
	return r, nil
}

func slotKey(ws seal.WorkspaceID, label string) []byte {
	k := seal.SlotID(ws, label)
	return k[:]
}

// sealPersonal writes a value that only this member can read.
func sealPersonal(tx *bolt.Tx, bucket, key, plain []byte, ws seal.WorkspaceID, id *seal.Identity) error {
	p, err := id.Personal(ws)
	if err != nil {
		return err
	}
	defer p.Zero()
	rev := uint64(1)
	if old := tx.Bucket(bucket).Get(key); old != nil {
		h, err := seal.PeekHeader(old)
		if err != nil {
			return unreadable(err)
		}
		rev = h.Rev + 1
	}
	v, err := p.Seal(seal.Place{Bucket: bucket[0], Key: key, Rev: rev}, plain)
	if err != nil {
		return err
	}
	return tx.Bucket(bucket).Put(key, v)
}

// openPersonal reads one; nil if there is none.
func openPersonal(tx *bolt.Tx, bucket, key []byte, ws seal.WorkspaceID, id *seal.Identity) ([]byte, error) {
	v := tx.Bucket(bucket).Get(key)
	if v == nil {
		return nil, nil
	}
	p, err := id.Personal(ws)
	if err != nil {
		return nil, err
	}
	defer p.Zero()
	h, err := seal.PeekHeader(v)
	if err != nil {
		return nil, unreadable(err)
	}
	plain, err := p.Open(seal.Place{Bucket: bucket[0], Key: key, Rev: h.Rev}, v)
	if err != nil {
		return nil, unreadable(err)
	}
	return plain, nil
}

// takeUp tries the wraps that came since the last time and adds the keys that were
// meant for this member. It says whether the keyring changed, and which wraps have done
// their work.
func (s *Session) takeUp(tx *bolt.Tx, named epochs) (changed bool, taken [][]byte, err error) {
	cur := tx.Bucket(bucketWraps).Cursor()
	for k, v := cur.Seek(be8(s.ring.Seen + 1)); k != nil; k, v = cur.Next() {
		s.ring.Seen, changed = beUint(k), true
		row, ok := parseWrap(v)
		if !ok || !named.named(row) {
			return false, nil, unreadable(nil)
		}
		key, err := s.identity.Unwrap(row.wrap, row.context(s.header.WS))
		if err != nil {
			continue // somebody else's
		}
		taken = append(taken, bytes.Clone(k))
		c := &compartment{tag: row.tag, key: key, epoch: row.epoch, ws: s.header.WS}
		if row.tag != s.header.Root {
			if err := c.describe(tx); err != nil {
				continue // destroyed since: nothing lies there any more
			}
		}
		s.ring.add(c)
	}
	return changed, taken, nil
}

// saveTaken saves the keyring and deletes the wraps that are on it now: under an
// identity that the member gives up later, nothing is to be found.
func (s *Session) saveTaken(tx *bolt.Tx, taken [][]byte) error {
	for _, k := range taken {
		if err := tx.Bucket(bucketWraps).Delete(k); err != nil {
			return err
		}
	}
	return s.ring.save(tx, s.header.WS, s.label, s.identity)
}
