package kit

// Actions is the one table of everything that can be asked for, in the order of help. Keys are elsewhere: in the key
// file, which names these actions.
func Actions() []ActionInfo {
	var all []ActionInfo
	all = append(all, appActions()...)
	all = append(all, moveActions()...)
	all = append(all, pageActions()...)
	all = append(all, recordActions()...)
	all = append(all, leaveActions()...)
	return append(all, answerActions()...)
}

func appActions() []ActionInfo {
	return []ActionInfo{
		{Action: Help, Title: "Help for this page", Word: "help", Help: "Shows every key of this page; type to narrow the list."},
		{Action: Palette, Title: "Commands", Word: "commands", Help: "Finds a command, a case, a person or a saved view by its name.", Hidden: true},
		{Action: Capture, Title: "Capture information", Word: "capture", Help: "Opens the capture bar over any page, stamped with the time now."},
		{Action: CaptureFull, Title: "Capture with the full form", Word: "full form", Help: "Opens the full form for a new item of information."},
		{Action: Mask, Title: "Real names or pseudonyms", Word: "names", Help: "Switches the whole screen between pseudonyms and real names; the header says which."},
		{Action: Undo, Title: "Undo", Word: "undo", Help: "Takes back your last change; what has left the machine cannot be taken back."},
		{Action: Redo, Title: "Redo", Word: "redo", Help: "Makes the change again that you last took back."},
		{Action: Back, Title: "Back one level", Word: "back", Help: "Clears the marks, then the filter, then closes the page; typed words are kept as a draft.", Hidden: true},
		{Action: Lock, Title: "Lock now", Word: "lock", Help: "Blanks the screen and forgets every opened record until the passphrase is given.", Always: true},
		{Action: Notices, Title: "What was said lately", Word: "messages", Help: "Lists the last messages of the foot line."},
		{Action: Quit, Title: "Leave the page, or quit", Word: "quit", Help: "Leaves the page; on the first page it closes the workspace. Drafts are already safe."},
		{Action: QuitNow, Title: "Quit", Word: "quit", Help: "Closes the workspace from anywhere, once what is being written is written.", Always: true},
		{Action: GoToday, Title: "Go to Today", Word: "Today", Help: "Shows what is due, waiting or yours to finish."},
		{Action: GoCases, Title: "Go to the cases", Word: "cases", Help: "Lists the cases that you are cleared for."},
		{Action: GoLog, Title: "Go to the information log", Word: "log", Help: "Lists information of all your cases, unfiled items first."},
		{Action: GoRequests, Title: "Go to the requests", Word: "requests", Help: "Lists what people and bodies have asked of the partnership."},
		{Action: GoPacks, Title: "Go to the packs", Word: "packs", Help: "Lists packs being built, waiting for sign-off, and written."},
		{Action: GoRegister, Title: "Go to the disclosure register", Word: "register", Help: "Lists who was given what, when and why."},
		{Action: GoRetention, Title: "Go to retention and disposal", Word: "retention", Help: "Lists what is proposed for review, held, or disposed of."},
		{Action: GoPeople, Title: "Go to people and agencies", Word: "people", Help: "Lists people with their pseudonyms, and the agencies."},
		{Action: GoImport, Title: "Import files", Word: "import", Help: "Brings in spreadsheets, emails and documents, with a dry run first."},
		{Action: GoMerge, Title: "Merge a colleague's file", Word: "merge", Help: "Compares another copy of the workspace and shows what would change."},
		{Action: GoAudit, Title: "Go to the ledger", Word: "ledger", Help: "Shows who changed or opened what, in an order that cannot be altered unseen."},
		{Action: GoFigures, Title: "Go to the figures", Word: "figures", Help: "Counts of cases, requests and timeliness, each with its numbers."},
		{Action: GoAdmin, Title: "Go to members and keys", Word: "keys", Help: "Members and what they hold, your passphrase, the recovery sheet, keys, and how the file is."},
		{Action: GoManual, Title: "Read the manual", Word: "manual", Help: "Opens the manual; it is part of the program."},
	}
}

func moveActions() []ActionInfo {
	rows := []ActionInfo{
		{Action: Down, Title: "Down", Help: "Moves one row or line down."},
		{Action: Up, Title: "Up", Help: "Moves one row or line up."},
		{Action: PageDown, Title: "Page down", Help: "Moves one screen down."},
		{Action: PageUp, Title: "Page up", Help: "Moves one screen up."},
		{Action: HalfDown, Title: "Half a page down", Help: "Moves half a screen down."},
		{Action: HalfUp, Title: "Half a page up", Help: "Moves half a screen up."},
		{Action: Top, Title: "To the first", Help: "Moves to the first row or line."},
		{Action: Bottom, Title: "To the last", Help: "Moves to the last row or line."},
		{Action: Left, Title: "Left", Help: "Moves one column, month or day to the left."},
		{Action: Right, Title: "Right", Help: "Moves one column, month or day to the right."},
		{Action: NextPane, Title: "Next pane", Help: "Moves the focus to the next pane."},
		{Action: PrevPane, Title: "Pane before", Help: "Moves the focus to the pane before."},
		{Action: NextTab, Title: "Next tab or step", Word: "tabs", Help: "Opens the tab or step to the right."},
		{Action: PrevTab, Title: "Tab or step before", Word: "tabs", Help: "Opens the tab or step to the left."},
		{Action: NextItem, Title: "Next item", Word: "next", Help: "Opens the item after this one."},
		{Action: PrevItem, Title: "Item before", Word: "previous", Help: "Opens the item before this one."},
	}
	for n, tab := range []Action{Tab1, Tab2, Tab3, Tab4, Tab5, Tab6, Tab7, Tab8, Tab9} {
		d := string(rune('1' + n))
		rows = append(rows, ActionInfo{Action: tab, Title: "Tab " + d, Help: "Opens tab or step " + d + "."})
	}
	return hidden(rows)
}

