package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store/seal"
)

// TestAFileWhoseTimeWasSetBack: a file that somebody wrote to, and whose time they set back,
// is not taken for one that is as this device left it.
func TestAFileWhoseTimeWasSetBack(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("this system does not keep when a file was last touched")
	}
	path := filepath.Join(t.TempDir(), "w.caseroom")
	if _, err := found(path, CreateOptions{Label: "PK", Role: model.Manager, Passphrase: []byte("a wren on the gate post"), Partnership: "Northmoor", Costs: seal.Floor()}, must1(loadSettings())); err != nil {
		t.Fatal(err)
	}
	n := deviceNote{Clean: true, File: printOf(path)}
	if !n.untouched(path) {
		t.Fatal("nobody touched it")
	}
	fi := must1(os.Stat(path))
	for printOf(path).Touched == n.File.Touched { // until the system's clock has moved on
		f := must1(os.OpenFile(path, os.O_RDWR, 0))
		if _, err := f.WriteAt([]byte{1}, fi.Size()-1); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if err := os.Chtimes(path, time.Time{}, fi.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	if now := printOf(path); now.Time != n.File.Time || now.Heads != n.File.Heads {
		t.Fatal("the test shows itself in another way")
	}
	if n.untouched(path) {
		t.Fatal("a file that was written to counts as untouched when its time is set back")
	}
}

// must1 is for what a test cannot go on without.
func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
