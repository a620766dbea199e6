// Package cli is the command line: verbs, flags, exit codes, what stands on the
// terminal. The work is done by the packages beside it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/runs/raster"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// Exit codes.
const (
	Done        = 0   // the work is done; a blow-up is a finding and counts as done
	Failure     = 1   // it failed while running, or an expectation of the scenario does not hold
	BadInput    = 2   // the command line, the scenario or the folder is refused; nothing was written
	Interrupted = 130 // Ctrl-C; the folder says so and is readable
)

const description = `Simulates networks of noisy integrate-and-fire neurons, solves their
mean-field limit and measures how far apart the two are.

Exit codes (of the built program; "go run" itself always returns 1):
   0    done. A blow-up is a finding, not a failure, whether or not the scenario
        expects it; a scenario that must not blow up says so:
        expect: [{path: outcome, equals: completed}]
   1    failed while running, or an expectation of the scenario does not hold
   2    bad input: every fault on a line of its own, nothing is written
   130  interrupted; the run folder says "cancelled" and is readable

Flags may stand before and after arguments; "--" ends them.`

// session is one call of the program.
type session struct {
	ctx            context.Context
	args           []string // all of them
	stdin          io.Reader
	stdout, stderr io.Writer
}

// usage is a mistake on the command line.
type usage struct{ error }

// unmet is an expectation that does not hold.
type unmet struct{ error }

// Run executes a command line, args[0] being the program's name, and returns the
// exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &session{ctx, args, stdin, stdout, stderr}
	app := s.app()
	ordered, err := permute(args[1:], app.Commands)
	if err == nil {
		err = app.RunContext(ctx, append(args[:1:1], ordered...))
	}
	return s.report(err)
}

// report prints an error and returns its exit code.
func (s *session) report(err error) int {
	var (
		faults neuron.Faults
		placed scenario.Faults
		wrong  usage
		claim  unmet
	)
	switch {
	case err == nil:
		return Done
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(s.stderr, "interrupted")
		return Interrupted
	case errors.As(err, &faults), errors.As(err, &placed):
		fmt.Fprintln(s.stderr, err)
		return BadInput
	case errors.As(err, &wrong):
		fmt.Fprintf(s.stderr, "%v\nlapicque help lists verbs and flags.\n", err)
		return BadInput
	case errors.As(err, &claim):
		fmt.Fprintln(s.stderr, err)
		return Failure
	case errors.Is(err, syscall.ENOSPC):
		first, _, _ := strings.Cut(err.Error(), "\n")
		fmt.Fprintf(s.stderr, "failed: the disk is full, the run folder is not complete: %s\n", first)
		return Failure
	}
	fmt.Fprintf(s.stderr, "failed: %v\n", err)
	return Failure
}

// app describes the command line.
func (s *session) app() *cli.App {
	app := &cli.App{
		Name: "lapicque", HelpName: "lapicque", Usage: "networks of noisy integrate-and-fire neurons and their mean field",
		Description: description, Version: store.Version,
		Writer: s.stdout, ErrWriter: s.stderr, Reader: s.stdin,
		EnableBashCompletion: true, DisableSliceFlagSeparator: true,
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   func(_ *cli.Context, err error, _ bool) error { return usage{err} },
		Commands:       s.commands(),
	}
	app.BashComplete = s.complete(verbs(app.Commands))
	app.Action = func(c *cli.Context) error {
		if c.Args().Present() {
			return usage{unknown("verb", c.Args().First(), verbs(app.Commands))}
		}
		return cli.ShowAppHelp(c)
	}
	for _, c := range app.Commands {
		c.OnUsageError = app.OnUsageError
		c.HideHelpCommand = true
	}
	return app
}

