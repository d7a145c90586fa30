package kit

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// OwnerID names a live screen. The App gives one to each screen that it opens.
type OwnerID uint64

// Ticket says who asked for a piece of work. Slot is the owner's own name for the purpose: a newer piece of work in
// the same slot makes the older one stale. Gen 0 never goes stale: writes have it.
type Ticket struct {
	Owner OwnerID
	Slot  string
	Gen   uint64
}

// Result is the outcome of a piece of work. The App gives it to its owner, hidden or not, and drops it when its ticket
// is stale.
type Result struct {
	Ticket Ticket
	Body   tea.Msg // what the work returned; nil when it failed
	Err    error
	News   *Changed // set when a write changed the record
}

// Progress tells how far a long job is. Next must be run by whoever handles the message (the App does), or no further
// progress and no result will come.
type Progress struct {
	Ticket Ticket
	Done   int
	Total  int // 0 when it is not known
	Words  string
	Next   tea.Cmd
}

// ErrClosed is the error of work that was asked for after the program began to close.
var ErrClosed = errors.New("the workspace is closing: this was not done")

// progressEvery is the shortest time between two Progress messages of one job.
const progressEvery = 100 * time.Millisecond

// Tasks runs what may not run on the event loop. Its methods return at once and may be called from the loop only; the
// work itself runs elsewhere and must not touch a screen.
type Tasks struct {
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	jobs   sync.WaitGroup // of Long

	mu     sync.Mutex
	gens   map[Ticket]uint64             // by ticket with Gen 0
	stops  map[Ticket]context.CancelFunc // of the newest work in each slot
	queue  []func()                      // writes not begun; it grows, so that the loop never waits
	active bool                          // the one writer runs
	closed bool
	writes int                           // asked for and not finished
	long   map[Ticket]context.CancelFunc // jobs that run
}

// NewTasks makes an idle Tasks. Call Close when the program ends.
func NewTasks() *Tasks {
	ctx, cancel := context.WithCancel(context.Background())
	return &Tasks{ctx: ctx, cancel: cancel, gens: map[Ticket]uint64{}, stops: map[Ticket]context.CancelFunc{}, long: map[Ticket]context.CancelFunc{}}
}

// begin takes the slot over: what ran there is told to stop, and its answer will be dropped.
func (t *Tasks) begin(owner OwnerID, slot string) (Ticket, context.Context, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slotKey := Ticket{Owner: owner, Slot: slot}
	if stop := t.stops[slotKey]; stop != nil {
		stop()
	}
	t.gens[slotKey]++
	ctx, stop := context.WithCancel(t.ctx)
	t.stops[slotKey] = stop
	k := slotKey
	k.Gen = t.gens[slotKey]
	return k, ctx, !t.closed
}

// Read runs fn beside the loop. A newer Read in the same slot cancels it, and so does the end of the program.
func (t *Tasks) Read(owner OwnerID, slot string, fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	return t.ReadAfter(0, owner, slot, fn)
}

// ReadAfter is Read after a pause: for searching as one types. Work that is overtaken during the pause never begins.
func (t *Tasks) ReadAfter(pause time.Duration, owner OwnerID, slot string, fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	k, ctx, open := t.begin(owner, slot)
	return func() tea.Msg {
		if !open {
			return Result{Ticket: k, Err: ErrClosed}
		}
		if err := wait(ctx, pause); err != nil {
			return Result{Ticket: k, Err: err}
		}
		return t.result(k, func() (tea.Msg, error) { return fn(ctx) })
	}
}

// Later delivers body to the owner after a pause, unless a newer Later or Read in the same slot overtakes it: for
// drafts that are saved at each pause of the typist.
func (t *Tasks) Later(pause time.Duration, owner OwnerID, slot string, body tea.Msg) tea.Cmd {
	return t.ReadAfter(pause, owner, slot, func(context.Context) (tea.Msg, error) { return body, nil })
}

func wait(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Write puts fn on the one ordered queue at once, so that writes keep the order in which they were asked for and
// survive the end of the program. The context is never cancelled. The command only waits for the outcome; when fn
// returns a Bearer, its news goes to every live screen.
func (t *Tasks) Write(owner OwnerID, fn func(context.Context) (tea.Msg, error)) tea.Cmd {
	k := Ticket{Owner: owner}
	out := make(chan Result, 1)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return Send(Result{Ticket: k, Err: ErrClosed})
	}
	t.writes++
	t.work.Add(1)
	t.queue = append(t.queue, func() {
		defer t.work.Done()
		r := t.result(k, func() (tea.Msg, error) { return fn(context.WithoutCancel(t.ctx)) })
		t.mu.Lock()
		t.writes--
		t.mu.Unlock()
		out <- r
	})
	if !t.active {
		t.active = true
		go t.drain()
	}
	return func() tea.Msg { return <-out }
}

// drain is the one writer; it lives while there is work.
func (t *Tasks) drain() {
	for {
		t.mu.Lock()
		if len(t.queue) == 0 {
			t.active = false
			t.mu.Unlock()
			return
		}
		fn := t.queue[0]
		t.queue[0] = nil // what it closed over, such as a draft's words, is not to be reached from here
		t.queue = t.queue[1:]
		t.mu.Unlock()
		fn()
	}
}

