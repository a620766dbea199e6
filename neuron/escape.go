package neuron

import (
	"math"
	"math/cmplx"
)

// escaping is the Ornstein–Uhlenbeck neuron that fires at the rate s = 1/ε above V_F (leak 1). Above V_F the
// functions of leaky go on as W(z) = U_ν(−z), ν = s + λ, which decays; with ρ_ν = −W′/W = ν U_{ν+1}(−z_F)/U_ν(−z_F) and
// c = s/ν,
//
//	h(V_R) = cρ_ν U_λ(z_R) / (U_λ′ + ρ_ν U_λ)(z_F),   mean interval = J + ε + φ(z_F)/ρ_s,
//
// φ the Mills ratio. The density, for the rate 1, is G(z) + e^{(z_F² − z²)/2}/ρ_s below V_F, with G that of leaky,
// and e^{(z_F² − z²)/2} W(z)/(ρ_s W(z_F)) above.
type escaping struct {
	leaky           // logMean is that of the whole interval
	s       float64 // firing rate above V_F, in units of the leak
	rho     float64 // ρ_s
	high    float64 // κ_{s−1} = z_F + ρ_s, with κ_ν = U_ν(−z_F)/U_{ν+1}(−z_F)
	settled bool    // how tail finds its functions
}

func newEscaping(s leaky, epsilon float64) escaping {
	e := escaping{leaky: s, s: 1 / (epsilon * s.law.Leak)}
	mean, _ := Overshoot(s.top, e.s)
	p := MeanPassage(s.top, s.gap)
	e.logMean = logSum(p.Log+math.Log(p.Mean+mean), -math.Log(e.s))
	e.rho = slip(e.s, s.top)
	e.high = s.top + e.rho
	e.settled = e.s >= 164 || -s.top > 24
	return e
}

// logSum returns ln(eᵃ + eᵇ).
func logSum(a, b float64) float64 {
	return math.Max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}

// calm returns the functions of order κ at z for Re κ ≥ 0, or large z > 0.
func calm(kappa complex128, z float64) *trio {
	if size := cmplx.Abs(kappa); (size >= 100 || z > 24) && z > -math.Sqrt(size) {
		return newGrownTrio(kappa, z)
	}
	t := newTrio(kappa, math.Min(z, join(kappa)))
	t.rise(z, false)
	return t
}

// slip returns ρ_s.
func slip(s, top float64) float64 {
	t := calm(complex(s, 0), -top)
	return s * real(t.q/t.p)
}

// Overshoot returns what firing at random at the rate s above top, instead of at top, adds to the mean time of
// MeanPassage beyond the mean delay 1/s: E = φ(top)/ρ_s, and ∂E/∂top, both to be multiplied by
// the e^Log of MeanPassage. As functions of top they are positive and increase: κ_s = s/ρ_s solves
// κ′ = κ(κ − z) − s, and every zero of κ″ would be a change of sign from + to − with 0 < κ′ < 1, which the limits κ′ → 0 and 1 at
// −∞ and ∞ exclude.
func Overshoot(top, s float64) (mean, slope float64) {
	t := calm(complex(s, 0), -top)
	kappa, next := real(t.p/t.q), real(t.r/t.q)
	m := mills(top)
	return m.value * kappa / s, (m.first*kappa + m.value*math.Max(0, (s+1)*kappa*next-s)) / s
}

func (s escaping) Density(v float64) float64 {
	z := s.below(v)
	if z < s.top {
		g, log := s.shape(z)
		return (g*math.Exp(log-s.logMean) + math.Exp((s.top-z)*(s.top+z)/2-s.logMean)/s.rho) / s.scale
	}
	low, high := math.Max(z, 0), math.Max(s.top, 0)
	if (low-high)*(low+high) > 1500 {
		return 0
	}
	fall, _ := s.fall(complex(s.s, 0), z)
	return math.Exp((high-low)*(high+low)/2-s.logMean+real(fall)) / s.rho / s.scale
}

// fall returns ln(W(z)/W(z_F)) without its part (z² − z_F²)/2 below 0, and W′/W, at z > z_F.
func (s escaping) fall(nu complex128, z float64) (log, slope complex128) {
	t := s.anywhere(nu, -z)
	slope = -nu * t.q / t.p
	for stride := 300 / (1 + math.Sqrt(cmplx.Abs(nu))); real(log) > -800; {
		p := t.p
		t.p, t.q, t.r, t.o = 1, t.q/p, t.r/p, t.o/p
		if t.z >= -s.top {
			break
		}
		t.climb(math.Min(t.z+stride, -s.top), false)
		log -= cmplx.Log(t.p)
	}
	return log, slope
}

// anywhere returns the functions of order ν at y, up to any factor.
func (s escaping) anywhere(nu complex128, y float64) *trio {
	if real(nu) < 0 {
		return s.beyond(nu, y)
	}
	return calm(nu, y)
}

