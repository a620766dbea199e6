package neuron

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"
)

// escapeLaw returns the standard law that fires at random above V_F.
func escapeLaw(epsilon float64) LIF {
	return LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1, Firing: Firing{epsilon}}
}

// environments are drifts, diffusions, delays above V_F and leaks, mild and extreme.
var environments = []environment{
	{0, 1, 0.1, 1}, {0, 1, 0.01, 1}, {0.2, 1, 1e-3, 1}, {0.2, 1, 1e-6, 1}, {0.5, 1, 100, 1}, {0.3, 1.5, 0.9, 2}, {5, 1, 0.01, 1}, {44, 1, 0.01, 1},
	{30, 1, 2, 1}, {-5, 1, 0.05, 1}, {3, 0.01, 0.02, 1}, {1.5, 0.1, 1, 1},
}

func (e environment) neuron() Stationary {
	law := escapeLaw(e.epsilon)
	law.Leak = e.leak
	return law.Stationary(e.drift, e.diffusion)
}

type environment struct{ drift, diffusion, epsilon, leak float64 }

// integral returns ∫ f over the density, f complex-valued with several components, by panels that shrink towards V_R and V_F.
func integral(e environment, s Stationary, f func(v float64) []complex128) (sum []complex128) {
	law := escapeLaw(e.epsilon)
	width := math.Sqrt(e.diffusion / e.leak)
	layer := width * math.Min(1, math.Sqrt(e.epsilon*e.leak))
	center := e.drift / e.leak
	far := math.Max(law.Threshold+30*layer, center+12*width)
	marks := []float64{math.Min(law.Reset, center) - 10*width, law.Reset, law.Threshold, law.Threshold + 4*layer, law.Threshold + 30*layer, far}
	for k := 0; k+1 < len(marks); k++ {
		from, to := marks[k], marks[k+1]
		panels := int(8 + 0.7*(to-from)/width)
		edge := func(j int) float64 {
			x := float64(j) / float64(panels)
			return from + (to-from)*x*x*(3-2*x)
		}
		for j := range panels {
			h := edge(j+1) - edge(j)
			for i, x := range nodes {
				v := edge(j) + h*x
				weight := complex(h*weights[i]*s.Density(v), 0)
				if real(weight) == 0 {
					continue
				}
				parts := f(v)
				if sum == nil {
					sum = make([]complex128, len(parts))
				}
				for n, part := range parts {
					sum[n] += weight * part
				}
			}
		}
	}
	return sum
}

func TestEscapeRates(t *testing.T) {
	for epsilon, want := range map[float64]float64{0.1: 0.0608842993491746, 0.01: 0.0966182525766299} {
		near(t, fmt.Sprintf("rate at ε = %v", epsilon), escapeLaw(epsilon).Stationary(0, 1).Rate(), want, 2e-14)
	}
}

// The rate approaches that of the threshold like √ε.
func TestEscapeTendsToThreshold(t *testing.T) {
	sharp := escapeLaw(0).Stationary(0.3, 1).Rate()
	var before float64
	for _, epsilon := range []float64{1e-4, 1e-6, 1e-8, 1e-10} {
		gap := (sharp - escapeLaw(epsilon).Stationary(0.3, 1).Rate()) / math.Sqrt(epsilon)
		if before != 0 && math.Abs(gap/before-1) > 0.1 {
			t.Errorf("ε = %g: (N₀ − N)/√ε = %g after %g", epsilon, gap, before)
		}
		before = gap
	}
}

func TestEscapeMoments(t *testing.T) {
	for _, e := range environments {
		s := e.neuron()
		mean := s.Mean()
		m := integral(e, s, func(v float64) []complex128 {
			above := complex(0, 0)
			if v > 2 {
				above = 1
			}
			return []complex128{1, above, complex(v-mean, 0), complex(square(v-mean), 0)}
		})
		name := fmt.Sprintf("%+v: ", e)
		near(t, name+"mass", real(m[0]), 1, 1e-11)
		near(t, name+"rate", real(m[1])/e.epsilon, s.Rate(), 1e-10)
		near(t, name+"variance", real(m[3]), s.Variance(), 1e-9)
		if off := real(m[2]); math.Abs(off) > 1e-10*(1+math.Abs(mean)) {
			t.Errorf("%smean = %.15g, off by %.1e", name, mean, off)
		}
	}
}

// K and K_a at 0 are the derivatives of the rate.
func TestEscapeSlopes(t *testing.T) {
	for _, e := range environments {
		law := escapeLaw(e.epsilon)
		law.Leak = e.leak
		slope := func(f func(x float64) float64, h float64) float64 {
			return (8*(f(h)-f(-h)) - (f(2*h) - f(-2*h))) / (12 * h)
		}
		h := 1e-3 * math.Sqrt(e.diffusion)
		current := slope(func(x float64) float64 { return law.Stationary(e.drift+x, e.diffusion).Rate() }, h)
		diffusion := slope(func(x float64) float64 { return law.Stationary(e.drift, e.diffusion+x).Rate() }, h*math.Sqrt(e.diffusion))
		k, ka := law.Stationary(e.drift, e.diffusion).Response(0)
		near(t, fmt.Sprintf("%+v: K(0)", e), real(k), current, 1e-8)
		near(t, fmt.Sprintf("%+v: K_a(0)", e), real(ka), diffusion, 1e-7)
	}
}

