package biophysical

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/network"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// laws are the networks that every test of bits and bounds runs.
func laws() map[string]Config {
	c := crowd(2100)
	heun := c
	heun.Scheme, heun.Dt = Heun, 0.02
	nagumo := c
	nagumo.Law, nagumo.Current, nagumo.Noise, nagumo.Recovery = membrane.NewFitzHughNagumo(), neuron.Constant(0.5), 0.1, 0.05
	nagumo.Coupling, nagumo.Initial = Coupling{Pulse: 0.1, Conductance: 0.1, Decay: 5}, neuron.Uniform{From: -2, To: 1}
	lecar := c
	lecar.Law, lecar.Current, lecar.Noise = membrane.NewMorrisLecar(membrane.MorrisLecarHopf), neuron.Constant(200), 1
	return map[string]Config{"splitting": c, "Heun": heun, "FitzHugh–Nagumo": nagumo, "Morris–Lecar": lecar}
}

func TestBitsDoNotDependOnWorkersOrObservers(t *testing.T) {
	for name, c := range laws() {
		c.Workers = 1
		var all train
		first := run(t, c, 9.013, &all)
		if len(all.times) == 0 || !slices.IsSorted(all.times) {
			t.Errorf("%s: %d spikes, in order: %v", name, len(all.times), slices.IsSorted(all.times))
		}
		for _, w := range []int{2, 3} {
			c.Workers = w
			second := run(t, c, 9.013)
			for j := range first.blocks[0].y {
				if !slices.Equal(first.Variable(j, nil), second.Variable(j, nil)) {
					t.Errorf("%s: variable %d differs with %d workers", name, j, w)
				}
			}
			if first.Conductance() != second.Conductance() || second.Time() != 9.013 {
				t.Errorf("%s: conductance %v and %v at %v", name, first.Conductance(), second.Conductance(), second.Time())
			}
		}
	}
}

// Hodgkin–Huxley neurons by the splitting and, without its table and formulas, by Heun from the law itself: the rates
// and the moments of the potential agree within four standard errors.
func TestSchemesAgree(t *testing.T) {
	c := crowd(2048)
	c.Coupling, c.Dt = Coupling{}, 0.02
	var means, errors [2][3]float64
	for k, scheme := range []Scheme{Fastest, Heun} {
		c.Scheme, c.Seed = scheme, uint64(k)
		var all train
		n := run(t, c, 40, &all)
		v, gate := n.Variable(0, nil), n.Variable(3, nil)
		counts := float64(len(all.times)) / float64(c.N)
		mean, deviation := stat.MeanStdDev(v, nil)
		gates, spread := stat.MeanStdDev(gate, nil)
		root := math.Sqrt(float64(c.N))
		means[k] = [3]float64{counts, mean, gates}
		errors[k] = [3]float64{math.Sqrt(counts) / root, deviation / root, spread / root}
	}
	for q, name := range []string{"spikes", "potential", "potassium gate"} {
		gap, se := means[0][q]-means[1][q], math.Hypot(errors[0][q], errors[1][q])
		t.Logf("%s: %.4f and %.4f, standard error %.4f", name, means[0][q], means[1][q], se)
		if !(math.Abs(gap) < 4*se) {
			t.Errorf("%s: %v by the splitting, %v by Heun", name, means[0][q], means[1][q])
		}
	}
}

// The table of the gates against the law at potentials between its nodes.
func TestGateTable(t *testing.T) {
	law := membrane.NewHodgkinHuxley()
	g := newGates(law, 0.05)
	worst := 0.0
	for k := range 20000 {
		v := -105 + 170*(float64(k)+0.37)/20000
		at := (v - g.from) * g.perMillivolt
		cell := &g.cells[int(at)]
		for j, want := range g.exact(v) {
			worst = math.Max(worst, math.Abs(cell[j].at(at-math.Floor(at))-want))
		}
	}
	t.Logf("largest error %.1e", worst)
	if worst > 1e-9 {
		t.Errorf("the table errs by %.1e", worst)
	}
}

