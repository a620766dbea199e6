package scenario

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"lapicque/neuron"
)

const twoPopulations = `
title: Two populations
populations:
  E: {N: 800, neuron: {a0: 0.5, leak: 0.5}, initial: {law: point, potential: 1}}
  I: {N: 200}
coupling: {b: {E: {E: 0.5, I: -0.75}, I: {E: 0.5, I: -0.25}}, delay: {E: {E: 0, I: 1}, I: {E: 2, I: 3}}}
`

// TestCircuit: a circuit reads as it is written, in its order; what keys left out fall back to is that of one population.
func TestCircuit(t *testing.T) {
	d, err := read("x.yaml", []byte(twoPopulations), nil, Sides{}, ".")
	if err != nil {
		t.Fatal(err)
	}
	e := d.(*Circuit).Equation()
	if !reflect.DeepEqual(e.B, [][]float64{{0.5, -0.75}, {0.5, -0.25}}) || !reflect.DeepEqual(e.Delay, [][]float64{{0, 1}, {2, 3}}) {
		t.Errorf("matrices %v %v", e.B, e.Delay)
	}
	list := d.(Neurons).Populations()
	if len(list) != 2 || list[0].Name != "E" || list[1].Name != "I" || list[0].N != 800 || list[1].N != 200 {
		t.Fatalf("%+v", list)
	}
	if l := e.Populations; l[0].Law.A0 != 0.5 || l[0].Law.Leak != 0.5 || l[1].Law.A0 != 1 {
		t.Errorf("%+v", e.Populations)
	}
	start, err := d.(Neurons).Start()
	if err != nil || start[0].CDF(0.9) != 0 || start[1].CDF(0) != neuron.Initial(neuron.TruncatedGaussian{Variance: 0.25, Upper: 2}).CDF(0) {
		t.Errorf("%v %v", start, err)
	}
	for _, text := range []string{twoPopulations, strings.Replace(twoPopulations, "{E: {E: 0, I: 1}, I: {E: 2, I: 3}}", "1.5", 1)} {
		d, err := read("x.yaml", []byte(text), []string{"coupling.b.I.E=7", "populations.I.N=1e3"}, Sides{}, ".")
		if err != nil {
			t.Fatal(err)
		}
		if b := d.(*Circuit).Equation().B[1][0]; b != 7 || d.(Neurons).Populations()[1].N != 1000 {
			t.Errorf("assignments: b = %v, %+v", b, d.(Neurons).Populations())
		}
		resolved, err := written(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, compile(t), resolved); err != nil {
			t.Errorf("%v\n%s", err, resolved)
		}
		again, err := read("x.yaml", resolved, nil, Sides{}, ".")
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%v: read again, it is another one:\n%s", err, resolved)
		}
	}
}

