package ptytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// runner is what testing.M and testscript.Main agree on.
type runner interface{ Run() int }

// workshop holds the programs of this test binary: each made when first asked
// for after Wrap, all removed when the tests are over.
type workshop struct {
	mu   sync.Mutex
	dir  string            // outlives single tests; empty without Wrap
	bins map[string]string // import path → program
}

var shop workshop

type wrapped struct{ runner }

// Run makes the shared folder, runs the tests and removes it.
func (w wrapped) Run() int {
	dir, err := os.MkdirTemp("", "caseroom-ptytest-")
	if err != nil {
		return w.runner.Run() // every test then builds its own
	}
	defer func() { _ = os.RemoveAll(dir) }()
	shop.mu.Lock()
	shop.dir, shop.bins = dir, map[string]string{}
	shop.mu.Unlock()
	return w.runner.Run()
}

// Wrap lets all tests of a package share one build of each program. Use it in
// TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(ptytest.Wrap(m).Run()) }
//
// or hand its result to testscript.Main. Without it every test that calls
// Build builds anew.
func Wrap(m interface{ Run() int }) interface{ Run() int } { return wrapped{m} }

// Build returns the path of the built program, cmd/caseroom of this module, as
// it is shipped: without cgo and without the race detector, whatever the tests
// run with. It fails the test when the program does not compile.
func Build(t testing.TB) string {
	t.Helper()
	return BuildPackage(t, "caseroom/cmd/caseroom")
}

// BuildPackage builds the main package with that import path, or of that
// folder beside the test ("./testdata/x"), and returns the program's path.
func BuildPackage(t testing.TB, pkg string) string {
	t.Helper()
	shop.mu.Lock()
	defer shop.mu.Unlock()
	if bin := shop.bins[pkg]; bin != "" {
		return bin
	}
	dir := shop.dir
	if dir == "" {
		dir = t.TempDir()
	}
	bin := filepath.Join(dir, filepath.Base(pkg))
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", pkg, err, out)
	}
	if shop.dir != "" {
		shop.bins[pkg] = bin
	}
	return bin
}
