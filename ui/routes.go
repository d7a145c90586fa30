package ui

import (
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/cases"
	"caseroom/ui/screen/keys"
	"caseroom/ui/screen/today"
)

// host is what a page is made with.
type host struct {
	Session Session
	Me      model.Member
	File    string // the workspace file's base name
	Masked  bool   // names are shown as pseudonyms
}

// maker makes the page of a route.
type maker func(h host, c kit.Ctx, r kit.Route) kit.Screen

// routes is the one table of which page draws which kind of route. A kind without a row is not offered anywhere.
func routes() map[string]maker {
	all := map[string]maker{
		kit.ToToday: func(h host, c kit.Ctx, _ kit.Route) kit.Screen { return today.New(c, h.Session, h.Me) },
		kit.ToCases: func(h host, c kit.Ctx, r kit.Route) kit.Screen {
			return cases.New(c, h.Session, cases.Options{Arg: r.Arg, Me: h.Me, Masked: h.Masked})
		},
	}
	fileRoutes(all)
	all[kit.ToAdmin] = func(h host, c kit.Ctx, r kit.Route) kit.Screen {
		return keys.New(c, h.Session, keys.Options{Arg: r.Arg, File: h.File})
	}
	return all
}

// goes are the actions that only open a page.
func goes() map[kit.Action]string {
	return map[kit.Action]string{
		kit.GoToday: kit.ToToday, kit.GoCases: kit.ToCases, kit.GoLog: kit.ToLog, kit.GoRequests: kit.ToRequests,
		kit.GoPacks: kit.ToPacks, kit.GoRegister: kit.ToRegister, kit.GoRetention: kit.ToRetention, kit.GoPeople: kit.ToPeople,
		kit.GoImport: kit.ToImport, kit.GoMerge: kit.ToMerge, kit.GoAudit: kit.ToAudit, kit.GoFigures: kit.ToFigures,
		kit.GoAdmin: kit.ToAdmin, kit.GoManual: kit.ToManual,
	}
}

// draftID is the draft that a route asks to go on with: "draft:…".
func draftID(arg string) string {
	id, ok := strings.CutPrefix(arg, "draft:")
	if !ok {
		return ""
	}
	return id
}

// bar is the capture bar, as the App sees it.
type bar interface {
	kit.Screen
	Height(w, h int) int
	Closed() bool
}

func newBar(h host, c kit.Ctx, caseRef string) bar {
	return capture.NewBar(c, h.Session, h.Session.Lexicon(), capture.BarOptions{CaseRef: caseRef})
}
