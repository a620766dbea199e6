package mfield

import "math"

const implicit = 1 - math.Sqrt2/2 // γ of the two-stage method

// clock is the variable that a step advances, and the scalar unknown θ in it. In
// σ, dσ = (1 + κN) dt, N → ∞ is the regular point q = dt/dσ = 0, where every flux is
// bilinear in the density and q; while κN is small, N itself is the unknown, for its last digits.
type clock int

const (
	plain   clock = iota // t, θ = N
	gentle               // σ, θ = N
	dilated              // σ, θ = q, N = (1 − q)/(κq)
)

// clock returns the clock of adaptive steps.
func (s *finiteVolume) clock() clock {
	switch {
	case s.kappa == 0 || s.options.step > 0:
		return plain
	case s.kappa*s.rate < 0.1:
		return gentle
	}
	return dilated
}

// pace returns dt/dσ in the present state.
func (s *finiteVolume) pace() float64 { return 1 / (1 + s.kappa*s.rate) }

// exchangeAt returns the coupling at θ; the stage ends at time since + span·dt/dσ.
func (s *finiteVolume) exchangeAt(c clock, theta, since, span float64) exchange {
	x := exchange{alpha: 1, beta: theta, dBeta: 1}
	switch c {
	case gentle:
		q := 1 / (1 + s.kappa*theta)
		x = exchange{alpha: q, dAlpha: -s.kappa * q * q, beta: theta * q, dBeta: q * q}
	case dilated:
		x = exchange{alpha: theta, dAlpha: 1, beta: (1 - theta) / s.kappa, dBeta: -1 / s.kappa}
	}
	t := since + span*x.alpha
	x.current, x.noise = s.outside(t)
	if x.dAlpha != 0 && !s.input.Constant() {
		x.dCurrent = s.input.Slope(t) * span * x.dAlpha
	}
	return x
}

// solve solves the stage
//
//	mass = base + span·(flux in − flux out),   beta(θ) = flux through V_F
//
// by Newton's method on (mass, θ) with the exact Jacobian: a tridiagonal
// M-matrix bordered by one column and one row. mass and theta hold the guess and
// receive the solution. Each flux is computed once and used on both of its sides,
// so the residuals sum to the defect of mass, and the last, tiny correction
// removes it: mass is conserved to rounding. It reports success.
func (s *finiteVolume) solve(c clock, base, mass []float64, theta *float64, since, span float64) bool {
	for range 14 {
		x := s.exchangeAt(c, *theta, since, span)
		s.evaluate(mass, x)
		dTheta := s.correct(base, mass, x, span)
		change := 0.0
		for _, d := range s.delta {
			change += math.Abs(d)
		}
		if math.IsNaN(change + dTheta) {
			return false
		}
		scale := math.Max(*theta, s.floor)
		if c == dilated {
			scale = *theta
		}
		move := 1.0 // stay inside θ > 0 (and q ≤ 1)
		if next := *theta + dTheta; next < 0 || c == dilated && next < *theta/4 {
			move = -0.75 * *theta / dTheta
		} else if c == dilated && next > 1 {
			move = (1 - *theta) / (2 * dTheta)
			if move <= 0 {
				move = 0.5
			}
		}
		for i, d := range s.delta {
			mass[i] += move * d
		}
		*theta += move * dTheta
		if move == 1 && change < 1e-8 && math.Abs(dTheta) < 1e-7*scale {
			return true
		}
	}
	return false
}

// correct solves for one Newton correction: s.delta for the masses, returned for
// θ. The pivot of cell i is excess + what leaves to the right, and the excess follows
// from sums and products of positive numbers: no cancellation, however long the step.
func (s *finiteVolume) correct(base, mass []float64, x exchange, span float64) float64 {
	f, w, n := s.fluxes, s.mesh.width, len(mass)
	in, dIn, excess := 0.0, 0.0, 1.0
	for i := range n {
		out, dOut := f.flux[i+1], f.slope[i+1]
		s.delta[i] = base[i] + span*(in-out) - mass[i]
		s.column[i] = -span * (dIn - dOut)
		in, dIn = out, dOut
		if i+1 == s.mesh.reset {
			in, dIn = in+x.beta, dIn+x.dBeta
		}
		if i > 0 {
			ratio := span * f.up[i] / w[i-1] / s.pivot[i-1] // minus the sub-diagonal over the pivot
			excess = 1 + span*f.down[i]/w[i]*excess/s.pivot[i-1]
			s.delta[i] += ratio * s.delta[i-1]
			s.column[i] += ratio * s.column[i-1]
		}
		s.pivot[i] = excess + span*f.up[i+1]/w[i]
	}
	// The last row: −up·δm/w + (dBeta − slope)·δθ = flux − beta.
	up := f.up[n] / w[n-1]
	pivot := s.pivot[n-1]
	dTheta := (f.flux[n] - x.beta + up*s.delta[n-1]/pivot) /
		(x.dBeta - f.slope[n] + up*s.column[n-1]/pivot)
	next := 0.0
	for i := n - 1; i >= 0; i-- {
		above := 0.0
		if i < n-1 {
			above = span * f.down[i+1] / w[i+1] * next
		}
		next = (s.delta[i] - s.column[i]*dTheta + above) / s.pivot[i]
		s.delta[i] = next
	}
	return dTheta
}
