package mfield

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
)

// find returns the statement of that name.
func find(t testing.TB, list []Statement, name string) Statement {
	t.Helper()
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no statement %q", name)
	return Statement{}
}

// TestCountsOfTheory holds every bound for the number of steady states, and both criteria of stability, against the
// states of random equations; each hypothesis must have held often enough to mean something.
func TestCountsOfTheory(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	held := map[string]int{}
	for k := range 800 {
		gap := math.Exp(3*rng.Float64() - 2)
		law := neuron.LIF{Reset: 3*rng.NormFloat64() + 0.5, A0: math.Exp(5*rng.Float64() - 4), Leak: math.Exp(rng.NormFloat64()), Current: neuron.Constant(rng.NormFloat64())}
		law.Threshold = law.Reset + gap
		e := NNLIF{Law: law, B: gap * 1.5 * rng.NormFloat64()}
		if k%4 == 0 {
			e.B = gap * math.Exp(6*rng.Float64()) // strong enough for none
		}
		rates, err := e.steadyRates()
		if err != nil {
			t.Fatal(err)
		}
		list := e.counts(len(rates))
		if k%16 == 0 {
			list = append(list, e.stability(only0(t, e))...)
		}
		for _, s := range list {
			if s.Verdict == Contradicted {
				t.Errorf("%+v: %s (%s) but %s", e, s.Says, s.Numbers, s.Computed)
			}
			if s.Holds == Yes {
				held[s.Name]++
			}
		}
	}
	t.Log(held)
	for _, name := range []string{"steady states: inhibition", "steady states: at least one", "steady states: at least two",
		"steady states: none", "steady states: at most", "stability: small gain", "stability: slope"} {
		if held[name] < 8 {
			t.Errorf("%s held %d times only", name, held[name])
		}
	}
}

// only0 returns the steady states, of which there may be none.
func only0(t testing.TB, e NNLIF) []Steady {
	t.Helper()
	states, err := e.SteadyStates()
	if err != nil {
		t.Fatal(err)
	}
	return states
}

// solved runs the equation and returns what theorems speak of.
func solved(t testing.TB, e NNLIF, law neuron.Initial, o Options, end float64) Solution {
	t.Helper()
	found := Solution{End: end, Rise: math.NaN(), Known: true}
	if e.Law.A1 == 0 {
		found.Steady = only0(t, e)
	}
	s := start(t, e, law, o)
	var b *BlowUp
	if err := s.Advance(t.Context(), end); errors.As(err, &b) {
		found.BlowUps = []BlowUp{*b}
	} else if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestExplosion: the criterion fires for concentrated starts and strong coupling, not for the default start; where it
// fires the solution does blow up, before the time that the proof gives.
func TestExplosion(t *testing.T) {
	hot := standard()
	hot.Current = neuron.Constant(0.7)
	follows := standard()
	follows.A1 = 0.5
	quick := standard()
	quick.Leak, quick.Current = 2, neuron.Constant(1)
	for _, c := range []struct {
		e        NNLIF
		law      neuron.Initial
		fires    Answer
		explodes bool
	}{
		{NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), No, false},
		{NNLIF{Law: standard(), B: 3}, gaussian(-1, 0.5), No, true}, // sufficient, not necessary
		{NNLIF{Law: standard(), B: 3}, gaussian(1.9, 0.001), Yes, true},
		{NNLIF{Law: standard(), B: 0.9}, gaussian(1.95, 1e-4), Yes, true},
		{NNLIF{Law: standard(), B: 20}, gaussian(0, 0.25), No, true},
		{NNLIF{Law: standard(), B: 2000}, gaussian(1, 0.25), Yes, true},
		{NNLIF{Law: standard(), B: 1.5}, neuron.Point{Potential: 1.8}, Yes, true},
		{NNLIF{Law: standard(), B: 1.5}, neuron.Uniform{From: 1.7, To: 1.9}, Yes, true},
		{NNLIF{Law: hot, B: 1}, gaussian(1.9, 0.001), Yes, true},
		{NNLIF{Law: quick, B: 1}, gaussian(1.9, 0.001), Yes, true},
		{NNLIF{Law: follows, B: -0.5}, neuron.Point{Potential: 1.95}, Yes, true},
	} {
		c.e.Rule = neuron.Hard
		found := solved(t, c.e, c.law, Options{Scheme: FiniteVolume, Cells: 200}, 5)
		s := find(t, c.e.Theory(c.law, found), "blow-up")
		t.Logf("b = %v, %+v: %s; %s: %s", c.e.B, c.law, s.Numbers, s.Computed, s.Verdict)
		if s.Holds != c.fires || s.Verdict == Contradicted || c.explodes != (len(found.BlowUps) > 0) || c.fires == Yes && s.Verdict != Consistent {
			t.Errorf("%+v", s)
		}
		if c.fires == Yes { // what contradicts the theorem is said
			late := found
			late.BlowUps = nil
			if s := find(t, c.e.Theory(c.law, late), "blow-up"); s.Verdict != Contradicted {
				t.Errorf("without the blow-up: %+v", s)
			}
		}
	}
}

// TestExponentialMoment against closed forms: a uniform law, a Gaussian far below V_F, atoms; no overflow at large μ.
func TestExponentialMoment(t *testing.T) {
	for _, mu := range []float64{0.3, 4, 60, 5000, 1e6} {
		near(t, "uniform", exponentialMoment(neuron.Uniform{From: 1, To: 2}, mu, 2), -math.Expm1(-mu)/mu, 1e-6)
		near(t, "atom", exponentialMoment(neuron.Point{Potential: 1.9999}, mu, 2), math.Exp(-mu*1e-4), 1e-9)
	}
	for _, c := range [][3]float64{{-3, 0.04, 4}, {1, 1e-4, 30}, {1.9, 1e-8, 100}} {
		g := gaussian(c[0], c[1])
		near(t, "Gaussian", exponentialMoment(g, c[2], 2), math.Exp(-c[2]*(2-c[0])+c[2]*c[2]*c[1]/2), 1e-6)
	}
}

// TestContradictions: each kind is said.
func TestContradictions(t *testing.T) {
	e := NNLIF{Law: standard()}
	states := only(t, e)
	ok := Solution{End: 5, Known: true, Steady: states, Limit: &states[0], Rise: 1e-15, Slack: 1e-12}
	for _, s := range e.Theory(gaussian(0, 0.25), ok) {
		if s.Verdict == Contradicted {
			t.Errorf("%+v", s)
		}
	}
	bad := ok
	bad.BlowUps, bad.Rise, bad.Steady = []BlowUp{{Time: 1}}, 1e-3, append(states, states[0])
	list := e.Theory(gaussian(0, 0.25), bad)
	for _, name := range []string{"global existence", "steady states: inhibition", "steady states: at most", "convergence"} {
		if s := find(t, list, name); s.Verdict != Contradicted {
			t.Errorf("%+v", s)
		}
	}
}
