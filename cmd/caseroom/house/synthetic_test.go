package house

import (
	"strings"
	"testing"
	"testing/fstest"
)

// sound is a small house that keeps to every rule.
func sound() map[string]string {
	return map[string]string{
		"go.mod":                      "module caseroom\n\ngo 1.26.0\n\nrequire (\n\tgo.etcd.io/bbolt v1.5.0\n\tgithub.com/x/y v1.0.0 // indirect\n)\n",
		"README.md":                   "# Caseroom\n\n[The house](assets/docs/architecture.md#the-rooms) and `store/seal`.\n",
		"LICENSE":                     "words",
		"assets/docs/architecture.md": "# House\n\n## The rooms\n\n| `go.etcd.io/bbolt` | why |\n",
		"assets/doc.go":               "// Package assets holds bytes. Imported by store and ui.\npackage assets\n",
		"model/doc.go":                "// Package model holds nouns. Imported by everybody.\npackage model\n",
		"model/case.go":               "package model\n\nimport \"time\"\n\n// Case is a review.\ntype Case struct{ Opened time.Time }\n\n// Kinds of a case.\nconst (\n\tRapid = iota\n\tLong\n)\n\nfunc (c Case) String() string { return \"\" }\n",
		"store/doc.go":                "// Package store keeps. Imported by cmd.\npackage store\n",
		"store/file.go":               "package store\n\nimport (\n\t\"crypto/rand\"\n\t\"os\"\n\n\tbolt \"go.etcd.io/bbolt\"\n\n\t\"caseroom/model\"\n\t\"caseroom/store/seal\"\n)\n\nvar _ = []any{bolt.Open, os.Open, rand.Read, model.Rapid, seal.Open}\n\nfunc run() { go run() }\n",
		"store/seal/doc.go":           "// Package seal locks. Imported by store.\npackage seal\n\nimport _ \"crypto/aes\"\n\n// Open opens.\nfunc Open() {}\n",
		"store/storetest/doc.go":      "// Package storetest is imported by tests.\npackage storetest\n\nimport \"caseroom/store/seal\"\n\nvar _ = seal.WeakPolicy\n",
		"ui/kit/doc.go":               "// Package kit is imported by ui.\npackage kit\n\nimport \"github.com/charmbracelet/lipgloss\"\n\nvar _ = lipgloss.NewStyle()\n",
		"ui/screen/today/doc.go":      "// Package today is imported by ui.\npackage today\n\nimport _ \"caseroom/ui/widget\"\n",
		"ui/widget/doc.go":            "// Package widget is imported by screens.\npackage widget\n\nimport _ \"caseroom/ui/kit\"\n",
		"cmd/caseroom/main.go":        "// Command caseroom imports everything.\npackage main\n\nimport _ \"os/exec\"\n\nfunc main() {}\n",
		"cmd/caseroom/main_test.go":   "package main\n\nimport _ \"caseroom/store/storetest\"\n",
	}
}

func house(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, body := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(body)}
	}
	loaded, broken, err := loadTree(fsys)
	if err != nil || len(broken) > 0 {
		t.Fatalf("loading an invented house: %v %v", err, broken)
	}
	return loaded
}

func TestSoundHouseKeepsEveryRule(t *testing.T) {
	for _, r := range rules() {
		for _, f := range r.breaks(house(t, sound())) {
			t.Errorf("%s: %s", r.name, f)
		}
	}
}

