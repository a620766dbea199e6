package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/plot"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var (
	gridFlag    = &cli.StringSliceFlag{Name: "grid", Usage: "`KEY=FROM:TO:COUNT[:log]`: steady states, folds and Hopf points over a parameter, such as coupling.b=-5:3:400"}
	plotFlag    = &cli.BoolFlag{Name: "plot", Usage: "with --grid: draw the bifurcation diagram into the folder"}
	eigenvalues = &cli.IntFlag{Name: "eigenvalues", Value: 1, Usage: "`K` leading eigenvalues of each state; without --grid"}
)

// gridResult is what steady --grid --json prints and bifurcations.json holds.
type gridResult struct {
	Scenario   string          `json:"scenario"`
	Outcome    string          `json:"outcome"`
	Parameter  string          `json:"parameter"`
	Counts     []countRange    `json:"counts"`
	Folds      []steadyFold    `json:"folds"`
	Hopfs      []hopfPoint     `json:"hopf_points"`
	Unresolved []play.Interval `json:"unresolved"`
	Sections   []gridSection   `json:"sections"`
}

// countRange is a run of values with as many states.
type countRange struct {
	play.Interval
	Count int `json:"count"`
}

type hopfPoint struct {
	Parameter string  `json:"parameter"`
	Value     float64 `json:"value"`
	Rate      float64 `json:"rate"`
	Frequency float64 `json:"frequency"`
	Period    float64 `json:"period"`
}

type gridSection struct {
	Value  float64       `json:"value"`
	Count  *int          `json:"count"`
	States []steadyState `json:"states"`
	Error  string        `json:"error,omitempty"`
}

// gridOf returns the one grid of the command line.
func gridOf(c *cli.Context) (g scenario.Grid, err error) {
	texts := c.StringSlice(gridFlag.Name)
	var more neuron.Faults
	for k, text := range texts {
		one, fault := scenario.ParseGrid(text)
		if err = errors.Join(err, fault); k == 0 {
			g = one
		} else {
			more.Add(false, "grid", text, "one --grid: steady follows the states in one parameter")
		}
	}
	return g, errors.Join(err, more.Err())
}

// steadyGrid is steady with --grid.
func (s *session) steadyGrid(c *cli.Context) error {
	one, loaded := loadOne(c)
	g, err := gridOf(c)
	var faults neuron.Faults
	faults.Add(c.Int(eigenvalues.Name) == 1, "eigenvalues", c.Int(eigenvalues.Name), "1 together with --grid, which gives the leading eigenvalue of each state")
	err = errors.Join(loaded, err, faults.Err(), workersFault(c))
	var family mfield.Family
	if err == nil {
		family, err = one.Family(g)
	}
	dir := c.String(output.Name)
	if dir == "" && c.Bool(plotFlag.Name) && err == nil {
		dir = freshFolder(one.Name, time.Now())
	}
	if dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		return s.plan(c, one, dir, play.Estimate{Seconds: 0.03 * float64(g.Count), Memory: 40 << 20, Disk: int64(g.Count) << 10})
	}
	return s.follow(c, one, g, family, dir)
}

// follow computes the diagram, keeps it and prints it.
func (s *session) follow(c *cli.Context, one *scenario.Scenario, g scenario.Grid, family mfield.Family, dir string) (err error) {
	var folder *store.Folder
	if dir != "" {
		if folder, err = store.Create(dir, c.Bool(force.Name)); err != nil {
			return err
		}
	}
	head, _ := one.Common()
	origin := store.NewProvenance(s.args, head.Seed, time.Now())
	if err := begin(folder, one, origin); err != nil {
		return err
	}
	update, stop := s.progress(c)
	d, err := play.NewDiagram(c.Context, family, g.Sorted(), c.Int(workers.Name), update)
	stop()
	outcome := play.Completed
	if err != nil {
		outcome = play.Cancelled
	}
	result := newGridResult(one.Name, g.Key, string(outcome), d)
	if folder != nil {
		kept := keepGrid(folder, g, d, result)
		if kept == nil {
			kept = seal(folder, dir, origin, outcome)
		}
		err = errors.Join(err, kept)
	}
	if c.Bool(asJSON.Name) {
		return errors.Join(err, s.encode(result))
	}
	if !c.Bool(quiet.Name) {
		s.printGrid(g, result)
	}
	if dir != "" {
		fmt.Fprintln(s.stdout, dir)
	}
	return err
}

