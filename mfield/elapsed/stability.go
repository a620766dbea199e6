package elapsed

import (
	"math"
	"math/cmplx"
	"slices"

	"lapicque/neuron"
)

// characteristic is the linearised equation at a steady state of rate N. With P the survival of an interval and r_X = ∂r/∂X,
// a perturbation e^{λt} of N, other than the trivial λ = 0 of conserved mass, needs
//
//	P̂(λ) = b T(λ) R(λ),   R = N ∫ r_X(s) ∫_s^∞ P(u) e^{−λ(u−s)} du ds,
//
// T = 1, e^{−λd} or 1/(1 + λd). For a step P̂ = (1 − e^{−λσ})/λ + e^{−λσ}/(λ + φ) and R = N(φ'/φ − φσ')/(λ + φ).
type characteristic struct {
	law         neuron.ElapsedTime
	rate, input float64
	phi         float64
	immediate   float64 // lim λR(λ) for λ → ∞: N ∫ r_X P
	s, weight   []float64
	survival    []float64
	shift       []float64 // r_X
}

func (e Equation) newCharacteristic(rate float64) *characteristic {
	c := &characteristic{law: e.Law, rate: rate, input: e.Synapses.B * rate}
	phi, dphi := e.Law.Firing(c.input)
	sigma, dsigma := e.Law.Sigma.At(c.input), e.Law.Sigma.Slope(c.input)
	c.phi = phi
	if e.Law.Width == 0 {
		c.immediate = rate * (dphi/phi - phi*dsigma)
		return c
	}
	e.Law.Interval(c.input).Walk(func(s, weight, survival float64) {
		rise, slope := e.Law.Rise(s - sigma)
		c.s, c.weight, c.survival = append(c.s, s), append(c.weight, weight), append(c.survival, survival)
		c.shift = append(c.shift, dphi*rise-phi*slope*dsigma)
		c.immediate += rate * weight * survival * c.shift[len(c.shift)-1]
	})
	return c
}

// transforms returns (λ + φ)·P̂ and (λ + φ)·R, which tend to 1 and to immediate for large λ.
func (c *characteristic) transforms(lambda complex128) (one, response complex128) {
	far := lambda + complex(c.phi, 0)
	if c.law.Width == 0 {
		sigma := complex(c.law.Sigma.At(c.input), 0)
		return 1 + complex(c.phi, 0)*sigma*relaxed(lambda*sigma), complex(c.immediate, 0)
	}
	// Backwards, Q(s) = ∫_s^∞ P(u) e^{−λ(u−s)} du from node to node by the trapezium of P times the exact kernel.
	var q, p complex128
	last, lastSurvival := 0.0, 0.0
	for k := len(c.s) - 1; k >= 0; k-- {
		if k < len(c.s)-1 {
			q = carry(q, lambda, last-c.s[k], c.survival[k], lastSurvival)
		}
		last, lastSurvival = c.s[k], c.survival[k]
		p += complex(c.weight[k]*c.survival[k], 0) * cmplx.Exp(-lambda*complex(c.s[k], 0))
		response += complex(c.weight[k]*c.shift[k]*c.rate, 0) * q
	}
	return far * p, far * response
}

// carry returns ∫_0^h P(u) e^{−λu} du + e^{−λh} q for P exponential between its values at 0 and h.
func carry(q, lambda complex128, h, first, last float64) complex128 {
	slope := 0.0
	if first > 0 && last > 0 {
		slope = math.Log(first/last) / h
	}
	z := (lambda + complex(slope, 0)) * complex(h, 0)
	return complex(first*h, 0)*relaxed(z) + cmplx.Exp(-lambda*complex(h, 0))*q
}

// relaxed is (1 − e^{−z})/z.
func relaxed(z complex128) complex128 {
	if cmplx.Abs(z) < 1e-2 {
		return 1 - z/2*(1-z/3*(1-z/4*(1-z/5*(1-z/6))))
	}
	return (1 - cmplx.Exp(-z)) / z
}

// transfer returns T(λ).
func transfer(s neuron.Synapses, lambda complex128) complex128 {
	switch s.Transmission {
	case neuron.Discrete:
		return cmplx.Exp(-lambda * complex(s.Delay, 0))
	case neuron.Distributed:
		return 1 / (1 + lambda*complex(s.Delay, 0))
	}
	return 1
}