// K(λ) = ∫ h′ n/(1 − h(V_R)) and K_a(λ) = ∫ h″ n/(1 − h(V_R)): quadrature against the closed form, also in the left half plane
// and near the removable singularities.
func TestEscapeResponse(t *testing.T) {
	for _, e := range environments[:6] {
		s := e.neuron()
		for _, lambda := range []complex128{2 + 3i, -1.99999, -1 + 1e-7} {
			lambda *= complex(e.leak, 0)
			back := s.Interval(lambda)
			free, current, diffusion := s.Spectral(lambda)
			m := integral(e, s, func(v float64) []complex128 {
				h, dh := s.Hitting(lambda, v)
				curve := lambda*h + complex(e.leak*v-e.drift, 0)*dh // a h″
				if v > 2 {
					curve -= (1 - h) / complex(e.epsilon, 0)
				}
				return []complex128{dh, curve / complex(e.diffusion, 0)}
			})
			k, ka := m[0], m[1]
			for name, pair := range map[string][2]complex128{"K": {k / (1 - back), current / free}, "K_a": {ka / (1 - back), diffusion / free}} {
				if off := cmplx.Abs(pair[0]-pair[1]) / cmplx.Abs(pair[0]); !(off < 2e-7) {
					t.Errorf("%+v: %s(%v) = %v, quadrature %v (off by %.1e)", e, name, lambda, pair[1], pair[0], off)
				}
			}
			if real(lambda) >= 0 {
				rk, _ := s.Response(lambda)
				if off := cmplx.Abs(rk-current/free) / cmplx.Abs(rk); !(off < 1e-10) {
					t.Errorf("%+v: Response(%v) = %v, Spectral %v (off by %.1e)", e, lambda, rk, current/free, off)
				}
			}
		}
	}
}

// The backward equation holds on both sides of V_F and h, h′ are continuous there.
func TestEscapeHitting(t *testing.T) {
	const lambda = 0.7 + 2i
	for _, e := range environments[:6] {
		s := e.neuron()
		for _, v := range []float64{-1, 1.3, 2.02, 2.5} {
			const d = 1e-4
			h, dh := s.Hitting(lambda, v)
			_, up := s.Hitting(lambda, v+d)
			_, down := s.Hitting(lambda, v-d)
			left := complex(e.diffusion, 0)*(up-down)/(2*d) + complex(e.drift-e.leak*v, 0)*dh - lambda*h
			if v > 2 {
				left += (1 - h) / complex(e.epsilon, 0)
			}
			if size := cmplx.Abs(dh) + cmplx.Abs(h); cmplx.Abs(left) > 1e-6*size*(1+1e-2/e.epsilon/e.epsilon) {
				t.Errorf("%+v at %v: the backward equation is off by %v of %v", e, v, left, size)
			}
		}
		a, da := s.Hitting(lambda, 2)
		b, db := s.Hitting(lambda, 2+1e-9)
		if cmplx.Abs(a-b) > 1e-6 || cmplx.Abs(da-db) > 1e-5*(1+1/math.Sqrt(e.epsilon)) && cmplx.Abs(da-db) > 1e-2*cmplx.Abs(da) {
			t.Errorf("%+v: h, h′ at V_F: %v, %v below and %v, %v above", e, a, da, b, db)
		}
	}
}

// moments returns mean and CV² of the interval from its transform on a circle.
func transformMoments(s Stationary, radius float64) (mean, cv2 float64) {
	const points = 24
	var c [3]complex128
	for k := range points {
		turn := cmplx.Rect(1, 2*math.Pi*(float64(k)+0.5)/points)
		h := s.Interval(turn * complex(radius, 0))
		for j := range c {
			c[j] += h * cmplx.Pow(turn, complex(-float64(j), 0)) / points
		}
	}
	mean = -real(c[1]) / radius
	return mean, 2*real(c[2])/radius/radius/mean/mean - 1
}

func TestVariantIntervals(t *testing.T) {
	for _, e := range environments {
		for _, rest := range []Refractory{{}, {ExponentialRefractory, 0.3}, {FixedRefractory, 0.3}} {
			for _, epsilon := range []float64{0, e.epsilon} {
				law := escapeLaw(epsilon)
				law.Leak, law.Refractory = e.leak, rest
				s := law.Stationary(e.drift, e.diffusion)
				if s.Rate() < 1e-4 {
					continue
				}
				radius := 0.2 * math.Min(s.Rate(), 2)
				mean, cv2 := transformMoments(s, radius)
				name := fmt.Sprintf("%+v %v ε = %v: ", e, rest, epsilon)
				near(t, name+"mean", 1/mean, s.Rate(), 1e-9)
				if math.Abs(cv2-square(s.CV())) > 1e-8*(1+cv2) {
					t.Errorf("%sCV² = %.12g, from the transform %.12g", name, square(s.CV()), cv2)
				}
			}
		}
	}
}
