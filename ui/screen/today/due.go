package today

import (
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// dueRows say what has to be seen to in the workspace as a whole, and where. What goes on by itself says so.
func dueRows(t view.Today, signs *kit.Signs) []row {
	var out []row
	for _, d := range t.Due {
		r := row{id: "due-" + string(d.Kind), due: &d, tone: kit.Warn, to: kit.Route{Kind: kit.ToAdmin, Arg: string(d.Kind)}}
		switch d.Kind {
		case view.DuePassphrase:
			r.ref, r.what, r.left = "passphrase", "Set your own before you sign off", "given to you"
			r.sign = signs.Overdue
		case view.DueDrill:
			r.ref, r.what, r.left = "recovery sheet", "Read it back from the paper", "never done"
			if !d.Since.IsZero() {
				r.left = "last " + d.Since.Short()
			}
		case view.DueKeys:
			r.ref, r.what, r.left = "keys", kit.Count(d.Cases, "is", "are")+" over a year old", "since "+d.Since.Short()
		case view.DueSeal:
			r.ref, r.what, r.left, r.tone = "sealing anew", "Goes on when nobody types", "not finished", kit.Muted
		case view.DueCompact:
			r.ref, r.what, r.left, r.tone = "the file", "Made compact when nobody types", "not done yet", kit.Muted
		default:
			continue
		}
		out = append(out, r)
	}
	return out
}

// asideDue says why it matters and what helps.
func (p *Page) asideDue(a *aside, r row) {
	a.title(r.ref, r.left, r.tone, r.what)
	why, next := dueWords(*r.due)
	a.para(why, kit.Text.Ink())
	a.head("Next", "")
	a.keys(kit.Hint{Key: "Enter", Word: next})
}

func dueWords(d view.Due) (why, next string) {
	switch d.Kind {
	case view.DuePassphrase:
		return "Whoever gave it to you can still open this file as you. Until you have set your own you sign nothing off.", "set your own"
	case view.DueDrill:
		return "The recovery sheet opens what nobody else can open any more. A sheet that nobody has read back from may not be there, or may not be legible.", "type it back"
	case view.DueKeys:
		return "New keys once a year keep small what one lost key opens. Members get them when they next unlock.", "see the keys"
	case view.DueSeal:
		return "Keys were taken from somebody, or made anew. What was written before is sealed anew with the new keys whenever nobody types.", "see the keys"
	}
	return "Text that was moved or sealed anew still lies, sealed with the old keys, in parts of the file that are not used. A compact copy takes its place when nobody types, or at the latest when you lock.", "see the file"
}
