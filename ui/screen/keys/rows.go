package keys

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// row is one line of the page.
type row struct {
	id           string
	name         string
	what, right  string
	sign         string
	tone         kit.Token
	why          string // beside the list: what it is, and what cannot be promised
	next         string // what Enter does
	enter        func() tea.Cmd
	writes       bool
	wide, member bool // its name takes the whole line; it is of a member
	tall         bool // what it says takes a line of its own
}

// rowFor is the row of what is due.
func rowFor(k view.DueKind) string {
	switch k {
	case view.DuePassphrase:
		return "passphrase"
	case view.DueDrill:
		return "drill"
	case view.DueKeys, view.DueSeal:
		return "keys"
	case view.DueCompact:
		return "compact"
	}
	return string(k)
}

func (p *Page) rowsOf() (rows []row, groups []widget.Group) {
	add := func(title, note string, some ...row) {
		if len(some) > 0 {
			groups = append(groups, widget.Group{Title: title, Note: note, From: len(rows)})
			rows = append(rows, some...)
		}
	}
	add("What is lost", kit.Count(len(p.read.lost), "thing", "things"), p.lostRows()...)
	add("Yours, and the workspace's", "", p.passphraseRow(), p.drillRow(), p.keysRow())
	members, here := p.memberRows()
	add("Members", kit.Count(here, "works here", "work here"), members...)
	add("The file", "", p.checkRow(), p.backupRow(), p.compactRow(), p.headRow())
	return rows, groups
}

func say(words string) func() tea.Cmd { return func() tea.Cmd { return kit.Say(words) } }

func (p *Page) lostRows() (out []row) {
	for i, l := range p.read.lost {
		out = append(out, row{id: "lost" + strconv.Itoa(i), name: kit.Sentence(l), tone: kit.Text, wide: true, why: kit.Sentence(l), next: "read the whole sentence",
			enter: say(kit.Sentence(l))})
	}
	return out
}

func (p *Page) passphraseRow() row {
	r := row{id: "passphrase", name: "your passphrase", what: "opens this file as " + p.read.me.Label, tone: kit.Text, next: "set another", writes: true,
		why: passphraseSays + " " + knownSays, enter: p.passphraseSheet}
	if _, due := p.read.due[view.DuePassphrase]; due {
		r.sign, r.tone, r.what, r.right = p.Signs().Overdue, kit.Warn, "was given to you by somebody else", "set your own"
	}
	return r
}

func (p *Page) drillRow() row {
	r := row{id: "drill", name: "recovery sheet", what: "read back on " + p.read.drilled.Long(), tone: kit.Text, next: "type it back", writes: true, why: drillSays, enter: p.drillSheet}
	if p.read.drilled.IsZero() {
		r.what = "nobody has read it back yet"
	}
	if _, due := p.read.due[view.DueDrill]; due {
		r.tone, r.right = kit.Warn, "due"
	}
	if !p.read.me.Role.May(model.RightProfile) {
		r.writes, r.next, r.enter = false, "who does it", say("A manager reads the sheet back: here, or with caseroom members "+p.o.File+" drill.")
	}
	return r
}

func (p *Page) keysRow() row {
	r := row{id: "keys", name: "keys", what: "none that you hold is older than a year", tone: kit.Text, next: "make new ones", writes: true, why: rotateSays, enter: p.askRotate}
	if d, due := p.read.due[view.DueKeys]; due {
		r.tone, r.what, r.right = kit.Warn, kit.Count(d.Cases, "is", "are")+" older than a year", "since "+d.Since.Short()
	}
	if _, due := p.read.due[view.DueSeal]; due {
		r.what, r.right = "sealing anew goes on when nobody types", ""
	}
	if !p.read.me.Role.May(model.RightClear) {
		r.writes, r.next, r.enter = false, "who does it", say("A manager makes new keys: here, or with caseroom members "+p.o.File+" rotate.")
	}
	return r
}

