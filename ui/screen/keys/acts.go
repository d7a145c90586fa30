package keys

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// What each act promises and cannot promise, in words for people.
const (
	passphraseSays = "The old passphrase opens this file no more. Copies and backups made before still open with it."
	knownSays      = "If somebody else knew it, say so: all that you hold then gets new keys and is sealed anew. What they read stays read."
	drillSays      = "The sheet opens what nobody else can open any more. Typing it back shows that it is there and can be read. It is kept nowhere and opens nothing here. Whoever holds the sheet reads everything."
	rotateSays     = "What is written from now on has new keys, and what is there is sealed anew when nobody types; members get the new keys when they next unlock. Copies made before keep the old ones."
	sealedAfter    = "What is there is sealed anew, and the file made compact, when nobody types."
)

// act does something that takes a while and is told.
func (p *Page) act(busy string, do func(context.Context) (words string, err error)) tea.Cmd {
	p.busy = busy
	return p.Write(func(ctx context.Context) (tea.Msg, error) {
		words, err := do(ctx)
		if err != nil {
			return failed{err}, nil
		}
		return done{words}, nil
	})
}

// askMember offers what can be done with a member.
func (p *Page) askMember(m view.MemberRow) tea.Cmd {
	if !p.read.me.Role.May(model.RightEnrol) {
		return kit.Say("A manager changes roles and clearances: here, or with caseroom members " + p.o.File + " role, revoke or remove.")
	}
	return kit.Send(kit.Choice{Title: m.Label + ", " + m.Role.Title(), Options: []kit.Option{
		{ID: "role", Text: "Give another role", Note: "what they are cleared for stays"},
		{ID: "revoke", Text: "Take a clearance away", Note: "new keys for that case"},
		{ID: "remove", Text: "Take them out of the workspace", Note: "cannot be undone"},
	}, Then: func(ids []string) tea.Cmd {
		switch {
		case len(ids) == 0:
			return nil
		case ids[0] == "role":
			return p.askRole(m)
		case ids[0] == "revoke":
			return p.askCase(m)
		}
		return p.askRemove(m)
	}})
}

func (p *Page) askRole(m view.MemberRow) tea.Cmd {
	var options []kit.Option
	for _, r := range model.Roles() {
		if r != m.Role {
			options = append(options, kit.Option{ID: string(r), Text: r.Title()})
		}
	}
	return kit.Send(kit.Choice{Title: "Which role for " + m.Label + "?", Options: options, Then: func(ids []string) tea.Cmd {
		if len(ids) == 0 {
			return nil
		}
		role, st := model.Role(ids[0]), p.st
		return kit.Send(kit.Question{Title: "Make " + m.Label + " " + role.Title() + "?", YesWord: "give the role",
			Detail: "What they may do changes when they next unlock. What they are cleared for stays: a clearance is taken away by itself. What they have done stays signed.",
			Then: func(string) tea.Cmd {
				return p.act("giving the role", func(ctx context.Context) (string, error) {
					out, err := st.SetRole(ctx, m.Label, role)
					return out.Words, err
				})
			}})
	}})
}

// askCase asks for which case, and then says what taking the clearance away does.
func (p *Page) askCase(m view.MemberRow) tea.Cmd {
	st := p.st
	return kit.Send(kit.Question{Title: "Take which clearance of " + m.Label + " away?", Ask: "The reference of the case", YesWord: "go on", Then: func(typed string) tea.Cmd {
		return p.Read("consequences", func(ctx context.Context) (tea.Msg, error) {
			k, err := st.CaseByRef(ctx, typed)
			if err != nil {
				return nil, err
			}
			says, err := st.RevokeConsequences(ctx, m.Label, k.ID)
			if err != nil {
				return nil, err
			}
			return question{p.revokeQuestion(m.Label, k, says)}, nil
		})
	}})
}

func (p *Page) revokeQuestion(label string, k view.CaseRow, says []string) kit.Question {
	st := p.st
	return kit.Question{Title: "Take the clearance of " + label + " for " + k.Ref + " away?", Detail: sentences(says), Typed: k.Ref, Danger: true, YesWord: "take it away",
		Then: func(string) tea.Cmd {
			return p.act("making new keys", func(ctx context.Context) (string, error) {
				out, err := st.RevokeMember(ctx, label, k.ID)
				return out.Words + ". " + sealedAfter, err
			})
		}}
}

func (p *Page) askRemove(m view.MemberRow) tea.Cmd {
	st := p.st
	return p.Read("consequences", func(context.Context) (tea.Msg, error) {
		says, err := st.RemoveConsequences(m.Label)
		if err != nil {
			return nil, err
		}
		return question{kit.Question{Title: "Take " + m.Label + " out of the workspace?", Detail: sentences(says), Typed: m.Label, Danger: true, YesWord: "take them out",
			Then: func(string) tea.Cmd {
				return p.act("taking "+m.Label+" out", func(ctx context.Context) (string, error) {
					words, err := st.TakeOut(ctx, m.Label)
					return words + " " + sealedAfter, err
				})
			}}}, nil
	})
}

func (p *Page) askRotate() tea.Cmd {
	st := p.st
	return kit.Send(kit.Question{Title: "Make new keys?", Detail: rotateSays, Ask: "The reference of one case; left empty, all that you hold", Optional: true, YesWord: "make new keys",
		Then: func(typed string) tea.Cmd {
			return p.act("making new keys", func(ctx context.Context) (string, error) {
				if typed == "" {
					return "All that you hold has new keys. " + sealedAfter, st.Rotate(ctx)
				}
				k, err := st.CaseByRef(ctx, typed)
				if err != nil {
					return "", err
				}
				return k.Ref + " has new keys. " + sealedAfter, st.Rotate(ctx, k.ID)
			})
		}})
}

// sentences are consequences, each on a line of its own.
func sentences(says []string) string {
	out := make([]string, len(says))
	for i, s := range says {
		out[i] = kit.Sentence(s)
	}
	return strings.Join(out, "\n")
}
