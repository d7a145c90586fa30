package invent

import (
	"slices"

	"caseroom/model"
)

// plot is a sort of case: what happened, to a child of what age, and which scenes suit it.
type plot struct {
	name     string
	kinds    []model.CaseKind
	tags     []string
	from, to int // age of the child at the incident, in months
	death    bool
	what     string   // the incident, one sentence with choices and slots
	summary  string   // the case in a line or two
	lines    []string // lines of enquiry
	agencies []string // kinds that were involved
	themes   []string
}

func plots() []plot {
	return slices.Concat(reviewPlots(), quickPlots(), deathPlots(), auditPlots())
}

// reviewPlots may become reviews of every sort.
func reviewPlots() []plot {
	kinds := []model.CaseKind{model.RapidReview, model.LCSPR, model.LocalLearningReview}
	return []plot{
		{name: "baby", kinds: kinds, tags: words("infant infant-injury"), from: 2, to: 9,
			what:     "[An unexplained injury|Injuries that two accounts do not explain] found when {child}, {age}, was brought to {hosp}. {He} has since [gone home to {gran}|recovered well].",
			summary:  "{Child}, {age}, was brought to hospital with an injury that nobody could explain. Recovering, and with family.",
			lines:    phrases("How was bruising in a baby who is not mobile understood?|What was known of the other adult in the home?|How did the handover at discharge work?"),
			agencies: words("mid hv gp hosp csc pol amb hou eh"), themes: phrases("babies not mobile|men in the household|handover")},
		{name: "toddler", kinds: kinds, tags: words("toddler toddler-injury da"), from: 20, to: 58,
			what:     "[Serious injury at home|A fall at home with an account that changed]. {Child} was {age}; [{sib} was in the house|{gran} had left an hour before].",
			summary:  "Serious injury at home. {Child} was {age}. Several agencies had visited; each had one piece.",
			lines:    phrases("Who asked about the adults, together and apart?|Was {child} seen, and what was {he} like to be with?|How were call-outs shared with the nursery?"),
			agencies: words("hv gp nur hosp csc pol amb hou eh vol"), themes: phrases("domestic abuse|two accounts|child not seen")},
		{name: "neglect", kinds: kinds, tags: words("neglect primary housing substance"), from: 50, to: 132,
			what:     "{Child}, {age}, and {sib} were found [alone in a cold house|caring for one another while {mum} was unwell]. Both are [well|safe] and [with {gran}|together].",
			summary:  "Long-standing neglect, seen by many and added up by nobody until {child} was {age}.",
			lines:    phrases("What was a day like for {child}?|How was progress told from compliance?|Why were letters sent to an old address?"),
			agencies: words("hv gp sch nur sn csc pol hou eh vol ews drug"), themes: phrases("neglect|drift|was not brought")},
		{name: "exploited", kinds: kinds, tags: words("teen exploit missing"), from: 156, to: 210,
			what:     "{Child}, {age}, was found [with injuries after being missing for two nights|two counties away, having been made to carry for others]. {He} is [recovering|home, and talking to one worker].",
			summary:  "Exploited by others outside the home; missing many times. {Child} is {age} and recovering.",
			lines:    phrases("Was {child} seen as a child?|What did return talks lead to?|Who held the whole picture between school, police and home?"),
			agencies: words("sch gp csc pol yot camhs home vol hosp sn ews spt"), themes: phrases("exploitation|missing from home|school moves")},
		{name: "home", kinds: kinds, tags: words("da toddler primary housing"), from: 24, to: 140,
			what:     "{Mum} was hurt at home; {child}, {age}, [rang for help|took {sib} next door]. All are [safe|recovering] and have moved.",
			summary:  "Abuse in the home over years. {Child}, {age}, rang for help.",
			lines:    phrases("How were children at call-outs recorded?|Was {mum} ever spoken to alone?|Who knew the new address, and how?"),
			agencies: words("hv gp nur sch pol amb hou csc vol prob cafcass"), themes: phrases("domestic abuse|coercion|safe contact")},
		{name: "disabled", kinds: kinds, tags: words("disability primary medical carer"), from: 36, to: 190,
			what:     "{Child}, {age}, became seriously ill at home [after a night without a carer|with a feed that had been changed]. {He} is [back at school|home again].",
			summary:  "A disabled child with many professionals, and no one who held the whole.",
			lines:    phrases("Was every worry put down to disability?|How was {child}'s own way of telling understood?|What did missed night care cost?"),
			agencies: words("gp hosp sch csc dn phy ot slt hou eh vol"), themes: phrases("disability|co-ordination|short breaks")},
		{name: "moves", kinds: kinds, tags: words("lac kin teen primary missing"), from: 84, to: 208,
			what:     "{Child}, {age}, in care, was [seriously hurt in a placement out of area|missing for five days and found unwell]. {He} is [safe with former carers|with {gran}].",
			summary:  "A child in care, [four|five|six] moves in two years, and records that followed late.",
			lines:    phrases("How did each move come about?|Who kept in touch with {sib}?|When did health records arrive?"),
			agencies: words("csc fos home lacn camhs sch pol cafcass gp vol"), themes: phrases("placement moves|care leavers|records that follow")},
	}
}

