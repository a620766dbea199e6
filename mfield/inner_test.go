package mfield

import (
	"fmt"
	"math"
	"sort"
	"testing"

	"lapicque/neuron"
)

// stack is the reach of a density that is uniform from high down to low below V_F = 1, of mass 1.
func stack(low, high float64) func(float64) float64 {
	return func(x float64) float64 { return math.Max(0, math.Min(1, (x-low)/(high-low))) }
}

// law returns the distribution function of who fired, of mass 1.
func (l Landed) law(v float64) (sum float64) {
	for i, p := range l.Potential {
		if p <= v {
			sum += l.Mass[i]
		}
	}
	return sum / l.Fired
}

// distance returns ∫|F − G| from −1 to 2.
func distance(f, g func(float64) float64) (sum float64) {
	const n = 3000
	for k := range n {
		v := -1 + 3*(float64(k)+0.5)/n
		sum += math.Abs(f(v)-g(v)) * 3 / n
	}
	return sum
}

// candidates returns the laws that the rules leave of those who fired, a fraction whole, with b = 0.8 and V_R = 0.
func (l Landed) candidates(reach func(float64) float64) map[neuron.Rule]func(float64) float64 {
	const b = 0.8
	top := b * l.Fired
	return map[neuron.Rule]func(float64) float64{
		// V − (V_F − V_R) + bΔ ≤ v where V_F − V ≥ bΔ − v
		neuron.Subtractive: func(v float64) float64 { return math.Max(0, l.Fired-reach(top-v)) / l.Fired },
		neuron.Hard:        func(v float64) float64 { return map[bool]float64{true: 1}[v >= 0] },
		neuron.Sequential:  func(v float64) float64 { return math.Max(0, math.Min(1, v/top)) },
	}
}

// TestInnerLimits: a delay alone is subtractive, an escape time alone sequential, a long refractory time hard; and what lies between
// goes from one to the other. The density is uniform, 1.25 < n < 2: all fire, Δ = 1.
func TestInnerLimits(t *testing.T) {
	reach := func(x float64) float64 { return 0.5*stack(0, 0.25)(x) + 0.5*stack(0, 0.6)(x) }
	for _, c := range []struct {
		in   Inner
		rule neuron.Rule
		most float64
	}{
		{Inner{Delay: 1}, neuron.Subtractive, 0.01},
		{Inner{Escape: 1}, neuron.Sequential, 0.01},
		{Inner{Delay: 1, Escape: 0.01}, neuron.Subtractive, 0.02},
		{Inner{Delay: 0.01, Escape: 1}, neuron.Sequential, 0.02},
		{Inner{Delay: 1, Refractory: 1e4}, neuron.Hard, 0.02},
		{Inner{Escape: 1, Refractory: 1e4}, neuron.Hard, 0.02},
		{Inner{Escape: 1, Refractory: 0.01}, neuron.Sequential, 0.02},
		{Inner{Delay: 1, Refractory: 0.01}, neuron.Subtractive, 0.02},
	} {
		l, grows := c.in.Land(reach, 0.8, 0)
		if !grows || math.Abs(l.Fired-1) > 1e-6 {
			t.Fatalf("%+v: %v, %v", c.in, grows, l.Fired)
		}
		sum, low := 0.0, math.Inf(-1)
		for i, m := range l.Mass {
			if sum += m; m < 0 || l.Potential[i] < low {
				t.Fatalf("%+v: mass %v at %v after %v", c.in, m, l.Potential[i], low)
			}
			low = l.Potential[i]
		}
		if d := distance(l.law, l.candidates(reach)[c.rule]); d > c.most || math.Abs(sum-l.Fired) > 1e-6 {
			t.Errorf("%+v: %v from %v, mass %v", c.in, d, c.rule, sum)
		}
	}
}

// TestInnerOrder: of first order in the step, where both a delay and an escape time are there.
func TestInnerOrder(t *testing.T) {
	reach := func(x float64) float64 { return 0.5*stack(0, 0.25)(x) + 0.5*stack(0, 0.6)(x) }
	mean := func(steps int) (sum float64) {
		l, _ := Inner{Delay: 1, Escape: 0.7}.land(reach, 0.8, 0, steps)
		for i, m := range l.Mass {
			sum += m * l.Potential[i]
		}
		return sum
	}
	var last float64
	values := []float64{mean(16), mean(32), mean(64), mean(128), mean(256)}
	for k := 1; k < len(values)-1; k++ {
		change, next := values[k]-values[k-1], values[k+1]-values[k]
		last = math.Log2(math.Abs(change / next))
		t.Logf("mean %.6f, order %.2f", values[k], last)
	}
	if last < 0.7 {
		t.Errorf("order %.2f", last)
	}
}

