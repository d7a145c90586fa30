package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// Tracing: a process is watched as a debugger would, and everything that it asks of the disk
// below one folder is noted, in the order in which it asked. Nothing in the program knows of
// it, so what is noted is what is done. A call can be made to fail instead, and the process
// can be killed before one.

// fault says what to do with the n-th call that changes something: let it through (0), make
// it fail with an errno, or kill the process.
type fault func(n int, c call) (fails syscall.Errno, kill bool)

// traced runs a command to its end and gives what it did below dir.
func traced(t testing.TB, c *exec.Cmd, dir string, f fault) []call {
	t.Helper()
	type result struct {
		calls []call
		err   error
	}
	done := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // who traces is one thread; it ends with this goroutine
		tr := &tracer{dir: dir, fault: f, fds: map[int]*opened{}, in: map[int]*pending{}}
		err := tr.run(c)
		done <- result{tr.calls, err}
	}()
	r := <-done
	if errors.Is(r.err, syscall.EPERM) {
		t.Skip("processes cannot be traced here: ", r.err)
	}
	must(t, r.err)
	return r.calls
}

// opened is a file that the process has open.
type opened struct {
	path string
	dir  bool
	at   int64
}

// pending is a call that has begun and not ended.
type pending struct {
	nr   uint64
	regs syscall.PtraceRegs
	call call
	ours bool
	errn syscall.Errno
}

type tracer struct {
	dir   string
	fault fault
	mem   *os.File
	fds   map[int]*opened
	in    map[int]*pending // by thread
	calls []call
	count int // calls that change something
	pid   int
}

const (
	exitKill      = 0x100000
	sysRenameat2  = 316
	sysCopyRange  = 326
	sysFallocate  = 285
	sysPwritev    = 296
	sysPwritev2   = 328
	atFdCwd       = -100
	stoppedInCall = syscall.SIGTRAP | 0x80
)

func (tr *tracer) run(c *exec.Cmd) error {
	c.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := c.Start(); err != nil {
		return err
	}
	tr.pid = c.Process.Pid
	var ws syscall.WaitStatus
	if _, err := syscall.Wait4(tr.pid, &ws, syscall.WALL, nil); err != nil {
		return err
	}
	if err := syscall.PtraceSetOptions(tr.pid, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|exitKill); err != nil {
		return err
	}
	var err error
	if tr.mem, err = os.Open(fmt.Sprintf("/proc/%d/mem", tr.pid)); err != nil {
		return err
	}
	defer tr.mem.Close()
	if err := syscall.PtraceSyscall(tr.pid, 0); err != nil {
		return err
	}
	for {
		tid, err := syscall.Wait4(-1, &ws, syscall.WALL, nil)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return err
		case ws.Exited() || ws.Signaled():
			if tid == tr.pid {
				return nil
			}
			continue
		}
		pass := 0
		switch sig := ws.StopSignal(); {
		case sig == stoppedInCall:
			kill, err := tr.stop(tid)
			if err != nil {
				_ = syscall.Kill(tr.pid, syscall.SIGKILL)
				return err
			}
			if kill {
				_ = syscall.Kill(tr.pid, syscall.SIGKILL)
				continue
			}
		case sig != syscall.SIGTRAP && sig != syscall.SIGSTOP:
			pass = int(sig)
		}
		_ = syscall.PtraceSyscall(tid, pass) // it may have been killed meanwhile
	}
}

// stop looks at a thread that begins or ends a call.
func (tr *tracer) stop(tid int) (kill bool, err error) {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); err != nil {
		return false, nil // killed meanwhile
	}
	p := tr.in[tid]
	if p == nil {
		p = &pending{nr: regs.Orig_rax, regs: regs}
		tr.in[tid] = p
		if p.ours, err = tr.begins(p); err != nil || !p.ours || tr.fault == nil || p.call.kind == tells {
			return false, err
		}
		tr.count++
		p.errn, kill = tr.fault(tr.count-1, p.call)
		if p.errn != 0 && p.call.kind != closes { // a file whose closing fails is closed
			regs.Orig_rax = ^uint64(0) // no call at all
			err = syscall.PtraceSetRegs(tid, &regs)
		}
		return kill, err
	}
	delete(tr.in, tid)
	if p.errn != 0 {
		if p.call.kind == closes {
			delete(tr.fds, int(int32(p.regs.Rdi)))
		}
		p.call.failed = true
		tr.calls = append(tr.calls, p.call)
		regs.Rax = uint64(-int64(p.errn))
		return false, syscall.PtraceSetRegs(tid, &regs)
	}
	if back := int64(regs.Rax); back >= 0 {
		tr.ended(p, back)
	}
	return false, nil
}

func (tr *tracer) below(path string) (string, bool) {
	if path == tr.dir {
		return ".", true
	}
	rel, ok := strings.CutPrefix(path, tr.dir+string(filepath.Separator))
	return rel, ok && !strings.Contains(rel, string(filepath.Separator))
}

