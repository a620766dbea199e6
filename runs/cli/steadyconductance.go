package cli

import (
	"errors"
	"fmt"
	"math"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// conductanceResult is what steady --json prints for model voltage-conductance, without --grid of one section.
type conductanceResult struct {
	Scenario  string               `json:"scenario"`
	Parameter string               `json:"parameter,omitempty"`
	Sections  []conductanceSection `json:"sections,omitempty"`
	States    []conductanceState   `json:"states,omitempty"`
}

// conductanceSection is the states at a value of the parameter.
type conductanceSection struct {
	Value  float64            `json:"value"`
	States []conductanceState `json:"states"`
	Error  string             `json:"error,omitempty"`
}

type conductanceState struct {
	Rate      float64 `json:"rate"`
	MeanV     float64 `json:"mean"`
	VarianceV float64 `json:"variance"`
	MeanG     float64 `json:"mean_g"`
	VarianceG float64 `json:"variance_g"`
	Input     float64 `json:"g_in"`
	Noise     float64 `json:"a"`
	Constant  float64 `json:"rate_at_constant_g"` // the limit of the rate as a → 0 at this g_in
	Imbalance float64 `json:"imbalance"`          // ∬ J p / (V_F N) − 1
	Residual  float64 `json:"residual"`
}

// steadyConductance prints the steady states of a kinetic equation, with --grid at every value of a key.
func (s *session) steadyConductance(c *cli.Context, one *scenario.Scenario) error {
	var faults neuron.Faults
	faults.Add(c.Int(eigenvalues.Name) == 1, "eigenvalues", c.Int(eigenvalues.Name), "nothing here: eigenvalues are not computed for model voltage-conductance")
	faults.Add(!c.Bool(plotFlag.Name), "plot", true, "nothing here: no diagram is drawn for model voltage-conductance")
	list, key, err := steadyPoints(c, one)
	err = errors.Join(err, faults.Err(), workersFault(c))
	dir := c.String(output.Name)
	if dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		return s.plan(c, one, dir, play.Estimate{Seconds: 5 * float64(len(list.List)), Memory: 100 << 20, Disk: 10 << 10})
	}
	began := time.Now()
	out := conductanceResult{Scenario: one.Name, Parameter: key}
	for i, point := range list.List {
		document, _ := point.VoltageConductance()
		states, err := conductanceStates(c, document)
		if c.Context.Err() != nil || err != nil && key == "" {
			return err
		}
		if key == "" {
			out.States = states
			break
		}
		section := conductanceSection{Value: list.At(i)[0], States: states}
		if err != nil {
			section.Error = err.Error()
		}
		out.Sections = append(out.Sections, section)
	}
	err = s.keep(c, one, dir, began, func(f *store.Folder) error { return f.JSON("steady.json", out) })
	if err != nil {
		return err
	}
	return s.show(c, dir, out, func() { s.printConductance(out) })
}

// steadyPoints returns the scenario at the values of --grid, key being "" without one.
func steadyPoints(c *cli.Context, one *scenario.Scenario) (list *scenario.Points, key string, err error) {
	if !c.IsSet(gridFlag.Name) {
		return &scenario.Points{List: []*scenario.Scenario{one}}, "", nil
	}
	g, err := gridOf(c)
	if err != nil {
		return nil, "", err
	}
	name := defaultScenario
	if c.Args().Present() {
		name = c.Args().First()
	}
	list, err = scenario.LoadPoints(c.Context, name, assignments(c), []scenario.Grid{g}, scenario.Sides{})
	return list, g.Key, err
}

// conductanceStates finds the states, on the cells of the document and, where it leaves the step open, with half of
// the usual one: what a split step adds to the potential then is below what the cells do.
func conductanceStates(c *cli.Context, d *scenario.VoltageConductance) (list []conductanceState, err error) {
	e, o := d.Equation(), d.Options(scenario.AsAsked)
	if o.Step == 0 {
		o.Step = e.DefaultStep() / 2
	}
	states, err := e.SteadyStates(c.Context, 0, o)
	for _, x := range states {
		g, a := e.Input(x.Rate)
		imbalance := 0.0
		if x.Rate > 0 {
			imbalance = x.Current/(e.Threshold*x.Rate) - 1
		}
		list = append(list, conductanceState{x.Rate, x.MeanV, x.VarianceV, x.MeanG, x.VarianceG, g, a, e.ConstantRate(g), imbalance, x.Residual})
	}
	return list, err
}

// printConductance prints the states.
func (s *session) printConductance(r conductanceResult) {
	if r.Parameter == "" {
		fmt.Fprintf(s.stdout, "%s: steady states: %d; their stability is not computed, meanfield shows what they do\n", r.Scenario, len(r.States))
		r.Sections = []conductanceSection{{Value: math.NaN(), States: r.States}}
	} else {
		fmt.Fprintf(s.stdout, "%s: steady states over %s, %d values\n", r.Scenario, r.Parameter, len(r.Sections))
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	if r.Parameter != "" {
		fmt.Fprintf(w, "%s\t", r.Parameter)
	}
	fmt.Fprintln(w, "rate\tmean v\tvariance v\tmean g\tvariance g\tg_in\ta\trate as a → 0\t∬Jp/(V_F N) − 1\t")
	for _, section := range r.Sections {
		for _, x := range section.States {
			if r.Parameter != "" {
				fmt.Fprintf(w, "%.8g\t", section.Value)
			}
			fmt.Fprintf(w, "%.9g\t%.8g\t%.8g\t%.9g\t%.8g\t%.8g\t%.8g\t%.10g\t%.1e\t\n",
				x.Rate, x.MeanV, x.VarianceV, x.MeanG, x.VarianceG, x.Input, x.Noise, x.Constant, x.Imbalance)
		}
	}
	w.Flush()
	for _, section := range r.Sections {
		if section.Error != "" {
			fmt.Fprintf(s.stdout, "at %.8g: %s\n", section.Value, section.Error)
		}
	}
}