func (s *session) commands() []*cli.Command {
	shared := []cli.Flag{set, asJSON, output, seed, workers, quiet, force, dryRun} // by every verb that computes or reads
	kept := append([]cli.Flag{keepWall, keepModel, takeUp, overRanks}, shared...)  // by the verbs that simulate one network
	return []*cli.Command{
		{Name: "run", Usage: "simulate the network, solve its mean field, compare, leave a folder of evidence",
			ArgsUsage: "[SCENARIO]", Flags: kept, BashComplete: s.complete(scenario.Names()),
			Action: s.simulation(scenario.Sides{Network: true, MeanField: true})},
		{Name: "network", Usage: "simulate the network alone",
			ArgsUsage: "[SCENARIO]", Flags: kept, BashComplete: s.complete(scenario.Names()),
			Action: s.simulation(scenario.Sides{Network: true})},
		{Name: "meanfield", Usage: "solve the mean-field equation alone",
			ArgsUsage: "[SCENARIO]", Flags: shared, BashComplete: s.complete(scenario.Names()),
			Action: s.simulation(scenario.Sides{MeanField: true})},
		{Name: "steady", Usage: "all steady states of the mean field, their stability, the fold; with --grid their branches, folds and Hopf points",
			ArgsUsage: "[SCENARIO]", Flags: append(slices.Clone(shared), gridFlag, plotFlag, eigenvalues), BashComplete: s.complete(scenario.Names()), Action: s.steady},
		{Name: "sweep", Usage: "play a scenario over one or two of its keys: rate, synchrony, outcome and period, as maps and tables",
			ArgsUsage: "[SCENARIO]", Flags: append(slices.Clone(shared), sweepGrid, sideFlag), BashComplete: s.complete(scenario.Names()), Action: s.sweepAction},
		{Name: "ensemble", Usage: "play many networks: replicas at every point of a grid, kept as they finish, with intervals; also in shards",
			ArgsUsage: "[SCENARIO]", Flags: slices.Concat(shared, ensembleFlags), BashComplete: s.complete(scenario.Names()), Action: s.ensembleAction},
		{Name: "merge", Usage: "make one folder of the shards of an ensemble", ArgsUsage: "DIR…", Flags: shared, Action: s.mergeAction},
		{Name: "converge", Usage: "measure how networks of N neurons approach their mean field: exponents, 1/N bias and error budget, with intervals",
			ArgsUsage: "[SCENARIO]", Flags: append(slices.Clone(convergeFlags), shared...), BashComplete: s.complete(scenario.Names()), Action: s.converge},
		{Name: "response", Usage: "linear response of the rate at a steady state, K(iω), and the spectrum of the spikes",
			ArgsUsage: "[SCENARIO]", Flags: append([]cli.Flag{fromOmega, toOmega, countOmega, stateIndex}, shared...),
			BashComplete: s.complete(scenario.Names()), Action: s.response},
		{Name: "limits", Usage: "take a small parameter (delay, escape or refractory time) to 0 and N to infinity around a blow-up: which rule after a jump is approached",
			ArgsUsage: "[SCENARIO]", Flags: append([]cli.Flag{keyFlag, sizesFlag, orderFlag}, shared...), BashComplete: s.complete(scenario.Names()), Action: s.limits},
		{Name: "fit", Usage: "fit integrate-and-fire neurons to a recording (CSV, TSV, Parquet) by the coincidence factor; or make a recording",
			ArgsUsage: "RECORDING | --make MODEL", Flags: append(slices.Clone(fitFlags), shared...), Action: s.fit},
		{Name: "fluctuations", Usage: "fluctuations of a network in its stationary state with the number of neurons: spectrum, long-window variance, correlations, chaos",
			ArgsUsage: "[SCENARIO]", Flags: append(slices.Clone(fluctuationFlags), shared...), BashComplete: s.complete(scenario.Names()), Action: s.fluctuations},
		{Name: "stats", Usage: "statistics of spikes under Elephant's names, of any raster: rates, intervals, Fano factor, correlations, spectrum",
			ArgsUsage: "RASTER | RUN", Flags: append(slices.Clone(statsFlags), shared...), Action: s.stats},
		{Name: "neuron", Usage: "integrate one neuron under a current: spikes, variables over time, phase plane; without MODEL list the models",
			ArgsUsage: "[MODEL]", Flags: slices.Concat(neuronFlags, diagramFlags, shared), BashComplete: s.complete(membrane.Names()), Action: s.neuron},
		{Name: "compare", Usage: "hold two runs against each other, or a raster or potentials of your own against the mean field of a scenario",
			ArgsUsage: "RUN_A RUN_B | --raster FILE SCENARIO | --potentials FILE SCENARIO", Flags: append(slices.Clone(compareFlags), shared...), Action: s.compare},
		{Name: "scenarios", Usage: "list the embedded scenarios, show one (with --set: complete), or print the JSON Schema",
			ArgsUsage: "[list | show NAME | schema]", Flags: shared,
			BashComplete: s.complete(append([]string{"list", "show", "schema"}, scenario.Names()...)), Action: s.scenarios},
		{Name: "raster", Usage: "convert a raster to another format (" + strings.Join(raster.Names(), ", ") + "), or say what it holds",
			ArgsUsage: "convert IN OUT | info IN", Flags: rasterFlags, BashComplete: s.complete(rasterActions), Action: s.raster},
		{Name: "export", Usage: "write the densities and rates of a run as a Zarr group, which xarray opens",
			ArgsUsage: "RUN --zarr DIR", Flags: exportFlags, Action: s.export},
		{Name: "report", Usage: "draw the plots and write the report of a run folder again",
			ArgsUsage: "RUN", Flags: shared, Action: s.rebuild},
		{Name: "version", Usage: "version, revision and Go version", Flags: shared, Action: s.version},
		{Name: "completion", Usage: "print the completion script of a shell", ArgsUsage: "bash | zsh | fish",
			BashComplete: s.complete([]string{"bash", "zsh", "fish"}), Action: s.completion},
	}
}

// verbs returns the names of the commands.
func verbs(commands []*cli.Command) (names []string) {
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return names
}

// unknown says that a word is none of the candidates, and which comes close.
func unknown(what, word string, candidates []string) error {
	text := fmt.Sprintf("unknown %s %q: accepted are %s", what, word, strings.Join(candidates, ", "))
	if near := scenario.Closest(word, candidates); near != "" {
		text += fmt.Sprintf(" (did you mean %s?)", near)
	}
	return errors.New(text)
}

// atMost refuses more arguments than a verb has use for.
func atMost(c *cli.Context, n int) error {
	if c.NArg() > n {
		return usage{fmt.Errorf("%s takes %s and nothing more, but %q is there too", c.Command.Name,
			strings.TrimSpace(c.Command.ArgsUsage+" "), c.Args().Get(n))}
	}
	return nil
}

// sorted returns a sorted copy.
func sorted(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return words
}
