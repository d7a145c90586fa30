package storetest_test

import (
	"context"
	"testing"

	"caseroom/store/storetest"
)

// TestNew sees that every member of the cast opens a new workspace and finds nothing.
func TestNew(t *testing.T) {
	w := storetest.New(t)
	for _, label := range storetest.Cast() {
		s := w.As(label)
		rows, err := s.Cases(context.Background())
		if err != nil || len(rows) != 0 {
			t.Errorf("%s sees %d cases, %v", label, len(rows), err)
		}
		if me := s.Me(); me.Role != storetest.Roles()[label] || me.OneTime != (label == storetest.OneTime) {
			t.Errorf("%s is %+v", label, me)
		}
	}
}

// TestTwins sees that two workspaces have the same members under the same IDs.
func TestTwins(t *testing.T) {
	a, b := storetest.New(t), storetest.New(t)
	if a.ID(storetest.Second) != b.ID(storetest.Second) {
		t.Error("the twins' members have other IDs")
	}
}
