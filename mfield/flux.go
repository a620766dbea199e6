package mfield

import "math"

// exchange is the state of the coupling in one evaluation of the fluxes. The
// solver integrates dn/dσ = w·(right-hand side), where w = dt/dσ is 1 in the
// plain clock, so that drift and diffusion are
//
//	w·u = alpha·(I − leak·v) + beta·b,   w·a = alpha·a0 + beta·a1,   alpha = w, beta = w·N.
//
// All four depend on the scalar unknown θ; d… are the derivatives.
type exchange struct {
	alpha, dAlpha     float64
	beta, dBeta       float64
	current, dCurrent float64
	noise             float64 // on top of a0, from outside; only in the plain clock
}

// fluxes holds the flux F = up·n_left − down·n_right + constant through each
// face, its coefficients and its derivative in θ. At V_R, flux is what leaves the
// cell below; beta more enters the cell above.
type fluxes struct {
	flux, up, down, slope []float64
}

func newFluxes(faces int) fluxes {
	s := make([]float64, 4*faces)
	return fluxes{s[:faces:faces], s[faces : 2*faces : 2*faces], s[2*faces : 3*faces : 3*faces], s[3*faces:]}
}

// bernoulli returns B(x) = x/(eˣ − 1) and B′(x).
func bernoulli(x float64) (b, db float64) {
	if math.Abs(x) < 0.5 {
		y := x * x
		b = 1 - x/2 + y*(1./12-y*(1./720-y*(1./30240-y*(1./1209600-y/47900160))))
		db = -0.5 + x*(1./6-y*(1./180-y*(1./5040-y*(1./151200-y/4790016))))
		return b, db
	}
	b = x / math.Expm1(x)
	return b, b * (1 - b - x) / x
}

// link is the Scharfetter–Gummel flux between two points at a distance: with
// Péclet number p = u·distance/d it is up·n_left − down·n_right, the exact flux of the
// equation with constant u and d between two given values (Scharfetter and
// Gummel 1969). Both coefficients are positive for every u.
type link struct{ up, down, dUp, dDown float64 }

func newLink(u, d, du, dd, distance float64) link {
	p := u * distance / d
	var b, db, c, dc float64 // B(|p|) and B(−|p|) = B(|p|) + |p|
	if p >= 0 {
		b, db = bernoulli(p)
		c, dc = b+p, -1-db
	} else {
		c, dc = bernoulli(-p)
		b, db = c-p, -1-dc
	}
	rate := d / distance
	slope := du - p*dd/distance // (d/distance)·dp/dθ
	return link{
		up: rate * c, down: rate * b,
		dUp: dd/distance*c - slope*dc, dDown: dd/distance*b + slope*db,
	}
}

// evaluate fills f for the densities n = mass/width.
func (s *finiteVolume) evaluate(mass []float64, x exchange) {
	f, m := s.fluxes, s.mesh
	d := x.alpha*(s.law.A0+x.noise) + x.beta*s.law.A1
	dd := x.dAlpha*s.law.A0 + x.dBeta*s.law.A1
	still := x.alpha*x.current + x.beta*s.b
	dStill := x.dAlpha*x.current + x.alpha*x.dCurrent + x.dBeta*s.b
	leak, dLeak := x.alpha*s.law.Leak, x.dAlpha*s.law.Leak
	last := len(mass)
	left := mass[0] / m.width[0]
	for k := 1; k <= last; k++ {
		right := 0.0
		if k < last {
			right = mass[k] / m.width[k]
		}
		if k == m.reset {
			s.source(left, right, x, still, dStill, d, dd)
		} else {
			l := newLink(still-leak*m.mid[k], d, dStill-dLeak*m.mid[k], dd, m.gap[k])
			f.up[k], f.down[k] = l.up, l.down
			f.flux[k] = l.up*left - l.down*right
			f.slope[k] = l.dUp*left - l.dDown*right
		}
		left = right
	}
}

// source fills the face at V_R, where the flux jumps by beta: the value of the
// density on the face, weighed by the two half links, is eliminated, and every
// coefficient stays positive.
func (s *finiteVolume) source(left, right float64, x exchange, still, dStill, d, dd float64) {
	f, m, k := s.fluxes, s.mesh, s.mesh.reset
	leak, dLeak := x.alpha*s.law.Leak, x.dAlpha*s.law.Leak
	half := func(distance, mid float64) link {
		return newLink(still-leak*mid, d, dStill-dLeak*mid, dd, distance)
	}
	h0, h1 := m.width[k-1]/2, m.width[k]/2
	lo, hi := half(h0, m.edges[k]-h0/2), half(h1, m.edges[k]+h1/2)
	sum := lo.down + hi.up
	value := (x.beta + lo.up*left + hi.down*right) / sum
	f.up[k], f.down[k] = lo.up*hi.up/sum, lo.down*hi.down/sum
	f.flux[k] = lo.up*left - lo.down*value
	dLo := lo.dUp*left - lo.dDown*value
	dHi := hi.dUp*value - hi.dDown*right
	f.slope[k] = dLo - lo.down*(x.dBeta+dLo-dHi)/sum
}
