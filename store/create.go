package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// How a workspace is made.

// CreateOptions says what a new workspace starts with.
type CreateOptions struct {
	Partnership string
	Label, Name string // of the first member
	Role        model.Role
	Passphrase  []byte
	Costs       seal.Params // zero: the default
	Invented    bool
	OpenOptions
}

// Create makes a workspace and unlocks it. It never overwrites a file: the workspace
// is made whole beside its place and only then given its name. The recovery key is
// given once, to be printed; it is nowhere else.
func Create(path string, o CreateOptions) (s *Session, recovery string, err error) {
	if err := model.ValidLabel(o.Label); err != nil {
		return nil, "", err
	}
	if o.Role == "" {
		o.Role = model.Manager
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, "", model.Fail(model.Invalid, "%q is not a file name that can be used", path).Because(err)
	}
	if _, err := os.Lstat(abs); err == nil {
		return nil, "", model.Fail(model.Denied, "there is already something at %s", path).
			Do("choose another name; a workspace is never overwritten")
	}
	set, err := loadSettings()
	if err != nil {
		return nil, "", err
	}
	tmp := abs + ".making"
	if err := reserve(tmp); err != nil {
		return nil, "", diskError(err, "the workspace cannot be made there")
	}
	defer os.Remove(tmp)
	recovery, err = found(tmp, o, set)
	if err != nil {
		return nil, "", err
	}
	if err := place(tmp, abs); err != nil {
		return nil, "", diskError(err, "the workspace cannot be made there")
	}
	v, err := Open(abs, o.OpenOptions)
	if err != nil {
		return nil, "", err
	}
	s, err = v.Unlock(o.Label, o.Passphrase)
	if err != nil {
		v.Close()
		return nil, "", err
	}
	return s, recovery, nil
}

// reserve takes the temporary name, refusing one that is there.
func reserve(tmp string) error {
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if os.IsExist(err) {
		os.Remove(tmp) // left by a making that was killed: it never had a name
		f, err = os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// place gives a finished file its name without overwriting: a link fails where the
// name is taken; where there are no links a rename after a last look has to do.
func place(tmp, to string) error {
	if err := os.Link(tmp, to); err == nil {
		return syncDir(to)
	} else if errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return os.ErrExist
	}
	if err := os.Rename(tmp, to); err != nil {
		return err
	}
	return syncDir(to)
}

// found writes the first transaction of a workspace: header, genesis, the first
// member and the profile. It is the one write that is not a change, because there is
// nobody yet to make one.
func found(path string, o CreateOptions, set *settings) (recovery string, err error) {
	id, err := seal.NewIdentity()
	if err != nil {
		return "", err
	}
	defer id.Zero()
	secret := seal.NewRecoverySecret()
	defer secret.Zero()
	rec, err := secret.Identity()
	if err != nil {
		return "", err
	}
	defer rec.Zero()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return "", diskError(err, "the workspace cannot be made there")
	}
	defer db.Close()
	f := founding{o: o, set: set, identity: id, recovery: rec.Public(), now: o.clock()()}
	if err := db.Update(f.write); err != nil {
		return "", diskError(err, "the workspace cannot be made there")
	}
	return secret.Text(), db.Close()
}

type founding struct {
	o        CreateOptions
	set      *settings
	identity *seal.Identity
	recovery seal.Public
	now      time.Time
}

func (f founding) write(tx *bolt.Tx) error {
	h, batch := newForm(), ledger.Tail{}.Begin(f.identity.ID(), f.now)
	h.Root, h.Recovery = seal.NewTag(), f.recovery.Encode()
	if err := genesis(tx, batch, &h); err != nil {
		return err
	}
	w := &writer{tx: tx, header: h, batch: batch, identity: f.identity, now: f.now,
		change: &model.Change{ID: newID(), Act: model.ActCreate, At: f.now}}
	if err := f.members(w); err != nil {
		return err
	}
	return w.commit()
}

// genesis makes the buckets of a new workspace and the first leaf of its ledger, which names
// the workspace, and writes the header.
func genesis(tx *bolt.Tx, batch *ledger.Batch, h *header) error {
	for _, b := range allBuckets() {
		if _, err := tx.CreateBucket(b); err != nil {
			return err
		}
	}
	_, row, err := batch.Add(ledger.Genesis(h.form()))
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketLeaves).Put(be8(0), row); err != nil {
		return err
	}
	ws, err := ledger.ID(row)
	if err != nil {
		return err
	}
	h.WS = seal.WorkspaceID(ws)
	return writeHeader(tx, *h)
}

// members writes the root compartment, the first member and the profile.
func (f founding) members(w *writer) error {
	root := &compartment{tag: w.header.Root, key: seal.NewCompartmentKey(), epoch: 1, ws: w.header.WS}
	w.root = root
	ring := &keyring{Recovery: recoveryPin(w.header)}
	over := newOversight(w.header.WS)
	var err error
	if root.over, err = over.overseen(); err != nil {
		return err
	}
	if err := w.openCompartment(root, nil); err != nil {
		return err
	}
	mine, err := rowsOf(w.header.WS, f.o.Label, f.identity)
	if err != nil {
		return err
	}
	defer mine.zero()
	if err := mine.put(w, root); err != nil {
		return err
	}
	if err := w.openCompartment(over, nil); err != nil {
		return err
	}
	if f.o.Role.May(model.RightEnvelope) {
		if err := mine.put(w, over); err != nil {
			return err
		}
	}
	me := &model.Member{Head: model.Head{ID: newID()}, Label: f.o.Label, Name: f.o.Name, Role: f.o.Role, KeyID: f.identity.ID().String()}
	w.change.By = me.ID
	spec := seal.SlotSpec{WS: w.header.WS, Label: f.o.Label, Passphrase: f.o.Passphrase, Params: f.o.Costs}
	if spec.Params == (seal.Params{}) {
		spec.Params = seal.Default()
	}
	slot, err := f.o.Keys.NewSlot(spec, f.identity)
	if err != nil {
		return model.Fail(model.Invalid, "%s", err.Error()).Because(err)
	}
	p := f.set.profile
	p.Head = model.Head{ID: profileID}
	p.Partnership, p.Invented = strings.TrimSpace(f.o.Partnership), f.o.Invented
	if err := p.Validate(); err != nil {
		return err
	}
	if err := w.enrolKey(f.identity.Public(), f.o.Role, me.ID); err != nil {
		return err
	}
	if err := w.enrolRecovery(f.recovery); err != nil {
		return err
	}
	if err := w.slot(f.o.Label, slot, f.identity.ID(), ledger.OpEnrol); err != nil {
		return err
	}
	for _, r := range []model.Record{me, &p} {
		if err := w.put(root, r, nil); err != nil {
			return err
		}
	}
	return ring.save(w.tx, w.header.WS, f.o.Label, f.identity)
}

// profileID is the one profile's name: there is only one in a workspace.
const profileID model.ID = "profile"
