package spectral

import (
	"math"

	"lapicque/neuron"
)

// free is a law made of Gaussians and atoms that have not met the threshold yet.
// Until then nobody fires, and the Ornstein–Uhlenbeck flow keeps it so, exactly.
type free struct {
	law   neuron.LIF
	parts []blob
}

// blob is a Gaussian of some mass; an atom has variance 0.
type blob struct{ mean, variance, mass float64 }

// clearDepth leaves less than a rounding error of the mass above the threshold.
const clearDepth = 34

// maxBlobs is the number of atoms beyond which a law is not followed like this.
const maxBlobs = 16

// newFree returns the initial law as a free one, nil if it is none.
func newFree(law neuron.LIF, initial neuron.Initial) *free {
	f := &free{law: law}
	switch x := initial.(type) {
	case neuron.TruncatedGaussian:
		f.parts = []blob{{x.Mean, x.Variance, 1}}
	case neuron.Point, neuron.Empirical:
		if len(initial.Atoms()) > maxBlobs {
			return nil
		}
		for _, a := range initial.Atoms() {
			v := a.Potential
			if v >= law.Threshold {
				v = law.Reset
			}
			f.parts = append(f.parts, blob{v, 0, a.Mass})
		}
	default:
		return nil
	}
	return f
}

// at returns the law after time t.
func (f *free) at(t float64) *free {
	g := &free{law: f.law, parts: append([]blob(nil), f.parts...)}
	l := f.law
	decay := math.Exp(-l.Leak * t)
	for i := range g.parts {
		b := &g.parts[i]
		b.mean = b.mean*decay + l.Input().Filtered(l.Leak, 0, t)
		b.variance = b.variance*decay*decay + 2*l.A0*neuron.Relaxed(2*l.Leak, t)
	}
	return g
}

// clear reports whether less than e^{−depth} of the law is above the threshold.
func (f *free) clear(depth float64) bool {
	for _, b := range f.parts {
		d := f.law.Threshold - b.mean
		if d <= 0 || d*d < 2*b.variance*depth {
			return false
		}
	}
	return true
}

// horizon returns a time ≤ limit up to which the law stays clear, 0 if it is not
// now. The path is looked at in doubling steps from a time in which noise cannot
// reach the threshold.
func (f *free) horizon(depth, limit float64) float64 {
	if !f.clear(depth) {
		return 0
	}
	t := limit
	for _, b := range f.parts {
		d := f.law.Threshold - b.mean
		t = min(t, 1e-3*d*d/f.law.A0, 0.1)
	}
	for good := 0.0; ; good, t = t, min(1.5*t, limit) {
		if !f.at(t).clear(depth) {
			return good
		}
		if t >= limit {
			return limit
		}
	}
}

// Density returns the sum of the Gaussians.
func (f *free) Density(v float64) float64 {
	sum := 0.0
	for _, b := range f.parts {
		z := (v - b.mean) * (v - b.mean) / (2 * b.variance)
		if z < 60 {
			sum += b.mass * math.Exp(-z) / math.Sqrt(2*math.Pi*b.variance)
		}
	}
	return sum
}

// Atoms returns none: all have a variance when this is asked.
func (f *free) Atoms() []neuron.Atom { return nil }

// Breaks returns centres and ends of the Gaussians.
func (f *free) Breaks() []float64 {
	var breaks []float64
	for _, b := range f.parts {
		s := 8.5 * math.Sqrt(b.variance)
		breaks = append(breaks, b.mean-s, b.mean, min(b.mean+s, f.law.Threshold))
	}
	return distinct(breaks)
}

// release starts the solver from its free law, at the time up to which that holds
// or at until.
func (s *Solver) release(until float64) error {
	f := s.free
	s.free = nil
	t := f.horizon(clearDepth, until)
	if t == 0 {
		return nil
	}
	s.reach.advance(0, t, 0)
	s.now.time, s.now.fired = t, 0
	law := f.at(t)
	far := min(law.Breaks()[0], s.reach.settled(s.tail))
	return s.start(law, far, nil)
}