func pageActions() []ActionInfo {
	return []ActionInfo{
		{Action: Open, Title: "Open", Word: "open", Help: "Opens what the cursor is on.", Hidden: true},
		{Action: Search, Title: "Search this page", Word: "search", Help: "Looks for words in this page as you type."},
		{Action: SearchNext, Title: "Next hit", Word: "next hit", Help: "Moves to the next place where the words stand.", Hidden: true},
		{Action: SearchPrev, Title: "Hit before", Word: "hit before", Help: "Moves to the place before where the words stand.", Hidden: true},
		{Action: Filter, Title: "Filter the list", Word: "filter", Help: "Narrows the list with the filter language, such as is:overdue from:police."},
		{Action: SaveView, Title: "Save the filter as a view", Word: "save view", Help: "Keeps this filter under a name."},
		{Action: Complete, Title: "Complete the word", Word: "complete", Help: "Offers what can stand here.", Hidden: true},
		{Action: Preview, Title: "Preview beside the list", Word: "preview", Help: "Shows or hides the pane beside the list."},
		{Action: Wider, Title: "Wider preview", Word: "wider", Help: "Gives the preview more room."},
		{Action: Narrower, Title: "Narrower preview", Word: "narrower", Help: "Gives the preview less room."},
		{Action: Mark, Title: "Mark this row", Word: "mark", Help: "Marks or unmarks the row; every action then applies to all marked rows."},
		{Action: MarkRange, Title: "Mark a range", Word: "mark range", Help: "Marks from the last marked row to this one."},
		{Action: MarkInvert, Title: "Turn the marks round", Word: "invert", Help: "Marks what is not marked, and unmarks what is."},
		{Action: MarkAll, Title: "Mark all shown", Word: "mark all", Help: "Marks every row that the filter shows."},
		{Action: Repeat, Title: "Do it again here", Word: "repeat", Help: "Repeats the last action on the row under the cursor."},
		{Action: CopyRef, Title: "Copy the reference", Word: "copy reference", Help: "Copies the reference number only, never a name."},
		{Action: CopyName, Title: "Copy the name", Word: "copy name", Help: "Copies the name after a question; the clipboard is cleared after 30 seconds."},
		{Action: Refresh, Title: "Read again", Word: "refresh", Help: "Reads this page from the workspace again."},
		{Action: Compare, Title: "Side by side", Word: "side by side", Help: "Shows the accounts of the same event side by side."},
		{Action: ViewAs, Title: "View as someone else", Word: "view as", Help: "Shows this page as another member or a pack's readers would see it."},
		{Action: OpenFile, Title: "Read an attachment", Word: "attachment", Help: "Opens an attachment to read inside the program."},
		{Action: AttachFile, Title: "Add an attachment", Word: "attach", Help: "Seals a file into the workspace and adds it here."},
	}
}

func recordActions() []ActionInfo {
	return []ActionInfo{
		{Action: New, Title: "New", Word: "new", Help: "Makes a new record of the kind that this page lists."},
		{Action: Add, Title: "Add here", Word: "add", Help: "Adds a record to what is open."},
		{Action: AddPerson, Title: "Add a person", Word: "add person", Help: "Adds a person to the case, with a pseudonym."},
		{Action: Edit, Title: "Edit", Word: "edit", Help: "Corrects the record; what stood there before is kept."},
		{Action: Tag, Title: "Tag", Word: "tag", Help: "Adds or removes a theme or tag."},
		{Action: State, Title: "Change the state", Word: "state", Help: "Moves the record on to a state that may follow."},
		{Action: Link, Title: "Link", Word: "link", Help: "Links this record to another, such as a second account of the same event."},
		{Action: Assign, Title: "Give to someone", Word: "assign", Help: "Says whose task this is."},
		{Action: Comment, Title: "Comment", Word: "comment", Help: "Writes a comment or an analysis beside the record."},
		{Action: Restrict, Title: "Restrict", Word: "restrict", Help: "Sets a restriction on what the cursor is on, with a kind and a reason."},
		{Action: Lift, Title: "Lift a restriction", Word: "lift", Help: "Ends a restriction, with a reason; it stays on record."},
		{Action: Reveal, Title: "Uncover: asks why", Word: "uncover", Help: "Shows covered words once, for a reason that the ledger keeps and the manager sees."},
		{Action: Clear, Title: "Clear or revoke a member", Word: "clearance", Help: "Says who may open this case."},
		{Action: Pseudonym, Title: "Pseudonym", Word: "pseudonym", Help: "Changes the name under which a person appears."},
		{Action: Export, Title: "Export", Word: "export", Help: "Writes what is shown to a file, under the same restrictions."},
		{Action: Print, Title: "Write as a document", Word: "document", Help: "Writes a PDF or Word document of this page."},
		{Action: Discard, Title: "Discard", Word: "discard", Help: "Puts a draft in the bin, where it stays for 30 days."},
		{Action: NewRequest, Title: "New request", Word: "new request", Help: "Logs what someone asks of the partnership, and starts its clock."},
		{Action: ClockEvent, Title: "Add to the clock", Word: "clock event", Help: "Adds what moves the due date: identity proved, scope asked, answered, extended."},
		{Action: Letter, Title: "Letter", Word: "letter", Help: "Writes a letter from a template for the state that the request is in."},
		{Action: Decide, Title: "Decide", Word: "decide", Help: "Records a decision with its grounds."},
		{Action: Ask, Title: "Ask an agency", Word: "ask agency", Help: "Asks an agency for a chronology or a report, with a date."},
		{Action: Chase, Title: "Chase", Word: "chase", Help: "Records that the agency was reminded."},
		{Action: Identity, Title: "Who is calling", Word: "who is calling", Help: "Opens the questions that prove who a caller is."},
	}
}

