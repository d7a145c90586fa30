package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// module is the path of the module in go.mod.
const module = "caseroom"

// A tree is the checkout as the rules see it: parsed Go and plain text.
type tree struct {
	fset     *token.FileSet
	packages []*pkg            // sorted by folder; testdata left out
	texts    map[string]string // every text file by path, Go files too
	all      map[string]bool   // every file and folder by path
}

// A pkg is one folder of Go files.
type pkg struct {
	dir   string // slash path from the root: "ui/kit"
	files []*source
}

// A source is one Go file.
type source struct {
	path    string
	ast     *ast.File
	lines   int
	test    bool              // _test.go
	imports map[string]string // name in this file → import path
}

// A finding is one place that breaks a rule.
type finding struct {
	at  string // path, or path:line
	say string
}

func (f finding) String() string { return f.at + ": " + f.say }

// loadTree reads a checkout. Files that do not parse are findings of their own.
func loadTree(fsys fs.FS) (*tree, []finding, error) {
	t := &tree{fset: token.NewFileSet(), texts: map[string]string{}, all: map[string]bool{".": true}}
	byDir := map[string]*pkg{}
	var broken []finding
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			t.all[name] = true
			if name == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		t.all[name] = true
		if !isText(name) {
			return nil
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		t.texts[name] = string(body)
		if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") || strings.HasPrefix(name, ".") {
			return nil
		}
		src, err := t.parse(name, body)
		if err != nil {
			broken = append(broken, finding{name, "does not parse: " + err.Error()})
			return nil
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
			t.packages = append(t.packages, byDir[dir])
		}
		byDir[dir].files = append(byDir[dir].files, src)
		return nil
	})
	slices.SortFunc(t.packages, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return t, broken, err
}

func isText(name string) bool {
	switch path.Ext(name) {
	case ".go", ".md", ".toml", ".txt", ".txtar", ".mod", ".html", ".csv", ".json":
		return true
	}
	return name == ".ci/run" || name == ".gitignore"
}

func (t *tree) parse(name string, body []byte) (*source, error) {
	file, err := parser.ParseFile(t.fset, name, body, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &source{path: name, ast: file, lines: strings.Count(string(body), "\n"),
		test: strings.HasSuffix(name, "_test.go"), imports: map[string]string{}}
	for _, spec := range file.Imports {
		target := strings.Trim(spec.Path.Value, `"`)
		local := defaultName(target)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		s.imports[local] = target
	}
	return s, nil
}

// defaultName guesses the package name behind an import path: its last part
// without a major version or a "go-".
func defaultName(target string) string {
	base := path.Base(target)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(target))
	}
	return strings.TrimPrefix(base, "go-")
}

// at is the place of a node as path:line.
func (t *tree) at(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// testOnly says whether a folder exists for tests alone.
func testOnly(dir string) bool {
	base := path.Base(dir)
	return base == "house" || len(base) > len("test") && strings.HasSuffix(base, "test")
}

// in says whether a folder lies in a room. "model/..." is model and everything
// below it, "ui/screen/*" one level below ui/screen, other patterns are exact.
func in(dir, pattern string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return dir == base || strings.HasPrefix(dir, base+"/")
	}
	if base, ok := strings.CutSuffix(pattern, "/*"); ok {
		return path.Dir(dir) == base
	}
	return dir == pattern
}

func inAny(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return in(dir, p) })
}

// product visits the Go files that are shipped.
func (t *tree) product(visit func(*pkg, *source)) {
	for _, p := range t.packages {
		if testOnly(p.dir) {
			continue
		}
		for _, s := range p.files {
			if !s.test {
				visit(p, s)
			}
		}
	}
}

// selectors visits every X.Name in a file where X is an imported package,
// with the package's import path.
func (s *source) selectors(visit func(n *ast.SelectorExpr, target, name string)) {
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				if target, ok := s.imports[x.Name]; ok {
					visit(sel, target, sel.Sel.Name)
				}
			}
		}
		return true
	})
}
