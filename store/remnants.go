package store

import (
	"os"
	"path/filepath"
	"strings"
)

// BenchPrefix begins the names of the folders in which caseroom bench works, beside the
// workspace: one that was killed leaves its folder behind, with a copy of the file.
const BenchPrefix = ".caseroom-bench-"

// remnants says which copies of the workspace lie beside it under names that this program
// gave them: what is taken from somebody is not taken from those. Copies under other names
// and in other places nobody can list.
func (s *Session) remnants() (out []string) {
	for _, path := range copiesBeside(s.path) {
		out = append(out, "a copy with the keys of before remains at "+path+": delete it when you need it no more")
	}
	return out
}

// copiesBeside lists what a restore took the place of and what a measuring that was killed
// left behind. What the workspace was moved over from goes when the file is made compact.
func copiesBeside(path string) (out []string) {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir) // in order of their names
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		kept, ours := strings.CutPrefix(name, filepath.Base(path))
		if ours && strings.HasPrefix(kept, beforeRestore) || strings.HasPrefix(name, BenchPrefix) {
			out = append(out, filepath.Join(dir, name))
		}
	}
	return out
}
