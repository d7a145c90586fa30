package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// deviceState is what this machine remembers of workspaces: for each, under a hash
// of its path, who opened it last, in which state it was seen and whether it was closed
// in order. No content.
type deviceState struct{ dir string }

// deviceNote is what is remembered of one path. Path is said so that a copy elsewhere can
// be told of it; WS, Leaves and Root are the workspace and the head of its ledger, as it
// was when it was opened or closed here last, zero where no head was seen.
type deviceNote struct {
	Label  string    `json:"label"`
	At     time.Time `json:"at"`
	Clean  bool      `json:"clean"`
	Path   string    `json:"path,omitempty"`
	WS     string    `json:"ws,omitempty"`
	Leaves uint64    `json:"leaves,omitempty"`
	Root   string    `json:"root,omitempty"`
	File   filePrint `json:"file"` // after it was closed in order
	// Checked is when the whole of it was checked last, and nothing was wrong.
	Checked time.Time `json:"checked"`
}

// filePrint tells a file from one that a program has written to since, also one that set its
// time back: Linux and macOS keep when a file was last touched, which no program can set. It
// does not tell what the disk changed by itself, what was written past the system (to the raw
// disk, from another system, with the clock turned back), nor, where no such time is kept, who
// set the other back: that the check of the whole file finds, which may then end after the unlock.
type filePrint struct {
	Size    int64  `json:"size,omitempty"`
	Time    int64  `json:"time,omitempty"`    // of the last change of its bytes, nanoseconds since 1970
	Touched int64  `json:"touched,omitempty"` // and of the last change of anything about it; 0 where that is not kept
	Inode   uint64 `json:"inode,omitempty"`
	Heads   string `json:"heads,omitempty"` // SHA-256 of both pages that say where the newest state begins
}

// printOf takes a file's print; the zero value if it cannot be.
func printOf(path string) filePrint {
	f, err := os.Open(path)
	if err != nil {
		return filePrint{}
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return filePrint{}
	}
	m, ok := readMeta(f, fi.Size(), 0)
	if !ok {
		return filePrint{}
	}
	sum := sha256.New()
	for n := range int64(2) {
		var head [pageHeader + 64]byte
		if _, err := f.ReadAt(head[:], n*int64(m.pageSize)); err != nil {
			return filePrint{}
		}
		sum.Write(head[:])
	}
	return filePrint{Size: fi.Size(), Time: fi.ModTime().UnixNano(), Touched: touched(fi), Inode: inode(fi), Heads: hex.EncodeToString(sum.Sum(nil))}
}

// untouched says whether this very file is as this device left it when it closed it.
func (n deviceNote) untouched(path string) bool {
	return n.Clean && n.File != filePrint{} && n.File == printOf(path)
}

func newDeviceState(dir string) deviceState {
	if dir == "" {
		dir = stateFolder()
	}
	return deviceState{dir: dir}
}

// stateFolder is where programs keep such notes on this system; empty if there is no
// place for them, and then nothing is remembered.
func stateFolder() string {
	if d := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "caseroom")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	switch runtime.GOOS {
	case "windows":
		if d := os.Getenv("LocalAppData"); d != "" {
			return filepath.Join(d, "Caseroom")
		}
		return ""
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "Caseroom")
	}
	return filepath.Join(home, ".local", "state", "caseroom")
}

func (d deviceState) file(path string) string {
	h := sha256.Sum256([]byte(path))
	return filepath.Join(d.dir, hex.EncodeToString(h[:12])+".json")
}

func (d deviceState) read(path string) (n deviceNote) {
	if d.dir == "" {
		return n
	}
	b, err := os.ReadFile(d.file(path))
	if err != nil || json.Unmarshal(b, &n) != nil {
		return deviceNote{}
	}
	return n
}

// write is a courtesy: a device that cannot keep notes still opens workspaces.
func (d deviceState) write(path string, n deviceNote) {
	if d.dir == "" || os.MkdirAll(d.dir, 0o700) != nil {
		return
	}
	if b, err := json.Marshal(n); err == nil {
		tmp := d.file(path) + ".new" // a note that is cut short by a crash would be one that is forgotten
		if os.WriteFile(tmp, b, 0o600) == nil {
			_ = renameOver(tmp, d.file(path))
		}
	}
}

// all gives the notes of every workspace that this device knows.
func (d deviceState) all() (out []deviceNote) {
	if d.dir == "" {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(d.dir, "*.json"))
	if err != nil {
		return nil
	}
	for _, name := range names {
		var n deviceNote
		if b, err := os.ReadFile(name); err == nil && json.Unmarshal(b, &n) == nil {
			out = append(out, n)
		}
	}
	return out
}
