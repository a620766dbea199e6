package scenario

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lapicque/network"
)

// twins are documents with units beside the same without: the first of a list is that without.
var twins = map[string][]string{
	"one population": {`
time: {end: 5, snapshots: [1, 5]}
scales: {time_ms: 20, potential_mV: 10, rest_mV: -65}
neuron: {V_F: 1.5, V_R: 0.5, a0: 0.5, current: 0.2, refractory: {law: fixed, tau: 0.1}}
coupling: {b: -1.5, delay: 0.075}
initial: {law: gaussian, mean: 0.5, variance: 0.25}
particles: {N: 2000, dt: 0.025}
record: {rate_bin: 0.05, raster: {from: 1, to: 2}}
`, `
units: {potential: mV, time: ms}
time: {end: 100, snapshots: [20, 100]}
neuron: {E_L: -65, V_th: -50, V_reset: -60, tau_m: 20, C_m: 250, I_e: 25, t_ref: 2, sigma: 10}
coupling: {weight: -0.0075, delay: 1.5}
initial: {law: gaussian, mean: -60, variance: 25}
particles: {N: 2000, dt: 0.5}
record: {rate_bin: 1, raster: {from: 20, to: 40}}
`, `
units: {potential: V, time: s}
time: {end: 0.1, snapshots: [0.02, 0.1]}
neuron: {v_rest: -0.065, v_thresh: -0.05, v_reset: -0.06, tau_m: 0.02, current: 0.002, refractory: {law: fixed, tau: 0.002}, sigma: 0.01}
coupling: {b: -0.015, delay: 0.0015}
initial: {law: gaussian, mean: -0.06, variance: 2.5e-5}
particles: {N: 2000, dt: 0.0005}
record: {rate_bin: 0.001, raster: {from: 0.02, to: 0.04}}
`, `
units: {}
time: {end: 100, snapshots: [20, 100]}
neuron: {v_rest: -65, v_thresh: -50, v_reset: -60, tau_m: 20, cm: 0.25, i_offset: 0.025, tau_refrac: 2, a0: 2.5}
coupling: {b: -15, delay: 1.5}
initial: {law: gaussian, mean: -60, variance: 25}
particles: {N: 2000, dt: 0.5}
record: {rate_bin: 1, raster: {from: 20, to: 40}}
`},
	"two populations": {`
time: {end: 5}
scales: {time_ms: 20, potential_mV: 10, rest_mV: -65}
populations:
  E: {N: 4000, neuron: {V_F: 1.5, V_R: 0.5, a0: 0.5, refractory: {law: exponential, tau: 0.1}}}
  I: {N: 1000, neuron: {V_F: 1.5, V_R: 0.5, a0: 1, leak: 2, current: {law: sine, mean: -1, amplitude: 0.2, frequency: 0.2}}, initial: {law: point, potential: -0.5}}
coupling: {b: {E: {E: 0.4, I: -0.5}, I: {E: 0.4, I: -0.5}}, delay: 0.075}
particles: {dt: 0.025}
`, `
units: {potential: mV, time: ms}
time: {end: 100}
populations:
  E: {N: 4000, neuron: {E_L: -65, V_th: -50, V_reset: -60, tau_m: 20, sigma: 10, refractory: {law: exponential, tau: 2}}}
  I: {N: 1000, neuron: {E_L: -70, V_th: -50, V_reset: -60, tau_m: 10, sigma: 10, current: {law: sine, amplitude: 1, frequency: 0.01}, V_m: -70}}
coupling: {weight: {E: {E: 0.001, I: -0.005}, I: {E: 0.001, I: -0.005}}, delay: 1.5}
particles: {dt: 0.5}
record: {rate_bin: 1}
`},
	"currents": {`
time: {end: 3}
scales: {time_ms: 10, potential_mV: 20, rest_mV: -70}
neuron: {V_F: 1, V_R: 0, a0: 0.125, current: {law: steps, initial: 0.5, steps: [{time: 1, current: 0.75}]}, firing: {law: escape, epsilon: 0.1}}
coupling: {b: 0.1}
initial: {law: uniform, from: 0, to: 0.5}
particles: {N: 1000}
`, `
units: {potential: mV, time: ms}
time: {end: 30}
neuron: {E_L: -70, V_th: -50, V_reset: -70, tau_m: 10, sigma: 10, C_m: 100, I_e: 100, current: {law: steps, steps: [{time: 10, current: 5}]}, firing: {law: escape, epsilon: 1}}
coupling: {weight: 0.002}
initial: {law: uniform, from: -70, to: -60}
particles: {N: 1000, dt: 0.5}
record: {rate_bin: 0.5}
`},
}

