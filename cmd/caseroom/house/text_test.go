package house

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The marks are put together here so that this file is not a finding itself.
var (
	marks    = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"}, "|") + `)\b`)
	machines = regexp.MustCompile(`(^|[\s"'` + "`" + `(=])(/` + strings.Join([]string{"work", "root", "home/[a-z]+", "Users/[A-Za-z]+"}, "|/") + `)/|[A-Z]:\\` + `Users\\`)
	mdLink   = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)`)
	mdCode   = regexp.MustCompile("`([^`\n]+)`")
	heading  = regexp.MustCompile(`(?m)^#{1,6}\s+(.+?)\s*$`)
	fence    = regexp.MustCompile("(?ms)^(```|~~~).*?^(```|~~~)\\s*$")
)

func checkMarks(t *tree) []finding {
	return eachLine(t, func(line string) string {
		if m := marks.FindString(line); m != "" {
			return m + ": finish it, or say in plain words what is not there and why"
		}
		return ""
	})
}

func checkMachinePaths(t *tree) []finding {
	return eachLine(t, func(line string) string {
		if m := machines.FindString(line); m != "" {
			return "a path of somebody's machine: " + strings.TrimSpace(m)
		}
		return ""
	})
}

// eachLine judges every line of every text but tables of invented data.
func eachLine(t *tree, judge func(line string) string) []finding {
	var out []finding
	for _, name := range sortedKeys(t.texts) {
		if path.Ext(name) == ".csv" || path.Ext(name) == ".json" {
			continue
		}
		n := 0
		for line := range strings.Lines(t.texts[name]) {
			n++
			if said := judge(line); said != "" {
				out = append(out, finding{fmt.Sprintf("%s:%d", name, n), said})
			}
		}
	}
	return out
}

// checkLinks follows every link of the pages that stays within the checkout,
// to the file and to the heading, and every path of ours that stands in
// backquotes.
func checkLinks(t *tree) []finding {
	var out []finding
	for _, name := range sortedKeys(t.texts) {
		if path.Ext(name) != ".md" {
			continue
		}
		prose := fence.ReplaceAllString(t.texts[name], "")
		for _, m := range mdLink.FindAllStringSubmatch(prose, -1) {
			if said := t.follow(name, m[1]); said != "" {
				out = append(out, finding{name, said})
			}
		}
		for _, m := range mdCode.FindAllStringSubmatch(prose, -1) {
			if p := strings.TrimSuffix(strings.TrimPrefix(m[1], "./"), "/"); ourPath(p) && !t.all[p] {
				out = append(out, finding{name, "speaks of " + m[1] + ", which is not there"})
			}
		}
	}
	return out
}

func (t *tree) follow(page, link string) string {
	if strings.Contains(link, "://") || strings.HasPrefix(link, "mailto:") {
		return "" // of the world outside; tests stay on this machine
	}
	target, anchor, _ := strings.Cut(link, "#")
	file := page
	if target != "" {
		file = path.Join(path.Dir(page), target)
	}
	if !t.all[file] {
		return fmt.Sprintf("links to %s, which is not there", link)
	}
	if anchor != "" && path.Ext(file) == ".md" && !slices.Contains(anchors(t.texts[file]), anchor) {
		return fmt.Sprintf("links to %s, where no heading has that name", link)
	}
	return ""
}

// anchors are the names that headings have on the web.
func anchors(page string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ' || r == '-':
				return '-'
			case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		out = append(out, slug)
	}
	return out
}

// ourPath says whether words in backquotes are a path of the checkout and
// nothing else.
func ourPath(s string) bool {
	if strings.ContainsAny(s, " *…<>$|{}\\") || strings.Contains(s, "...") {
		return false
	}
	top, _, nested := strings.Cut(s, "/")
	return nested && slices.Contains([]string{"assets", "cmd", "model", "store", "ui", ".ci"}, top)
}

// checkTop keeps the top of the checkout to what a newcomer can take in.
func checkTop(t *tree) []finding {
	known := []string{"assets", "cmd", "model", "store", "ui", "go.mod", "go.sum", "README.md", "LICENSE"}
	var out []finding
	for _, name := range sortedKeys(t.all) {
		if !strings.Contains(name, "/") && !strings.HasPrefix(name, ".") && !slices.Contains(known, name) {
			out = append(out, finding{name, "does not belong at the top"})
		}
	}
	return out
}

// checkReasons wants a row in the architecture page for every library that
// go.mod asks for directly.
func checkReasons(t *tree) []finding {
	const page = "assets/docs/architecture.md"
	var out []finding
	for _, line := range strings.Split(t.texts["go.mod"], "\n") {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) != 2 || !strings.HasPrefix(fields[1], "v") || !strings.Contains(fields[0], ".") {
			continue // indirect ones end in a comment
		}
		if !strings.Contains(t.texts[page], "| `"+fields[0]+"` |") {
			out = append(out, finding{page, "has no row that says why " + fields[0] + " is there"})
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
