//go:build !unix

package store_test

import (
	"testing"
	"time"

	"caseroom/model"
)

// cpuTime is what this process has used of all cores; not told here.
func cpuTime() time.Duration { return 0 }

func unixRoles() map[string]func(path string, k model.ID) error {
	return map[string]func(string, model.ID) error{}
}

func unixPlaces() map[string]func(*testing.T) { return nil }
