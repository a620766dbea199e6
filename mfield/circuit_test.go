package mfield

import (
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"lapicque/neuron"
)

// twins returns a circuit of two populations of the standard law.
func twins(b [][]float64) Circuit {
	law := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
	return Circuit{Populations: []Population{{"E", law}, {"I", law}}, B: b, Rule: neuron.Hard}
}

func TestCircuitNamesEveryFault(t *testing.T) {
	c := twins([][]float64{{math.NaN(), 1}, {1}})
	c.Populations[0].Law.A0 = -1
	c.Populations[1].Law.Firing.Epsilon = -1
	c.Delay = [][]float64{{0, -1}, {0, 0}}
	c.Rule = 7
	var fs neuron.Faults
	if !errors.As(c.Validate(), &fs) {
		t.Fatal("no faults")
	}
	want := []string{"populations.E.neuron.a0", "populations.I.neuron.firing.epsilon", "coupling.b.E.E", "coupling.b.I", "coupling.delay.E.I", "coupling.reset"}
	if len(fs) != len(want) {
		t.Fatalf("faults:\n%v\nwant %d", fs, len(want))
	}
	for k, f := range fs {
		if f.Field != want[k] {
			t.Errorf("fault %d on %s, want %s", k, f.Field, want[k])
		}
	}
	c = twins([][]float64{{0, 0}, {0, 0}})
	c.Populations[1].Name = "E"
	if err := c.Validate(); err == nil {
		t.Error("one name for two populations was accepted")
	}
}

func TestSubtractiveCircuitNeedsWeakKicks(t *testing.T) {
	c := twins([][]float64{{0.7, 0.4}, {3, -5}})
	c.Rule = neuron.Subtractive
	var fs neuron.Faults
	if !errors.As(c.Validate(), &fs) || len(fs) != 2 || fs[0].Field != "coupling.b.E" || fs[1].Field != "coupling.b.I" {
		t.Fatalf("got %v", fs)
	}
	c.Delay = [][]float64{{0, 0.1}, {0, 0}}
	c.Populations[1].Law.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 1}
	if err := c.Validate(); err != nil {
		t.Errorf("delayed kicks and refractory neurons: %v", err)
	}
}

func TestCircuitSteadyStates(t *testing.T) {
	for _, c := range []struct {
		b    [][]float64
		want [][]float64
	}{
		{[][]float64{{0.5, -0.75}, {0.5, -0.25}}, [][]float64{{0.11219785, 0.12527448}}},
		{[][]float64{{2, -1}, {1, -1}}, [][]float64{{0.17116148, 0.12907375}, {1.47992976, 0.47844434}}},
	} {
		states, err := twins(c.b).SteadyStates()
		if err != nil || len(states) != len(c.want) {
			t.Fatalf("%v: %d states, %v", c.b, len(states), err)
		}
		for k, s := range states {
			for p, want := range c.want[k] {
				if math.Abs(s.Populations[p].Rate-want) > 6e-9 {
					t.Errorf("%v: rate %.10g, want %v", c.b, s.Populations[p].Rate, want)
				}
			}
			if s.Residual > 1e-13 || s.Stable != (k == 0) {
				t.Errorf("%v: %+v", c.b, s)
			}
		}
	}
}

