package main

import "golang.org/x/sys/unix"

// keepToItself has the system write no image of this program's memory to the disk when it
// fails, and show that memory to no other program of the same user: keys lie in it. What
// the system does not allow is left as it is; swapping and hibernation it cannot stop.
func keepToItself() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
