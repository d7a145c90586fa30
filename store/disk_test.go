package store_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// call is one thing that a program asked of a folder and the files in it.
type call struct {
	kind        callKind
	path, to    string // names in the folder; "." is the folder itself
	off         int64  // of a write; of a cut the new length
	data        []byte
	create, cut bool // of an opening
	failed      bool // because a test wanted it to
}

type callKind string

const (
	opens   callKind = "open"
	writes  callKind = "write"
	cuts    callKind = "cut"
	syncs   callKind = "sync"
	renames callKind = "rename"
	links   callKind = "link"
	removes callKind = "remove"
	closes  callKind = "close"
	tells   callKind = "tell"
)

// disk is a model of a disk with a cache, at one moment: what is safe, and what a crash may
// or may not keep. Writes to one file that no sync followed may be kept in any selection,
// and torn at 512 bytes; changes of names are kept in their order up to some point, as a
// journal does; a file's own sync keeps nothing of its name.
type disk struct {
	names map[string]*node // as the program sees them
	safe  map[string]*node // as they are after a crash, at the least
	late  []nameChange     // since the folder was synced
	nodes []*node
}

type node struct {
	safe []byte
	late []change // since it was synced
}

// change is a write, or a cut where data is nil.
type change struct {
	off  int64
	data []byte
}

type nameChange struct {
	name string
	node *node // nil: the name is gone
	from string
}

// diskOf begins with files that are safe.
func diskOf(t testing.TB, dir string) *disk {
	t.Helper()
	d := &disk{names: map[string]*node{}, safe: map[string]*node{}}
	all, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range all {
		if e.Type().IsRegular() {
			raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
			must(t, err)
			n := &node{safe: raw}
			d.names[e.Name()], d.safe[e.Name()], d.nodes = n, n, append(d.nodes, n)
		}
	}
	return d
}

// clone gives another disk with the same files, all safe.
func (d *disk) clone() *disk {
	c := &disk{names: map[string]*node{}, safe: map[string]*node{}}
	for name, n := range d.names {
		m := &node{safe: n.safe}
		c.names[name], c.safe[name], c.nodes = m, m, append(c.nodes, m)
	}
	return c
}

// do takes one call in.
func (d *disk) do(c call) error {
	n := d.names[c.path]
	if n == nil && (c.kind == writes || c.kind == cuts || c.kind == renames || c.kind == links || c.kind == syncs && c.path != ".") {
		if c.kind == syncs || c.kind == writes {
			return nil // of a file whose name another took, or that has none any more
		}
		return fmt.Errorf("%s of %s, which is not there", c.kind, c.path)
	}
	switch c.kind {
	case opens:
		if n == nil && c.create {
			n = &node{}
			d.nodes = append(d.nodes, n)
			d.name(nameChange{name: c.path, node: n})
		} else if n != nil && c.cut {
			n.late = append(n.late, change{})
		}
	case writes:
		n.late = append(n.late, change{c.off, bytes.Clone(c.data)})
	case cuts:
		n.late = append(n.late, change{off: c.off})
	case syncs:
		if c.path == "." {
			d.safe, d.late = maps.Clone(d.names), nil
			return nil
		}
		n.safe, n.late = written(n.safe, n.late), nil
	case renames:
		d.name(nameChange{name: c.to, node: n, from: c.path})
	case links:
		d.name(nameChange{name: c.to, node: n})
	case removes:
		d.name(nameChange{name: c.path})
	}
	return nil
}

func (d *disk) name(n nameChange) {
	d.late = append(d.late, n)
	n.on(d.names)
}

func (n nameChange) on(names map[string]*node) {
	if n.from != "" {
		delete(names, n.from)
	}
	if names[n.name] = n.node; n.node == nil {
		delete(names, n.name)
	}
}

// written gives a file after some changes.
func written(raw []byte, all []change) []byte {
	out := slices.Clone(raw)
	for _, c := range all {
		if c.data == nil {
			if c.off <= int64(len(out)) {
				out = out[:c.off]
				continue
			}
			out = append(out, make([]byte, c.off-int64(len(out)))...)
			continue
		}
		if end := c.off + int64(len(c.data)); end > int64(len(out)) {
			out = append(out, make([]byte, end-int64(len(out)))...)
		}
		copy(out[c.off:], c.data)
	}
	return out
}

// unsynced says whether a crash now has something to take away.
func (d *disk) unsynced() bool {
	return len(d.late) > 0 || slices.ContainsFunc(d.nodes, func(n *node) bool { return len(n.late) > 0 })
}

// crash gives what a crash may leave. way 0 keeps everything, as the end of the process
// alone would; way 1 nothing that was not synced; others draw.
func (d *disk) crash(rng *rand.Rand, way int) map[string][]byte {
	names, upTo := maps.Clone(d.safe), len(d.late)
	switch {
	case way == 1:
		upTo = 0
	case way > 1:
		upTo = rng.IntN(len(d.late) + 1)
	}
	for _, n := range d.late[:upTo] {
		n.on(names)
	}
	out := map[string][]byte{}
	left := map[*node][]byte{}
	for name, n := range names {
		raw, done := left[n]
		if !done {
			raw = written(n.safe, n.some(rng, way))
			left[n] = raw
		}
		out[name] = raw
	}
	return out
}

// some draws which changes of a file are kept.
func (n *node) some(rng *rand.Rand, way int) []change {
	switch {
	case way == 0:
		return n.late
	case way == 1 || len(n.late) == 0:
		return nil
	case way%2 == 0: // a prefix, the last of it torn
		upTo := rng.IntN(len(n.late) + 1)
		out := slices.Clone(n.late[:upTo])
		if upTo > 0 {
			out[upTo-1] = torn(rng, out[upTo-1])
		}
		return out
	}
	var out []change
	for _, c := range n.late {
		switch rng.IntN(4) {
		case 0, 1:
			out = append(out, c)
		case 2:
			out = append(out, torn(rng, c))
		}
	}
	return out
}

// torn keeps the sectors of a write before one, or from one on.
func torn(rng *rand.Rand, c change) change {
	if len(c.data) < 512 {
		return c
	}
	at := 512 * rng.IntN(len(c.data)/512+1)
	if at == 0 || at == len(c.data) {
		return c
	}
	if rng.IntN(2) == 0 {
		return change{c.off, c.data[:at]}
	}
	return change{c.off + int64(at), c.data[at:]}
}

// put writes a state into a folder that holds nothing else.
func put(dir string, state map[string][]byte) error {
	all, err := os.ReadDir(dir)
	for _, e := range all {
		if _, stays := state[e.Name()]; !stays && err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	for name, raw := range state {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), raw, 0o600)
		}
	}
	return err
}