// TestHalves: two halves of a network have its steady states, with its eigenvalues and those of a neuron alone, whatever
// the variant; two populations that do not feel each other have all pairs of states.
func TestHalves(t *testing.T) {
	list := []NNLIF{variant(1.5, neuron.ExponentialRefractory, 0.025, 0), variant(3, 0, 0, 0.1), {Law: variant(0, 0, 0, 0).Law, B: -43, Delay: 1}}
	if os.Getenv("LAPICQUE_LONG") != "" {
		list = append(list, variant(5, neuron.FixedRefractory, 1, 0.1), NNLIF{Law: variant(0, neuron.FixedRefractory, 0.3, 0).Law, B: -60, Delay: 1})
	}
	for _, e := range list {
		e.Rule = neuron.Hard
		c := twins([][]float64{{e.B / 2, e.B / 2}, {e.B / 2, e.B / 2}})
		c.Populations[0].Law, c.Populations[1].Law = e.Law, e.Law
		c.Delay = [][]float64{{e.Delay, e.Delay}, {e.Delay, e.Delay}}
		whole, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		halves, err := newCircuitBalance(c).enclosed()
		if err != nil || len(halves) != len(whole) {
			t.Fatalf("%+v: %d states, halves %d, %v", e, len(whole), len(halves), err)
		}
		slices.SortFunc(halves, slices.Compare)
		for k, logs := range halves {
			w, rates := whole[k], []float64{math.Exp(logs[0]), math.Exp(logs[1])}
			x := c.newCharacteristic(rates)
			height := x.height()
			unstable := x.unstable(height)
			if math.Abs(rates[0]/w.Rate-1) > 1e-12 || unstable != w.Unstable {
				t.Errorf("%+v: %+v, halves %v, %d unstable", e, w, rates, unstable)
			}
			if w.Unstable == 0 {
				continue
			}
			if list := x.list(unstable, 1, height); len(list) == 0 || cmplx.Abs(list[0]-w.Eigenvalue) > 1e-8*cmplx.Abs(w.Eigenvalue) {
				t.Errorf("%+v: eigenvalue %v, of the halves %v", e, w.Eigenvalue, list)
			}
		}
	}
	apart, err := twins([][]float64{{1.5, 0}, {0, 1.3}}).SteadyStates()
	if err != nil || len(apart) != 4 {
		t.Errorf("apart: %d states, %v, want 2 × 2", len(apart), err)
	}
}

// TestCircuitNoise: with a1 > 0 and one population the states are those of NNLIF.
func TestCircuitNoise(t *testing.T) {
	e := variant(1.5, 0, 0, 0)
	e.Law.A1 = 0.1
	c := Circuit{Populations: []Population{{"E", e.Law}}, B: [][]float64{{1.5}}, Rule: neuron.Hard}
	states, err := c.SteadyStates()
	want, err2 := e.SteadyStates()
	if err != nil || err2 != nil || len(states) != len(want) {
		t.Fatal(states, want, err, err2)
	}
	for k, s := range states {
		if math.Abs(s.Populations[0].Rate/want[k].Rate-1) > 1e-12 || cmplx.Abs(s.Eigenvalue-want[k].Eigenvalue) > 1e-7 {
			t.Errorf("%+v, want %+v", s, want[k])
		}
	}
}

// TestCircuitCounts: for random circuits with inhibition among I, where the rate of I belongs to that of E, as many states as sign changes
// of the equation of E on a fine grid.
func TestCircuitCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	counts := map[int]int{}
	for range 12 {
		c := twins([][]float64{{6 * random.Float64(), -6 * random.Float64()}, {6 * random.Float64(), -6 * random.Float64()}})
		for p := range c.Populations {
			l := &c.Populations[p].Law
			l.A0 = math.Exp(random.NormFloat64())
			l.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: math.Exp(-4 * random.Float64())}
			if random.Float64() < 0.3 {
				l.Firing.Epsilon = math.Exp(-4 * random.Float64())
			}
		}
		states, err := newCircuitBalance(c).enclosed()
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		for _, logs := range states {
			rates := []float64{math.Exp(logs[0]), math.Exp(logs[1])}
			for p, log := range logs {
				if off := log - c.environment(p, rates).LogRate(); math.Abs(off) > 1e-11 {
					t.Errorf("%+v: rates %v, the equation of population %d is off by %g", c, rates, p, off)
				}
			}
		}
		if counts[len(states)]++; crossings(c) != len(states) {
			t.Errorf("%+v: %d states, %d crossings", c, len(states), crossings(c))
		}
	}
	t.Log("states: circuits", counts)
}

// crossings counts the sign changes of N_E T_E − 1 along the curve on which I is steady.
func crossings(c Circuit) (count int) {
	s := newCircuitBalance(c)
	point := make([]interval, 2)
	r := func(p int, u, v float64) float64 {
		point[0], point[1] = interval{u, u}, interval{v, v}
		x := s.logRates(p, point)
		return point[p].lo - (x.lo+x.hi)/2
	}
	top := -math.Log(s.parts[0].rest)
	before := 0.0
	for k := range 300 {
		u := -12 + (12+top)*float64(k)/299
		v := bisect(func(v float64) float64 { return r(1, u, v) }, -2000, 20)
		x := r(0, u, v)
		if before*x < 0 {
			count++
		}
		before = x
	}
	return count
}
