package store

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/index"
	"caseroom/store/seal"
)

// Apply is the one way to write. It checks the rules of the model and the gate, then
// does the whole change in one transaction: sealed values, their history, the ledger's
// leaves and the signed commit. If it fails nothing of it was done. Large files that it
// needs sealed are sealed before it, by parts, between which others are let in.
//
// It fills in what the author cannot know: ids, references, times, the author. Values
// in c are filled in place.
func (s *Session) Apply(ctx context.Context, c *model.Change) (view.Applied, error) {
	if c.Act == model.ActUndo {
		return view.Applied{}, model.Fail(model.Denied, "a change is taken back with undo, not written")
	}
	return s.apply(ctx, c)
}

func (s *Session) apply(ctx context.Context, c *model.Change) (view.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.applyBeside(ctx, c, func() { s.mu.Unlock(); s.mu.Lock() })
}

func (s *Session) applyLocked(ctx context.Context, c *model.Change) (view.Applied, error) {
	return s.applyBeside(ctx, c, func() {})
}

// applyBeside is apply for who holds the lock; pause is called between the parts of what has
// to be done before the change itself, to let others in.
func (s *Session) applyBeside(ctx context.Context, c *model.Change, pause func()) (view.Applied, error) {
	switch {
	case s.closed:
		return view.Applied{}, lockedError()
	case s.opt.ReadOnly:
		return view.Applied{}, model.Fail(model.Disk, "this workspace was opened for reading only").
			Do("open it where it can be written to")
	case ctx.Err() != nil:
		return view.Applied{}, ctx.Err()
	}
	if err := s.checked(c.Act); err != nil {
		return view.Applied{}, err
	}
	if err := s.still(); err != nil {
		return view.Applied{}, err
	}
	c.ID, c.At, c.By = newID(), s.Now(), s.me
	return s.carryOut(ctx, c, pause)
}

// job is one change on its way into the file. What it learns is put into the session
// only after the transaction is safely on the disk.
type job struct {
	s *Session
	c *model.Change
	w *writer

	rooms    []*compartment         // made by this change
	seen     uint64                 // wraps, with those that this change made
	heads    map[model.ID]*caseHead // of the cases that it is about, as they were
	after    map[model.ID]*caseHead // of those that it touched, as it leaves them
	fault    error                  // of a head that could not be read
	touched  map[model.ID]*caseScene
	steps    []undoOp
	sealing  map[model.ID]bool     // cases whose sealing restrictions change
	root     bool                  // members or the profile changed
	feed     chan []index.Document // of an import, while it is written
	ready    chan prepared         // the documents of the change, cut into words
	batch    index.Batch
	indexed  *index.Change
	revoked  map[model.ID][]model.ID // members who lose a case, by case
	rotate   []roomName              // compartments that get a new epoch whatever else is done
	wraps    wrapsByTag              // that wait for members; nil until they are read
	renewals []renewed
	over     *overseen // of a new epoch of the oversight compartment
	viewed   bool      // the directory was written, as it was before
	carry    *carrying
	done     func()
}

func (j *job) run(tx *bolt.Tx) error {
	s := j.s
	j.touched, j.sealing, j.heads = map[model.ID]*caseScene{}, map[model.ID]bool{}, map[model.ID]*caseHead{}
	j.ready, j.batch = nil, index.Batch{}
	if err := j.directory(tx); err != nil {
		return err
	}
	j.w = &writer{tx: tx, header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), j.c.At),
		identity: s.identity, now: j.c.At, change: j.c, sound: s.sound, many: makesMany(j.c), carry: j.carry}
	defer j.fed()
	if err := j.ops(); err != nil {
		return err
	}
	for _, r := range j.c.Reads {
		if err := j.read(r); err != nil {
			return err
		}
	}
	if err := j.noteBackup(); err != nil {
		return err
	}
	if err := j.oversee(); err != nil {
		return err
	}
	for id := range j.sealing {
		if err := j.rehome(id); err != nil {
			return err
		}
	}
	if len(j.carry.needs) > 0 {
		return errCarry
	}
	j.fed()
	if err := j.w.flush(); err != nil {
		return err
	}
	if err := j.dropViews(); err != nil {
		return err
	}
	if err := j.newEpochs(); err != nil {
		return err
	}
	if err := j.renew(); err != nil {
		return err
	}
	if err := j.seeWraps(); err != nil {
		return err
	}
	if j.w.moved {
		h := s.header
		h.Compact = true
		if err := writeHeader(tx, h); err != nil {
			return err
		}
	}
	if j.w.batch.Len() == 0 {
		return model.Fail(model.Invalid, "there is nothing to save")
	}
	if err := j.headsNow(); err != nil {
		return err
	}
	if err := j.index(); err != nil {
		return err
	}
	return j.w.commit()
}

