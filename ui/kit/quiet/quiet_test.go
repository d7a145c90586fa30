//go:build unix

package quiet_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/creack/pty"

	_ "caseroom/ui/kit/quiet"
)

// The test runs itself once more on a terminal that never answers. Bubble Tea's init has then run as it will in the
// program, and the query must not be among what was printed.
func TestStartingAsksTheTerminalNothing(t *testing.T) {
	if os.Getenv("CASEROOM_QUIET_CHILD") == "1" {
		_ = tea.Quit // Bubble Tea is linked in
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestStartingAsksTheTerminalNothing$")
	for _, kv := range os.Environ() {
		if kv != "CI=1" && kv != "CI=true" {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, "CASEROOM_QUIET_CHILD=1", "TERM=xterm-256color", "CI=")
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("no terminal can be opened here: %v", err)
	}
	defer terminal.Close()
	printed, _ := io.ReadAll(terminal) // ends with an error when the child closes its side
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexByte(printed, 0x1b); i >= 0 {
		t.Errorf("the terminal was asked something: %q", printed[i:min(i+20, len(printed))])
	}
}
