package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/fluctuations"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// The flags of fluctuations.
var fluctuationFlags = []cli.Flag{
	&cli.StringFlag{Name: "N", Value: "1000", Usage: "`FROM:TO:COUNT` numbers of neurons, evenly on a logarithmic scale; or one number"},
	&cli.Float64Flag{Name: "time", Value: 1000, Usage: "`TIME` that each replica is observed, in the unit of the scenario"},
	&cli.Float64Flag{Name: "burn-in", Value: 20, Usage: "`TIME` before that"},
	&cli.Float64Flag{Name: "window", Usage: "`L` of the long-window variance, taken from windows L and 2L; 0: seven times the slowest relaxation, where theory knows it"},
	&cli.Float64Flag{Name: "bin", Usage: "`WIDTH` of bins of spikes for correlations, and time between looks at potentials; 0: 20 steps"},
	&cli.Float64Flag{Name: "precision", Value: 0.05, Usage: "relative half-width of the 95 % interval of the long-window variance that `ENOUGH` replicas give"},
	&cli.IntFlag{Name: "replicas", Value: 4096, Usage: "replicas of each N, at `MOST`"},
}

// parseSizes reads FROM:TO:COUNT or one number.
func parseSizes(text string) (sizes []int, err error) {
	const accepted = "a number of neurons, or FROM:TO:COUNT with 2 ≤ FROM < TO and 2 ≤ COUNT ≤ 100, such as 1e3:1e5:5"
	refused := neuron.Faults{{Field: "N", Value: text, Accepted: accepted}}
	parts := strings.Split(text, ":")
	var x []float64
	for _, p := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || !(v >= 2) || v > 1<<32-1 || v != math.Trunc(v) {
			return nil, refused
		}
		x = append(x, v)
	}
	switch {
	case len(x) == 1:
		return []int{int(x[0])}, nil
	case len(x) != 3 || !(x[1] > x[0]) || x[2] > 100:
		return nil, refused
	}
	for k := range int(x[2]) {
		n := int(math.Round(x[0] * math.Pow(x[1]/x[0], float64(k)/(x[2]-1))))
		if len(sizes) == 0 || n > sizes[len(sizes)-1] {
			sizes = append(sizes, n)
		}
	}
	return sizes, nil
}

// fluctuations measures a network in its stationary state.
func (s *session) fluctuations(c *cli.Context) error {
	one, err := load(c, scenario.Sides{Network: true})
	plan := fluctuations.Plan{Scenario: one, Time: c.Float64("time"), BurnIn: c.Float64("burn-in"), Window: c.Float64("window"), Bin: c.Float64("bin"),
		Precision: c.Float64("precision"), Replicas: c.Int("replicas"), Workers: c.Int(workers.Name)}
	var wrong error
	if plan.Sizes, wrong = parseSizes(c.String("N")); wrong != nil {
		plan.Sizes = []int{2} // the other faults are told too
	}
	name := "fluctuations"
	if err == nil {
		name += "-" + one.Name
	}
	dir, refused := folderOf(c, name)
	if err = errors.Join(err, merged(wrong, plan.Validate(), refused)); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		work := plan.Estimate()
		return s.plan(c, one, dir, play.Estimate{Seconds: 2e-9 * work, Memory: 100<<20 + 100*int64(plan.Sizes[len(plan.Sizes)-1]), Disk: 2 << 20})
	}
	began := time.Now()
	var stop func()
	plan.Progress, stop = s.progressOf(c, "measuring")
	result, failed := fluctuations.Run(c.Context, plan)
	stop()
	outcome := play.Completed
	switch {
	case errors.Is(failed, context.Canceled):
		outcome = play.Cancelled
	case failed != nil:
		outcome, result.Error = play.Failed, failed.Error()
	}
	result.Outcome = string(outcome)
	err = s.leaveScenario(c, one, dir, began, outcome, func(folder *store.Folder) error { return result.Write(folder, s.args) })
	if failed != nil || err != nil {
		return errors.Join(failed, err)
	}
	return s.show(c, dir, result, func() {
		s.printFluctuations(result)
		s.where(c, dir)
	})
}

// leaveScenario is keep for work that ended in some way.
func (s *session) leaveScenario(c *cli.Context, one *scenario.Scenario, dir string, began time.Time, outcome play.Outcome, files func(*store.Folder) error) error {
	if dir == "" {
		return nil
	}
	folder, err := store.Create(dir, c.Bool(force.Name))
	if err != nil {
		return err
	}
	head, _ := one.Common()
	origin := store.NewProvenance(s.args, head.Seed, began)
	if err := errors.Join(begin(folder, one, origin), files(folder)); err != nil {
		return err
	}
	return seal(folder, dir, origin, outcome)
}

// printFluctuations prints a line a size and one a check.
func (s *session) printFluctuations(r *fluctuations.Result) {
	fmt.Fprintf(s.stdout, "%s: %s. %s\nwindows %.4g and %.4g, time %g a replica after %g; intervals of 95 %%\n", r.Scenario, r.Verdict, r.Text, r.Window, 2*r.Window, r.Time, r.BurnIn)
	for _, p := range r.Populations {
		fmt.Fprintf(s.stdout, "\n%s\n", p.Name)
		w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "N\treplicas\trate\tN·S(0)\tCV\tFano\tχ\tcorrelation V\tof spikes\tφ²\tspectrum inside\t")
		for _, x := range p.Sizes {
			fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", x.N, x.Replicas, spread(&x.Rate), spread(&x.LongWindow), spread(x.CV), spread(x.Fano), spread(x.Chi), spread(x.States), spread(x.Spikes), spread(x.Contingency))
			if x.Spectrum.Theory != nil {
				fmt.Fprintf(w, "%d of %d", x.Spectrum.Inside, len(x.Spectrum.X))
			}
			fmt.Fprintln(w, "\t")
		}
		if t := p.Theory; t != nil {
			fmt.Fprintf(w, "theory\t\t%.6g\t%.6g\t%.5g\t%.5g\t\t\t\t\t\t\n", t.Rate, t.LongWindow, t.CV, t.CV*t.CV)
		}
		w.Flush()
		for _, check := range p.Checks {
			fmt.Fprintf(s.stdout, "%s: %s (%s): %s\n", check.Verdict, check.Quantity, check.At, check.Text)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintln(s.stdout, note)
	}
}

// spread writes a value with how far its interval reaches.
func spread(m *compare.Estimate) string {
	if m == nil {
		return "–"
	}
	return fmt.Sprintf("%.5g±%.1g", m.Value, fluctuations.Reach(m))
}
