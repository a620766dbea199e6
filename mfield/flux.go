package mfield

import "math"

// exchange is the state of the coupling in one evaluation of the fluxes. The
// solver integrates dn/dσ = w·(right-hand side), where w = dt/dσ = 1 − Σ κ_q θ_q is 1 in the
// plain clock (κ = 0), and the unknown θ_p = w N_p is what population p fires per unit of σ.
type exchange struct {
	alpha float64   // w
	theta []float64 // one for each population
	kappa []float64 // −∂w/∂θ
}

// drive is what a population feels in one evaluation: drift and diffusion are
//
//	w·u = still − leak·v,   w·a = noise,
//
// source enters at V_R and sink, per unit of mass, leaves above V_F. d… are the derivatives in each θ.
type drive struct {
	still, leak, noise, source, sink      float64
	dStill, dLeak, dNoise, dSource, dSink []float64
}

func newDrive(unknowns int) drive {
	s := make([]float64, 5*unknowns)
	part := func(k int) []float64 { return s[k*unknowns : (k+1)*unknowns : (k+1)*unknowns] }
	return drive{dStill: part(0), dLeak: part(1), dNoise: part(2), dSource: part(3), dSink: part(4)}
}

// fluxes holds the flux F = up·n_left − down·n_right + constant through each
// face, its coefficients and its derivatives in each θ, face by face. At V_R, flux is what leaves the
// cell below; source more enters the cell above.
type fluxes struct {
	flux, up, down, bend []float64
}

func newFluxes(faces, unknowns int) fluxes {
	s := make([]float64, (3+unknowns)*faces)
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
// Gummel 1969). Both coefficients are positive for every u; dUp and dDown are their derivatives in u. Here per is 1/d.
type link struct{ up, down, dUp, dDown float64 }

func newLink(u, d, per, distance float64) link {
	p := u * distance * per
	rate := d / distance
	if p >= 0 {
		b, db := bernoulli(p) // B(−p) = B(p) + p
		return link{up: rate * (b + p), down: rate * b, dUp: 1 + db, dDown: db}
	}
	c, dc := bernoulli(-p)
	return link{up: rate * c, down: rate * (c - p), dUp: -dc, dDown: -1 - dc}
}

// evaluate fills the fluxes of the densities mass/width under what is felt. A flux is homogeneous
// of degree 1 in (u, d), so its derivative in d is (F − u·∂F/∂u)/d.
func (p *pool) evaluate(mass []float64) {
	f, m, x := p.fluxes, p.mesh, &p.felt
	unknowns := len(x.dStill)
	last, top := len(mass), len(mass)
	if m.fire < last { // above V_F the potential goes on: nothing passes the end of the mesh
		last--
		f.flux[top], f.up[top], f.down[top] = 0, 0, 0
		clear(f.bend[top*unknowns:])
	}
	per := 1 / x.noise
	left := mass[0] * m.per[0]
	for k := 1; k <= last; k++ {
		right := 0.0
		if k < top {
			right = mass[k] * m.per[k]
		}
		if k == m.reset {
			p.cross(left, right)
		} else {
			mid := m.mid[k]
			u := x.still - x.leak*mid
			l := newLink(u, x.noise, per, m.gap[k])
			f.up[k], f.down[k] = l.up, l.down
			flux := l.up*left - l.down*right
			f.flux[k] = flux
			byDrift := l.dUp*left - l.dDown*right
			byNoise := (flux - u*byDrift) * per
			bend := f.bend[k*unknowns : (k+1)*unknowns]
			for q := range bend {
				bend[q] = byDrift*(x.dStill[q]-mid*x.dLeak[q]) + byNoise*x.dNoise[q]
			}
		}
		left = right
	}
}

// cross fills the face at V_R, where the flux jumps by the source: the value of the
// density on the face, weighed by the two half links, is eliminated, and every
// coefficient stays positive.
func (p *pool) cross(left, right float64) {
	f, m, x, k := p.fluxes, p.mesh, &p.felt, p.mesh.reset
	h0, h1 := m.width[k-1]/2, m.width[k]/2
	mid0, mid1 := m.edges[k]-h0/2, m.edges[k]+h1/2
	u0, u1 := x.still-x.leak*mid0, x.still-x.leak*mid1
	per := 1 / x.noise
	lo, hi := newLink(u0, x.noise, per, h0), newLink(u1, x.noise, per, h1)
	sum := lo.down + hi.up
	value := (x.source + lo.up*left + hi.down*right) / sum
	below, above := lo.up*left-lo.down*value, hi.up*value-hi.down*right
	f.up[k], f.down[k] = lo.up*hi.up/sum, lo.down*hi.down/sum
	f.flux[k] = below
	drift0, drift1 := lo.dUp*left-lo.dDown*value, hi.dUp*value-hi.dDown*right
	noise0, noise1 := (below-u0*drift0)*per, (above-u1*drift1)*per
	unknowns := len(x.dStill)
	for q := range unknowns {
		dLo := drift0*(x.dStill[q]-mid0*x.dLeak[q]) + noise0*x.dNoise[q]
		dHi := drift1*(x.dStill[q]-mid1*x.dLeak[q]) + noise1*x.dNoise[q]
		f.bend[k*unknowns+q] = dLo - lo.down*(x.dSource[q]+dLo-dHi)/sum
	}
}
