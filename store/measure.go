package store

// DropDecoded lets go of everything that was decoded and can be read again: what is
// read next is read as after an unlock.
func (s *Session) DropDecoded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cacheMu.Lock()
	s.cache = newContentCache()
	s.cacheMu.Unlock()
	if s.finder != nil && s.finder.ix != nil {
		s.finder.ix.Forget()
	}
}
