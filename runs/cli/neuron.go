package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/single"
)

// The flags of neuron.
var neuronFlags = []cli.Flag{
	&cli.StringFlag{Name: "current", Value: "0", Usage: "`I`, a number or a law as neuron.current of a scenario: {law: sine, mean: 1, amplitude: 0.5, frequency: 0.1}; steps, pulses, table, and {law: ramp, from: 0, to: 2, start: 0, end: 100}, {law: noise, mean: 1, deviation: 0.5, correlation: 5, step: 0.1}"},
	&cli.Float64Flag{Name: "duration", Value: 200, Usage: "`TIME` to integrate, in the unit of the model"},
	&cli.Float64Flag{Name: "sample", Usage: "`TIME` between rows of the table; default: a 4000th of the duration, at most 0.05"},
	&cli.StringFlag{Name: "method", Value: single.Methods()[0], Usage: "`NAME` of the integrator: " + strings.Join(single.Methods(), ", ")},
	&cli.Float64Flag{Name: "tolerance", Value: 1e-8, Usage: "local error `ALLOWED`, relative and absolute"},
	&cli.Float64Flag{Name: "noise", Usage: "white noise `σ` on the potential, per square root of time"},
	&cli.Float64Flag{Name: "step", Value: 0.01, Usage: "with --noise: `TIME` step of the scheme"},
}

// neuron lists the models, or integrates one.
func (s *session) neuron(c *cli.Context) error {
	if c.Bool("fi") || c.Bool("bifurcation") {
		return s.neuronDiagram(c)
	}
	if c.NArg() == 0 {
		return s.listNeurons(c)
	}
	if err := atMost(c, 1); err != nil {
		return err
	}
	plan, err := s.neuronPlan(c)
	dir, refused := folderOf(c, "neuron-"+c.Args().First())
	if err := merged(err, refused); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		fmt.Fprintf(s.stdout, "%s for %g%s at I = %s; folder: %s\n", plan.Model.Card().Title, plan.Duration, spaced(plan.Model.Card().TimeUnit), plan.Written, dir)
		return nil
	}
	began := time.Now()
	update, stop := s.progressOf(c, "integrating")
	result, failed := single.Run(c.Context, plan, update)
	stop()
	if result == nil {
		return failed
	}
	outcome := play.Completed
	switch {
	case errors.Is(failed, context.Canceled):
		outcome = play.Cancelled
	case failed != nil:
		outcome = play.Failed
	}
	err = s.leaveAs(c, dir, plan.Seed, began, outcome, result.Write)
	if failed != nil || err != nil {
		return errors.Join(failed, err)
	}
	err = s.show(c, dir, result, func() { s.printNeuron(result) })
	if dir != "" && !c.Bool(asJSON.Name) {
		fmt.Fprintln(s.stdout, dir)
	}
	return err
}

// neuronPlan reads the model, its parameters and what it is put through. The error is neuron.Faults.
func (s *session) neuronPlan(c *cli.Context) (single.Plan, error) {
	number, err := seedOf(c)
	plan, unknown := single.NewPlan(c.Args().First())
	for name, value := range map[string]*float64{"duration": &plan.Duration, "sample": &plan.Sample, "tolerance": &plan.Tolerance, "noise": &plan.Noise, "step": &plan.Step} {
		*value = c.Float64(name)
	}
	plan.Seed, plan.Method, plan.Written = number, c.String("method"), c.String("current")
	current, wrong := scenario.ParseCurrent(plan.Written, plan.Duration)
	plan.Current = current
	values, unread := numbers(c.StringSlice(set.Name))
	if unknown == nil {
		unread = merged(unread, membrane.Set(plan.Model, values))
	} else if near := scenario.Closest(c.Args().First(), membrane.Names()); near != "" {
		unknown = neuron.Faults{{Field: "model", Value: c.Args().First(), Accepted: fmt.Sprintf("one of %s (did you mean %s?)", strings.Join(membrane.Names(), ", "), near)}}
	}
	if unknown != nil || wrong != nil {
		plan.Model, plan.Current = membrane.NewLIF(), neuron.Constant(0) // the other faults are told too
	}
	return plan, merged(err, unknown, unread, wrong, plan.Validate())
}

