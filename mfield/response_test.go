package mfield

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
)

// only returns the steady states of an equation that must have some.
func only(t testing.TB, e NNLIF) []Steady {
	t.Helper()
	states, err := e.SteadyStates()
	if err != nil || len(states) == 0 {
		t.Fatal(states, err)
	}
	return states
}

// lowest returns the lowest steady rate.
func lowest(t testing.TB, e NNLIF) float64 {
	t.Helper()
	rates, err := e.steadyRates()
	if err != nil || len(rates) == 0 {
		t.Fatal(rates, err)
	}
	return rates[0]
}

// random equations with moderate parameters; a1 > 0 in every second one.
func random(r *rand.Rand, k int) NNLIF {
	law := neuron.LIF{Reset: 3*r.Float64() - 2, A0: 0.2 + 2*r.Float64(), Leak: 0.5 + 2*r.Float64(), Current: neuron.Constant(2*r.Float64() - 1)}
	law.Threshold = law.Reset + 0.3 + 1.5*r.Float64()
	law.A1 = float64(k%2) * 0.3 * r.Float64()
	return NNLIF{Law: law, B: law.Gap() * (4*r.Float64() - 3)}
}

// TestResponseAtZero: at low frequencies K and the coupled K are the derivatives of
// the steady rate of a neuron and of the network (MODELS.md section 3 and random equations), and the
// spectrum is that of section 13.
func TestResponseAtZero(t *testing.T) {
	at := func(e NNLIF) Response { return e.Response(Steady{Rate: lowest(t, e)}, []float64{1e-7})[0] }
	r := at(NNLIF{Law: standard()})
	near(t, "dN/dI", real(r.Current.Free), 0.210489678, 2e-9)
	near(t, "N0 CV²", r.Spectrum.Free, 0.171717, 3e-6)
	r = at(NNLIF{Law: standard(), B: 0.5})
	near(t, "N0 CV²/(1 − bK)²", r.Spectrum.Coupled, 0.246671, 3e-6)

	rng := rand.New(rand.NewPCG(4, 1))
	for k := range 40 {
		e := random(rng, k)
		r := at(e)
		const h = 1e-4
		difference := func(change func(*NNLIF, float64)) float64 { // of order 4
			var rates [4]float64
			for i, x := range [4]float64{-2, -1, 1, 2} {
				f := e
				change(&f, x*h)
				rates[i] = lowest(t, f)
			}
			return (rates[0] - 8*rates[1] + 8*rates[2] - rates[3]) / (12 * h)
		}
		near(t, "current", real(r.Current.Coupled), difference(func(f *NNLIF, x float64) {
			f.Law.Current = neuron.Constant(e.Law.Input().At(0) + x)
		}), 1e-6)
		near(t, "diffusion", real(r.Diffusion.Coupled), difference(func(f *NNLIF, x float64) { f.Law.A0 += x }), 1e-6)
	}
}

// TestResponseAtInfinity: K → N0/√(iωa), K_a → N0/a, N·S → N0, with relative errors
// that fall like ω^{−1/2} or faster.
func TestResponseAtInfinity(t *testing.T) {
	for _, e := range []NNLIF{{Law: standard(), B: -2}, {Law: neuron.LIF{Threshold: 1, Reset: -1, A0: 0.5, A1: 0.1, Leak: 2, Current: neuron.Constant(1)}, B: 0.3}} {
		s := only(t, e)[0]
		a := complex(e.Law.Diffusion(s.Rate), 0)
		var last [3]float64
		for k, r := range e.Response(s, []float64{1e4, 1.6e5, 2.56e6}) {
			n := complex(s.Rate, 0)
			errs := [3]float64{
				cmplx.Abs(r.Current.Free/(n/cmplx.Sqrt(complex(0, r.Omega)*a)) - 1),
				cmplx.Abs(r.Diffusion.Free/(n/a) - 1),
				math.Abs(r.Spectrum.Free/s.Rate - 1),
			}
			t.Logf("ω = %g: relative errors %.2e", r.Omega, errs)
			for i := range errs {
				if k > 0 && errs[i] > last[i]/3.9 && errs[i] > 1e-12 {
					t.Errorf("ω = %g: %v after %v", r.Omega, errs, last)
				}
			}
			last = errs
		}
	}
}

// TestResponseAgainstEquation drives the nonlinear equation with a small sine and fits
// amplitude and phase of N. What separates the two is of second order in the amplitude, 1e−3, and what is left of
// the transient: below 1e−6 relative.
func TestResponseAgainstEquation(t *testing.T) {
	feedback := standard()
	feedback.A1 = 0.2
	fast := neuron.LIF{Threshold: 1, Reset: 0, A0: 0.2, Leak: 1.5, Current: neuron.Constant(1.8)}
	for _, e := range []NNLIF{{Law: standard()}, {Law: standard(), B: 0.5}, {Law: standard(), B: -4}, {Law: feedback, B: 0.3}, {Law: fast, B: -0.5}} {
		s := only(t, e)[0]
		for _, r := range e.Response(s, []float64{0.5, 3, 20}) {
			const size = 1e-3
			driven := e
			driven.Law.Current = neuron.Sine{Mean: e.Law.Input().At(0), Amplitude: size, Frequency: r.Omega / (2 * math.Pi)}
			solver := start(t, driven, e.SteadyLaw(s), Options{Scheme: Spectral, Rtol: 1e-10})
			const points = 32
			begin := 15.0
			sum := complex128(0)
			for k := range points { // Σ N e^{−iωt} over a period; sin ωt = Im e^{iωt}
				at := begin + float64(k)/points*2*math.Pi/r.Omega
				rate := advance(t, solver, at).Rate
				sum += complex(rate-s.Rate, 0) * cmplx.Exp(complex(0, -r.Omega*at))
			}
			got := sum * complex(0, 2/(points*size))
			off := cmplx.Abs(got/r.Current.Coupled - 1)
			t.Logf("b = %v, a1 = %v, ω = %v: K = %.6g, of the equation %.6g, off by %.1e", e.B, e.Law.A1, r.Omega, r.Current.Coupled, got, off)
			if off > 1e-6 {
				t.Errorf("off by %g", off)
			}
		}
	}
}