// TestCircuitFaults: each fault once, all at once.
func TestCircuitFaults(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(twoPopulations, old) {
			t.Fatalf("%q", old)
		}
		return strings.Replace(twoPopulations, old, new, 1)
	}
	for text, want := range map[string][]string{
		change("  I: {N: 200}", "  I: {N: 200}\n  E: {N: 3}"):                                   {"x.yaml:6:3: populations.E: this key a second time"},
		change("b: {E: {E: 0.5, I: -0.75}", "b: {E: {E: 0.5, J: -0.75, I: 0}"):                  {"coupling.b.E.J: an unknown population is not accepted: one of E, I"},
		change("I: {E: 0.5, I: -0.25}}", "I: {E: 0.5, I: 0}, Inh: {E: 1}}"):                     {"coupling.b.Inh: an unknown population"},
		change("b: {E: {E: 0.5, I: -0.75}, ", "b: {"):                                           {"coupling.b: no row E is not accepted: a row for each receiving population: E is missing"},
		change("b: {E: {E: 0.5, I: -0.75}", "b: {E: {E: 0.5}"):                                  {"coupling.b.E: no number for I"},
		change("b: {E: {E: 0.5, I: -0.75}", "b: {E: 3"):                                         {"coupling.b.E: 3 is not accepted: a mapping of the sending"},
		change("I: {E: 2, I: 3}", "I: {E: -2, I: 3}"):                                           {"coupling.delay.I.E: -2 is not accepted: a number from 0"},
		change("delay: {E: {E: 0, I: 1}, I: {E: 2, I: 3}}", "delay: -1"):                        {"coupling.delay: -1 is not accepted"},
		change("delay: {E: {E: 0, I: 1}, I: {E: 2, I: 3}}", "delay: {E: x}"):                    {"coupling.delay.E: x is not accepted: a mapping of the sending"},
		strings.ReplaceAll(twoPopulations, "I:", "2x:"):                                         {"populations.2x: this name is not accepted"},
		change("I: {N: 200}", "I: {N: 0, neuron: {V_R: 5}, initials: 2}"):                       {"populations.I.N: 0", "populations.I.neuron.V_R: 5", "populations.I.initials: an unknown key is not accepted: one of N, neuron, initial (did you mean initial?)"},
		change("I: {N: 200}", "I: {initial: {law: point, potential: 3}}"):                       {"populations.I.initial.potential: 3"},
		twoPopulations + "particles: {N: 5, scheme: euler}":                                     {"particles.N: 5 is not accepted: nothing here: each population has its own N", "particles.scheme: euler"},
		twoPopulations + "meanfield: {scheme: spectral, entropy: kl}":                           {"meanfield.scheme: spectral is not accepted: finite-volume", "meanfield.entropy: kl"},
		twoPopulations + "neuron: {V_F: 2}":                                                     {"neuron: an unknown key"},
		"populations: 3":                                                                        {"populations: 3 is not accepted: a mapping of names"},
		"populations: {}":                                                                       {"populations: 0 populations"},
		change("E: {E: 0.5, I: -0.75}, I: {E: 0.5", "E: {E: 0.5, I: 0}, I: {E: 2"):              nil, // fires at V_F, but with a delay
		change("E: 0.5, I: -0.25}}, delay: {E: {E: 0, I: 1}, I: {E: 2, I: 3}}", "E: 2, I: 0}}"): {"coupling.b.I: 2 is not accepted"},
	} {
		var got []string
		if _, err := read("x.yaml", []byte(text), nil, Sides{Network: true}, "."); err != nil {
			got = strings.Split(err.Error(), "\n")
		}
		if len(got) != len(want) {
			t.Errorf("%s:\n%s", text, strings.Join(got, "\n"))
			continue
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s:\n%q does not say %q", text, got[i], want[i])
			}
		}
	}
}

// TestCircuitSteadyStart: a circuit that starts in its steady state has the moments of that state.
func TestCircuitSteadyStart(t *testing.T) {
	const text = "populations: {E: {initial: {law: steady}}, I: {initial: {law: steady}}}\ncoupling: {b: {E: {E: 0.5, I: -0.75}, I: {E: 0.5, I: -0.25}}}"
	d, err := read("x.yaml", []byte(text), nil, both, ".")
	if err != nil {
		t.Fatal(err)
	}
	start, err := d.(Neurons).Start()
	if err != nil {
		t.Fatal(err)
	}
	states, err := d.(*Circuit).Equation().SteadyStates()
	if err != nil || len(states) != 1 {
		t.Fatalf("%v %v", states, err)
	}
	for k, p := range states[0].Populations {
		mean, breaks := 0.0, start[k].Breaks()
		lo, hi := breaks[0], breaks[len(breaks)-1]
		const cells = 20000
		for i := range cells {
			v := lo + (hi-lo)*(float64(i)+0.5)/cells
			mean += v * start[k].Density(v) * (hi - lo) / cells
		}
		if math.Abs(mean-p.Mean) > 1e-5 {
			t.Errorf("population %d starts at a mean of %v, its steady state has %v", k, mean, p.Mean)
		}
	}
	for _, change := range []string{"populations.I.neuron.refractory={law: fixed, tau: 1}", "populations.I.neuron.current={amplitude: 1, frequency: 1}"} {
		if _, err := read("x.yaml", []byte(text), []string{change}, both, "."); err == nil || !strings.Contains(err.Error(), "populations.E.initial.law: steady is not accepted: another law: ") {
			t.Errorf("%s: %v", change, err)
		}
	}
}
