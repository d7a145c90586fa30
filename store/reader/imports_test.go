package reader

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The reader imports nothing of ours, and not the library that our program
// reads pages with.
func TestTheReaderSharesNoCode(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			ours := strings.HasPrefix(i.Path.Value, `"caseroom`) || strings.Contains(i.Path.Value, "bbolt")
			if ours && !strings.HasPrefix(name, "against_") {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}
