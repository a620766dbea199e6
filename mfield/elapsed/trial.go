package elapsed

import (
	"math"

	"lapicque/neuron"
)

// trial is a step of time that is being tried: collocation at the Gauss points, and the end of the step as one more
// point on which nothing depends.
type trial struct {
	start, h     float64
	at           points
	rate         points // N
	shape        nodes  // Legendre coefficients of N
	input, sigma points // X, σ(X)
	phi          points // φ(X)
	fired, spent points // ∫ N, ∫ φ(X) since the start
}

// points are values at the Gauss points of a step and, last, at its end.
type points [stages + 1]float64

// along returns the integrals from the start of the step to each point.
func (t *trial) along(values *points) (integral points) {
	for i := range integral {
		for k := range stages {
			integral[i] += gauss.integral[i][k] * values[k]
		}
		integral[i] *= t.h
	}
	return integral
}

func (t *trial) end() float64 { return t.at[stages] }

// value returns N at a time of the step.
func (t *trial) value(time float64) float64 { return t.shape.value((time - t.start) / t.h) }

// born returns ∫ N from the start to a time of the step.
func (t *trial) born(time float64) float64 { return t.h * t.shape.until((time-t.start)/t.h) }

// fit makes shape and fired those of rate.
func (t *trial) fit() {
	t.shape = gauss.coefficients((*nodes)(t.rate[:stages]))
	t.fired = t.along(&t.rate)
}

// largest returns the largest N of the step.
func (t *trial) largest() (most float64) {
	for _, n := range t.rate {
		most = math.Max(most, math.Abs(n))
	}
	return most
}

// try solves a step up to a time; ok is false when the iteration for N does not settle.
func (s *Solver) try(end float64) (ok bool) {
	t := &s.trial
	t.start, t.h = s.time, end-s.time
	for i := range t.at {
		t.at[i] = end
		if i < stages {
			t.at[i] = s.time + t.h*gauss.at[i]
		}
		t.rate[i] = s.foresee(t.at[i])
		t.input[i] = s.input
		switch s.synapses.Transmission {
		case neuron.Discrete:
			t.input[i] = s.synapses.B * s.history.rate(t.at[i]-s.synapses.Delay, i == stages)
		case neuron.Instantaneous:
			t.input[i] = s.synapses.B * t.rate[i]
		}
	}
	t.fit()
	if s.synapses.Transmission == neuron.Instantaneous && s.exposure.rest(t) {
		return true
	}
	return s.settle(t)
}

// foresee extrapolates N from the step before, when N is smooth there.
func (s *Solver) foresee(time float64) float64 {
	k := len(s.history.pieces) - 1
	if k < 0 || s.rough(s.time) {
		return s.rate
	}
	p := &s.history.pieces[k]
	n := p.shape.value((time - p.start) / (p.end - p.start))
	if !(math.Abs(n-s.rate) <= s.rate/2) {
		return s.rate
	}
	return n
}

// settle iterates for N on the step until rounding stops it.
func (s *Solver) settle(t *trial) bool {
	const rounds = 50
	before, still := math.Inf(1), 0
	for range rounds {
		change, ok := s.round(t)
		if !ok || math.IsNaN(change) {
			return false
		}
		scale := s.scale(t)
		if still++; change < before/2 {
			still = 0
		}
		if change <= 4e-16*scale || still > 2 && change <= 1e-14*scale {
			return true
		}
		if still > 12 {
			return change <= 1e-13*scale
		}
		before = math.Min(before, change)
	}
	return false
}

// round computes N once more from the hazard and the neurons that it meets, and returns by how much it changed.
func (s *Solver) round(t *trial) (change float64, ok bool) {
	if s.synapses.Transmission == neuron.Distributed {
		s.filter(t)
	}
	for i, x := range t.input {
		t.sigma[i] = s.law.Sigma.At(x)
		t.phi[i], _ = s.law.Firing(x)
	}
	t.spent = t.along(&t.phi)
	s.exposure.prepare(t)
	old := t.rate
	for i := range t.rate {
		if s.synapses.Transmission == neuron.Instantaneous {
			if t.rate[i], ok = s.implicit(t, i); !ok {
				return 0, false
			}
			t.input[i] = s.synapses.B * t.rate[i]
		} else {
			mass, _ := s.exposure.exposed(t, i, t.sigma[i])
			t.rate[i] = t.phi[i] * mass
		}
		change = math.Max(change, math.Abs(t.rate[i]-old[i]))
	}
	t.fit()
	return change, true
}

// filter solves d·X' = bN − X over the step, exactly for the polynomial N·e^{t/d}.
func (s *Solver) filter(t *trial) {
	var grown points
	for i := range grown {
		grown[i] = math.Exp((t.at[i]-t.start)/s.synapses.Delay) * t.rate[i]
	}
	arrived := t.along(&grown)
	for i := range arrived {
		t.input[i] = math.Exp(-(t.at[i]-t.start)/s.synapses.Delay) * (s.input + s.synapses.B*arrived[i]/s.synapses.Delay)
	}
}

// implicit solves N = φ(bN)·(exposed mass at σ(bN)) at one point of the step by Newton's method from the present guess.
func (s *Solver) implicit(t *trial, i int) (rate float64, ok bool) {
	rate = t.rate[i]
	b, last := s.synapses.B, math.Inf(1)
	for range 30 {
		phi, dphi := s.law.Firing(b * rate)
		mass, slope := s.exposure.exposed(t, i, s.law.Sigma.At(b*rate))
		f := rate - phi*mass
		next := rate - f/(1-b*(dphi*mass+phi*slope*s.law.Sigma.Slope(b*rate)))
		move := math.Abs(next - rate)
		if math.IsNaN(next) || next < 0 || next > 2*s.bounds.Rate {
			return rate, f == 0
		}
		if move <= 4e-16*rate || math.Abs(f) <= 4e-16*(rate+phi) || move >= last && move <= 1e-13*rate {
			return rate, true // near a fold rounding of f moves N by more than its own
		}
		rate, last = next, move
	}
	return rate, false
}
