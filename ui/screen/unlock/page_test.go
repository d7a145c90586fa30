package unlock

import (
	"errors"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func page(t *testing.T, tries *[]string) *Page {
	t.Helper()
	p := New(kit.Ctx{Theme: uitest.Theme(t, "mono")}, Options{File: "northmoor.caseroom",
		Try: func(label string, pass []byte) tea.Cmd {
			*tries = append(*tries, label+"/"+string(pass))
			clear(pass)
			return nil
		}, Again: func() tea.Cmd { *tries = append(*tries, "again"); return nil }})
	p.SetSize(80, 20)
	return p
}

func typed(p *Page, s string) {
	for _, k := range uitest.Keys(s) {
		p.Update(k)
	}
}

func drawn(p *Page) string {
	c := kit.NewCanvas(80, 20, p.Theme)
	p.Draw(c)
	return c.Plain()
}

func TestNothingIsTypedOrTriedBeforeTheFileIsOpen(t *testing.T) {
	var tries []string
	p := page(t, &tries)
	typed(p, "harvest")
	p.Do(kit.Open)
	if len(tries) != 0 || p.field.Len() != 0 {
		t.Errorf("%v, %d typed", tries, p.field.Len())
	}
	p.Broken(errors.New("the file is in use"))
	p.Do(kit.Open)
	if len(tries) != 1 || tries[0] != "again" {
		t.Errorf("%v", tries)
	}
}

func TestThePassphraseIsHandedOnOnceAndWiped(t *testing.T) {
	var tries []string
	p := page(t, &tries)
	p.Ready(Door{Labels: []string{"J. Okafor", "R. Adeyemi"}, Label: "R. Adeyemi"})
	p.Do(kit.Open)
	if len(tries) != 0 || !strings.Contains(drawn(p), "Type the passphrase of R. Adeyemi.") {
		t.Errorf("an empty passphrase was tried: %v", tries)
	}
	typed(p, "harvest moon")
	if strings.Contains(drawn(p), "harvest") {
		t.Error("the passphrase is on screen")
	}
	p.Do(kit.Open)
	p.Do(kit.Open) // an impatient second Enter
	typed(p, "more")
	if len(tries) != 1 || tries[0] != "R. Adeyemi/harvest moon" || p.field.Len() != 0 {
		t.Errorf("%v, %d typed", tries, p.field.Len())
	}
	if !strings.Contains(drawn(p), "unlocking…") {
		t.Error("nothing is said while it is tried")
	}
	p.Fault(kit.Result{Err: errors.New("wrong")})
	if !strings.Contains(drawn(p), "! Wrong.") {
		t.Error("the failure is not told")
	}
	typed(p, "x")
	p.Do(kit.Member)
	if p.field.Len() != 0 || !strings.Contains(drawn(p), "J. Okafor") || strings.Contains(drawn(p), "Wrong") {
		t.Error("what was typed for one member is kept for another")
	}
}
