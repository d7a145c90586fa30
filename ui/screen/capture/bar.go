package capture

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// BarOptions say what a bar starts from.
type BarOptions struct {
	CaseRef string // the case on screen, "" when there is none
	DraftID string // a draft to go on with, "" for a new item
}

// place is a part of the bar that one types into.
type place uint8

const (
	inTokens place = iota
	inIdentity
	inWords
)

// Bar takes down a call at the foot of any page. It is a kit.Screen that is drawn on the lowest Height rows of the body,
// over the page that stays where it was. When Closed, whoever holds it lets it go.
type Bar struct {
	kit.Ctx
	st  Store
	lex Lexicon
	o   BarOptions

	tokens, identity widget.Input
	words            widget.Editor
	at               place
	asking           bool // the identity line is open
	begun            time.Time
	today            model.Day
	cases            []view.CaseRow
	known            bool         // cases were read
	into             view.CaseRow // the case that the item goes into
	noCase           string       // or why it cannot be told
	keeping          keeping
	read             tokens
	saving, closed   bool
	wrong            string // why it was not saved
	air              bool   // a blank row at the foot, where the window is high enough
}

type (
	casesRead struct{ cases []view.CaseRow }
	draftRead struct{ draft view.Draft }
	logged    struct {
		done    view.Applied
		owing   int
		caseRef string
		another bool
		left    string // the draft that could not be taken away, in words
	}
)

// News tells the pages that show the case.
func (l logged) News() kit.Changed {
	return kit.Changed{Kinds: []string{string(model.NounInformation), string(model.NounCase)}, IDs: append([]string{l.caseRef}, l.done.Refs...)}
}

// NewBar opens a bar. The item is stamped with the time now.
func NewBar(c kit.Ctx, st Store, lex Lexicon, o BarOptions) *Bar {
	b := &Bar{Ctx: c, st: st, lex: lex, o: o, begun: c.Now(), today: st.Day()}
	b.tokens.Placeholder = "tel pol Sgt Ahmed  ~12/3/24  #injury  @case"
	b.identity.Placeholder = "rang back on the number in the directory"
	b.words.Ground, b.words.Placeholder = kit.Raised, "What was said"
	b.keeping = newKeeping(c, st, o.DraftID, b.draft)
	b.understand()
	return b
}

// Init reads the cases that @ may name, and the draft that is to be gone on with.
func (b *Bar) Init() tea.Cmd {
	cmds := []tea.Cmd{b.Read("cases", func(ctx context.Context) (tea.Msg, error) {
		cases, err := b.st.Cases(ctx)
		return casesRead{cases}, err
	})}
	if id := b.o.DraftID; id != "" {
		cmds = append(cmds, b.Read("take up", func(ctx context.Context) (tea.Msg, error) {
			all, err := b.st.Drafts(ctx)
			if err != nil {
				return nil, err
			}
			d, err := pickDraft(all, id)
			return draftRead{d}, err
		}))
	}
	return tea.Batch(cmds...)
}

// Closed says that the bar is done: saved, or put by.
func (b *Bar) Closed() bool { return b.closed }

// Keep queues the draft for the writer at once: before a lock, before the end, when the window loses the focus.
func (b *Bar) Keep() tea.Cmd { return b.keeping.keep() }

// SaveState is the state of the draft, for the footer.
func (b *Bar) SaveState() (string, kit.Token) {
	if b.saving {
		return "saving", kit.Quiet
	}
	return b.keeping.state()
}

// Scopes are the bar's keys.
func (b *Bar) Scopes() []kit.Scope { return []kit.Scope{kit.InCapture} }

// Crumbs is empty: the bar lies over a page that has its own.
func (b *Bar) Crumbs() []string { return nil }

// SetSize does nothing: Height is asked before each drawing.
func (b *Bar) SetSize(int, int) {}

// Update hears results, and keys that are typed.
func (b *Bar) Update(msg tea.Msg) tea.Cmd {
	if cmd, ours := b.keeping.hear(msg); ours {
		return cmd
	}
	switch m := msg.(type) {
	case casesRead:
		b.cases, b.known = m.cases, true
		b.understand()
	case draftRead:
		return b.takeUp(m.draft)
	case logged:
		return b.logged(m)
	case tea.KeyMsg:
		return b.typed(m)
	}
	return nil
}

