package main

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestKeepsToItself asks the system, in a process of its own, what it would do with the
// program's memory.
func TestKeepsToItself(t *testing.T) {
	if os.Getenv("CASEROOM_TEST_HYGIENE") == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestKeepsToItself$")
		c.Env = append(os.Environ(), "CASEROOM_TEST_HYGIENE=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return
	}
	keepToItself()
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil || l.Cur != 0 || l.Max != 0 {
		t.Errorf("an image of %d bytes would be written, %v", l.Cur, err)
	}
	if n, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || n != 0 {
		t.Errorf("others may look into it: %d, %v", n, err)
	}
}
