package uitest

import (
	"reflect"
	"testing"
	"time"

	"caseroom/assets"
	"caseroom/ui/kit"
)

// Theme is the theme of that name with every sign, such as "mono".
func Theme(t testing.TB, name string) *kit.Theme {
	t.Helper()
	th, err := kit.NewTheme(name, false)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// Keymap is the keys that the program is shipped with.
func Keymap(t testing.TB) *kit.Keymap {
	t.Helper()
	m, err := kit.ParseKeymap(assets.Keys())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Noon is the time in every test of a page: a little past two on a Monday in June.
func Noon() time.Time { return time.Date(2026, time.June, 22, 14, 3, 9, 0, time.UTC) }

// Ctx is what a page is given: no colours, the shipped keys, and tasks that end with the test.
func Ctx(t testing.TB) kit.Ctx {
	t.Helper()
	tasks := kit.NewTasks()
	t.Cleanup(tasks.Close)
	return kit.Ctx{Theme: Theme(t, "mono"), Keys: Keymap(t), Tasks: tasks, Now: Noon, Owner: 7}
}

// Same fails unless got equals want in all its parts.
func Same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}