// ops does the operations of the change. Of an import the pages of a case that is through are
// made, and its words are cut, beside the cases that follow.
func (j *job) ops() error {
	from := 0
	for i := range j.c.Ops {
		if err := j.op(&j.c.Ops[i]); err != nil {
			return err
		}
		if !j.w.many {
			continue
		}
		through := i+1 == len(j.c.Ops) || j.c.Ops[i+1].Put.Base().CaseID != j.c.Ops[i].Put.Base().CaseID
		if !through && i+1-from < mostUncut {
			continue
		}
		if err := j.came(j.c.Ops[from : i+1]); err != nil {
			return err
		}
		from = i + 1
		if through {
			if err := j.w.pressShelves(); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostUncut bounds how many items of one case wait to be cut into words.
const mostUncut = 512

// seeWraps notes that the wraps that are there now have been tried. There is one writer,
// and it tried every wrap at unlock: those that came since are its own, for others.
func (j *job) seeWraps() error {
	s, tx := j.s, j.w.tx
	seen := tx.Bucket(bucketWraps).Sequence()
	if seen == s.ring.Seen {
		return nil
	}
	j.seen = seen
	note := *s.ring
	note.Seen, note.Keys = seen, nil
	return note.save(tx, s.header.WS, s.label, j.identity())
}

// op does one operation of the change.
func (j *job) op(o *model.Op) error {
	if o.Put != nil {
		b := o.Put.Base()
		j.w.drawn = ""
		if b.ID == "" {
			b.ID = newID()
			j.w.drawn = b.ID
		}
		o.ID, o.Noun = b.ID, o.Put.Noun()
		if err := o.Put.Validate(); err != nil {
			return err
		}
	}
	switch o.Noun {
	case model.NounMember, model.NounProfile:
		return j.rootOp(o)
	case model.NounKeyslot:
		return j.slotOp(o.Put.(*model.Keyslot))
	case model.NounCase:
		if k, ok := o.Put.(*model.Case); ok && j.c.Act == model.ActCaseAdd && o.Base == 0 {
			h, err := j.know(k.ID)
			if err != nil {
				return err
			}
			if h == nil {
				return j.newCase(o, k)
			}
		}
	}
	return j.caseOp(o)
}

// rootOp writes a record of the workspace itself.
func (j *job) rootOp(o *model.Op) error {
	before, err := j.s.root.get(j.w.tx, o.Noun, o.ID)
	if err != nil {
		return err
	}
	if err := sameBase(o, before); err != nil {
		return err
	}
	j.root = true
	if m, ok := o.Put.(*model.Member); ok {
		if err := j.memberOp(m, before); err != nil {
			return err
		}
	}
	if o.Put == nil {
		return model.Fail(model.Denied, "members and the profile are never deleted").Do("remove the member: caseroom members WORKSPACE remove")
	}
	if o.Noun == model.NounProfile && o.ID != profileID {
		return model.Fail(model.Denied, "a workspace has one profile").Do("change the one that is there")
	}
	j.step(o, before)
	return j.w.put(j.s.root, o.Put, before)
}

// newCase makes the compartment of a case and writes the case into it.
func (j *job) newCase(o *model.Op, k *model.Case) error {
	if err := j.giveCaseRef(k); err != nil {
		return err
	}
	k.CaseID = k.ID
	c := j.carry.compartment(j.s.header.WS, k.ID, nil)
	if err := j.w.openCompartment(c, nil); err != nil {
		return err
	}
	if err := j.keep(c); err != nil {
		return err
	}
	j.touched[k.ID] = &caseScene{}
	j.step(o, nil)
	return j.w.put(c, k, nil)
}

// keep gives the author a row for a compartment that this change makes.
func (j *job) keep(c *compartment) error {
	c.kept = true
	j.rooms = append(j.rooms, c)
	return j.s.rows.put(j.w, c)
}

// identity is the one that the author has after this change.
func (j *job) identity() *seal.Identity {
	if j.s.renewing != nil {
		return j.s.renewing
	}
	return j.s.identity
}

// roomsOf lists the compartments of a case that the author holds, with those that
// this change has made.
func (j *job) roomsOf(caseID model.ID) []*compartment {
	var out []*compartment
	if h, err := j.know(caseID); err != nil {
		j.fault = err
	} else if h != nil {
		out = append(out, h.rooms...)
	}
	for _, c := range j.rooms {
		if c.caseID == caseID {
			out = append(out, c)
		}
	}
	return out
}

// caseOp writes or removes a record of a case, in the home that it then has.
func (j *job) caseOp(o *model.Op) error {
	caseID, before, room, err := j.find(o)
	if err != nil {
		return err
	}
	if err := sameBase(o, before); err != nil {
		return err
	}
	if err := j.checkOp(caseID, o, before); err != nil {
		return err
	}
	scene, err := j.scene(caseID)
	if err != nil {
		return err
	}
	j.step(o, before)
	j.noticeSealing(scene, caseID, o, before)
	j.noteRevoked(caseID, o, before)
	if o.Put == nil {
		if err := j.w.remove(room, before); err != nil || !scene.seals() {
			return err
		}
		return j.settlePastOf(caseID, scene, o.Noun, o.ID, nil)
	}
	if err := j.giveRef(o.Put, before); err != nil {
		return err
	}
	home, err := j.home(caseID, scene, o.Put)
	if err != nil {
		return err
	}
	if room != nil && room != home {
		if err := j.w.move(room, home, o.Noun, o.ID, o.Put); err != nil {
			return err
		}
	}
	keepFormer(o.Put, before)
	if err := j.w.put(home, o.Put, before); err != nil {
		return err
	}
	if i, ok := o.Put.(*model.Information); ok {
		if err := j.bodies(home, i, before); err != nil {
			return err
		}
	}
	if before != nil && o.Noun != model.NounClearance && (room != home || scene.seals()) {
		if err := j.settlePastOf(caseID, scene, o.Noun, o.ID, o.Put); err != nil {
			return err
		}
	}
	return j.grant(caseID, o)
}

// find looks a record up in the compartments that the author holds. What is not
// there, or not theirs to see, is missing.
func (j *job) find(o *model.Op) (caseID model.ID, before model.Record, room *compartment, err error) {
	if o.Put != nil {
		caseID = o.Put.Base().CaseID
	}
	at := caseID
	if at == "" && !j.w.isNew(o.ID) {
		if at, _, err = j.s.caseOf(j.w.tx, o.Noun, o.ID); err != nil {
			return "", nil, nil, err
		}
	}
	h, err := j.know(at)
	if err != nil {
		return "", nil, nil, err
	}
	if h != nil && !j.w.isNew(o.ID) {
		for _, c := range h.rooms {
			if before, err = c.get(j.w.tx, o.Noun, o.ID); err != nil {
				return "", nil, nil, err
			}
			if before != nil {
				return at, before, c, nil
			}
		}
	}
	for _, c := range j.rooms {
		if j.w.isNew(o.ID) {
			break
		}
		if before, err = c.get(j.w.tx, o.Noun, o.ID); err != nil || before != nil {
			return c.caseID, before, c, err
		}
	}
	if caseID == "" || len(j.roomsOf(caseID)) == 0 || o.Base > 0 {
		return "", nil, nil, model.Missing(string(o.ID))
	}
	if h != nil && h.rec == nil {
		return "", nil, nil, model.Missing(string(caseID)) // its record is need-to-know, and not for this member
	}
	return caseID, nil, nil, nil
}

// sameBase refuses to overwrite what the author has not seen.
func sameBase(o *model.Op, before model.Record) error {
	have := uint64(0)
	if before != nil {
		have = before.Base().Rev
	}
	switch {
	case o.Base == have:
		return nil
	case o.Base == 0:
		return model.Fail(model.Conflict, "this is already there").Do("open it and change it instead")
	case have == 0:
		return model.Fail(model.Conflict, "this was taken away since you opened it").Do("look at the history of the case")
	}
	return model.Fail(model.Conflict, "this was changed since you opened it").
		Do("look at what it says now, then make your change again")
}

func (j *job) step(o *model.Op, before model.Record) {
	j.steps = append(j.steps, undoOp{noun: o.Noun, id: o.ID, put: o.Put, before: before})
}

// settle brings the session up to date after the transaction is on the disk.
func (j *job) settle() (view.Applied, error) {
	s, was := j.s, j.s.tail.Head.Leaves
	s.tail = j.w.tail
	if j.indexed != nil && j.indexed.Commit() != nil {
		s.finder.current, s.finder.ix = false, nil // made anew when something is looked for
	}
	s.foldFull()
	s.imported = s.imported || j.w.many
	s.header.Compact = s.header.Compact || j.w.moved
	s.ring.Seen = max(s.ring.Seen, j.seen)
	for tag := range j.w.folding.due {
		s.folding.add(tag)
	}
	j.takeRenewals()
	if j.over != nil {
		s.root.over = j.over
	}
	s.forgetUndo(j.revoked)
	out := view.Applied{Change: j.c.ID, Act: j.c.Act}
	for id := range j.touched {
		out.Cases = append(out.Cases, id)
	}
	err := guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			if j.root {
				if err := s.loadWorkspace(tx); err != nil {
					return err
				}
			}
			return j.list(tx, was)
		})
	})
	for _, o := range j.c.Ops {
		if o.Put != nil {
			s.whose.note(o.ID, o.Put.Base().CaseID)
			out.IDs, out.Refs = append(out.IDs, o.ID), append(out.Refs, o.Put.Base().Ref)
		}
	}
	if j.done != nil {
		j.done()
	}
	s.rememberUndo(j, &out)
	s.tell()
	if err != nil {
		err = model.Fail(model.Failed, "the change is saved, but the workspace could not be read again").
			Do("lock it and unlock it again").Because(err)
	}
	return out, err
}

// newCompartment draws a compartment for a case.
func newCompartment(ws workspaceID, caseID model.ID) *compartment {
	return &compartment{tag: newTag(), key: newKey(), epoch: 1, caseID: caseID, ws: ws}
}
