package ptytest

import (
	"io"
	"sync"
)

// outbox carries what is typed and answered to the program in order, on a
// goroutine of its own: a program that has stopped reading must stop neither
// the test nor the screen.
type outbox struct {
	mu     sync.Mutex
	ready  *sync.Cond
	queue  []byte
	closed bool
}

func newOutbox(w io.Writer) *outbox {
	o := &outbox{}
	o.ready = sync.NewCond(&o.mu)
	go o.run(w)
	return o
}

func (o *outbox) send(p []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, p...)
	o.ready.Signal()
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.ready.Signal()
}

func (o *outbox) run(w io.Writer) {
	for {
		o.mu.Lock()
		for len(o.queue) == 0 && !o.closed {
			o.ready.Wait()
		}
		next, closed := o.queue, o.closed
		o.queue = nil
		o.mu.Unlock()
		if closed {
			return
		}
		if _, err := w.Write(next); err != nil {
			return // the program has gone; Wait and WaitFor tell the test
		}
	}
}
