package access

import "caseroom/model"

// rightOf is the right that each act needs (DESIGN, "Roles × what they may do").
var rightOf = map[model.Act]model.Right{
	model.ActCaseAdd: model.RightCreate, model.ActCaseSet: model.RightCreate,
	model.ActPersonAdd: model.RightCreate, model.ActPersonSet: model.RightCreate, model.ActIncident: model.RightCreate,
	model.ActLog: model.RightLog, model.ActCorrect: model.RightLog, model.ActImport: model.RightLog,
	model.ActRestrict: model.RightLog, model.ActLift: model.RightLift, model.ActReveal: model.RightReveal,
	model.ActEnrol: model.RightEnrol, model.ActRole: model.RightEnrol, model.ActGrant: model.RightClear,
	model.ActProfile: model.RightProfile, model.ActPackBuild: model.RightPack, model.ActPackWrite: model.RightPack,
	model.ActPackSign: model.RightSign, model.ActBackup: model.RightBackup,
	model.ActRevoke: model.RightClear, model.ActRemove: model.RightEnrol,
}

// May says whether the viewer's role allows the act, with the rule in words when
// it does not. Clearance is the store's to check: it holds the keys.
func May(v Viewer, a model.Act) error {
	need, guarded := rightOf[a]
	if !guarded || v.Role.May(need) {
		return nil
	}
	return model.Fail(model.Denied, "the role %s may not %s", v.Role, need).
		Do("ask a manager to do it, or to change the role")
}

// MayLift adds the rule that a panel member may lift a restriction that they set
// themselves, on the day they set it.
func MayLift(v Viewer, r *model.Restriction, today model.Day) error {
	if v.Role.May(model.RightLiftOwn) && r.MadeBy == v.Member && r.From == today {
		return nil
	}
	return May(v, model.ActLift)
}

// MaySign holds the two rules of the second pair of eyes: never one's own work,
// and only under a passphrase that nobody else knows.
func MaySign(v Viewer, m *model.Member, p *model.Pack) error {
	if err := May(v, model.ActPackSign); err != nil {
		return err
	}
	if p.MadeBy == v.Member {
		return model.Fail(model.Denied, "you built this pack, so somebody else has to sign it off").
			Do("ask another manager or governance member to run the sign-off")
	}
	return OwnPassphrase(m)
}

// OwnPassphrase holds that nobody signs off under a passphrase that somebody else knows.
func OwnPassphrase(m *model.Member) error {
	if m.OneTime {
		return model.Fail(model.Denied, "your passphrase was given to you by somebody else").
			Do("set your own first: caseroom members WORKSPACE passphrase")
	}
	return nil
}
