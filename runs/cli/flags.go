package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// The flags that verbs share.
var (
	set     = &cli.StringSliceFlag{Name: "set", Usage: "`key=value` into the scenario, such as coupling.b=1.5 or time.snapshots=[1,2]; repeatable"}
	asJSON  = &cli.BoolFlag{Name: "json", Usage: "the result as one JSON document on standard output, and nothing else there"}
	output  = &cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "`DIR` to write to (default: lapicque-runs/SCENARIO-TIME)"}
	seed    = &cli.StringFlag{Name: "seed", Usage: "`NUMBER` that fixes every random draw (short for --set seed=NUMBER)"}
	workers = &cli.IntFlag{Name: "workers", Aliases: []string{"j"}, Usage: "`N` threads, 0: all cores; results do not depend on it"}
	quiet   = &cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no progress bar and no table; only the folder's name and errors"}
	force   = &cli.BoolFlag{Name: "force", Usage: "replace the folder of an earlier run"}
	dryRun  = &cli.BoolFlag{Name: "dry-run", Usage: "print the complete scenario and an estimate of time, memory and disk; write nothing"}
)

// assignments returns --set and --seed as assignments to the scenario.
func assignments(c *cli.Context) []string {
	list := c.StringSlice(set.Name)
	if c.IsSet(seed.Name) {
		list = append(list, "seed="+c.String(seed.Name))
	}
	return list
}

const completing = "--generate-bash-completion"

// permute moves flags before positional arguments, which is where urfave/cli
// looks for them, and refuses flags that no verb has. The verb comes first.
func permute(args []string, commands []*cli.Command) ([]string, error) {
	if n := len(args); n > 0 && args[n-1] == completing {
		return args, nil
	}
	takesValue := flagTable(commands)
	var flags, rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if !isFlag(arg) {
			rest = append(rest, arg)
			continue
		}
		name, _, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		value, known := takesValue[name]
		if !known {
			return nil, usage{unknown("flag", strings.SplitN(arg, "=", 2)[0], dashed(takesValue))}
		}
		flags = append(flags, arg)
		if value && !inline {
			if i++; i == len(args) {
				return nil, usage{fmt.Errorf("flag %s needs a value", arg)}
			}
			flags = append(flags, args[i])
		}
	}
	if len(rest) == 0 {
		return flags, nil
	}
	return slices.Concat(rest[:1], flags, []string{"--"}, rest[1:]), nil
}

// isFlag tells a flag from an argument; "-" and negative numbers are arguments.
func isFlag(arg string) bool {
	_, err := strconv.ParseFloat(arg, 64)
	return strings.HasPrefix(arg, "-") && arg != "-" && err != nil
}

// flagTable says of every flag of every command whether it takes a value.
func flagTable(commands []*cli.Command) map[string]bool {
	table := map[string]bool{"help": false, "h": false, "version": false, "v": false}
	for _, c := range commands {
		flagsOf(c, table)
	}
	return table
}

// flagsOf enters the flags of one command.
func flagsOf(c *cli.Command, table map[string]bool) {
	for _, f := range c.Flags {
		_, boolean := f.(*cli.BoolFlag)
		for _, name := range f.Names() {
			table[name] = !boolean
		}
	}
}

// dashed returns the names as they are typed, in order.
func dashed(table map[string]bool) (names []string) {
	for name := range table {
		if len(name) == 1 {
			names = append(names, "-"+name)
		} else {
			names = append(names, "--"+name)
		}
	}
	return sorted(names)
}