func leaveActions() []ActionInfo {
	return []ActionInfo{
		{Action: NewPack, Title: "New pack", Word: "new pack", Help: "Begins a pack for one audience."},
		{Action: CoverWords, Title: "Cover these words", Word: "cover", Help: "Covers these words here, with a code and a reason."},
		{Action: CoverAll, Title: "Cover them everywhere", Word: "cover all", Help: "Covers these words in every item of the pack."},
		{Action: LeaveOut, Title: "Leave the item out", Word: "leave out", Help: "Takes the item out of this pack."},
		{Action: Accept, Title: "Accept, with a reason", Word: "accept", Help: "Lets a finding stand, with a reason that is kept in the pack's record."},
		{Action: CheckAgain, Title: "Check again", Word: "check again", Help: "Runs every check of the pack again."},
		{Action: Difference, Title: "Show the difference", Word: "difference", Help: "Compares this pack with the last one that this audience had."},
		{Action: SignOff, Title: "Sign off", Word: "sign off", Help: "A second person's approval, never that of the one who built it."},
		{Action: Release, Title: "Write the pack", Word: "write", Help: "Writes the pack and reads it back to prove that no covered word is in it."},
		{Action: Record, Title: "Record a disclosure", Word: "record", Help: "Enters in the register what was given out by another way."},
		{Action: Hold, Title: "Hold", Word: "hold", Help: "Stops disposal, with a reason, until the hold is ended."},
		{Action: Dispose, Title: "Dispose", Word: "dispose", Help: "Destroys the key of a record that may no longer be kept; this cannot be undone."},
		{Action: Verify, Title: "Verify", Word: "verify", Help: "Reads everything and checks that nothing was changed, swapped or lost."},
		{Action: Backup, Title: "Make a backup", Word: "backup", Help: "Asks where to, and makes a sealed copy beside the work, which is read back and counted."},
	}
}

func answerActions() []ActionInfo {
	return hidden([]ActionInfo{
		{Action: Save, Title: "Save", Word: "save", Help: "Saves the record."},
		{Action: NextField, Title: "Next field", Word: "next", Help: "Moves to the next field."},
		{Action: PrevField, Title: "Field before", Word: "previous", Help: "Moves to the field before."},
		{Action: GotoField, Title: "Field by number", Word: "field number", Help: "Moves to the field whose number is typed next."},
		{Action: Stamp, Title: "Stamp the time", Word: "stamp the time", Help: "Writes the time now into the text."},
		{Action: Another, Title: "Another like this", Word: "another", Help: "Saves, and keeps channel, agency and person for the next."},
		{Action: Yes, Title: "Yes", Word: "yes", Help: "Answers yes."},
		{Action: No, Title: "No", Word: "no", Help: "Answers no."},
		{Action: Member, Title: "Another member", Word: "member", Help: "Chooses who unlocks the workspace."},
		{Action: ShowTyped, Title: "Show what is typed", Word: "show what is typed", Help: "Shows or hides the passphrase."},
		{Action: Recovery, Title: "Recovery", Word: "recovery", Help: "Unlocks with the recovery words."},
		{Action: ShowHead, Title: "The ledger's eight words", Word: "eight words", Help: "Shows the head of the ledger in eight words, to hold against the minutes."},
		{Action: Cancel, Title: "Stop the job", Word: "stop", Help: "Stops a long job; nothing half-done is kept."},
		{Action: Typed, Title: "Type", Help: "The key is typed into the field."},
	})
}

// hidden keeps actions out of the palette.
func hidden(rows []ActionInfo) []ActionInfo {
	for i := range rows {
		rows[i].Hidden = true
	}
	return rows
}
