package house

import (
	"fmt"
	"go/ast"
	"strings"
)

// A room says which of our own packages its packages may import. The first
// room that holds a package decides.
type room struct {
	where string
	may   []string
	why   string
}

// rooms are the arrows of the house:
//
//	cmd → ui → ui/screen → ui/widget → ui/kit → model → standard library
//	cmd → store → store/* → model
func rooms() []room {
	return []room{
		{"assets/...", []string{"assets/..."}, "assets hand out bytes; whoever needs them parses them into the model's structs, so that a table can be edited without touching code"},
		{"model/...", []string{"model/..."}, "the model is true without disk, clock, key and screen; only then can its rules be tested by the thousand"},
		{"store/*", []string{"model/...", "assets/..."}, "the rooms of store know the model and neither store nor each other: each can be read, tested and replaced alone"},
		{"store", []string{"store/...", "model/...", "assets/..."}, "store wires its rooms together; what people see is none of its business"},
		{"ui/kit/...", []string{"ui/kit/...", "model/..."}, "kit is what screens are made of; it knows no screen and no store"},
		{"ui/widget/...", []string{"ui/widget/...", "ui/kit/..."}, "widgets draw and edit any kind of data: they know strings and ids, no cases"},
		{"ui/screen/*", []string{"ui/widget/...", "ui/kit/...", "model/..."}, "a screen declares the few methods that it needs and sends a route to go elsewhere; screens that knew each other or the store could not be shown alone"},
		{"ui/plain/...", []string{"ui/widget/...", "ui/kit/...", "model/..."}, "the plain front is another face of the same actions"},
		{"ui", []string{"ui/...", "model/...", "assets/..."}, "the App wires screens; what fills them is handed in by the command line"},
		{"cmd/...", []string{"ui/...", "store/...", "model/...", "assets/..."}, "the command line wires the rooms"},
	}
}

func checkArrows(t *tree) []finding {
	var out []finding
	t.product(func(p *pkg, s *source) {
		r, known := roomOf(p.dir)
		if !known {
			out = append(out, finding{s.path, "this folder is in no room of the house"})
			return
		}
		for _, spec := range s.ast.Imports {
			target, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module+"/")
			if ours && target != p.dir && !inAny(target, r.may) {
				out = append(out, finding{t.at(spec), fmt.Sprintf("%s may not import %s: %s", p.dir, target, r.why)})
			}
		}
	})
	return out
}

func roomOf(dir string) (room, bool) {
	for _, r := range rooms() {
		if in(dir, r.where) {
			return r, true
		}
	}
	return room{}, false
}

// checkTestOnly keeps what is for tests out of the program.
func checkTestOnly(t *tree) []finding {
	var out []finding
	t.product(func(_ *pkg, s *source) {
		for _, spec := range s.ast.Imports {
			target := strings.TrimPrefix(strings.Trim(spec.Path.Value, `"`), module+"/")
			if strings.HasPrefix(spec.Path.Value, `"`+module+"/") && testOnly(target) {
				out = append(out, finding{t.at(spec), target + " is for tests"})
			}
		}
	})
	return out
}

// A library says which rooms may import a library of others; the longest
// matching path decides.
type library struct {
	path  string
	rooms []string
	why   string
}

func libraries() []library {
	screens := []string{"ui/...", "cmd/..."}
	return []library{
		{"go.etcd.io/bbolt", []string{"store"}, "one room writes the file, so one room can promise what is in it"},
		{"github.com/charmbracelet/bubbletea", screens, "only what people see knows the terminal loop"},
		{"github.com/charmbracelet/bubbles", screens, "only what people see knows widgets"},
		{"github.com/charmbracelet/lipgloss", screens, "only what people see has colours"},
		{"github.com/muesli/termenv", screens, "only what people see asks what the terminal can do"},
		{"github.com/charmbracelet/x/ansi", screens, "widths of cells matter on a screen only"},
		{"github.com/rivo/uniseg", append(screens, "store/paper"), "graphemes matter where text is drawn"},
		{"github.com/sahilm/fuzzy", screens, "matching as one types is for pickers and palettes"},
		{"github.com/spf13/cobra", []string{"cmd/..."}, "verbs and flags belong to the command line"},
		{"github.com/spf13/pflag", []string{"cmd/..."}, "verbs and flags belong to the command line"},
		{"golang.org/x/term", append(screens, "store/..."), "asking a passphrase and the size of the terminal"},
		{"github.com/pelletier/go-toml/v2", []string{"store/...", "ui/...", "cmd/..."}, "assets hand out bytes, the model takes plain structs; those between them parse"},
		{"codeberg.org/go-pdf/fpdf", []string{"store/paper"}, "documents are made in one room"},
		{"github.com/ledongthuc/pdf", []string{"store/paper", "store/intake"}, "text of a PDF is read where papers arrive, and where a written one is read back"},
		{"github.com/xuri/excelize/v2", []string{"store/intake"}, "it can spill plain text into temporary files: one room closes that trap"},
		{"golang.org/x/crypto", []string{"store/seal"}, "one room does cryptography"},
		{"github.com/klauspost/compress", []string{"store", "store/index", "store/intake"}, "what is sealed is made small first, where it is sealed, and what an import keeps of a table in memory"},
		{"github.com/RoaringBitmap/roaring/v2", []string{"store/index"}, "long lists of the index, and nothing else"},
		{"github.com/kljensen/snowball", []string{"store/index"}, "English stems are the index's"},
		{"rsc.io/qr", []string{"ui/kit"}, "a QR code is drawn where cells are"},
		{"golang.org/x/mod", []string{"store/ledger"}, "the ledger's tree is the one of Certificate Transparency"},
		{"golang.org/x/net/html", []string{"store/intake"}, "telling encodings apart and reading mark-up are for what arrives"},
		{"golang.org/x/image", []string{"store/paper"}, "fonts are measured where documents are made"},
		{"golang.org/x/text", []string{"store/...", "ui/...", "cmd/..."}, "the model stands on the standard library alone"},
		{"golang.org/x/sys", []string{"store", "cmd/..."}, "system calls belong to the file and to the process"},
	}
}

