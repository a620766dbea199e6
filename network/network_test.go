package network

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// standard is the law with V_R = 1, V_F = 2, a = 1 and no current.
func standard() neuron.LIF {
	return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
}

func gaussian(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: 2}
}

func mustRun(t testing.TB, c Config, until float64, obs ...Observer) *Network {
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

// fingerprint is the hash of a raster and of the potentials at its end.
func fingerprint(t *testing.T, c Config, stops []float64, observed bool) [32]byte {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	write := func(x any) {
		if err := binary.Write(h, binary.LittleEndian, x); err != nil {
			t.Fatal(err)
		}
	}
	raster := &Raster{Neurons: c.N, From: 0, To: math.Inf(1), Sink: func(s []Spike) error { write(s); return nil }}
	obs := []Observer{raster}
	if observed {
		obs = append(obs, NewCounter([]float64{0, 0.1, 1}), &CascadeLog{}, observe(func(f *Frame) error { f.Spikes(); f.Potential(0); return nil }))
	}
	for _, until := range stops {
		if err := n.Run(context.Background(), until, obs...); err != nil {
			t.Fatal(err)
		}
	}
	write(n.Potentials(nil))
	return [32]byte(h.Sum(nil))
}

// TestBitsDoNotDependOnWorkersOrObservers: raster and final potentials hash to
// the same for 1, 2, 3 and 7 workers, with and without observers, in one go or
// stopped on the way, for smooth runs and through a macroscopic cascade.
func TestBitsDoNotDependOnWorkersOrObservers(t *testing.T) {
	base := Config{N: 5*4096 + 1, Law: standard(), Initial: gaussian(0, 0.25), Dt: 0.01, Seed: 7}
	cases := map[string]func(*Config){
		"uncoupled":  func(*Config) {},
		"excitatory": func(c *Config) { c.B = 0.5 },
		"inhibitory": func(c *Config) { c.B = -5 },
		"driven":     func(c *Config) { c.Law.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1} },
		"euler":      func(c *Config) { c.Scheme, c.B = Euler, 0.5 },
		"cascade":    func(c *Config) { c.B, c.Initial = 0.5, gaussian(1.83, 0.003) },
		"delayed":    func(c *Config) { c.B, c.Delay = -20, 0.037 },
		"late euler": func(c *Config) { c.Scheme, c.B, c.Delay = Euler, 3, 0.02 },
		"hard":       func(c *Config) { c.B, c.Rule, c.Initial = 3, neuron.Hard, gaussian(1.8, 0.01) },
		"rest":       func(c *Config) { c.B, c.Law.Refractory = 0.5, exponential(0.05) },
		"rest, jump": func(c *Config) { c.N, c.B, c.Law.Refractory, c.Initial = 4097, 3, fixed(0.013), gaussian(1.8, 0.01) },
		"escape":     func(c *Config) { c.B, c.Law, c.Initial = 5, escaping(0.02), wholeLine(1.5, 0.25) },
		"both":       func(c *Config) { c.B, c.Law, c.Law.Refractory = 5, escaping(0.1), fixed(0.013) },
		"noise":      func(c *Config) { c.B, c.Law.A1 = 0.5, 0.3 },
		"late noise": func(c *Config) { c.B, c.Delay, c.Law.A1, c.Law.Refractory = 0.5, 0.037, 0.3, fixed(0.02) },
		"late rest":  func(c *Config) { c.B, c.Delay, c.Law.Refractory = 3, 0.037, exponential(0.004) },
	}
	for name, change := range cases {
		c := base
		change(&c)
		c.Workers = 1
		want := fingerprint(t, c, []float64{0.3}, false)
		for _, workers := range []int{2, 3, 7} {
			c.Workers = workers
			if fingerprint(t, c, []float64{0.3}, false) != want {
				t.Errorf("%s: %d workers give other bits than one", name, workers)
			}
		}
		if fingerprint(t, c, []float64{0.05, 0.1, 0.3}, true) != want {
			t.Errorf("%s: observers or stops change the bits", name)
		}
		c.Replica = 1
		if fingerprint(t, c, []float64{0.3}, false) == want {
			t.Errorf("%s: replica 1 equals replica 0", name)
		}
	}
}

