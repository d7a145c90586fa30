// Command stall does what the program must not: it lets Bubble Tea ask the
// terminal for its background colour before main begins. The start-up story
// uses it to know that it would notice.
package main

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"
)

func main() { fmt.Println(tea.Quit()) }
