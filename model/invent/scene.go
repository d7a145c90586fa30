package invent

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed scenes/*.txt
var sceneFiles embed.FS

// scene is one thing that an agency might have recorded.
type scene struct {
	id       string
	agency   string // kind of agency; "*" for any that the case has
	pair     string // scenes of one pair tell the same event
	stage    string // "" before the incident, first, last or after
	only     string // death, alive or audit; "" for any
	tags     []string
	from, to int // age of the child in months
	ageless  bool
	channel  string // "" for the usual ones
	record   string
	restrict string // restriction kind that suits it
	pick     string // rare: placed by plan; some: restricted now and then; "" always restricted
	lock     string // the power that it came under
	by       string // which of the family tells it
	weight   string
	hours    [2]int // of the day in which it happens; none means those of the agency
	correct  bool   // it corrects an earlier item of the same agency
	sum      string
	paras    []string
}

// script is everything that was written for the generator.
type script struct {
	scenes []scene
	pools  map[string][]string
}

// readScript reads the scenes and pools that are built in. A mistake in them is a
// mistake of this package and is found by its tests.
func readScript() (*script, error) {
	s := &script{pools: map[string][]string{}}
	names, err := sceneFiles.ReadDir("scenes")
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		b, err := sceneFiles.ReadFile("scenes/" + n.Name())
		if err != nil {
			return nil, err
		}
		if err := s.read(string(b)); err != nil {
			return nil, fmt.Errorf("%s: %w", n.Name(), err)
		}
	}
	return s, nil
}

// read adds one file: lines starting with "==" begin a scene, with "@" a pool.
func (s *script) read(text string) error {
	var cur *scene
	pool := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			s.scenes = append(s.scenes, scene{id: line[3:], ageless: true})
			cur, pool = &s.scenes[len(s.scenes)-1], ""
		case strings.HasPrefix(line, "@ "):
			cur, pool = nil, line[2:]
		case pool != "":
			s.pools[pool] = append(s.pools[pool], line)
		case cur != nil:
			if err := cur.set(line); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
		default:
			return fmt.Errorf("line %d stands in no scene and no pool", i+1)
		}
	}
	return nil
}

// set reads one "name: value" line, or a paragraph, which begins with ">".
func (c *scene) set(line string) error {
	if p, ok := strings.CutPrefix(line, "> "); ok {
		c.paras = append(c.paras, p)
		return nil
	}
	key, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !ok {
		return fmt.Errorf("scene %s: %q has no colon", c.id, line)
	}
	fields := map[string]*string{"agency": &c.agency, "pair": &c.pair, "stage": &c.stage, "only": &c.only, "channel": &c.channel,
		"record": &c.record, "restrict": &c.restrict, "pick": &c.pick, "lock": &c.lock, "by": &c.by, "weight": &c.weight, "sum": &c.sum}
	switch {
	case fields[key] != nil:
		*fields[key] = value
	case key == "tags":
		c.tags = strings.Fields(value)
	case key == "correct":
		c.correct = value == "yes"
	case key == "voice": // a note to whoever writes scenes
	case key == "hours":
		if _, err := fmt.Sscanf(value, "%d-%d", &c.hours[0], &c.hours[1]); err != nil {
			return fmt.Errorf("scene %s: hours %q", c.id, value)
		}
	case key == "age":
		return c.setAge(value)
	default:
		return fmt.Errorf("scene %s: there is no field %q", c.id, key)
	}
	return nil
}

// setAge reads 4m..2y, or any.
func (c *scene) setAge(v string) error {
	if v == "any" {
		return nil
	}
	a, b, ok := strings.Cut(v, "..")
	from, err := months(a)
	to, err2 := months(b)
	if !ok || err != nil || err2 != nil || from >= to {
		return fmt.Errorf("scene %s: age %q", c.id, v)
	}
	c.from, c.to, c.ageless = from, to, false
	return nil
}

// months reads 7m or 3y; -5m is five months before birth.
func months(v string) (int, error) {
	if v == "" {
		return 0, fmt.Errorf("no age")
	}
	n, err := strconv.Atoi(v[:len(v)-1])
	switch v[len(v)-1] {
	case 'm':
		return n, err
	case 'y':
		return n * 12, err
	}
	return 0, fmt.Errorf("age %q is neither months nor years", v)
}

// speaks says whether the child says something in it, which babies do not.
func (c *scene) speaks() bool {
	for _, p := range c.paras {
		if strings.Contains(p, "{say}") || strings.Contains(p, "{Say}") {
			return true
		}
	}
	return false
}

// timed says whether its words name the day or the hour, so that its date must be exact.
func (c *scene) timed() bool {
	for _, p := range append([]string{c.sum, c.record}, c.paras...) {
		for _, slot := range []string{"{time}", "{day}", "{ptime}", "{ptime2}", "{date}"} {
			if strings.Contains(p, slot) {
				return true
			}
		}
	}
	return false
}