// TestBitsDoNotDependOnTheKernel runs itself once with each of the kernel's paths
// (a path that this processor lacks falls back to another): steady steps, and steps
// halved into a cascade, with 1 and with 3 workers.
func TestBitsDoNotDependOnTheKernel(t *testing.T) {
	if os.Getenv("LAPICQUE_FINGERPRINT") != "" {
		for _, c := range []Config{{B: 0.5, Initial: gaussian(0, 0.25)}, {B: 3, Rule: neuron.Hard, Initial: gaussian(1.8, 0.01)}} {
			c.N, c.Law, c.Dt, c.Seed = 2*4096+1, standard(), 0.05, 7
			for _, c.Workers = range []int{1, 3} {
				fmt.Printf("bits %x\n", fingerprint(t, c, []float64{0.2}, false))
			}
		}
		fmt.Println("path", kernel.Path())
		return
	}
	var first string
	for _, path := range []string{"go", "avx2", "avx512"} {
		child := exec.Command(os.Args[0], "-test.run", "^TestBitsDoNotDependOnTheKernel$")
		child.Env = append(os.Environ(), "LAPICQUE_FINGERPRINT=1", "LAPICQUE_KERNEL="+path)
		out, err := child.Output()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		bits, ran, _ := strings.Cut(string(out), "path ")
		ran, _, _ = strings.Cut(ran, "\n")
		t.Logf("asked for %s, ran %s", path, ran)
		if first == "" {
			first = bits
		}
		if bits != first || strings.Count(bits, "bits") != 4 {
			t.Errorf("%s gives other bits than plain Go:\n%s\n%s", ran, bits, first)
		}
	}
}

// longWindowVariance is N0·CV² at b = 0 (MODELS.md section 13): the variance of
// the spike count of one neuron over a long window, by its length.
const longWindowVariance = 0.171717

// TestStationaryRate: 0.119975965239105 at b = 0 within 4 standard errors, the
// standard error being below 0.05 %; while Euler's end-of-step test loses 15 %.
func TestStationaryRate(t *testing.T) {
	const rate = 0.119975965239105
	n, length := 200_000, 260.0
	if testing.Short() {
		length = 10
	}
	run := func(scheme Scheme, n int, length float64) (got, se float64) {
		count := NewCounter([]float64{5, 5 + length})
		mustRun(t, Config{N: n, Law: standard(), Initial: gaussian(0, 0.25), Dt: 0.01, Seed: 11, Scheme: scheme}, 5+length, count)
		window := float64(n) * length
		return float64(count.Counts[0]) / window, math.Sqrt(longWindowVariance / window)
	}
	got, se := run(Bridge, n, length)
	t.Logf("bridge, dt = 0.01: %.6f ± %.6f, relative error %+.3f %% (s.e. %.3f %%)", got, se, 100*(got/rate-1), 100*se/rate)
	if math.Abs(got-rate) > 4*se {
		t.Errorf("rate %v, want %v ± 4·%v", got, rate, se)
	}
	if !testing.Short() && (se > 5e-4*rate || math.Abs(got-rate) > 2e-3*rate) {
		t.Errorf("rate %v, want %v within 0.2 %% at a standard error below 0.05 %%", got, rate)
	}
	got, se = run(Euler, 50_000, 40)
	t.Logf("euler,  dt = 0.01: %.6f ± %.6f, relative error %+.2f %%", got, se, 100*(got/rate-1))
	if rel := got/rate - 1; rel > -0.14 || rel < -0.17 {
		t.Errorf("euler's error is %v, want about −0.15", rel)
	}
}

