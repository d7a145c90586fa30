package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
)

// A large body does not go into the file with the change that needs it there, but before
// it, by parts, each a transaction of its own. Until then a mark lies beside its pieces
// (unfinished.go). The change itself only takes the mark away: so a body is there with its
// item, or not at all. It is the same where a body is sealed anew for other members.

// errCarry ends a try at a change that needs bodies brought somewhere first.
var errCarry = errors.New("bodies have to be brought first")

// carriage is a body that has to be brought somewhere.
type carriage struct {
	id   model.ID
	from *compartment // nil: from a file
	to   *compartment
	file *staged
}

// carrying is what a change knows of bodies, over all tries at it.
type carrying struct {
	stands map[bodyName]bool       // brought by it, and whole
	made   map[string]*compartment // compartments that it makes: the same at every try, because bodies go there first
	needs  []carriage              // of this try
	held   int                     // bytes of bodies that this try seals itself
	most   int                     // that one transaction may seal
}

// room says whether so many bytes more may be sealed within the change itself.
func (c *carrying) room(size int) bool {
	if c.held+size > c.most {
		return false
	}
	c.held += size
	return true
}

// compartment draws one for a home in a case.
func (c *carrying) compartment(ws workspaceID, caseID model.ID, home []model.ID) *compartment {
	if c == nil {
		return newCompartment(ws, caseID)
	}
	name := string(caseID) + " " + homeName(home)
	drawn := c.made[name]
	if drawn == nil {
		drawn = newCompartment(ws, caseID)
		c.made[name] = drawn
	}
	return &compartment{tag: drawn.tag, key: drawn.key, epoch: drawn.epoch, caseID: caseID, ws: ws, drawn: true}
}

// mostTries bounds how often a change begins again because others change what it is about,
// while bodies are brought for it.
const mostTries = 8

// carryOut makes a change, as often as it takes until all bodies are where it needs them.
func (s *Session) carryOut(ctx context.Context, c *model.Change, pause func()) (view.Applied, error) {
	car := &carrying{stands: map[bodyName]bool{}, made: map[string]*compartment{}, most: s.mostBytes()}
	for range mostTries {
		if s.closed {
			return view.Applied{}, lockedError()
		}
		if err := s.mayApply(c); err != nil {
			s.giveUpBodies(car, false)
			return view.Applied{}, err
		}
		car.needs, car.held = nil, 0
		job := &job{s: s, c: c, rotate: s.rotating, carry: car}
		err := s.update(job.run)
		if err == nil {
			for _, c := range job.rooms {
				c.drawn = false
			}
			out, err := job.settle()
			s.giveUpBodies(car, true) // what another try wanted, and this one did not
			return out, err
		}
		job.undone()
		if errors.Is(err, errCarry) {
			err = s.bring(ctx, car, pause)
		}
		if err != nil {
			s.giveUpBodies(car, false)
			return view.Applied{}, diskError(err, "the change could not be saved")
		}
	}
	s.giveUpBodies(car, false)
	return view.Applied{}, model.Fail(model.Conflict, "what this change is about was changed again and again while the files were being sealed").
		Do("do it again when nothing else is at work on this case")
}

// bring puts the bodies that a try needed where it needed them.
func (s *Session) bring(ctx context.Context, car *carrying, pause func()) error {
	for _, n := range car.needs {
		if s.closed {
			return lockedError()
		}
		name, err := n.to.bodyName(n.id)
		if err != nil {
			return err
		}
		if car.stands[name] {
			continue
		}
		if s.carried[name] {
			return model.Fail(model.Conflict, "the same file is being sealed by another change at this moment").Do("do it again when that is done").On("attach")
		}
		car.stands[name] = true // or is on its way there: it is given up with the others
		s.carried[name] = true
		if err := s.bringOne(ctx, n, name, pause); err != nil {
			return err
		}
	}
	return nil
}

// bringOne brings one body, by parts, between which others are let in.
func (s *Session) bringOne(ctx context.Context, n carriage, name bodyName, pause func()) error {
	b := &bringing{s: s, carriage: n, name: name, dest: n.to.roomName()}
	if n.from != nil {
		b.src = n.from.roomName()
	}
	if n.file != nil {
		f, err := n.file.open()
		if err != nil {
			return err
		}
		defer f.Close()
		b.in, b.sum = f, sha256.New()
	}
	for !b.end {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.closed:
			return lockedError()
		case s.sound.found() != nil:
			return s.sound.found()
		}
		if err := s.update(b.slice); err != nil {
			return err
		}
		if b.w.batch.Len() > 0 {
			s.tail = b.w.tail
		}
		pause()
	}
	return nil
}

