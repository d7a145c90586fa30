package store

import (
	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// rules holds the ledger's acts against the roles of their signers: the rules of
// writing do not rest on the honesty of the program that wrote.
func rules(root seal.Tag) ledger.Rules {
	r := ledger.Rules{Allow: permitted, Root: root}
	for n, role := range model.Roles() {
		if role.May(model.RightEnrol) {
			r.Enrol |= 1 << n
		}
		if role.May(model.RightProfile) {
			r.Profile |= 1 << n
		}
	}
	return r
}

func permitted(bits uint8, l ledger.Leaf) bool {
	for n, role := range model.Roles() {
		if bits&(1<<n) != 0 && roleMayWrite(role, l) {
			return true
		}
	}
	return false
}

func roleMayWrite(r model.Role, l ledger.Leaf) bool {
	switch l.Op {
	case ledger.OpGrant:
		return r.May(model.RightClear)
	case ledger.OpRevoke: // of a key: the ledger's own rule
		return l.Key.Bucket == ledger.DirectoryBucket || r.May(model.RightClear)
	case ledger.OpRole, ledger.OpRestore, ledger.OpDispose, // an enrolment may be of a further key of one's own: the ledger's own rule
		ledger.OpDelete, ledger.OpMerge: // which no version writes yet
		return r.May(model.RightEnrol)
	case ledger.OpHold:
		return r.May(model.RightClear) || r.May(model.RightSign) && r.May(model.RightEnvelope)
	case ledger.OpReturnIn:
		return r.May(model.RightComment)
	case ledger.OpSignOff:
		return r.May(model.RightSign) || r.May(model.RightPack) // single-handed, where the profile allows it
	case ledger.OpPackOut, ledger.OpRecall, ledger.OpExport:
		return r.May(model.RightPack)
	case ledger.OpBackup:
		return r.May(model.RightBackup)
	case ledger.OpImport, ledger.OpRestrict, ledger.OpFold:
		return r.May(model.RightLog)
	case ledger.OpLift:
		return r.May(model.RightLift) || r.May(model.RightLiftOwn)
	case ledger.OpReveal, ledger.OpOverride, ledger.OpShare:
		return r.May(model.RightReveal)
	case ledger.OpSettings:
		return r.May(model.RightProfile)
	}
	return true
}
