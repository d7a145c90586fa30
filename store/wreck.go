package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// wreck is what could be read of a damaged workspace, in a file of its own in which every
// value is one that the ledger names, or was put aside. The damaged file is not written to.
type wreck struct {
	path    string // of that file
	dir     string // made for it; empty if it was there before
	db      *bolt.DB
	header  header
	rebuilt bool // the header, from the ledger

	pages   []string           // what could not be read at all
	log     []ledger.Problem   // what is wrong with the ledger itself: it cannot be gone on from
	values  []ledger.Problem   // what is wrong with values
	other   []string           // what else was left out
	missing []absent           // values that the ledger names and that are not there
	olds    map[ledger.Key]row // older states that stand in the place of later ones
	named   epochs

	// What a member's look into it told beside that.
	unread   []string
	stubbed  map[model.ID]bool // cases, members and the profile: what stands in for a record that was lost
	nameless []*compartment    // and those that nothing tells of
	noteLost bool              // the member's own note of keys
}

// absent is a value that should be there.
type absent struct {
	leaf uint64
	key  ledger.Key
}

// openWreck reads what it can of a damaged file into the new file tmp and judges it.
func openWreck(path, tmp string) (k *wreck, err error) {
	if fi, err := os.Stat(path); err != nil || !fi.Mode().IsRegular() || fi.Size() == 0 {
		return nil, preflight(path) // which says it in words
	}
	k = &wreck{path: tmp, olds: map[ledger.Key]row{}, stubbed: map[model.ID]bool{}}
	if k.pages, err = gather(path, tmp); err != nil {
		os.Remove(tmp)
		return nil, err
	}
	k.db, err = bolt.Open(tmp, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoSync: true})
	if err == nil {
		err = guard(func() error { return k.db.Update(k.judge) })
	}
	if err != nil {
		k.drop()
		return nil, diskError(err, "what could be read of the damaged workspace cannot be looked at")
	}
	return k, nil
}

// drop gives the file up and takes it away.
func (k *wreck) drop() {
	if k == nil {
		return
	}
	if k.db != nil {
		k.db.Close()
	}
	os.Remove(k.path)
	if k.dir != "" {
		os.Remove(k.dir)
	}
}

// judge sorts what is sound from what is not.
func (k *wreck) judge(tx *bolt.Tx) error {
	if err := k.findHeader(tx); err != nil {
		return err
	}
	if err := k.clear(tx); err != nil {
		return err
	}
	if err := k.replant(tx); err != nil {
		return err
	}
	c := checker{tx: tx, h: k.header, rep: &Report{}}
	v := ledger.NewVerifier(k.header.WS, c.directory(), logOf{tx})
	v.Permit(rules(k.header.Root))
	v.Run(c.rows(bucketLeaves), c.rows(bucketCommits))
	k.named = v.Epoch
	moved, err := k.sort(tx, v)
	if err != nil {
		return err
	}
	if err := k.putBack(tx, v, moved); err != nil {
		return err
	}
	if err := k.dropWraps(tx); err != nil {
		return err
	}
	for no, key := range v.Unseen() {
		k.missing = append(k.missing, absent{no, key})
	}
	k.divide(v.Finish())
	k.other = append(k.other, c.rep.Problems...)
	return nil
}

// divide tells what is wrong with the ledger from what is wrong with values. A public key
// that nobody enrolled is left out, and no loss.
func (k *wreck) divide(r ledger.Report) {
	for _, p := range r.Problems {
		switch p.Kind {
		case ledger.ValueMissing, ledger.ValueChanged, ledger.ValueExtra, ledger.ValueOld, ledger.ValueMoved:
			k.values = append(k.values, p)
		default:
			k.log = append(k.log, p)
		}
	}
	if r.More > 0 {
		k.other = append(k.other, fmt.Sprintf("and %d more values are damaged or missing", r.More))
	}
}

// findHeader reads the header, or makes it anew from the ledger's first commit.
func (k *wreck) findHeader(tx *bolt.Tx) error {
	var h header
	v := tx.Bucket(bucketHeader).Get(headerKey)
	whole := v != nil && json.Unmarshal(v, &h) == nil && h.Magic == magic
	if whole && h.Format == format && h.known() == nil && checkHeader(tx, h) == nil {
		k.header = h
		return nil
	}
	again, ok := headerFrom(tx)
	switch {
	case ok:
		k.header, k.rebuilt = again, true
		k.other = append(k.other, "the head of the workspace was damaged; it was made anew from the ledger")
		return writeHeader(tx, again)
	case whole && h.known() != nil:
		return h.known()
	case whole && h.Format == oldFormat:
		return damagedFormat()
	case whole:
		k.header = h
		return nil
	}
	return model.Fail(model.Corrupt, "neither the head of this workspace nor the beginning of its ledger can be read: nothing can be saved").
		Do("restore a backup")
}

