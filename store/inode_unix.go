//go:build unix

package store

import (
	"io/fs"
	"syscall"
)

// inode is the number of a file on its disk.
func inode(fi fs.FileInfo) uint64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Ino)
	}
	return 0
}
