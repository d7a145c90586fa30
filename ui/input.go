package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

// key is the input lane: scopes from the inside outwards, the first with a binding wins.
func (a *App) key(msg tea.KeyMsg) tea.Cmd {
	now := a.opt.Now()
	a.wake()
	if kit.TooSmall(a.w, a.h) {
		return a.keySmall(msg)
	}
	if now.Before(a.grace) && len(a.parts) > 0 && !a.urgent(msg) {
		return nil
	}
	a.said.now = nil
	var cmds []tea.Cmd
	for _, k := range kit.Split(msg) {
		cmds = append(cmds, a.press(k), a.settle())
	}
	return tea.Batch(cmds...)
}

// urgent says that a key asks to lock or to leave, which is heard at any moment.
func (a *App) urgent(k tea.KeyMsg) bool {
	action, _ := a.keys.Resolve(a.scopes(), k.String())
	return !k.Paste && (action == kit.Lock || action == kit.QuitNow)
}

// press handles one key, or one paste.
func (a *App) press(k tea.KeyMsg) tea.Cmd {
	scopes := a.scopes()
	if k.Paste {
		if slices.ContainsFunc(inner(scopes), kit.Scope.Text) {
			return a.typed(k)
		}
		return nil // a paste is only ever text, and there is no field for it
	}
	action, typed := a.keys.Resolve(scopes, k.String())
	switch {
	case action != "":
		return a.do(action)
	case typed:
		return a.typed(k)
	}
	return nil
}

// keySmall leaves two ways out of a window that is too small to show what one types.
func (a *App) keySmall(k tea.KeyMsg) tea.Cmd {
	switch action, _ := a.keys.Resolve([]kit.Scope{kit.InApp}, k.String()); action {
	case kit.QuitNow:
		return a.wantQuit()
	case kit.Lock:
		return a.lock()
	}
	return nil
}

// inner are the scopes outwards to the first in which one types, or that is modal.
func inner(scopes []kit.Scope) []kit.Scope {
	for i, s := range scopes {
		if s.Text() || s.Modal() {
			return scopes[:i+1]
		}
	}
	return scopes
}

// scopes are those of the focused part, then the App's.
func (a *App) scopes() []kit.Scope {
	var own []kit.Scope
	switch t := a.top(); {
	case len(a.parts) > 0:
		own = a.parts[len(a.parts)-1].scopes()
	case a.bar != nil:
		own = a.bar.bar.Scopes()
	case t != nil:
		own = t.screen.Scopes()
	}
	return append(slices.Clone(own), kit.InApp)
}

// typed gives a key, or a paste, to the field that has the focus.
func (a *App) typed(k tea.KeyMsg) tea.Cmd {
	switch t := a.top(); {
	case len(a.parts) > 0:
		return a.parts[len(a.parts)-1].update(a, k)
	case a.bar != nil:
		return a.bar.bar.Update(k)
	case t != nil:
		return t.screen.Update(k)
	}
	return nil
}

// do performs an action: the focused part first, then the page, then the App.
func (a *App) do(action kit.Action) tea.Cmd {
	if info, _ := a.keys.Info(action); info.Always {
		return a.own(action)
	}
	if len(a.parts) > 0 {
		return a.parts[len(a.parts)-1].do(a, action)
	}
	if a.bar != nil {
		if cmd, ok := a.bar.bar.Do(action); ok {
			return cmd
		}
		if action == kit.Back || action == kit.Capture {
			return nil
		}
		return a.own(action)
	}
	if action == kit.Back && a.said.sticky != nil {
		a.said.sticky = nil
		return nil
	}
	if t := a.top(); t != nil {
		cmd, ok := t.screen.Do(action)
		if ok {
			if m, has := t.screen.(interface{ Masked() bool }); has && action == kit.Mask {
				a.setMask(m.Masked())
			}
			return cmd
		}
	}
	return a.own(action)
}

// own performs the App's own actions.
func (a *App) own(action kit.Action) tea.Cmd {
	switch action {
	case kit.QuitNow:
		return a.wantQuit()
	case kit.Lock:
		return a.lock()
	case kit.Help:
		return a.help()
	}
	if a.session == nil {
		if action == kit.Back || action == kit.Quit {
			return a.wantQuit()
		}
		return nil
	}
	if kind, ok := goes()[action]; ok {
		if a.makers[kind] == nil {
			return nil
		}
		return a.goTo(kit.Go{Route: kit.Route{Kind: kind}})
	}
	switch action {
	case kit.Quit:
		if len(a.stack) > 1 {
			return a.leave(len(a.stack) - 1)
		}
		return a.wantQuit()
	case kit.Back:
		if len(a.stack) == 1 {
			return a.notice(kit.Notice{Text: "This is the first page. q closes the workspace."})
		}
		return a.leave(len(a.stack) - 1)
	case kit.Palette:
		return a.palette()
	case kit.Capture:
		return a.capture()
	case kit.CaptureFull:
		return a.goTo(kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: a.caseRef()}})
	case kit.Undo:
		return a.undo()
	case kit.Mask:
		return a.mask()
	case kit.Notices:
		return a.recent()
	case kit.Refresh:
		return a.news(0, kit.Changed{})
	}
	return nil
}

// offers says whether an action can be asked for now; footer, help and palette leave the others out.
func (a *App) offers(action kit.Action) bool {
	info, _ := a.keys.Info(action)
	switch {
	case action == kit.QuitNow, action == kit.Help:
		return true
	case action == kit.Lock:
		return a.session != nil
	case len(a.parts) > 0:
		return true
	}
	var page kit.Screen
	if a.bar != nil {
		page = a.bar.bar
	} else if t := a.top(); t != nil {
		page = t.screen
	}
	if mine, known := a.offersOwn(action); known {
		return mine
	}
	if o, ok := page.(kit.Offering); ok {
		return o.Offers(action)
	}
	return info.Hidden || a.keys.KeyFor(a.scopes(), action) != ""
}

// offersOwn is offers for the App's own actions.
func (a *App) offersOwn(action kit.Action) (yes, known bool) {
	if kind, ok := goes()[action]; ok {
		return a.session != nil && a.makers[kind] != nil, true
	}
	switch action {
	case kit.Quit, kit.Back:
		return true, true
	case kit.Redo:
		return false, true // undoing is a change of its own; the workspace has no way back from it yet
	case kit.Palette, kit.Mask, kit.Notices, kit.Refresh:
		return a.session != nil, true
	case kit.Capture, kit.CaptureFull:
		return a.session != nil && !a.readOnly(), true
	case kit.Undo:
		return a.self.canUndo, true
	}
	return false, false
}
