package scenario

import (
	"math"
	"strings"
	"testing"

	"lapicque/neuron"
)

// TestVariants reads the laws of the refractory state and of firing.
func TestVariants(t *testing.T) {
	for text, want := range map[string]neuron.LIF{
		"": {},
		"neuron: {refractory: {law: exponential, tau: 0.1}}":                                        {Refractory: neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: 0.1}},
		"neuron: {refractory: {law: fixed, tau: 2}, firing: {law: threshold}}":                      {Refractory: neuron.Refractory{Law: neuron.FixedRefractory, Tau: 2}},
		"neuron: {refractory: {law: none}, firing: {law: escape, epsilon: 0.01}}\ncoupling: {b: 5}": {Firing: neuron.Firing{Epsilon: 0.01}},
	} {
		d, err := read("x.yaml", []byte(text), nil, Sides{}, ".")
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if law := d.(*NNLIF).Law(); law.Refractory != want.Refractory || law.Firing != want.Firing {
			t.Errorf("%q reads as %+v", text, law)
		}
	}
}

// TestVariantFaults: each fault once, with the key that it belongs to.
func TestVariantFaults(t *testing.T) {
	for text, want := range map[string][]string{
		"{refractory: {law: exponential, tau: -1}}": {"x.yaml:1:46: neuron.refractory.tau: -1"},
		"{refractory: {law: fixed}}":                {"neuron.refractory.tau: 0 is not accepted: a finite time > 0"},
		"{refractory: {tau: 0.1}}":                  {"give law exponential or fixed"},
		"{refractory: {law: exponentil, tau: 0.1}}": {"neuron.refractory.law: exponentil is not accepted: one of none, exponential, fixed (did you mean exponential?)"},
		"{refractory: 0.1}":                         {"neuron.refractory: 0.1 is not accepted: a mapping of law, tau"},
		"{firing: {law: escape}}":                   {"neuron.firing.epsilon: 0 is not accepted: a finite time > 0 with law escape"},
		"{firing: {law: escape, epsilon: 0}}":       {"neuron.firing.epsilon: 0 is not accepted"},
		"{firing: {law: escape, epsilon: -2}}":      {"neuron.firing.epsilon: -2 is not accepted: a finite time > 0"},
		"{firing: {epsilon: 0.1}}":                  {"neuron.firing.epsilon: 0.1 is not accepted: 0 with law threshold: give law escape"},
		"{firing: {law: escpe, epsilon: 0.1}}":      {"neuron.firing.law: escpe is not accepted: one of threshold, escape (did you mean escape?)"},
		"{refractory: {law: fixed, tau: 0}, firing: {law: escape, epsilon: -1, taw: 1}}":  {"neuron.refractory.tau: 0", "neuron.firing.epsilon: -1", "neuron.firing.taw: an unknown key"},
		"{refractory: {law: none, tau: 1}, firing: {law: threshold, epsilon: 1}, V_R: 3}": {"neuron.refractory.tau: 1", "neuron.firing.epsilon: 1", "neuron.V_R: 3"},
	} {
		got := lines(t, "neuron: "+text)
		if len(got) != len(want) {
			t.Errorf("%s: %q", text, got)
			continue
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s: %q does not say %q", text, got[i], want[i])
			}
		}
	}
}

// TestStartAboveThreshold: where neurons fire at random above V_F they may start there, and
// the Gaussian is not cut.
func TestStartAboveThreshold(t *testing.T) {
	for text, mass := range map[string]float64{ // above V_F = 2
		"{law: point, potential: 2.5}":           1,
		"{law: uniform, from: 1, to: 3}":         0.5,
		"{law: gaussian, mean: 2, variance: 30}": 0.5,
	} {
		d, err := read("x.yaml", []byte("neuron: {firing: {law: escape, epsilon: 0.1}}\ninitial: "+text), nil, Sides{}, ".")
		if err != nil {
			t.Fatal(err)
		}
		start, err := d.(Neurons).Start()
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := 1 - start[0].CDF(2); math.Abs(got-mass) > 1e-12 {
			t.Errorf("%s has a mass of %v above V_F, not %v", text, got, mass)
		}
	}
}

// TestStrongCoupling: where a neuron that fires does not restart within the instant, any b is allowed.
func TestStrongCoupling(t *testing.T) {
	for _, law := range []string{"refractory: {law: exponential, tau: 0.1}", "refractory: {law: fixed, tau: 1}", "firing: {law: escape, epsilon: 1}"} {
		if got := lines(t, "neuron: {"+law+"}\ncoupling: {b: 7}"); strings.Contains(strings.Join(got, "\n"), "coupling.b") {
			t.Errorf("%s: %q", law, got)
		}
	}
	if got := lines(t, "coupling: {b: 7}"); len(got) != 1 {
		t.Errorf("without: %q", got)
	}
}