// bringing is a body on its way.
type bringing struct {
	carriage
	s         *Session
	name      bodyName
	src, dest roomName // found anew for each slice: another epoch may have begun
	in        io.Reader
	sum       hash.Hash
	size      int64
	no        uint64
	end       bool
	w         *writer
}

// slice is one transaction of it. The first begins with the mark.
func (b *bringing) slice(tx *bolt.Tx) error {
	s := b.s
	to, err := b.room(tx, b.dest, b.to)
	if err != nil {
		return err
	}
	b.w = s.housekeeping(tx, model.ActRotate)
	b.w.sound = s.sound // what is sealed here is somebody's words
	if b.no == 0 {
		if b.end, err = b.brought(tx); err != nil || b.end {
			return err
		}
		if err := b.w.clearBody(b.name); err != nil {
			return err
		}
		if err := b.w.markBody(to, b.name); err != nil {
			return err
		}
	}
	for held := 0; held < s.mostBytes() && !b.end; {
		part, err := b.next(tx)
		if err != nil {
			return err
		}
		if len(part) == 0 {
			b.end = true
			break
		}
		if err := b.w.putChunk(to, b.id, b.no, part); err != nil {
			return err
		}
		b.no, held = b.no+1, held+len(part)
	}
	if b.w.batch.Len() == 0 {
		return nil
	}
	return b.w.commit()
}

// brought says whether another change brought it meanwhile, and it is that one's: then it is
// gone from where it was. While it is still there, what lies under its name is nobody's: it
// was left by a try before, or somebody put it there, and is not taken for the whole.
func (b *bringing) brought(tx *bolt.Tx) (bool, error) {
	if b.from == nil {
		return tx.Bucket(bucketBodies).Get(b.name.mark()) == nil && bodySize(tx, b.name) > 0, nil
	}
	from, err := b.room(tx, b.src, b.from)
	if err != nil {
		return false, err
	}
	was, err := from.bodyName(b.id)
	return err == nil && bodySize(tx, was) == 0, err
}

// room finds a compartment as it is now; one that the change will only make is as it was
// drawn.
func (b *bringing) room(tx *bolt.Tx, name roomName, drawn *compartment) (*compartment, error) {
	c, err := b.s.roomNamed(tx, name)
	if err != nil || c != nil {
		return c, err
	}
	if drawn.drawn {
		return drawn, nil
	}
	return nil, model.Missing(string(name.caseID))
}

// next gives the next piece; none at the end.
func (b *bringing) next(tx *bolt.Tx) ([]byte, error) {
	if b.file == nil {
		from, err := b.room(tx, b.src, b.from)
		if err != nil {
			return nil, err
		}
		return from.piece(tx, b.id, b.no)
	}
	part := make([]byte, chunkSize)
	n, err := io.ReadFull(b.in, part)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, diskError(err, "the file cannot be read")
	}
	b.sum.Write(part[:n])
	b.size += int64(n)
	if b.size > b.file.info.Size || n == 0 && (b.size != b.file.info.Size || hex.EncodeToString(b.sum.Sum(nil)) != b.file.info.SHA256) {
		return nil, model.Fail(model.Conflict, "the file %s was changed while it was being attached", b.file.info.Name).Do("nothing was saved; attach it again").On("attach")
	}
	b.file.tell(b.file.info.Size + b.size)
	return part[:n], nil
}

// open reads the file once more.
func (st *staged) open() (io.ReadCloser, error) {
	if st.body != nil {
		return io.NopCloser(bytes.NewReader(st.body)), nil
	}
	f, err := os.Open(st.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, model.Fail(model.NotFound, "the file %s cannot be attached: it is not there any more", st.info.Name).Do("attach it again").On("attach").Because(err)
	}
	return f, diskOr(err, "the file cannot be read")
}

// mostBytes is how many bytes of bodies one transaction seals.
func (s *Session) mostBytes() int {
	if s.sliceOf > 0 {
		return s.sliceOf * chunkSize
	}
	return sliceBytes
}

// giveUpBodies takes away what was brought and is not needed. What cannot be taken away now
// is when the workspace is closed, or next opened. kept says that somebody may have been kept
// from it meanwhile, who holds the key under which it was sealed: then the file is to be made
// compact.
func (s *Session) giveUpBodies(car *carrying, kept bool) {
	for name := range car.stands {
		delete(s.carried, name)
	}
	for more, err := len(car.stands) > 0 && !s.closed, error(nil); more && err == nil; {
		more, err = s.sweepSome(func(name bodyName) bool { return car.stands[name] }, kept)
	}
}
