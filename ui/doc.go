// Package ui is the App: the one model of the terminal loop. It holds the open pages, hands them keys and answers,
// draws header, body and footer, locks when nobody is there, and ends in order.
//
// # Vocabulary
//
//   - page: a kit.Screen on the stack. The top one is seen; the others wait, and hear news.
//   - part: what lies over the page and has the keys first: a question, a choice, the palette, help, the capture bar.
//   - lane: one of the four ways in which a message goes on. System: to the App. Input: to the focused part, from its
//     inner scope outwards. Addressed: the answer to a piece of work, to the page that asked. News: to every live page.
//   - grace: the moment in which keys do not reach a part that opened by itself, so that nobody answers it by accident.
//   - host: what a page is made with: the session, the words that capture knows, whether names are masked.
//
// # Invariants
//
//   - A frame has exactly the size of the window. Below the smallest size it is one sentence.
//   - Nothing of a record is reachable from the App while it is locked: no page, part, notice, cache or frame. It keeps
//     the route that was open and the label of the member.
//   - Work runs on kit.Tasks, off the loop. Whatever ends the program, writes that were asked for are finished and the
//     session is closed before Run returns.
//   - An answer that was overtaken is dropped; one that failed is told, even if the page that asked is gone.
//   - Pages are told their size once a change, top down; a paste is only ever text.
//
// # Who may import it
//
// cmd, which hands in the session. It imports ui/screen/*, ui/widget, ui/kit, model and assets; never the store.
package ui
