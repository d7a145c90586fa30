package kit

// Action is what a key, the palette or the plain front asks a page to do. Its text is the name that a key file uses.
type Action string

// The actions. What each does is in the table of Actions.
const (
	Typed Action = "typed" // in a key file: the key is typed into the field; the row only tells so in the footer

	Quit        Action = "app.quit"
	QuitNow     Action = "app.quit-now"
	Back        Action = "app.back"
	Help        Action = "app.help"
	Lock        Action = "app.lock"
	Palette     Action = "app.palette"
	Capture     Action = "app.capture"
	CaptureFull Action = "app.capture-full"
	Undo        Action = "app.undo"
	Redo        Action = "app.redo"
	Mask        Action = "app.mask"
	Notices     Action = "app.notices"
	GoToday     Action = "go.today"
	GoCases     Action = "go.cases"
	GoLog       Action = "go.log"
	GoRequests  Action = "go.requests"
	GoPacks     Action = "go.packs"
	GoRegister  Action = "go.register"
	GoRetention Action = "go.retention"
	GoPeople    Action = "go.people"
	GoImport    Action = "go.import"
	GoMerge     Action = "go.merge"
	GoAudit     Action = "go.audit"
	GoFigures   Action = "go.figures"
	GoAdmin     Action = "go.admin"
	GoManual    Action = "go.manual"

	Up       Action = "move.up"
	Down     Action = "move.down"
	PageUp   Action = "move.page-up"
	PageDown Action = "move.page-down"
	HalfUp   Action = "move.half-up"
	HalfDown Action = "move.half-down"
	Top      Action = "move.top"
	Bottom   Action = "move.bottom"
	Left     Action = "move.left"
	Right    Action = "move.right"

	Open       Action = "open"
	Search     Action = "search"
	SearchNext Action = "search.next"
	SearchPrev Action = "search.previous"
	Filter     Action = "filter"
	SaveView   Action = "filter.save"
	Complete   Action = "filter.complete"
	Preview    Action = "preview"
	Wider      Action = "preview.wider"
	Narrower   Action = "preview.narrower"
	Mark       Action = "mark"
	MarkRange  Action = "mark.range"
	MarkInvert Action = "mark.invert"
	MarkAll    Action = "mark.all"
	Repeat     Action = "repeat"
	CopyRef    Action = "copy.reference"
	CopyName   Action = "copy.name"
	NextPane   Action = "pane.next"
	PrevPane   Action = "pane.previous"
	NextTab    Action = "tab.next"
	PrevTab    Action = "tab.previous"
	Tab1       Action = "tab.1"
	Tab2       Action = "tab.2"
	Tab3       Action = "tab.3"
	Tab4       Action = "tab.4"
	Tab5       Action = "tab.5"
	Tab6       Action = "tab.6"
	Tab7       Action = "tab.7"
	Tab8       Action = "tab.8"
	Tab9       Action = "tab.9"
	Refresh    Action = "refresh"
	Compare    Action = "compare"
	NextItem   Action = "item.next"
	PrevItem   Action = "item.previous"
	ViewAs     Action = "view-as"
	OpenFile   Action = "attachment.open"
	AttachFile Action = "attachment.add"

	New       Action = "new"
	Add       Action = "add"
	AddPerson Action = "person.add"
	Edit      Action = "edit"
	Tag       Action = "tag"
	State     Action = "state"
	Link      Action = "link"
	Assign    Action = "assign"
	Comment   Action = "comment"
	Restrict  Action = "restrict"
	Lift      Action = "restriction.lift"
	Reveal    Action = "reveal"
	Clear     Action = "clearance"
	Pseudonym Action = "pseudonym"
	Export    Action = "export"
	Print     Action = "print"
	Discard   Action = "discard"

	NewRequest Action = "request.new"
	ClockEvent Action = "clock.event"
	Letter     Action = "letter"
	Decide     Action = "decide"
	Ask        Action = "agency.ask"
	Chase      Action = "agency.chase"
	Identity   Action = "identity"

	NewPack    Action = "pack.new"
	CoverWords Action = "pack.cover"
	CoverAll   Action = "pack.cover-all"
	LeaveOut   Action = "pack.leave-out"
	Accept     Action = "pack.accept"
	CheckAgain Action = "pack.check"
	Difference Action = "pack.difference"
	SignOff    Action = "pack.sign-off"
	Release    Action = "pack.write"
	Record     Action = "register.record"
	Hold       Action = "hold"
	Dispose    Action = "dispose"
	Verify     Action = "verify"
	Backup     Action = "backup"

	Save      Action = "save"
	NextField Action = "field.next"
	PrevField Action = "field.previous"
	GotoField Action = "field.number"
	Stamp     Action = "capture.stamp"
	Another   Action = "capture.another"
	Yes       Action = "answer.yes"
	No        Action = "answer.no"
	Member    Action = "unlock.member"
	ShowTyped Action = "unlock.show"
	Recovery  Action = "unlock.recovery"
	ShowHead  Action = "unlock.head"
	Cancel    Action = "cancel"
)

// ActionInfo is what people are told about an action.
type ActionInfo struct {
	Action Action
	Title  string // in the palette and in help: a few words
	Word   string // in the footer: one or two words
	Help   string // one sentence
	Hidden bool   // has no place in the palette: a movement, or an answer to a question
	Always bool   // reaches the App through a modal scope
}

// TabNumber is the number, from 1, of a Tab1 to Tab9 action.
func (a Action) TabNumber() (n int, ok bool) {
	if len(a) == 5 && a[:4] == "tab." && a[4] >= '1' && a[4] <= '9' {
		return int(a[4] - '0'), true
	}
	return 0, false
}