// listNeurons prints the models with their parameters.
func (s *session) listNeurons(c *cli.Context) error {
	type parameter struct {
		Name    string  `json:"name"`
		Value   float64 `json:"value"`
		Unit    string  `json:"unit"`
		Meaning string  `json:"meaning"`
	}
	type model struct {
		Name        string      `json:"name"`
		Title       string      `json:"title"`
		Source      string      `json:"source"`
		TimeUnit    string      `json:"time_unit"`
		CurrentUnit string      `json:"current_unit"`
		Variables   []string    `json:"variables"`
		Parameters  []parameter `json:"parameters"`
	}
	var list []model
	for _, name := range membrane.Names() {
		m, err := membrane.New(name)
		if err != nil {
			return err
		}
		card := m.Card()
		one := model{card.Name, card.Title, card.Source, card.TimeUnit, card.CurrentUnit, nil, nil}
		for _, v := range card.Variables {
			one.Variables = append(one.Variables, strings.TrimSpace(v.Name+" "+bracketed(v.Unit)))
		}
		for _, p := range m.Parameters() {
			one.Parameters = append(one.Parameters, parameter{p.Name, *p.Value, p.Unit, p.Meaning})
		}
		list = append(list, one)
	}
	if c.Bool(asJSON.Name) {
		return s.encode(list)
	}
	for _, m := range list {
		fmt.Fprintf(s.stdout, "%s: %s (%s)\n  variables %s; current%s; time%s\n", m.Name, m.Title, m.Source, strings.Join(m.Variables, ", "), spaced(bracketed(m.CurrentUnit)), spaced(bracketed(m.TimeUnit)))
		w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
		for _, p := range m.Parameters {
			fmt.Fprintf(w, "    %s\t%g\t%s\t%s\n", p.Name, p.Value, p.Unit, p.Meaning)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// bracketed is a unit in brackets, or nothing; spaced is a unit after a space, or nothing.
func bracketed(unit string) string {
	if unit == "" {
		return ""
	}
	return "[" + unit + "]"
}

func spaced(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// printNeuron prints what a neuron did.
func (s *session) printNeuron(r *single.Result) {
	fmt.Fprintf(s.stdout, "%s, I = %s%s, %g%s\n", r.Title, r.Current, spaced(r.Unit), r.Duration, spaced(r.TimeUnit))
	if r.Scheme.Noise > 0 {
		fmt.Fprintf(s.stdout, "noise %g by %s in steps of %g, seed %d: %s\n\n", r.Scheme.Noise, r.Scheme.Name, r.Scheme.Step, r.Scheme.Seed, r.Scheme.Order)
	} else {
		fmt.Fprintf(s.stdout, "%s to %g: %s\n\n", r.Scheme.Name, r.Scheme.Tolerance, r.Scheme.Order)
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "spikes\t%d\n", len(r.Spikes))
	if r.Latency != nil {
		fmt.Fprintf(w, "first spike\t%.10g%s\n", *r.Latency, spaced(r.TimeUnit))
	}
	fmt.Fprintf(w, "mean rate, last half\t%s\n", frequency(r.Rate, r.TimeUnit))
	if r.Interval != nil {
		fmt.Fprintf(w, "mean interval, last half\t%.10g%s, %s, coefficient of variation %.3g\n", *r.Interval, spaced(r.TimeUnit), frequency(1 / *r.Interval, r.TimeUnit), *r.Variation)
	}
	for _, e := range r.Rest {
		fmt.Fprintf(w, "equilibrium at I = %g\t%s\n", e.Current, r.Written(e.State))
	}
	w.Flush()
}

// frequency writes a rate in Hz where time is in ms.
func frequency(rate float64, unit string) string {
	if unit == "ms" {
		return fmt.Sprintf("%.6g Hz", 1000*rate)
	}
	return fmt.Sprintf("%.6g per unit of time", rate)
}
