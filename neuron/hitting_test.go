package neuron

import (
	"math"
	"math/cmplx"
	"testing"
)

func closer(t *testing.T, what string, got, want complex128, tolerance float64) {
	t.Helper()
	if !(cmplx.Abs(got-want) <= tolerance*cmplx.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g (%.2g)", what, got, want, cmplx.Abs(got/want-1))
	}
}

// riccati integrates r′ = λ + z r − r², r = h′/h, from far below by a Runge–Kutta method of
// order 4 and returns ∫ r over (from, to) and r at from.
func riccati(lambda complex128, from, to float64) (integral, slope complex128) {
	f := func(z float64, r complex128) complex128 { return lambda + complex(z, 0)*r - r*r }
	start := math.Min(from, 0) - 12 - 2*math.Sqrt(cmplx.Abs(lambda))
	h := 0.2 / (1 + math.Sqrt(cmplx.Abs(lambda)) + math.Abs(start))
	z, r := start, (complex(start, 0)+cmplx.Sqrt(complex(start*start, 0)+4*lambda))/2
	advance := func(h float64) {
		c := complex(h, 0)
		k1 := f(z, r)
		k2 := f(z+h/2, r+c/2*k1)
		k3 := f(z+h/2, r+c/2*k2)
		k4 := f(z+h, r+c*k3)
		r += c / 6 * (k1 + 2*k2 + 2*k3 + k4)
		z += h
	}
	n := int((from-start)/h) + 1
	for range n {
		advance((from - start) / float64(n))
	}
	slope = r
	// Simpson's rule over pairs of steps.
	n = 2 * (int((to-from)/h) + 8)
	step := (to - from) / float64(n)
	for k := 0; k < n; k += 2 {
		r0 := r
		advance(step)
		r1 := r
		advance(step)
		integral += complex(step/3, 0) * (r0 + 4*r1 + r)
	}
	return integral, slope
}

// TestHitting compares with the Riccati equation.
func TestHitting(t *testing.T) {
	for _, c := range [][2]float64{{0, 1}, {12, 1}, {-3, 1}, {1.9, 0.04}, {0, 0.3}} {
		scale := math.Sqrt(c[1])
		s := standard().Stationary(c[0], c[1])
		for _, lambda := range []complex128{0.3, 2i, 0.1 + 20i, 100i, 4} {
			for _, v := range []float64{1, -0.5, 1.99} {
				log, slope := riccati(lambda, (v-c[0])/scale, (2-c[0])/scale)
				h, dh := s.Hitting(lambda, v)
				closer(t, "h", h, cmplx.Exp(-log), 2e-7)
				closer(t, "h′/h", dh/h, slope/complex(scale, 0), 2e-7)
			}
		}
		h, _ := s.Hitting(0, -4)
		closer(t, "h at λ = 0", h, 1, 1e-13)
	}
}

// TestHittingSolves checks a h″ + (I − leak·v) h′ = λ h by differences, also where Re λ < 0.
func TestHittingSolves(t *testing.T) {
	l := LIF{Threshold: 2, Reset: 1, Leak: 2}
	s := l.Stationary(1, 0.5)
	const e = 1e-4
	for _, lambda := range []complex128{1i, -0.7, -3 + 4i, -9.3 - 2i, 50i} {
		for _, v := range []float64{1.3, 0.2, -3, -6} {
			h, dh := s.Hitting(lambda, v)
			_, up := s.Hitting(lambda, v+e)
			_, down := s.Hitting(lambda, v-e)
			d2 := (up - down) / (2 * e)
			left := 0.5*d2 + complex(1-2*v, 0)*dh - lambda*h
			size := cmplx.Abs(d2) + cmplx.Abs(dh) + cmplx.Abs(lambda*h)
			if cmplx.Abs(left) > 1e-6*size {
				t.Errorf("λ = %v, v = %v: residual %g of %g", lambda, v, cmplx.Abs(left), size)
			}
		}
	}
}

// TestResponse: at λ = 0 the derivatives of the rate, elsewhere the quotient of
// the literature, K = (rate/(leak + λ))·(h′(V_F) − h′(V_R))/(1 − h(V_R)).
func TestResponse(t *testing.T) {
	for _, c := range [][3]float64{{0, 1, 1}, {30, 1, 1}, {-5, 1, 1}, {5, 1e-3, 1}, {1.9, 0.01, 1}, {0.7, 0.5, 2}, {2, 0.7, 0}} {
		l := LIF{Threshold: 2, Reset: 1, Leak: c[2]}
		s := l.Stationary(c[0], c[1])
		k, ka := s.Response(0)
		e := 1e-4 * math.Sqrt(c[1])
		near(t, "dN/dI", real(k), (l.Stationary(c[0]+e, c[1]).Rate()-l.Stationary(c[0]-e, c[1]).Rate())/(2*e), 1e-5)
		if c[2] > 0 {
			e = 1e-4 * c[1]
			near(t, "dN/da", real(ka), (l.Stationary(c[0], c[1]+e).Rate()-l.Stationary(c[0], c[1]-e).Rate())/(2*e), 1e-4)
		}
		for _, lambda := range []complex128{0.3, 2i, 1 + 30i, 100i, 3000i} {
			h, dh := s.Hitting(lambda, 1)
			_, top := s.Hitting(lambda, 2)
			want := complex(s.Rate(), 0) / (complex(l.Leak, 0) + lambda) * (top - dh) / (1 - h)
			k, ka := s.Response(lambda)
			closer(t, "K", k, want, 1e-10)
			free, kf, kaf := s.Spectral(lambda)
			closer(t, "K, entire", kf/free, k, 1e-11)
			closer(t, "K_a, entire", kaf/free, ka, 1e-9)
		}
	}
	k, _ := standard().Stationary(0, 1).Response(0)
	near(t, "K(0)", real(k), 0.210489678, 3e-9)
}

// TestUncoupledSpectrum: 1 = h(V_R) at the eigenvalues of the uncoupled neuron.
func TestUncoupledSpectrum(t *testing.T) {
	s := standard().Stationary(0, 1)
	for _, lambda := range []float64{-1.19096709239064, -2.602679978253472, -4.140559536673286, -5.750455443285301, -7.406548623209408} {
		const e = 1e-12
		left, _, _ := s.Spectral(complex(lambda*(1+e), 0))
		right, _, _ := s.Spectral(complex(lambda*(1-e), 0))
		if real(left)*real(right) > 0 {
			t.Errorf("no zero of 1 − h(V_R) within %g of %v: %g, %g", e, lambda, left, right)
		}
	}
}

func BenchmarkSpectral(b *testing.B) {
	s := standard().Stationary(0.1, 1)
	for b.Loop() {
		s.Spectral(-0.5 + 2i)
	}
}
