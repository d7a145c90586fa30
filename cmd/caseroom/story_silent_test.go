package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"caseroom/cmd/caseroom/ptytest"
)

// TestOpenAsksTheTerminalNothing: the page that asks for a passphrase, and what
// follows, come up in a terminal that never answers, and it is asked nothing.
func TestOpenAsksTheTerminalNothing(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("it takes two key derivations and a pseudo-terminal")
	}
	t.Parallel()
	home, secret := t.TempDir(), filepath.Join(t.TempDir(), "sam")
	if err := os.WriteFile(secret, []byte("nine gentle otters\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(ptytest.Build(t), "new", "w.caseroom", "--partnership", "Northmoor", "--member", "sam", "--passphrase-file", secret)
	cmd.Dir, cmd.Env = home, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	x := ptytest.Start(t, ptytest.Options{Args: []string{"w.caseroom"}, Home: home, Silent: true})
	x.WaitFor("Enter unlock", startLimit)
	x.Type("nine gentle otters")
	x.Press("enter")
	x.WaitFor("Today", startLimit)
	x.WaitFor("F3 cases", startLimit)
	x.Press("ctrl+c")
	if code := x.Wait(startLimit); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, x.Screen())
	}
	if q := asked(x); q != nil {
		t.Errorf("it asked the terminal %q", q)
	}
}
