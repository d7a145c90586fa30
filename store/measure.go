package store

// DropDecoded lets go of everything that was decoded and can be read again: what is
// read next is read as after an unlock.
func (s *Session) DropDecoded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cacheMu.Lock()
	s.cache = newContentCache()
	s.cacheMu.Unlock()
	if !s.heads.whole {
		for id := range s.heads.held {
			s.heads.drop(id)
		}
		s.heads.sweep()
	}
	if s.finder != nil && s.finder.ix != nil {
		s.finder.ix.Forget()
	}
}

// DeriveAlone pays for the key derivation of an unlock and for nothing else, and says
// whether the passphrase is right. The key is overwritten.
func (v *Vault) DeriveAlone(label string, passphrase []byte) error {
	id, err := v.derive(v.slot(label), passphrase)
	if id != nil {
		id.Zero()
	}
	return err
}