// takeUp goes on with a draft.
func (b *Bar) takeUp(d view.Draft) tea.Cmd {
	var n barNotes
	if err := unpack(d, &n); err != nil {
		b.wrong = err.Error()
		return nil
	}
	b.tokens.Set(n.Tokens)
	b.identity.Set(n.Identity)
	b.words.SetText(n.Words)
	b.asking, b.at = n.Identity != "", inWords
	b.o.CaseRef = n.Case
	if !n.Begun.IsZero() {
		b.begun = n.Begun
	}
	b.keeping.at = d.At
	b.understand()
	return nil
}

// draft is what is kept of the bar.
func (b *Bar) draft() (view.Draft, bool) {
	n := barNotes{Tokens: b.tokens.Value(), Identity: b.identity.Value(), Words: b.words.Text(), Case: b.o.CaseRef, Begun: b.begun}
	about := b.o.CaseRef
	if b.read.Case != "" {
		about = b.read.Case
	}
	if b.noCase == "" {
		about = b.into.Ref
	}
	worth := strings.TrimSpace(n.Tokens+n.Identity+n.Words) != "" || b.keeping.at != time.Time{}
	return view.Draft{Screen: DraftOfBar, About: about, At: b.Now(), Data: pack(n)}, worth
}

// understand reads the first line again.
func (b *Bar) understand() {
	b.read = parse(b.tokens.Value(), b.lex, b.today)
	b.into, b.noCase = b.theCase()
}

// typed puts a key into the part that has the focus. A paste is text there, whatever it holds.
func (b *Bar) typed(k tea.KeyMsg) tea.Cmd {
	if b.saving {
		return nil
	}
	changed := false
	switch b.at {
	case inWords:
		e := b.words.Update(k)
		changed = e.Changed
		if !e.Changed && k.Type == tea.KeyUp && b.words.CaretRow() <= 0 {
			return b.goTo(b.above())
		}
	default:
		if k.Type == tea.KeyEnter || k.Type == tea.KeyDown {
			return b.step(1)
		}
		in := &b.tokens
		if b.at == inIdentity {
			in = &b.identity
		}
		changed = in.Update(k).Changed
	}
	if !changed {
		return nil
	}
	b.wrong = ""
	b.understand()
	return b.keeping.changed()
}

// above is the part over the words.
func (b *Bar) above() place {
	if b.asking {
		return inIdentity
	}
	return inTokens
}

// step moves the focus to the next part, or the one before.
func (b *Bar) step(by int) tea.Cmd {
	ring := []place{inTokens, inWords}
	if b.asking {
		ring = []place{inTokens, inIdentity, inWords}
	}
	n := len(ring)
	return b.goTo(ring[(slices.Index(ring, b.at)+by+n)%n])
}

func (b *Bar) goTo(p place) tea.Cmd {
	b.at = p
	return b.keeping.keep()
}

// Do performs the bar's actions.
func (b *Bar) Do(a kit.Action) (tea.Cmd, bool) {
	switch a {
	case kit.NextField:
		return b.step(1), true
	case kit.PrevField:
		return b.step(-1), true
	case kit.Stamp:
		return b.stamp(), true
	case kit.Identity:
		b.asking = true
		return b.goTo(inIdentity), true
	case kit.Save:
		return b.save(false), true
	case kit.Another:
		return b.save(true), true
	case kit.Back:
		return b.putBy(), true
	}
	return nil, false
}

// stamp writes the time into the words.
func (b *Bar) stamp() tea.Cmd {
	b.at = inWords
	b.words.Insert(b.Now().Format("15:04") + " ")
	return b.keeping.changed()
}

// putBy closes the bar; what was typed waits as a draft.
func (b *Bar) putBy() tea.Cmd {
	if b.saving {
		return nil
	}
	b.closed = true
	_, worth := b.draft()
	kept := b.keeping.keep()
	if !worth {
		return kept
	}
	return tea.Batch(kept, kit.Say("put by as a draft; it waits on Today"))
}
