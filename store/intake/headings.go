package intake

// synonyms gives the headings by which chronology templates name each field, as
// [plainHeading] writes them. They follow the practice columns of English multi-agency
// chronologies: date, time, agency, source record, event or contact, who was present,
// the child's words, action and outcome, professional comment.
func synonyms() map[Field][]string {
	return map[Field][]string{
		Date: {"date", "dates", "date of event", "event date", "date of contact", "contact date", "date of incident", "incident date",
			"start date", "date start", "date from", "from date", "from", "date of activity", "activity date", "date occurred", "occurred",
			"occurred on", "when", "when did it happen", "date time", "date and time", "date time of event", "date and time of event",
			"date time of contact", "date of significant event", "date of occurrence", "date of visit", "visit date", "date of meeting",
			"event start date", "event date time", "date of key event", "date of information", "start", "date happened", "date of attendance"},
		Time: {"time", "times", "time of event", "event time", "start time", "time start", "time of contact", "contact time",
			"time of incident", "incident time", "time from", "event start time", "time occurred", "time of day"},
		EndDate:  {"end date", "date end", "date to", "to date", "finish date", "date until", "until", "event end date", "date ended"},
		EndTime:  {"end time", "time end", "time to", "finish time", "event end time", "time ended", "time until"},
		Sequence: {"sequence", "sequence number", "sequence no", "seq", "seq no", "order", "no", "number", "item", "item no", "row", "row no", "entry no", "entry number", "line", "line no", "event no", "event number", "#"},
		Agency: {"agency", "agencies", "organisation", "organization", "service", "agency name", "name of agency", "agency organisation", "organisation agency",
			"agency service", "reporting agency", "contributing agency", "source agency", "agency involved", "department", "provider", "which agency",
			"name of organisation", "agency source", "agency or service", "agency team"},
		Source: {"source", "source of information", "information source", "source of info", "info source", "information from", "received from", "informant",
			"provided by", "given by", "reported by", "who reported", "name of professional", "professional", "professional name", "professional involved",
			"professionals involved", "worker", "worker name", "practitioner", "practitioner name", "staff", "staff member", "author", "recorded by",
			"from whom", "name and role", "name of practitioner", "lead professional"},
		SourceRecord: {"source record", "record", "record source", "source document", "document", "file reference", "record reference", "source reference",
			"evidence", "evidence source", "source of evidence", "where recorded", "record type", "record system", "system", "source system",
			"location of record", "source file", "file ref", "document reference", "page reference"},
		Summary: {"summary", "event summary", "summary of event", "headline", "title", "event title", "type of event", "event type", "contact type",
			"type of contact", "nature of contact", "brief summary", "event heading", "short summary", "type of event contact"},
		Text: {"event", "events", "details", "detail", "event details", "details of event", "details of contact", "description", "event description",
			"description of event", "contact", "event contact", "contact event", "event or contact", "event and contact", "significant event", "significant events", "what happened",
			"information", "information received", "narrative", "text", "notes", "case notes", "incident", "incident details", "details of incident",
			"event incident", "incident event", "entry", "chronology entry", "key event", "key events", "summary of contact", "activity", "facts", "information shared",
			"record of event", "words", "content", "event details of contact", "details of significant event", "description of incident",
			"summary of significant event", "details of involvement", "involvement", "contact or event", "event information", "what was said", "event contact details",
			"details of event contact", "summary of event contact", "full details", "further details", "further information", "additional details", "additional information", "issue", "concern", "concerns"},
		ChildVoice: {"childs voice", "child voice", "voice of the child", "voice of child", "voice", "childs words", "child words", "childs views", "views of the child",
			"childs wishes and feelings", "wishes and feelings", "wishes feelings", "lived experience", "childs lived experience", "lived experience of the child",
			"childs words lived experience", "childs words or lived experience", "childs presentation", "what the child said", "child seen", "child seen childs voice",
			"child seen childs words", "was the child seen", "child seen alone", "child seen spoken to", "impact on child", "impact on the child",
			"childs experience", "daily lived experience", "views of child"},
		People: {"people", "persons", "people involved", "persons involved", "people concerned", "person", "child", "children", "childs name", "child name",
			"name of child", "subject", "subjects", "subject name", "name", "names", "family member", "family members", "family member involved", "who",
			"concerning", "client", "young person", "person concerned", "relates to", "subject child", "individual", "whom it concerns"},
		Present: {"present", "who present", "who was present", "people present", "persons present", "those present", "attendees", "attended by",
			"in attendance", "others present", "who else was present", "who attended", "who was there", "present at contact", "persons in attendance"},
		Action: {"action", "actions", "outcome", "outcomes", "action and outcome", "action outcome", "actions and outcomes", "actions outcomes", "action taken",
			"actions taken", "outcome of contact", "response", "agency response", "response and outcome", "decision", "decisions", "result", "action decision",
			"follow up", "next steps", "decision and rationale", "outcome action", "what was done", "action taken and outcome", "actions and outcome",
			"action taken outcome", "outcome and action", "action response", "agency action", "intervention", "decision outcome"},
		Significance: {"significance", "significance of event", "importance", "relevance", "significant", "why significant", "level of significance"},
		Comment: {"comment", "comments", "professional comment", "professional comments", "analysis", "author comment", "authors comment", "authors comments",
			"reviewer comment", "reviewers comments", "agency comment", "agency comments", "reflection", "observations", "good practice", "critical analysis",
			"analysis and comment", "comment and analysis", "comments and analysis", "professional analysis", "remarks", "practice comment",
			"what should have happened", "comment analysis", "analysis comment", "panel comment", "commentary"},
		Channel: {"channel", "how received", "method", "method of contact", "contact method", "mode of contact", "means of contact", "how it came",
			"how it was received", "medium"},
		Received: {"received", "date received", "received on", "received date", "date of receipt", "date information received"},
		Basis: {"basis", "legal basis", "lawful basis", "basis for sharing", "legal basis for sharing", "lawful basis for sharing",
			"basis of sharing"},
		Reliability: {"reliability", "reliability of source", "source reliability", "reliability of information"},
		Case: {"case", "case reference", "case ref", "case number", "case no", "case id", "review", "review reference", "review ref",
			"review number", "case name"},
	}
}