// above returns the integrals of 1, z − z_F and (z − z_F)² over the density above V_F, for the rate 1: 1/s,
// r_{s+1}/s and 2 r_{s+1} r_{s+2}/s with r_ν = 1/κ_ν, by parts in (n′ + zn)′ = sn.
func (s escaping) above() (mass, first, second float64) {
	t := calm(complex(s.s+1, 0), -s.top)
	u := calm(complex(s.s+2, 0), -s.top)
	first = real(t.q / t.p)
	return 1 / s.s, first / s.s, 2 * first * real(u.q/u.p) / s.s
}

// moment returns the integral of f over the density below V_F.
func (s escaping) moment(f func(z, p float64) float64) float64 {
	sum := 0.0
	shift := math.Min(s.top, 12) // of the free part, e^{−z²/2}
	descend(shift, math.Min(shift, 0)-12, layerWidth,
		func(z, weight float64) {
			sum += weight * f(z, math.Exp((s.top-z)*(s.top+z)/2-s.logMean)/s.rho)
		}, func(z float64) bool { return z < 0 && (shift-z)*(shift+z) < -90 })
	return sum + s.leaky.moment(f)
}

// layerWidth is a panel over which e^{−z²/2} is a polynomial of degree 31 to rounding.
func layerWidth(z float64) float64 { return 1 / math.Max(1, math.Abs(z)/2) }

// Mean and Variance integrate z − z_F.
func (s escaping) Mean() float64 {
	_, first, _ := s.above()
	return s.law.Threshold + s.scale*(first*math.Exp(-s.logMean)-s.moment(func(z, p float64) float64 { return (s.top - z) * p }))
}

func (s escaping) Variance() float64 {
	mass, first, second := s.above()
	weight := math.Exp(-s.logMean)
	mean := first*weight - s.moment(func(z, p float64) float64 { return (s.top - z) * p })
	below := s.moment(func(z, p float64) float64 { return square(z-s.top-mean) * p })
	return square(s.scale) * (below + weight*(second-2*mean*first+square(mean)*mass))
}

// CV uses Var = ∫ (2T′² + sT² 1_{z > z_F}) n, T(z) the mean time to the next spike, n the density for the rate 1: what
// the martingale E[interval | past] diffuses and jumps. Above V_F, T = ε + φ(z_F) W/(ρ_s W(z_F)), and the
// equations of W and n give φ(z_F)²/ρ_s² + ε² + 2φ(z_F) (dρ_ν/dν)(s)/ρ_s².
func (s escaping) CV() float64 {
	below := 2 * s.expect(s.top, func(z, p float64) float64 {
		m := mills(z)
		return p * m.value * m.value * math.Exp(2*m.log-s.logMean)
	}, func(z float64) bool { return z > 0 && z*z < s.top*s.top-120 })
	m := mills(s.top)
	lift := math.Exp(m.log-s.logMean) / s.rho * m.value // of T at V_F, over the mean interval
	wait := math.Exp(-s.logMean) / s.s
	free := 0.0 // 2 ∫ φ² e^{(z_F² − z²)/2}/ρ_s below V_F
	descend(s.top, math.Min(s.top, 0)-12, layerWidth, func(z, weight float64) {
		m := mills(z)
		free += 2 * weight * square(m.value) * math.Exp(2*m.log+(s.top-z)*(s.top+z)/2-2*s.logMean) / s.rho
	}, func(z float64) bool { return z < 0 && (s.top-z)*(s.top+z) < -90 })
	return math.Sqrt(below + free + lift*lift + wait*wait + 2*lift*math.Exp(-s.logMean)*s.stiffness()/s.rho)
}

// stiffness returns dρ_ν/dν at s by a complex step.
func (s escaping) stiffness() float64 {
	const part = 1e-8
	nu := complex(s.s, s.s*part)
	t := calm(nu, -s.top)
	return imag(nu*t.q/t.p) / (s.s * part)
}

// Hitting returns the transform of the time to the next spike, also from above V_F.
func (s escaping) Hitting(lambda complex128, v float64) (h, dh complex128) {
	kappa, z := lambda/complex(s.law.Leak, 0), s.below(v)
	nu := kappa + complex(s.s, 0)
	c := complex(s.s, 0) / nu
	low := math.Min(z, s.top)
	t := newTrio(kappa, math.Min(low, join(kappa)))
	t.rise(low, false)
	p, q := t.p, t.q
	t.rise(s.top, false)
	from, to := math.Max(low, 0), math.Max(s.top, 0)
	fade := complex(math.Exp((from-to)*(from+to)/2), 0)
	tp, tq := s.tail(nu)
	slope := nu * tq / tp
	size := c * slope / (kappa*t.q + slope*t.p) * fade
	h, dh = size*p, size*kappa*q
	if z > s.top {
		log, slope := s.fall(nu, z)
		low, high := math.Min(z, 0), math.Min(s.top, 0)
		rest := (h - c) * cmplx.Exp(log+complex((low-high)*(low+high)/2, 0))
		h, dh = c+rest, rest*slope
	}
	return h, dh / complex(s.scale, 0)
}

