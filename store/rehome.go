package store

import (
	"cmp"
	"slices"

	"caseroom/model"
)

// scene gathers what decides where the case's records live. Items are only read where
// a restriction seals something: otherwise everything lives in the case's own room.
func (j *job) scene(caseID model.ID) (*caseScene, error) {
	if sc := j.touched[caseID]; sc != nil {
		return sc, nil
	}
	sc := &caseScene{}
	j.touched[caseID] = sc
	h, err := j.know(caseID)
	if err != nil {
		return nil, err
	}
	if h != nil {
		sc.restrictions = slices.Clone(h.restrictions)
	}
	return sc, nil
}

// needItems reads the case's items into the scene, once.
func (j *job) needItems(caseID model.ID, sc *caseScene) error {
	if sc.items != nil {
		return nil
	}
	sc.items = map[model.ID]model.Record{}
	for _, c := range j.roomsOf(caseID) {
		for _, n := range []model.Noun{model.NounInformation, model.NounIncident} {
			err := c.scan(j.w.tx, n, func(r model.Record) bool { sc.items[r.Base().ID] = r; return true })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// noticeSealing keeps the scene true and marks the case when what is sealed changes.
func (j *job) noticeSealing(sc *caseScene, caseID model.ID, o *model.Op, before model.Record) {
	if o.Put != nil && sc.items != nil && (o.Noun == model.NounInformation || o.Noun == model.NounIncident) {
		sc.items[o.ID] = o.Put
	}
	if o.Noun != model.NounRestriction {
		return
	}
	was, _ := before.(*model.Restriction)
	now, _ := o.Put.(*model.Restriction)
	sc.restrictions = slices.DeleteFunc(sc.restrictions, func(r *model.Restriction) bool { return r.ID == o.ID })
	if now != nil {
		sc.restrictions = append(sc.restrictions, now)
	}
	if was != nil && was.Seals() || now != nil && now.Seals() {
		j.sealing[caseID] = true
	}
}

// home gives the compartment that a record belongs in, making it if need be.
func (j *job) home(caseID model.ID, sc *caseScene, r model.Record) (*compartment, error) {
	if r.Noun() == model.NounClearance {
		return j.room(caseID, sc, nil)
	}
	if sc.seals() {
		if err := j.needItems(caseID, sc); err != nil {
			return nil, err
		}
	}
	home := sc.sealing(r)
	if len(home) > 0 && len(sc.cleared(home)) == 0 {
		return nil, model.Fail(model.Denied, "nobody would be left who could open this").
			Do("name at least one member who is on every list that covers it").On("cleared")
	}
	return j.room(caseID, sc, home)
}

// room finds or makes the compartment of a home.
func (j *job) room(caseID model.ID, sc *caseScene, home []model.ID) (*compartment, error) {
	want := homeName(home)
	var have []*compartment
	for _, c := range j.roomsOf(caseID) {
		if homeName(c.home) == want {
			have = append(have, c)
		}
	}
	if len(have) > 0 {
		return j.s.eldest(have), nil
	}
	if len(home) == 0 {
		return nil, model.Fail(model.Denied, "you do not hold the key of this case itself").
			Do("ask a manager who does to clear you for it")
	}
	cleared := sc.cleared(home) // nobody, of a past that was about people with different lists: then the recovery key alone opens it
	c := j.carry.compartment(j.s.header.WS, caseID, home)
	if err := j.w.openCompartment(c, home); err != nil {
		return nil, err
	}
	for _, id := range cleared {
		if id == j.s.me {
			continue
		}
		if err := j.wrapFor(c, id); err != nil {
			return nil, err
		}
	}
	j.rooms = append(j.rooms, c) // usable in this change even by an author who is not on the list
	if slices.Contains(cleared, j.s.me) {
		j.rooms = j.rooms[:len(j.rooms)-1]
		if err := j.keep(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// eldest gives of rooms that are for the same the one that began first. Any member can make
// another and hand its key to those who are cleared: what they then wrote in it, its maker
// could read.
func (s *Session) eldest(rooms []*compartment) *compartment {
	if len(rooms) == 1 {
		return rooms[0]
	}
	return slices.MinFunc(rooms, func(a, b *compartment) int { return cmp.Compare(s.sound.born(a.tag), s.sound.born(b.tag)) })
}

// rehome moves every record of a case whose home is another now.
func (j *job) rehome(caseID model.ID) error {
	sc := j.touched[caseID]
	if err := j.needItems(caseID, sc); err != nil {
		return err
	}
	type stay struct {
		in  *compartment
		rec model.Record
	}
	var all []stay
	for _, c := range j.roomsOf(caseID) {
		for _, n := range []model.Noun{model.NounCase, model.NounPerson, model.NounIncident, model.NounInformation,
			model.NounRestriction, model.NounPack} {
			if err := c.scan(j.w.tx, n, func(r model.Record) bool { all = append(all, stay{c, r}); return true }); err != nil {
				return err
			}
		}
	}
	now := map[model.ID]model.Record{}
	for _, st := range all {
		now[st.rec.Base().ID] = st.rec
		to, err := j.home(caseID, sc, st.rec)
		if err != nil {
			return err
		}
		if to == st.in {
			continue
		}
		if err := j.w.move(st.in, to, st.rec.Noun(), st.rec.Base().ID, st.rec); err != nil {
			return err
		}
	}
	return j.settlePast(caseID, sc, now, func(c *compartment) ([]byte, error) { return c.tag[:], nil })
}