// neverMapped lists headings that look like a field and are another thing: a date of
// birth must not become the day of an event. Their cells join the words.
func neverMapped() []string {
	return []string{"date of birth", "dob", "birth date", "birthdate", "date recorded", "date entered", "entry date", "date of entry", "record date",
		"recorded date", "date created", "created date", "review date", "date of review", "due date", "date due", "report date", "date of report",
		"date of chronology", "date of death", "contact details", "contact number", "contact name", "time spent", "time zone", "nhs number", "upn",
		"date completed", "completed date", "age", "telephone number", "case notes reference", "date of request", "date requested", "page", "page no",
		"page number", "reference", "reference number", "ref", "ref no"}
}

// keywords decide long headings that no list foresees, by one word, in this order.
func keywords() []struct {
	word  string
	field Field
} {
	return []struct {
		word  string
		field Field
	}{
		{"voice", ChildVoice}, {"wishes", ChildVoice}, {"lived", ChildVoice},
		{"analysis", Comment}, {"comment", Comment}, {"comments", Comment}, {"commentary", Comment},
		{"outcome", Action}, {"outcomes", Action}, {"action", Action}, {"actions", Action}, {"decision", Action},
		{"significance", Significance}, {"present", Present}, {"attendees", Present},
		{"agency", Agency}, {"organisation", Agency}, {"source", Source},
		{"event", Text}, {"incident", Text}, {"details", Text}, {"description", Text}, {"contact", Text}, {"information", Text},
	}
}
