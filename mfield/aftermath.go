package mfield

import (
	"math"

	"gonum.org/v1/gonum/interp"

	"lapicque/neuron"
)

// aftermath is the law of a population right after an instant, made of the cells before it: those that
// did not fire moved up by the shift S, those that fired lie where the rule puts
// them (docs/MODELS.md, section 2) or have left for the refractory state. Between the edges of cells the distribution
// function is a monotone cubic (Fritsch and Butland 1984), so that no mass is
// negative and none is lost when new cells take their shares of it. CDF and Density are those of total mass 1.
type aftermath struct {
	prior interp.FritschButland // mass below v before the instant, for low ≤ v ≤ high
	rule  neuron.Rule
	low   float64
	high  float64
	vR    float64
	gap   float64
	all   float64   // mass before
	total float64   // mass after
	norm  float64   // the same, as the parts below sum to it
	shift float64   // S
	cut   float64   // those above it fired
	moved float64   // mass of them that keeps its distances (subtractive)
	even  []stretch // mass that lies evenly between two potentials
	atom  float64   // mass at V_R
}

// newAftermath returns the law of a population after a impact.
func newAftermath(p *pool, rule neuron.Rule, x impact) (*aftermath, error) {
	m := p.mesh
	upTo := make([]float64, len(m.edges))
	for i, part := range p.mass {
		upTo[i+1] = upTo[i] + part
	}
	a := &aftermath{rule: rule, low: m.edges[0], high: m.edges[len(m.edges)-1], vR: p.law.Reset, gap: p.law.Gap(), shift: x.shift, cut: math.Max(x.cut, m.edges[0]), atom: x.returning}
	if err := a.prior.Fit(m.edges, upTo); err != nil {
		return nil, err
	}
	a.all = upTo[len(p.mass)]
	unfired := a.before(a.cut)
	fired := a.all - unfired
	switch {
	case p.law.Refractory.Law != neuron.NoRefractory:
		a.norm, a.total = unfired+a.atom, math.Max(0, a.all-x.jump-x.recent)+a.atom
		if a.norm <= 0 {
			a.total = 0
		}
		return a, nil
	case rule == neuron.Subtractive:
		a.moved = fired
	case rule == neuron.Sequential:
		a.atom += fired - a.spread(x, fired, x.path)
	case a.vR+a.shift < p.law.Threshold:
		a.atom += fired - a.spread(x, fired, nil)
	default:
		a.atom += fired
	}
	a.norm, a.total = a.all, a.all
	return a, nil
}

// spread lays those who fired before the instant, evenly, and those of the path where the later kicks have moved them
// from V_R, of a mass fired in all; it returns how much that is.
func (a *aftermath) spread(x impact, fired float64, path []stretch) (sum float64) {
	path = append([]stretch{{x.recent, 0, x.begun}}, path...)
	scale := math.Min(1, fired/(x.recent+x.jump))
	for _, part := range path {
		lo, hi := a.vR+a.shift-part.to, a.vR+a.shift-part.from
		if lo > hi {
			lo, hi = hi, lo
		}
		if mass := scale * part.mass; mass > 0 && hi-lo > 1e-12*a.gap {
			a.even = append(a.even, stretch{mass, lo, hi})
			sum += mass
		}
	}
	return sum
}

// before returns the mass up to v before the instant.
func (a *aftermath) before(v float64) float64 {
	if v < a.low {
		return 0
	}
	return a.prior.Predict(math.Min(v, a.high))
}

// CDF returns P(V ≤ v).
func (a *aftermath) CDF(v float64) float64 {
	sum := a.before(math.Min(v-a.shift, a.cut))
	if a.moved > 0 {
		sum += math.Max(0, a.before(v-a.shift+a.gap)-a.before(a.cut))
	}
	for _, part := range a.even {
		sum += part.mass * math.Max(0, math.Min(1, (v-part.from)/(part.to-part.from)))
	}
	if v >= a.vR {
		sum += a.atom
	}
	return sum / a.norm
}

// Density returns the density without the atom.
func (a *aftermath) Density(v float64) float64 {
	slope := func(v float64) float64 {
		if v < a.low || v > a.high {
			return 0
		}
		return a.prior.PredictDerivative(v)
	}
	n := 0.0
	if v-a.shift <= a.cut {
		n = slope(v - a.shift)
	}
	if a.moved > 0 && v-a.shift+a.gap > a.cut {
		n += slope(v - a.shift + a.gap)
	}
	for _, part := range a.even {
		if v > part.from && v < part.to {
			n += part.mass / (part.to - part.from)
		}
	}
	return n / a.norm
}

// Atoms returns those at V_R.
func (a *aftermath) Atoms() []neuron.Atom {
	if a.atom <= 0 {
		return nil
	}
	return []neuron.Atom{{Potential: a.vR, Mass: a.atom / a.norm}}
}

// Breaks returns the lowest and the highest potential.
func (a *aftermath) Breaks() []float64 {
	low, high := a.low+a.shift, math.Min(a.high, a.cut)+a.shift
	if a.moved > 0 {
		low, high = math.Min(low, a.cut+a.shift-a.gap), math.Max(high, a.high+a.shift-a.gap)
	}
	if a.atom > 0 {
		low, high = math.Min(low, a.vR), math.Max(high, a.vR)
	}
	for _, part := range a.even {
		low, high = math.Min(low, part.from), math.Max(high, part.to)
	}
	return []float64{low, math.Max(low, high)}
}

// scars returns the points at which the law has an atom or is not continuous.
func (a *aftermath) scars() []float64 {
	if a.moved == 0 && a.atom == 0 && len(a.even) == 0 {
		return nil
	}
	if top := a.vR + a.shift; a.shift > 0 && top < a.vR+a.gap && (a.moved > 0 || len(a.even) > 0) {
		return []float64{a.vR, top}
	}
	return []float64{a.vR}
}