// Without active conductances the potential is an Ornstein–Uhlenbeck process: its law at every time is known. Pulses and the
// synaptic conductance are off.
func TestPassiveMembrane(t *testing.T) {
	law := membrane.NewHodgkinHuxley()
	law.GNa, law.GK, law.GL, law.Capacitance = 0, 0, 0.5, 2
	c := Config{N: 100_000, Law: law, Current: neuron.Constant(3), Noise: 4, Dt: 0.1, Initial: neuron.Point{Potential: -70}, Seed: 3}
	const end = 5.0
	decay, target := math.Exp(-end*0.25), law.VL+6
	mean, variance := target+(-70-target)*decay, 16*(1-decay*decay)/0.5
	got, deviation := stat.MeanStdDev(run(t, c, end).Variable(0, nil), nil)
	n := float64(c.N)
	t.Logf("mean %.4f (%.4f), variance %.4f (%.4f)", got, mean, deviation*deviation, variance)
	if math.Abs(got-mean) > 4*math.Sqrt(variance/n)+1e-3 || math.Abs(deviation*deviation-variance) > 4*variance*math.Sqrt(2/n)+1e-3 {
		t.Errorf("mean %v, want %v; variance %v, want %v", got, mean, deviation*deviation, variance)
	}
}

// Drifts and offsets together move every potential by J/N a spike, however Run is cut.
func TestPulsesAreAllDelivered(t *testing.T) {
	c := crowd(500)
	c.Coupling = Coupling{Pulse: 2}
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	count, moved := 0, 0.0
	sum := observe(func(f *network.Frame) { count += f.Count; moved += n.step.push*n.step.h + n.step.excess })
	for _, until := range []float64{7.003, 19.99, 30} {
		if err := n.Run(context.Background(), until, sum); err != nil {
			t.Fatal(err)
		}
	}
	want := 2 * float64(count) / float64(c.N)
	if count == 0 || math.Abs(moved-want) > 1e-12*want {
		t.Errorf("%d spikes moved the potentials by %v, want %v", count, moved, want)
	}
}

// The synaptic conductance is the sum of what each spike opened, decayed.
func TestConductance(t *testing.T) {
	c := crowd(1000)
	var all train
	n := run(t, c, 25.01, &all)
	want := 0.0
	for _, at := range all.times {
		want += c.Coupling.Conductance / float64(c.N) * math.Exp((at-n.Time())/c.Coupling.Decay)
	}
	if got := n.Conductance(); len(all.times) == 0 || math.Abs(got-want) > 1e-12*want {
		t.Errorf("conductance %v, want %v from %d spikes", got, want, len(all.times))
	}
}

type observe func(*network.Frame)

func (o observe) Observe(f *network.Frame) error { o(f); return nil }

// What the network shows agrees with what it holds: raster, counter, potentials.
func TestObservers(t *testing.T) {
	c := crowd(100)
	counter := network.NewCounter([]float64{0, 5, 12.3, 30})
	seen := 0
	raster := &network.Raster{Neurons: 50, To: 30, Sink: func(s []network.Spike) error { seen += len(s); return nil }}
	low := 0
	var all train
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	look := observe(func(f *network.Frame) {
		if f.N() != 100 || math.IsNaN(f.Potential(99)) {
			t.Fatal("a neuron has no potential")
		}
		for _, s := range f.Spikes() {
			if s.Time < f.Start || s.Time > f.End {
				t.Errorf("a spike at %v outside of its step", s.Time)
			}
			if s.Neuron < 50 {
				low++
			}
		}
	})
	if err := n.Run(context.Background(), 30, counter, raster, look, &all); err != nil {
		t.Fatal(err)
	}
	if sum := counter.Counts[0] + counter.Counts[1] + counter.Counts[2]; int(sum) != len(all.times) || sum == 0 || seen != low || seen == 0 {
		t.Errorf("%d counted, %d seen; %d of the first half in the raster, %d seen", sum, len(all.times), seen, low)
	}
}

