package assets

import (
	"embed"
	"io/fs"
)

// The tables, one a function, so that nobody can change the bytes for another: a
// string cannot be written to.

//go:embed restrictions.toml
var restrictions string

//go:embed agencies.toml
var agencies string

//go:embed channels.toml
var channels string

//go:embed bases.toml
var bases string

//go:embed profile.toml
var profile string

//go:embed keys.json
var keys string

//go:embed docs/*.md
var docs embed.FS

// Restrictions is the shipped restriction policy: [[effect]], [[condition]] and
// [[kind]] rows, as TOML.
func Restrictions() []byte { return []byte(restrictions) }

// Agencies is the directory of agency kinds: [[kind]] rows, as TOML.
func Agencies() []byte { return []byte(agencies) }

// Channels is how information comes in: [[channel]] rows, as TOML.
func Channels() []byte { return []byte(channels) }

// Bases is the legal bases that information may be held on: [[basis]] rows, as TOML.
func Bases() []byte { return []byte(bases) }

// Profile is what a new workspace starts with: one table, as TOML.
func Profile() []byte { return []byte(profile) }

// Keys is the table of actions and keys that handlers, footer and help are made
// from, as JSON.
func Keys() []byte { return []byte(keys) }

// Docs is the manual's pages, Markdown files at its root.
func Docs() fs.FS {
	sub, err := fs.Sub(docs, "docs")
	if err != nil {
		return embed.FS{} // cannot be: the path is a constant and valid
	}
	return sub
}
