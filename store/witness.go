package store

import (
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// A whole file that was put back to an older state of itself is sound: only who saw a
// later state can tell. This device remembers the head of what it opened and closed,
// path by path.

// head is the state of the ledger that a note tells of; the zero value for none.
func (n deviceNote) head() ledger.Head {
	sum, err := hex.DecodeString(n.Root)
	if err != nil || len(sum) != 32 {
		return ledger.Head{}
	}
	return ledger.Head{Leaves: n.Leaves, Sum: [32]byte(sum)}
}

// seenAs puts a head into a note.
func (n deviceNote) seenAs(path string, ws workspaceID, h ledger.Head) deviceNote {
	n.Path, n.WS, n.Leaves, n.Root = path, hex.EncodeToString(ws[:]), h.Leaves, hex.EncodeToString(h.Sum[:])
	return n
}

// expected is the head that this device saw at the file's path; none: the zero value.
func (v *Vault) expected() ledger.Head {
	n := v.state.read(v.path)
	if n.WS != hex.EncodeToString(v.header.WS[:]) {
		return ledger.Head{}
	}
	return n.head()
}

// witnessed holds the file against what this device saw at its path. An older state, or
// one that went another way, is somebody's doing.
func (v *Vault) witnessed() error {
	seen := v.expected()
	if seen.Leaves == 0 {
		return nil
	}
	kind, tail, err := v.compare(seen)
	if err != nil || kind == ledger.Consistent {
		return err
	}
	say := fmt.Sprintf("this workspace is older than when this device had it open last: it has %s, then it had %d",
		entries(tail.Head.Leaves), seen.Leaves)
	if kind == ledger.Forked {
		say = "this is not the workspace that this device had open here last: another copy of it, in which other things were done since, stands in its place"
	}
	return model.Fail(model.Corrupt, "%s", say).
		Do("if nobody put it there on purpose, find the later file; to go on with this one say so: caseroom restore %s %s --force", v.path, v.path)
}

func entries(n uint64) string { return number(n, "entry", "entries") + " in its ledger" }

// number says a number of things.
func number(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// compare asks the file's own ledger whether it once had a head.
func (v *Vault) compare(seen ledger.Head) (kind ledger.Kind, tail ledger.Tail, err error) {
	err = guard(func() error {
		return v.db.View(func(tx *bolt.Tx) (err error) {
			kind, tail, err = relation(tx, seen)
			return err
		})
	})
	return kind, tail, err
}

func relation(tx *bolt.Tx, seen ledger.Head) (ledger.Kind, ledger.Tail, error) {
	tail, err := readTail(tx)
	if err != nil {
		return "", tail, err
	}
	kind, err := tail.Witness(seen, logOf{tx})
	if err != nil {
		err = model.Fail(model.Corrupt, "the ledger of this workspace is damaged").Do("run caseroom verify, and restore a backup").Because(err)
	}
	return kind, tail, err
}

// elsewhere tells of states of the same workspace that this device saw at other paths,
// if this copy has not got them.
func (v *Vault) elsewhere() (notices []string) {
	for _, n := range v.state.all() {
		if n.WS != hex.EncodeToString(v.header.WS[:]) || n.Path == v.path || n.Leaves == 0 {
			continue
		}
		kind, tail, err := v.compare(n.head())
		if err != nil {
			return notices // verify says what is wrong
		}
		where := n.Path
		if _, err := os.Stat(n.Path); err != nil {
			where += ", where it is not now"
		}
		switch kind {
		case ledger.RolledBack:
			notices = append(notices, fmt.Sprintf("this copy is older than another of this workspace, which was open here on %s (%s): it has %s, the other %d",
				when(n.At), where, entries(tail.Head.Leaves), n.Leaves))
		case ledger.Forked:
			notices = append(notices, fmt.Sprintf("another copy of this workspace, which was open here on %s (%s), went another way: each has changes that the other has not",
				when(n.At), where))
		}
	}
	if n := v.state.read(v.path); n.WS != "" && n.WS != hex.EncodeToString(v.header.WS[:]) {
		notices = append(notices, "another workspace was at this place when something was opened here last")
	}
	slices.Sort(notices)
	return notices
}

// everSeen says whether this device remembers any state of the workspace.
func (v *Vault) everSeen() bool {
	return slices.ContainsFunc(v.state.all(), func(n deviceNote) bool {
		return n.WS == hex.EncodeToString(v.header.WS[:]) && n.Leaves > 0
	})
}

// Notices tells of what is no damage and should be known before somebody works in this
// file: that a later state of it, or one that went another way, was open on this device at
// another place; that the last save may be lost; that the clock stands before the ledger's
// last entry.
func (v *Vault) Notices() []string {
	if v.wreck != nil {
		return nil // what is wrong with a damaged file is told otherwise
	}
	out := v.elsewhere()
	if !bothHeads(v.path) {
		out = append(out, lastSaveLost+". Look whether your latest work is there, and make a backup")
	}
	if last, now := v.lastEntry(), v.opt.clock()(); now.Before(last.Add(-clockBack)) {
		out = append(out, fmt.Sprintf("the clock of this computer says %s, and the last entry of the ledger was made on %s: set the clock right before you work", when(now), when(last)))
	}
	return out
}

// lastSaveLost is said where one of the two pages is bad that say where the file's newest
// state begins: what opens then may be the state before it.
const lastSaveLost = "the last save may be lost: one of the two places that say where the newest state of this file begins is damaged"

// clockBack is how far a clock may stand before the last entry.
const clockBack = 2 * time.Minute

// lastEntry is when the last commit was made; the zero time where it cannot be read.
func (v *Vault) lastEntry() (at time.Time) {
	_ = guard(func() error {
		return v.db.View(func(tx *bolt.Tx) error {
			_, row := tx.Bucket(bucketCommits).Cursor().Last()
			c, err := ledger.ParseCommit(row)
			if err == nil {
				at = c.When()
			}
			return err
		})
	})
	return at
}

// Head gives the head of the ledger in eight words, as the minutes have them; empty where
// it cannot be read. Nothing is checked.
func (v *Vault) Head() (words string) {
	_ = guard(func() error {
		return v.db.View(func(tx *bolt.Tx) error {
			tail, err := readTail(tx)
			if err == nil {
				words = tail.Head.Words(seal.Word)
			}
			return err
		})
	})
	return words
}

// Head gives the head of the ledger as it is now, in eight words for the minutes.
func (s *Session) Head() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tail.Head.Words(seal.Word)
}

// remember notes on this device that the workspace was seen, and as what. The caller
// holds the session, or has given it up in order.
func (s *Session) remember(closed bool, checked time.Time) {
	if s.wreck != nil {
		return // what is seen in a damaged file is no witness
	}
	n := deviceNote{Label: s.label, At: s.Now(), Clean: closed}.seenAs(s.path, s.header.WS, s.tail.Head)
	if n.Checked = checked; checked.IsZero() {
		n.Checked = s.state.read(s.path).Checked
	}
	if closed {
		n.File = printOf(s.path)
	}
	s.state.write(s.path, n)
}

// when is a moment as messages say it.
func when(t time.Time) string { return t.In(london()).Format("2 January 2006 at 15:04") }
