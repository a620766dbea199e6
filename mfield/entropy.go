package mfield

import (
	"math"

	"lapicque/neuron"
)

// Entropy is a convex function H ≥ 0 with H(1) = 0 that defines the relative entropy
//
//	∫ p H(n/p) dv
//
// of a density n with respect to a density p > 0. Against its steady state the solution of the linear
// equation never increases it, whatever H (Michel, Mischler and Perthame 2005; Cáceres, Carrillo and Perthame 2011).
type Entropy int

const (
	KullbackLeibler Entropy = iota // H(x) = x ln x − x + 1, the same as x ln x when both masses are 1
	Quadratic                      // H(x) = (x − 1)²
)

var entropyNames = [...]string{"kl", "quadratic"}

// String returns the name of the entropy in a scenario.
func (h Entropy) String() string { return nameOf(entropyNames[:], int(h)) }

// ParseEntropy returns the entropy of that name.
func ParseEntropy(name string) (Entropy, error) {
	k, err := parseName(entropyNames[:], "meanfield.entropy", name)
	return Entropy(k), err
}

// Of returns p·H(n/p), ≥ 0 for n ≥ 0. For n < 0, which only the error of a scheme makes, x ln x is continued
// as x ln|x|, so that errors of both signs cancel where n is all but 0. It is infinite where p = 0 ≠ n.
func (h Entropy) Of(n, p float64) float64 {
	d := n - p
	x := d / p
	switch {
	case d == 0:
		return 0
	case p == 0:
		return math.Inf(1)
	case h == Quadratic:
		return d * x
	case n == 0:
		return p
	case math.Abs(x) < 1e-4: // what follows cancels
		return d * x * (0.5 - x*(1./6-x/12))
	case math.Abs(x) < 0.5:
		return n*math.Log1p(x) - d
	}
	return n*(math.Log(math.Abs(n))-math.Log(p)) - d
}

// Reference is a steady state as the discretisation of one solver sees it.
// It serves that solver only and is not safe for concurrent use.
type Reference struct {
	solver Solver
	one    neuron.Stationary
	rate   float64
	blind  float64 // density below which the spectral scheme sees nothing

	mesh   *mesh     // finite volumes: the mesh that the masses belong to
	mass   []float64 // and the discrete steady state on it
	points []float64 // spectral: points of the last sample
	value  []float64 // and the steady density there
}

// NewReference prepares a steady state of the equation of a solver, with a rate above 0. With
// finite volumes it is the discrete steady state, which the solver leaves in place to
// rounding; with Spectral the exact density.
func (e NNLIF) NewReference(s Solver, to Steady) *Reference {
	if !(to.Rate > 0) {
		panic("mfield: a reference needs a positive rate")
	}
	if c, ok := s.(continuing); ok {
		s = c.Solver
	}
	r := &Reference{solver: s, one: e.environment(to.Rate), rate: to.Rate}
	if x, ok := s.(*spectralSolver); ok {
		r.blind = x.rtol / math.Sqrt(to.Variance)
	}
	return r
}

// Entropy returns the relative entropy of the present state of the solver, ≥ 0 up to the
// accuracy of the scheme. With Spectral and Quadratic, which divides by p, points at which p is below the accuracy rtol and n
// not far above it are left out, an absolute error of about rtol; with KullbackLeibler only where p is lost altogether. What does not exist is +Inf: the law has atoms, or the
// integral does not converge at the far end (judged by whether what is doubtful there counts).
func (r *Reference) Entropy(h Entropy) float64 {
	sum, doubt, points := 0.0, 0.0, 0
	add := func(x float64, doubtful bool) {
		points++
		if sum += x; doubtful {
			doubt += x
		}
	}
	switch s := r.solver.(type) {
	case *finiteVolume:
		r.ofCells(s, h, add)
	case *spectralSolver:
		r.ofPoints(s, h, add)
	default:
		panic("mfield: a reference is for the solvers of this package")
	}
	if points == 0 || math.IsNaN(sum) || doubt > 1e-2*sum && sum > 1e-6 {
		return math.Inf(1)
	}
	return sum
}