// Report tells how far a job is; it may be called as often as one likes. total is 0 when it is not known.
type Report func(done, total int, words string)

// Long runs a job that reports its progress and can be stopped: an import, a verification, the writing of a pack. It
// begins at once. fn must leave nothing half-done when its context is cancelled. The end of the program cancels it and
// waits for it.
func (t *Tasks) Long(owner OwnerID, slot string, fn func(context.Context, Report) (tea.Msg, error)) tea.Cmd {
	k, ctx, open := t.begin(owner, slot)
	if !open {
		return Send(Result{Ticket: k, Err: ErrClosed})
	}
	j := &job{ticket: k, out: make(chan Result, 1)}
	t.mu.Lock()
	t.long[k] = t.stops[Ticket{Owner: owner, Slot: slot}]
	t.mu.Unlock()
	t.work.Add(1)
	t.jobs.Add(1)
	go func() {
		defer t.work.Done()
		defer t.jobs.Done()
		r := t.result(k, func() (tea.Msg, error) { return fn(ctx, j.report) })
		t.mu.Lock()
		delete(t.long, k)
		t.mu.Unlock()
		j.out <- r
	}()
	return j.next
}

// job is a long piece of work and the last that it said.
type job struct {
	ticket Ticket
	out    chan Result
	mu     sync.Mutex
	said   *Progress
}

func (j *job) report(done, total int, words string) {
	j.mu.Lock()
	j.said = &Progress{Ticket: j.ticket, Done: done, Total: total, Words: words}
	j.mu.Unlock()
}

// next waits for the outcome, or for the next moment at which something new may be told.
func (j *job) next() tea.Msg {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case r := <-j.out:
			return r
		case <-tick.C:
			j.mu.Lock()
			p := j.said
			j.said = nil
			j.mu.Unlock()
			if p != nil {
				p.Next = j.next
				return *p
			}
		}
	}
}

// result runs fn and turns a panic into an error, which says where it happened and nothing of what it was about.
func (t *Tasks) result(k Ticket, fn func() (tea.Msg, error)) (r Result) {
	r.Ticket = k
	defer func() {
		if recover() != nil {
			r = Result{Ticket: k, Err: fmt.Errorf("a fault in the program stopped this task (%s); nothing half-done was kept: please report it", faultPlace())}
		}
	}()
	r.Body, r.Err = fn()
	if b, ok := r.Body.(Bearer); ok && r.Err == nil {
		news := b.News()
		r.News = &news
	}
	return r
}

// faultPlace is the file and line that panicked. The value of a panic may hold words of a case, so it is not told.
func faultPlace() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		if !more {
			return "place not known"
		}
	}
}

// Current says that a ticket was not overtaken.
func (t *Tasks) Current(k Ticket) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return k.Gen == 0 || t.gens[Ticket{Owner: k.Owner, Slot: k.Slot}] == k.Gen
}

// Cancel stops what runs in a slot and makes its answer stale.
func (t *Tasks) Cancel(owner OwnerID, slot string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := Ticket{Owner: owner, Slot: slot}
	if stop := t.stops[k]; stop != nil {
		stop()
		delete(t.stops, k)
	}
	t.gens[k]++
}

// Stop asks the job in a slot to end; its answer, which may say how far it came, still arrives.
func (t *Tasks) Stop(owner OwnerID, slot string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if stop := t.stops[Ticket{Owner: owner, Slot: slot}]; stop != nil {
		stop()
	}
}

// Forget cancels all reads and jobs of a screen that was closed, and what is remembered of it. Its writes go on.
func (t *Tasks) Forget(owner OwnerID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(owner, nil)
}

// Retire is Forget, but lets the screen's jobs come to their end. Their answers are dropped.
func (t *Tasks) Retire(owner OwnerID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	running := map[Ticket]bool{}
	for k := range t.long {
		running[Ticket{Owner: k.Owner, Slot: k.Slot}] = true
	}
	t.drop(owner, running)
}

// drop forgets a screen, and stops what runs for it in slots that are not spared. The caller holds the lock.
func (t *Tasks) drop(owner OwnerID, spare map[Ticket]bool) {
	for k, stop := range t.stops {
		if k.Owner == owner {
			if !spare[k] {
				stop()
			}
			delete(t.stops, k)
		}
	}
	for k := range t.gens {
		if k.Owner == owner {
			delete(t.gens, k)
		}
	}
}

// Jobs is the number of jobs that run.
func (t *Tasks) Jobs() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.long)
}

// StopJobs asks every job that runs to end.
func (t *Tasks) StopJobs() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, stop := range t.long {
		stop()
	}
}

// AwaitJobs waits until no job runs. It is for work off the loop.
func (t *Tasks) AwaitJobs() { t.jobs.Wait() }

// Writing is the number of writes that were asked for and are not finished.
func (t *Tasks) Writing() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.writes
}

// Close cancels reads and jobs and waits until every write that was asked for is finished. What is asked for later gets
// ErrClosed. It may be called more than once.
func (t *Tasks) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.work.Wait()
}
