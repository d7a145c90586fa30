package capture

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// draftPause is how long a typist rests before the draft is saved.
const draftPause = 300 * time.Millisecond

// slip is the draft's name in the workspace, "" before it was first saved. Only functions on the writer's queue, which
// run one after another, may touch it.
type slip struct{ id string }

// keeping saves what is typed into a bar or a form.
type keeping struct {
	ctx   kit.Ctx
	st    keeper
	pause time.Duration
	slip  *slip
	draft func() (view.Draft, bool) // what would be kept now; false when there is nothing worth it

	version, asked, kept int // of what was typed; given to the writer; known to be saved
	at                   time.Time
	wrong                string // why the last draft could not be saved
	over                 bool   // the item itself was saved: there is no draft any more
}

type (
	pauseOver struct {
		of      *slip
		version int
	}
	draftSaved struct {
		of      *slip
		version int
		at      time.Time
		wrong   string
	}
)

func newKeeping(ctx kit.Ctx, st keeper, id string, draft func() (view.Draft, bool)) keeping {
	return keeping{ctx: ctx, st: st, pause: draftPause, slip: &slip{id}, draft: draft}
}

// changed is called after each change of what is typed: the draft is saved when the typist rests.
func (k *keeping) changed() tea.Cmd {
	k.version++
	return k.ctx.Later(k.pause, "draft", pauseOver{k.slip, k.version})
}

// keep queues the draft for the writer now, if it changed since it was last given to it.
func (k *keeping) keep() tea.Cmd {
	if k.over || k.asked == k.version {
		return nil
	}
	d, worth := k.draft()
	if !worth {
		return nil
	}
	k.asked = k.version
	version, slip, st, now := k.version, k.slip, k.st, k.ctx.Now
	return k.ctx.Write(func(ctx context.Context) (tea.Msg, error) {
		d.ID = slip.id
		id, err := st.SaveDraft(ctx, d)
		if err != nil {
			return draftSaved{of: slip, version: version, wrong: shortly(err)}, nil
		}
		slip.id = id
		return draftSaved{of: slip, version: version, at: now()}, nil
	})
}

// shortly is what went wrong in words for the end of the footer.
func shortly(err error) string {
	if model.KindOf(err) == model.Disk {
		return "disk full or read-only"
	}
	return err.Error()
}

// hear takes the keeping's own messages.
func (k *keeping) hear(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case pauseOver:
		if m.of == k.slip && m.version == k.version {
			return k.keep(), true
		}
		return nil, true
	case draftSaved:
		if m.of != k.slip {
			return nil, true // of the item before
		}
		k.wrong = m.wrong
		if m.wrong == "" {
			k.kept, k.at = max(k.kept, m.version), m.at
			return nil, true
		}
		k.asked = k.kept // so that the next pause tries again
		return nil, true
	case tea.BlurMsg:
		return k.keep(), true
	}
	return nil, false
}

// state is what the right end of the footer says of the draft.
func (k *keeping) state() (string, kit.Token) {
	switch {
	case k.wrong != "":
		return "NOT SAVED: " + k.wrong, kit.Danger
	case k.version == 0 && k.at.IsZero():
		return "", kit.Quiet
	case k.kept < k.version:
		return "not saved yet", kit.Quiet
	}
	return "draft saved " + k.at.Format("15:04:05"), kit.Quiet
}

// drop makes what a writer's function calls to take the draft away, once the item itself is saved.
func (k *keeping) drop() func(context.Context) error {
	slip, st := k.slip, k.st
	return func(ctx context.Context) error {
		if slip.id == "" {
			return nil
		}
		err := st.DropDraft(ctx, slip.id)
		slip.id = ""
		return err
	}
}

// pickDraft finds a draft by its name.
func pickDraft(all []view.Draft, id string) (view.Draft, error) {
	i := slices.IndexFunc(all, func(d view.Draft) bool { return d.ID == id })
	if i < 0 {
		return view.Draft{}, model.Fail(model.NotFound, "this draft is no longer there").Do("it was saved or taken up elsewhere")
	}
	return all[i], nil
}

// barNotes is a bar's draft as it is kept.
type barNotes struct {
	Tokens   string    `json:"tokens"`
	Identity string    `json:"identity,omitempty"`
	Words    string    `json:"words"`
	Case     string    `json:"case,omitempty"`
	Begun    time.Time `json:"begun"`
}

// formNotes is a form's draft as it is kept.
type formNotes struct {
	Item   string            `json:"item,omitempty"` // reference of the item that is corrected
	Rev    uint64            `json:"rev,omitempty"`  // the revision that was read
	First  map[string]string `json:"first"`          // what the form held when it was opened
	Values map[string]string `json:"values"`
}

// pack turns notes into a draft's bytes. These structs of strings always marshal.
func pack(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

func unpack(d view.Draft, into any) error {
	if err := json.Unmarshal(d.Data, into); err != nil {
		return model.Fail(model.Corrupt, "this draft cannot be read").Do("it stays where it is; tell whoever looks after this program").Because(err)
	}
	return nil
}
