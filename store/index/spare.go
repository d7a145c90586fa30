package index

import "sync"

// spare keeps tables of terms that are no longer needed for the next writes, which would
// otherwise make one each. It may be used by several goroutines.
type spare struct {
	mu     sync.Mutex
	tables []terms
}

// What is kept: few tables, and none that one large write made large.
const (
	mostSpare      = 4
	mostSpareSlots = 1 << 14
)

// table gives an empty table.
func (s *spare) table() terms {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.tables) - 1
	if last < 0 {
		return newTerms()
	}
	t := s.tables[last]
	s.tables = s.tables[:last]
	t.empty()
	return t
}

// keep takes a table that nobody looks into any more.
func (s *spare) keep(t terms) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tables) < mostSpare && len(t.slots) <= mostSpareSlots {
		s.tables = append(s.tables, t)
	}
}

func (s *spare) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables = nil
}
