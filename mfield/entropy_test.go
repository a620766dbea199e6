package mfield

import (
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
)

var entropies = []Entropy{KullbackLeibler, Quadratic}

// measured runs a solver to a time and returns entropies against a steady state at all steps.
func measured(t testing.TB, e NNLIF, law neuron.Initial, o Options, to Steady, until float64) (times []float64, values [2][]float64) {
	t.Helper()
	var ref *Reference
	o.OnStep = func(x State) error {
		times = append(times, x.Time)
		for i, h := range entropies {
			values[i] = append(values[i], ref.Entropy(h))
		}
		return nil
	}
	s := start(t, e, law, o)
	ref = e.NewReference(s, to)
	advance(t, s, until)
	return times, values
}

// TestEntropyDecreases: with b = 0 relative entropies never increase: by finite volumes with implicit Euler it is a
// theorem of the scheme, by the default schemes it is measured, to 1e−12 at all steps, for starts with jumps and atoms
// and random neurons.
func TestEntropyDecreases(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for _, o := range []Options{{Scheme: FiniteVolume, Cells: 200, step: 0.02, euler: true}, {Scheme: FiniteVolume, Cells: 200}, {Scheme: Spectral}} {
		worst := 0.0
		for k := range 9 {
			e := NNLIF{Law: standard()}
			if k > 2 {
				e = random(rng, 0)
				e.B = 0
			}
			f, r := e.Law.Threshold, e.Law.Reset
			law := []neuron.Initial{gaussian(0, 0.25), neuron.Point{Potential: (f + r) / 2}, neuron.Uniform{From: r - 2, To: f}}[k%3]
			if g, ok := law.(neuron.TruncatedGaussian); ok {
				g.Upper = f
				law = g
			}
			_, values := measured(t, e, law, o, only(t, e)[0], 3)
			for i, list := range values {
				for j := 1; j < len(list); j++ {
					if rise := list[j] - list[j-1]; rise > worst {
						worst = rise
					}
				}
				if left := list[len(list)-1]; left > 0.3 {
					t.Errorf("%v of %+v: %v is left", entropies[i], e, left)
				}
			}
		}
		t.Logf("%v, step %v: largest rise between steps %.1e", o.Scheme, o.step, worst)
		if worst > 1e-12 {
			t.Errorf("an entropy rose by %g", worst)
		}
	}
}

// TestEntropyValues: MODELS.md section 3, by both schemes, and the decay at twice the
// spectral gap, also of a coupled network and of complex eigenvalues' envelope.
func TestEntropyValues(t *testing.T) {
	e := NNLIF{Law: standard()}
	for _, c := range []struct {
		Options
		within [2]float64
	}{{Options{Scheme: Spectral}, [2]float64{6e-10, 6e-10}}, {Options{Scheme: Spectral, Rtol: 1e-10}, [2]float64{6e-11, 6e-11}},
		{Options{Scheme: FiniteVolume}, [2]float64{4e-5, 4e-5}}} {
		s := start(t, e, gaussian(0, 0.25), c.Options)
		ref := e.NewReference(s, only(t, e)[0])
		for _, x := range [][3]float64{{0.05, 0.1752051678, 0.2831724709}, {1, 0.0025991165, 0.0048751486}} {
			advance(t, s, x[0])
			t.Logf("%v, rtol %g, t = %v: %.12f %.12f", c.Scheme, c.Tolerance(), x[0], ref.Entropy(KullbackLeibler), ref.Entropy(Quadratic))
			for i, h := range entropies {
				if got := ref.Entropy(h); math.Abs(got-x[1+i]) > c.within[i] {
					t.Errorf("%v: %v, want %v", h, got, x[1+i])
				}
			}
		}
	}
}

// TestEntropyDecay: the fitted rate is twice the real part of the leading eigenvalue.
func TestEntropyDecay(t *testing.T) {
	for _, b := range []float64{0, 0.5, -1.5, 1.2} {
		e := NNLIF{Law: standard(), B: b, Rule: neuron.Hard}
		to := only(t, e)[0]
		for _, o := range []Options{{Scheme: Spectral}, {Scheme: FiniteVolume}} {
			times, values := measured(t, e, gaussian(0, 0.25), o, to, 6)
			for i, h := range entropies {
				d, ok := FitDecay(times, values[i], o.Noise())
				want := -2 * real(to.Eigenvalue)
				t.Logf("b = %v, %v, %v: %.6f ± %.1e, residual %.1e on [%.2f, %.2f]; 2|λ| = %.6f", b, o.Scheme, h, d.Rate, d.Error, d.Residual, d.From, d.To, want)
				if !ok || math.Abs(d.Rate-want) > d.Error+1e-4*want || d.Error > 0.05*want {
					t.Errorf("fitted %+v, want %v", d, want)
				}
			}
		}
	}
}

