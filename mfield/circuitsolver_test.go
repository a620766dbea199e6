package mfield

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"golang.org/x/exp/rand"
	"lapicque/neuron"
	"pgregory.net/rapid"
)

// pair is a circuit of two populations with the same law; b is E from E, E from I, I from E, I from I.
func pair(law neuron.LIF, b [4]float64) Circuit {
	return Circuit{Populations: []Population{{"E", law}, {"I", law}}, B: [][]float64{{b[0], b[1]}, {b[2], b[3]}}, Rule: neuron.Hard}
}

// together returns the solver of a circuit of which all start from one law.
func together(t testing.TB, c Circuit, law neuron.Initial, o Options) *finiteVolumes {
	t.Helper()
	laws := make([]neuron.Initial, len(c.Populations))
	for k := range laws {
		laws[k] = law
	}
	s, err := c.NewSolver(laws, o)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*finiteVolumes)
}

func reach(t testing.TB, s CircuitSolver, until float64) []State {
	t.Helper()
	if err := s.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	list := s.States()
	for k, st := range list {
		if st.Time != until || math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) {
			t.Fatalf("population %d: %+v, not at %v", k, st, until)
		}
	}
	return list
}

// TestCircuitOfOne: one population is the equation NNLIF to the last bit, its blow-ups included.
func TestCircuitOfOne(t *testing.T) {
	late := busy()
	late.Delay, late.B = 0.3, -2
	resting := refractory(neuron.FixedRefractory, 0.1, 3)
	for name, e := range map[string]NNLIF{"busy": busy(), "late": late, "jumps": resting} {
		c := Circuit{Populations: []Population{{"only", e.Law}}, B: [][]float64{{e.B}}, Delay: [][]float64{{e.Delay}}, Rule: e.Rule}
		o := Options{Cells: 150, Rtol: 1e-5, Continue: true}
		many := together(t, c, gaussian(0.5, 0.1), o)
		o.Scheme = FiniteVolume
		one := start(t, e, gaussian(0.5, 0.1), o)
		for _, x := range []float64{0.1, 0.7, 1.5} {
			want := advance(t, one, x)
			if got := reach(t, many, x)[0]; got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}
		jumps := one.(Continuing).BlowUps()
		for k, b := range many.BlowUps() {
			if b.alone() != jumps[k] {
				t.Errorf("%s: %+v, want %+v", name, b, jumps[k])
			}
		}
		if name == "jumps" && len(jumps) == 0 {
			t.Error("no jumps")
		}
	}
}

// TestCircuitSplits: two populations that split one go on like it, with variants and through jumps. The steps differ,
// as the clock has another scale, and so do the ends of sliding by rounding.
func TestCircuitSplits(t *testing.T) {
	late := refractory(neuron.ExponentialRefractory, 0.1, -4)
	late.Delay = 0.2
	noisyThreshold := escaping(0.02, 1.5)
	for name, e := range map[string]NNLIF{
		"plain": {Law: standard(), B: 0.5}, "jumps": {Law: standard(), B: 3, Rule: neuron.Hard}, "jumps apart": {Law: standard(), B: 0.9, Rule: neuron.Sequential},
		"jumps into R": refractory(neuron.FixedRefractory, 0.05, 3), "late": late, "escape": noisyThreshold,
	} {
		law := gaussian(0.5, 0.3)
		switch name {
		case "jumps apart":
			law = gaussian(1.83, 0.003)
		case "jumps", "jumps into R":
			law = neuron.Point{Potential: 1}
		}
		c := pair(e.Law, [4]float64{0.4 * e.B, 0.6 * e.B, 0.4 * e.B, 0.6 * e.B})
		c.Delay, c.Rule = [][]float64{{e.Delay, e.Delay}, {e.Delay, e.Delay}}, e.Rule
		o := Options{Cells: 150, Rtol: 1e-7, Continue: true}
		two := together(t, c, law, o)
		o.Scheme = FiniteVolume
		one := start(t, e, law, o)
		for _, x := range []float64{0.05, 0.3, 0.6} {
			want, got := advance(t, one, x), reach(t, two, x)
			for k := range got {
				for what, v := range map[string][2]float64{
					"rate": {got[k].Rate, want.Rate}, "fired": {got[k].Fired, want.Fired}, "R": {got[k].Refractory, want.Refractory}, "mean": {got[k].Mean, want.Mean},
				} {
					if math.Abs(v[0]-v[1]) > 2e-5*(1+math.Abs(v[1])) {
						t.Errorf("%s: %s of half %d at %v: %.9g, whole %.9g", name, what, k, x, v[0], v[1])
					}
				}
			}
		}
		jumps := one.(Continuing).BlowUps()
		if list := two.BlowUps(); len(list) != len(jumps) || (name[:4] == "jump") != (len(jumps) > 0) {
			t.Errorf("%s: %+v, want %+v", name, list, jumps)
		} else {
			t.Logf("%s: %d jumps", name, len(jumps))
		}
	}
}