// headerFrom reads from the ledger's first commit what the header says.
func headerFrom(tx *bolt.Tx) (h header, ok bool) {
	first := tx.Bucket(bucketLeaves).Get(be8(0))
	ws, err := ledger.ID(first)
	if err != nil {
		return h, false
	}
	h = newForm()
	h.WS = seal.WorkspaceID(ws)
	root := false
	for no := uint64(0); ; no++ {
		l, _, err := ledger.ParseRow(no, tx.Bucket(bucketLeaves).Get(be8(no)))
		if err != nil || l.Commit > 1 {
			break
		}
		switch {
		case l.Op == ledger.OpEpoch && !root:
			h.Root, root = seal.Tag(l.Key.Tag), true
		case l.Op == ledger.OpEnrol && l.Flags&ledger.FlagRecovery != 0:
			if p, err := publicOf(tx.Bucket(bucketPublic).Get(l.Key.Blind[:8])); err == nil {
				h.Recovery = p.Encode()
			}
		}
	}
	return h, root && h.Recovery != nil && checkHeader(tx, h) == nil
}

// clear takes away what is in no ledger and cannot be read, and every member's views: they
// are made anew from what is there.
func (k *wreck) clear(tx *bolt.Tx) error {
	err := k.each(tx, bucketSlots, func(_, v []byte) bool {
		_, err := seal.ParseSlot(bytes.Clone(v))
		return err == nil
	}, "a keyslot cannot be read")
	if err != nil {
		return err
	}
	err = k.each(tx, bucketNames, func(key, v []byte) bool { return soundTaken(k.header.Root, key, v) },
		"a row of the references that are taken cannot be read; it is made anew as far as you hold what has them")
	if err != nil {
		return err
	}
	err = k.each(tx, bucketPublic, func(key, row []byte) bool {
		p, err := publicOf(row)
		return err == nil && len(key) == 8 && p.ID() == seal.KeyID(key)
	}, "a public key of a member cannot be read")
	if err != nil {
		return err
	}
	err = k.each(tx, bucketRings, func(key, v []byte) bool {
		_, err := seal.PeekHeader(v)
		return len(key) != 16 || err == nil
	}, "a member's note of keys cannot be read; it is made anew when they come next")
	if err != nil {
		return err
	}
	return k.each(tx, bucketViews, func(_, _ []byte) bool { return false }, "")
}

// each deletes the rows of a bucket that are not sound.
func (k *wreck) each(tx *bolt.Tx, bucket []byte, sound func(key, v []byte) bool, say string) error {
	var out [][]byte
	_ = tx.Bucket(bucket).ForEach(func(key, v []byte) error {
		if !sound(key, v) {
			out = append(out, bytes.Clone(key))
		}
		return nil
	})
	if say != "" {
		for range out {
			k.other = append(k.other, say)
		}
	}
	return deleteRows(tx, bucket, out)
}

