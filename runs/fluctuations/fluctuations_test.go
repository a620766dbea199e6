package fluctuations

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// plan returns a plan for a scenario.
func plan(t *testing.T, name string, sizes []int, set ...string) Plan {
	t.Helper()
	one, err := scenario.Load(name, set, scenario.Sides{Network: true})
	if err != nil {
		t.Fatal(err)
	}
	return Plan{Scenario: one, Sizes: sizes, Time: 300, BurnIn: 10, Precision: 0.25, Replicas: 16}
}

// run carries out a plan that validates.
func run(t *testing.T, p Plan) *Result {
	t.Helper()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// near wants a value within 4 standard errors and a slack.
func near(t *testing.T, name string, m *compare.Estimate, truth, slack float64) {
	t.Helper()
	if m == nil || !(math.Abs(m.Value-truth) <= 4*m.SE+slack) {
		t.Errorf("%s: %+v, theory %v", name, m, truth)
	}
}

// Neurons that are not coupled, where theory is exact at any N.
func TestUncoupled(t *testing.T) {
	r := run(t, plan(t, "linear", []int{50, 200}))
	for _, x := range r.Populations[0].Sizes {
		theory := r.Populations[0].Theory
		near(t, "rate", &x.Rate, theory.Rate, 0)
		near(t, "long-window variance", &x.LongWindow, theory.LongWindow, 0)
		near(t, "CV", x.CV, theory.CV, 0)
		near(t, "Fano factor", x.Fano, theory.CV*theory.CV, 0)
		near(t, "χ", x.Chi, 1/math.Sqrt(float64(x.N)), 0)
		near(t, "correlation of potentials", x.States, 0, 0)
		near(t, "correlation of spikes", x.Spikes, 0, 0)
		near(t, "φ²", x.Contingency, 0, 0)
		if x.Spectrum.Wide < len(x.Spectrum.X) || x.Intervals.Wide < len(x.Intervals.X) {
			t.Errorf("N = %d: theory outside the bands of 99.9 %%: spectrum %d of %d, intervals %d of %d", x.N, x.Spectrum.Wide, len(x.Spectrum.X), x.Intervals.Wide, len(x.Intervals.X))
		}
	}
	if r.Verdict == string(compare.Disagrees) {
		t.Errorf("%s: %+v", r.Text, r.Populations[0].Checks)
	}
}

// Coupling, a delay and a refractory time change the theory, and the network with it; order 1/N is left room.
func TestCoupled(t *testing.T) {
	for name, set := range map[string][]string{
		"excitatory": {"coupling.b=0.8"},
		"refractory": {"coupling.b=-2", "neuron.refractory={law: exponential, tau: 0.5}"},
		"linear":     {"coupling.b=-3", "coupling.delay=0.7"},
	} {
		r := run(t, plan(t, name, []int{400}, set...))
		x, theory := r.Populations[0].Sizes[0], r.Populations[0].Theory
		for _, c := range r.Populations[0].Checks {
			t.Logf("%s: %s: %s: %s", name, c.Verdict, c.Quantity, c.Text)
		}
		if math.Abs(theory.LongWindow/theory.Uncoupled-1) < 0.2 {
			t.Errorf("%s: coupling makes no difference", name)
		}
		near(t, name+": long-window variance", &x.LongWindow, theory.LongWindow, 5*theory.LongWindow/400)
		near(t, name+": rate", &x.Rate, theory.Rate, 5*theory.Rate/400)
		if x.Spectrum.Wide < len(x.Spectrum.X) {
			t.Errorf("%s: the spectrum is outside its band of 99.9 %% at %d points", name, len(x.Spectrum.X)-x.Spectrum.Wide)
		}
	}
}

// The result depends on neither workers nor chance.
func TestWorkers(t *testing.T) {
	var texts []string
	for _, workers := range []int{1, 3} {
		p := plan(t, "excitatory", []int{100})
		p.Workers, p.Time = workers, 130
		text, err := json.Marshal(run(t, p))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Error("1 and 3 workers differ")
	}
}

// Other models have no theory here, and are measured all the same; populations by themselves.
func TestWithoutTheory(t *testing.T) {
	for _, name := range []string{"elapsed-inhibitory-delay", "ei-asynchronous"} {
		p := plan(t, name, []int{60})
		p.Time = 200
		r := run(t, p)
		if len(r.Notes) == 0 || r.Verdict != string(compare.NotEnoughData) {
			t.Errorf("%s: %q, notes %q", name, r.Verdict, r.Notes)
		}
		for _, x := range r.Populations {
			if x.Theory != nil || x.Sizes[0].CV == nil || !(x.Sizes[0].LongWindow.Value > 0) {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}

// All faults at once.
func TestFaults(t *testing.T) {
	p := plan(t, "linear", []int{1, 1})
	p.Time, p.BurnIn, p.Precision, p.Replicas, p.Bin = 10, -1, 2, 1, 1e-9
	var faults neuron.Faults
	if !errors.As(p.Validate(), &faults) || len(faults) < 7 {
		t.Errorf("%v", p.Validate())
	}
}

// A study that is cancelled leaves what it has.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := plan(t, "linear", []int{20, 100_000})
	p.Precision, p.Time = 0.9, 150
	p.Progress = func(float64) { cancel() }
	r, err := Run(ctx, p)
	if !errors.Is(err, context.Canceled) || len(r.Populations[0].Sizes) != 1 {
		t.Errorf("%v, %d sizes", err, len(r.Populations[0].Sizes))
	}
}