// quickPlots end with a rapid review or a local one.
func quickPlots() []plot {
	kinds := []model.CaseKind{model.RapidReview, model.LocalLearningReview}
	return []plot{
		{name: "selfharm", kinds: kinds, tags: words("teen selfharm online"), from: 150, to: 212,
			what:     "{Child}, {age}, was taken to {hosp} after harming {himself}. {He} is recovering, with {mum} and {gran} about {him}.",
			summary:  "{Child}, {age}, came to serious harm by {his} own hand after a hard year. Recovering.",
			lines:    phrases("Who knew of the safety plan, and when?|What was going on online?|What had {child} already said, and to whom?"),
			agencies: words("sch gp camhs hosp csc sn pol vol fam"), themes: phrases("mental health|safety plans|online")},
		{name: "online", kinds: kinds, tags: words("teen online primary"), from: 124, to: 190,
			what:     "{Child}, {age}, was [met|approached] by an adult who had posed online as a pupil. {He} was [found the same evening|kept safe by a friend's quick call].",
			summary:  "An adult posing as a pupil reached {child}, {age}, through a game. A friend told.",
			lines:    phrases("How did a friend's worry travel?|What did adults ask about devices?|How was blame kept off {child}?"),
			agencies: words("sch pol csc gp camhs sn spt vol"), themes: phrases("online harm|friends who tell|devices")},
		{name: "unwell", kinds: kinds, tags: words("pmh infant toddler primary carer"), from: 4, to: 150,
			what:     "{Mum} became very unwell; {child}, {age}, was [alone with {sib} for a night|found by {gran}, hungry and calm]. {He} was not hurt.",
			summary:  "A parent's illness, and children whom adult services did not see.",
			lines:    phrases("Did adult services think of the children?|Who would have cared for {child} if asked?|What did {child} do to keep things going?"),
			agencies: words("hv gp amh sch nur csc amb eh vol fire"), themes: phrases("parental mental health|young carers|think family")},
		{name: "unseen", kinds: kinds, tags: words("ehe attendance primary language"), from: 80, to: 180,
			what:     "{Child}, {age}, had not been seen by any service for [eleven|fourteen|nine] months. {He} was found to be [well below weight and is gaining|living with people who had no authority to care for {him}].",
			summary:  "Out of sight: off the roll, and not seen for many months.",
			lines:    phrases("What does home education leave uncovered?|Who asked who had parental responsibility?|How was an interpreter used?"),
			agencies: words("ews sch gp csc hou vol pol imm sn"), themes: phrases("children out of sight|home education|language")},
		{name: "fire", kinds: kinds, tags: words("fire housing primary toddler neglect"), from: 24, to: 130,
			what:     "A fire at home, at night. {Child}, {age}, and {sib} were [carried out by a neighbour|got out by {mum}] and are recovering.",
			summary:  "A house fire. The family had asked for repairs and alarms; both were on somebody's list.",
			lines:    phrases("Who knew about the heaters?|How do housing and fire share a worry?|What did the family ask for, and when?"),
			agencies: words("fire hou amb pol hv sch nur gp csc eh"), themes: phrases("housing|home safety|repairs")},
	}
}

