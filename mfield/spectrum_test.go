package mfield

import (
	"math"
	"math/cmplx"
	"testing"

	"pgregory.net/rapid"

	"lapicque/neuron"
)

// kummer returns e^{z²/4} D_{−λ}(−z) up to a factor, for real λ and moderate z, by the power series of M:
// M(λ/2, 1/2, z²/2)/Γ((1+λ)/2) + √2 z M((1+λ)/2, 3/2, z²/2)/Γ(λ/2).
func kummer(lambda, z float64) float64 {
	series := func(a, b, x float64) float64 {
		sum, term := 1.0, 1.0
		for k := 0.0; k < 300; k++ {
			term *= (a + k) / (b + k) * x / (k + 1)
			sum += term
		}
		return sum
	}
	x := z * z / 2
	return series(lambda/2, 0.5, x)/math.Gamma((1+lambda)/2) + math.Sqrt2*z*series((1+lambda)/2, 1.5, x)/math.Gamma(lambda/2)
}

// TestSpectrum: the printed values, and further ones by the power series: uncoupled, ψ(V_F) = ψ(V_R).
func TestSpectrum(t *testing.T) {
	e := NNLIF{Law: standard()}
	states, err := e.SteadyStates()
	if err != nil {
		t.Fatal(err)
	}
	list := e.Spectrum(states[0], 5)
	t.Logf("b = 0: %.13g", list)
	if len(list) != 5 {
		t.Fatal(list)
	}
	for k, want := range []float64{-1.1909670923907, -2.6026799782535} {
		if cmplx.Abs(list[k]-complex(want, 0)) > 1e-11 {
			t.Errorf("%v, want %v", list[k], want)
		}
	}
	for _, z := range list {
		if imag(z) == 0 {
			f := func(lambda float64) float64 { return kummer(lambda, 2) - kummer(lambda, 1) }
			if a, b := f(real(z)-1e-10), f(real(z)+1e-10); a*b > 0 {
				t.Errorf("no zero of the power series within 1e−10 of %v: %v %v", z, a, b)
			}
		}
	}
}

// TestSpectrumByHittingTimes: each eigenvalue is, to 1e−9, a zero of the published formula, with couplings and delays.
func TestSpectrumByHittingTimes(t *testing.T) {
	low := standard()
	low.A0, low.Current = 0.1, neuron.Constant(2.5)
	for _, e := range []NNLIF{{Law: standard(), B: 1.5}, {Law: standard(), B: -5}, {Law: low, B: -0.5}, {Law: standard(), B: -20, Delay: 1}, {Law: standard(), B: -60, Delay: 1}} {
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range states {
			list := e.Spectrum(s, 3)
			t.Logf("b = %v, d = %v, N = %.6g: %.10g", e.B, e.Delay, s.Rate, list)
			if len(list) < 2 {
				t.Errorf("b = %v, d = %v: %v", e.B, e.Delay, list)
			}
			for k, z := range list {
				f := func(at complex128) complex128 { return published(e, s.Rate, at) }
				slope := (f(z+1e-5) - f(z-1e-5)) / 2e-5
				if d := cmplx.Abs(f(z) / slope); !(d < 1e-9*(1+cmplx.Abs(z))) {
					t.Errorf("b = %v, d = %v: %v is off by %g", e.B, e.Delay, z, d)
				}
				if k > 0 && real(z) > real(list[k-1]) {
					t.Errorf("not in order: %v", list)
				}
			}
		}
	}
}

// TestParity: the number of real unstable eigenvalues is odd exactly where ln(N·J) falls: two computations that share
// the stationary neuron only.
func TestParity(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		law := neuron.LIF{Threshold: 2, Reset: rapid.Float64Range(-1, 1.7).Draw(r, "V_R"), Leak: 1, A0: math.Exp(rapid.Float64Range(-3, 1).Draw(r, "ln a0")),
			Current: neuron.Constant(rapid.Float64Range(-1, 2).Draw(r, "I"))}
		if rapid.Bool().Draw(r, "noisy") {
			law.A1 = rapid.Float64Range(0, 0.5).Draw(r, "a1")
		}
		e := NNLIF{Law: law, B: rapid.Float64Range(-3, 3).Draw(r, "b"), Delay: rapid.Float64Range(0, 2).Draw(r, "d")}
		rates, err := e.steadyRates()
		if err != nil {
			t.Skip(err)
		}
		for _, rate := range rates {
			_, slope, _ := e.tension(math.Log(rate))
			c := e.newCharacteristic(rate)
			if n := c.unstable(c.height()); math.Abs(slope) > 1e-6 && n >= 0 && (n%2 == 1) != (slope < 0) {
				r.Fatalf("N = %v: %d unstable eigenvalues, slope %g", rate, n, slope)
			}
		}
	})
}