// TestCircuitRelaxes: from a Gaussian to the steady rates of MODELS.md, section 8, at the default cells.
func TestCircuitRelaxes(t *testing.T) {
	for _, c := range []struct{ b, rates [4]float64 }{
		{[4]float64{0.5, -0.75, 0.5, -0.25}, [4]float64{0.11219785, 0.12527448}},
		{[4]float64{2, -1, 1, -1}, [4]float64{0.17116148, 0.12907375}},
	} {
		got := reach(t, together(t, pair(standard(), c.b), gaussian(0, 0.25), Options{}), 12)
		for k, st := range got {
			t.Logf("b = %v: rate %.8f, off by %.1e", c.b, st.Rate, st.Rate/c.rates[k]-1)
			near(t, "rate", st.Rate, c.rates[k], 5e-5)
		}
	}
}

// everything is a circuit whose populations differ in everything and hear each other at once and late.
func everything() Circuit {
	e, i := busy().Law, standard()
	e.Refractory = neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: 0.2}
	i.A1, i.Reset = 0.2, 0.7
	i.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 0.15}
	i.Firing.Epsilon = 0.05
	return Circuit{
		Populations: []Population{{"E", e}, {"I", i}}, Rule: neuron.Hard,
		B: [][]float64{{0.6, -0.8}, {1.2, -0.5}}, Delay: [][]float64{{0, 0.25}, {0, 0.1}},
	}
}

// TestCircuitOrders: second order in the cell and in the step, all rates at several times.
func TestCircuitOrders(t *testing.T) {
	plain := pair(busy().Law, [4]float64{0.8, -0.5, 0.6, -0.3})
	for name, c := range map[string]Circuit{"threshold": plain, "everything": everything()} {
		t.Run(name, func(t *testing.T) {
			var sizes, times []float64
			var inSpace, inTime [][]float64
			for _, cells := range []int{100, 200, 400, 800} {
				s := together(t, c, calm(t), Options{Cells: cells})
				s.options.step = 0.02
				sizes, inSpace = append(sizes, float64(cells)), append(inSpace, rates(t, s, 0.2, 0.5, 0.9))
			}
			for _, step := range []float64{0.02, 0.01, 0.005, 0.0025} {
				s := together(t, c, calm(t), Options{Cells: 100})
				reach(t, s, 0.1)
				s.options.step = step
				times, inTime = append(times, step), append(inTime, rates(t, s, 0.3, 0.5, 0.9))
			}
			if order := orders(t, "cells", sizes, inSpace); !(order >= 1.85) {
				t.Errorf("order %.3f in space, declared 2", order)
			}
			if order := orders(t, "step", times, inTime); !(order >= 1.85) {
				t.Errorf("order %.3f in time, declared 2", order)
			}
		})
	}
}

// rates returns the rates of all populations at times.
func rates(t testing.TB, s CircuitSolver, times ...float64) (list []float64) {
	for _, x := range times {
		for _, st := range reach(t, s, x) {
			list = append(list, st.Rate)
		}
	}
	return list
}

// TestCascadeAgainstNeurons holds the limit of an instant against the rule itself for many neurons at the quantiles of
// random densities: the fractions that fire differ by O(1/N).
func TestCascadeAgainstNeurons(t *testing.T) {
	const n = 20000
	src := rand.New(rand.NewSource(5))
	fired, stopped := 0, 0
	for round := range 40 {
		m := layOut([]float64{-1, 0.5, 1}, 60, []bump{{1, func(v float64) float64 { return v }}})
		b := [][]float64{{3 * src.Float64(), -4 * src.Float64()}, {4 * src.Float64(), -2 * src.Float64()}}
		fronts, stacks := make([]*front, 2), make([][]float64, 2)
		for p := range fronts {
			mass := make([]float64, len(m.width))
			sum := 0.0
			for i := range mass {
				mass[i] = math.Max(0, src.Float64()-0.1) * math.Exp(3*m.centers[i]*src.Float64())
				sum += mass[i]
			}
			for i := range mass {
				mass[i] /= sum
			}
			fronts[p] = newFront(m, mass, 1)
			stacks[p] = quantiles(m, mass, n)
		}
		kick := 0.1 + 0.2*src.Float64() // what starts it
		fronts[0].shift = kick
		newCascade(b, fronts).run(nil)
		want := avalanche(stacks, b, kick)
		for p, f := range fronts {
			if math.Abs(f.fired-want[p]) > 30./n {
				t.Errorf("round %d, population %d: %.5f, of neurons %.5f", round, p, f.fired, want[p])
			}
		}
		if fired++; fronts[0].fired < 0.99 {
			stopped++
		}
	}
	if t.Logf("%d cascades, %d stopped before their end", fired, stopped); stopped < 10 || stopped == fired {
		t.Error("the examples are all alike")
	}
}

// quantiles returns the potentials of n neurons, the highest first.
func quantiles(m *mesh, mass []float64, n int) []float64 {
	list := make([]float64, 0, n)
	f := newFront(m, mass, 0)
	f.drop(0.5 / float64(n))
	for range n {
		if f.cell < 0 {
			list = append(list, m.edges[0])
			continue
		}
		list = append(list, f.potential())
		f.drop(1 / float64(n))
	}
	return list
}

