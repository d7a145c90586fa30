package main

import (
	"context"
	"path/filepath"

	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/ui"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/cases"
	"caseroom/ui/screen/keys"
)

// vault and session fit the store to what the screens ask for: ui imports no store.
type vault struct{ *store.Vault }

// Unlock opens it for one member.
func (v vault) Unlock(label string, passphrase []byte) (ui.Session, error) {
	s, err := v.Vault.Unlock(label, passphrase)
	if err != nil {
		return nil, err
	}
	return session{s}, nil
}

type session struct{ *store.Session }

// AddCase opens a case.
func (s session) AddCase(ctx context.Context, n cases.NewCase) (view.Applied, error) {
	return s.Session.AddCase(ctx, store.NewCase{Kind: n.Kind, Title: n.Title, Area: n.Area, Summary: n.Summary, Lead: n.Lead,
		Subject: n.Subject, Born: n.Born})
}

// ChangePassphrase gives the member another passphrase.
func (s session) ChangePassphrase(ctx context.Context, passphrase []byte, known bool) (view.Applied, error) {
	if known {
		return s.SetPassphraseKnown(ctx, passphrase, seal.Params{})
	}
	return s.SetPassphrase(ctx, passphrase, seal.Params{})
}

// Backup makes a checked copy of the workspace.
func (s session) Backup(ctx context.Context, to string, tell func(done, total int64)) (keys.Copied, error) {
	c, err := s.Session.Backup(ctx, to, store.BackupOptions{Progress: tell})
	return keys.Copied{Path: c.Path, Name: filepath.Base(c.Path), Entries: c.Leaves, Values: c.Values, Head: c.Head}, err
}

// TakeOut removes a member and says what it came to.
func (s session) TakeOut(ctx context.Context, label string) (string, error) {
	done, err := s.RemoveMember(ctx, label)
	if err != nil {
		return "", err
	}
	words := "Removed " + label + "."
	if n := len(done.Cases); n > 0 {
		words += " They lost " + count(n, "clearance", "clearances") + "."
	}
	if done.Closed > 0 {
		words += " You hold no key of " + count(done.Closed, "case or part of one", "cases or parts of cases") + ": what they held there is taken away when a manager who does leaves the workspace open for a while."
	}
	return words, nil
}

// Lexicon is what the tokens of a capture line may name.
func (s session) Lexicon() capture.Lexicon {
	l := capture.Lexicon{Agencies: s.Directory()}
	for _, c := range s.Channels() {
		l.Channels = append(l.Channels, capture.Channel{Name: c.Name, Label: c.Label, Tokens: c.Tokens})
	}
	for _, b := range s.Bases() {
		l.Bases = append(l.Bases, capture.Basis{Code: b.Code, Group: b.Group, Words: b.Words, Note: b.Note, Source: b.Source})
	}
	return l
}

// runScreens shows a workspace, beginning with the passphrase.
func (a *app) runScreens(ctx context.Context, path string, o opening) error {
	on := store.OpenOptions{Now: a.now, Damaged: o.damaged}
	return ui.Run(ctx, a.screens(path, o.member, on))
}

// showUnlocked shows a workspace whose passphrase need not be typed. After a lock it is: who
// comes back to the screen has to be asked.
func (a *app) showUnlocked(ctx context.Context, path string, o opening) error {
	s, err := a.openSession(ctx, path, o)
	if err != nil {
		return err
	}
	return a.showSession(ctx, path, s, store.OpenOptions{Now: a.now, Damaged: o.damaged})
}

// showSession shows one that is unlocked already.
func (a *app) showSession(ctx context.Context, path string, s *store.Session, on store.OpenOptions) error {
	opt := a.screens(path, s.Me().Label, on)
	opt.Session = session{s}
	return ui.Run(ctx, opt)
}

func (a *app) screens(path, member string, on store.OpenOptions) ui.Options {
	return ui.Options{Path: path, Member: member, In: a.in, Out: a.out, Now: a.now, Env: a.getenv,
		Open: func() (ui.Vault, error) {
			v, err := store.Open(path, on)
			if err != nil {
				return nil, err
			}
			return vault{v}, nil
		}}
}
