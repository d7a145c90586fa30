//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"testing"

	"caseroom/cmd/caseroom/ptytest"
)

// Canary words: each stands in one place of a session, none may lie readable in a
// file.
const (
	saidOnPhone = "Marmalade-Otter"        // what the caller said
	whySealed   = "Quillfeather-Source"    // the reason of the restriction
	whyLifted   = "Juniper-Lapwing"        // the reason of lifting it
	leftBehind  = "Tangerine-Lighthouse"   // a draft that was put by
	cutOff      = "Saffron-Windmill"       // a draft whose program was killed
	fromSchool  = "Peppercorn-Viaduct"     // a row of a spreadsheet
	openWords   = "Clinic visit went well" // what everybody who is cleared may read: no canary
)

const storyCase = "DD-2026-A001"

// TestStorySealed is the story of a workspace: a call is taken down, sealed for
// its taker alone, and a colleague who is cleared for the case finds it nowhere,
// neither on the screen nor on the command line nor in a pack. In the end no
// canary word lies in any file.
func TestStorySealed(t *testing.T) {
	t.Parallel()
	d := emptyDesk(t)
	newPartnership(d)

	x := d.unlocked("sam", ptytest.Options{})
	item := logAndSeal(t, x)
	asColleague(t, x, item)
	asColleagueInShell(t, d, item)
	liftAndUndo(t, d, item)
	draftsWait(t, d)

	d.does(0, "sam", "", "import", d.put("school.csv", "Date,Event\n12/3/2024,"+fromSchool+" in assembly\n"), "--case", storyCase, "--agency", "Elm Grove Primary")
	ptytest.NoCanary(t, append([]string{saidOnPhone, whySealed, whyLifted, leftBehind, cutOff, fromSchool}, secrets["sam"], secrets["ann"]),
		d.home, d.folder)
}

// newPartnership makes the workspace: sam is its manager, ann a colleague who is
// cleared for every new case by the profile. One item is there for both.
func newPartnership(d *desk) {
	d.t.Helper()
	if a := d.call("sam", "", "new", d.file, "--partnership", "Northmoor Safeguarding Children Partnership", "--member", "sam"); a.code != 0 {
		d.t.Fatal(a.errs)
	}
	once := d.put("once", "one for the road\n")
	d.does(0, "sam", "", "members", "add", "--name", "ann", "--role", "business-team", "--new-passphrase-file", once)
	d.does(0, "ann", "", "members", "passphrase", "--passphrase-file", once, "--new-passphrase-file", filepath.Join(d.drawer, "ann"))
	d.does(0, "sam", "", "case", "add", "--kind", "rapid-review", "--title", "Injury at home, child of four", "--ref", storyCase,
		"--subject", "Robin Example")
	d.does(0, "sam", openWords, "log", "--case", storyCase, "--channel", "email", "--agency", "Health visiting", "--text", "-")
}

// logAndSeal takes a call down in the bar and restricts it to its taker. It gives
// the item's reference.
func logAndSeal(t *testing.T, x *ptytest.Term) string {
	t.Helper()
	openCase(x)
	takeDown(x, saidOnPhone+" saw the child on Sunday")
	x.Press("ctrl+s")
	x.WaitFor("saved to "+storyCase, storyLimit)
	item := reference.FindString(x.Lines()[23]) // the foot
	if item == "" {
		t.Fatalf("the notice names no reference:\n%s", x.Screen())
	}

	x.Press("2")
	pick(t, x, saidOnPhone)
	x.Press("R")
	x.WaitFor("what it will do is said before", storyLimit)
	x.Type("need")
	x.WaitFor("> Need to know", storyLimit)
	x.Press("enter")
	x.WaitGone("sealed for named members", storyLimit)
	x.WaitFor("ctrl+s save", storyLimit) // the foot tells the form's keys in a long text too
	x.Type(whySealed + " is at risk")
	x.Press("tab", "tab", "tab", "tab")
	x.WaitFor("○ sam", storyLimit)
	x.Type("sam")
	x.WaitGone("○ ann", storyLimit)
	x.Press("ctrl+s")
	x.WaitFor("Named: sam. Kept from: ann.", storyLimit)
	beyondGrace()
	x.Press("y")
	x.WaitFor("[R] need", storyLimit)
	return item
}

func openCase(x *ptytest.Term) {
	x.Press("f3")
	x.WaitFor("Open cases", storyLimit)
	x.Press("enter")
	x.WaitFor("1 Summary", storyLimit)
}

