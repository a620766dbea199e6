package cli

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/single"
)

// The flags of neuron for diagrams along the current.
var diagramFlags = []cli.Flag{
	&cli.BoolFlag{Name: "fi", Usage: "firing rate against current: sweeps up and down, rheobase, bistable ranges, first-spike latency"},
	&cli.BoolFlag{Name: "bifurcation", Usage: "equilibria, folds, Hopf points and cycles along the current"},
	&cli.Float64Flag{Name: "from", Usage: "with --fi or --bifurcation: lowest `CURRENT`; default: that of the model"},
	&cli.Float64Flag{Name: "to", Usage: "with --fi or --bifurcation: highest `CURRENT`; default: that of the model"},
	&cli.IntFlag{Name: "count", Value: 61, Usage: "with --fi: `NUMBER` of currents"},
}

// neuronDiagram computes the rates or the bifurcations of a model along its current.
func (s *session) neuronDiagram(c *cli.Context) error {
	if c.NArg() != 1 {
		return usage{errors.New("neuron --fi and --bifurcation take one model; lapicque neuron lists them")}
	}
	kind, idle := "fi", []string{"current", "noise", "sample", "step"}
	if c.Bool("bifurcation") {
		kind, idle = "bifurcation", append(idle, "duration", "method", "tolerance", "count")
	}
	var fs neuron.Faults
	fs.Add(!c.Bool("fi") || !c.Bool("bifurcation"), "bifurcation", true, "one of --fi and --bifurcation")
	for _, name := range idle {
		fs.Add(!c.IsSet(name), name, c.Value(name), "nothing: it has no use with --"+kind)
	}
	plan, err := s.neuronPlan(c)
	if plan.Model == nil {
		return merged(err, fs.Err())
	}
	o := single.RateOptions{Method: plan.Method, Accuracy: plan.Tolerance, Count: c.Int("count"), Workers: c.Int(workers.Name)}
	o.From, o.To = plan.Model.Card().Currents[0], plan.Model.Card().Currents[1]
	for name, value := range map[string]*float64{"from": &o.From, "to": &o.To, "duration": &o.Duration} {
		if c.IsSet(name) {
			*value = c.Float64(name)
		}
	}
	dir, refused := folderOf(c, kind+"-"+c.Args().First())
	if err := merged(once(err, o.Validate()), fs.Err(), refused); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		fmt.Fprintf(s.stdout, "%s at currents from %g to %g%s; folder: %s\n", plan.Model.Card().Title, o.From, o.To, spaced(plan.Model.Card().CurrentUnit), dir)
		return nil
	}
	if kind == "fi" {
		return s.neuronRates(c, plan, o, dir)
	}
	return s.neuronBifurcation(c, plan, o, dir)
}

// once merges faults; of those of one field only the first counts.
func once(list ...error) error {
	var all, kept neuron.Faults
	if err := merged(list...); !errors.As(err, &all) {
		return err
	}
	seen := map[string]bool{}
	for _, f := range all {
		if !seen[f.Field] {
			kept = append(kept, f)
		}
		seen[f.Field] = true
	}
	return kept.Err()
}

// neuronRates computes, writes and prints firing rates.
func (s *session) neuronRates(c *cli.Context, plan single.Plan, o single.RateOptions, dir string) error {
	began := time.Now()
	var stop func()
	o.Progress, stop = s.progressOf(c, "sweeping")
	result, err := single.FindRates(c.Context, plan.Model, o)
	stop()
	if err != nil {
		return err
	}
	if err := s.leave(c, dir, plan.Seed, began, result.Write); err != nil {
		return err
	}
	return s.show(c, dir, result, func() {
		s.printRates(result)
		s.tablesIn(dir)
	})
}

// neuronBifurcation computes, writes and prints the diagram.
func (s *session) neuronBifurcation(c *cli.Context, plan single.Plan, o single.RateOptions, dir string) error {
	began := time.Now()
	result, err := single.FindBifurcation(c.Context, plan.Model, o.From, o.To)
	if err != nil {
		return err
	}
	if err := s.leave(c, dir, plan.Seed, began, result.Write); err != nil {
		return err
	}
	return s.show(c, dir, result, func() {
		s.printBifurcation(result)
		s.tablesIn(dir)
	})
}

