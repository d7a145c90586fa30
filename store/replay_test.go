package store_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestF2Replay is F2.
func TestF2Replay(t *testing.T) {
	rounds, ways := 8, 3
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			start, calls, file := record(t, s, rounds)
			n := map[callKind]int{}
			for _, c := range calls {
				n[c.kind]++
			}
			sum := replay(t, s, start, calls, file, ways)
			t.Logf("%+v %v", sum, n)
		})
	}
}

func scenarios() []scenario {
	return []scenario{{name: "saving and compacting", role: "saver", judge: judgeSaved, make: func(t *testing.T, dir string) string {
		path := filepath.Join(dir, "a.caseroom")
		os.Setenv(caseVariable, string(solo(t, path)))
		return path
	}}}
}
