package model

// ends reads a span as two dates with a sign or word between them. Every place
// where they may part is tried; exactly one must make sense.
func (r dateReader) ends(s string, explicit bool) (HonestDate, error) {
	toks, err := lexDate(s)
	if err != nil {
		return HonestDate{}, err
	}
	var found []HonestDate
	var reason error
	for i := 1; i < len(toks)-1; i++ {
		if !partsAt(toks, i, explicit) {
			continue
		}
		d, err := r.pair(toks[:i], toks[i+1:], toks[i].kind != 'a')
		switch {
		case err == nil:
			found = append(found, d)
		case isFinal(err):
			return HonestDate{}, err
		case reason == nil || toks[i].kind == 'a':
			reason = err
		}
	}
	switch {
	case len(found) == 1 || (len(found) > 1 && allSame(found)):
		return found[0], nil
	case len(found) > 1:
		return HonestDate{}, ambiguous("it can be parted in two ways: write “to” between the two dates")
	case reason == nil && explicit:
		return HonestDate{}, refusal("“between” needs two dates with “and” between them")
	case reason == nil:
		return HonestDate{}, notUnderstood(s)
	}
	return HonestDate{}, reason
}

func allSame(found []HonestDate) bool {
	for _, d := range found {
		if d != found[0] {
			return false
		}
	}
	return true
}

// partsAt tells whether a piece can part two dates. A slash does so only in
// "7/8 Oct", where a day stands on one side and a day and a month's name on the
// other: the night from one day to the next.
func partsAt(toks []tok, i int, explicit bool) bool {
	switch toks[i].text {
	case "to", "until", "till", "or", "-":
		return true
	case "and":
		return explicit || i <= 2
	case "/":
		if i != 1 || i+2 >= len(toks) {
			return false
		}
		_, month := monthNamed(toks[i+2].text)
		return month
	}
	return false
}

// pair reads two dates, lends the first what only the second says (and the other
// way round), and checks that they are in order.
func (r dateReader) pair(left, right []tok, sign bool) (HonestDate, error) {
	if sign && len(left) == 1 && left[0].kind == '0' && len(left[0].text) < 3 && hasSign(right, '-') {
		return HonestDate{}, refusal("there is no such day; the day comes first, then the month")
	}
	b, err := r.partial(right)
	if err != nil {
		return HonestDate{}, err
	}
	a, err := r.partial(left)
	if err != nil {
		return HonestDate{}, err
	}
	to, err := r.secondEnd(a, &b)
	if err != nil {
		return HonestDate{}, err
	}
	from, err := r.firstEnd(a, b, to)
	if err != nil {
		return HonestDate{}, err
	}
	if sign && from.grain != to.grain {
		return HonestDate{}, refusal("the two ends are not of one kind: write “to” between them")
	}
	return joinEnds(from, to)
}

func hasSign(toks []tok, sign byte) bool {
	for _, t := range toks {
		if t.kind == sign {
			return true
		}
	}
	return false
}

// secondEnd completes the later end; a year that only the first end has is lent.
func (r dateReader) secondEnd(a partial, b *partial) (point, error) {
	lent := !b.fixed() && b.year == 0 && a.year != 0 && b.month != 0
	if lent {
		b.year = a.year
		if b.month < a.month || (b.month == a.month && b.day != 0 && b.day < a.day) {
			b.year++
		}
	}
	return r.complete(*b)
}

// firstEnd completes the earlier end with the month and year of the later one.
func (r dateReader) firstEnd(a, b partial, to point) (point, error) {
	if a.fixed() || a.year != 0 {
		return r.complete(a)
	}
	if a.day != 0 && a.month == 0 {
		if b.day == 0 { // "1-3 days ago" says no day of a month either
			return point{}, refusal("%d is a day without a month", a.day)
		}
		a.month = int(to.from.Month)
	}
	a.year = to.from.Year
	if a.month > int(to.from.Month) || (a.month == int(to.from.Month) && a.day > to.from.Day && to.grain == dayGrain && b.month != 0 && a.month != b.month) {
		a.year--
	}
	return r.complete(a)
}

// joinEnds makes one date of two points.
func joinEnds(from, to point) (HonestDate, error) {
	if from.endClock != "" || to.endClock != "" {
		return HonestDate{}, refusal("it has more times than ends")
	}
	d := HonestDate{From: from.from, To: to.to, Time: from.clock, EndTime: to.clock, Precision: DateBetween}
	switch {
	case d.To.Before(d.From):
		return HonestDate{}, refusal("the second date is before the first")
	case from.doubt && to.doubt && from.grain == partGrain, from.doubt != to.doubt:
		d.Precision = DateAbout
	case d.From == d.To:
		d.Precision = DateExact
	case from.from == to.from && from.to == to.to && from.grain == monthGrain:
		d.Precision = DateMonth
	case from.from == to.from && from.to == to.to && from.grain == yearGrain:
		d.Precision = DateYear
	}
	return d, nil
}
