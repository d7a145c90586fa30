package ptytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tracedCalls are the system calls by which a program makes, changes or moves
// a file.
const tracedCalls = "trace=open,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,truncate"

// traced is the command under strace. Tests that need it are skipped where it
// is absent or may not watch a process.
func traced(t testing.TB, file, bin string, args []string) *exec.Cmd {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	if err := exec.Command(strace, "-f", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skipf("strace cannot watch processes here: %v", err)
	}
	all := append([]string{"-f", "-qq", "-s", "4096", "-e", tracedCalls, "-o", file, bin}, args...)
	return exec.Command(strace, all...)
}

// Written returns the files that the program opened for writing, made, moved
// or linked while it ran under Options.Trace, sorted, each once, as absolute
// paths. Devices and what the kernel shows as files (/dev, /proc, /sys) are
// left out. Call it after Wait or Kill.
func (x *Term) Written() []string {
	x.t.Helper()
	log, err := os.ReadFile(x.trace)
	if err != nil {
		x.t.Fatalf("there is no trace of the program: %v", err)
	}
	return writtenPaths(string(log), x.cmd.Dir)
}

var (
	tracedCall = regexp.MustCompile(`^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)`)
	tracedPath = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
)

func writtenPaths(log, dir string) []string {
	var out []string
	for line := range strings.Lines(log) {
		m := tracedCall.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(m[3], "-") { // a call that failed made nothing
			continue
		}
		if strings.HasPrefix(m[1], "open") && !strings.Contains(m[2], "O_WRONLY") &&
			!strings.Contains(m[2], "O_RDWR") && !strings.Contains(m[2], "O_CREAT") {
			continue
		}
		for _, q := range tracedPath.FindAllStringSubmatch(m[2], -1) {
			out = append(out, absolute(q[1], dir))
		}
	}
	out = slices.DeleteFunc(out, kernelPath)
	slices.Sort(out)
	return slices.Compact(out)
}

func absolute(path, dir string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func kernelPath(path string) bool {
	for _, root := range []string{"/dev", "/proc", "/sys"} {
		if path == root || strings.HasPrefix(path, root+"/") {
			return true
		}
	}
	return false
}
