package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// checkStyles keeps looks in one place.
func checkStyles(t *tree) []finding {
	var out []finding
	t.product(func(p *pkg, s *source) {
		if in(p.dir, "ui/kit/...") {
			return
		}
		for _, d := range s.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			ast.Inspect(gen, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && s.imports[x.Name] == "github.com/charmbracelet/lipgloss" {
						out = append(out, finding{t.at(sel), "a package-level lipgloss value"})
						return false
					}
				}
				return true
			})
		}
	})
	return out
}

// checkGoroutines keeps work that runs beside the loop where it is waited for.
func checkGoroutines(t *tree) []finding {
	allowed := []string{"store/...", "ui/kit", "cmd/..."}
	var out []finding
	t.product(func(p *pkg, s *source) {
		if inAny(p.dir, allowed) {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				out = append(out, finding{t.at(g), "a go statement"})
			}
			return true
		})
	})
	return out
}

// checkPurity keeps clocks, disks and the machine out of what can do without.
func checkPurity(t *tree) []finding {
	pure := []string{"model/...", "ui/screen/...", "ui/widget/...", "assets/..."}
	clocks := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Local"}
	machine := []string{"os", "io/ioutil", "path/filepath", "syscall", "os/signal", "os/user", "runtime"}
	var out []finding
	t.product(func(p *pkg, s *source) {
		if !inAny(p.dir, pure) {
			return
		}
		for _, spec := range s.ast.Imports {
			if target := strings.Trim(spec.Path.Value, `"`); slices.Contains(machine, target) {
				out = append(out, finding{t.at(spec), p.dir + " imports " + target})
			}
		}
		s.selectors(func(n *ast.SelectorExpr, target, name string) {
			if target == "time" && slices.Contains(clocks, name) {
				out = append(out, finding{t.at(n), "time." + name})
			}
		})
	})
	return out
}

// checkPanics finds what would take the screen and the draft down with it.
func checkPanics(t *tree) []finding {
	var out []finding
	t.product(func(_ *pkg, s *source) {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "panic" {
					out = append(out, finding{t.at(call), "panic"})
				}
			}
			return true
		})
	})
	return out
}

// checkPackageDocs wants the contract of each package at its door.
func checkPackageDocs(t *tree) []finding {
	var out []finding
	for _, p := range t.packages {
		var shipped, commented []string
		said := ""
		for _, s := range p.files {
			if s.test {
				continue
			}
			shipped = append(shipped, s.path)
			if s.ast.Doc != nil && s.ast.Doc.Text() != "" {
				commented, said = append(commented, s.path), s.ast.Doc.Text()
			}
		}
		switch {
		case len(shipped) == 0 || p.dir == ".":
		case len(shipped) > 1 && !slices.Contains(commented, p.dir+"/doc.go"):
			out = append(out, finding{p.dir, "has no doc.go with a package comment"})
		case len(commented) == 0:
			out = append(out, finding{p.dir, "has no package comment"})
		case len(commented) > 1:
			out = append(out, finding{p.dir, "has package comments in " + strings.Join(commented, ", ") + ": keep the one in doc.go"})
		case !strings.Contains(strings.ToLower(said), "import"):
			out = append(out, finding{p.dir, "its package comment does not say who may import it"})
		}
	}
	return out
}

// checkExportedDocs wants a sentence on every exported name.
func checkExportedDocs(t *tree) []finding {
	var out []finding
	for _, p := range t.packages {
		for _, s := range p.files {
			if s.test || s.ast.Name.Name == "main" {
				continue
			}
			for _, d := range s.ast.Decls {
				out = append(out, undocumented(t, d)...)
			}
		}
	}
	return out
}

func undocumented(t *tree, d ast.Decl) []finding {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && exportedReceiver(d) && blank(d.Doc) && !selfEvident(d) {
			return []finding{{t.at(d), d.Name.Name + " has no comment"}}
		}
	case *ast.GenDecl:
		return undocumentedSpecs(t, d)
	}
	return nil
}

// selfEvident are the methods whose whole contract is the interface of the
// standard library that they serve.
func selfEvident(d *ast.FuncDecl) bool {
	return d.Recv != nil && slices.Contains([]string{"String", "Error", "Unwrap"}, d.Name.Name)
}

// undocumentedSpecs is content with a comment on the group or beside the name
// for constants and variables; types want their own.
func undocumentedSpecs(t *tree, d *ast.GenDecl) []finding {
	var out []finding
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && blank(spec.Doc) && blank(d.Doc) && blank(spec.Comment) {
				out = append(out, finding{t.at(spec), spec.Name.Name + " has no comment"})
			}
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				if n.IsExported() && blank(spec.Doc) && blank(spec.Comment) && blank(d.Doc) {
					out = append(out, finding{t.at(n), n.Name + " has no comment"})
				}
			}
		}
	}
	return out
}

func blank(c *ast.CommentGroup) bool { return c == nil || strings.TrimSpace(c.Text()) == "" }

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// checkNames refuses drawers for odds and ends.
func checkNames(t *tree) []finding {
	drawers := []string{"utils", "util", "common", "types", "helpers", "helper", "misc", "shared", "constants", "base", "lib"}
	var out []finding
	for _, p := range t.packages {
		for _, part := range strings.Split(p.dir, "/") {
			if slices.Contains(drawers, part) {
				out = append(out, finding{p.dir, "a package called " + part})
			}
		}
	}
	return out
}

// Lengths: up to the budget is right, between budget and limit is worth a
// look, beyond the limit fails.
const (
	fileBudget, fileLimit = 500, 600
	funcBudget, funcLimit = 80, 120
)

func checkLengths(t *tree) []finding { return lengths(t, fileLimit, funcLimit) }

// lengths finds files and functions longer than these many lines.
func lengths(t *tree, file, function int) []finding {
	var out []finding
	t.product(func(_ *pkg, s *source) {
		if s.lines > file {
			out = append(out, finding{s.path, fmt.Sprintf("%d lines, more than %d", s.lines, file)})
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := t.fset.Position(f.End()).Line - t.fset.Position(f.Pos()).Line + 1; n > function {
				out = append(out, finding{t.at(f), fmt.Sprintf("%s is %d lines, more than %d", f.Name.Name, n, function)})
			}
		}
	})
	return out
}