// asColleague locks, unlocks as ann and walks every page there is.
func asColleague(t *testing.T, x *ptytest.Term, item string) {
	t.Helper()
	hidden := []string{saidOnPhone, "Otter", whySealed, item, "need to know", "[R]", "RES-2026"}
	x.Press("f12")
	x.WaitFor("Enter unlock", storyLimit)
	without(t, "the locked screen", x.Screen(), append(hidden, openWords, storyCase, "Robin", "Injury")...)
	from := len(x.Raw())

	x.Press("tab")
	x.WaitFor("ann   1 of 2", storyLimit)
	unlock(x, "ann")
	page := func(name string) { without(t, "ann's "+name, x.Screen(), hidden...) }
	x.WaitFor("1 to complete", storyLimit)
	page("Today")

	openCase(x)
	tabs := "1 Summary   2 Information 1   3 People 1   4 Restrictions   5 History"
	for key, seen := range map[string]string{"1": "In the file", "2": openWords, "3": "NHS number", "4": "Nothing here is restricted", "5": "read the case"} {
		x.Press(key)
		x.WaitFor(seen, storyLimit)
		x.WaitFor(tabs, storyLimit)
		page("case file, page " + key)
	}
	x.Press("2")
	x.WaitFor(openWords, storyLimit)
	x.Press("/")
	x.Type("Marmal")
	x.WaitFor("Marmal", storyLimit)
	page("search")
	x.Press("esc", ":")
	x.Type("Marmal")
	x.WaitFor("Nothing has this name", storyLimit)
	page("palette")
	x.Press("esc", "f3")
	x.WaitFor("Open cases", storyLimit)
	x.Press("f")
	x.Type("Marmal")
	x.Press("enter")
	x.WaitGone(storyCase, storyLimit)
	page("filter")
	x.Press("ctrl+c")
	ends(t, x, 0)
	without(t, "some frame of ann's", string(x.Raw()[from:]), hidden...)
}

// asColleagueInShell asks every verb that reads, as ann.
func asColleagueInShell(t *testing.T, d *desk, item string) {
	t.Helper()
	hidden := []string{saidOnPhone, whySealed, item, "need-to-know", "need to know", "RES-2026"}
	ask := func(code int, verb string, args ...string) answer {
		a := d.does(code, "ann", "", verb, args...)
		without(t, verb+" "+strings.Join(args, " "), a.out, hidden...)
		return a
	}
	if a := ask(0, "list", "information", "--jsonl"); strings.Count(a.out, `"ref"`) != 1 {
		t.Errorf("ann lists:\n%s", a.out)
	}
	ask(0, "search", "Otter", "--jsonl")
	ask(0, "audit", "--jsonl")
	ask(0, "show", storyCase, "--history")

	const never = "INF-2026-7KQ4M2"
	there, missing := d.does(4, "ann", "", "show", item), d.does(4, "ann", "", "show", never)
	if a, b := strings.ReplaceAll(there.errs, item, "REF"), strings.ReplaceAll(missing.errs, never, "REF"); a != b || there.out != "" {
		t.Errorf("what is hidden can be told from what never was:\n%s%s", a, b)
	}

	pack := d.does(0, "ann", "", "pack", "build", "--case", storyCase, "--audience", "Panel, 3 March").last()
	d.does(0, "sam", "", "pack", "sign", pack)
	for _, format := range []string{"json", "pdf"} {
		a := ask(0, "pack", "write", pack, "--format", format, "--to", filepath.Join(d.folder, "panel."+format))
		without(t, "writing the pack", a.errs, hidden...)
	}
}

// liftAndUndo lifts the restriction and takes that back. Two calls are then taken
// down and not saved: one is put by, and the program is killed, as a power cut
// would, while the other is typed.
func liftAndUndo(t *testing.T, d *desk, item string) {
	t.Helper()
	x := d.unlocked("sam", ptytest.Options{})
	openCase(x)
	x.Press("2")
	x.WaitFor(saidOnPhone, storyLimit)
	x.Press("4")
	x.WaitFor("In force 1", storyLimit)
	x.Press("L")
	x.WaitFor("Why is it lifted?", storyLimit)
	beyondGrace()
	x.Type(whyLifted + " agreed")
	x.Press("enter")
	x.WaitFor("Ended 1", storyLimit)
	x.Press("u")
	x.WaitFor("In force 1", storyLimit)

	takeDown(x, leftBehind+" rang")
	x.WaitFor("draft saved", storyLimit)
	x.Press("esc")
	x.WaitGone("What was said", storyLimit)
	takeDown(x, cutOff+" in the fog")
	x.WaitFor("draft saved", storyLimit)
	x.Type(" and then the line")
	x.Kill()
	d.does(4, "ann", "", "show", item)
}

// draftsWait opens the workspace after the kill: both drafts are on Today.
func draftsWait(t *testing.T, d *desk) {
	t.Helper()
	x := d.open("sam", ptytest.Options{W: 120, H: 40})
	unlock(x, "sam")
	x.WaitFor("Drafts to finish 2", storyLimit)
	for _, words := range []string{cutOff, leftBehind} {
		x.Press("enter")
		x.WaitFor(words, storyLimit)
		x.Press("esc")
		x.WaitFor("Drafts to finish 2", storyLimit)
		x.Press("down")
	}
	x.Press("ctrl+c")
	ends(t, x, 0)
}
