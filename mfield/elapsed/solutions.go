package elapsed

import (
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// Solutions returns every N ≥ 0 that solves N = φ(bN)·∫ L(s − σ(bN)) n ds with the present age density, ascending: the
// values that N could take now if X = bN. Roots are bracketed between the places where the front meets an end of a cohort,
// and on a mesh inside; roots at which the sign does not change are found where these places are, or by their extremum.
func (s *Solver) Solutions() []float64 {
	b := s.synapses.B
	if b == 0 || s.law.Sigma.Amplitude == 0 && (s.law.Hazard == neuron.StepHazard || s.law.Phi.Amplitude == 0) {
		phi, _ := s.law.Firing(0)
		mass, _ := s.exposure.now(s.law.Sigma.At(0))
		return []float64{phi * mass}
	}
	places := s.places()
	const touch = 1e-12
	var roots, exact []float64
	for k, p := range places {
		if math.Abs(s.excess(p)) <= touch*s.bounds.Rate {
			exact = append(exact, p)
		}
		if k > 0 {
			roots = append(roots, between(s.excess, places[k-1], p, touch*s.bounds.Rate)...)
		}
	}
	roots = slices.DeleteFunc(roots, func(r float64) bool { // a double root is found to half the digits only
		return slices.ContainsFunc(exact, func(p float64) bool { return math.Abs(r-p) <= 1e-7*(1e-3+p) })
	})
	roots = append(roots, exact...)
	slices.Sort(roots)
	return slices.CompactFunc(roots, func(a, b float64) bool { return math.Abs(b-a) <= 1e-9*(1e-3+b) })
}

// Residual returns N − φ(bN)·∫ L(s − σ(bN)) n ds for a rate N, with the present age density: 0 where the rate solves the implicit
// equation of an instantaneous transmission.
func (s *Solver) Residual(rate float64) float64 { return s.excess(rate) }

// excess is N − φ(bN)·(exposed mass).
func (s *Solver) excess(rate float64) float64 {
	x := s.synapses.B * rate
	phi, _ := s.law.Firing(x)
	mass, _ := s.exposure.now(s.law.Sigma.At(x))
	return rate - phi*mass
}

// places returns the rates between which excess is smooth, and a mesh, ascending.
func (s *Solver) places() []float64 {
	const mesh = 64
	var list []float64
	for k := range mesh + 1 {
		list = append(list, s.bounds.Rate*float64(k)/mesh)
	}
	add := func(born float64) {
		if n := s.law.Sigma.Inverse(s.time-born) / s.synapses.B; n > 0 && n < s.bounds.Rate {
			list = append(list, n)
		}
	}
	if s.law.Width == 0 {
		for i := range s.cohorts.list {
			add(s.cohorts.list[i].from)
			add(s.cohorts.list[i].to)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// between returns the roots of f inside an interval on which it is smooth: changes of sign between five points, and what an
// extremum between them that reaches 0 has on both sides.
func between(f func(float64) float64, a, b, touch float64) (roots []float64) {
	const parts = 4
	var x, y [parts + 1]float64
	for k := range x {
		x[k] = a + (b-a)*float64(k)/parts
		if k == 0 || k == parts { // inside: f may jump at the ends
			x[k] = a + (b-a)*(1e-9+float64(k)/parts*(1-2e-9))
		}
		y[k] = f(x[k])
	}
	root := func(lo, hi float64) {
		r := bisect(lo, hi, func(n float64) bool { return (f(n) > 0) == (f(hi) > 0) })
		if math.Abs(f(r)) <= 1e-7 {
			roots = append(roots, r)
		}
	}
	for k := 1; k <= parts; k++ {
		if (y[k-1] > 0) != (y[k] > 0) {
			root(x[k-1], x[k])
		}
		if k == parts || !(math.Abs(y[k]) <= math.Abs(y[k-1]) && math.Abs(y[k]) <= math.Abs(y[k+1])) || y[k]*y[k-1] < 0 || y[k]*y[k+1] < 0 {
			continue
		}
		switch e := extremum(f, x[k-1], x[k+1], math.Copysign(1, y[k])); {
		case (f(e) > 0) != (y[k] > 0):
			root(x[k-1], e)
			root(e, x[k+1])
		case math.Abs(f(e)) <= touch:
			roots = append(roots, e)
		}
	}
	return roots
}

// extremum returns where sign·f is least between two places, by the golden section.
func extremum(f func(float64) float64, a, b, sign float64) float64 {
	const golden = 0.6180339887498949
	c, d := b-golden*(b-a), a+golden*(b-a)
	fc, fd := sign*f(c), sign*f(d)
	for range 60 {
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - golden*(b-a)
			fc = sign * f(c)
		} else {
			a, c, fc = c, d, fd
			d = a + golden*(b-a)
			fd = sign * f(d)
		}
	}
	return (a + b) / 2
}

// count notes how many solutions there are.
func (s *Solver) count() {
	if s.synapses.Transmission != neuron.Instantaneous {
		return
	}
	n := len(s.Solutions())
	if n > 1 && s.several.Most == 1 {
		s.several.First = s.time
	}
	s.several.Most = max(s.several.Most, n)
	if math.Abs(s.excess(s.rate)) > 1e-7*s.bounds.Rate {
		s.broken = true
	}
}

// jumpTime returns the next time of Options.JumpAt and JumpEvery.
func (s *Solver) jumpTime() float64 {
	if s.options.JumpAt == 0 || s.jumped > 0 && s.options.JumpEvery == 0 {
		return math.Inf(1)
	}
	return s.options.JumpAt + float64(s.jumped)*s.options.JumpEvery
}

// leap takes a jump of Options.JumpAt, to where Options.Jump points, if there is another solution.
func (s *Solver) leap() {
	s.jumped++
	if rate, ok := s.options.Jump.Of(s.Solutions(), s.rate); ok {
		s.jumpTo(rate)
	}
}

// jumpTo makes N jump now.
func (s *Solver) jumpTo(rate float64) {
	s.jumps = append(s.jumps, Jump{s.time, s.rate, rate})
	s.rate, s.broken = rate, false
	s.begin()
	s.mark(mark{at: s.time})
	s.advanceFront(s.time, s.input)
	s.next = 0.02 / s.bounds.Rate
}

// cease ends the continuous solution, or with Options.Continue jumps to another; the error is *Ceased, or says that the
// scheme failed.
func (s *Solver) cease() error {
	if s.synapses.Transmission != neuron.Instantaneous {
		return fmt.Errorf("elapsed: no step is short enough at t = %v", s.time)
	}
	all := s.Solutions()
	others := slices.DeleteFunc(slices.Clone(all), func(n float64) bool { return math.Abs(n-s.rate) <= 1e-3*s.bounds.Rate && !s.broken })
	rate, ok := s.options.Jump.Of(others, s.rate)
	if s.options.Continue && ok {
		s.jumpTo(rate)
		return nil
	}
	s.ceased = &Ceased{Time: s.time, Rate: s.rate, Solutions: all}
	return s.ceased
}