func (s *session) tablesIn(dir string) {
	if dir != "" {
		fmt.Fprintf(s.stdout, "\nTables and plots in %s\n", dir)
	}
}

// printRates prints the findings and a line a current.
func (s *session) printRates(r *single.Rates) {
	unit := spaced(r.CurrentUnit)
	fmt.Fprintf(s.stdout, "%s: %g%s at each current, rates over the last half\n", r.Title, r.Duration, spaced(r.TimeUnit))
	if r.Rheobase != nil {
		fmt.Fprintf(s.stdout, "rheobase (a step from rest makes a spike): %.7g%s\n", *r.Rheobase, unit)
	}
	if r.Onset != nil {
		fmt.Fprintf(s.stdout, "repetitive firing from %.7g%s\n", *r.Onset, unit)
	}
	s.printSpans("the sweeps differ (to the mesh)", r.Hysteresis, unit)
	s.printSpans("stable cycle", r.Firing, unit)
	s.printSpans("rest and cycle stable at once", r.Bistable, unit)
	if !r.Followed {
		fmt.Fprintln(s.stdout, "The cycles of this model jump and are not continued: all ranges are those of the sweeps.")
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\ncurrent%s\trate up (%s)\trate down (%s)\tlatency%s\t\n", inBrackets(r.CurrentUnit), r.RateUnit, r.RateUnit, inBrackets(r.TimeUnit))
	for _, row := range r.Currents {
		latency := "–"
		if row.Latency != nil {
			latency = fmt.Sprintf("%.6g", *row.Latency)
		}
		fmt.Fprintf(w, "%.6g\t%.6g\t%.6g\t%s\t\n", row.Current, row.Up, row.Down, latency)
	}
	w.Flush()
}

// printSpans prints a line a range.
func (s *session) printSpans(what string, list []single.Span, unit string) {
	for _, r := range list {
		ends := ""
		if r.Begins != "" {
			ends = fmt.Sprintf(" (%s … %s)", r.Begins, r.Ends)
		}
		fmt.Fprintf(s.stdout, "%s: %.7g … %.7g%s%s\n", what, r.From, r.To, unit, ends)
	}
}

// printBifurcation prints special points and ranges.
func (s *session) printBifurcation(b *single.Bifurcation) {
	unit := spaced(b.CurrentUnit)
	fmt.Fprintf(s.stdout, "%s, currents from %g to %g%s\n", b.Title, b.From, b.To, unit)
	for _, f := range b.Folds {
		fmt.Fprintf(s.stdout, "fold: I = %.7g%s at a potential of %.6g\n", f.Current, unit, f.Potential)
	}
	for _, h := range b.Hopfs {
		fmt.Fprintf(s.stdout, "Hopf point, %s: I = %.7g%s at a potential of %.6g, period %.6g%s\n", h.Criticality, h.Current, unit, h.Potential, h.Period, spaced(b.TimeUnit))
	}
	if len(b.Folds)+len(b.Hopfs) == 0 {
		fmt.Fprintln(s.stdout, "no fold and no Hopf point in this range")
	}
	for _, row := range b.Branches {
		fmt.Fprintf(s.stdout, "branch of cycles: I = %.7g (%s) … %.7g (%s)\n", row.From, row.Begins, row.To, row.Ends)
		for _, t := range row.Cycles {
			if t.Turn != "" {
				fmt.Fprintf(s.stdout, "    %s: I = %.7g%s, period %.6g%s\n", t.Turn, t.Current, unit, t.Period, spaced(b.TimeUnit))
			}
		}
	}
	s.printSpans("stable rest", b.Resting, unit)
	s.printSpans("stable cycle", b.Firing, unit)
	s.printSpans("both", b.Bistable, unit)
	if !b.Followed {
		fmt.Fprintln(s.stdout, "This model jumps (reset or switch), so it has no branch of cycles to follow; --fi finds its firing by sweeps.")
	}
}

// inBrackets returns a unit for the header of a table.
func inBrackets(unit string) string {
	if unit == "" {
		return ""
	}
	return " (" + unit + ")"
}
