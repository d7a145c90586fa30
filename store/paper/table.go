package paper

// columnGap is the air between two columns, cellPad that above and below a row, in points.
const columnGap, cellPad = 14.0, 4.5

var (
	columnHead = style{8.5, true, inkMuted}
	cellText   = style{9.5, false, inkText}
)

// place is where a column stands.
type place struct {
	x, width float64
	right    bool
}

func places(columns []Column) []place {
	sum := 0.0
	weight := func(c Column) float64 {
		if c.Weight <= 0 {
			return 1
		}
		return c.Weight
	}
	for _, c := range columns {
		sum += weight(c)
	}
	free := fullWidth - columnGap*float64(len(columns)-1)
	x := left
	var out []place
	for _, c := range columns {
		w := free * weight(c) / sum
		out = append(out, place{x, w, c.Right})
		x += w + columnGap
	}
	return out
}

// table sets a table: its heading again on each page, hairlines between rows, no boxes. A row goes to the next page whole
// unless it is long; a long one is broken between lines.
func (pr *printer) table(t Table) {
	at := places(t.Columns)
	pr.need(60)
	pr.tableHead(t, at)
	for i, cells := range t.Rows {
		r := row{pitch: cellPitch, whole: 16, onBreak: func() {
			pr.artifact(func() { pr.tableHead(t, at) })
			pr.y += cellPad
		}}
		for j, c := range cells {
			r.cells = append(r.cells, cell{at[j].x, at[j].width, pr.lay(c, cellText, at[j].width), at[j].right})
		}
		if n := r.height(); i > 0 && n <= r.whole && float64(n)*cellPitch+cellPad > pr.room() {
			pr.newPage()
			pr.artifact(func() { pr.tableHead(t, at) })
		}
		pr.y += cellPad
		pr.row(r)
		pr.y += cellPad
		pr.rule(left, right, pr.y, 0.4, inkRule)
	}
}

func (pr *printer) tableHead(t Table, at []place) {
	r := row{pitch: 11.5}
	for j, c := range t.Columns {
		r.cells = append(r.cells, cell{at[j].x, at[j].width, pr.lay(Plain(c.Heading), columnHead, at[j].width), c.Right})
	}
	for _, c := range r.cells {
		pr.drawCell(c, 0, len(c.lines), r.pitch)
	}
	pr.y += float64(r.height())*r.pitch + 3
	pr.rule(left, right, pr.y, 0.8, inkMuted)
	pr.fresh = true
}
