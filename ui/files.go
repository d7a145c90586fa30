package ui

import (
	"caseroom/ui/kit"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/casefile"
)

// files are the methods that the pages of one case need.
type files interface {
	capture.Store
	casefile.Store
}

// fileRoutes adds the pages of one case and of one item.
func fileRoutes(all map[string]maker) {
	all[kit.ToCase] = func(h host, c kit.Ctx, r kit.Route) kit.Screen {
		return casefile.NewCase(c, h.Session, casefile.Options{Ref: r.ID, Arg: r.Arg, Masked: h.Masked})
	}
	all[kit.ToItem] = func(h host, c kit.Ctx, r kit.Route) kit.Screen {
		return casefile.NewItem(c, h.Session, casefile.Options{Ref: r.ID, Masked: h.Masked})
	}
	all[kit.ToItemForm] = func(h host, c kit.Ctx, r kit.Route) kit.Screen {
		o := capture.FormOptions{Ref: r.ID, Masked: h.Masked, DraftID: draftID(r.Arg)}
		if o.DraftID == "" {
			o.CaseRef = r.Arg
		}
		return capture.NewForm(c, h.Session, h.Session.Lexicon(), o)
	}
}
