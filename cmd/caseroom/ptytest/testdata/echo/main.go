// Command echo is what the harness is tried on: it asks the terminal a
// question, draws one screen from what it is told, and shows every key that
// reaches it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "fail" {
		fmt.Println("going with three")
		os.Exit(3)
	}
	if len(os.Args) > 2 && os.Args[1] == "write" {
		_ = os.WriteFile(os.Args[2], []byte("Marmalade-Otter"), 0o600)
		return
	}
	old, err := term.MakeRaw(0)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer term.Restore(0, old)
	fmt.Print("\x1b[?1049h\x1b[2J\x1b[H\x1b]2;a window title\x07")
	fmt.Print("\x1b[1;3HReady \x1b[1;31mred\x1b[0m \x1b[38;2;16;32;48;48;2;250;251;252mtrue\x1b[0m é 日本 end")
	fmt.Print("\x1b[6n") // where is the cursor?
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	keys := make(chan string)
	go func() {
		in, buf := bufio.NewReader(os.Stdin), make([]byte, 256)
		for {
			n, err := in.Read(buf)
			if err != nil {
				close(keys)
				return
			}
			keys <- string(buf[:n])
		}
	}()
	line := 2
	for {
		select {
		case <-resized:
			w, h, _ := term.GetSize(0)
			fmt.Printf("\x1b[2;1Hsize %dx%d", w, h)
		case k, ok := <-keys:
			if !ok || k == "q" {
				fmt.Print("\x1b[?1049l")
				return
			}
			line++
			fmt.Printf("\x1b[%d;1Hgot %s", line, strings.Trim(fmt.Sprintf("%q", k), `"`))
		case <-time.After(time.Minute):
			return
		}
	}
}