func deleteRows(tx *bolt.Tx, bucket []byte, keys [][]byte) error {
	for _, key := range keys {
		if err := tx.Bucket(bucket).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// replant makes the stored hashes of the tree anew from the leaves. Whether the leaves are
// those that were signed is for the verifier to say.
func (k *wreck) replant(tx *bolt.Tx) error {
	had, made := map[string][]byte{}, map[string][]byte{}
	_ = tx.Bucket(bucketTree).ForEach(func(key, v []byte) error {
		had[string(key)] = bytes.Clone(v)
		return nil
	})
	c := checker{tx: tx, rep: &Report{}}
	ledger.Replant(c.rows(bucketLeaves), func(n ledger.Node) { made[string(n.Key())] = bytes.Clone(n.Hash[:]) })
	if maps.EqualFunc(had, made, bytes.Equal) {
		return nil
	}
	k.other = append(k.other, "the check sums kept of the ledger were damaged; they were made anew")
	b := tx.Bucket(bucketTree)
	for key := range had {
		if err := b.Delete([]byte(key)); err != nil {
			return err
		}
	}
	for key, v := range made {
		if err := b.Put([]byte(key), v); err != nil {
			return err
		}
	}
	return nil
}

// sort shows the verifier every value and takes away those that are not what the ledger
// names. It gives those that belong somewhere else.
func (k *wreck) sort(tx *bolt.Tx, v *ledger.Verifier) (moved []row, err error) {
	for _, bucket := range liveBuckets() {
		var out [][]byte
		cur := tx.Bucket(bucket).Cursor()
		for key, val := cur.First(); key != nil; key, val = cur.Next() {
			if isNote(bucket, key) {
				continue
			}
			at, number, ok := standing(bucket, key, val)
			if !ok {
				out = append(out, bytes.Clone(key))
				continue
			}
			switch kind := v.Live(at, number, ledger.Digest(val)); kind {
			case ledger.Consistent:
				continue
			case ledger.ValueMoved:
				moved = append(moved, row{append([]byte{bucket[0]}, key...), bytes.Clone(val)})
			case ledger.ValueOld:
				if l, _, err := ledger.ParseRow(number, tx.Bucket(bucketLeaves).Get(be8(number))); err == nil && l.Digest == ledger.Digest(val) {
					k.olds[at] = row{bytes.Clone(key), bytes.Clone(val)}
				}
			}
			out = append(out, bytes.Clone(key))
		}
		if err := deleteRows(tx, bucket, out); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// putBack puts values that stood in another's place into their own, where nothing else
// stands.
func (k *wreck) putBack(tx *bolt.Tx, v *ledger.Verifier, moved []row) error {
	places := map[ledger.Key][]byte{} // of those whose name says less than where they stood
	for _, m := range moved {
		places[ledgerKey(m.key[:1], m.key[1:])] = m.key[1:]
	}
	for _, m := range moved {
		bucket := m.key[:1]
		number, _ := numberOf(bucket, m.value)
		l, _, err := ledger.ParseRow(number, tx.Bucket(bucketLeaves).Get(be8(number)))
		if err != nil || l.Key.Bucket != bucket[0] || bucket[0] == bucketSlots[0] {
			continue
		}
		own, ok := places[l.Key]
		if !ok && slices.Contains([]byte{bucketRecords[0], bucketRecovery[0], bucketRings[0]}, bucket[0]) {
			own, ok = l.Key.Row(), true
		}
		if !ok || tx.Bucket(bucket).Get(own) != nil {
			continue
		}
		if v.Live(l.Key, number, ledger.Digest(m.value)) != ledger.Consistent {
			continue
		}
		if err := tx.Bucket(bucket).Put(own, m.value); err != nil {
			return err
		}
	}
	return nil
}

// dropWraps takes away keys that the ledger does not name: nobody takes them up.
func (k *wreck) dropWraps(tx *bolt.Tx) error {
	return k.each(tx, bucketWraps, func(key, v []byte) bool {
		w, ok := parseWrap(v)
		return ok && len(key) == 8 && k.named.named(w)
	}, "a key that waited for a member cannot be used; they have to be cleared again")
}

// openDamaged opens what can be read of a damaged workspace, for reading only.
func openDamaged(abs string, o OpenOptions, set *settings) (*Vault, error) {
	o.ReadOnly = true
	dir, err := os.MkdirTemp("", "caseroom-")
	if err != nil {
		return nil, diskError(err, "there is no room to look into the damaged workspace")
	}
	k, err := openWreck(abs, filepath.Join(dir, "wreck"))
	if err != nil {
		os.Remove(dir)
		return nil, err
	}
	err = k.db.Update(func(tx *bolt.Tx) error { // to be read, and named; never to be saved as they are
		for at, old := range k.olds {
			if err := tx.Bucket([]byte{at.Bucket}).Put(old.key, old.value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		k.drop()
		return nil, diskError(err, "there is no room to look into the damaged workspace")
	}
	k.dir = dir
	v := &Vault{path: abs, opt: o, db: k.db, set: set, state: newDeviceState(o.State), wreck: k}
	if err := v.readClear(); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// said lists all that is wrong, with what it is, as far as a member can tell; in may be nil.
func (k *wreck) said(tx *bolt.Tx, in *insight) (out []string) {
	for _, p := range k.pages {
		out = append(out, "the file itself: "+p)
	}
	c := checker{examination: examination{in: in}, tx: tx, h: k.header, rep: &Report{}}
	for _, p := range k.log {
		out = append(out, p.Error())
	}
	for _, p := range k.values {
		out = append(out, c.name(p))
	}
	return append(out, k.other...)
}