// unstable returns the number of roots in the right half plane, from the turns of χ = (λ + φ)(P̂ − bTR) along the imaginary axis;
// −1 when there are infinitely many there or, without delay and with κ = 1, on the axis: (λ + φ)P̂ − κ is φ(1 − e^{−λσ})/λ.
func (c *characteristic) unstable(s neuron.Synapses) int {
	gain := s.B * c.immediate
	if s.Transmission == neuron.Discrete && math.Abs(gain) >= 1 || s.Transmission == neuron.Instantaneous && math.Abs(gain-1) < 1e-9 {
		return -1
	}
	sign := complex(1, 0)
	if s.Transmission == neuron.Instantaneous && gain > 1 {
		sign = -1
	}
	chi := func(omega float64) complex128 {
		lambda := complex(0, omega)
		one, response := c.transforms(lambda)
		return sign * (one - complex(s.B, 0)*transfer(s, lambda)*response)
	}
	top := c.top(gain, s)
	turn := c.turns(chi, 0, top, s.Delay)
	// On the arc that closes the half plane χ stays in the right half plane, so its phase is the principal one.
	return int(math.Round((cmplx.Phase(chi(top)) - turn) / math.Pi))
}

// top returns a frequency above which χ keeps to the right half plane.
func (c *characteristic) top(gain float64, s neuron.Synapses) float64 {
	room := 1.0
	switch s.Transmission {
	case neuron.Discrete:
		room = 1 - math.Abs(gain)
	case neuron.Instantaneous:
		room = math.Abs(1 - gain)
	}
	top := 4 * c.phi / math.Max(room, 1e-6)
	if s.Transmission == neuron.Distributed {
		top = math.Max(top, 4*math.Abs(gain)/s.Delay)
	}
	if c.law.Width > 0 {
		top = math.Max(top, math.Min(40/c.law.Width, 10*top+40*c.phi))
	}
	return top
}

// turns returns the change of the phase of f from one frequency to another; steps are cut until the phase turns by less than
// half a radian between three points.
func (c *characteristic) turns(f func(float64) complex128, from, to, delay float64) (sum float64) {
	pace := 0.2 / (delay + c.law.Sigma.At(c.input) + 1/c.phi)
	for a, fa := from, f(from); a < to; {
		b := math.Min(to, a+math.Max(pace, 0.01*a*pace))
		fb := f(b)
		sum += phase(f, a, b, fa, fb, 0)
		a, fa = b, fb
	}
	return sum
}

func phase(f func(float64) complex128, a, b float64, fa, fb complex128, depth int) float64 {
	m := a + (b-a)/2
	fm := f(m)
	first, second := cmplx.Phase(fm/fa), cmplx.Phase(fb/fm)
	if depth < 30 && (math.Abs(first) > 0.5 || math.Abs(second) > 0.5) {
		return phase(f, a, m, fa, fm, depth+1) + phase(f, m, b, fm, fb, depth+1)
	}
	return first + second
}

// Interval is a range of delays.
type Interval struct{ From, To float64 }

// UnstableDelays returns the delays d between 0 and most at which a steady state is unstable under X = bN(t − d), as the ranges between
// which roots cross the imaginary axis. The frequencies of the crossings do not depend on d: |P̂(iω)| = |bR(iω)|.
// ok is false where |κ| ≥ 1, and any delay is unstable.
func (e Equation) UnstableDelays(state Steady, most float64) (list []Interval, ok bool) {
	c := e.newCharacteristic(state.Rate)
	if math.Abs(e.Synapses.B*c.immediate) >= 1 {
		return nil, false
	}
	edges := []float64{0, most}
	for _, omega := range c.crossings(e.Synapses) {
		one, response := c.transforms(complex(0, omega))
		angle := cmplx.Phase(complex(e.Synapses.B, 0) * response / one)
		for angle < 0 {
			angle += 2 * math.Pi
		}
		for d := angle / omega; d < most; d += 2 * math.Pi / omega {
			edges = append(edges, d)
		}
	}
	slices.Sort(edges)
	for k := 1; k < len(edges); k++ {
		s := e.Synapses
		s.Transmission, s.Delay = neuron.Discrete, (edges[k-1]+edges[k])/2
		if s.Delay == edges[k] || c.unstable(s) == 0 {
			continue
		}
		if n := len(list); n > 0 && list[n-1].To == edges[k-1] {
			list[n-1].To = edges[k]
		} else {
			list = append(list, Interval{edges[k-1], edges[k]})
		}
	}
	return list, true
}

// crossings returns the frequencies at which |P̂| = |bR|.
func (c *characteristic) crossings(s neuron.Synapses) (list []float64) {
	f := func(omega float64) float64 {
		one, response := c.transforms(complex(0, omega))
		return cmplx.Abs(one) - math.Abs(s.B)*cmplx.Abs(response)
	}
	s.Transmission = neuron.Discrete
	top := c.top(s.B*c.immediate, s)
	pace := 0.05 / (c.law.Sigma.At(c.input) + 1/c.phi)
	for a := pace / 10; a < top; a += pace {
		if b := a + pace; (f(a) > 0) != (f(b) > 0) {
			list = append(list, bisect(a, b, func(w float64) bool { return (f(w) > 0) == (f(b) > 0) }))
		}
	}
	return list
}
