package main

import (
	"os"
	_ "time/tzdata" // times without a zone are Europe/London on any machine

	_ "caseroom/ui/kit/quiet" // the terminal is asked nothing before it is known to answer
)

func main() {
	keepToItself()
	os.Exit(run(os.Args[1:]))
}

// run does what the arguments ask for and gives the exit code.
func run(args []string) int {
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	ctx, stop := a.watchSignals()
	defer stop()
	return a.exit(ctx, a.execute(ctx, args))
}
