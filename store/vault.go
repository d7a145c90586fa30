package store

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// OpenOptions says how to open a workspace.
type OpenOptions struct {
	ReadOnly bool
	Now      func() time.Time // the clock; time.Now when nil
	Keys     seal.Policy      // which key derivation costs are accepted; the zero value is the product's
	State    string           // folder of what this device remembers; the system's own when empty
	Derived  func()           // told when the key derivation is over: for measuring what is beside it
	Damaged  bool             // read what can be read of a damaged file, which is not written to
	Patient  bool             // wait at unlock until the whole file is checked, however large it is
}

func (o OpenOptions) clock() func() time.Time {
	if o.Now == nil {
		return time.Now
	}
	return o.Now
}

// Vault is a workspace file that is open and still locked.
type Vault struct {
	path   string
	opt    OpenOptions
	db     *bolt.DB
	held   os.FileInfo // the file that is open, whatever its name leads to meanwhile
	header header
	slots  []*seal.Slot
	state  deviceState
	set    *settings
	wreck  *wreck // what could be read of a damaged file; nil of a sound one
	named  epochs // what the check at the door found that the ledger names
	sound  *checking
	due    bool // a keyslot was replaced: the old one lies in free pages
}

// Open opens the file. It says what is wrong with it, if anything, before a
// passphrase is asked for, and holds it against other writers until Close.
func Open(path string, o OpenOptions) (*Vault, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, model.Fail(model.Invalid, "%q is not a file name that can be opened", path).Because(err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real // compacting puts a new file in the place of the old one: never in the place of a link to it
	}
	set, err := loadSettings()
	if err != nil {
		return nil, err
	}
	if o.Damaged {
		return openDamaged(abs, o, set)
	}
	state, open := newDeviceState(o.State), openBolt
	if state.read(abs).untouched(abs) {
		open = openPages // this device closed this very file in order; its pages are walked beside the key derivation
	}
	v := &Vault{path: abs, opt: o, set: set, state: state}
	if err := v.open(open); err != nil {
		return nil, pointBefore(err, abs)
	}
	if err := v.readClear(); err != nil {
		v.db.Close()
		return nil, pointBefore(err, abs)
	}
	return v, nil
}

// readClear reads what needs no key: the header and the keyslots.
func (v *Vault) readClear() error {
	return guard(func() error {
		return v.db.View(func(tx *bolt.Tx) (err error) {
			if v.header, err = readHeader(tx); err != nil {
				return err
			}
			return tx.Bucket(bucketSlots).ForEach(func(k, raw []byte) error {
				s, err := seal.ParseSlot(slices.Clone(raw))
				if errors.Is(err, seal.ErrNewerFormat) {
					return newer("a keyslot of this workspace is of a kind that this version does not know")
				}
				if err != nil {
					return model.Fail(model.Corrupt, "a keyslot of this workspace is damaged").
						Do("restore it from a backup").Because(err)
				}
				v.slots = append(v.slots, s)
				return nil
			})
		})
	})
}

