package neuron

import (
	"math"
	"math/cmplx"
)

// The functions of the Ornstein–Uhlenbeck neuron are
//
//	U_κ(z) = e^{z²/4} D_{−κ}(−z) = (1/Γ(κ)) ∫₀^∞ s^{κ−1} e^{−s²/2 + sz} ds,
//
// entire in κ and z, with U′_κ = κ U_{κ+1} and U_κ + z U_{κ+1} = (κ+1) U_{κ+2}. The solution of the
// backward equation ψ″ − zψ′ = λψ that stays tame at −∞ is U_λ, hence h_λ(v) = U_λ(z)/U_λ(z_F).
//
// trio carries p = U_κ, q = U_{κ+1}, r = U_{κ+2}, the integrals of the three from z_R up and o = U_{κ−1},
// all over U_κ(start)·e^{max(z, 0)²/2}.
type trio struct {
	kappa      complex128
	z          float64
	p, q, r    complex128
	sumP, sumQ complex128
	sumR       complex128
	o          complex128
	carry      bool // whether o is carried along
}

// before returns U_{κ−1} = κU_{κ+1} − zU_κ where z is below 0 or |κ| large, so that little cancels.
func (t *trio) before() complex128 { return t.kappa*t.q - complex(t.z, 0)*t.p }

// ratio returns U_{κ+1}(z)/U_κ(z) for z well below 0 by its continued fraction
// 1/(−z + (κ+1)/(−z + (κ+2)/(−z + …))), evaluated by Lentz's method as modified by
// Thompson and Barnett (1986).
func ratio(kappa complex128, z float64) complex128 {
	x := complex(-z, 0)
	const tiny = 1e-150
	f, c, d := x, x, complex(0, 0)
	for n := 1; n < 1_000_000; n++ {
		a := kappa + complex(float64(n), 0)
		d = x + a*d
		if d == 0 {
			d = tiny
		}
		c = x + a/c
		if c == 0 {
			c = tiny
		}
		d = 1 / d
		change := c * d
		f *= change
		if math.Abs(real(change)-1)+math.Abs(imag(change)) < 1e-16*math.Sqrt(float64(n+8)) && real(a) > 0 {
			break
		}
	}
	return 1 / f
}

// join returns the z below which the continued fraction is used: left of the zeros of U_κ … U_{κ+2}.
func join(kappa complex128) float64 {
	return -5 - 2*math.Sqrt(math.Max(0, -real(kappa)))
}

// newTrio starts at z, at or below join.
func newTrio(kappa complex128, z float64) *trio {
	q := ratio(kappa, z)
	t := &trio{kappa: kappa, z: z, p: 1, q: q, r: q * ratio(kappa+1, z)}
	t.o = t.before()
	return t
}

// glide carries the trio up to z ≤ join, adding the integrals when count is set: ln U_κ has the
// derivative κ·U_{κ+1}/U_κ, smooth over panels of a third of |z|.
func (t *trio) glide(z float64, count bool) {
	if z <= t.z {
		return
	}
	var sums [3]complex128 // ∫ ratio of κ−1, κ, κ+1
	for k := range sums {
		if k != 1 && !count {
			continue
		}
		order := t.kappa + complex(float64(k-1), 0)
		for from := t.z; from < z; {
			h := math.Min(z-from, -from/4)
			if z-from-h < 1e-9*h {
				h = z - from
			}
			for j, x := range nodes {
				sums[k] += complex(h*weights[j], 0) * ratio(order, from+h*x)
			}
			if from+h == from {
				break
			}
			from += h
		}
	}
	if count {
		before := ratio(t.kappa-1, t.z)
		t.sumP += t.p / before * sums[0] * slope((t.kappa-1)*sums[0])
		t.sumQ += t.p * sums[1] * slope(t.kappa*sums[1])
		t.sumR += t.q * sums[2] * slope((t.kappa+1)*sums[2])
	}
	t.p *= cmplx.Exp(t.kappa * sums[1])
	t.q = t.p * ratio(t.kappa, z)
	t.r = t.q * ratio(t.kappa+1, z)
	t.z = z
	t.o = t.before()
}

// climb carries the trio up to z by Taylor series of the linear system
//
//	o′ = (κ−1) p,   p′ = κ q,   q′ = z q + p,   r′ = z r + q.
//
// Upwards the solution dominates the other one, so errors do not grow.
func (t *trio) climb(z float64, count bool) {
	pace := 1.5 / (1 + math.Sqrt(cmplx.Abs(t.kappa)))
	for t.z < z {
		h := math.Min(pace, 1.5/(1+math.Abs(t.z)))
		if h > z-t.z {
			h = z - t.z
		}
		t.taylor(h, count)
		if z-t.z < 1e-15*math.Abs(z) {
			t.z = z
		}
	}
}

func (t *trio) taylor(h float64, count bool) {
	z := complex(t.z, 0)
	p, q, r := t.p, t.q, t.r // coefficients times hᵏ
	var q1, r1 complex128    // the ones before
	var sp, sq, sr complex128
	var ip, iq, ir complex128
	for k := 0; k < 80; k++ {
		sp, sq, sr = sp+p, sq+q, sr+r
		x := complex(h/float64(k+1), 0)
		ip, iq, ir = ip+p*x, iq+q*x, ir+r*x
		if k > 3 && cmplx.Abs(p)+cmplx.Abs(q)+cmplx.Abs(r) < 1e-18*(cmplx.Abs(sp)+cmplx.Abs(sq)+cmplx.Abs(sr)) {
			break
		}
		hh := complex(h, 0)
		p2 := t.kappa * q * x
		q2 := (z*q + hh*q1 + p) * x
		r2 := (z*r + hh*r1 + q) * x
		p, q1, q, r1, r = p2, q, q2, r, r2
	}
	if count {
		t.sumP, t.sumQ, t.sumR = t.sumP+ip, t.sumQ+iq, t.sumR+ir
	}
	lower, upper := math.Max(t.z, 0), math.Max(t.z+h, 0)
	fade := complex(math.Exp((lower-upper)*(lower+upper)/2), 0)
	if t.carry {
		t.o = (t.o + (t.kappa-1)*ip) * fade
	}
	t.p, t.q, t.r = sp*fade, sq*fade, sr*fade
	t.sumP, t.sumQ, t.sumR = t.sumP*fade, t.sumQ*fade, t.sumR*fade
	t.z += h
}

