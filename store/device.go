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
// of its path, who opened it last and whether it was closed in order. No content.
type deviceState struct{ dir string }

type deviceNote struct {
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Clean bool      `json:"clean"`
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
		_ = os.WriteFile(d.file(path), b, 0o600)
	}
}
