package network

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"lapicque/neuron"
)

// pair is a circuit of an excitatory and an inhibitory population of the standard law.
func pair(e, i int, b [][]float64) Circuit {
	return Circuit{
		Populations: []Population{
			{Name: "E", N: e, Law: standard(), Initial: gaussian(0, 0.25)},
			{Name: "I", N: i, Law: standard(), Initial: gaussian(0, 0.25)},
		},
		B: b, Rule: neuron.Hard, Dt: 0.05, Seed: 3,
	}
}

func mustRunCircuit(t testing.TB, c Circuit, until float64, obs ...[]Observer) *Populations {
	t.Helper()
	n, err := NewCircuit(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until, obs); err != nil {
		t.Fatal(err)
	}
	return n
}

// circuitFingerprint is the hash of the rasters, cascades and potentials of all populations.
func circuitFingerprint(t *testing.T, n *Populations, stops ...float64) [32]byte {
	t.Helper()
	h := sha256.New()
	write := func(x any) {
		if err := binary.Write(h, binary.LittleEndian, x); err != nil {
			t.Fatal(err)
		}
	}
	var obs [][]Observer
	for _, p := range n.circuit.Populations {
		obs = append(obs, []Observer{&Raster{Neurons: p.N, From: 0, To: math.Inf(1), Sink: func(s []Spike) error { write(s); return nil }}})
	}
	for _, until := range stops {
		if err := n.Run(context.Background(), until, obs); err != nil {
			t.Fatal(err)
		}
	}
	for k := range n.parts {
		write(n.Potentials(k, nil))
	}
	return [32]byte(h.Sum(nil))
}

// TestCircuitOfOneIsTheNetwork: bit for bit, smooth and through a macroscopic cascade,
// with a delay, by steps and by events.
func TestCircuitOfOneIsTheNetwork(t *testing.T) {
	base := Config{N: 4096 + 77, Law: standard(), Initial: gaussian(0, 0.25), Dt: 0.02, Seed: 7}
	cases := map[string]func(*Config){
		"uncoupled":  func(*Config) {},
		"excitatory": func(c *Config) { c.B = 0.5 },
		"inhibitory": func(c *Config) { c.B = -5 },
		"driven":     func(c *Config) { c.B, c.Law.Current = 0.5, neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1} },
		"pulsed":     func(c *Config) { c.Law.Current = neuron.Pulses{Amplitude: 5, Width: 0.1, Period: 0.33} },
		"cascade":    func(c *Config) { c.B, c.Initial = 0.5, gaussian(1.83, 0.003) },
		"hard":       func(c *Config) { c.B, c.Initial, c.Rule = 0.5, gaussian(1.83, 0.003), neuron.Hard },
		"sequential": func(c *Config) { c.B, c.Initial, c.Rule = 0.5, gaussian(1.83, 0.003), neuron.Sequential },
		"delayed":    func(c *Config) { c.B, c.Delay = -20, 0.037 },
		"event":      func(c *Config) { c.N, c.B, c.Scheme = 120, 0.9, Event },
		"late event": func(c *Config) { c.N, c.B, c.Delay, c.Scheme = 120, 0.9, 0.1, Event },
		"refractory": func(c *Config) { c.B, c.Law.Refractory = 0.9, exponential(0.05) },
		"jump":       func(c *Config) { c.B, c.Initial, c.Law.Refractory = 0.5, gaussian(1.83, 0.003), fixed(0.03) },
		"escape":     func(c *Config) { c.B, c.Law.Firing.Epsilon = 1.5, 0.1 },
		"own noise":  func(c *Config) { c.B, c.Law.A1, c.RateWindow = 0.5, 2, 0.1 },
		"own events": func(c *Config) { c.N, c.B, c.Law.A1, c.Scheme = 120, 0.9, 1, Event },
		"resolved":   func(c *Config) { c.N, c.B, c.Dt = 60, 0.9, 0.5 },
	}
	for name, change := range cases {
		c := base
		change(&c)
		one := Circuit{
			Populations: []Population{{Name: "A", N: c.N, Law: c.Law, Initial: c.Initial}},
			B:           [][]float64{{c.B}}, Delay: [][]float64{{c.Delay}},
			Rule: c.Rule, Scheme: c.Scheme, Dt: c.Dt, Seed: c.Seed, RateWindow: c.RateWindow,
		}
		n := mustRunCircuit(t, one, 0)
		n.parts[0].lastStep = 1 // a network takes 0 for the rate before the start, a circuit none
		stops := []float64{0.11, 0.6}
		if circuitFingerprint(t, n, stops...) != fingerprint(t, c, stops, false) {
			t.Errorf("%s: a circuit of one population is not its network", name)
		}
	}
}

