package main

import (
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/charmap"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
)

// logOptions are what was typed for one item of information.
type logOptions struct {
	opening
	item                    model.Information
	caseRef, channel, text  string
	received, occurred      string
	attach, concerns        []string
	agreement, agreementWhy string
}

// logVerb logs information received.
func (a *app) logVerb() *cobra.Command {
	var o logOptions
	c := a.command(verb{
		use:   "log WORKSPACE --case REF --channel CHANNEL --agency NAME --text -",
		short: "Log information received and print its reference",
		long: "The words come from standard input, so that they stand in no list of processes and no shell history. " +
			"Only the case and the words are needed now: what else is missing is said, and can be completed later.",
		example: `caseroom log north.caseroom --case DD-2026-A001 --channel telephone --agency "Northshire Police" --from "PC Example" --text - < note.txt`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error { return a.log(ctx, args[0], &o) },
	})
	a.logFlags(c, &o)
	return c
}

func (a *app) logFlags(c *cobra.Command, o *logOptions) {
	f := c.Flags()
	f.StringVar(&o.caseRef, "case", "", "the case that it belongs to: `REF`")
	f.StringVar(&o.channel, "channel", "", "how it came in, the `CHANNEL`: "+oneOf(list(model.Channels())))
	f.StringVar(&o.item.Agency, "agency", "", "the agency that gave it: `NAME`, from the directory or not")
	f.StringVar(&o.item.Source, "from", "", "the person who gave it: `TEXT`")
	f.StringVar(&o.received, "received", "", "when it came in (now): `TIME`, such as \"12/3/24 14:05\"")
	f.StringVar(&o.occurred, "occurred", "", "when it happened: `DATE`, as uncertain as it is")
	f.StringVar(&o.item.Summary, "summary", "", "one line for lists: `TEXT`")
	f.StringVar(&o.text, "text", "", "read the words from standard input; nothing but `-` is taken here")
	f.StringArrayVar(&o.attach, "attach", nil, "seal a `FILE` of up to 4 GiB with it; may be given again")
	f.StringArrayVar(&o.item.Basis, "basis", nil, "the legal `BASIS` for holding it, such as 6(1)(e); may be given again")
	f.StringArrayVar(&o.concerns, "concerns", nil, "a person of the case whom it concerns: `REF` or pseudonym; may be given again")
	f.StringArrayVar(&o.item.Themes, "theme", nil, "a `WORD` to find it by; may be given again")
	f.IntVar(&o.item.Sequence, "sequence", 0, "its place among items of one day without a time: `N`")
	f.StringVar(&o.item.SourceRecord, "source-record", "", "the source's own reference: `TEXT`")
	f.StringVar(&o.item.Identity, "identity", "", "how a caller's identity was checked: `TEXT`")
	f.StringVar(&o.item.Reliability, "reliability", "", "what is known of its reliability: `TEXT`")
	f.StringVar(&o.item.Significance, "significance", "", "how much it matters, a `WORD`: key, usual or minor")
	f.StringVar(&o.agreement, "agreement", "", "the person's agreement, its `STATE`: sought, given, refused or not-sought")
	f.StringVar(&o.agreementWhy, "agreement-why", "", "why so: `TEXT`")
	o.flags(f)
	offer(c, "channel", list(model.Channels()))
	offer(c, "agreement", []string{"sought", "given", "refused", "not-sought"})
	offer(c, "text", []string{"-"})
}

