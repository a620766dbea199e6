package cli

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// steadyResult is what steady --json prints.
type steadyResult struct {
	Scenario string        `json:"scenario"`
	B        float64       `json:"b"`
	States   []steadyState `json:"states"`
	Fold     *steadyFold   `json:"fold"`
	Folds    []steadyFold  `json:"folds"` // all of them, ascending in b

	refractory bool
}

type steadyState struct {
	Rate       float64       `json:"rate"`
	Stable     bool          `json:"stable"`
	Eigenvalue *complexPair  `json:"eigenvalue"`
	Spectrum   []complexPair `json:"eigenvalues,omitempty"`
	Mean       float64       `json:"mean"`
	Variance   float64       `json:"variance"`
	Refractory float64       `json:"refractory,omitempty"`
	Residual   float64       `json:"residual"`
}

type complexPair struct {
	Re float64 `json:"re"`
	Im float64 `json:"im"`
}

// String writes a pair with both signs.
func (z complexPair) String() string {
	if z.Im == 0 {
		return fmt.Sprintf("%.13g", z.Re)
	}
	return fmt.Sprintf("%.13g ± %.13gi", z.Re, z.Im)
}

// steadyFold is where two states meet.
type steadyFold struct {
	Parameter string  `json:"parameter"`
	Value     float64 `json:"value"`
	Rate      float64 `json:"rate"`
}

// steady prints all steady states of a scenario's equation, or follows them over a grid.
func (s *session) steady(c *cli.Context) error {
	one, err := load(c, scenario.Sides{})
	if one != nil {
		if _, ok := one.VoltageConductance(); ok {
			return s.steadyConductance(c, one)
		}
	}
	if c.IsSet(gridFlag.Name) {
		return s.steadyGrid(c)
	}
	count := c.Int(eigenvalues.Name)
	var faults neuron.Faults
	faults.Add(count >= 1 && count <= maxEigenvalues, "eigenvalues", count, fmt.Sprintf("a number from 1 to %d", maxEigenvalues))
	faults.Add(!c.Bool(plotFlag.Name), "plot", true, "together with --grid: a diagram needs a parameter")
	err = errors.Join(err, faults.Err(), workersFault(c))
	dir := c.String(output.Name)
	if dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		return s.plan(c, one, dir, play.Estimate{Seconds: 0.1, Memory: 20 << 20, Disk: 10 << 10})
	}
	began := time.Now()
	if field, ok := one.Field(); ok {
		return s.steadyNeural(c, one, field, dir)
	}
	if circuit, several := one.Circuit(); several {
		return s.steadyCircuit(c, one, circuit, dir, count)
	}
	if equation, ages := one.ElapsedTime(); ages {
		return s.steadyElapsed(c, one, equation, dir)
	}
	result, err := solveSteady(one, count)
	if err != nil {
		return err
	}
	err = s.keep(c, one, dir, began, func(f *store.Folder) error { return f.JSON("steady.json", result) })
	if err != nil {
		return err
	}
	return s.show(c, dir, result, func() { s.printSteady(result) })
}

// maxEigenvalues bounds --eigenvalues.
const maxEigenvalues = 16

// workersFault refuses a negative number of workers.
func workersFault(c *cli.Context) error {
	var faults neuron.Faults
	faults.Add(c.Int(workers.Name) >= 0, "workers", c.Int(workers.Name), "a number ≥ 0 (0: all cores)")
	return faults.Err()
}

func newSteadyState(x mfield.Steady) steadyState {
	state := steadyState{Rate: x.Rate, Stable: x.Stable, Mean: x.Mean, Variance: x.Variance, Refractory: x.Refractory, Residual: x.Residual}
	if x.Known {
		state.Eigenvalue = &complexPair{real(x.Eigenvalue), imag(x.Eigenvalue)}
	}
	return state
}

// solveSteady finds the states; the reset rule does not matter to them.
func solveSteady(one *scenario.Scenario, count int) (steadyResult, error) {
	e, _ := one.NNLIF()
	e.Rule = neuron.Hard
	out := steadyResult{Scenario: one.Name, B: e.B, States: []steadyState{}, Folds: []steadyFold{}, refractory: e.Law.Refractory.Mean() > 0}
	states, err := e.SteadyStates()
	if err != nil {
		return out, err
	}
	for _, x := range states {
		state := newSteadyState(x)
		if count > 1 {
			state.Spectrum = pairs(e.Spectrum(x, count))
		}
		out.States = append(out.States, state)
	}
	if e.Law.A1 != 0 {
		return out, nil // folds are followed for a1 = 0 only
	}
	folds, err := e.Folds()
	for _, f := range folds {
		out.Folds = append(out.Folds, steadyFold{"coupling.b", f.Value, f.Rate})
		out.Fold = &out.Folds[len(out.Folds)-1]
	}
	return out, err
}

func pairs(list []complex128) (out []complexPair) {
	for _, z := range list {
		out = append(out, complexPair{real(z), imag(z)})
	}
	return out
}

func (s *session) printSteady(r steadyResult) {
	fmt.Fprintf(s.stdout, "%s: b = %v, steady states: %d\n", r.Scenario, r.B, len(r.States))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "rate\tstability\tleading eigenvalue\tmean\tvariance\t")
	if r.refractory {
		fmt.Fprint(w, "refractory\t")
	}
	fmt.Fprintln(w)
	for _, x := range r.States {
		fmt.Fprintf(w, "%.13g\t%s\t%s\t%.10g\t%.10g\t", x.Rate, stability(x.Stable), leading(x.Eigenvalue), x.Mean, x.Variance)
		if r.refractory {
			fmt.Fprintf(w, "%.10g\t", x.Refractory)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	for _, x := range r.States {
		s.printSpectrum(fmt.Sprintf("%.6g", x.Rate), x.Spectrum)
	}
	for _, f := range r.Folds {
		fmt.Fprintf(s.stdout, "fold at %s = %.10g, rate %.10g\n", f.Parameter, f.Value, f.Rate)
	}
}

func (s *session) printSpectrum(rate string, list []complexPair) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(s.stdout, "eigenvalues at rate %s:", rate)
	for _, z := range list {
		fmt.Fprintf(s.stdout, "  %v", z)
	}
	fmt.Fprintln(s.stdout)
}

func stability(stable bool) string {
	if stable {
		return "stable"
	}
	return "unstable"
}

func leading(z *complexPair) string {
	if z == nil {
		return "not known"
	}
	return z.String()
}
