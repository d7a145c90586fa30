package store

import (
	"context"
	"slices"

	"caseroom/model"
	"caseroom/model/view"
)

// undoOp is one operation as it was done, with what stood there before.
type undoOp struct {
	noun        model.Noun
	id          model.ID
	put, before model.Record
	rev         uint64 // that the record has, as far as this session's own changes know
}

// undoStep is one change of this session that can be taken back.
type undoStep struct {
	change model.ID
	act    model.Act
	refs   []string
	ops    []undoOp
}

const undoDepth = 50

// rememberUndo keeps a change that can be taken back and says so in out. What has
// left the machine, or has handed a key to somebody, cannot be.
func (s *Session) rememberUndo(j *job, out *view.Applied) {
	out.Words = sentence(j.c.Act, out.Refs)
	if j.c.Act.Leaves() || j.c.Act == model.ActUndo || j.c.Act == model.ActPackSign || j.c.Act == model.ActCaseAdd {
		return
	}
	out.Undo = true
	for n := range j.steps {
		o := &j.steps[n]
		o.rev = o.put.Base().Rev
		if paged(o.noun) {
			o.put = nil // a long import's items are not kept in memory: only how they are told
		}
	}
	s.undo = append(s.undo, undoStep{change: j.c.ID, act: j.c.Act, refs: slices.Clone(out.Refs[:min(len(out.Refs), 2)]), ops: j.steps})
	if len(s.undo) > undoDepth {
		s.undo = slices.Delete(s.undo, 0, len(s.undo)-undoDepth)
	}
}

// follow tells the steps that can still be taken back that a record, unchanged since it
// had the revision from, has the revision to: because a later change of it was taken back.
func (s *Session) follow(id model.ID, from, to uint64) {
	for _, step := range s.undo {
		for n := range step.ops {
			if o := &step.ops[n]; o.id == id && o.rev == from {
				o.rev = to
			}
		}
	}
}

// CanUndo says what [Session.Undo] would take back.
func (s *Session) CanUndo() (words string, ok bool) {
	f := s.facts.Load()
	if f == nil || f.undo == "" {
		return "", false
	}
	return f.undo, true
}

// Undo takes back this session's last change that can be taken back. It is a change
// itself: the ledger and the history show both. A step that can never be taken back,
// because somebody has built on it since, is said so once and then forgotten: what came
// before it may still be.
func (s *Session) Undo(ctx context.Context) (view.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return view.Applied{}, lockedError()
	}
	if len(s.undo) == 0 {
		return view.Applied{}, model.Fail(model.NotFound, "there is nothing of this session to take back").
			Do("what was saved earlier is changed by correcting it; opening a case, clearing somebody and what has left the machine cannot be undone")
	}
	last := s.undo[len(s.undo)-1]
	c := &model.Change{Act: model.ActUndo, Undoes: last.change}
	was := map[model.ID]uint64{}
	for _, o := range slices.Backward(last.ops) {
		op := model.Op{Noun: o.noun, ID: o.id, Base: o.rev}
		if o.before != nil {
			op.Put, was[o.id] = o.before, o.before.Base().Rev
		}
		c.Ops = append(c.Ops, op)
	}
	out, err := s.applyLocked(ctx, c)
	if err != nil {
		switch model.KindOf(err) {
		case model.Conflict, model.NotFound, model.Denied:
			s.undo = s.undo[:len(s.undo)-1]
			s.tell()
		}
		return out, err
	}
	s.undo = s.undo[:len(s.undo)-1]
	s.tell()
	for _, o := range c.Ops {
		if o.Put != nil {
			s.follow(o.ID, was[o.ID], o.Put.Base().Rev)
		}
	}
	out.Words = "undid: " + sentence(last.act, last.refs)
	return out, nil
}

// sentence says an act and what it was done to.
func sentence(a model.Act, refs []string) string {
	refs = slices.DeleteFunc(slices.Clone(refs), func(r string) bool { return r == "" })
	switch {
	case len(refs) == 0:
		return a.Words()
	case len(refs) == 1:
		return a.Words() + " " + refs[0]
	case a == model.ActCaseAdd:
		return a.Words() + " " + refs[0]
	}
	return a.Words() + ": " + refs[0] + " and others"
}
