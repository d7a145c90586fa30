package store

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// SalvageOptions says how to save what can be saved of a damaged workspace.
type SalvageOptions struct {
	OpenOptions
	Label      string // of the manager who does it
	Passphrase []byte
	Costs      seal.Params // of the keyslot that a workspace begun anew gets; zero: the default
	Force      bool        // put it in the place of a file that is there
}

// Salvaged tells of a workspace that was made of a damaged one.
type Salvaged struct {
	Copied
	Fresh bool     // its ledger is damaged, so that it was begun anew
	Lost  []string // what could not be saved, one sentence each
}

// Salvage makes a new workspace of what can be saved of a damaged one, which is not
// written to. Where the ledger itself is sound the new one goes on from it: every value that
// is as the ledger names it is kept, whoever's it is, and a signed commit of the manager
// says which are gone. An older state that stands where a later one should, and opens, is
// kept as the newest. Where the ledger is damaged a workspace is begun anew with what the
// manager can open; the others come back into it with the recovery key.
//
// The limit: somebody's keyslot and their key of the workspace's own compartment have to be
// left, or nothing can be named. The rows of that key lie side by side, so in a small file
// one page can hold those of all members. What is needed then is a backup.
func Salvage(ctx context.Context, path, dest string, o SalvageOptions) (out Salvaged, err error) {
	to, err := newPlace(dest, "the salvaged workspace", o.Force)
	if err != nil {
		return out, err
	}
	if sameFile(path, to) {
		return out, model.Fail(model.Invalid, "%s is the damaged workspace itself", dest).Do("choose another name: it is not written to")
	}
	tmp, drop, err := beside(to)
	if err != nil {
		return out, diskError(err, "the workspace cannot be saved there")
	}
	defer drop()
	set, err := loadSettings()
	if err != nil {
		return out, err
	}
	k, err := openWreck(path, tmp+".wreck")
	if err != nil {
		return out, err
	}
	defer k.drop()
	o.ReadOnly = false
	v := &Vault{path: path, opt: o.OpenOptions, db: k.db, set: set, state: newDeviceState(o.State), wreck: k}
	if err := v.readClear(); err != nil {
		return out, err
	}
	s, err := v.unlockDamaged(o.Label, o.Passphrase)
	if err != nil {
		return out, err
	}
	defer s.forget()
	if !s.self().Role.May(model.RightEnrol) {
		return out, model.Fail(model.Denied, "the role %s may not save a damaged workspace: what is gone is taken out of the ledger", s.self().Role).
			Do("ask a manager to do it")
	}
	sv := &salvager{s: s, k: k, o: o, ctx: ctx, tmp: tmp}
	if out, err = sv.run(); err != nil {
		return Salvaged{}, diskOr(named(ctx, err), "the workspace could not be saved")
	}
	if err := settle(tmp, to, o.Force); err != nil {
		return Salvaged{}, diskError(err, "the salvaged workspace could not be given its name")
	}
	out.Path = to
	s.state.write(to, deviceNote{Label: s.label, At: s.Now()}.seenAs(to, sv.ws, sv.head))
	return out, nil
}

// salvager makes one workspace of a wreck.
type salvager struct {
	s   *Session
	k   *wreck
	o   SalvageOptions
	ctx context.Context
	tmp string

	told []string    // what was done about what was lost
	ws   workspaceID // of what was made, and the head of its ledger
	head ledger.Head
}

func (sv *salvager) run() (out Salvaged, err error) {
	if out.Lost, err = sv.s.damage(); err != nil {
		return out, err
	}
	if len(sv.k.log) == 0 {
		out.Copied, err = sv.goOn()
		if err == nil {
			out.Lost = append(out.Lost, sv.told...)
		}
		if err == nil || model.KindOf(err) != model.Corrupt {
			return out, err
		}
		sv.told = nil
		os.Remove(sv.tmp)
		out.Lost = append(out.Lost, "the ledger could not be gone on from: "+say(err))
	}
	out.Fresh = true
	if n := sv.unheld(); n > 0 {
		out.Lost = append(out.Lost, fmt.Sprintf("%d values that you hold no key of: only who can open them can bring them into a workspace that is begun anew", n))
	}
	if who := sv.others(); len(who) > 0 {
		out.Lost = append(out.Lost, "the keys of the other members ("+strings.Join(who, ", ")+"): they are not members of a workspace that is begun anew until they are added to it and cleared again")
	}
	out.Copied, err = sv.beginAnew()
	out.Lost = append(out.Lost, sv.told...)
	return out, err
}

// others lists the labels of the members beside who does this.
func (sv *salvager) others() (out []string) {
	for id, m := range sv.s.members {
		if id != sv.s.me && !m.Gone {
			out = append(out, m.Label)
		}
	}
	slices.Sort(out)
	return out
}

// unheld counts the values that the manager has no key of.
func (sv *salvager) unheld() (n int) {
	rooms := sv.s.roomsByTag()
	_ = sv.k.db.View(func(tx *bolt.Tx) error {
		for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
			_ = tx.Bucket(bucket).ForEach(func(key, _ []byte) error {
				if len(key) >= 8 && rooms[seal.Tag(key[:8])] == nil {
					n++
				}
				return nil
			})
		}
		return nil
	})
	return n
}

// goOn keeps the ledger and writes into it what is gone.
func (sv *salvager) goOn() (Copied, error) {
	want := expectedCopy{}
	err := guard(func() error {
		if err := sv.k.db.Update(sv.mend); err != nil {
			return err
		}
		return sv.k.db.View(func(tx *bolt.Tx) error {
			tail, err := readTail(tx)
			if err != nil {
				return err
			}
			want.head = tail.Head
			want.values, err = copyInto(sv.ctx, tx, sv.tmp, nil)
			return err
		})
	})
	if err != nil {
		return Copied{}, err
	}
	if want.in, err = sv.s.insight(); err != nil {
		return Copied{}, err
	}
	sv.ws, sv.head = sv.s.header.WS, want.head
	return prove(sv.ctx, sv.tmp, want)
}
