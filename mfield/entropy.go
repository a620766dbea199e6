package mfield

import (
	"errors"
	"math"
)

// Entropy holds relative entropies Σ P·H(m/P) of the cell masses m against the
// masses P of the steady state of the discrete scheme: a Lyapunov function of the linear
// equation for every convex H (Michel, Mischler and Perthame 2005).
type Entropy struct {
	Log       float64 // H(x) = x ln x − x + 1
	Quadratic float64 // H(x) = (x − 1)²
}

// ErrNoEntropy says that the relative entropies are those of the linear equation.
var ErrNoEntropy = errors.New("mfield: relative entropies need b = 0, a1 = 0 and a constant current with a steady state")

// RelativeEntropy returns the relative entropies of the present state of a
// solver. The equation must be linear, with a steady state; otherwise the error is ErrNoEntropy.
func RelativeEntropy(s Solver) (Entropy, error) {
	f, ok := s.(*finiteVolume)
	if !ok || f.b != 0 || f.law.A1 != 0 || !f.constant || f.law.Leak == 0 && f.law.Input().At(0) <= 0 {
		return Entropy{}, ErrNoEntropy
	}
	var e Entropy
	for i, p := range f.steadyMasses() {
		if m := f.mass[i]; p > 0 {
			x := m / p
			e.Quadratic += p * (x - 1) * (x - 1)
			if e.Log += p - m; m > 0 {
				e.Log += m * math.Log(x)
			}
		} else if m > 0 {
			return Entropy{math.Inf(1), math.Inf(1)}, nil
		}
	}
	return e, nil
}

// steadyMasses returns the steady state of the discrete linear equation, total
// mass 1: the flux is one unit above V_R and none below, and each cell follows from the one above it.
func (s *finiteVolume) steadyMasses() []float64 {
	n := len(s.mass)
	p := make([]float64, n)
	s.evaluate(p, exchange{alpha: 1, beta: 1, current: s.law.Input().At(0)}) // fluxes of no mass: the part of the source
	unit, flux, total := 1.0, 1.0, 0.0
	right := 0.0
	for i := n - 1; i >= 0; i-- {
		if i+1 == s.mesh.reset {
			flux = 0
		}
		right = (flux - unit*s.flux[i+1] + s.down[i+1]*right) / s.up[i+1]
		p[i] = right * s.mesh.width[i]
		total += p[i]
		if total > 1e200 {
			const scale = 1e-200
			for j := i; j < n; j++ {
				p[j] *= scale
			}
			unit, flux, total, right = unit*scale, flux*scale, total*scale, right*scale
		}
	}
	for i := range p {
		p[i] /= total
	}
	return p
}