// rise carries the trio up to z.
func (t *trio) rise(z float64, count bool) {
	t.glide(math.Min(z, join(t.kappa)), count) // does nothing above join
	t.climb(z, count)
}

// growth returns the leading-order logarithmic derivative (z + √(z² + 4κ))/2 of U_κ, exact to O(1/κ).
func growth(kappa complex128, z float64) complex128 {
	return (complex(z, 0) + cmplx.Sqrt(complex(z*z, 0)+4*kappa)) / 2
}

// newLateTrio is for Re κ ≥ 0 and when only quotients of the integrals up to top are
// wanted: it starts at bottom or where what lies below weighs less than e^−45.
func newLateTrio(kappa complex128, bottom, top float64, carry bool) *trio {
	z := top
	for fallen := 0.0; fallen < 45 && z > bottom; {
		h := 3 / math.Max(real(growth(kappa, z)), 1e-3)
		z -= h
		fallen += h * real(growth(kappa, z))
	}
	z = math.Max(z, bottom)
	if cmplx.Abs(kappa) < 100 || z < -math.Sqrt(cmplx.Abs(kappa)) {
		t := newTrio(kappa, math.Min(z, join(kappa)))
		t.carry = carry
		t.rise(z, false)
		return t
	}
	t := newGrownTrio(kappa, z)
	t.carry = carry
	return t
}

// newGrownTrio is for Re κ ≥ 0 and large |κ|, or large z > 0: it starts from growth a little lower than z, where
// the error is a multiple of the other solution, which dies out by e^−40.
func newGrownTrio(kappa complex128, z float64) *trio {
	from := z - 40/real(cmplx.Sqrt(complex(z*z, 0)+4*kappa))
	q := growth(kappa, from) / kappa
	t := &trio{kappa: kappa, z: from, p: 1, q: q, r: q * growth(kappa+1, from) / (kappa + 1)}
	t.climb(z, false)
	t.o = t.before()
	return t
}

// Hitting returns U_λ(z)/U_λ(z_F) and its derivative.
func (s leaky) Hitting(lambda complex128, v float64) (h, dh complex128) {
	if v > s.law.Threshold {
		panic("neuron: Hitting starts at or below the threshold")
	}
	kappa := lambda / complex(s.law.Leak, 0)
	z := s.below(v)
	t := newTrio(kappa, math.Min(z, join(kappa)))
	t.rise(z, false)
	p, q := t.p, t.q
	t.rise(s.top, false)
	low, high := math.Max(z, 0), math.Max(s.top, 0)
	fade := complex(math.Exp((low-high)*(low+high)/2), 0)
	return p / t.p * fade, kappa * q / t.p * fade / complex(s.scale, 0)
}

// Spectral uses, with κ = λ + 1 (leak 1),
//
//	(1 − h(V_R))/λ ∝ ∫U_κ,   K ∝ ∫U_{κ+1}/∫U_κ,   K_a ∝ κ ∫U_{κ+2}/∫U_κ   over (z_R, z_F),
//
// which are the quotients of differences of the literature, h′(V_F) − h′(V_R) over 1 − h(V_R), with
// every removable singularity removed: nothing cancels at λ = 0 or λ = −1.
func (s leaky) Spectral(lambda complex128) (free, current, diffusion complex128) {
	p := s.parts(lambda, false)
	return p.free, p.current, p.diffusion
}

// Response is the quotient of the parts of Spectral, at a cost that does not grow with |λ|.
func (s leaky) Response(lambda complex128) (current, diffusion complex128) {
	return s.parts(lambda, true).response()
}

// Interval returns h(V_R).
func (s leaky) Interval(lambda complex128) complex128 {
	h, _ := s.Hitting(lambda, s.law.Reset)
	return h
}

func (s leaky) parts(lambda complex128, late bool) parts {
	t, back := s.flight(lambda, late)
	rate := math.Exp(-s.logMean)
	return parts{t.sumP, back, complex(rate/s.scale, 0) * t.sumQ, complex(rate/(s.scale*s.scale), 0) * t.kappa * t.sumR}
}

// flight returns the functions of κ = λ + 1 at z_F with their integrals over (z_R, z_F), and U_λ(z_R) in the
// same units, of use only where neurons do not restart at once. If late, only for Re λ ≥ 0, what does not count may be left out.
func (s leaky) flight(lambda complex128, late bool) (t *trio, back complex128) {
	kappa := lambda/complex(s.law.Leak, 0) + 1
	reset, carry := s.top-s.gap, !s.law.Bounces()
	if late {
		t = newLateTrio(kappa, reset, s.top, carry)
	} else {
		t = newTrio(kappa, math.Min(reset, join(kappa)))
		t.carry = carry
		t.rise(reset, false)
	}
	back = t.o
	low := math.Max(t.z, 0)
	t.rise(s.top, true)
	high := math.Max(s.top, 0)
	return t, back * complex(math.Exp((low-high)*(low+high)/2), 0)
}
