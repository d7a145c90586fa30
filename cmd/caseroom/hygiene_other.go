//go:build !linux

package main

// keepToItself does nothing where the system has no simple way to keep a program's memory
// out of images of it.
func keepToItself() {}
