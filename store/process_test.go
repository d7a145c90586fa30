package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// roleVariable asks this test program to play a part in a process of its own.
const roleVariable = "CASEROOM_TEST_ROLE"

// pathVariable and caseVariable say in which workspace and case.
const (
	pathVariable = "CASEROOM_TEST_PATH"
	caseVariable = "CASEROOM_TEST_CASE"
)

// playRole is the life of such a process. It speaks in lines.
func playRole(role string) int {
	play := roles()[role]
	if play == nil {
		fmt.Println("unknown role", role)
		return 2
	}
	if err := play(os.Getenv(pathVariable), model.ID(os.Getenv(caseVariable))); err != nil {
		fmt.Println("error", model.KindOf(err), err)
		return 1
	}
	return 0
}

// roles are the parts that this program can play on every system.
func roles() map[string]func(path string, k model.ID) error {
	all := unixRoles()
	all["writer"], all["mover"], all["saver"] = writer, moverRole, saver
	all["rotator"], all["locker"] = rotator, locker
	all["founder"], all["copier"], all["restorer"] = founder, copier, restorer
	all["crasher"], all["crasher in a write"] = crasher, crasherInAWrite
	all["stubborn"], all["attacher"] = stubborn, attacher
	return all
}

// actor makes the command that plays a role.
func actor(t *testing.T, role string, w *storetest.Workspace, k model.ID) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	c := exec.Command(exe)
	c.Env = append(os.Environ(), roleVariable+"="+role, pathVariable+"="+w.Path, caseVariable+"="+string(k), "XDG_STATE_HOME="+w.Dir)
	return c
}

// enter opens the workspace in a role's process.
func enter(path string) (*store.Session, error) {
	return enteredAs(path, store.OpenOptions{Keys: storetest.Keys()}, storetest.Manager)
}

// writer logs items for ever, keeps every other one from all but one member, closes and
// opens the file now and then, and says what was acknowledged.
func writer(path string, k model.ID) error {
	ctx := context.Background()
	s, err := enter(path)
	if err != nil {
		return err
	}
	fmt.Println("open")
	for n := 0; ; n++ {
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: strings.Repeat(fmt.Sprint("words ", n, " "), 40)})
		if err != nil {
			return err
		}
		fmt.Println("logged", out.IDs[0])
		if n%2 == 1 {
			_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: out.IDs[0], TargetNoun: model.NounInformation,
				Kind: model.NeedToKnow, Reason: "kept"})
			if err != nil {
				return err
			}
			fmt.Println("kept", out.IDs[0])
		}
		if n%7 == 6 {
			if err := s.Close(); err != nil {
				return err
			}
			fmt.Println("closed", n)
			if s, err = enter(path); err != nil {
				return err
			}
		}
	}
}

func items(t *testing.T, s *store.Session, k storetest.Thing) map[model.ID]view.InfoView {
	t.Helper()
	f, err := s.CaseFile(context.Background(), k.ID)
	must(t, err)
	out := map[model.ID]view.InfoView{}
	for _, v := range f.Information {
		out[v.ID] = v
	}
	return out
}

// TestASecondOpener sees that whoever opens a workspace that is in use is told by whom,
// and harms nothing.
func TestASecondOpener(t *testing.T) {
	w, open := stage(t)
	s := w.As(storetest.Business)
	for name, try := range map[string]func() error{
		"opening":  func() error { _, err := store.Open(w.Path, w.Options()); return err },
		"checking": func() error { _, err := store.Verify(w.Path, w.Options()); return err },
		"opening to read": func() error {
			o := w.Options()
			o.ReadOnly = true
			_, err := store.Open(w.Path, o)
			return err
		},
	} {
		err := try()
		refused(t, err, model.Busy, name)
		if err != nil && !strings.Contains(err.Error(), storetest.Business) {
			t.Errorf("%s does not say who has it: %v", name, err)
		}
	}
	_, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: open[0].ID}, Words: "still at work"})
	must(t, err)
	w.Close()
	if _, err := os.Stat(w.Path + ".lock"); err == nil {
		t.Error("the note about who has it was left behind")
	}
}

// TestReadersTogether sees that several may read at once, that none of them can write,
// and that a note that a crash left behind locks nothing.
func TestReadersTogether(t *testing.T) {
	w, open := stage(t)
	w.Close()
	must(t, os.WriteFile(w.Path+".lock", []byte(`{"member":"Somebody"}`), 0o600))
	o := w.Options()
	o.ReadOnly = true
	var all []*store.Session
	for _, label := range []string{storetest.Manager, storetest.Second} {
		s, err := enteredAs(w.Path, o, label)
		must(t, err)
		all = append(all, s)
	}
	for _, s := range all {
		_, err := s.Item(context.Background(), open[2].ID)
		must(t, err)
		_, err = s.Log(context.Background(), model.Information{Head: model.Head{CaseID: open[0].ID}, Words: "something"})
		refused(t, err, model.Disk, "writing to what was opened for reading")
		_, err = s.SaveDraft(context.Background(), view.Draft{})
		refused(t, err, model.Disk, "a draft in what was opened for reading")
		must(t, s.Opened(context.Background(), open[0].ID))
	}
	for _, s := range all {
		must(t, s.Close())
	}
}
