package play

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"lapicque/compare"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// A model without an equation is held against networks of 2N: independent neurons agree with twice as many, the
// differences are those of the two sides, and no number depends on the workers.
func TestDoubling(t *testing.T) {
	set := []string{"particles.N=100", "coupling.pulse=0", "time.end=20", "time.snapshots=[10, 20]"}
	folder := filepath.Join(t.TempDir(), "run")
	f, err := store.Create(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "hodgkin-huxley", both, append(set, "expect=[]")...)
	out, err := Play(t.Context(), s, Options{Sides: both, Workers: 1, Folder: f})
	if err != nil {
		t.Fatal(err)
	}
	if out.MeanField != nil || out.Doubled == nil || out.Doubled.N != 200 || out.Doubled.Spikes <= out.Network.Spikes {
		t.Fatalf("sides: %+v", out.Doubled)
	}
	if c := out.Compare; c.Kind != Doubling || c.Verdict != compare.Agrees || len(c.Snapshots) != 2 {
		t.Errorf("comparison: %+v", c)
	}
	for i, d := range out.Compare.Snapshots {
		n, m := out.Network.Snapshots[i], out.Doubled.Snapshots[i]
		if got, want := float64(d.RateError), float64(n.Rate-m.Rate); math.Abs(got-want) > 1e-12 {
			t.Errorf("t = %v: rate error %v, rates differ by %v", d.Time, got, want)
		}
		if got, want := float64(d.MeanError), float64(n.Mean-m.Mean); math.Abs(got-want) > 1e-9 {
			t.Errorf("t = %v: error of the mean %v, means differ by %v", d.Time, got, want)
		}
		if n.Mean == m.Mean {
			t.Error("both sides are the same networks")
		}
	}
	if rates := columns(t, folder, "rates.csv"); len(rates["doubled_rate"]) != 10 || rates["meanfield_rate"] != nil {
		t.Errorf("rates.csv: %v", rates)
	}
	if side := columns(t, folder, "snapshots.csv")["side"]; !slices.Contains(side, "doubled") || !slices.Contains(side, "network") {
		t.Errorf("snapshots.csv: %v", side)
	}
	again, err := Play(t.Context(), s, Options{Sides: both, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	out.Folder = ""
	if untimed(t, out) != untimed(t, again) {
		t.Error("the summary depends on the workers")
	}
}

// Where a spike of one neuron moves few others far, twice as many neurons behave differently.
func TestDoublingSeesFiniteSize(t *testing.T) {
	s := load(t, "hodgkin-huxley", both, "particles.N=2", "particles.replicas=400", "coupling.pulse=-60", "time.end=30",
		"time.snapshots=[30]", "record.raster.neurons=0", "record.rate_bin=10", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if out.Compare.Verdict != compare.Disagrees {
		t.Errorf("2 neurons against 4 with kicks of −30: %s", out.Compare.Snapshots[0].Text)
	}
}

// A network alone needs nothing to be held against; its estimate does neither.
func TestNetworkWithoutEquation(t *testing.T) {
	alone := scenario.Sides{Network: true}
	s := load(t, "hodgkin-huxley", alone, "particles.N=50", "time.end=5", "time.snapshots=[5]")
	out, err := Play(t.Context(), s, Options{Sides: alone})
	if err != nil || out.Doubled != nil || out.Compare != nil || len(out.Network.Snapshots) != 1 {
		t.Errorf("%v %+v", err, out)
	}
	one, err := NewEstimate(t.Context(), s, Options{Sides: alone})
	if err != nil {
		t.Fatal(err)
	}
	if !(one.Seconds > 0 && one.Disk > 0) {
		t.Errorf("%+v", one)
	}
}

// With √1.5 times the bounds against a known law, W1 and KS between independent samples of n and 2n exceed those
// of one in twenty once in twenty.
func TestWidened(t *testing.T) {
	const n, trials = 400, 1000
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(count int) []float64 {
		list := make([]float64, count)
		for i := range list {
			list[i] = r.NormFloat64()
		}
		slices.Sort(list)
		return list
	}
	large := draw(200000)
	edges, values := empirical(large)
	a := (&evidence{}).widened(compare.Assess(compare.Snapshot{MeanField: compare.Density{Edges: edges, Values: values}, Variance: 1,
		Samples: [][]float64{draw(n)}, Bins: []float64{-4, 0, 4}}), 1)
	w1, ks := 0.0, 0.0
	for range trials {
		edges, values := empirical(draw(2 * n))
		d, x := compare.Density{Edges: edges, Values: values}, draw(n)
		if compare.W1(x, d) > a.Null.W1.Q95 {
			w1++
		}
		if compare.KS(x, d) > a.Null.KS.Q95 {
			ks++
		}
	}
	bound := 4 * math.Sqrt(0.05*0.95*trials)
	if math.Abs(w1-0.05*trials) > bound || math.Abs(ks-0.05*trials) > bound {
		t.Errorf("exceeded %v (W1) and %v (KS) times of %d, expected %v ± %.0f", w1, ks, trials, 0.05*trials, bound)
	}
}

// An empirical density has mass 1 and the sample's own distribution function, whatever values are equal.
func TestEmpirical(t *testing.T) {
	for name, sample := range map[string][]float64{
		"one": {3}, "equal": {2, 2, 2}, "two": {1, 2}, "first equal": {0, 0, 0, 1}, "last equal": {0, 1, 1, 1},
	} {
		edges, values := empirical(sample)
		mass := 0.0
		for i, v := range values {
			mass += v * (edges[i+1] - edges[i])
		}
		if math.Abs(mass-1) > 1e-6 || len(edges) != len(values)+1 || !slices.IsSorted(edges) {
			t.Errorf("%s: mass %v, edges %v", name, mass, edges)
		}
	}
	sample := make([]float64, 5001)
	for i := range sample {
		sample[i] = math.Pow(float64(i)/5000, 3)
	}
	edges, values := empirical(sample)
	if d := compare.KS(sample, compare.Density{Edges: edges, Values: values}); d > 1.0/quantiles {
		t.Errorf("KS from itself %v", d)
	}
}

// At the start from one potential there is no law to compare, and nothing is said against the model.
func TestDoublingFromAPoint(t *testing.T) {
	s := load(t, "hodgkin-huxley", both, "particles.N=200", "coupling.pulse=0", "initial={from: -60, to: -60}", "time={end: 5, snapshots: [0, 5]}",
		"record.raster.neurons=0", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if c := out.Compare; c.Snapshots[0].Verdict != NotJudged || c.Snapshots[1].Verdict != compare.Agrees || c.Verdict != compare.Agrees {
		t.Errorf("%+v", c)
	}
}
