package cli

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

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
	Rate       float64      `json:"rate"`
	Stable     bool         `json:"stable"`
	Eigenvalue *complexPair `json:"eigenvalue"`
	Mean       float64      `json:"mean"`
	Variance   float64      `json:"variance"`
	Residual   float64      `json:"residual"`
}

type complexPair struct {
	Re float64 `json:"re"`
	Im float64 `json:"im"`
}

// steadyFold is where two states meet when the parameter grows.
type steadyFold struct {
	Parameter string  `json:"parameter"`
	Value     float64 `json:"value"`
	Rate      float64 `json:"rate"`
}

// steady prints all steady states of a scenario's equation.
func (s *session) steady(c *cli.Context) error {
	one, err := load(c, scenario.Sides{})
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
	result, err := solveSteady(one)
	if err != nil {
		return err
	}
	if err := s.keepSteady(c, one, dir, result, began); err != nil {
		return err
	}
	if c.Bool(asJSON.Name) {
		return s.encode(result)
	}
	if !c.Bool(quiet.Name) || dir == "" {
		s.printSteady(result)
	}
	return nil
}

// solveSteady finds the states; the reset rule does not matter to them.
func solveSteady(one *scenario.Scenario) (steadyResult, error) {
	e := one.Equation()
	e.Rule = neuron.Hard
	out := steadyResult{Scenario: one.Name, B: e.B, States: []steadyState{}}
	states, err := e.SteadyStates()
	if err != nil {
		return out, err
	}
	for _, x := range states {
		state := steadyState{Rate: x.Rate, Stable: x.Stable, Mean: x.Mean, Variance: x.Variance, Residual: x.Residual}
		if x.Known {
			state.Eigenvalue = &complexPair{real(x.Eigenvalue), imag(x.Eigenvalue)}
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

func (s *session) keepSteady(c *cli.Context, one *scenario.Scenario, dir string, result steadyResult, began time.Time) error {
	if dir == "" {
		return nil
	}
	folder, err := store.Create(dir, c.Bool(force.Name))
	if err != nil {
		return err
	}
	head, _ := one.Common()
	origin := store.NewProvenance(s.args, head.Seed, began)
	err = begin(folder, one, origin)
	origin.Stop, origin.Outcome = time.Now().UTC(), string(play.Completed)
	return errors.Join(err, folder.JSON("steady.json", result), folder.JSON(store.ProvenanceName, origin), store.Seal(dir, origin.Outcome))
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
			value = fmt.Sprintf("%.10g", x.Eigenvalue.Re)
			if x.Eigenvalue.Im != 0 {
				value += fmt.Sprintf(" ± %.10gi", x.Eigenvalue.Im)
			}
		}
		fmt.Fprintf(w, "%.13g\t%s\t%s\t%.10g\t%.10g\t\n", x.Rate, word, value, x.Mean, x.Variance)
	}
	w.Flush()
	if r.Fold != nil {
		fmt.Fprintf(s.stdout, "fold at %s = %.10g, rate %.10g\n", r.Fold.Parameter, r.Fold.Value, r.Fold.Rate)
	}
}
