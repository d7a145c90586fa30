package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// keyring is what a member notes of the keys that they hold, beside the keys themselves,
// which have a row each. Seen is the number of the last wrap that they have tried: later
// ones may be theirs.
type keyring struct {
	Seen     uint64      `json:"seen"`
	Recovery []byte      `json:"recovery,omitempty"` // SHA-256 of the recovery key as this member first met it
	Renew    bool        `json:"renew,omitempty"`    // the passphrase before this one was known to another: new epochs are due
	Keys     []ringEntry `json:"keys,omitempty"`     // of format 0: they become rows when its member next comes
}

type ringEntry struct {
	Tag   seal.Tag   `json:"t"`
	Key   []byte     `json:"k"`
	Epoch uint64     `json:"e"`
	Case  model.ID   `json:"c,omitempty"`
	Home  []model.ID `json:"h,omitempty"`
}

// noteLost is said to a member whose note could not be read. A new one is made: what it
// held is either found again (wraps) or has to be looked at by the member.
const noteLost = "your own note of keys in this file was damaged and is made anew; with it went which recovery key you met first, and whether new keys were due: " +
	"compare the recovery key with the printed sheet (caseroom members W drill), and if somebody knew your passphrase set another with --known-to-another"

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

// rows opens and writes a member's key rows: a row in bucket m for each compartment that
// they are cleared for: the number of its leaf, then its key sealed under their identity.
// Who holds the compartment's key can name the row, and so take it away; others see how
// many rows there are. The rows stand in the ledger: one that is damaged or taken away by
// hand would hide a case from its member.
type rows struct {
	ws       seal.WorkspaceID
	slot     [16]byte
	personal *seal.Sealer
}

func rowsOf(ws seal.WorkspaceID, label string, id *seal.Identity) (*rows, error) {
	p, err := id.Personal(ws)
	if err != nil {
		return nil, err
	}
	return &rows{ws: ws, slot: seal.SlotID(ws, label), personal: p}, nil
}

// key is where a member's row of a compartment stands.
func (r *rows) key(c *compartment) ([]byte, error) {
	return rowKey(c, r.slot)
}

// rowKey names a row with the newest key: who was cleared once and is no more cannot tell
// who is.
func rowKey(c *compartment, slot [16]byte) ([]byte, error) {
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	b := s.BlindName("key row", string(slot[:]))
	return append(append(make([]byte, 0, 24), c.tag[:]...), b[:]...), nil
}

// put writes the row of a compartment.
func (r *rows) put(w *writer, c *compartment) error {
	key, err := r.key(c)
	if err != nil {
		return err
	}
	plain := binary.BigEndian.AppendUint32(make([]byte, 0, seal.ShortText), uint32(c.epoch))
	plain = append(plain, c.key.Bytes()...)
	plain = append(plain, noGate)
	defer seal.Zero(plain)
	number := w.batch.Next()
	v, err := r.personal.SealShort(seal.Place{Bucket: bucketRings[0], Key: key, Rev: number}, plain)
	if err != nil {
		return err
	}
	return w.numbered(bucketRings, key, v, ledger.OpMove)
}

// drop takes the row of a compartment away, if there is one.
func (r *rows) drop(w *writer, c *compartment) error {
	key, err := r.key(c)
	if err != nil || w.tx.Bucket(bucketRings).Get(key) == nil {
		return err
	}
	return w.unset(nil, bucketRings, key, ledger.OpRevoke, detail{})
}

// each opens every row of the member under a prefix: a tag, or none.
func (r *rows) each(tx *bolt.Tx, prefix []byte, fn func(*compartment) error) error {
	cur := tx.Bucket(bucketRings).Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		if len(k) != 24 || len(v) < 8 {
			continue // a keyring
		}
		plain, err := r.personal.OpenShort(seal.Place{Bucket: bucketRings[0], Key: k, Rev: beUint(v[:8])}, v[8:])
		if err != nil {
			continue // somebody else's
		}
		c, err := r.compartment(seal.Tag(k[:8]), plain)
		seal.Zero(plain)
		if err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) compartment(tag seal.Tag, plain []byte) (*compartment, error) {
	if len(plain) != 4+seal.KeySize+1 {
		return nil, unreadable(nil)
	}
	if plain[4+seal.KeySize] != noGate {
		return nil, newer("the key of a case is locked by a gate, which this version does not know")
	}
	k, err := seal.KeyFromBytes(plain[4 : 4+seal.KeySize])
	if err != nil {
		return nil, unreadable(err)
	}
	return &compartment{tag: tag, key: k, epoch: uint64(binary.BigEndian.Uint32(plain)), ws: r.ws}, nil
}

