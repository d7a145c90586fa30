package store

import (
	"errors"
	"testing"
)

// TestSettings opens every shipped table strictly: a key that the program has no use
// for, or a kind without a row, is a defect of the build.
func TestSettings(t *testing.T) {
	s, err := loadSettings()
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	if len(s.policy.Rules) != 20 || len(s.directory) == 0 || len(s.channels) != 9 || len(s.bases) == 0 {
		t.Fatalf("%d rules, %d agencies, %d channels, %d bases", len(s.policy.Rules), len(s.directory), len(s.channels), len(s.bases))
	}
}