// Labels lists the members' labels: the only names that stand in the clear.
func (v *Vault) Labels() []string {
	out := make([]string, len(v.slots))
	for i, s := range v.slots {
		out[i] = s.Label
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}

// Path is the workspace's full path.
func (v *Vault) Path() string { return v.path }

// LastNote gives what this device remembers of the workspace: who opened it last and
// when, and whether it was closed in order. Label is empty if nothing is known.
func (v *Vault) LastNote() (label string, at time.Time, clean bool) {
	n := v.state.read(v.path)
	return n.Label, n.At, n.Clean
}

// Close gives the file up without having unlocked it.
func (v *Vault) Close() error {
	if v.db == nil {
		return nil
	}
	defer v.wreck.drop()
	db := v.db
	v.db = nil
	if v.due {
		return compact(db, v.path)
	}
	return db.Close()
}

// Unlock opens the workspace for one member. A wrong passphrase and a label that is
// nobody's give the same answer in about the same time. The file is checked meanwhile. A
// large one is opened after a quick look and the check goes on: no key is taken up or
// handed on before its end, and when it finds something nothing more is written.
func (v *Vault) Unlock(label string, passphrase []byte) (*Session, error) {
	if v.wreck != nil {
		return v.unlockDamaged(label, passphrase)
	}
	moved, err := v.takeOver(label, passphrase) // a workspace of format 0
	if err != nil {
		return nil, err
	}
	sound, later := v.checking(), v.mayWait()
	if !later {
		sound.start()
	}
	slot := v.slot(label)
	id, err := v.derive(slot, passphrase)
	if v.opt.Derived != nil {
		v.opt.Derived()
	}
	if damage := v.judge(sound, later, err == nil); damage != nil {
		if id != nil {
			id.Zero()
		}
		sound.quit()
		return nil, damage // before a wrong passphrase: it cannot be judged in a damaged file
	}
	if err != nil {
		return nil, err
	}
	s := newSession(v, slot.Label, id)
	s.sound = sound
	if err := guard(func() error { return s.load(sound.epoch) }); err != nil {
		s.forget()
		found := sound.found()
		sound.quit() // another attempt begins another
		return nil, cmp.Or(found, err)
	}
	if !v.opt.ReadOnly {
		writeLockNote(v.path, slot.Label, v.opt.clock()())
	}
	s.sayRestored()
	s.remember(false, time.Time{})
	time.AfterFunc(aLittleLater, func() {
		if later {
			sound.start()
		}
		if slot.Params.MemoryKiB >= muchMemory {
			debug.FreeOSMemory() // what the derivation took is not needed again
		}
	})
	s.tell()
	if !moved && !v.opt.ReadOnly {
		dropKept(v.path, v.header.WS)
	}
	v.db = nil // the session owns it now
	return s, nil
}

const muchMemory = 64 << 10 // KiB

// judge says what is wrong with the file as far as it has to be known now.
func (v *Vault) judge(sound *checking, later, right bool) error {
	if !right {
		return sound.wait()
	}
	damage, over := error(nil), false
	if !later {
		damage, over = sound.within(v.opt.patience())
	}
	if !over && v.quickLook() != nil {
		damage = sound.wait() // which tells it properly
	}
	if damage != nil {
		return damage
	}
	return v.witnessed()
}

func (o OpenOptions) patience() time.Duration {
	if o.Patient {
		return time.Minute
	}
	return patience
}

func (v *Vault) slot(label string) *seal.Slot {
	id := seal.SlotID(v.header.WS, label)
	for _, s := range v.slots {
		if seal.SlotID(v.header.WS, s.Label) == id {
			return s
		}
	}
	return nil
}

// derive pays for a key derivation whether or not the member exists.
func (v *Vault) derive(slot *seal.Slot, passphrase []byte) (*seal.Identity, error) {
	wrong := model.Fail(model.Locked, "no member with that name and passphrase can open this workspace").
		Do("check the name, capitals and spaces, and try again").On("passphrase")
	if slot == nil {
		if len(v.slots) > 0 {
			_, _ = v.opt.Keys.Open(v.slots[0], v.header.WS, passphrase)
		}
		return nil, wrong
	}
	id, err := v.opt.Keys.Open(slot, v.header.WS, passphrase)
	switch {
	case err == nil:
		return id, nil
	case errors.Is(err, seal.ErrWrongPassphrase):
		return nil, wrong
	}
	return nil, model.Fail(model.Locked, "%s", err.Error()).On("passphrase").Because(err)
}

// check does the whole check that needs no key, beside what is done before its answer is
// waited for.
func (v *Vault) check() (wait func() error) {
	c := v.checking()
	c.start()
	return func() error {
		err := c.wait()
		v.named, v.sound = c.named, c
		if err == nil {
			err = v.witnessed()
		}
		return err
	}
}

// guard turns a fault while reading a damaged file (bbolt panics on some) into an
// error. It covers the calling goroutine only.
func guard(fn func() error) (err error) {
	defer faultToError(&err)()
	return fn()
}
