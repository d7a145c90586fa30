package store

import (
	"bytes"
	"os"
	"runtime"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// A workspace of format 0 is moved over when a member who may enrol others opens it, or
// somebody with the recovery key. The move is by copy: the new file is made beside the old
// one, converted in one transaction, proved against it value by value, and only then given
// its name. The old file is never written to; it stays beside the new one, under another
// name, until the new one has been opened well once more.
//
// What changes in the copy: the ledger is taken over (see store/ledger), each member is
// enrolled once more with the name of their own record, each keyslot is written once more
// with its holder, and what format 0 kept outside its ledger comes into it: lines of
// history and attachments as they stand, and the wraps for the recovery key, which get new
// names. It is given an oversight, which format 0 had none of. Names that lead to records get their short form where the member holds the key;
// the others are read in the long one. Keyrings become rows when their members next come.

// oldFormat is the one format before this one.
const oldFormat = 0

// oldBuckets are those that a workspace of format 0 has.
func oldBuckets() [][]byte {
	return [][]byte{bucketHeader, bucketSlots, bucketPublic, bucketWraps, bucketRecovery, bucketRings, bucketRecords, bucketHistory,
		bucketNames, bucketBodies, bucketDrafts, bucketLeaves, bucketCommits}
}

// MovesOver says what unlocking this workspace does to it first; empty where it does
// nothing, because the workspace is of this version's format.
func (v *Vault) MovesOver() string {
	if v.header.Format != oldFormat {
		return ""
	}
	return "This workspace was made by an earlier version of Caseroom (format 0). It is moved over to format 1 as it is opened. " +
		"The file as it was is kept as " + v.path + keptSuffix + " until it has been opened once more."
}

// mover moves one workspace over.
type mover struct {
	v    *Vault
	old  *bolt.DB // held against all others until the new file has the name
	s    *Session // of who moves it, over the old file: never given out
	tmp  string
	kept string
	dst  *bolt.DB
}

// takeOver moves a workspace of format 0 over for a member; it says whether it did. A wrong
// passphrase, and damage, are answered as in any opening.
func (v *Vault) takeOver(label string, passphrase []byte) (bool, error) {
	if v.header.Format != oldFormat {
		return false, nil
	}
	if err := v.hold(); err != nil {
		return false, err
	}
	sound := v.check()
	slot := v.slot(label)
	id, err := v.derive(slot, passphrase)
	if damage := sound(); damage != nil {
		err = damage
	}
	if err == nil {
		err = v.moveAs(id, slot.Label, (*mover).asMember)
	}
	if id != nil {
		id.Zero()
	}
	return err == nil, err
}

// takeOverRecovering does it with the recovery key, for a member who will be given a new
// passphrase: where no manager has theirs, nobody else could.
func (v *Vault) takeOverRecovering(label string, id *seal.Identity) error {
	if v.header.Format != oldFormat {
		return nil
	}
	if err := v.hold(); err != nil {
		return err
	}
	if err := v.check()(); err != nil {
		return err
	}
	return v.moveAs(id, label, (*mover).asRecovery)
}

// hold opens the old file so that nobody else writes to it meanwhile, and makes sure that
// it is still the one that has the name: another process may just have moved it over.
func (v *Vault) hold() error {
	if v.db != nil {
		db := v.db
		v.db = nil
		if err := db.Close(); err != nil {
			return diskError(err, "the workspace cannot be closed")
		}
	}
	db, err := openBolt(v.path, false) // which writes nothing: what says that it is of format 0 may be damage
	if err != nil {
		return err
	}
	v.db = db
	return nil
}

// moveAs does the whole move for whoever enters with an identity, and opens the new file
// in the place of the old one.
func (v *Vault) moveAs(id *seal.Identity, label string, enter func(*mover, *bolt.Tx) error) error {
	m, err := v.newMover(id, label, enter)
	if err != nil {
		return err
	}
	defer m.forget()
	for _, step := range m.steps() {
		if err := guard(step); err != nil {
			m.undo()
			return diskError(err, "the workspace could not be moved over to format 1; it stands as it was")
		}
	}
	old := v.db
	v.db, v.slots = nil, nil
	_ = old.Close() // it was only read
	if err := v.open(openBolt); err != nil {
		return err
	}
	return v.readClear()
}

func (v *Vault) newMover(id *seal.Identity, label string, enter func(*mover, *bolt.Tx) error) (*mover, error) {
	m := &mover{v: v, old: v.db, s: newSession(v, label, id), tmp: v.path + ".moving", kept: v.path + keptSuffix}
	err := guard(func() error { return v.db.View(func(tx *bolt.Tx) error { return enter(m, tx) }) })
	if err == nil {
		err = m.mayKeep()
	}
	if err != nil {
		m.forget()
		return nil, err
	}
	return m, nil
}

// steps are the stages of the move. Whatever ends it between two of them leaves the old
// file, or the new one, whole under the name.
func (m *mover) steps() []func() error {
	return []func() error{m.copy, m.convert, m.prove, m.keep, m.swap}
}

// asMember opens what the member holds, and refuses who may not move a workspace over.
func (m *mover) asMember(tx *bolt.Tx) error {
	s := m.s
	var err error
	if s.ring, err = loadRing(tx, s.header.WS, s.label, s.identity); err != nil {
		return err
	}
	if _, err := s.ring.pin(s.header); err != nil {
		return err
	}
	came, err := s.takeUp(tx, m.v.named)
	if err != nil {
		return err
	}
	if err := m.enter(tx, came.rooms); err != nil {
		return err
	}
	if !s.self().Role.May(model.RightEnrol) {
		return model.Fail(model.Denied, "this workspace is of format 0, and %s may not move it over to format 1", s.label).
			Do("ask a manager to open it once; nothing was changed")
	}
	return nil
}

// asRecovery opens everything with the recovery key.
func (m *mover) asRecovery(tx *bolt.Tx) error {
	m.s.ring = &keyring{}
	r := &recovering{v: m.v, id: m.s.identity, label: m.s.label}
	all, err := r.unwrapAll(tx)
	if err != nil {
		return err
	}
	err = m.enter(tx, all)
	if err != nil && m.s.members != nil && m.s.me == "" {
		return model.Fail(model.NotFound, "there is no member %q", m.s.label).Do("check the name").On("name")
	}
	return err
}

func (m *mover) enter(tx *bolt.Tx, rooms []*compartment) (err error) {
	s := m.s
	if s.rows, err = rowsOf(s.header.WS, s.label, s.identity); err != nil {
		return err
	}
	if err = checkHeader(tx, s.header); err != nil {
		return err
	}
	if err = s.arrange(tx, rooms); err != nil {
		return err
	}
	if err = s.loadWorkspace(tx); err != nil {
		return err
	}
	return s.still()
}

// copy makes the new file beside the old one, with what is live in that and no free pages.
func (m *mover) copy() error {
	if err := reserve(m.tmp); err != nil {
		return err
	}
	dst, err := bolt.Open(m.tmp, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	m.dst = dst
	return bolt.Compact(dst, m.old, 16<<20)
}

// convert writes the one transaction that makes it a workspace of format 1.
func (m *mover) convert() error {
	if err := m.dst.Update(m.write); err != nil {
		return err
	}
	if err := m.dst.Sync(); err != nil {
		return err
	}
	dst := m.dst
	m.dst = nil
	return dst.Close()
}

// prove reads the finished file back as it lies on the disk: it must verify whole, with
// every value unsealed that the member can, and hold what the old one holds.
func (m *mover) prove() error {
	db, err := openBolt(m.tmp, true)
	if err != nil {
		return err
	}
	defer db.Close()
	var h header
	err = db.View(func(tx *bolt.Tx) (err error) { h, err = readHeader(tx); return err })
	if err != nil {
		return err
	}
	in, err := m.s.insight()
	if err != nil {
		return err
	}
	rep, _, err := examine(db, h, examination{in: in})
	if err != nil {
		return err
	}
	if !rep.OK() {
		return model.Fail(model.Corrupt, "the copy in format 1 is not sound: %s", rep.Problems[0]).
			Do("the workspace stands as it was; run caseroom verify")
	}
	own, err := m.s.root.selfKeys()
	if err != nil {
		return err
	}
	return m.old.View(func(a *bolt.Tx) error {
		return db.View(func(b *bolt.Tx) error {
			for _, name := range [][]byte{bucketSlots, bucketWraps, bucketRings, bucketRecords, bucketHistory, bucketBodies, bucketDrafts} {
				x, y, more := a.Bucket(name), b.Bucket(name), 0
				switch name[0] {
				case bucketRecords[0]:
					more = len(in.rooms) + 1 // each described a second time, and the oversight, which is new, twice
				case bucketWraps[0]:
					more = int(y.Sequence() - x.Sequence()) // that hand on its key
				}
				if !sameRows(x, y, more, own[0]) {
					return model.Fail(model.Corrupt, "the copy in format 1 does not hold what the workspace holds (%s)", name)
				}
			}
			return nil
		})
	})
}

// sameRows says whether the second of two buckets holds what the first does, byte for byte,
// and so many rows more; of one row the value may be another.
func sameRows(a, b *bolt.Bucket, more int, but []byte) bool {
	x, y := a.Cursor(), b.Cursor()
	k, v := x.First()
	for j, u := y.First(); j != nil; j, u = y.Next() {
		if !bytes.Equal(k, j) {
			more--
			continue
		}
		if !bytes.Equal(v, u) && !bytes.Equal(k, but) {
			return false
		}
		k, v = x.Next()
	}
	return k == nil && more == 0
}

// swap gives the new file the workspace's name. Windows renames over no file that is open.
func (m *mover) swap() error {
	if runtime.GOOS == "windows" {
		if err := m.old.Close(); err != nil {
			return err
		}
	}
	if err := renameOver(m.tmp, m.v.path); err != nil {
		return err
	}
	return syncDir(m.v.path)
}

// undo takes away what a move left that failed.
func (m *mover) undo() {
	if m.dst != nil {
		m.dst.Close()
		m.dst = nil
	}
	os.Remove(m.tmp)
	if a, err := os.Stat(m.v.path); err == nil {
		if b, err := os.Stat(m.kept); err == nil && os.SameFile(a, b) {
			os.Remove(m.kept)
		}
	}
}

// forget drops the keys of the compartments; the identity is whoever's gave it.
func (m *mover) forget() {
	m.s.identity = nil
	m.s.forget()
}
