//go:build !unix

package ptytest

import "os"

// None of these is reached: Start skips the test where there is no
// pseudo-terminal.
func (x *Term) kill() { _ = x.cmd.Process.Kill() }

func pollable(f *os.File) (*os.File, error) { return f, nil }

func setSize(*os.File, int, int) error { return nil }