// TestOrnsteinUhlenbeckIsExact: far below the threshold a sine-driven potential
// is Gaussian with the exact mean and variance, whatever the step.
func TestOrnsteinUhlenbeckIsExact(t *testing.T) {
	const size = 200_000
	law := neuron.LIF{Threshold: 50, Reset: 0, A0: 0.5, Leak: 2, Current: neuron.Sine{Mean: 1, Amplitude: 2, Frequency: 0.7}}
	for _, dt := range []float64{0.03, 0.4} {
		n := mustRun(t, Config{N: size, Law: law, Initial: neuron.Point{Potential: 1}, Dt: dt, Seed: 3}, 1)
		mean, variance := stat.MeanVariance(n.Potentials(nil), nil)
		wantMean := math.Exp(-2) + law.Current.Filtered(2, 0, 1)
		wantVariance := 0.25 * (1 - math.Exp(-4)) // σ² = 2a = 1
		if d := math.Abs(mean - wantMean); d > 4*math.Sqrt(wantVariance/size) {
			t.Errorf("dt %v: mean off by %v", dt, d)
		}
		if d := math.Abs(variance/wantVariance - 1); d > 4*math.Sqrt(2.0/size) {
			t.Errorf("dt %v: variance off by a fraction %v", dt, d)
		}
	}
}

// TestHostileRuns: a network of one neuron, no coupling, huge coupling, a step
// longer than the run, data on the threshold: all end, and stay finite.
func TestHostileRuns(t *testing.T) {
	base := Config{N: 500, Law: standard(), Initial: gaussian(0, 0.25), Dt: 0.01, Seed: 5}
	cases := map[string]func(*Config){
		"one neuron":           func(c *Config) { c.N, c.B = 1, 0.9 },
		"huge coupling":        func(c *Config) { c.B, c.Rule = 1000, neuron.Hard },
		"huge inhibition":      func(c *Config) { c.B = -1000 },
		"step beyond the run":  func(c *Config) { c.Dt = 100 },
		"on the threshold":     func(c *Config) { c.Initial = neuron.Point{Potential: 2}; c.B = 0.9 },
		"above the threshold":  func(c *Config) { c.Initial = neuron.Uniform{From: 1, To: 2.4}; c.B = 0.5 },
		"no leak":              func(c *Config) { c.Law.Leak = 0; c.Law.Current = neuron.Constant(1) },
		"almost deterministic": func(c *Config) { c.Law.A0 = 1e-12; c.Law.Current = neuron.Constant(3) },
		"delayed, strong":      func(c *Config) { c.B, c.Delay = 10, 0.3 },
		"delay of no time":     func(c *Config) { c.B, c.Delay, c.N = 0.9, 1e-4, 50 },
		"late inhibition":      func(c *Config) { c.B, c.Delay = -1e6, 0.1 },
		"euler":                func(c *Config) { c.Scheme, c.B = Euler, 0.99 },
		"rest, strong":         func(c *Config) { c.B, c.Law.Refractory = 1000, exponential(0.1) },
		"rest of no time":      func(c *Config) { c.B, c.Law.Refractory = 0.9, fixed(1e-9) },
		"rest without end":     func(c *Config) { c.B, c.Law.Refractory = 0.9, exponential(1e300) },
		"rest on the grid":     func(c *Config) { c.B, c.Delay, c.Law.Refractory = 3, 0.01, fixed(0.01) },
		"rest, euler":          func(c *Config) { c.Scheme, c.B, c.Law.Refractory = Euler, 3, fixed(0.1) },
		"escape at once":       func(c *Config) { c.B, c.Law = 0.9, escaping(1e-12) },
		"escape, strong":       func(c *Config) { c.B, c.Law, c.Initial = 1000, escaping(0.1), wholeLine(2, 1) },
		"escape, inhibited":    func(c *Config) { c.B, c.Law, c.Initial = -1000, escaping(0.01), wholeLine(2, 1) },
		"hardly any escape":    func(c *Config) { c.B, c.Law, c.Initial = 3, escaping(1e12), wholeLine(2, 1) },
		"escape, event":        func(c *Config) { c.Scheme, c.N, c.B, c.Law = Event, 100, 3, escaping(0.01) },
		"escape, euler":        func(c *Config) { c.Scheme, c.B, c.Law = Euler, 3, escaping(0.1) },
		"escape, late":         func(c *Config) { c.B, c.Delay, c.Law = 3, 0.03, escaping(0.1) },
		"noise, jump":          func(c *Config) { c.B, c.Law.A1, c.Rule, c.Initial = 3, 1, neuron.Hard, gaussian(1.8, 0.01) },
		"noise, euler":         func(c *Config) { c.Scheme, c.B, c.Law.A1 = Euler, 0.5, 1 },
		"rest, event":          func(c *Config) { c.Scheme, c.N, c.B, c.Law.Refractory = Event, 100, 3, fixed(0.1) },
	}
	for name, change := range cases {
		c := base
		change(&c)
		spikes := 0
		n := mustRun(t, c, 1, observe(func(f *Frame) error {
			for i, s := range f.Spikes() {
				if s.Time < f.Start-1e-12 || s.Time > f.End+1e-12 || int(s.Neuron) >= c.N || i > 0 && s.Time < f.Spikes()[i-1].Time {
					t.Fatalf("%s: spike %+v in [%v, %v]", name, s, f.Start, f.End)
				}
			}
			spikes += f.Count
			if f.Count != len(f.Spikes()) {
				t.Fatalf("%s: %d spikes counted, %d listed", name, f.Count, len(f.Spikes()))
			}
			return nil
		}))
		for i, v := range n.Potentials(nil) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s: potential %d is %v", name, i, v)
			}
		}
		if n.Time() != 1 {
			t.Errorf("%s: stopped at %v", name, n.Time())
		}
		t.Logf("%-20s %d spikes, %+v", name, spikes, n.Report())
	}
}

