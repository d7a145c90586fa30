package paper

// cell is one column of a row: its lines stand under one another from the row's top. right sets them flush right.
type cell struct {
	x, width float64
	lines    []line
	right    bool
}

// row is cells side by side on a common grid of lines. It may be longer than a page.
type row struct {
	cells   []cell
	pitch   float64
	whole   int    // a row of up to so many lines is moved to the next page rather than broken
	onBreak func() // draws what a new page begins with: a table's heading, "continued"
}

// Never fewer than this many lines of a broken row stand alone at the foot or the head of a page.
const keepTogether = 2

func (r row) height() int {
	n := 0
	for _, c := range r.cells {
		n = max(n, len(c.lines))
	}
	return n
}

// row draws r at the press's y and moves below it, over as many pages as it takes. The lines of a cell are drawn one
// after the other before the next cell's, so that text that is copied or searched runs on.
func (p *press) row(r row) {
	total := r.height()
	if room := p.lines(r.pitch); total > room && total <= r.whole && p.y > top {
		p.breakPage(r)
	}
	for at := 0; at < total; {
		n := share(total-at, p.lines(r.pitch))
		if n == 0 && !p.fresh {
			p.breakPage(r)
			continue
		}
		n = max(n, 1)
		p.fresh = false
		for _, c := range r.cells {
			p.drawCell(c, at, at+n, r.pitch)
		}
		p.y += float64(n) * r.pitch
		if at += n; at < total {
			p.breakPage(r)
		}
	}
}

// lines is how many lines of a pitch still fit on the page.
func (p *press) lines(pitch float64) int { return max(0, int(p.room()/pitch)) }

// share is how many of the lines that are left go on a page with room for so many; 0 means none, go on to the next page.
func share(leftOver, room int) int {
	if leftOver <= room {
		return leftOver
	}
	if leftOver-room < keepTogether {
		room = leftOver - keepTogether
	}
	if room < keepTogether {
		return 0
	}
	return room
}

func (p *press) breakPage(r row) {
	p.newPage()
	if r.onBreak != nil {
		r.onBreak()
	}
	p.fresh = true
}

func (p *press) drawCell(c cell, from, to int, pitch float64) {
	for i := from; i < min(to, len(c.lines)); i++ {
		l := c.lines[i]
		x := c.x
		if c.right && len(l) > 0 {
			last := l[len(l)-1]
			x += c.width - last.x - last.width
		}
		p.draw(l, x, p.y+float64(i-from)*pitch+pitch*0.74)
	}
}
