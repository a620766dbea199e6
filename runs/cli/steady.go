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
}

type steadyState struct {
	Rate       float64       `json:"rate"`
	Stable     bool          `json:"stable"`
	Eigenvalue *complexPair  `json:"eigenvalue"`
	Spectrum   []complexPair `json:"eigenvalues,omitempty"`
	Mean       float64       `json:"mean"`
	Variance   float64       `json:"variance"`
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

// steadyFold is where two states meet when the parameter grows.
type steadyFold struct {
	Parameter string  `json:"parameter"`
	Value     float64 `json:"value"`
	Rate      float64 `json:"rate"`
}

// steady prints all steady states of a scenario's equation, or follows them over a grid.
func (s *session) steady(c *cli.Context) error {
	if c.IsSet(gridFlag.Name) {
		return s.steadyGrid(c)
	}
	one, err := load(c, scenario.Sides{})
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
	state := steadyState{Rate: x.Rate, Stable: x.Stable, Mean: x.Mean, Variance: x.Variance, Residual: x.Residual}
	if x.Known {
		state.Eigenvalue = &complexPair{real(x.Eigenvalue), imag(x.Eigenvalue)}
	}
	return state
}

// solveSteady finds the states; the reset rule does not matter to them.
func solveSteady(one *scenario.Scenario, count int) (steadyResult, error) {
	e := one.Equation()
	e.Rule = neuron.Hard
	out := steadyResult{Scenario: one.Name, B: e.B, States: []steadyState{}}
	states, err := e.SteadyStates()
	if err != nil {
		return out, err
	}
	for _, x := range states {
		state := newSteadyState(x)
		if count > 1 {
			for _, z := range e.Spectrum(x, count) {
				state.Spectrum = append(state.Spectrum, complexPair{real(z), imag(z)})
			}
		}
		out.States = append(out.States, state)
	}
	if e.Law.A1 != 0 {
		return out, nil // the fold is followed for a1 = 0 only
	}
	fold, err := e.Fold()
	if fold != nil {
		out.Fold = &steadyFold{"coupling.b", fold.Value, fold.Rate}
	}
	return out, err
}

func (s *session) printSteady(r steadyResult) {
	fmt.Fprintf(s.stdout, "%s: b = %v, steady states: %d\n", r.Scenario, r.B, len(r.States))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "rate\tstability\tleading eigenvalue\tmean\tvariance\t")
	for _, x := range r.States {
		word := "unstable"
		if x.Stable {
			word = "stable"
		}
		value := "not known"
		if x.Eigenvalue != nil {
			value = x.Eigenvalue.String()
		}
		fmt.Fprintf(w, "%.13g\t%s\t%s\t%.10g\t%.10g\t\n", x.Rate, word, value, x.Mean, x.Variance)
	}
	w.Flush()
	for _, x := range r.States {
		if len(x.Spectrum) > 0 {
			fmt.Fprintf(s.stdout, "eigenvalues at rate %.6g:", x.Rate)
			for _, z := range x.Spectrum {
				fmt.Fprintf(s.stdout, "  %v", z)
			}
			fmt.Fprintln(s.stdout)
		}
	}
	if r.Fold != nil {
		fmt.Fprintf(s.stdout, "fold at %s = %.10g, rate %.10g\n", r.Fold.Parameter, r.Fold.Value, r.Fold.Rate)
	}
}