func (a *app) log(ctx context.Context, path string, o *logOptions) error {
	if err := needed("case", o.caseRef, "the reference of the case that it belongs to"); err != nil {
		return err
	}
	if err := a.readLog(ctx, o); err != nil {
		return err
	}
	err := a.apply(ctx, path, o.opening, func(s *store.Session) (view.Applied, error) {
		row, err := s.CaseByRef(ctx, o.caseRef)
		if err != nil {
			return view.Applied{}, err
		}
		o.item.CaseID, o.item.Agency = row.ID, s.AgencyNamed(o.item.Agency)
		if o.item.Persons, err = persons(ctx, s, row, o.concerns); err != nil {
			return view.Applied{}, err
		}
		for _, name := range o.attach {
			bar := a.bar("attached")
			defer bar.clear()
			att, err := s.Attach(ctx, name, bar.bytes)
			if err != nil {
				return view.Applied{}, err
			}
			o.item.Attachments = append(o.item.Attachments, att)
		}
		return s.Log(ctx, o.item)
	})
	if owing := o.item.Owing(); err == nil && len(owing) > 0 {
		a.notice("To complete: %s.", strings.Join(owing, ", "))
	}
	return err
}

// readLog turns what was typed into the item, before any passphrase is asked for.
func (a *app) readLog(ctx context.Context, o *logOptions) (err error) {
	if o.channel != "" {
		if o.item.Channel, err = model.ParseChannel(o.channel); err != nil {
			return err
		}
	}
	o.item.Agreement = model.Agreement{State: o.agreement, Why: o.agreementWhy}
	if o.item.Received, err = a.instant(o.received); err != nil {
		return onFlag(err, "received")
	}
	now := a.now()
	if o.item.Received.IsZero() {
		o.item.Received = now
	}
	if o.item.Occurred, err = honest(o.occurred, model.DayOf(now)); err != nil {
		return onFlag(err, "occurred")
	}
	if o.item.Words, err = a.words(o.text); err != nil {
		return err
	}
	if o.item.Received.After(now) {
		if err := a.future(ctx, "received", model.DayOf(o.item.Received).Long()); err != nil {
			return err
		}
	}
	if o.item.Occurred.Future(model.DayOf(now)) {
		return a.future(ctx, "occurred", o.item.Occurred.String())
	}
	return nil
}

// longestText is the most that is read from standard input as one item's words.
const longestText = 16 << 20

// words reads the words of an item. They are never taken from argv: every program
// on the machine can read that, and shells write it down.
func (a *app) words(flag string) (string, error) {
	switch flag {
	case "":
		return "", nil
	case "-":
	default:
		return "", model.Fail(model.Invalid, "the words of a record are not taken from the command line, where other programs and the shell's history keep them").
			Do("give --text - and type them, or send them with: … --text - < FILE").On("text")
	}
	if isTerminal(a.in) {
		a.notice("Type the words. End with Ctrl+D on a line of its own (Ctrl+Z and Enter on Windows).")
	}
	raw, err := io.ReadAll(io.LimitReader(a.in, longestText+1))
	if err != nil {
		return "", model.Fail(model.Failed, "standard input cannot be read").Because(err)
	}
	if len(raw) > longestText {
		return "", model.Fail(model.Invalid, "the words are longer than 16 MiB").Do("attach the file with --attach and log a summary of it").On("text")
	}
	return decoded(raw), nil
}

// decoded takes text as UTF-8 where it is and as Windows-1252 where it is not, and
// leaves out a byte-order mark and the line end of the last line.
func decoded(raw []byte) string {
	text := string(raw)
	if !utf8.Valid(raw) {
		if old, err := charmap.Windows1252.NewDecoder().Bytes(raw); err == nil {
			text = string(old)
		}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// persons finds people of a case by reference or pseudonym.
func persons(ctx context.Context, s *store.Session, row view.CaseRow, words []string) ([]model.ID, error) {
	if len(words) == 0 {
		return nil, nil
	}
	file, err := s.CaseFile(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	var out []model.ID
	for _, w := range words {
		id := model.ID("")
		for _, p := range file.People {
			if strings.EqualFold(w, p.Ref) || strings.EqualFold(w, p.Pseudonym) {
				id = p.ID
			}
		}
		if id == "" {
			return nil, model.Missing(w)
		}
		out = append(out, id)
	}
	return out, nil
}