func (p *Page) memberRows() (out []row, here int) {
	for _, m := range p.read.members {
		r := row{id: "m:" + m.Label, name: m.Label, what: m.Role.Title(), tone: kit.Text, member: true, writes: true, why: memberSays(m, p.o.File),
			next: "role, clearance, taking out", enter: func() tea.Cmd { return p.askMember(m) }}
		counted := kit.Count(m.Cases, "case", "cases")
		switch {
		case m.Gone:
			r.tone, r.right, r.writes, r.next, r.enter = kit.Muted, "gone", false, "what stays of them",
				say(m.Label+" was taken out. What they signed can still be checked, and their short name is not given again.")
		case m.Me:
			r.right, r.writes, r.next, r.enter = counted+", you", false, "who could change it", say("Another manager changes your role or your clearances. Your passphrase is yours to change, above.")
		case m.OneTime:
			r.right = counted + ", one-time passphrase"
		default:
			r.right = counted
		}
		if !m.Gone {
			here++
		}
		out = append(out, r)
	}
	add := "caseroom members " + p.o.File + " add --name NAME --role ROLE"
	clear := "caseroom members " + p.o.File + " clear --name NAME --case REF"
	return append(out, row{id: "add", name: "another member", what: "is added, and cleared, with a verb", tone: kit.Muted, next: "see the verbs",
		why: "To add somebody: " + add + "\nTo hand them the key of a case: " + clear, enter: say("Add: " + add + "   Clear: " + clear)}), here
}

// memberSays tells what of a member is known, and what the counts are.
func memberSays(m view.MemberRow, file string) string {
	says := []string{m.Name, m.Role.Title() + "."}
	if m.Gone {
		return strings.Join(append(says, "Taken out: their passphrase opens nothing any more. What they signed can still be checked."), "\n")
	}
	says = append(says, "Holds "+kit.Count(m.Cases, "case", "cases")+" of those that you are cleared for. What they hold beside those is not counted here.")
	if m.OneTime {
		says = append(says, "Has not set a passphrase of their own yet, and so signs nothing off.")
	}
	return strings.Join(append(says, "To clear them for a case: caseroom members "+file+" clear --name "+m.Label+" --case REF"), "\n")
}

func (p *Page) checkRow() row {
	r := row{id: "check", name: "check", what: "nothing wrong was found when it was opened", tone: kit.Text, next: "how to check more",
		why:   "The whole file is checked each time it is opened: its pages, every line of the ledger with its signature, every sealed value. What only keys can tell is checked by the verb.",
		enter: say("To read every value too: caseroom verify " + p.o.File + " --deep")}
	switch over, err := p.st.Sound(); {
	case err != nil || len(p.read.lost) > 0:
		r.sign, r.tone, r.what = p.Signs().Overdue, kit.Danger, "DAMAGED: nothing more is written"
		r.enter = say("Restore a backup: caseroom restore. Or save what can be saved: caseroom verify " + p.o.File + " --salvage saved.caseroom")
	case !over:
		r.tone, r.what = kit.Muted, "the check of the whole file goes on"
	}
	return r
}

func (p *Page) compactRow() row {
	r := row{id: "compact", name: "old text", what: "none is left in unused parts of the file", tone: kit.Text, next: "what is left elsewhere",
		why:   "When text moves to other keys, what was there lies on, sealed, in unused parts of the file until a compact copy takes its place. Copies, backups and the disk itself may keep it for longer.",
		enter: say("Copies and backups made before keep what they hold, and a disk may keep parts that no program reaches.")}
	if _, due := p.read.due[view.DueCompact]; due {
		r.tone, r.what, r.next = kit.Muted, "the file is made compact when nobody types", "when"
		r.enter = say("The file is made compact when nobody types for a moment, or at the latest when you lock.")
	}
	return r
}

func (p *Page) headRow() row {
	return row{id: "head", name: "eight words", what: p.read.head, tone: kit.Text, tall: true, next: "what they are for",
		why:   "The head of the ledger. Every copy of the same state has the same words: an older copy, or one with another history, has others. Write them into the minutes.",
		enter: say("Write them into the minutes: who later holds a copy against them sees whether it is older, or another.")}
}