// TestPeriodOfTheNoiselessNeuron: σ → 0 with a current above the threshold fires
// with period ln((I − V_R)/(I − V_F)) (Lapicque 1907).
func TestPeriodOfTheNoiselessNeuron(t *testing.T) {
	law := standard()
	law.A0, law.Current = 1e-14, neuron.Constant(3)
	var times []float64
	mustRun(t, Config{N: 1, Law: law, Initial: neuron.Point{Potential: 1}, Dt: 0.01, Seed: 1}, 20,
		&Raster{Neurons: 1, To: math.Inf(1), Sink: func(s []Spike) error {
			for _, x := range s {
				times = append(times, x.Time)
			}
			return nil
		}})
	got := (times[len(times)-1] - times[0]) / float64(len(times)-1)
	if want := math.Log(2); math.Abs(got-want) > 1e-4 {
		t.Errorf("period %v, want %v", got, want)
	}
}

// TestRunawayIsAnError: a neuron driven through a gap of 1e−9 fires a billion
// times a unit of time; the run says so instead of filling the memory.
func TestRunawayIsAnError(t *testing.T) {
	law := standard()
	law.Reset, law.Current = 2-1e-9, neuron.Constant(3)
	n, err := New(Config{N: 20, Law: law, Rule: neuron.Hard, Initial: neuron.Point{Potential: 1.5}, Dt: 0.01})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "smaller dt") {
		t.Errorf("got %v", err)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	n, err := New(Config{N: 20_000, Law: standard(), B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.01, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := n.open(nil, newCrew(n.config.Workers))
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		s.bridge(0, 0.01) // let the buffers grow
	}
	if allocs := testing.AllocsPerRun(200, func() { s.bridge(0, 0.01) }); allocs > 1 {
		t.Errorf("%v allocations a step", allocs)
	}
}

func TestCounterFindsItsBins(t *testing.T) {
	edges := []float64{0.1, 0.25, 0.255, 0.8}
	c, r := NewCounter(edges), make([]int64, 3)
	mustRun(t, Config{N: 5000, Law: standard(), Initial: gaussian(1, 0.25), Dt: 0.02, Seed: 2}, 1, c,
		&Raster{Neurons: 5000, To: 1, Sink: func(s []Spike) error {
			for _, x := range s {
				for k := range r {
					if x.Time >= edges[k] && x.Time < edges[k+1] {
						r[k]++
					}
				}
			}
			return nil
		}})
	for k := range r {
		if r[k] != c.Counts[k] || r[k] == 0 {
			t.Errorf("bin %d: counted %d, the raster has %d", k, c.Counts[k], r[k])
		}
	}
}