func document(t *testing.T, text string) Document {
	t.Helper()
	d, err := read("test.yaml", []byte(text), nil, Sides{Network: true}, ".")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return d
}

// What is written in mV, V, ms or s, by the names of NEST or PyNN, is the same document as its twin without units, and its
// network has the same bits.
func TestDimensionalTwins(t *testing.T) {
	schema := compile(t)
	for name, texts := range twins {
		plain := document(t, texts[0])
		want, _ := written(plain)
		for _, text := range texts[1:] {
			d := document(t, text)
			if got, _ := written(d); string(got) != string(want) {
				t.Errorf("%s:\n%s\nbecame\n%s\nwant\n%s", name, text, got, want)
			}
			if err := validate(t, schema, []byte(text)); err != nil {
				t.Errorf("%s: schema: %v\n%s", name, err, text)
			}
			if a, b := potentials(t, d), potentials(t, plain); !slices.Equal(a, b) {
				t.Errorf("%s: the potentials differ", name)
			}
		}
	}
}

// potentials returns those of population 0 after a while.
func potentials(t *testing.T, d Document) []float64 {
	t.Helper()
	neurons := d.(Neurons)
	start, err := neurons.Start()
	if err != nil {
		t.Fatal(err)
	}
	net, err := neurons.Network(start, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Run(context.Background(), 1, make([][]network.Observer, len(neurons.Populations()))); err != nil {
		t.Fatal(err)
	}
	return net.Potentials(0, nil)
}

// Every conversion is told, in the names and numbers that were written.
func TestConversionsAreTold(t *testing.T) {
	one := &Scenario{Document: document(t, twins["one population"][1])}
	text, err := one.Resolved()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"time 1 = 20 ms", "rate 1 = 50 Hz", "neuron.V_th: -50 -> neuron.V_F: 1.5", "neuron.I_e: 25 -> neuron.current: 0.2",
		"neuron.t_ref: 2 -> neuron.refractory.tau: 0.1", "coupling.weight: -0.0075 -> coupling.b: -1.5", "time.snapshots.1: 100 -> time.snapshots.1: 5"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
	if got := one.TimeUnit(); got != "20 ms" {
		t.Errorf("unit of time %q", got)
	}
}

// Faults name the key and the number as they were written, all at once.
func TestDimensionalFaults(t *testing.T) {
	good := twins["one population"][1]
	for name, c := range map[string]struct {
		set  []string
		want []string // field and value of each fault
	}{
		"a unit that is none":     {[]string{"units.time=min", "units.potential=mv"}, []string{"units.time: min", "units.potential: mv"}},
		"values":                  {[]string{"particles.dt=-1", "coupling.delay=-2", "initial.variance=-3"}, []string{"particles.dt: -1", "coupling.delay: -2", "initial.variance: -3"}},
		"neurons and the rest":    {[]string{"neuron.tau_m=0", "neuron.V_reset=-40", "particles.dt=-1"}, []string{"neuron.tau_m: 0", "neuron.V_reset: -40", "particles.dt: -1"}},
		"twice the same":          {[]string{"neuron.v_thresh=-50", "coupling.b=3", "neuron.V_m=-60"}, []string{"neuron.v_thresh: this key", "coupling.weight: this key", "neuron.V_m: -60"}},
		"a key of the other form": {[]string{"neuron.leak=1"}, []string{"neuron.leak: an unknown key"}},
		"two ways of noise":       {[]string{"neuron.a0=1"}, []string{"neuron.sigma: 10"}},
		"another model":           {[]string{"model=wilson-cowan"}, []string{"units: this key"}},
	} {
		_, err := read("test.yaml", []byte(good), c.set, Sides{Network: true}, ".")
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want+" is not accepted") {
				t.Errorf("%s: no %q in\n%v", name, want, err)
			}
		}
	}
	if _, err := read("test.yaml", []byte("neuron: {V_th: 2}"), nil, Sides{}, "."); err == nil || !strings.Contains(err.Error(), "units: {potential: mV, time: ms}") {
		t.Errorf("NEST's names without units: %v", err)
	}
}