// violations are each one file put into the sound house, and a word of what
// the rule says about it.
var violations = []struct{ rule, path, body, want string }{
	{"arrows", "store/seal/x.go", "package seal\n\nimport _ \"caseroom/store\"\n", "store/seal may not import store"},
	{"arrows", "store/ledger/x.go", "package ledger\n\nimport _ \"caseroom/store/seal\"\n", "may not import store/seal"},
	{"arrows", "ui/screen/today/x.go", "package today\n\nimport _ \"caseroom/ui/screen/cases\"\n", "may not import ui/screen/cases"},
	{"arrows", "ui/screen/today/x.go", "package today\n\nimport _ \"caseroom/store\"\n", "may not import store"},
	{"arrows", "ui/widget/x.go", "package widget\n\nimport _ \"caseroom/model\"\n", "may not import model"},
	{"arrows", "ui/kit/x.go", "package kit\n\nimport _ \"caseroom/ui/widget\"\n", "may not import ui/widget"},
	{"arrows", "ui/x.go", "package ui\n\nimport _ \"caseroom/store\"\n", "may not import store"},
	{"arrows", "model/x.go", "package model\n\nimport _ \"caseroom/assets\"\n", "may not import assets"},
	{"arrows", "assets/x.go", "package assets\n\nimport _ \"caseroom/model\"\n", "may not import model"},
	{"arrows", "kitchen/x.go", "package kitchen\n", "in no room"},
	{"test-only", "store/x.go", "package store\n\nimport _ \"caseroom/store/storetest\"\n", "is for tests"},
	{"libraries", "store/index/x.go", "package index\n\nimport _ \"go.etcd.io/bbolt\"\n", "go.etcd.io/bbolt is for store"},
	{"libraries", "model/x.go", "package model\n\nimport _ \"golang.org/x/text/width\"\n", "golang.org/x/text is for"},
	{"libraries", "store/x.go", "package store\n\nimport _ \"github.com/charmbracelet/lipgloss/table\"\n", "lipgloss is for ui"},
	{"libraries", "cmd/caseroom/x.go", "package main\n\nimport _ \"example.org/new\"\n", "stands in no rule"},
	{"banned", "cmd/caseroom/x.go", "package main\n\nimport _ \"net/http\"\n", "may not import net/http"},
	{"banned", "store/x.go", "package store\n\nimport _ \"net\"\n", "may not import net"},
	{"banned", "store/x.go", "package store\n\nimport _ \"os/exec\"\n", "may not import os/exec"},
	{"banned", "ui/x.go", "package ui\n\nimport _ \"log/slog\"\n", "may not import log/slog"},
	{"ciphers", "store/x.go", "package store\n\nimport _ \"crypto/aes\"\n", "may not import crypto/aes"},
	{"ciphers", "model/x.go", "package model\n\nimport _ \"crypto/sha256\"\n", "may not import crypto/sha256"},
	{"weak-keys", "store/x.go", "package store\n\nimport \"caseroom/store/seal\"\n\nvar _ = seal.Weak()\n", "seal.Weak"},
	{"weak-keys", "cmd/caseroom/x_test.go", "package main\n\nimport s \"caseroom/store/seal\"\n\nvar _ = s.WeakPolicy\n", "seal.WeakPolicy"},
	{"styles", "ui/widget/x.go", "package widget\n\nimport \"github.com/charmbracelet/lipgloss\"\n\nvar bold = lipgloss.NewStyle().Bold(true)\n", "package-level"},
	{"styles", "ui/widget/x.go", "package widget\n\nimport lg \"github.com/charmbracelet/lipgloss\"\n\nvar bold *lg.Style\n", "package-level"},
	{"goroutines", "ui/widget/x.go", "package widget\n\nfunc f() { go f() }\n", "go statement"},
	{"goroutines", "model/x.go", "package model\n\nfunc f() { func() { go f() }() }\n", "go statement"},
	{"purity", "model/x.go", "package model\n\nimport \"time\"\n\nvar _ = time.Now()\n", "time.Now"},
	{"purity", "ui/screen/today/x.go", "package today\n\nimport tm \"time\"\n\nvar _ = tm.Since\n", "time.Since"},
	{"purity", "ui/widget/x.go", "package widget\n\nimport _ \"os\"\n", "imports os"},
	{"panics", "store/x.go", "package store\n\nfunc f() { panic(1) }\n", "panic"},
	{"package-docs", "store/index/a.go", "package index\n", "no package comment"},
	{"package-docs", "ui/kit/x.go", "// Package kit again. Import it.\npackage kit\n", "package comments in"},
	{"package-docs", "model/doc.go", "// Package model holds nouns.\npackage model\n", "who may import"},
	{"package-docs", "model/doc.go", "package model\n", "no doc.go"},
	{"exported-docs", "store/x.go", "package store\n\nfunc Bare() {}\n", "Bare has no comment"},
	{"exported-docs", "store/x.go", "package store\n\ntype bare struct{}\n\ntype Bare bare\n", "Bare has no comment"},
	{"exported-docs", "store/x.go", "package store\n\nvar Bare, bare int\n", "Bare has no comment"},
	{"exported-docs", "model/x.go", "package model\n\nfunc (c *Case) Close() {}\n", "Close has no comment"},
	{"names", "store/utils/x.go", "package utils\n", "called utils"},
	{"names", "ui/common/list/x.go", "package list\n", "called common"},
	{"lengths", "model/x.go", "package model\n" + strings.Repeat("\n", fileLimit), "lines, more than 600"},
	{"lengths", "model/x.go", "package model\n\nfunc f() {" + strings.Repeat("\n", funcLimit) + "}\n", "f is 121 lines"},
	{"marks", "model/x.go", "package model\n\n// TO" + "DO: later\n", "finish it"},
	{"marks", "assets/kinds.toml", "# FIX" + "ME\n", "finish it"},
	{"machine-paths", "README.md", "See /ro" + "ot/notes.md\n", "somebody's machine"},
	{"machine-paths", "store/x.go", "package store\n\nconst at = \"/ho" + "me/ann/file\"\n", "somebody's machine"},
	{"links", "README.md", "[gone](assets/docs/gone.md)\n", "gone.md, which is not there"},
	{"links", "README.md", "[x](assets/docs/architecture.md#cellar)\n", "no heading"},
	{"links", "assets/docs/x.md", "[x](#cellar)\n\n# Attic\n", "no heading"},
	{"links", "README.md", "Look into `store/cellar`.\n", "speaks of store/cellar"},
	{"top", "NOTES.md", "words", "does not belong"},
	{"top", "scripts/x.txt", "words", "does not belong"},
	{"reasons", "go.mod", "require github.com/new/thing v1.2.3\n", "github.com/new/thing"},
}

func TestEachRuleFindsWhatBreaksIt(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range violations {
		t.Run(v.rule+"/"+v.path, func(t *testing.T) {
			files := sound()
			files[v.path] = v.body
			var said []string
			for _, r := range rules() {
				if r.name == v.rule {
					seen[r.name] = true
					for _, f := range r.breaks(house(t, files)) {
						said = append(said, f.String())
					}
				}
			}
			if !strings.Contains(strings.Join(said, "\n"), v.want) {
				t.Errorf("want a finding that says %q, got %q", v.want, said)
			}
		})
	}
	for _, r := range rules() {
		if !seen[r.name] {
			t.Errorf("no invented violation tries the rule %s", r.name)
		}
	}
}

func TestBrokenFilesAreFindings(t *testing.T) {
	_, broken, err := loadTree(fstest.MapFS{"model/x.go": {Data: []byte("package")}})
	if err != nil || len(broken) != 1 {
		t.Errorf("broken = %v, %v", broken, err)
	}
}

func TestAnchors(t *testing.T) {
	got := strings.Join(anchors("# One way: the file's `seal`\n\n```\n# not this\n```\n\n## Keys (v1) — new\n"), " | ")
	if want := "one-way-the-files-seal | keys-v1--new"; got != want {
		t.Errorf("anchors = %q, want %q", got, want)
	}
}