func newGridResult(name, key, outcome string, d *play.Diagram) gridResult {
	out := gridResult{Scenario: name, Outcome: outcome, Parameter: key, Counts: []countRange{}, Folds: []steadyFold{},
		Hopfs: []hopfPoint{}, Unresolved: append([]play.Interval{}, d.Open...), Sections: []gridSection{}}
	for _, x := range d.Grid {
		if errors.Is(x.Err, context.Canceled) {
			continue
		}
		section := gridSection{Value: x.Value, States: []steadyState{}}
		if x.Err != nil {
			section.Error = x.Err.Error()
		} else {
			n := len(x.States)
			section.Count = &n
			out.count(x.Value, n)
		}
		for _, state := range x.States {
			section.States = append(section.States, newSteadyState(state))
		}
		out.Sections = append(out.Sections, section)
	}
	for _, f := range d.Folds {
		out.Folds = append(out.Folds, steadyFold{key, f.Value, f.Rate})
	}
	for _, h := range d.Hopfs {
		out.Hopfs = append(out.Hopfs, hopfPoint{key, h.Value, h.Rate, h.Frequency, h.Period()})
	}
	return out
}

// count enters a value with n states.
func (r *gridResult) count(value float64, n int) {
	if k := len(r.Counts) - 1; k >= 0 && r.Counts[k].Count == n {
		r.Counts[k].To = value
		return
	}
	r.Counts = append(r.Counts, countRange{play.Interval{From: value, To: value}, n})
}

// keepGrid writes the tables and the diagram.
func keepGrid(folder *store.Folder, g scenario.Grid, d *play.Diagram, result gridResult) error {
	branches, err := folder.Table("branches.csv", "value", "branch", "rate", "stable", "eigenvalue_re", "eigenvalue_im", "mean", "variance")
	if err != nil {
		return err
	}
	for k, b := range d.Branches {
		for _, p := range b {
			switch {
			case p.Fold:
				branches.Row(p.Value, k, p.Rate, nil, 0.0, 0.0, nil, nil)
			case !p.Known:
				branches.Row(p.Value, k, p.Rate, decided(p.Steady), nil, nil, p.Mean, p.Variance)
			default:
				branches.Row(p.Value, k, p.Rate, decided(p.Steady), real(p.Eigenvalue), imag(p.Eigenvalue), p.Mean, p.Variance)
			}
		}
	}
	points, err := folder.Table("bifurcations.csv", "kind", "value", "rate", "frequency", "period")
	if err != nil {
		return errors.Join(err, branches.Close())
	}
	for _, f := range d.Folds {
		points.Row("fold", f.Value, f.Rate, nil, nil)
	}
	for _, h := range d.Hopfs {
		points.Row("hopf", h.Value, h.Rate, h.Frequency, h.Period())
	}
	return errors.Join(branches.Close(), points.Close(), folder.JSON("bifurcations.json", result),
		diagram(g, d).Figure().Save(folder.Path("diagram")))
}

// decided returns whether a state is stable, nil when that is not known.
func decided(s mfield.Steady) any {
	if s.Unstable < 0 {
		return nil
	}
	return s.Stable
}

// diagram returns the data of the figure.
func diagram(g scenario.Grid, d *play.Diagram) plot.Bifurcations {
	out := plot.Bifurcations{Parameter: scenario.Symbol(g.Key), From: g.From, To: g.To, Log: g.Log}
	for _, b := range d.Branches {
		var c plot.Curve
		for _, p := range b {
			stability := plot.Undecided
			if p.Unstable == 0 {
				stability = plot.Stable
			} else if p.Unstable > 0 {
				stability = plot.Unstable
			}
			c.Value, c.Rate, c.Stability = append(c.Value, p.Value), append(c.Rate, p.Rate), append(c.Stability, stability)
		}
		out.Curves = append(out.Curves, c)
	}
	for _, f := range d.Folds {
		out.Folds = append(out.Folds, plot.Mark{Value: f.Value, Rate: f.Rate, Period: math.NaN()})
	}
	for _, h := range d.Hopfs {
		out.Hopfs = append(out.Hopfs, plot.Mark{Value: h.Value, Rate: h.Rate, Period: h.Period()})
	}
	return out
}

// printGrid prints the counts and the bifurcations.
func (s *session) printGrid(g scenario.Grid, r gridResult) {
	fmt.Fprintf(s.stdout, "%s: steady states over %s, %d values\n", r.Scenario, r.Parameter, len(r.Sections))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "from\tto\tstates\t")
	for _, x := range r.Counts {
		fmt.Fprintf(w, "%.6g\t%.6g\t%d\t\n", x.From, x.To, x.Count)
	}
	w.Flush()
	for _, f := range r.Folds {
		fmt.Fprintf(s.stdout, "fold at %s = %.12g, rate %.10g\n", f.Parameter, f.Value, f.Rate)
	}
	for _, h := range r.Hopfs {
		fmt.Fprintf(s.stdout, "Hopf point at %s = %.12g, rate %.10g, frequency %.10g, period %.10g\n", h.Parameter, h.Value, h.Rate, h.Frequency, h.Period)
	}
	for _, x := range r.Unresolved {
		fmt.Fprintf(s.stdout, "not resolved between %.6g and %.6g\n", x.From, x.To)
	}
}
