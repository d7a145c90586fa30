package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// RestoreOptions says how to restore.
type RestoreOptions struct {
	OpenOptions
	Force    bool                    // replace what is at the destination
	Discard  bool                    // and do not keep it beside
	Heads    []string                // heads that somebody wrote down: eight words each
	Progress func(done, total int64) // bytes; may be nil
}

// Restored tells of a restored workspace.
type Restored struct {
	Copied
	Kept    string   // what was replaced is there now; empty if nothing was or it was discarded
	InPlace bool     // the file was taken as it stands
	Behind  []string // how it stands to every witness, one sentence each
}

// beforeRestore names the file that a restored one took the place of.
const beforeRestore = ".before-restore"

// Restore puts a copy of a workspace, such as a backup, where it is worked in. It checks
// the whole of it first and refuses one that is damaged; it replaces nothing without Force,
// and then keeps what it replaces beside it. It says how far the copy is behind what this
// device saw at the destination, behind what is there, and behind heads that were written
// down. From then on the restored state is the one that this device expects there. Source
// and destination may be one file: then that is taken as it stands. The ledger says so when
// somebody next opens it who may write that: to restore takes no key, and so nobody's
// signature is there. Who writes to the file by hand could take the mark away.
func Restore(ctx context.Context, src, dest string, o RestoreOptions) (out Restored, err error) {
	in := o.OpenOptions
	in.ReadOnly = true
	from, err := Open(src, in)
	if err != nil {
		return out, pointToSalvage(err, src)
	}
	defer from.Close()
	rep, _, err := examine(from.db, from.header, examination{ctx: ctx})
	if err == nil && !rep.OK() {
		err = model.Fail(model.Corrupt, "%s is damaged and is not restored: %s", src, rep.Problems[0])
	}
	if err != nil {
		return out, pointToSalvage(err, src)
	}
	r := restoring{o: o, from: from, top: rep.top, dest: dest}
	if r.heads, err = parseHeads(o.Heads); err != nil {
		return out, err
	}
	if sameFile(src, dest) {
		return r.accept(rep)
	}
	return r.run(ctx)
}

// pointToSalvage says what can be done with a damaged file.
func pointToSalvage(err error, path string) error {
	var e *model.Error
	if errors.As(err, &e) && e.Kind == model.Corrupt {
		out := *e
		return out.Do("restore another copy, or save what can be saved: caseroom verify %s --salvage NEW.caseroom", path)
	}
	return err
}

type restoring struct {
	o     RestoreOptions
	from  *Vault
	top   ledger.Head // of the copy
	heads [][8]byte
	dest  string
	to    string
	words []string
}

// accept takes the file for the restored one as it stands where it is.
func (r *restoring) accept(rep Report) (out Restored, err error) {
	if !r.o.Force {
		return out, model.Fail(model.Denied, "%s is the workspace itself", r.dest).
			Do("to take it as it stands, although this device saw another state of it there, say --force")
	}
	r.to = r.from.path
	if err := r.compare(nil); err != nil {
		return out, err
	}
	err = diskOr(cmp.Or(r.from.Close(), markRestored(r.to)), "the workspace cannot be marked as restored")
	if err != nil && model.KindOf(err) != model.Disk { // where nothing can be written, nobody goes on from it either
		return out, err
	}
	fi, err := os.Stat(r.to)
	if err != nil {
		return out, diskError(err, "the workspace cannot be looked at")
	}
	r.note()
	return Restored{Copied: Copied{Path: r.to, Size: fi.Size(), Values: rep.Values, Leaves: rep.Leaves, Head: rep.Head},
		InPlace: true, Behind: r.words}, nil
}

func (r *restoring) run(ctx context.Context) (out Restored, err error) {
	if r.to, err = newPlace(r.dest, "the restored workspace", r.o.Force); err != nil {
		return out, err
	}
	there, err := r.there()
	if err != nil {
		return out, err
	}
	err = r.compare(there)
	if there != nil {
		there.Close()
	}
	if err != nil {
		return out, err
	}
	tmp, drop, err := beside(r.to)
	if err != nil {
		return out, diskError(err, "the workspace cannot be restored there")
	}
	defer drop()
	if out.Copied, err = r.copy(ctx, tmp); err != nil {
		return Restored{}, diskOr(named(ctx, err), "the workspace could not be restored")
	}
	if out.Kept, err = r.setAside(); err != nil {
		return Restored{}, diskError(err, "what is at "+r.dest+" could not be kept")
	}
	if err := settle(tmp, r.to, r.o.Force); err != nil {
		return Restored{}, diskError(err, "the restored workspace could not be given its name")
	}
	out.Path, out.Behind = r.to, r.words
	r.note()
	return out, nil
}