// deathPlots are deaths.
func deathPlots() []plot {
	kinds := []model.CaseKind{model.ChildDeathReview}
	return []plot{
		{name: "sleep", kinds: kinds, tags: words("sleep infant housing"), from: 1, to: 8, death: true,
			what:     "{Child}, {age}, died in {his} sleep at home. {Mum} and {dad} rang at once.",
			summary:  "Sudden death in infancy. Cause under inquiry; the family is being supported.",
			lines:    phrases("Modifiable factors: sleep place, smoking, tiredness, housing|Was safer sleep talked through where {child} slept?"),
			agencies: words("mid hv gp hosp amb pol csc hou ber me coroner"), themes: phrases("safer sleep|housing|bereavement")},
		{name: "condition", kinds: kinds, tags: words("medical disability"), from: 10, to: 180, death: true,
			what:     "{Child}, {age}, died [at {hosp}|at home, as had been planned], of a condition that {he} was born with.",
			summary:  "Expected death of a child with a life-limiting condition; family's account of care is warm.",
			lines:    phrases("How did planning ahead work?|What helped the family at night?"),
			agencies: words("hosp gp dn phy ot sch vol ber me hv"), themes: phrases("planning ahead|short breaks|bereavement")},
		{name: "road", kinds: kinds, tags: words("road primary teen"), from: 80, to: 200, death: true,
			what:     "{Child}, {age}, was struck by a car on {street} and died at {hosp}.",
			summary:  "Road death on the way home. Crossing and speed survey in scope.",
			lines:    phrases("Modifiable factors: the crossing, light, speed|What had been asked for before?"),
			agencies: words("pol amb hosp sch gp ber coroner me spt"), themes: phrases("road safety|public realm|bereavement")},
		{name: "water", kinds: kinds, tags: words("water primary teen"), from: 48, to: 200, death: true,
			what:     "{Child}, {age}, got into difficulty in the water at {park} and died at {hosp}.",
			summary:  "Death in open water. Signs, lifebelts and swimming lessons in scope.",
			lines:    phrases("Modifiable factors: signs, lifebelt, lessons|How do families hear about open water?"),
			agencies: words("fire pol amb hosp sch gp spt ber coroner"), themes: phrases("water safety|public realm|swimming")},
		{name: "illness", kinds: kinds, tags: words("infection medical primary toddler"), from: 16, to: 170, death: true,
			what:     "{Child}, {age}, died at {hosp} after [a sudden infection|an asthma attack].",
			summary:  "Death after a short illness. Advice by telephone and same-day care in scope.",
			lines:    phrases("Modifiable factors: advice, access, recognition|How was \"worse\" explained?"),
			agencies: words("gp amb hosp sch nur sn hv ber me coroner"), themes: phrases("telephone advice|recognition|access")},
		{name: "newborn", kinds: kinds, tags: words("perinatal infant"), from: 0, to: 2, death: true,
			what:     "{Child} died on the neonatal unit at {hosp}, {age}, with {mum} and {dad}.",
			summary:  "Neonatal death after an early birth. The unit's review is awaited.",
			lines:    phrases("Modifiable factors: booking, smoking, transfer|How were parents told, and by whom?"),
			agencies: words("mid hosp gp amb ber me hv"), themes: phrases("early birth|telling parents|bereavement")},
	}
}

// auditPlots are audits: there is no incident, and several families.
func auditPlots() []plot {
	kinds := []model.CaseKind{model.MultiAgencyAudit}
	return []plot{
		{name: "audit-neglect", kinds: kinds, tags: words("audit neglect primary toddler"), from: 24, to: 150,
			what: "", summary: "Multi-agency audit: how early is neglect named, and what happens next?",
			lines:    phrases("When was neglect first named, and by whom?|Is the child easy to picture from the record?"),
			agencies: words("csc sch nur hv gp pol hou eh"), themes: phrases("neglect|voice of the child")},
		{name: "audit-abuse", kinds: kinds, tags: words("audit da toddler primary"), from: 12, to: 160,
			what: "", summary: "Multi-agency audit: the first response to children where there is abuse at home.",
			lines:    phrases("Were children spoken to at call-outs?|Did school know by the next morning?"),
			agencies: words("pol csc sch hv gp hou vol prob"), themes: phrases("domestic abuse|first response")},
		{name: "audit-adults", kinds: kinds, tags: words("audit infant pmh"), from: 3, to: 40,
			what: "", summary: "Multi-agency audit: fathers and other adults who are not in the record.",
			lines:    phrases("Is every adult in the home named?|Was each spoken to?"),
			agencies: words("mid hv gp csc pol nur eh prob"), themes: phrases("men in the household|think family")},
		{name: "audit-sixteen", kinds: kinds, tags: words("audit teen lac selfharm missing"), from: 180, to: 215,
			what: "", summary: "Multi-agency audit: what changes at sixteen.",
			lines:    phrases("Who stays when services change?|What did the young person ask for?"),
			agencies: words("csc camhs sch pol home vol gp yot"), themes: phrases("transition|young people's voice")},
	}
}

// order is which plots a run of cases goes through, so that forty cases have all of
// them and no two alike stand side by side.
func order() []string {
	return words(`toddler sleep baby neglect condition exploited audit-neglect selfharm road home illness unseen
		baby moves newborn audit-abuse disabled water unwell neglect sleep fire exploited condition toddler
		online home illness audit-adults moves baby road neglect selfharm newborn home unwell audit-sixteen toddler condition`)
}
