package play

import (
	"math"
	"strings"
	"testing"

	"lapicque/compare"
	"lapicque/mfield/elapsed"
	"lapicque/runs/scenario"
)

// alone asks for the mean field.
var alone = scenario.Sides{MeanField: true}

// TestElapsedPeriodic: told to jump, the mean field is the explicit solution, snapshots and means over bins across jumps; that it is not
// unique is said, and the network is not judged.
func TestElapsedPeriodic(t *testing.T) {
	s := load(t, "elapsed-periodic", both, "particles.N=500", "particles.replicas=2", "time.end=3", "time.snapshots=[0.25, 0.5, 1.5, 2.25]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	p := elapsed.Periodic{Waits: 1, Period: 1}
	for _, line := range out.MeanField.Snapshots {
		if want := p.Rate(line.Time); math.Abs(float64(line.Rate)-want) > 1e-12 || math.Abs(float64(line.Mass)-1) > 1e-12 {
			t.Errorf("%+v, want N = %v", *line.FieldState, want)
		}
	}
	notes := strings.Join(out.MeanField.Notes, "\n")
	for _, want := range []string{"not unique", "jumps at t = 2 from 0.2254 to 0.6127", "explicit solution"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not in %s", want, notes)
		}
	}
	if out.Outcome != Completed || out.Compare.Verdict != NotJudged || out.Compare.Snapshots[0].Verdict != NotJudged || !strings.Contains(out.Compare.Text, "several solutions") {
		t.Errorf("%s, %+v", out.Outcome, out.Compare)
	}
	head, tail := s.Common()
	start, err := s.Neurons().Start()
	if err != nil {
		t.Fatal(err)
	}
	f, err := solve(t.Context(), s, start, newPlan(head, tail), scenario.AsAsked, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	fired := func(t float64) float64 { return math.Floor(t)*(p.High()-p.Rate(1-1e-16)) - (p.Rate(t) - p.High()) }
	for _, c := range [][2]float64{{0.1, 0.35}, {0.97, 1.01}, {1.003, 2.5}} {
		if d := f.meanRate(0, c[0], c[1]) - (fired(c[1])-fired(c[0]))/(c[1]-c[0]); math.Abs(d) > 1e-6 {
			t.Errorf("mean rate from %v to %v: off by %v", c[0], c[1], d)
		}
	}
}

// ceasing is an instantaneous excitation whose continuous N(t) ends at a fold.
var ceasing = []string{"coupling={b: 0.4}", "neuron.sigma=1", "initial={law: uniform, from: 0, to: 1.2}", "time.end=2", "time.snapshots=[0.1, 1, 2]",
	"particles.N=2000", "particles.replicas=2", "expect=[]"}

// TestCeased: a solution that ends is an outcome told in words; told to go on it jumps, and from then on nothing is judged.
func TestCeased(t *testing.T) {
	out, err := Play(t.Context(), load(t, "elapsed-excitatory", alone, ceasing...), Options{Sides: alone})
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(out.MeanField.Notes, "\n")
	if out.Outcome != Ceased || !strings.Contains(notes, "Ceased: the continuous solution N(t) ends at t = ") || len(out.MeanField.Snapshots) != 1 {
		t.Errorf("%s: %d snapshots, %s", out.Outcome, len(out.MeanField.Snapshots), notes)
	}
	one, err := Sweep{Points: []*scenario.Scenario{load(t, "elapsed-excitatory", alone, ceasing...)}, Side: alone}.Run(t.Context())
	if err != nil || one[0].Outcome != PointCeased || one[0].Reason == "" {
		t.Errorf("%+v, %v", one, err)
	}
	s := load(t, "elapsed-excitatory", both, append(ceasing, "meanfield.continue=true", "meanfield.jump=highest")...)
	out, err = Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	verdicts := out.Compare.Snapshots
	if out.Outcome != Completed || len(verdicts) != 3 || verdicts[0].Verdict == NotJudged || verdicts[2].Verdict != NotJudged || !strings.Contains(verdicts[2].Text, "has jumped") {
		t.Errorf("%s: %+v", out.Outcome, verdicts)
	}
}

// TestElapsedSweep: small perturbations of the steady state grow at delays between those that the characteristic equation gives, and fade elsewhere.
func TestElapsedSweep(t *testing.T) {
	var points []*scenario.Scenario
	for _, d := range []string{"0.5", "0.95", "1.5"} {
		points = append(points, load(t, "elapsed-inhibitory-delay", alone, "coupling.delay="+d, "coupling.past=0.3", "time.end=60", "time.snapshots=[60]",
			"meanfield.rtol=1e-4", "initial={law: steady, rate: 0.42}"))
	}
	found, err := Sweep{Points: points, Side: alone}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []PointOutcome{Stationary, Oscillating, Stationary} {
		if found[k].Outcome != want {
			t.Errorf("%d: %+v, want %s", k, found[k], want)
		}
	}
}

// TestElapsedAgree: a small network of each transmission and hazard against its equation, by the rates and ages at snapshots.
func TestElapsedAgree(t *testing.T) {
	for name, set := range map[string][]string{
		"discrete":      {"coupling={b: 1, delay: 0.3}", "neuron={hazard: step, sigma: {law: exponential, base: 0.5, amplitude: 0.3, scale: 1}}"},
		"instantaneous": {"coupling={b: 0.2}", "neuron.phi={law: hill, base: 2, amplitude: 1, scale: 1, power: 2}"},
		"smooth":        {"neuron={hazard: smooth, sigma: 0.7, phi: 3, width: 0.2}"},
	} {
		s := load(t, "elapsed-excitatory", both, append(set, "particles.N=2000", "particles.replicas=10", "time.end=1.5", "time.snapshots=[0.5, 1.5]", "expect=[]")...)
		out, err := Play(t.Context(), s, Options{Sides: both})
		if err != nil {
			t.Fatal(name, err)
		}
		if out.Compare.Verdict != compare.Agrees {
			t.Errorf("%s: %s", name, out.Compare.Text)
		}
		for _, line := range out.Compare.Snapshots {
			if d := line.Difference; math.Abs(float64(d.RateError)) > 4*float64(d.RateErrorSE) || math.Abs(float64(d.MeanError)) > 4*float64(d.MeanErrorSE) {
				t.Errorf("%s, t = %v: %+v", name, line.Time, d)
			}
		}
	}
}
