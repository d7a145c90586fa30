package kit

// Scope is a named set of key bindings. The focused part of a page lists its scopes from the inside outwards; the App
// adds InApp at the end.
type Scope string

// The scopes of the default key table. A scope that is not named here has neither of the two properties below.
const (
	InApp      Scope = "app"      // everywhere
	InList     Scope = "list"     // any list
	InReader   Scope = "reader"   // a text that is read
	InEditor   Scope = "editor"   // a text of several lines that is written
	InInput    Scope = "input"    // a line that is written
	InForm     Scope = "form"     // a form with a field in focus
	InCapture  Scope = "capture"  // the capture bar
	InPrompt   Scope = "prompt"   // a question answered yes or no
	InTyped    Scope = "typed"    // a question answered by typing
	InPicker   Scope = "picker"   // one of many, narrowed by typing
	InPalette  Scope = "palette"  // the command palette
	InHelp     Scope = "help"     // the help overlay
	InSearch   Scope = "search"   // the search line of a page
	InFilter   Scope = "filter"   // the filter line of a list
	InUnlock   Scope = "unlock"   // the unlock page
	InProgress Scope = "progress" // a long job that runs in front
	InToday    Scope = "today"    // the Today page
	InCases    Scope = "cases"    // the list of cases
	InCaseFile Scope = "casefile" // an open case
	InChron    Scope = "chronology"
	InItem     Scope = "item"      // an open item of information
	InLog      Scope = "log"       // the information log
	InRequests Scope = "requests"  // the queue of requests
	InRequest  Scope = "request"   // an open request
	InPacks    Scope = "packs"     // the list of packs
	InPack     Scope = "pack"      // the pack builder
	InRegister Scope = "register"  // the disclosure register
	InRetain   Scope = "retention" // retention and disposal
	InPeople   Scope = "people"    // the directory of people and agencies
	InImport   Scope = "import"    // the import wizard
	InMerge    Scope = "merge"     // merge review
	InAudit    Scope = "audit"     // the ledger
	InFigures  Scope = "figures"
	InAdmin    Scope = "admin"  // settings, members, profile
	InReturn   Scope = "return" // a panel member's return
)

// Text says that what is typed goes to the focused field: printable keys cannot be bound in such a scope.
func (s Scope) Text() bool {
	switch s {
	case InEditor, InInput, InForm, InCapture, InTyped, InPicker, InPalette, InHelp, InSearch, InFilter, InUnlock:
		return true
	}
	return false
}

// Modal says that keys without a binding do not reach the scopes outside it, but for the few actions that must always
// be within reach (Action.Always).
func (s Scope) Modal() bool {
	switch s {
	case InPrompt, InTyped, InPicker, InPalette, InHelp, InUnlock, InProgress:
		return true
	}
	return false
}