// A step longer than the run, one neuron, a cancelled context, an observer that gives up.
func TestEdges(t *testing.T) {
	c := crowd(1)
	c.Dt = 1
	if n := run(t, c, 0.02); n.Time() != 0.02 || math.IsNaN(n.Potential(0)) {
		t.Errorf("time %v, potential %v", n.Time(), n.Potential(0))
	}
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := n.Run(ctx, 10); !errors.Is(err, context.Canceled) || n.Time() != 0 {
		t.Errorf("cancelled: %v at %v", err, n.Time())
	}
	enough := errors.New("enough")
	if err := n.Run(context.Background(), 10, failing{enough}); !errors.Is(err, enough) {
		t.Errorf("an observer's error: %v", err)
	}
	c.Law, c.Dt, c.Initial = membrane.NewFitzHughNagumo(), 5, neuron.Point{Potential: 3}
	n, err = New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), 100); err == nil {
		t.Error("a step far too long goes unnoticed")
	}
}

type failing struct{ err error }

func (f failing) Observe(*network.Frame) error { return f.err }

func TestFaults(t *testing.T) {
	nan := math.NaN()
	law := membrane.NewHodgkinHuxley()
	law.Capacitance, law.GK = -1, nan
	c := Config{
		Law: law, Current: neuron.Constant(nan), Noise: nan, Recovery: 1, Dt: nan, Workers: -1, Scheme: 7, Initial: neuron.Point{Potential: nan},
		Coupling: Coupling{Pulse: nan, Conductance: 1, Decay: 0, Reversal: math.Inf(1)},
	}
	_, err := New(c)
	list, ok := err.(neuron.Faults)
	if !ok || len(list) != 13 {
		t.Errorf("%d faults: %v", len(list), err)
	}
	for _, law := range []membrane.Model{nil, membrane.NewLIF(), membrane.NewMitchellSchaeffer()} {
		c := crowd(1)
		c.Law = law
		if err := c.Validate(); err == nil {
			t.Errorf("a network of %T is accepted", law)
		}
	}
	if err := crowd(1).Validate(); err != nil {
		t.Error(err)
	}
}

// Doubling N: the deviation of the population's rate from its mean shrinks by √2, and the means of N and 2N agree
// to what is left. Both are held against the sampling law of 120 replicas.
func TestDoubling(t *testing.T) {
	const replicas, small = 120, 80
	c := crowd(small)
	c.Dt = 0.05
	rates := map[int][]float64{}
	for _, n := range []int{small, 2 * small} {
		c.N = n
		for r := range replicas {
			c.Replica = uint64(r + 1000*n)
			var all train
			run(t, c, 40, &all)
			rates[n] = append(rates[n], float64(len(all.times))/float64(n))
		}
	}
	m1, s1 := stat.MeanStdDev(rates[small], nil)
	m2, s2 := stat.MeanStdDev(rates[2*small], nil)
	se := math.Hypot(s1, s2) / math.Sqrt(replicas)
	t.Logf("spikes per neuron: N = %d: %.4f ± %.4f, 2N: %.4f ± %.4f; ratio of variances %.2f", small, m1, s1, m2, s2, s1*s1/(s2*s2))
	if math.Abs(m1-m2) > 4*se+1/float64(small) {
		t.Errorf("the rates of N and 2N differ by %.4f ± %.4f", m1-m2, se)
	}
	// The logarithm of a ratio of two sample variances has deviation 2/√(n−1).
	if d := math.Log(s1*s1/(s2*s2)) - math.Ln2; math.Abs(d) > 4*2/math.Sqrt(replicas-1) {
		t.Errorf("variance falls by %.2f when N doubles, want 2", s1*s1/(s2*s2))
	}
}
