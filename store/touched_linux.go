package store

import (
	"io/fs"
	"syscall"
)

// touched is when anything about a file last changed, in nanoseconds since 1970. The system
// sets it, and lets no program do so.
func touched(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return st.Ctim.Nano()
	}
	return 0
}