// TestCircuitBitsDoNotDependOnWorkers: nor on a stop at a multiple of dt.
func TestCircuitBitsDoNotDependOnWorkers(t *testing.T) {
	smooth := pair(2*4096+5, 300, [][]float64{{2, -1}, {1, -1}})
	cascade := smooth
	cascade.B = [][]float64{{0.9, -0.3}, {0.5, -0.2}}
	cascade.Populations = append([]Population(nil), smooth.Populations...)
	cascade.Populations[0].Initial = gaussian(1.83, 0.003)
	delayed := smooth
	delayed.Delay = [][]float64{{0, 0.031}, {0.07, 0}}
	for name, c := range map[string]Circuit{"smooth": smooth, "cascade": cascade, "delayed": delayed} {
		c.Workers = 1
		want := circuitFingerprint(t, mustRunCircuit(t, c, 0), 0.3)
		for _, c.Workers = range []int{2, 7} {
			stops := []float64{0.3}
			if c.Workers == 7 && name != "delayed" {
				stops = []float64{0.1, 0.3}
			}
			if circuitFingerprint(t, mustRunCircuit(t, c, 0), stops...) != want {
				t.Errorf("%s: %d workers give another trajectory", name, c.Workers)
			}
		}
	}
}

// TestCircuitRefusals: every fault by the name of its scenario key, several at once.
func TestCircuitRefusals(t *testing.T) {
	good := func() Circuit { return pair(10, 5, [][]float64{{0.5, -1}, {0.5, -1}}) }
	cases := map[string]func(*Circuit){
		"populations.E.N":          func(c *Circuit) { c.Populations[0].N = 0 },
		"populations.I.neuron.V_R": func(c *Circuit) { c.Populations[1].Law.Reset = 2 },
		"populations.I.initial":    func(c *Circuit) { c.Populations[1].Initial = nil },
		"coupling.b.E.I":           func(c *Circuit) { c.B[0][1] = math.NaN() },
		"coupling.b.I":             func(c *Circuit) { c.B[1] = c.B[1][:1] },
		"coupling.delay.I.E":       func(c *Circuit) { c.Delay = [][]float64{{0, 0}, {-1, 0}} },
		"coupling.reset":           func(c *Circuit) { c.Rule = 7 },
		"particles.scheme":         func(c *Circuit) { c.Scheme = Euler },
		"particles.dt":             func(c *Circuit) { c.Dt = 0 },
		"particles.rate_window":    func(c *Circuit) { c.RateWindow = -1 },
		"workers":                  func(c *Circuit) { c.Workers = -1 },
	}
	all := good()
	for field, spoil := range cases {
		c := good()
		spoil(&c)
		spoil(&all)
		if _, err := NewCircuit(c); err == nil || !strings.HasPrefix(err.Error(), field+":") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if _, err := NewCircuit(all); err == nil || strings.Count(err.Error(), "\n") != len(cases)-1 {
		t.Errorf("all at once: got %v", err)
	}
	twice := good()
	twice.Populations[1].Name = "E"
	lifted := good()
	lifted.B[0][0], lifted.Rule = 1, neuron.Subtractive
	for field, c := range map[string]Circuit{"populations": twice, "coupling.b.E": lifted} {
		if _, err := NewCircuit(c); err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: got %v", field, err)
		}
	}
	lifted.Delay = [][]float64{{0.1, 0}, {0, 0}}
	if _, err := NewCircuit(lifted); err != nil {
		t.Errorf("delayed kicks lift nobody in a cascade: %v", err)
	}
}

