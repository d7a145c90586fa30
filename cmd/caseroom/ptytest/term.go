package ptytest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Options says what to start and in what kind of terminal. The zero value is
// the built program without arguments at 80×24, in colour, answering queries.
type Options struct {
	Bin    string   // program to start; empty means Build(t)
	Args   []string // arguments after the program's name
	Env    []string // "NAME=value" pairs; win over the base environment, "NAME=" empties one
	Dir    string   // working directory; empty means Home
	Home   string   // HOME of the program; empty means a new temporary folder
	W, H   int      // columns and rows; 0 means 80 and 24
	Silent bool     // a terminal that never answers queries
	Trace  bool     // run under strace, for Written; the test is skipped where strace cannot run
}

// Term is a program running in a pseudo-terminal with a screen. Its methods
// may be called from one goroutine of the test; the screen is fed from others.
type Term struct {
	t    testing.TB
	cmd  *exec.Cmd
	pty  *os.File
	keys *outbox

	home, tmp, trace string

	mu     sync.Mutex // guards the emulator and everything below: x/vt hands out live cells
	em     *vt.Emulator
	raw    bytes.Buffer
	titles []string
	hidden bool // the cursor is hidden

	exited  chan struct{} // closed when the process has ended
	drained chan struct{} // closed when everything it wrote is on the screen
	code    int
}

// Start runs the program and returns at once; WaitFor says when it is ready.
// The program is killed when the test ends. Systems without pseudo-terminals
// skip the test.
func Start(t testing.TB, o Options) *Term {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no pseudo-terminal on this system")
	}
	o = o.filled(t)
	x := &Term{t: t, home: o.Home, tmp: filepath.Join(o.Home, "tmp"),
		em: vt.NewEmulator(o.W, o.H), exited: make(chan struct{}), drained: make(chan struct{})}
	if err := os.MkdirAll(x.tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	x.cmd = exec.Command(o.Bin, o.Args...)
	if o.Trace {
		x.trace = filepath.Join(t.TempDir(), "trace")
		x.cmd = traced(t, x.trace, o.Bin, o.Args)
	}
	x.cmd.Dir, x.cmd.Env = o.Dir, environment(o, x.tmp)
	x.em.SetCallbacks(vt.Callbacks{
		Title:            func(s string) { x.titles = append(x.titles, s) },
		CursorVisibility: func(on bool) { x.hidden = !on },
	})
	f, err := pty.StartWithSize(x.cmd, &pty.Winsize{Cols: uint16(o.W), Rows: uint16(o.H)})
	if err != nil {
		t.Fatalf("starting %s in a pseudo-terminal: %v", o.Bin, err)
	}
	if x.pty, err = pollable(f); err != nil {
		t.Fatalf("preparing the pseudo-terminal: %v", err)
	}
	x.keys = newOutbox(x.pty)
	go x.readScreen()
	go x.readAnswers(o.Silent)
	go x.await()
	t.Cleanup(x.close)
	return x
}

func (o Options) filled(t testing.TB) Options {
	if o.W == 0 {
		o.W = 80
	}
	if o.H == 0 {
		o.H = 24
	}
	if o.Home == "" {
		o.Home = t.TempDir()
	}
	if o.Dir == "" {
		o.Dir = o.Home
	}
	if o.Bin == "" {
		o.Bin = Build(t)
	}
	return o
}

// environment is small and fixed, so that no variable of the machine that
// runs the tests decides what a story sees. CI above all must not leak in: it
// switches off the very queries that the start-up test is about.
func environment(o Options, tmp string) []string {
	base := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + o.Home, "TMPDIR=" + tmp,
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=en_GB.UTF-8", "TZ=Europe/London",
	}
	return append(base, o.Env...) // os/exec keeps the last of each name
}

func (x *Term) readScreen() {
	defer close(x.drained)
	buf := make([]byte, 1<<15)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		_, _ = x.em.Write(buf[:n]) // an emulator that is not closed takes everything
		x.mu.Unlock()
		if err != nil {
			return // EIO is how Linux says that the program has let go of the terminal
		}
	}
}

// readAnswers must go on reading even when nobody is to hear the answers: the
// emulator writes them into a pipe without a buffer and would stop the screen.
func (x *Term) readAnswers(silent bool) {
	buf := make([]byte, 1<<12)
	for {
		n, err := x.em.Read(buf)
		if n > 0 && !silent {
			x.keys.send(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (x *Term) await() {
	err := x.cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		x.code = exit.ExitCode() // -1 when a signal ended it
	default:
		x.code = -1
	}
	close(x.exited)
}

// close ends the program if the test left it running, and lets every helper
// goroutine finish.
func (x *Term) close() {
	x.kill()
	<-x.exited
	x.settle()
	_ = x.pty.Close()
	x.keys.close()
	if c, ok := x.em.InputPipe().(io.Closer); ok {
		_ = c.Close() // not em.Close: that races with the reader of answers
	}
}

// settle waits for the last bytes of an ended program. A grandchild may hold
// the terminal open for ever, hence the limit.
func (x *Term) settle() {
	select {
	case <-x.drained:
	case <-time.After(2 * time.Second):
	}
}

// Kill ends the program as a power cut would (SIGKILL, also to its children)
// and waits until it is gone.
func (x *Term) Kill() {
	x.t.Helper()
	x.kill()
	<-x.exited
	x.settle()
}

// Hangup closes the terminal under the program, as closing its window does.
// Nothing can be typed afterwards; the screen stays as it was.
func (x *Term) Hangup() { _ = x.pty.Close() }

// Wait waits until the program has ended by itself and returns its exit code,
// -1 if a signal ended it. It fails the test after the time limit.
func (x *Term) Wait(limit time.Duration) int {
	x.t.Helper()
	select {
	case <-x.exited:
	case <-time.After(limit):
		x.t.Fatalf("the program had not ended after %v.\n%s", limit, x.framed())
	}
	x.settle()
	return x.code
}

// Exited says whether the program has ended.
func (x *Term) Exited() bool {
	select {
	case <-x.exited:
		return true
	default:
		return false
	}
}

// Resize tells the program and the screen the terminal's new size.
func (x *Term) Resize(w, h int) {
	x.t.Helper()
	x.mu.Lock()
	x.em.Resize(w, h)
	x.mu.Unlock()
	if err := setSize(x.pty, w, h); err != nil {
		x.t.Fatalf("resizing to %d×%d: %v", w, h, err)
	}
}

// Home is the program's HOME: what it writes of its own accord (settings,
// state) is under it. Its TMPDIR is Home/tmp.
func (x *Term) Home() string { return x.home }

// framed is the screen for a failure message, with its edges drawn and the end
// of the program told.
func (x *Term) framed() string {
	lines := x.Lines()
	w, h := x.Size()
	var b strings.Builder
	fmt.Fprintf(&b, "screen %d×%d:\n+%s+\n", w, h, strings.Repeat("-", w))
	for _, l := range lines {
		fmt.Fprintf(&b, "|%s\n", l)
	}
	fmt.Fprintf(&b, "+%s+", strings.Repeat("-", w))
	if x.Exited() {
		fmt.Fprintf(&b, "\n(the program has ended with exit code %d)", x.code)
	}
	return b.String()
}