func (s escaping) beyond(nu complex128, y float64) *trio {
	if s.settled {
		return calm(nu, y)
	}
	t := newTrio(nu, math.Min(y, -22)) // left of join for Re ν ≥ −64
	t.rise(y, false)
	return t
}

// tail returns U_ν and U_{ν+1} at −z_F, both divided by a function of ν without zeros: U_ν at a fixed point, or, where
// its only zeros are at the poles of Γ(ν) to rounding, U_ν/ν itself.
func (s escaping) tail(nu complex128) (p, q complex128) {
	t := s.beyond(nu, -s.top)
	if s.settled {
		return nu, nu * t.q / t.p
	}
	return t.p, t.q
}

// differences returns P = U_ν and Q = U_{ν+1} of tail with
//
//	Y₁ = (P − κ_{s−1} Q)/(λ + 1),   Y₂ = (κ_{s−1}(P − z_F Q) − (s − 1) Q)/(λ + 2).
//
// They are entire; near their removable singularities they are averages over a circle. If late, only for Re λ ≥ 0, all are over
// U_ν instead, at a cost that does not grow with |λ|.
func (s escaping) differences(lambda complex128, late bool) (p, q, first, second complex128) {
	sum, top, high := complex(s.s, 0), complex(s.top, 0), complex(s.high, 0)
	if late {
		t := calm(sum+lambda, -s.top)
		p, q = 1, t.q/t.p
	} else {
		p, q = s.tail(sum + lambda)
	}
	one := func(p, q, lambda complex128) complex128 { return (p - high*q) / (lambda + 1) }
	two := func(p, q, lambda complex128) complex128 { return (high*(p-top*q) - (sum-1)*q) / (lambda + 2) }
	average := func(f func(p, q, lambda complex128) complex128) (mean complex128) {
		const points, radius = 8, 0.05
		for k := range points {
			at := lambda + cmplx.Rect(radius, 2*math.Pi*(float64(k)+0.5)/points)
			p, q := s.tail(sum + at)
			mean += f(p, q, at) / points
		}
		return mean
	}
	first, second = one(p, q, lambda), two(p, q, lambda)
	if cmplx.Abs(lambda+1) < 0.01 {
		first = average(one)
	}
	if cmplx.Abs(lambda+2) < 0.01 {
		second = average(two)
	}
	return p, q, first, second
}

func (s escaping) Response(lambda complex128) (current, diffusion complex128) {
	return s.parts(lambda, true).response()
}

func (s escaping) Interval(lambda complex128) complex128 {
	p := s.parts(lambda, false)
	return p.back / (p.back + lambda/complex(s.law.Leak, 0)*p.free)
}

// Spectral is entire: with P, Q, Y₁, Y₂ of differences and κ = λ + 1,
//
//	free = νQ ∫U_κ + P U_κ(z_F) + Q U_λ(z_R),
//	K·free = s·rate·(Q ∫U_{κ+1} + [Y₁ U_κ + Q U_{κ+1}](z_F)/ρ_s),
//	K_a·free = s·rate·(κQ ∫U_{κ+2} + [Y₂ U_κ + Q (z_F U_{κ+1} − U_{κ+2})](z_F)/ρ_s),
//
// from ∫ h′ n and ∫ h″ n by parts, as h′ and h″ solve the backward equation with λ + 1 and λ + 2 up to jumps at V_F.
func (s escaping) Spectral(lambda complex128) (free, current, diffusion complex128) {
	p := s.parts(lambda, false)
	return p.free, p.current, p.diffusion
}

func (s escaping) parts(lambda complex128, late bool) parts {
	t, back := s.flight(lambda, late)
	kappa := lambda / complex(s.law.Leak, 0)
	p, q, first, second := s.differences(kappa, late)
	unit := complex(1/s.s, 0) // a common factor that keeps numbers near those of leaky
	rate := complex(math.Exp(-s.logMean)/s.scale, 0)
	rho, top := complex(s.rho, 0), complex(s.top, 0)
	return parts{
		free:      ((kappa+complex(s.s, 0))*q*t.sumP + p*t.p + q*back) * unit,
		back:      q * back,
		current:   rate * (q*t.sumQ + (first*t.p+q*t.q)/rho),
		diffusion: rate / complex(s.scale, 0) * ((kappa+1)*q*t.sumR + (second*t.p+q*(top*t.q-t.r))/rho),
	}
}
