package store

import "testing"

// TestEntriesAreCounted: one entry is not "1 entries".
func TestEntriesAreCounted(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 entries in its ledger", 1: "1 entry in its ledger", 1453: "1453 entries in its ledger"} {
		if got := entries(n); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
	if one, two := leftOver(1), leftOver(2); one[:25] != "1 attachment was being se" || two[:27] != "2 attachments were being se" {
		t.Errorf("%q, %q", one, two)
	}
}
