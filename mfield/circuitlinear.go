package mfield

import (
	"math"
	"math/cmplx"

	"lapicque/neuron"
)

// coupled is a circuit linearised at a steady state. The eigenvalues are the zeros of det(1 − M),
//
//	M[p][q] = e^{−λ d[p][q]} (b[p][q] K_p(λ) + δ_pq a1_p K_a,p(λ)).
type coupled struct {
	circuit   Circuit
	ones      []neuron.Stationary
	unit, lag float64 // of λ, and the longest fixed refractory time
}

func (s *coupled) late(p, q int, lambda complex128) complex128 {
	if d := s.circuit.Lag(p, q); d > 0 {
		return cmplx.Exp(-lambda * complex(d, 0))
	}
	return 1
}

// matrix returns diag(free) − M·free for the parts of population p in row p.
func (s *coupled) matrix(lambda complex128, parts func(n neuron.Stationary) (free, current, diffusion complex128)) (m [][]complex128, free []complex128) {
	for p, n := range s.ones {
		f, current, diffusion := parts(n)
		row := make([]complex128, len(s.ones))
		for q := range row {
			row[q] = -s.late(p, q, lambda) * complex(s.circuit.B[p][q], 0) * current
		}
		row[p] += f - s.late(p, p, lambda)*complex(s.circuit.Populations[p].Law.A1, 0)*diffusion
		m, free = append(m, row), append(free, f)
	}
	return m, free
}

func (s *coupled) parts(lambda complex128) (bare, whole complex128) {
	lambda *= complex(s.unit, 0)
	m, free := s.matrix(lambda, func(n neuron.Stationary) (f, c, d complex128) { return n.Spectral(lambda) })
	bare = 1
	for _, f := range free {
		bare *= f
	}
	return bare, determinant(m)
}

func (s *coupled) loop(lambda complex128) complex128 {
	lambda *= complex(s.unit, 0)
	m, _ := s.matrix(lambda, func(n neuron.Stationary) (f, c, d complex128) {
		c, d = n.Response(lambda)
		return 1, c, d
	})
	return determinant(m)
}

// settled bounds |det(1 − M) − 1| by Π_p(1 + Σ_q |M[p][q]|) − 1.
func (s *coupled) settled(lambda complex128, most float64) bool {
	right := real(lambda) >= 0
	lambda *= complex(s.unit, 0)
	m, free := s.matrix(lambda, func(n neuron.Stationary) (f, c, d complex128) {
		if right {
			c, d = n.Response(lambda)
			return 1, c, d
		}
		return n.Spectral(lambda)
	})
	product := 1.0
	for p, row := range m {
		sum := 1.0
		for q, x := range row {
			if p == q {
				x -= free[p]
			}
			sum += cmplx.Abs(x / free[p])
		}
		product *= sum
		if !right && s.lag > 0 && !(cmplx.Abs(s.ones[p].Interval(lambda)) < most) {
			return false
		}
	}
	return product-1 < most
}

// determinant eliminates with pivots; it overwrites the matrix.
func determinant(m [][]complex128) complex128 {
	det := complex(1, 0)
	for k := range m {
		best := k
		for p := k + 1; p < len(m); p++ {
			if cmplx.Abs(m[p][k]) > cmplx.Abs(m[best][k]) {
				best = p
			}
		}
		if best != k {
			m[k], m[best] = m[best], m[k]
			det = -det
		}
		if det *= m[k][k]; m[k][k] == 0 {
			return 0
		}
		for p := k + 1; p < len(m); p++ {
			part := m[p][k] / m[k][k]
			for q := k + 1; q < len(m); q++ {
				m[p][q] -= part * m[k][q]
			}
		}
	}
	return det
}

// newCharacteristic returns the equation of the eigenvalues at the steady state with these rates.
func (c Circuit) newCharacteristic(rates []float64) *characteristic {
	s := &coupled{circuit: c}
	x := &characteristic{system: s}
	rest, settled := 0.0, 1.0
	for p, one := range c.Populations {
		n := c.environment(p, rates)
		s.ones = append(s.ones, n)
		s.unit = math.Max(s.unit, one.Law.Leak)
		s.lag = math.Max(s.lag, fixedLag(one.Law))
		rest = math.Max(rest, rates[p])
		x.until = math.Max(x.until, 10*rates[p]/math.Max(n.CV(), 1e-3))
		settled *= math.Max(0, 1-noiseFloor(one.Law, rates[p]))
		for q := range c.Populations {
			x.delay = math.Max(x.delay, c.Lag(p, q))
		}
	}
	x.leak, x.floor, x.ring = s.unit, 1-settled, rest/s.unit
	x.until, x.delay = x.until/s.unit, x.delay*s.unit
	x.lag = math.Max(x.delay, s.lag*s.unit)
	x.remember()
	return x
}

func (c Circuit) spectrum(rates []float64, count int) (unstable int, list []complex128) {
	x := c.newCharacteristic(rates)
	height := x.height()
	if unstable = x.unstable(height); unstable < 0 {
		return unstable, nil
	}
	return unstable, x.list(unstable, count, height)
}

// Spectrum returns the leading eigenvalues of the circuit linearised at one of its steady states, as NNLIF.Spectrum.
func (c Circuit) Spectrum(s SteadyCircuit, count int) []complex128 {
	if count < 1 {
		panic("mfield: Spectrum needs a positive count")
	}
	rates := make([]float64, len(s.Populations))
	for p, x := range s.Populations {
		rates[p] = x.Rate
	}
	_, list := c.spectrum(rates, count)
	return list
}
