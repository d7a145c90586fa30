package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"caseroom/model"
)

// honest reads an honest date; nothing typed is no date.
func honest(text string, today model.Day) (model.HonestDate, error) {
	if strings.TrimSpace(text) == "" {
		return model.HonestDate{}, nil
	}
	return model.ParseDate(text, today)
}

// oneDay reads a date that has to be one day, such as a review date; nothing typed
// is no day. Ahead says that a year left out is the next one, not the last.
func oneDay(text string, today model.Day, ahead bool) (model.Day, error) {
	if strings.TrimSpace(text) == "" {
		return model.Day{}, nil
	}
	read := model.ParseDate
	if ahead {
		read = model.ParseDateAhead
	}
	d, err := read(text, today)
	if err != nil {
		return model.Day{}, err
	}
	if d.Precision != model.DateExact {
		return model.Day{}, model.Fail(model.Invalid, "%q is not one day", text).Do("give the day, the month and the year")
	}
	return d.From, nil
}

// instant reads when something happened; a date alone is its first instant, and
// nothing typed is no time.
func (a *app) instant(text string) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	at, _, err := model.ParseMoment(text, a.now(), a.zone)
	return at, err
}

// onFlag says which flag a refused value was given to.
func onFlag(err error, flag string) error {
	var e *model.Error
	if errors.As(err, &e) {
		told := *e
		told.Say = "--" + flag + ": " + e.Say
		return &told
	}
	return err
}

// future asks about a date that lies ahead where one that lies behind is usual;
// where nobody can be asked it says so and goes on.
func (a *app) future(ctx context.Context, what, date string) error {
	say := "The " + what + " date, " + date + ", is in the future."
	if _, done, ok := a.terminal(); ok {
		done()
		answer, err := a.ask(ctx, say+" Keep it? (y/N)")
		if err != nil {
			return err
		}
		if !strings.HasPrefix(strings.ToLower(answer), "y") {
			return model.Fail(model.Failed, "nothing was changed").Do("give another date")
		}
		return nil
	}
	a.notice("Warning: %s It was kept as given.", say)
	return nil
}
