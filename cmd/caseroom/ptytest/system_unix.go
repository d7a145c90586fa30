//go:build unix

package ptytest

import (
	"os"
	"syscall"
	"unsafe"
)

// kill ends the program and its children: the pseudo-terminal made it the
// leader of a session, so the group bears its number.
func (x *Term) kill() {
	if x.Exited() {
		return // the number may belong to another process by now
	}
	_ = syscall.Kill(-x.cmd.Process.Pid, syscall.SIGKILL)
}

// Signal sends one signal to the program and its children, for example
// syscall.SIGTERM.
func (x *Term) Signal(s syscall.Signal) {
	if !x.Exited() {
		_ = syscall.Kill(-x.cmd.Process.Pid, s)
	}
}

// pollable returns the same terminal as a file whose Close ends a Read that is
// under way. The pty package leaves its file in blocking mode, where Close
// only takes effect after the next byte, and Hangup would hang up nothing.
func pollable(f *os.File) (*os.File, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Dup(int(f.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), f.Close()
}

// setSize tells the terminal its size; pty.Setsize would put the file back
// into blocking mode.
func setSize(f *os.File, w, h int) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	size := struct{ rows, cols, x, y uint16 }{rows: uint16(h), cols: uint16(w)}
	var errno syscall.Errno
	err = conn.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size)))
	})
	if errno != 0 {
		return errno
	}
	return err
}