// TestInnerRatio logs how the law left behind goes from rule to rule with the ratios of the small times, before a jump of
// the perfect integrator (b = 0.8): the table of docs/study-post-jump.md.
func TestInnerRatio(t *testing.T) {
	const b = 0.8
	s := start(t, NNLIF{Law: neuron.LIF{Threshold: 1, A0: 0.5}, B: b}, neuron.Point{Potential: 0.8}, Options{})
	blow := explode(t, s, 1)
	reach := reachOf(s)
	last := map[string]float64{}
	for _, ratio := range []float64{0.1, 0.3, 1, 3, 10} {
		for _, kind := range []string{"ε/d", "τ/d", "τ/ε"} {
			in := map[string]Inner{"ε/d": {Delay: 1, Escape: ratio}, "τ/d": {Delay: 1, Refractory: ratio}, "τ/ε": {Escape: 1, Refractory: ratio}}[kind]
			l, grows := in.Land(reach, b, 0)
			if !grows || math.Abs(l.Fired-blow.Jump) > 2e-3 {
				t.Fatalf("%s = %v: %v fired, not %v", kind, ratio, l.Fired, blow.Jump)
			}
			line, far := fmt.Sprintf("%s = %-5g", kind, ratio), 0.0
			for _, rule := range []neuron.Rule{neuron.Subtractive, neuron.Sequential, neuron.Hard} {
				d := distance(l.law, l.candidates(reach)[rule])
				line += fmt.Sprintf("  %v %.4f", rule, d)
				if rule == map[string]neuron.Rule{"ε/d": neuron.Subtractive, "τ/d": neuron.Subtractive, "τ/ε": neuron.Sequential}[kind] {
					far = d
				}
			}
			t.Log(line)
			if far < last[kind] {
				t.Errorf("%s = %v: nearer again to where it came from, %v after %v", kind, ratio, far, last[kind])
			}
			last[kind] = far
		}
	}
}

// reachOf returns the mass within x below V_F = 1 of a solver's density.
func reachOf(s Solver) func(float64) float64 {
	var p Profile
	s.Profile(&p)
	below := make([]float64, len(p.Edges)) // mass above an edge
	for i := len(p.Density) - 1; i >= 0; i-- {
		below[i] = below[i+1] + math.Max(0, p.Density[i])*(p.Edges[i+1]-p.Edges[i])
	}
	return func(x float64) float64 {
		v := 1 - x
		k := sort.SearchFloat64s(p.Edges, v)
		switch {
		case k == 0:
			return below[0]
		case k == len(p.Edges):
			return 0
		}
		return below[k] + (below[k-1]-below[k])*(p.Edges[k]-v)/(p.Edges[k]-p.Edges[k-1])
	}
}

// TestInnerAgainstEquation: the equation itself, with a delay and an escape time at a fixed ratio, leaves what the inside of the jump says, nearer as both go to 0.
func TestInnerAgainstEquation(t *testing.T) {
	const b = 0.8
	e := NNLIF{Law: neuron.LIF{Threshold: 1, A0: 0.5}, B: b}
	s := start(t, e, neuron.Point{Potential: 0.8}, Options{})
	blow := explode(t, s, 1)
	reach := reachOf(s)
	l, _ := Inner{Delay: 1, Escape: 1}.Land(reach, b, 0)
	whole := func(fired func(float64) float64) func(float64) float64 { // those who did not fire are moved by bΔ
		return func(v float64) float64 {
			return math.Max(0, 1-math.Max(l.Fired, reach(1+b*l.Fired-v))) + l.Fired*fired(v)
		}
	}
	rules := l.candidates(reach)
	var last float64
	for _, small := range []float64{3e-4, 1e-4, 3e-5} {
		e.Delay, e.Law.Firing.Epsilon = small, small
		f := start(t, e, neuron.Point{Potential: 0.8}, Options{Rtol: 1e-7})
		advance(t, f, blow.Time+50*small)
		above := reachOf(f)
		found := func(v float64) float64 { return 1 - above(1-v) }
		last = distance(found, whole(l.law))
		t.Logf("d = ε = %g: %.4f from the inside of the jump, %.4f from subtractive, %.4f from sequential", small, last,
			distance(found, whole(rules[neuron.Subtractive])), distance(found, whole(rules[neuron.Sequential])))
	}
	if last > 0.15*distance(l.law, rules[neuron.Subtractive]) || last > 0.15*distance(l.law, rules[neuron.Sequential]) {
		t.Errorf("%v from the inside of the jump", last)
	}
}