// TestEachPairHasItsDelay: one noiseless neuron of E fires at 0; each population's
// potential is that of a kick at exactly its own delay from E, by each scheme, at
// steps that the delays are no multiples of.
func TestEachPairHasItsDelay(t *testing.T) {
	law := standard()
	law.A0 = 1e-20
	b, delays := []float64{-0.7, 0.3}, []float64{0.0371, 0.153}
	for _, scheme := range []Scheme{Bridge, Event} {
		c := Circuit{
			Populations: []Population{{"E", 1, law, neuron.Point{Potential: 2}}, {"I", 1, law, neuron.Point{Potential: 0.5}}},
			B:           [][]float64{{b[0], 0}, {b[1], -5}}, Delay: [][]float64{{delays[0], 0}, {delays[1], 0}},
			Rule: neuron.Hard, Scheme: scheme, Dt: 0.02,
		}
		n, err := NewCircuit(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, until := range []float64{delays[0] - 1e-6, delays[0] + 1e-6, delays[1] - 1e-6, delays[1] + 1e-6, 0.4} {
			if err := n.Run(t.Context(), until, nil); err != nil {
				t.Fatal(err)
			}
			for p, start := range []float64{1, 0.5} {
				want := start * math.Exp(-until)
				if until > delays[p] {
					want += b[p] * math.Exp(delays[p]-until)
				}
				if got := n.Potentials(p, nil)[0]; math.Abs(got-want) > 1e-8 {
					t.Errorf("%v: potential %v of population %d at %v, want %v", scheme, got, p, until, want)
				}
			}
		}
	}
}

// TestDelayBelowTheStep: the shortest positive delay of a circuit is its longest step.
func TestDelayBelowTheStep(t *testing.T) {
	c := pair(60, 30, [][]float64{{0.5, -1}, {0.5, 0}})
	c.Delay = [][]float64{{0, 0.04}, {0.013, 0.001}} // no kicks of I to I: its delay shortens nothing
	if dt := mustRunCircuit(t, c, 0.1).Report().Dt; dt != 0.013 {
		t.Errorf("dt is %v, want 0.013", dt)
	}
}

// TestCircuitStepAllocatesNothing: once the workspaces have grown.
func TestCircuitStepAllocatesNothing(t *testing.T) {
	c := pair(20_000, 5_000, [][]float64{{0.5, -0.75}, {0.5, -0.25}})
	c.Workers = 1
	n := mustRunCircuit(t, c, 10)
	j := n.open(nil, newCrew(1))
	at := 10.0
	got := testing.AllocsPerRun(100, func() {
		if err := j.substep(at, c.Dt, at+c.Dt); err != nil {
			t.Fatal(err)
		}
		j.wanted()
		at += c.Dt
	})
	if got > 0.2 { // a workspace that grows
		t.Errorf("%v allocations a step", got)
	}
}

// rates returns mean rate and standard error of each population over windows of length 4.
func rates(t *testing.T, c Circuit, from, until float64) (mean, se []float64) {
	t.Helper()
	var edges []float64
	for at := from; at <= until+1e-9; at += 4 {
		edges = append(edges, at)
	}
	obs := make([][]Observer, len(c.Populations))
	for k := range obs {
		obs[k] = []Observer{NewCounter(edges)}
	}
	mustRunCircuit(t, c, until, obs...)
	for k := range obs {
		var sample []float64
		for _, n := range obs[k][0].(*Counter).Counts {
			sample = append(sample, float64(n)/4/float64(c.Populations[k].N))
		}
		m, s := stat.MeanStdDev(sample, nil)
		mean, se = append(mean, m), append(se, s/math.Sqrt(float64(len(sample))))
	}
	return mean, se
}

// TestStationaryRatesOfCircuits: MODELS.md, section 8; with the variants, the steady
// equation N_p (τ_p + mean passage at μ_p) = 1, μ_p = Σ_q b[p][q] N_q.
func TestStationaryRatesOfCircuits(t *testing.T) {
	plain, slow, late, loose, quiet := standard(), standard(), standard(), escaping(0.1), escaping(0.1)
	slow.Refractory, late.Refractory = exponential(0.1), fixed(0.3)
	quiet.A0 = 0.5
	for _, c := range []struct {
		e, i neuron.LIF
		b    [][]float64
		want []float64
	}{
		{plain, plain, [][]float64{{0.5, -0.75}, {0.5, -0.25}}, []float64{0.11219785, 0.12527448}},
		{plain, plain, [][]float64{{2, -1}, {1, -1}}, []float64{0.17116148, 0.12907375}},
		{slow, late, [][]float64{{1.2, -1}, {1, -1}}, []float64{0.12552109, 0.11740655}},
		{loose, plain, [][]float64{{1.2, -1}, {2, -1}}, []float64{0.05486859, 0.11820347}},
		{slow, quiet, [][]float64{{1.2, -3}, {4, -1}}, []float64{0.12487798, 0.03988189}},
	} {
		circuit := pair(20_000, 5_000, c.b)
		circuit.Populations[0].Law, circuit.Populations[1].Law = c.e, c.i
		mean, se := rates(t, circuit, 10, 90)
		for k, want := range c.want {
			z := (mean[k] - want) / se[k]
			t.Logf("b = %v, population %d: rate %.6f ± %.6f, %+.2f standard errors", c.b, k, mean[k], se[k], z)
			if math.Abs(z) > 4 {
				t.Errorf("b = %v, population %d: rate %v, want %v ± %v", c.b, k, mean[k], want, se[k])
			}
		}
	}
}

// BenchmarkCircuit: ns/neuron-step of two populations and of a plain network of as many neurons, by turns.
func BenchmarkCircuit(b *testing.B) {
	const dt, steps = 0.05, 20
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			plain := mustRun(b, Config{N: 200_000, Law: standard(), B: 0.5, Initial: gaussian(0, 0.8), Dt: dt, Seed: 1, Workers: workers}, 5)
			c := pair(160_000, 40_000, [][]float64{{0.5, -0.75}, {0.5, -0.25}})
			c.Workers = workers
			both := mustRunCircuit(b, c, 5)
			at := 5.0
			var spent [2][]float64
			for b.Loop() {
				at += steps * dt
				for k, run := range []func() error{
					func() error { return plain.Run(context.Background(), at) },
					func() error { return both.Run(context.Background(), at, nil) },
				} {
					start := now()
					if err := run(); err != nil {
						b.Fatal(err)
					}
					spent[k] = append(spent[k], now()-start)
				}
			}
			for k, what := range []string{"plain-ns/neuron-step", "circuit-ns/neuron-step"} {
				b.ReportMetric(median(spent[k])/steps/200_000, what)
			}
		})
	}
}

func now() float64 { return float64(time.Now().UnixNano()) }

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
