// Lapicque simulates networks of noisy integrate-and-fire neurons, solves their
// mean-field limit and measures how far apart the two are.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"lapicque/runs/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program at once
	}()
	os.Exit(cli.Run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr))
}
