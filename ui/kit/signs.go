package kit

// Signs are the marks that stand before or beside a word; each state also has its word, so a sign may be lost without
// loss of meaning. All of the full set are in WGL4, which Consolas and the old Windows console can draw.
type Signs struct {
	Cursor     string // the row under the cursor
	Overdue    string
	Paused     string
	Restricted string
	Cover      string // one cell of the ends of a covered passage
	Uncertain  string // an uncertain date
	Gap        string // one dot of a row of dots
	Conflict   string // told differently by two sources
	Voice      string // the child's voice
	Done       string // a step that is done
	Marked     string
	Complete   string
	Missing    string
	Lanes      [4]string // 0, 1, 2, 3 and more in a month
	Bar        string    // one unit of a small bar
	Here       string    // points down at the place in the lanes
	HLine      string
	VLine      string
	Open       string // under the open tab, on top of the capture bar
	Crumb      string // between two parts of the trail
	Ellipsis   string
	Bullet     string // one typed character of a passphrase
}

// FullSigns is the usual set.
func FullSigns() Signs {
	return Signs{Cursor: ">", Overdue: "!", Paused: "║", Restricted: "[R]", Cover: "█", Uncertain: "~", Gap: "·",
		Conflict: "≠", Voice: "\"", Done: "√", Marked: "*", Complete: "●", Missing: "○",
		Lanes: [4]string{"·", "▪", "■", "█"}, Bar: "■", Here: "▼", HLine: "─", VLine: "│", Open: "═", Crumb: "›",
		Ellipsis: "…", Bullet: "•"}
}

// plainSigns is the set for --plain and for fonts that have little more than ASCII.
func plainSigns() Signs {
	return Signs{Cursor: ">", Overdue: "!", Paused: "=", Restricted: "[R]", Cover: "#", Uncertain: "~", Gap: ".",
		Conflict: "/=", Voice: "\"", Done: "x", Marked: "*", Complete: "*", Missing: "o",
		Lanes: [4]string{".", "1", "2", "3"}, Bar: "#", Here: "v", HLine: "-", VLine: "|", Open: "=", Crumb: ">",
		Ellipsis: "...", Bullet: "*"}
}