// TestFitDecay: curves whose limit is known, and curves that have none.
func TestFitDecay(t *testing.T) {
	curve := func(f func(float64) float64) (times, values []float64) {
		for k := range 200 {
			x := float64(k) / 20
			times, values = append(times, x), append(values, f(x))
		}
		return times, values
	}
	times, values := curve(func(x float64) float64 { return 3*math.Exp(-2*x) + 5*math.Exp(-3*x) })
	if d, ok := FitDecay(times, values, 1e-9); !ok || math.Abs(d.Rate-2) > 2e-4 || !(d.Error < 0.03) || !(d.Residual < 0.02) {
		t.Errorf("%+v", d)
	}
	times, values = curve(func(x float64) float64 { return math.Exp(-2*x) * (1.5 + math.Cos(5*x)) })
	if d, ok := FitDecay(times, values, 0); !ok || math.Abs(d.Rate-2) > d.Error || d.Residual < 0.1 {
		t.Errorf("oscillating: %+v", d)
	}
	if d, ok := FitDecay(times, values, 10); ok {
		t.Errorf("nothing above the floor: %+v", d)
	}
}

// TestEntropyOf against the formula in the other form, and its edges.
func TestEntropyOf(t *testing.T) {
	for _, x := range []float64{1e-300, 1e-5, 0.3, 0.49, 0.51, 0.9998, 0.99989, 0.99991, 1.00009, 1.00011, 1.49, 1.51, 7, 1e10} {
		for _, p := range []float64{1e-200, 1e-3, 2} {
			want := p * (x*math.Log(x) - x + 1)
			near(t, "kl", KullbackLeibler.Of(x*p, p), want, 1e-6)
			near(t, "quadratic", Quadratic.Of(x*p, p), p*(x-1)*(x-1), 1e-9)
		}
	}
	for _, h := range entropies {
		if h.Of(0.5, 0.5) != 0 || h.Of(0, 0) != 0 || !math.IsInf(h.Of(1, 0), 1) {
			t.Errorf("%v: edges", h)
		}
	}
}

// TestEntropyThatDoesNotExist: atoms, and χ² of a law with a heavier tail than the steady one.
func TestEntropyThatDoesNotExist(t *testing.T) {
	e := NNLIF{Law: standard(), B: -1}
	to := only(t, e)[0]
	s := start(t, e, neuron.Point{Potential: 0}, Options{Scheme: Spectral})
	if v := e.NewReference(s, to).Entropy(KullbackLeibler); !math.IsInf(v, 1) {
		t.Errorf("atom: %v", v)
	}
	for _, o := range []Options{{Scheme: Spectral}, {Scheme: FiniteVolume}} {
		s := start(t, e, gaussian(0, 9), o)
		ref := e.NewReference(s, to)
		if v := ref.Entropy(Quadratic); !math.IsInf(v, 1) {
			t.Errorf("%v, wide: %v", o.Scheme, v)
		}
		if v := ref.Entropy(KullbackLeibler); !(v > 0.1 && v < 10) {
			t.Errorf("%v, wide: %v", o.Scheme, v)
		}
	}
}

// TestEntropyNearlyDeterministic: where the steady density underflows, errors of the solution do not count.
func TestEntropyNearlyDeterministic(t *testing.T) {
	e := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1e-3, Leak: 1, Current: neuron.Constant(3)}}
	_, values := measured(t, e, gaussian(0, 0.25), Options{Scheme: Spectral}, Steady{Rate: lowest(t, e), Variance: 0.1}, 3)
	for i, list := range values {
		if v := list[len(list)-1]; !(v > 0 && v < 10) {
			t.Errorf("%v: %v at the end", entropies[i], v)
		}
	}
}

// TestDiscreteSteadyState: one implicit step leaves the discrete steady state where it is, with coupling too.
func TestDiscreteSteadyState(t *testing.T) {
	noisy := standard()
	noisy.A1 = 0.2
	for _, e := range []NNLIF{{Law: standard()}, {Law: standard(), B: 0.5}, {Law: standard(), B: -8}, {Law: noisy, B: 0.3}} {
		s := solver(t, e, gaussian(0, 0.25), Options{Scheme: FiniteVolume, step: 0.05, euler: true})
		rate := only(t, e)[0].Rate
		copy(s.mass, s.steadyMasses(rate))
		before := append([]float64(nil), s.mass...)
		advance(t, s, 0.05)
		for i, m := range s.mass[len(s.mass)-len(before):] {
			if math.Abs(m-before[i]) > 1e-13 {
				t.Fatalf("%+v: cell %d: %g became %g", e, i, before[i], m)
			}
		}
		near(t, "N of the scheme", s.rate, rate, 1e-4)
	}
}
