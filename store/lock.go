package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"caseroom/model"
)

// lockNote stands beside a workspace while it is open for writing, so that whoever
// finds it in use can be told by whom. The lock itself is the operating system's, on
// the file: a note that was left behind by a crash locks nothing.
type lockNote struct {
	Member string    `json:"member"`
	Host   string    `json:"host"`
	PID    int       `json:"pid"`
	Since  time.Time `json:"since"`
}

func lockNotePath(path string) string { return path + ".lock" }

func writeLockNote(path, label string, now time.Time) {
	host, _ := os.Hostname()
	b, err := json.Marshal(lockNote{Member: label, Host: host, PID: os.Getpid(), Since: now})
	if err == nil {
		_ = os.WriteFile(lockNotePath(path), b, 0o600) // only a courtesy: the lock holds without it
	}
}

func removeLockNote(path string) { _ = os.Remove(lockNotePath(path)) }

// heldBy is the answer to a second opener.
func heldBy(path string) error {
	e := model.Fail(model.Busy, "this workspace is in use by another process").
		Do("close it there first; nothing was changed here")
	b, err := os.ReadFile(lockNotePath(path))
	var n lockNote
	if err != nil || json.Unmarshal(b, &n) != nil || n.Member == "" {
		return e
	}
	e.Say = fmt.Sprintf("this workspace is in use by %s since %s (process %d on %s)",
		n.Member, n.Since.Local().Format("15:04 on 2 January"), n.PID, n.Host)
	return e
}

// faultToError is deferred around everything that reads mapped pages. bbolt panics on
// some kinds of damage, and a file that is cut while mapped is a memory fault.
func faultToError(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		if r := recover(); r != nil {
			*err = model.Fail(model.Corrupt, "this workspace is damaged and cannot be read further").
				Do("close it, run caseroom verify, and restore a backup").Because(fmt.Errorf("while reading: %v", r))
		}
	}
}

// syncDir makes a rename or a link durable.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // there is no such thing there, and the rename is durable without it
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func beShort(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

func beUint(k []byte) uint64 {
	if len(k) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}
