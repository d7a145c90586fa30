package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"caseroom/model"
	"caseroom/store"
)

// opening says as whom a workspace is opened and how.
type opening struct {
	member   string
	secret   sources
	readOnly bool
	damaged  bool
}

func (o *opening) flags(f *pflag.FlagSet) {
	f.StringVar(&o.member, "member", "", "open it as the member `NAME` (the only one, or the last who opened it here)")
	o.secret.flags(f)
}

// with opens a workspace, has do done in it, and closes it whatever comes.
func (a *app) with(ctx context.Context, path string, o opening, do func(*store.Session) error) (err error) {
	s, err := a.openSession(ctx, path, o)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := s.Close(); err == nil {
			err = cerr
		}
	}()
	if err := a.goOn(ctx, s); err != nil {
		return err
	}
	return do(s)
}

// openSession opens and unlocks.
func (a *app) openSession(ctx context.Context, path string, o opening) (*store.Session, error) {
	v, err := store.Open(path, store.OpenOptions{ReadOnly: o.readOnly, Damaged: o.damaged, Now: a.now})
	if err != nil {
		return nil, err
	}
	s, err := a.unlock(ctx, v, o)
	if err == nil {
		return s, nil
	}
	if cerr := v.Close(); cerr != nil {
		return nil, cerr
	}
	return nil, err
}

// unlock finds out who opens it and with what.
func (a *app) unlock(ctx context.Context, v *store.Vault, o opening) (*store.Session, error) {
	label, err := a.chooseMember(ctx, v, o.member)
	if err != nil {
		return nil, err
	}
	notices := v.Notices() // of the file as it is before it is written to
	if said := v.MovesOver(); said != "" {
		a.notice("%s", said)
	}
	secret, err := a.passphrase(ctx, o.secret, "Passphrase of "+label)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	s, err := v.Unlock(label, secret)
	if err != nil {
		return nil, err
	}
	for _, n := range append(notices, s.Notices()...) {
		a.notice("Note: %s.", n)
	}
	if o.damaged {
		a.warnOfDamage(s)
	}
	return s, nil
}

// chooseMember is the member who was named, the only one, the last one who opened
// it here, or the one whom the person at the terminal names.
func (a *app) chooseMember(ctx context.Context, v *store.Vault, named string) (string, error) {
	labels := v.Labels()
	if named != "" {
		return named, nil
	}
	if len(labels) == 1 {
		return labels[0], nil
	}
	if last, _, _ := v.LastNote(); slices.Contains(labels, last) {
		return last, nil
	}
	who, err := a.ask(ctx, "Which member ("+strings.Join(labels, ", ")+")?")
	if err != nil || who != "" {
		return who, err
	}
	return "", model.Fail(model.Locked, "this workspace has several members").
		Do("say which with --member: %s", strings.Join(labels, ", "))
}

// memberOf chooses a member of a workspace that is opened for nothing else.
func (a *app) memberOf(ctx context.Context, path string, o store.OpenOptions, named string) (string, error) {
	v, err := store.Open(path, o)
	if err != nil {
		return "", err
	}
	label, err := a.chooseMember(ctx, v, named)
	if cerr := v.Close(); err == nil {
		err = cerr
	}
	return label, err
}
