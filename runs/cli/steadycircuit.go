package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/mfield"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// circuitResult is what steady --json prints for several populations.
type circuitResult struct {
	Scenario string         `json:"scenario"`
	States   []circuitState `json:"states"`

	names []string
}

type circuitState struct {
	Stable      bool                       `json:"stable"`
	Eigenvalue  *complexPair               `json:"eigenvalue"`
	Spectrum    []complexPair              `json:"eigenvalues,omitempty"`
	Residual    float64                    `json:"residual"`
	Populations map[string]populationState `json:"populations"`
}

type populationState struct {
	Rate       float64 `json:"rate"`
	Mean       float64 `json:"mean"`
	Variance   float64 `json:"variance"`
	Refractory float64 `json:"refractory"`
}

// steadyCircuit prints all steady states of a circuit.
func (s *session) steadyCircuit(c *cli.Context, one *scenario.Scenario, circuit mfield.Circuit, dir string, count int) error {
	began := time.Now()
	result, err := solveCircuit(one.Name, circuit, count)
	if err != nil {
		return err
	}
	err = s.keep(c, one, dir, began, func(f *store.Folder) error { return f.JSON("steady.json", result) })
	if err != nil {
		return err
	}
	return s.show(c, dir, result, func() { s.printCircuit(result) })
}

func solveCircuit(name string, circuit mfield.Circuit, count int) (circuitResult, error) {
	out := circuitResult{Scenario: name, States: []circuitState{}}
	for _, p := range circuit.Populations {
		out.names = append(out.names, p.Name)
	}
	states, err := circuit.SteadyStates()
	for _, x := range states {
		state := circuitState{Stable: x.Stable, Residual: x.Residual, Populations: map[string]populationState{}}
		if x.Known {
			state.Eigenvalue = &complexPair{real(x.Eigenvalue), imag(x.Eigenvalue)}
		}
		if count > 1 {
			state.Spectrum = pairs(circuit.Spectrum(x, count))
		}
		for k, p := range x.Populations {
			state.Populations[out.names[k]] = populationState(p)
		}
		out.States = append(out.States, state)
	}
	return out, err
}

func (s *session) printCircuit(r circuitResult) {
	fmt.Fprintf(s.stdout, "%s: steady states: %d\n", r.Scenario, len(r.States))
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "state\tpopulation\trate\tmean\tvariance\trefractory\tstability\tleading eigenvalue\t")
	for k, x := range r.States {
		for _, name := range r.names {
			p := x.Populations[name]
			fmt.Fprintf(w, "%d\t%s\t%.13g\t%.10g\t%.10g\t%.10g\t%s\t%s\t\n",
				k+1, name, p.Rate, p.Mean, p.Variance, p.Refractory, stability(x.Stable), leading(x.Eigenvalue))
		}
	}
	w.Flush()
	for _, x := range r.States {
		var rates []string
		for _, name := range r.names {
			rates = append(rates, fmt.Sprintf("%.6g", x.Populations[name].Rate))
		}
		s.printSpectrum(strings.Join(rates, ", "), x.Spectrum)
	}
}