func checkLibraries(t *tree) []finding {
	var out []finding
	t.product(func(p *pkg, s *source) {
		for _, spec := range s.ast.Imports {
			target := strings.Trim(spec.Path.Value, `"`)
			if first, _, _ := strings.Cut(target, "/"); !strings.Contains(first, ".") {
				continue // the standard library, or ours
			}
			lib, known := libraryOf(target)
			switch {
			case !known:
				out = append(out, finding{t.at(spec), target + " stands in no rule: say in libraries() which rooms may use it and why, and in assets/docs/architecture.md why it is there"})
			case !inAny(p.dir, lib.rooms):
				out = append(out, finding{t.at(spec), fmt.Sprintf("%s is for %s: %s", lib.path, strings.Join(lib.rooms, ", "), lib.why)})
			}
		}
	})
	return out
}

func libraryOf(target string) (best library, ok bool) {
	for _, l := range libraries() {
		if in(target, l.path+"/...") && len(l.path) > len(best.path) {
			best, ok = l, true
		}
	}
	return best, ok
}

// An exception lets one room import a forbidden package, for a reason.
type exception struct {
	path  string
	rooms []string
	why   string
}

// banned are the parts of the standard library that a program which promises
// to stay on one machine and to leave no plain text behind has no use for.
func banned() []exception {
	return []exception{
		{"net/...", nil, "there is no server and no network: nothing may even be able to dial"},
		{"net/url", []string{"store/intake", "cmd/..."}, "reads addresses, dials none"},
		{"net/mail", []string{"store/intake"}, "reads the headers of letters, dials none"},
		{"net/textproto", []string{"store/intake"}, "reads the headers of letters, dials none"},
		{"os/exec", []string{"cmd/..."}, "--passphrase-command alone starts another program; an editor or viewer would leave plain text behind"},
		{"plugin", nil, "code comes with the program or not at all"},
		{"log/...", nil, "a log is a file of case words sooner or later; errors are returned and shown"},
		{"expvar", nil, "publishes over the network"},
		{"runtime/pprof", nil, "a profile can hold words of a case"},
		{"unsafe", nil, "no measured need"},
		{"math/rand/...", []string{"model/invent/...", "cmd/..."}, "chance that matters comes from crypto/rand; invented data from a seed"},
	}
}

func checkBanned(t *tree) []finding {
	return exceptions(t, banned())
}

// ciphers say who may touch cryptography. store/seal does all of it; the rest
// take digests of what is not secret, or need unguessable references.
func ciphers() []exception {
	return []exception{
		{"crypto/...", []string{"store/seal"}, "the only room that does cryptography is store/seal: one place to read, one to get right"},
		{"crypto/sha256", []string{"store/seal", "store/ledger", "store/intake", "store/paper", "store"}, "digests of sealed values and of files, no keys involved"},
		{"crypto/rand", []string{"store/seal", "store/ledger", "store"}, "references and identifiers that nobody can guess, and the ledger's first 32 bytes"},
	}
}

func checkCiphers(t *tree) []finding { return exceptions(t, ciphers()) }

// exceptions finds imports that the longest matching row of the table does not
// let a room have.
func exceptions(t *tree, table []exception) []finding {
	var out []finding
	t.product(func(p *pkg, s *source) {
		for _, spec := range s.ast.Imports {
			target := strings.Trim(spec.Path.Value, `"`)
			row, found := exception{}, false
			for _, e := range table {
				if in(target, e.path) && len(strings.TrimSuffix(e.path, "/...")) >= len(strings.TrimSuffix(row.path, "/...")) {
					row, found = e, true
				}
			}
			if found && !inAny(p.dir, row.rooms) {
				out = append(out, finding{t.at(spec), fmt.Sprintf("%s may not import %s: %s", p.dir, target, row.why)})
			}
		}
	})
	return out
}

// checkWeakKeys keeps the test settings of the key derivation where tests are.
// The store's own tests may use them too: they stand inside the package that
// store/storetest imports, and cannot import it back.
func checkWeakKeys(t *tree) []finding {
	var out []finding
	for _, p := range t.packages {
		if p.dir == "store/seal" || p.dir == "store/storetest" {
			continue
		}
		for _, s := range p.files {
			if s.test && p.dir == "store" {
				continue
			}
			s.selectors(func(n *ast.SelectorExpr, target, name string) {
				if target == module+"/store/seal" && (name == "WeakPolicy" || name == "Weak") {
					out = append(out, finding{t.at(n), "seal." + name + " is for store/storetest"})
				}
			})
		}
	}
	return out
}