func (r *rows) zero() { r.personal.Zero() }

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
	if h, err := seal.PeekHeader(tx.Bucket(bucket).Get(key)); err == nil { // what is damaged is replaced
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

// arrivals are the keys that came for a member since the last time.
type arrivals struct {
	rooms []*compartment
	taken [][]byte // the wraps that have done their work
	seen  bool     // there were wraps to try
}

// takeUp tries the wraps that came since the last time, and opens those that were meant
// for this member.
func (s *Session) takeUp(tx *bolt.Tx, named epochs) (a arrivals, err error) {
	for _, e := range s.ring.Keys {
		c, err := e.compartment(s.header.WS)
		if err != nil {
			return a, err
		}
		if err := c.describe(tx); err != nil {
			continue // of another epoch by now
		}
		a.rooms = append(a.rooms, c)
	}
	cur := tx.Bucket(bucketWraps).Cursor()
	for k, v := cur.Seek(be8(s.ring.Seen + 1)); k != nil; k, v = cur.Next() {
		s.ring.Seen, a.seen = beUint(k), true
		row, ok := parseWrap(v)
		if !ok || !named.named(row) {
			return a, unreadable(nil)
		}
		key, err := s.identity.Unwrap(row.wrap, row.context(s.header.WS))
		if err != nil {
			continue // somebody else's
		}
		a.taken = append(a.taken, bytes.Clone(k))
		c := &compartment{tag: row.tag, key: key, epoch: row.epoch, ws: s.header.WS}
		if err := c.describe(tx); err != nil || !c.follows(named) {
			continue // destroyed since, or of another epoch by now: nothing is there to read; or planted
		}
		a.rooms = append(a.rooms, c)
	}
	return a, nil
}

// follows says whether who began the compartment's epoch held the keys of all before it, as
// the ledger names them. Any member can sign the line that begins an epoch: with a key of
// their own they would read what the others then write.
func (c *compartment) follows(named epochs) bool {
	for e := uint64(1); e < c.epoch; e++ {
		kcv, ok := named(c.tag, e)
		if !ok || !slices.ContainsFunc(c.past, func(p *pastKey) bool { return p.epoch == e && p.key.Matches(kcv) }) {
			return false
		}
	}
	return true
}

// named says whether no key of the compartment is another than the ledger names for its epoch.
func (c *compartment) named(log epochs) bool {
	if kcv, ok := log(c.tag, c.epoch); ok && !c.key.Matches(kcv) {
		return false
	}
	return !slices.ContainsFunc(c.past, func(p *pastKey) bool {
		kcv, ok := log(c.tag, p.epoch)
		return ok && !p.key.Matches(kcv)
	})
}

// keepArrivals makes rows of what came and deletes the wraps: under an identity that the
// member gives up later, nothing is to be found.
func (s *Session) keepArrivals(tx *bolt.Tx, a arrivals) error {
	w := s.housekeeping(tx, model.ActGrant)
	for _, c := range a.rooms {
		if err := s.rows.put(w, c); err != nil {
			return err
		}
		if c.tag == s.header.Root {
			continue // a manager's to write, who did when they moved the workspace over
		}
		if err := w.describeAgain(c, ledger.OpMove); err != nil {
			return err
		}
	}
	if w.batch.Len() > 0 {
		if err := w.commit(); err != nil {
			return err
		}
		s.tail = w.tail
	}
	for _, k := range a.taken {
		if err := tx.Bucket(bucketWraps).Delete(k); err != nil {
			return err
		}
	}
	note := *s.ring
	note.Keys = nil
	return note.save(tx, s.header.WS, s.label, s.identity)
}
