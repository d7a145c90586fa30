package seal

import (
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of Argon2id (RFC 9106): passes, memory in KiB, lanes.
type Params struct {
	Time      uint32
	MemoryKiB uint32
	Threads   uint8
}

// Default is what new workspaces start from: about a second on a small laptop.
func Default() Params { return Params{Time: 3, MemoryKiB: 256 << 10, Threads: 4} }

// Floor is the least the program accepts, the second recommended option of RFC 9106.
func Floor() Params { return Params{Time: 3, MemoryKiB: 64 << 10, Threads: 4} }

// Ceilings: a hostile header must not take the machine down, so parameters above
// these are refused before a byte is allocated.
const (
	maxTime      = 16
	maxMemoryKiB = 2 << 20 // 2 GiB
	maxThreads   = 16
)

func (p Params) String() string {
	return fmt.Sprintf("Argon2id, %d passes, %d MiB, %d lanes", p.Time, p.MemoryKiB>>10, p.Threads)
}

// Policy says which costs are acceptable. The zero value is the product's: [Floor]
// or more. Only store/storetest may make another, with [WeakPolicy].
type Policy struct{ weak bool }

// WeakPolicy accepts any cost from 1 pass and 8 KiB a lane upwards, so that tests
// need not pay for real ones. Nothing but store/storetest (and this package's own
// tests) may call it: a workspace made under it opens with no shipped program, and
// the architecture test keeps it so.
func WeakPolicy() Policy { return Policy{weak: true} }

// Weak are the costs that go with [WeakPolicy]; the same rule says who may use them.
func Weak() Params { return Params{Time: 1, MemoryKiB: 8, Threads: 1} }

// Check refuses costs below the floor or absurd ones, before anything is allocated.
func (y Policy) Check(p Params) error {
	if p.Time > maxTime || p.MemoryKiB > maxMemoryKiB || p.Threads > maxThreads {
		return fmt.Errorf("the key settings ask for more than this program allows (%s; at most %d passes, %d MiB, %d lanes); the file may be damaged or hostile",
			p, maxTime, maxMemoryKiB>>10, maxThreads)
	}
	least := Floor()
	if y.weak {
		least = Weak()
	}
	if p.Time < least.Time || p.MemoryKiB < least.MemoryKiB || p.Threads < 1 || p.MemoryKiB < 8*uint32(p.Threads) {
		return fmt.Errorf("the key settings are too weak (%s; at least %d passes, %d MiB); the file may have been altered",
			p, least.Time, least.MemoryKiB>>10)
	}
	return nil
}

// stretch turns a normalised passphrase into the 32-byte key of a keyslot.
func (y Policy) stretch(passphrase, salt []byte, p Params) ([]byte, error) {
	if err := y.Check(p); err != nil {
		return nil, err
	}
	return argon2.IDKey(passphrase, salt, p.Time, p.MemoryKiB, p.Threads, KeySize), nil
}
