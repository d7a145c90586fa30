package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
)

// profileVerbs print and change the partnership's profile.
func (a *app) profileVerbs() *cobra.Command {
	var o opening
	o.readOnly = true
	var asJSON bool
	c := a.group(verb{
		use:   "profile WORKSPACE [set …]",
		short: "Print or change the partnership's profile",
		long: "The profile says what letters and packs print, who is cleared for new cases, whether packs may be released single-handed, " +
			"and when the screen locks. Every member may read it; a manager changes it.",
		example: `caseroom profile north.caseroom
			caseroom profile north.caseroom set idle-minutes=5`,
		run: func(ctx context.Context, args []string) error {
			return a.with(ctx, args[0], o, func(s *store.Session) error {
				if asJSON {
					return a.thing(wholeProfile(s.Profile()))
				}
				a.printThing(saidAloud(wholeProfile(s.Profile())))
				return nil
			})
		},
	}, a.profileSetVerb())
	c.Flags().BoolVar(&asJSON, "json", false, "write one JSON object")
	o.flags(c.Flags())
	return c
}

// wholeProfile is the profile as it is printed, with the names that set knows.
func wholeProfile(p model.Profile) record {
	prefixes := []string{}
	for _, k := range model.CaseKinds() {
		if word := p.Prefixes[k]; word != "" {
			prefixes = append(prefixes, string(k)+" "+word)
		}
	}
	return record{{"partnership", p.Partnership}, {"areas", list(p.Areas)}, {"controller_role", p.ControllerRole}, {"dpo", p.DPO},
		{"marking", p.Marking}, {"single_handed", p.SingleHanded}, {"idle_minutes", p.IdleMinutes},
		{"clear_by_default", list(p.ClearByDefault)}, {"references", prefixes}, {"origin", p.Origin}}
}

// saidAloud writes a no where people would else find nothing.
func saidAloud(r record) record {
	for i, f := range r {
		if no, is := f.value.(bool); is && !no {
			r[i].value = "no"
		}
	}
	return r
}

func (a *app) profileSetVerb() *cobra.Command {
	var o opening
	c := a.command(verb{
		use:   "profile WORKSPACE set FIELD=VALUE …",
		short: "Change the partnership's profile",
		long: "Fields: " + strings.Join(profileNames(), ", ") + "; several areas or roles are parted by semicolons. " +
			"reason=TEXT says why. The change stands in the ledger.",
		example: `caseroom profile north.caseroom set single-handed=yes "areas=North; East" reason="one manager until May"`,
		least:   2, most: -1,
		run: func(ctx context.Context, args []string) error {
			sets, err := pairs(args[1:])
			if err != nil {
				return err
			}
			why, sets := reasonAmong(sets)
			if len(sets) == 0 {
				return model.Fail(model.Invalid, "nothing to change is given").Do("give FIELD=VALUE, such as idle-minutes=5")
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				p := s.Profile()
				if err := putAll(a, &p, profileFields(), sets); err != nil {
					return view.Applied{}, err
				}
				return s.SetProfile(ctx, p, why)
			})
		},
	})
	o.flags(c.Flags())
	return c
}

// profileNames are the fields as they are typed.
func profileNames() []string {
	out := names(profileFields())
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "_", "-")
	}
	return out
}

// profileFields are the fields of the profile that the command line can change. What
// makes references (origin, prefixes) stays as it was made: papers carry it.
func profileFields() []setter[model.Profile] {
	type p = model.Profile
	return []setter[p]{
		text("partnership", func(p *p) *string { return &p.Partnership }),
		several("areas", func(p *p) *[]string { return &p.Areas }),
		{"controller_role", func(_ *app, into *p, v string) error {
			return oneWord(&into.ControllerRole, "controller-role", v, "controller", "processor")
		}},
		text("dpo", func(p *p) *string { return &p.DPO }),
		text("marking", func(p *p) *string { return &p.Marking }),
		{"single_handed", func(_ *app, into *p, v string) error {
			var word string
			err := oneWord(&word, "single-handed", v, "yes", "no")
			into.SingleHanded = word == "yes"
			return err
		}},
		{"idle_minutes", func(_ *app, into *p, v string) error { return idleMinutes(into, v) }},
		{"clear_by_default", func(_ *app, into *p, v string) error { return clearByDefault(into, v) }},
	}
}

// oneWord puts a value that can only be one of a few words.
func oneWord(into *string, name, value string, can ...string) error {
	word := strings.ToLower(strings.TrimSpace(value))
	if !slices.Contains(can, word) {
		return model.Fail(model.Invalid, "%q is not something that %s can be", value, name).Do("use %s", oneOf(can)).On(name)
	}
	*into = word
	return nil
}

// longestIdle is a working day: a screen that stays open longer by itself is not locked at all.
const longestIdle = 8 * 60

func idleMinutes(into *model.Profile, value string) error {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < 1 || n > longestIdle {
		return model.Fail(model.Invalid, "%q is not a number of minutes after which to lock", value).
			Do("give a whole number from 1 to %d", longestIdle).On("idle-minutes")
	}
	into.IdleMinutes = n
	return nil
}

func clearByDefault(into *model.Profile, value string) error {
	into.ClearByDefault = nil
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == ',' }) {
		if strings.TrimSpace(word) == "" {
			continue
		}
		r, err := model.ParseRole(strings.TrimSpace(word))
		if err != nil {
			return err
		}
		if !slices.Contains(into.ClearByDefault, r) {
			into.ClearByDefault = append(into.ClearByDefault, r)
		}
	}
	return nil
}
