package renewal

import (
	"context"
	"math"
	"slices"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
)

func affine(base, slope float64) neuron.Curve {
	return neuron.Curve{Law: neuron.AffineCurve, Base: base, Amplitude: slope}
}

func hill(base, amplitude float64) neuron.Curve {
	return neuron.Curve{Law: neuron.HillCurve, Base: base, Amplitude: amplitude, Scale: 1, Power: 2}
}

func run(t *testing.T, c Config, until float64, obs ...network.Observer) *Network {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until, obs...); err != nil {
		t.Fatal(err)
	}
	return n
}

// laws are one of each hazard and transmission.
func laws() map[string]Config {
	inhibitory := neuron.ElapsedTime{Sigma: affine(0.5, 2)}
	phiStep := neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: neuron.Curve{Base: 0.5}, Phi: hill(0.5, 3)}
	smooth := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: affine(0.6, 0.5), Phi: hill(1, 2), Width: 0.2}
	return map[string]Config{
		"free":                           {Law: inhibitory},
		"free, smooth":                   {Law: smooth},
		"step, delay":                    {Law: inhibitory, Synapses: neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.63, Past: 0.4}},
		"phi-step, instantaneous":        {Law: phiStep, Synapses: neuron.Synapses{B: 0.5}},
		"phi-step, exponential delay":    {Law: phiStep, Synapses: neuron.Synapses{B: 1, Transmission: neuron.Distributed, Delay: 0.4}},
		"smooth, instantaneous":          {Law: smooth, Synapses: neuron.Synapses{B: 0.7}},
		"smooth, delay shorter than dt ": {Law: smooth, Synapses: neuron.Synapses{B: 0.7, Transmission: neuron.Discrete, Delay: 0.03}},
	}
}

// TestWorkers: the same spikes, to the last bit, for any number of workers, with or without observers, and after a stop on the grid.
func TestWorkers(t *testing.T) {
	for name, c := range laws() {
		c.N, c.Dt, c.Seed, c.Initial = 9000, 0.05, 7, neuron.Exponential{Rate: 1}
		var spikes [2][]network.Spike
		for k, workers := range []int{1, 3} {
			c.Workers = workers
			run(t, c, 2, watch(func(f *network.Frame) { spikes[k] = append(spikes[k], f.Spikes()...) }))
		}
		if len(spikes[0]) == 0 || !slices.Equal(spikes[0], spikes[1]) {
			t.Errorf("%s: %d and %d spikes, not the same", name, len(spikes[0]), len(spikes[1]))
		}
		for k := 1; k < len(spikes[0]); k++ {
			if spikes[0][k].Time < spikes[0][k-1].Time {
				t.Fatalf("%s: spikes are out of order", name)
			}
		}
		if plain := run(t, c, 2).Ages(nil); plain[0] < 0 || plain[0] != run(t, c, 2, watch(func(*network.Frame) {})).Ages(nil)[0] {
			t.Errorf("%s: observers change the network", name)
		}
	}
}

// TestIntervals: without coupling intervals are independent draws of the law: their distribution by a Kolmogorov test at 4σ
// (P(√n·D > 2.24) < 1e−4), for a step, and for the thinning of a smooth hazard whose input is held at a constant by a past.
func TestIntervals(t *testing.T) {
	for name, c := range laws() {
		if c.Synapses.B != 0 && name != "step, delay" {
			continue
		}
		x := 0.0
		until, from := 30.0, 0.0
		if name == "step, delay" { // all of the run sees the past
			c.Synapses.Delay, x, until = 40, 0.4, 40
		}
		c.N, c.Dt, c.Seed, c.Initial = 2000, 0.5, 3, neuron.Point{Potential: 0}
		last := make([]float64, c.N)
		var intervals []float64
		run(t, c, until, watch(func(f *network.Frame) {
			for _, s := range f.Spikes() {
				if last[s.Neuron] == from { // the first of each, so that long ones are not missed
					intervals = append(intervals, s.Time)
				}
				last[s.Neuron] = s.Time
			}
		}))
		slices.Sort(intervals)
		one := c.Law.Interval(x)
		d := 0.0
		for k, s := range intervals {
			d = max(d, math.Abs(1-one.Survival(s)-(float64(k)+0.5)/float64(len(intervals))))
		}
		if d *= math.Sqrt(float64(len(intervals))); d > 2.24 || len(intervals) != c.N {
			t.Errorf("%s: %d intervals, √n·D = %.2f", name, len(intervals), d)
		}
	}
}

// TestExponential: mean, variance and distribution of the ziggurat, at 4σ.
func TestExponential(t *testing.T) {
	c := laws()["free"]
	c.N, c.Dt, c.Initial, c.Seed = 1, 1, neuron.Exponential{Rate: 1}, 5
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	const draws = 1_000_000
	var sum, square float64
	tailed := 0
	counts := make([]float64, 40)
	for range draws {
		e := n.blocks[0].exponential()
		sum, square = sum+e, square+e*e
		if e > tail {
			tailed++
		}
		counts[min(int(-math.Expm1(-e)*40), 39)]++
	}
	if z := (sum/draws - 1) * 1000; math.Abs(z) > 4 {
		t.Errorf("mean off by %.1f σ", z)
	}
	if z := (square/draws - 2) / math.Sqrt(20) * 1000; math.Abs(z) > 4 {
		t.Errorf("second moment off by %.1f σ", z)
	}
	chi := 0.0
	for _, k := range counts {
		chi += (k - draws/40) * (k - draws/40) / (draws / 40)
	}
	if z := (chi - 39) / math.Sqrt(78); math.Abs(z) > 4 {
		t.Errorf("χ² off by %.1f σ", z)
	}
	p := math.Exp(-tail)
	if z := (float64(tailed) - draws*p) / math.Sqrt(draws*p); math.Abs(z) > 4 {
		t.Errorf("tail off by %.1f σ", z)
	}
}

// TestImplicit: the rate of an instantaneous transmission solves its equation in each cell up to one neuron.
func TestImplicit(t *testing.T) {
	for name, c := range laws() {
		if c.Synapses.Transmission != neuron.Instantaneous || c.Synapses.B == 0 {
			continue
		}
		c.N, c.Dt, c.Seed, c.Initial = 20000, 0.05, 2, neuron.Exponential{Rate: 1}
		n := run(t, c, 0.05)
		for k := 2; k < 40; k++ {
			if err := n.Run(context.Background(), float64(k)*0.05); err != nil {
				t.Fatal(err)
			}
			if e := math.Abs(n.excess(n.rate)); e > 3*n.bounds.Rate/float64(c.N) {
				t.Errorf("%s: excess %v at %v", name, e, n.Time())
			}
		}
	}
}

// TestAllFaultsAtOnce: every fault at once, with its field.
func TestAllFaultsAtOnce(t *testing.T) {
	c := Config{Law: neuron.ElapsedTime{Sigma: affine(0.5, -1)}, Synapses: neuron.Synapses{B: 1, Delay: 1}, Dt: -1, Workers: -1, Initial: neuron.Point{Potential: -1}}
	_, err := New(c)
	var fields []string
	fs, _ := err.(neuron.Faults)
	for _, f := range fs {
		fields = append(fields, f.Field)
	}
	want := []string{"neuron.sigma", "coupling.delay", "particles.N", "particles.dt", "workers", "initial"}
	if !slices.Equal(fields, want) {
		t.Errorf("faults %v, want %v", fields, want)
	}
}
