package fit

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/runs/store"
)

func long(t *testing.T) {
	if os.Getenv("LAPICQUE_LONG") == "" {
		t.Skip("takes a minute: LAPICQUE_LONG=1")
	}
}

// made returns a recording that went through a file, so that spikes stand in rows.
func made(t *testing.T, name string, change func(*Plan)) *Recording {
	t.Helper()
	plan, err := NewPlan(name)
	if err != nil {
		t.Fatal(err)
	}
	plan.Seed = 3
	change(&plan)
	r, err := Make(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "made")
	folder, err := store.Create(dir, false)
	if err == nil {
		err = r.Write(folder)
	}
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(filepath.Join(dir, "recording.parquet"), detection)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// values returns the fitted parameters by name.
func values(m Fitted) map[string]float64 {
	out := map[string]float64{}
	for _, p := range m.Parameters {
		out[p.Name] = p.Value
	}
	return out
}

// TestPlantedLIF recovers the parameters of a LIF neuron from 4 s of its spikes, in rows of 0.1 ms: time constant and resistance to 1 %, the potential after a spike and the
// refractory time, which nearly make up for each other, to 0.5 mV and 0.2 ms.
func TestPlantedLIF(t *testing.T) {
	plant := &membrane.LIF{Tau: 14, Resistance: 80, Leak: -65, Threshold: -50, Return: -60, Pause: 3}
	r := made(t, "lif", func(p *Plan) { p.Model, p.Duration = plant, 4000 })
	out, err := Run(t.Context(), r, Options{Models: []string{"lif"}, Delta: 2, Split: 0.7, Starts: 3, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	m := out.Models[0]
	got := values(m)
	t.Logf("%d spikes, Γ = %.3f and %.3f held out, %v", len(r.Spikes[0]), m.Train.Gamma, m.Test.Gamma, got)
	if m.Test.Gamma < 0.95 || math.Abs(got["tau"]/14-1) > 0.01 || math.Abs(got["R"]/80-1) > 0.01 || math.Abs(got["V_reset"]+60) > 0.5 || math.Abs(got["t_ref"]-3) > 0.2 {
		t.Errorf("Γ = %v, %v", m.Test.Gamma, got)
	}
}

// TestPlantedAdaptiveExponential does the same for an adaptive exponential neuron: scales to 5 %, Δ_T and a to 10 %, the potential after a spike to 5 mV, since the refractory time
// makes up for it.
func TestPlantedAdaptiveExponential(t *testing.T) {
	long(t)
	r := made(t, "adex", func(p *Plan) { p.Duration = 7000 })
	out, err := Run(t.Context(), r, Options{Models: []string{"adex"}, Delta: 2, Split: 0.7, Starts: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	m := out.Models[0]
	got, want := values(m), membrane.NewAdaptiveExponential()
	t.Logf("%d spikes, Γ = %.3f and %.3f held out, %v", len(r.Spikes[0]), m.Train.Gamma, m.Test.Gamma, got)
	if m.Test.Gamma < 0.95 {
		t.Errorf("Γ = %v", m.Test.Gamma)
	}
	for name, c := range map[string]struct{ want, within float64 }{
		"C": {want.Capacitance, 0.05 * want.Capacitance}, "g_L": {want.Conductance, 0.05 * want.Conductance}, "tau_w": {want.Tau, 0.05 * want.Tau},
		"b": {want.Step, 0.05 * want.Step}, "V_reset": {want.Return, 5}, "Delta_T": {want.Softness, 0.2}, "a": {want.Coupling, 0.4},
	} {
		if math.Abs(got[name]-c.want) > c.within {
			t.Errorf("%s = %v, want %v", name, got[name], c.want)
		}
	}
}

// TestBitsDoNotDependOnWorkers, for all models, with repeats of a noisy neuron.
func TestBitsDoNotDependOnWorkers(t *testing.T) {
	r := made(t, "lif", func(p *Plan) { p.Duration, p.Repeats, p.Noise, p.Mean = 600, 2, 0.3, 0.4 })
	defer func(a, b, c stage) { wide, narrow, last = a, b, c }(wide, narrow, last)
	wide.generations, narrow.generations, last.generations = 3, 2, 3
	var first string
	for _, workers := range []int{1, 3} {
		o := Options{Models: Models(), Delta: 2, Split: 0.6, Starts: 3, Seed: 5, Workers: workers}
		final := 0.0
		o.Progress = func(x float64) {
			if x < final || x > 1 {
				t.Errorf("progress from %v to %v", final, x)
			}
			final = x
		}
		out, err := Run(t.Context(), r, o)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(final-1) > 1e-9 {
			t.Errorf("progress ends at %v", final)
		}
		if out.Reliability == nil || out.Models[0].Relative == nil || len(out.Models) != 4 {
			t.Errorf("%+v", out)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Errorf("%d workers:\n%s\n%s", workers, text, first)
		}
	}
}

// TestRunStops where its context does.
func TestRunStops(t *testing.T) {
	r := made(t, "lif", func(p *Plan) { p.Duration = 1000 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, r, Options{Models: []string{"lif"}, Delta: 2, Split: 0.6, Starts: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestRefusals: options, splits without spikes, plans.
func TestRefusals(t *testing.T) {
	r := &Recording{Dt: 1, Current: make([]float64, 100), Spikes: [][]float64{{10, 20}, {10}}}
	_, early := Run(t.Context(), r, Options{Models: []string{"lif"}, Delta: 200, Split: 0.9, Starts: 1})
	_, err := Run(t.Context(), r, Options{Models: []string{"lif", "lif", "hh"}, Delta: -1, Split: 1, Workers: -1})
	plan, _ := NewPlan("lif")
	plan.Duration, plan.Step, plan.Mean, plan.Deviation, plan.Noise, plan.Repeats = 1, 0, math.NaN(), 0, -1, 0
	_, none := NewPlan("squid")
	for _, c := range []struct {
		err  error
		want []string
	}{
		{early, []string{"spikes_1: 2 before the split at 90 ms and 0", "spikes_2: 1 before", "delta: 200", "current: nowhere above 0"}},
		{err, []string{"model: lif", "model: hh", "delta: -1", "split: 1", "starts: 0", "workers: -1"}},
		{plan.Validate(), []string{"step: 0", "mean: NaN", "deviation: 0", "noise: -1", "repeats: 0"}},
		{none, []string{"make: squid"}},
	} {
		var faults neuron.Faults
		if !errors.As(c.err, &faults) {
			t.Errorf("%v", c.err)
		}
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("no %q in\n%v", want, c.err)
			}
		}
	}
}

// TestPredictionOfTruth: the neuron that made the spikes predicts them but for the error of the coarse steps; another resistance does not.
func TestPredictionOfTruth(t *testing.T) {
	for _, name := range Models() {
		r := made(t, name, func(p *Plan) { p.Duration = 3000 })
		split, err := NewSplit(r, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		trial := newTrial(r, split, 2, 2)
		m, err := membrane.New(name)
		if err != nil {
			t.Fatal(err)
		}
		c := candidate{m.(membrane.Sampled), map[string]float64{"adex": 1000}[name], 0}
		if c.gain == 0 {
			c.gain = 1
		}
		right := trial.prediction(c, 0, 5)
		c.gain *= 0.9
		wrong := trial.prediction(c, 0, 5)
		t.Logf("%s: %.3f, with nine tenths of the current %.3f", name, right, wrong)
		if right < 0.95 || wrong > right-0.05 {
			t.Errorf("%s: %v, with nine tenths of the current %v", name, right, wrong)
		}
	}
}
