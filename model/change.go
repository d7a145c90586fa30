package model

import "time"

// Act says what a change does, as the ledger and the history name it.
type Act string

// The acts. Each is a class of the ledger; the words after it are for people.
const (
	ActCreate      Act = "create"       // the workspace itself
	ActCaseAdd     Act = "case-add"     // a case opened
	ActCaseSet     Act = "case-set"     // a case changed
	ActPersonAdd   Act = "person-add"   // a person added to a case
	ActPersonSet   Act = "person-set"   // a person changed
	ActIncident    Act = "incident"     // an incident added or changed
	ActLog         Act = "log"          // information logged
	ActCorrect     Act = "correct"      // information corrected; the original is kept
	ActImport      Act = "import"       // information logged from a file
	ActRestrict    Act = "restrict"     // a restriction set
	ActLift        Act = "lift"         // a restriction lifted
	ActReveal      Act = "reveal"       // covered words uncovered once, with a reason
	ActOpen        Act = "open"         // a case opened to be read
	ActEnrol       Act = "enrol"        // a member added
	ActRole        Act = "role"         // a member's role changed
	ActGrant       Act = "grant"        // a member cleared for a case
	ActPassphrase  Act = "repassphrase" // a member's passphrase set
	ActProfile     Act = "profile"      // the partnership's profile changed
	ActPackBuild   Act = "pack-build"   // a pack chosen for an audience
	ActPackSign    Act = "sign-off"     // a pack signed off
	ActPackWrite   Act = "pack-out"     // a pack written: it has left
	ActUndo        Act = "undo"         // an earlier change taken back
	ActRecoveryUse Act = "recovery-used"
	ActBackup      Act = "backup"  // a copy of the workspace made, which leaves
	ActRevoke      Act = "revoke"  // a member's clearance taken away
	ActRemove      Act = "remove"  // a member taken out of the workspace
	ActRotate      Act = "rotate"  // new keys made
	ActRestore     Act = "restore" // the workspace restored from a copy
)

// Op is one record put or removed by a change. Base is the revision that the
// author saw: 0 for a new record. A change whose Base is not the current revision
// is refused as a [Conflict], so that nobody overwrites what they have not seen.
type Op struct {
	Noun Noun
	ID   ID
	Base uint64
	Put  Record // nil removes
}

// Read is a sensitive read that the ledger is told of.
type Read struct {
	Noun   Noun
	ID     ID
	CaseID ID
}

// Change is the one unit of writing. Whoever wants something written (screen,
// command line, importer) makes one and hands it to the store's Session.Apply,
// which fills in ID, At and By, and does all of it or none of it.
type Change struct {
	ID     ID
	Act    Act
	Why    string // the author's reason; needed by the acts that say so
	Ops    []Op
	Reads  []Read // what a reveal or an opening was of; such a change puts nothing
	At     time.Time
	By     ID
	Undoes ID // the change that this one takes back
}

// Put adds r to the change as a new record or a new revision of the one that was
// read (its Rev), and gives the change back.
func (c *Change) Put(r Record) *Change {
	b := r.Base()
	c.Ops = append(c.Ops, Op{Noun: r.Noun(), ID: b.ID, Base: b.Rev, Put: r})
	return c
}

// Remove takes r away. Its history stays.
func (c *Change) Remove(r Record) *Change {
	b := r.Base()
	c.Ops = append(c.Ops, Op{Noun: r.Noun(), ID: b.ID, Base: b.Rev})
	return c
}

// Leaves says whether the act sends something out of the machine or hands a key
// to somebody: such a change cannot be taken back.
func (a Act) Leaves() bool {
	switch a {
	case ActPackWrite, ActGrant, ActEnrol, ActPassphrase, ActReveal, ActOpen, ActCreate, ActRecoveryUse, ActBackup,
		ActRevoke, ActRemove, ActRotate:
		return true
	}
	return false
}

// Words says the act as a person would.
func (a Act) Words() string {
	if w, ok := actWords[a]; ok {
		return w
	}
	return string(a)
}

var actWords = map[Act]string{
	ActCreate: "made the workspace", ActCaseAdd: "opened the case", ActCaseSet: "changed the case",
	ActPersonAdd: "added a person", ActPersonSet: "changed a person", ActIncident: "recorded the incident",
	ActLog: "logged information", ActCorrect: "corrected information", ActImport: "logged information from a file",
	ActRestrict: "set a restriction", ActLift: "lifted a restriction", ActReveal: "uncovered the words",
	ActOpen: "read the case", ActEnrol: "added a member", ActRole: "changed a role", ActGrant: "cleared a member",
	ActPassphrase: "set a passphrase", ActProfile: "changed the profile", ActPackBuild: "built a pack",
	ActPackSign: "signed off a pack", ActPackWrite: "wrote a pack", ActUndo: "took back a change",
	ActRecoveryUse: "used the recovery key", ActBackup: "began a backup", ActRestore: "restored the workspace from a copy",
	ActRevoke: "took a clearance away", ActRemove: "removed a member", ActRotate: "made new keys",
}