// ofCells adds P·H(m/P) of the cells; the last twentieth of the domain is doubtful.
func (r *Reference) ofCells(s *finiteVolume, h Entropy, add func(x float64, doubtful bool)) {
	if r.mesh != s.mesh {
		r.mesh, r.mass = s.mesh, s.steadyMasses(r.rate)
	}
	edges := s.mesh.edges
	far := edges[0] + (edges[len(edges)-1]-edges[0])/20
	for i, p := range r.mass {
		add(h.Of(s.mass[i], p), edges[i] < far)
	}
}

// ofPoints adds the terms of the quadrature of the elements; doubtful is where the density is about to
// be lost and the steady one is lost already. The steady density is kept from one call to the next, as the mesh mostly is.
func (r *Reference) ofPoints(s *spectralSolver, h Entropy, add func(x float64, doubtful bool)) {
	k := 0
	s.inner.Sample(func(v, weight, n float64) {
		if k == len(r.points) {
			r.points, r.value = append(r.points, v), append(r.value, r.one.Density(v))
		} else if r.points[k] != v {
			r.points[k], r.value[k] = v, r.one.Density(v)
		}
		p := r.value[k]
		k++
		if h == Quadratic && p < r.blind || p < 1e-6*r.blind {
			if n > 100*r.blind {
				add(weight*h.Of(n, p), n < 1000*r.blind)
			}
			return
		}
		add(weight*h.Of(n, p), false)
	})
}

// steadyMasses returns the steady state of the discrete equation next to the exact one of
// that rate, total mass 1: N·T(N) = N, T being the mass that a unit of N sustains, by
// the secant method in ln N.
func (s *finiteVolume) steadyMasses(rate float64) []float64 {
	p := make([]float64, len(s.mass))
	x0, x1 := math.Log(rate), math.Log(rate)+1e-5
	f0, f1 := s.sustained(p, math.Exp(x0)), s.sustained(p, math.Exp(x1))
	for range 20 {
		if f0 == f1 || math.Abs(f1) < 1e-15 {
			break
		}
		next := x1 - f1*(x1-x0)/(f1-f0)
		x0, f0 = x1, f1
		x1, f1 = next, s.sustained(p, math.Exp(next))
	}
	return p
}

// sustained fills p with the steady masses in the environment of a rate, scaled to total mass 1, and
// returns the logarithm of the total before: the flux is the rate above V_R and 0 below, and each cell follows from
// the one above it.
func (s *finiteVolume) sustained(p []float64, rate float64) float64 {
	n := len(p)
	clear(p)
	x := exchange{alpha: 1, theta: []float64{rate}, kappa: s.none}
	s.feel(x, 0, 0)
	s.felt.source = rate
	s.evaluate(p) // fluxes of no mass: the part of the source
	unit, flux, total, log := 1.0, rate, 0.0, 0.0
	right := 0.0
	for i := n - 1; i >= 0; i-- {
		if i+1 == s.mesh.reset {
			flux = 0
		}
		right = (flux - unit*s.flux[i+1] + s.down[i+1]*right) / s.up[i+1]
		p[i] = right * s.mesh.width[i]
		total += p[i]
		if total > 1e200 {
			const small = 1e-200
			for j := i; j < n; j++ {
				p[j] *= small
			}
			unit, flux, total, right = unit*small, flux*small, total*small, right*small
			log -= math.Log(small)
		}
	}
	for i := range p {
		p[i] /= total
	}
	return log + math.Log(total)
}

// Noise is the relative entropy below which what is left is the error of the scheme rather than
// the distance to the steady state.
func (o Options) Noise() float64 { return 1e7 * o.Tolerance() * o.Tolerance() }
