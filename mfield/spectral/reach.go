package spectral

import (
	"math"

	"lapicque/neuron"
)

// reach follows how far down the density goes: the path of a neuron that never
// fires and starts at the low end, and the variance that noise has given it.
// Neurons that fired started later, higher and with less variance.
type reach struct {
	flow
	path, variance float64
}

// newReach starts from the low end of a law; a Gaussian's own spread counts as
// variance.
func newReach(f flow, initial neuron.Initial) reach {
	r := reach{flow: f, path: initial.Breaks()[0]}
	if g, ok := initial.(neuron.TruncatedGaussian); ok && g.Mean < g.Upper {
		r.path, r.variance = g.Mean, g.Variance
	}
	r.path = min(r.path, f.law.Reset)
	return r
}

// advance moves from time t to t + dt, in which each neuron fired de times.
func (r *reach) advance(t, dt, de float64) {
	if dt <= 0 {
		return
	}
	decay, drift, grow := r.over(t, dt, de)
	r.path = min(r.path*decay+drift, r.law.Reset)
	r.variance = r.variance*decay*decay + grow
}

// far returns where a Gaussian of this path and variance has its given tail,
// in standard deviations.
func (r *reach) far(tail float64) float64 { return r.path - tail*math.Sqrt(r.variance) }

// settled returns far as it will be when the variance has relaxed, or now if that
// is further. Without a leak it never relaxes: the time in which noise covers the
// way to V_F is looked ahead, so that a law that ends abruptly has room to spread.
func (r *reach) settled(tail float64) float64 {
	l := r.law
	if l.Leak == 0 {
		way := l.Threshold - r.path
		return r.path - tail*math.Sqrt(r.variance+2*way*way)
	}
	path := min(r.path, l.Input().At(0)/l.Leak)
	return path - tail*math.Sqrt(max(r.variance, l.A0/l.Leak))
}
