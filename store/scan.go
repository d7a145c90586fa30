package store

import (
	"context"
	"runtime"
	"sync"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
)

// everyCase runs fn over a reader of every case that the member may read, in the order
// of their references, until fn says false.
func (s *Session) everyCase(ctx context.Context, fn func(*reader) (more bool)) error {
	return s.casesThat(ctx, s.caseOrder, fn)
}

// casesThat is everyCase for some cases, in the order in which they are given. Decoding
// is what a scan costs, so a few workers decode ahead while fn works; none of what they
// read is kept: a scan must not push out what the member has open.
func (s *Session) casesThat(ctx context.Context, which func(*bolt.Tx) ([]model.ID, error), fn func(*reader) (more bool)) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		ids, err := which(tx)
		if err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		var done sync.WaitGroup
		defer func() { stop(); done.Wait() }() // the session's state is held still until the last worker is home
		lanes := make([]chan decoded, min(runtime.GOMAXPROCS(0), 4, max(1, len(ids))))
		for n := range lanes {
			lanes[n] = make(chan decoded, 2)
			done.Add(1)
			go func() {
				defer done.Done()
				defer close(lanes[n])
				s.decodeLane(ctx, ids, n, len(lanes), lanes[n])
			}()
		}
		return s.readLanes(ctx, len(ids), lanes, fn)
	})
}

// decoded is one case on its way from a worker.
type decoded struct {
	k   *content
	err error
}

// readLanes takes the cases from the workers in their order.
func (s *Session) readLanes(ctx context.Context, n int, lanes []chan decoded, fn func(*reader) bool) error {
	for i := range n {
		d, ok := <-lanes[i%len(lanes)]
		if !ok || d.err != nil {
			if d.err == nil {
				d.err = ctx.Err()
			}
			return d.err
		}
		if d.k == nil {
			continue
		}
		r := s.reader(d.k)
		if row, ok := r.row(); !ok || !row.Decision.Readable() {
			continue
		}
		s.whose.noteAll(d.k.all(), d.k.rec.ID)
		if !fn(r) {
			return nil
		}
	}
	return ctx.Err()
}

// decodeLane decodes every step-th case from the first, in a read transaction of its
// own: one transaction is not for several goroutines.
func (s *Session) decodeLane(ctx context.Context, ids []model.ID, first, step int, out chan<- decoded) {
	err := guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			for i := first; i < len(ids); i += step {
				k, err := s.readFresh(tx, ids[i])
				if err != nil {
					return err
				}
				select {
				case out <- decoded{k: k}:
				case <-ctx.Done():
					return nil
				}
			}
			return nil
		})
	})
	if err != nil {
		select {
		case out <- decoded{err: err}:
		case <-ctx.Done():
		}
	}
}

// readFresh decodes a case, or gives the cached one, without caching it; nil for one whose
// record is not the member's to read.
func (s *Session) readFresh(tx *bolt.Tx, id model.ID) (k *content, err error) {
	err = s.withHead(tx, id, func(h *caseHead) error {
		if h.rec == nil {
			return nil
		}
		s.cacheMu.Lock()
		k = s.cache.get(id, h.version)
		s.cacheMu.Unlock()
		if k == nil {
			k, err = readContent(tx, h)
		}
		return err
	})
	return k, err
}
