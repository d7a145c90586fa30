package kit

// Scope is a named set of key bindings. The focused part of a page lists its scopes from the inside outwards; the App
// adds InApp at the end.
type Scope string

// The scopes of the parts and pages. A scope that is not named here, such as one that a key file keeps for a page to
// come, has neither of the two properties below.
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
	InItem     Scope = "item"     // an open item of information
	InAdmin    Scope = "admin"    // the page of members and keys
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
