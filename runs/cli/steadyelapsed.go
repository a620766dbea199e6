package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/mfield/elapsed"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// elapsedResult is what steady --json prints for elapsed-time neurons.
type elapsedResult struct {
	Scenario     string         `json:"scenario"`
	B            float64        `json:"b"`
	Transmission string         `json:"transmission"`
	Delay        float64        `json:"delay"`
	States       []elapsedState `json:"states"`
}

// elapsedState is a steady state. UnstableRoots is nil where they are infinitely many; UnstableDelays are the discrete delays from
// 0 to DelaysTo at which the state is unstable.
type elapsedState struct {
	Rate           float64         `json:"rate"`
	Input          float64         `json:"input"`
	Sigma          float64         `json:"sigma"`
	Stable         bool            `json:"stable"`
	UnstableRoots  *int            `json:"unstable_roots"`
	Gain           float64         `json:"gain"`
	Mean           float64         `json:"mean"`
	Variance       float64         `json:"variance"`
	Residual       float64         `json:"residual"`
	DelaysTo       float64         `json:"delays_to"`
	UnstableDelays []play.Interval `json:"unstable_delays"`
}

// delaysShown is up to how many mean interspike intervals delays are searched.
const delaysShown = 4

// steadyElapsed prints all steady states of elapsed-time neurons.
func (s *session) steadyElapsed(c *cli.Context, one *scenario.Scenario, e elapsed.Equation, dir string) error {
	if n := c.Int(eigenvalues.Name); n != 1 {
		return neuron.Faults{{Field: "eigenvalues", Value: n, Accepted: "1 with model elapsed-time: unstable roots are counted, not listed"}}
	}
	began := time.Now()
	result, err := solveElapsed(one.Name, e)
	if err != nil {
		return err
	}
	err = s.keep(c, one, dir, began, func(f *store.Folder) error { return f.JSON("steady.json", result) })
	if err != nil {
		return err
	}
	return s.show(c, dir, result, func() { s.printElapsed(result) })
}

func solveElapsed(name string, e elapsed.Equation) (elapsedResult, error) {
	out := elapsedResult{Scenario: name, B: e.Synapses.B, Transmission: e.Synapses.Transmission.String(), Delay: e.Synapses.Delay, States: []elapsedState{}}
	states, err := e.SteadyStates()
	for _, x := range states {
		one := elapsedState{Rate: x.Rate, Input: x.Input, Sigma: x.Sigma, Stable: x.Stable, Gain: x.Gain, Mean: x.Mean, Variance: x.Variance,
			Residual: x.Residual, DelaysTo: delaysShown / x.Rate, UnstableDelays: []play.Interval{}}
		if x.Unstable >= 0 {
			one.UnstableRoots = &x.Unstable
		}
		delays, known := e.UnstableDelays(x, one.DelaysTo)
		if !known {
			delays = []elapsed.Interval{{From: 0, To: one.DelaysTo}}
		}
		for _, d := range delays {
			one.UnstableDelays = append(one.UnstableDelays, play.Interval(d))
		}
		out.States = append(out.States, one)
	}
	return out, err
}

func (s *session) printElapsed(r elapsedResult) {
	fmt.Fprintf(s.stdout, "%s: b = %v, transmission %s", r.Scenario, r.B, r.Transmission)
	if r.Delay > 0 {
		fmt.Fprintf(s.stdout, " %v", r.Delay)
	}
	fmt.Fprintf(s.stdout, ", steady states: %d\n", len(r.States))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "rate\tinput X\tσ(X)\tstability\tunstable roots\tmean age\tvariance\t")
	for _, x := range r.States {
		roots := "∞"
		if x.UnstableRoots != nil {
			roots = fmt.Sprint(*x.UnstableRoots)
		}
		fmt.Fprintf(w, "%.13g\t%.10g\t%.10g\t%s\t%s\t%.10g\t%.10g\t\n", x.Rate, x.Input, x.Sigma, stability(x.Stable), roots, x.Mean, x.Variance)
	}
	w.Flush()
	for _, x := range r.States {
		list := []string{"none"}
		for k, d := range x.UnstableDelays {
			list = append(list[:k], fmt.Sprintf("%.8g … %.8g", d.From, d.To))
		}
		fmt.Fprintf(s.stdout, "rate %.6g: unstable discrete delays up to %.4g: %s\n", x.Rate, x.DelaysTo, strings.Join(list, ", "))
	}
}
