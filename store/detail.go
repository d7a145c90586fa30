package store

import (
	"slices"

	"caseroom/model"
	"caseroom/store/seal"
)

// detail is the sealed part of a leaf, and what a name leads to: ids, the act and the
// noun, never words. The case is the compartment's.
type detail struct {
	Change model.ID
	Act    model.Act
	Noun   model.Noun
	ID     model.ID // empty: many records at once
}

// The numbers that acts and nouns have in details. They are part of the format: what is
// added goes to the end.
func detailActs() []model.Act {
	return []model.Act{"", model.ActCreate, model.ActCaseAdd, model.ActCaseSet, model.ActPersonAdd, model.ActPersonSet, model.ActIncident,
		model.ActLog, model.ActCorrect, model.ActImport, model.ActRestrict, model.ActLift, model.ActReveal, model.ActOpen,
		model.ActEnrol, model.ActRole, model.ActGrant, model.ActPassphrase, model.ActProfile, model.ActPackBuild,
		model.ActPackSign, model.ActPackWrite, model.ActUndo, model.ActRecoveryUse, model.ActBackup,
		model.ActRevoke, model.ActRemove, model.ActRotate, model.ActRestore}
}

func detailNouns() []model.Noun {
	return []model.Noun{"", model.NounProfile, model.NounMember, model.NounKeyslot, model.NounCase, model.NounIncident,
		model.NounPerson, model.NounInformation, model.NounRestriction, model.NounClearance, model.NounPack, nounCompartment}
}

// detailPlace is where a leaf's detail belongs.
func detailPlace(leaf uint64) seal.Place {
	return seal.Place{Bucket: bucketLeaves[0], Key: be8(leaf), Rev: leaf}
}

const idBytes = 16

// encode gives 2 bytes for act and noun, 16 for the change, then the record's id: its 16
// bytes, or for the few that were not drawn by newID its letters.
func (d detail) encode() ([]byte, error) {
	act, noun := slices.Index(detailActs(), d.Act), slices.Index(detailNouns(), d.Noun)
	if act < 0 || noun < 0 {
		return nil, model.Fail(model.Failed, "the ledger has no number for %s of a %s", d.Act, d.Noun)
	}
	out := append(make([]byte, 0, seal.ShortText), byte(act), byte(noun))
	change, _ := idFromText(d.Change)
	out = append(out, change[:]...)
	if id, ok := idFromText(d.ID); ok {
		return append(append(out, 0), id[:]...), nil
	}
	if len(d.ID) > seal.ShortText-len(out)-1 {
		return nil, model.Fail(model.Invalid, "%q is too long a name for a record", d.ID)
	}
	return append(append(out, 1), d.ID...), nil
}

func decodeDetail(b []byte) (d detail, ok bool) {
	acts, nouns := detailActs(), detailNouns()
	if len(b) < 2+idBytes+1 || int(b[0]) >= len(acts) || int(b[1]) >= len(nouns) || b[2+idBytes] > 1 {
		return d, false
	}
	d.Act, d.Noun = acts[b[0]], nouns[b[1]]
	d.Change = textOfID([idBytes]byte(b[2:]))
	named, rest := b[2+idBytes] == 1, b[2+idBytes+1:]
	switch {
	case named:
		d.ID = model.ID(rest)
	case len(rest) == idBytes:
		d.ID = textOfID([idBytes]byte(rest))
	default:
		return d, false
	}
	return d, true
}

// idFromText gives the bytes that newID drew; false for an id that it did not make.
func idFromText(id model.ID) (b [idBytes]byte, ok bool) {
	raw, err := idEncoding.DecodeString(string(id))
	if err != nil || len(raw) != idBytes {
		return b, false
	}
	b = [idBytes]byte(raw)
	return b, textOfID(b) == id
}

func textOfID(b [idBytes]byte) model.ID {
	if b == ([idBytes]byte{}) {
		return ""
	}
	return model.ID(idEncoding.EncodeToString(b[:]))
}