// avalanche is the rule of an instant, neuron by neuron; V_F is 1.
func avalanche(stacks [][]float64, b [][]float64, kick float64) []float64 {
	shift, next := []float64{kick, 0}, make([]int, len(stacks))
	for {
		lead, most := -1, math.Inf(-1)
		for p, stack := range stacks {
			if next[p] < len(stack) && stack[next[p]]+shift[p]-1 > most {
				lead, most = p, stack[next[p]]+shift[p]-1
			}
		}
		if !(most >= 0) {
			break
		}
		next[lead]++
		for p := range shift {
			shift[p] += b[p][lead] / float64(len(stacks[lead]))
		}
	}
	x := make([]float64, len(stacks))
	for p := range x {
		x[p] = float64(next[p]) / float64(len(stacks[p]))
	}
	return x
}

// TestInhibitionStopsBlowUp: excitation blows up; fast inhibition, whose kicks arrive in the same instant, stops it or, too weak,
// does not; inhibition with a delay comes too late.
func TestInhibitionStopsBlowUp(t *testing.T) {
	excited := gaussian(-1, 0.5)
	for _, c := range []struct {
		name  string
		b     [4]float64
		late  float64
		jumps bool
	}{
		{"alone", [4]float64{3, 0, 0, 0}, 0, true},
		{"strong inhibition", [4]float64{3, -6, 4, 0}, 0, false},
		{"weak inhibition", [4]float64{3, -0.3, 1, 0}, 0, true},
		{"late inhibition", [4]float64{3, -6, 4, 0}, 5, true},
	} {
		equation := pair(standard(), c.b)
		equation.Delay = [][]float64{{0, c.late}, {0, 0}}
		s := together(t, equation, excited, Options{Cells: 300, Rtol: 1e-6})
		err := s.Advance(context.Background(), 4.5)
		var found *CircuitBlowUp
		if errors.As(err, &found) != c.jumps || err != nil && !c.jumps {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if t.Logf("%s: %v, %+v", c.name, err, s.States()); c.jumps && !(found.Jumps[0] > 0.05 && found.Jumps[0] <= 1) {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

// TestCircuitConserves: ∫n + R = 1 to rounding, nothing negative and an end in its time, for random circuits with variants.
func TestCircuitConserves(t *testing.T) {
	jumps := 0
	rapid.Check(t, func(r *rapid.T) {
		var c Circuit
		var laws []neuron.Initial
		for k := range rapid.IntRange(1, 3).Draw(r, "populations") {
			e, start := draw(r)
			tau := math.Exp(rapid.Float64Range(-4, 0).Draw(r, "ln τ"))
			if kind := rapid.SampledFrom([]neuron.Refractoriness{0, 1, 2}).Draw(r, "refractory"); kind != 0 {
				e.Law.Refractory = neuron.Refractory{Law: kind, Tau: tau}
			}
			e.Law.Firing.Epsilon = rapid.SampledFrom([]float64{0, 0, 0, 0.01}).Draw(r, "ε")
			c.Populations, laws = append(c.Populations, Population{fmt.Sprint(k), e.Law}), append(laws, start)
		}
		for range c.Populations {
			var b, d []float64
			for range c.Populations {
				b = append(b, rapid.SampledFrom([]float64{-3, 0, 0.5, 3, 6}).Draw(r, "b"))
				d = append(d, rapid.SampledFrom([]float64{0, 0, 0.05, 0.11}).Draw(r, "d"))
			}
			c.B, c.Delay = append(c.B, b), append(c.Delay, d)
		}
		c.Rule = rapid.SampledFrom([]neuron.Rule{neuron.Hard, neuron.Sequential}).Draw(r, "rule")
		enough, steps := errors.New("enough"), 0 // of jumps that follow each other closely
		s, err := c.NewSolver(laws, Options{Cells: 80, Rtol: 1e-4, Continue: true, OnStates: func(list []State) error {
			if steps++; steps == 2000 {
				return enough
			}
			for _, st := range list {
				if math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) || math.IsNaN(st.Mean+st.Variance+st.Fired+st.Refractory) {
					return fmt.Errorf("%+v", st)
				}
			}
			return nil
		}})
		if err != nil {
			return // refused: noise feedback and a density that does not vanish at V_F
		}
		var ended *CircuitBlowUp
		var eternal *Eternal
		if err := s.Advance(context.Background(), 0.3); err != nil && !errors.As(err, &ended) && !errors.As(err, &eternal) && err != enough {
			r.Fatal(err)
		}
		for _, b := range s.BlowUps() {
			for _, x := range b.Jumps {
				if !(x >= 0 && x <= float64(1+maxAtOnce)) || math.IsNaN(b.Time) {
					r.Fatalf("%+v", b)
				}
			}
		}
		jumps += len(s.BlowUps())
	})
	if t.Logf("%d jumps", jumps); jumps == 0 {
		t.Error("no jumps")
	}
}
