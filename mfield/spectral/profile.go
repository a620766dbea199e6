package spectral

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"lapicque/neuron"
)

// profile is a law before a jump: on each piece between its breaks a Legendre
// series. It may reach above V_F, and it need not be continuous.
type profile struct {
	*basis
	breaks []float64
	series [][]float64 // (v − mid)/half ↦ Σ c_k P_k
	upTo   []float64   // mass left of each break
	pk     []float64
}

// newProfile expands a density on the pieces between breaks. The mass is made the
// one given.
func newProfile(b *basis, breaks []float64, mass float64, density func(v float64) float64) *profile {
	p := &profile{basis: b, breaks: breaks, upTo: make([]float64, len(breaks)), pk: make([]float64, b.p+2)}
	for i := range len(breaks) - 1 {
		lo, hi := breaks[i], breaks[i+1]
		c := make([]float64, b.p+1)
		for j, xi := range b.points {
			n := b.weights[j] * density((lo+hi)/2+xi*(hi-lo)/2)
			for k := range c {
				c[k] += n * b.legendre[j*(b.p+1)+k]
			}
		}
		for k := range c {
			c[k] *= float64(k) + 0.5
		}
		p.series = append(p.series, c)
		p.upTo[i+1] = p.upTo[i] + c[0]*(hi-lo)
	}
	if total := p.mass(); total > 0 {
		scale(p.upTo, mass/total, p.upTo)
		for _, c := range p.series {
			scale(c, mass/total, c)
		}
	}
	return p
}

func (p *profile) mass() float64 { return p.upTo[len(p.upTo)-1] }

// piece returns the piece that holds v, and ξ in it; −1 outside.
func (p *profile) piece(v float64) (i int, xi float64) {
	lo, hi := 0, len(p.breaks)-1
	if v < p.breaks[0] || v >= p.breaks[hi] {
		return -1, 0
	}
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; p.breaks[mid] <= v {
			lo = mid
		} else {
			hi = mid
		}
	}
	a, b := p.breaks[lo], p.breaks[lo+1]
	return lo, (2*v - a - b) / (b - a)
}

// density returns the density at v.
func (p *profile) density(v float64) float64 {
	i, xi := p.piece(v)
	if i < 0 {
		return 0
	}
	legendre(p.pk[:p.p+1], xi)
	sum := 0.0
	for k, c := range p.series[i] {
		sum += c * p.pk[k]
	}
	return sum
}

// below returns P(V ≤ v).
func (p *profile) below(v float64) float64 {
	i, xi := p.piece(v)
	switch {
	case v < p.breaks[0]:
		return 0
	case i < 0:
		return p.mass()
	}
	legendre(p.pk, xi)
	sum := p.series[i][0] * (1 + xi)
	for k := 1; k <= p.p; k++ {
		sum += p.series[i][k] * (p.pk[k+1] - p.pk[k-1]) / float64(2*k+1)
	}
	return p.upTo[i] + sum*(p.breaks[i+1]-p.breaks[i])/2
}

// blur convolves the density u on a mesh with a normal density.
type blur struct {
	*basis
	mesh   *mesh
	u, pk  []float64
	sd     float64
	xs, ws []float64 // Gauss–Hermite, exact for what is one polynomial
}

// wide is the reach of a normal density in standard deviations: beyond it, 1e−9.
const wide = 6

func newBlur(b *basis, m *mesh, u []float64, sd float64) *blur {
	n := b.p/2 + 2
	l := &blur{basis: b, mesh: m, u: u, sd: sd, pk: make([]float64, b.p+1), xs: make([]float64, n), ws: make([]float64, n)}
	quad.Hermite{}.FixedLocations(l.xs, l.ws, math.Inf(-1), math.Inf(1))
	return l
}

// at returns the convolution at v.
func (l *blur) at(v float64) float64 {
	m := l.mesh
	lo, hi := v-wide*l.sd, v+wide*l.sd
	sum := 0.0
	if e := m.find(v); lo >= m.nodes[e] && hi <= m.nodes[e+1] {
		for i, x := range l.xs {
			sum += l.ws[i] * l.inside(m, l.u, e, (v-math.Sqrt2*l.sd*x-m.mid[e])/m.half[e], l.pk)
		}
		return sum / math.SqrtPi
	}
	lo, hi = max(lo, m.nodes[0]), min(hi, m.nodes[m.elements()])
	for e := m.find(lo); lo < hi; {
		end := min(hi, m.nodes[e+1], lo+2*l.sd)
		half, mid := (end-lo)/2, (end+lo)/2
		for i, xi := range l.points {
			w := mid + half*xi
			z := (v - w) / l.sd
			sum += l.weights[i] * half * math.Exp(-z*z/2) * l.inside(m, l.u, e, (w-m.mid[e])/m.half[e], l.pk)
		}
		if lo = end; end == m.nodes[e+1] {
			e++
		}
	}
	return sum / (math.Sqrt(2*math.Pi) * l.sd)
}

// blurred returns the law of s.now after a time dt without firing or kicks: what
// leak, current and noise do between the last step and t*. Noise commutes with the
// transport by the kicks, so it may come first.
func (s *Solver) blurred(dt float64) *profile {
	l := s.problem.Law
	decay := math.Exp(-l.Leak * dt)
	drift := l.Input().Filtered(l.Leak, s.now.time, dt)
	sd := math.Sqrt(2 * l.A0 * neuron.Relaxed(2*l.Leak, dt))
	b := newBlur(s.basis, s.mesh, s.now.u, sd/decay)
	breaks := []float64{}
	for _, v := range s.mesh.nodes {
		breaks = append(breaks, v*decay+drift)
	}
	for _, v := range []float64{l.Reset, l.Threshold} {
		for _, x := range []float64{-4, -2, -1, 1, 2, 4, wide} {
			breaks = append(breaks, v*decay+drift+x*sd)
		}
	}
	mass, _, _ := s.moments(s.mesh, s.now.u)
	return newProfile(s.basis, distinct(breaks), mass, func(v float64) float64 {
		return b.at((v-drift)/decay) / decay
	})
}
