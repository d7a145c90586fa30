//go:build !(linux && amd64)

package store_test

import (
	"os/exec"
	"syscall"
	"testing"
)

type fault func(n int, c call) (fails syscall.Errno, kill bool)

// traced needs a debugger's means, which this test has for one system only.
func traced(t testing.TB, _ *exec.Cmd, _ string, _ fault) []call {
	t.Helper()
	t.Skip("processes are traced on linux/amd64 only")
	return nil
}