// there opens what is at the destination, if it is a workspace that can be opened; nil
// where there is none, or a damaged one. One that is in use is not replaced.
func (r *restoring) there() (*Vault, error) {
	if _, err := os.Stat(r.to); err != nil {
		return nil, nil
	}
	o := r.o.OpenOptions
	o.ReadOnly = true
	v, err := Open(r.to, o)
	switch model.KindOf(err) {
	case model.Busy, model.Disk:
		return nil, err
	}
	if err != nil {
		r.words = append(r.words, "what is at "+r.dest+" now cannot be compared with it: "+say(err))
		return nil, nil
	}
	return v, nil
}

// say is an error without its advice.
func say(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Say
	}
	return err.Error()
}

// copy makes the copy and proves it.
func (r *restoring) copy(ctx context.Context, tmp string) (Copied, error) {
	want := expectedCopy{head: r.top}
	err := guard(func() error {
		return r.from.db.View(func(tx *bolt.Tx) (err error) {
			total := tx.Size()
			want.values, err = copyInto(ctx, tx, tmp, func(done int64) {
				if r.o.Progress != nil {
					r.o.Progress(min(done, total), total)
				}
			})
			return err
		})
	})
	if err == nil {
		err = markRestored(tmp)
	}
	if err != nil {
		return Copied{}, err
	}
	return prove(ctx, tmp, want)
}

// markRestored notes in a file that it was restored.
func markRestored(path string) error {
	db, err := openBolt(path, false)
	if err != nil {
		return err
	}
	defer db.Close()
	return guard(func() error {
		return db.Update(func(tx *bolt.Tx) error {
			h, err := readHeader(tx)
			if err != nil {
				return err
			}
			h.Restored = true
			if err := writeHeader(tx, h); err != nil || h.Format != format {
				return err
			}
			return restamp(tx)
		})
	})
}

// sayRestored writes into the ledger that the workspace was restored, if that is to be
// said and the member may write it. It waits for nobody: it is tried again the next time.
func (s *Session) sayRestored() {
	if !s.header.Restored || s.opt.ReadOnly || !s.self().Role.May(model.RightEnrol) || s.sound.found() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var w *writer
	err := s.update(func(tx *bolt.Tx) error {
		w = s.housekeeping(tx, model.ActRestore)
		w.header.Restored = false
		if err := w.note(s.root, ledger.OpRestore, detail{Noun: model.NounProfile, ID: profileID}); err != nil {
			return err
		}
		if err := writeHeader(tx, w.header); err != nil {
			return err
		}
		return w.commit()
	})
	if err == nil {
		s.tail, s.header = w.tail, w.header
	}
}

// setAside keeps what is at the destination under a second name. There is no moment at
// which nothing has the workspace's own, where the disk knows links.
func (r *restoring) setAside() (string, error) {
	if _, err := os.Stat(r.to); err != nil || r.o.Discard {
		return "", nil
	}
	kept := r.to + beforeRestore
	for n := 2; ; n++ {
		if _, err := os.Lstat(kept); errors.Is(err, os.ErrNotExist) {
			break
		}
		kept = fmt.Sprintf("%s%s-%d", r.to, beforeRestore, n)
	}
	if os.Link(r.to, kept) == nil {
		return kept, syncDir(kept)
	}
	if err := renameOver(r.to, kept); err != nil {
		return "", err
	}
	return kept, syncDir(kept)
}

// note makes the restored state the one that this device expects at the destination.
func (r *restoring) note() {
	n := deviceNote{At: r.o.clock()(), Clean: false}.seenAs(r.to, r.from.header.WS, r.top)
	n.Label = r.from.state.read(r.to).Label
	r.from.state.write(r.to, n)
}

// compare says how the copy stands to every witness of a later state.
func (r *restoring) compare(there *Vault) error {
	return guard(func() error {
		return r.from.db.View(func(tx *bolt.Tx) error {
			if r.from.header.Format == oldFormat {
				r.words = append(r.words, "it is of format 0, an earlier version's: it is not compared with what was seen, and moved over when a manager next opens it")
				return nil
			}
			at := lastTime(tx)
			r.words = append(r.words, fmt.Sprintf("it is of %s, with %s", when(at), entries(r.top.Leaves)))
			if there != nil {
				if err := r.withThere(tx, there); err != nil {
					return err
				}
			}
			if err := r.withDevice(tx); err != nil {
				return err
			}
			for _, h := range r.heads {
				r.withHead(tx, h)
			}
			return nil
		})
	})
}

