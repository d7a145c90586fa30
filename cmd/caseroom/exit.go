package main

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"caseroom/model"
	"caseroom/ui/kit"
)

// The exit codes of the contract; they are never renumbered.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitLocked  = 3
	exitMissing = 4
	exitDenied  = 5
	exitDamaged = 6
	exitBusy    = 7
	exitPartly  = 8
	exitDisk    = 9
	exitStopped = 130 // a signal ended the run: 128 and the number of an interrupt
)

// codeOf gives the exit code of a kind of error.
func codeOf(k model.Kind) int {
	switch k {
	case model.Invalid:
		return exitUsage
	case model.Locked:
		return exitLocked
	case model.NotFound:
		return exitMissing
	case model.Denied:
		return exitDenied
	case model.Corrupt:
		return exitDamaged
	case model.Busy:
		return exitBusy
	case model.Partly:
		return exitPartly
	case model.Disk:
		return exitDisk
	}
	return exitFailed
}

// exit says what went wrong, if anything did, and gives the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	switch {
	case err == nil || gone(err):
		return exitDone
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || model.KindOf(err) == model.Failed):
		a.notice("caseroom: stopped; what was finished is kept, nothing is half-written")
		return exitStopped
	}
	err = named(err)
	a.notice("%s", kit.Clean("caseroom: "+err.Error()))
	return codeOf(model.KindOf(err))
}

// named puts an error of the operating system into words and a kind.
func named(err error) error {
	var told *model.Error
	var at *fs.PathError
	if errors.As(err, &told) {
		return err
	}
	name := "the file"
	if errors.As(err, &at) && at.Path != "" {
		name = at.Path
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return model.Fail(model.Disk, "there is no room left on the disk for %s", name).Do("free some and try again").Because(err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return model.Fail(model.Disk, "%s cannot be written or read here", name).
			Do("check the permissions, or choose another folder").Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return model.Fail(model.NotFound, "there is no file %s", name).Do("check the name").Because(err)
	case errors.Is(err, fs.ErrExist):
		return model.Fail(model.Denied, "%s is there already", name).Do("choose another name").Because(err)
	}
	return err
}
