package model

import (
	"slices"
	"strings"
)

// The order in which each kind of review usually goes. Every kind can be put on
// hold (a court case, an inquest) and taken up again where it stood.
var path = map[CaseKind][]State{
	RapidReview:         {Notified, Gathering, PanelSet, Decision, Closed},
	LCSPR:               {Scoping, Gathering, Analysis, Drafting, SignOff, Published, Closed},
	LocalLearningReview: {Scoping, Gathering, Analysis, Drafting, SignOff, Closed},
	ChildDeathReview:    {Notified, Gathering, Analysis, PanelSet, Closed},
	MultiAgencyAudit:    {Scoping, Gathering, Analysis, Drafting, Closed},
}

// StatesOf lists the states of a kind in their usual order, on hold last.
func StatesOf(k CaseKind) []State {
	return append(slices.Clone(path[k]), OnHold)
}

// FirstState is where a new case of the kind stands.
func FirstState(k CaseKind) State { return path[k][0] }

// step says whether a case of the kind may go from one state to another, and
// whether that needs a reason. One step forward is free. A step back, a leap, a
// hold, a closure before the end and a reopening are allowed with a reason: they
// happen, and people will ask why.
func step(k CaseKind, from, to State, reason string) error {
	order := path[k]
	i, j := slices.Index(order, from), slices.Index(order, to)
	switch {
	case from == to:
		return nil
	case to != OnHold && j < 0:
		return Fail(Invalid, "a %s has no state %q", strings.ToLower(k.Title()), to).
			Do("use one of %s", joinStates(StatesOf(k))).On("state")
	case from == Closed && to == OnHold:
		return Fail(Denied, "a closed case cannot be put on hold").Do("reopen it first").On("state")
	case from != OnHold && to != OnHold && j == i+1:
		return nil
	case strings.TrimSpace(reason) != "":
		return nil
	}
	return Fail(Denied, "going from %s to %s needs a reason", from, to).
		Do("give one, such as reason=\"the inquest has been opened\"").On("reason")
}

// Title is a state as people read it; empty for none.
func (s State) Title() string {
	switch s {
	case "":
		return ""
	case SignOff:
		return "Sign-off"
	case PanelSet:
		return "Panel set"
	}
	words := strings.ReplaceAll(string(s), "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func joinStates(s []State) string {
	w := make([]string, len(s))
	for i := range s {
		w[i] = string(s[i])
	}
	return strings.Join(w, ", ")
}

// MoveTo takes the step with its guards and remembers where a held case stood.
func (c *Case) MoveTo(to State, reason string) error {
	if to == c.State {
		return nil // a case on hold that is changed otherwise stays there, and keeps where it stood
	}
	if c.State == OnHold && to != c.Before && strings.TrimSpace(reason) == "" {
		return Fail(Denied, "the case was put on hold in the state %s", c.Before).
			Do("take it up there, or give a reason for another state").On("state")
	}
	if c.State != OnHold || to != c.Before {
		if err := step(c.Kind, c.State, to, reason); err != nil {
			return err
		}
	}
	if to == OnHold {
		c.Before = c.State
	} else {
		c.Before = ""
	}
	c.State, c.Reason = to, strings.TrimSpace(reason)
	return nil
}