// withThere compares it with the workspace at the destination.
func (r *restoring) withThere(tx *bolt.Tx, there *Vault) error {
	if there.header.WS != r.from.header.WS {
		r.words = append(r.words, "at "+r.dest+" there is another workspace")
		return nil
	}
	if there.header.Format == oldFormat {
		return nil
	}
	var now ledger.Tail
	var at time.Time
	var kind ledger.Kind
	err := guard(func() error {
		return there.db.View(func(other *bolt.Tx) (err error) {
			at = lastTime(other)
			if now, err = readTail(other); err != nil || now.Head.Leaves < r.top.Leaves {
				return err
			}
			kind, err = now.Witness(r.top, logOf{other})
			return err
		})
	})
	if err != nil {
		r.words = append(r.words, "what is at "+r.dest+" now is damaged and cannot be compared with it")
		return nil
	}
	if now.Head.Leaves < r.top.Leaves {
		if kind, _, err = relation(tx, now.Head); err != nil {
			return err
		}
	}
	r.words = append(r.words, difference("what is at "+r.dest+" now", kind, r.top.Leaves, now.Head.Leaves, at))
	return nil
}

// withDevice compares it with what this device saw at the destination.
func (r *restoring) withDevice(tx *bolt.Tx) error {
	n := r.from.state.read(r.to)
	ws := r.from.header.WS
	switch {
	case n.WS == "":
		r.words = append(r.words, "this device remembers nothing of "+r.dest)
		return nil
	case n.WS != hex.EncodeToString(ws[:]):
		return nil
	}
	kind, _, err := relation(tx, n.head())
	if err != nil {
		return err
	}
	r.words = append(r.words, difference("what this device saw at "+r.dest+" last", kind, r.top.Leaves, n.Leaves, n.At))
	return nil
}

// difference says how a copy of so many leaves stands to another state.
func difference(what string, kind ledger.Kind, mine, other uint64, at time.Time) string {
	switch {
	case kind == ledger.Forked:
		return fmt.Sprintf("%s (%s) went another way: each has changes that the other has not", what, when(at))
	case mine < other:
		return fmt.Sprintf("it is behind %s by %s of the ledger (%s): what was done since is not in it", what, number(other-mine, "entry", "entries"), when(at))
	case mine > other:
		return fmt.Sprintf("it is ahead of %s by %s", what, number(mine-other, "entry", "entries"))
	}
	return "it is the same as " + what
}

// withHead looks for a head that somebody wrote down among the states that the copy had.
func (r *restoring) withHead(tx *bolt.Tx, words [8]byte) {
	c := checker{tx: tx, rep: &Report{}}
	h, last, ok := ledger.FindHead(c.rows(bucketLeaves), func(h ledger.Head, _ ledger.Leaf) bool { return [8]byte(h.Sum[:8]) == words })
	said := ledger.Head{Sum: [32]byte(append(words[:], make([]byte, 24)...))}.Words(seal.Word)
	switch {
	case !ok:
		r.words = append(r.words, fmt.Sprintf("it never had the head %q: it is older than that, or went another way", said))
	case h == r.top:
		r.words = append(r.words, fmt.Sprintf("its head is %q, as was written down", said))
	default:
		r.words = append(r.words, fmt.Sprintf("it had the head %q on %s and is ahead of that by %s", said, when(last.When()), number(r.top.Leaves-h.Leaves, "entry", "entries")))
	}
}

// lastTime is when the last entry of the ledger was made.
func lastTime(tx *bolt.Tx) time.Time {
	k, v := tx.Bucket(bucketLeaves).Cursor().Last()
	l, _, err := ledger.ParseRow(beUint(k), v)
	if err != nil {
		return time.Time{}
	}
	return l.When()
}

// parseHeads reads heads as they are written down.
func parseHeads(texts []string) (out [][8]byte, err error) {
	for _, t := range texts {
		words := strings.Fields(strings.ToLower(t))
		var h [8]byte
		ok := len(words) == len(h)
		for n := 0; ok && n < len(h); n++ {
			h[n], ok = wordByte(words[n])
		}
		if !ok {
			return nil, model.Fail(model.Invalid, "%q is not a head of a ledger", t).Do("give the eight words as they were written down").On("head")
		}
		out = append(out, h)
	}
	return out, nil
}

// wordByte reads back one of the words that heads are said in.
func wordByte(word string) (byte, bool) {
	for b := range 256 {
		if strings.EqualFold(seal.Word(byte(b)), word) {
			return byte(b), true
		}
	}
	return 0, false
}