func (tr *tracer) text(at uint64) string {
	var b [4096]byte
	n, _ := tr.mem.ReadAt(b[:], int64(at))
	s, _, _ := bytes.Cut(b[:n], []byte{0})
	return string(s)
}

func (tr *tracer) bytes(at, n uint64) []byte {
	b := make([]byte, n)
	_, _ = tr.mem.ReadAt(b, int64(at))
	return b
}

// begins reads a call, and says whether it changes something that is watched.
func (tr *tracer) begins(p *pending) (bool, error) {
	r := &p.regs
	fd := tr.fds[int(int32(r.Rdi))]
	file := fd != nil && !fd.dir
	switch p.nr {
	case syscall.SYS_OPENAT:
		name, ok := tr.below(tr.text(r.Rsi))
		p.call = call{kind: opens, path: name, create: r.Rdx&syscall.O_CREAT != 0, cut: r.Rdx&syscall.O_TRUNC != 0}
		return ok && (p.call.create || p.call.cut), nil
	case syscall.SYS_PWRITE64:
		if file {
			p.call = call{kind: writes, path: fd.path, off: int64(r.R10), data: tr.bytes(r.Rsi, r.Rdx)}
		}
		return file, nil
	case syscall.SYS_WRITE:
		if file {
			p.call = call{kind: writes, path: fd.path, off: fd.at, data: tr.bytes(r.Rsi, r.Rdx)}
		} else if r.Rdi == 1 {
			p.call = call{kind: tells, data: tr.bytes(r.Rsi, r.Rdx)}
			return true, nil
		}
		return file, nil
	case syscall.SYS_FTRUNCATE:
		if file {
			p.call = call{kind: cuts, path: fd.path, off: int64(r.Rsi)}
		}
		return file, nil
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		if fd != nil {
			p.call = call{kind: syncs, path: fd.path}
		}
		return fd != nil, nil
	case syscall.SYS_CLOSE:
		if file {
			p.call = call{kind: closes, path: fd.path}
		}
		return file, nil
	}
	return tr.beginsName(p, file)
}

// beginsName reads the calls that change names.
func (tr *tracer) beginsName(p *pending, file bool) (bool, error) {
	r := &p.regs
	two := func(kind callKind) (bool, error) {
		from, a := tr.below(tr.text(r.Rsi))
		to, b := tr.below(tr.text(r.R10))
		p.call = call{kind: kind, path: from, to: to}
		if a != b {
			return false, fmt.Errorf("%s goes across the folder that is watched: %s, %s", kind, tr.text(r.Rsi), tr.text(r.R10))
		}
		return a, nil
	}
	switch p.nr {
	case syscall.SYS_RENAMEAT, sysRenameat2:
		return two(renames)
	case syscall.SYS_LINKAT:
		return two(links)
	case syscall.SYS_UNLINKAT:
		name, ok := tr.below(tr.text(r.Rsi))
		p.call = call{kind: removes, path: name}
		return ok, nil
	case syscall.SYS_RENAME, syscall.SYS_LINK, syscall.SYS_UNLINK, syscall.SYS_TRUNCATE:
		return false, fmt.Errorf("call %d is not expected of a Go program", p.nr)
	case syscall.SYS_WRITEV, sysPwritev, sysPwritev2, sysCopyRange, sysFallocate, syscall.SYS_SENDFILE:
		if file || p.nr == sysCopyRange && tr.fds[int(int32(r.Rdx))] != nil {
			return false, fmt.Errorf("call %d writes to a file that is watched, and the model does not know it", p.nr)
		}
	}
	return false, nil
}

// ended notes a call that went well.
func (tr *tracer) ended(p *pending, back int64) {
	r := &p.regs
	switch p.nr {
	case syscall.SYS_OPENAT:
		if name, ok := tr.below(tr.text(r.Rsi)); ok {
			tr.fds[int(back)] = &opened{path: name, dir: name == "."}
		}
	case syscall.SYS_CLOSE:
		delete(tr.fds, int(int32(r.Rdi)))
	case syscall.SYS_WRITE:
		if fd := tr.fds[int(int32(r.Rdi))]; fd != nil {
			fd.at += back
		}
		p.call.data = p.call.data[:min(len(p.call.data), int(back))]
	case syscall.SYS_UNLINKAT:
		for _, fd := range tr.fds {
			if p.ours && fd.path == p.call.path {
				fd.path = "(removed) " + fd.path
			}
		}
	case syscall.SYS_RENAMEAT, sysRenameat2:
		for _, fd := range tr.fds { // a file that is open goes by its new name
			if p.ours && fd.path == p.call.to {
				fd.path = "(replaced) " + fd.path
			}
		}
		for _, fd := range tr.fds {
			if p.ours && fd.path == p.call.path {
				fd.path = p.call.to
			}
		}
	}
	if p.ours {
		tr.calls = append(tr.calls, p.call)
	}
}
